"""Where an event is, as a pin on the map. Pure."""

from __future__ import annotations

from dataclasses import replace

from bot.delivery import phrases
from bot.delivery.cleaning import cleaned, shortened, untappable
from bot.delivery.html import as_text, joined, link, message, theirs
from bot.domain.delivery import Message, Pin
from bot.domain.events import Event
from bot.domain.values import Place, PlacePrecision

_LINE = 90
_MIDDLE = {
    PlacePrecision.ADMIN1: "only the province is known, this is its middle",
    PlacePrecision.DISTRICT: "only the district is known, this is its middle",
    PlacePrecision.TEHSIL: "only the tehsil is known, this is its middle",
}
_OSM = "https://www.openstreetmap.org/?mlat={0}&mlon={1}#map=10/{0}/{1}"


def is_located(event: Event) -> bool:
    """Tell whether an event can be shown on a map."""
    return pin_of(event) is not None


def pin_of(event: Event) -> Pin | None:
    """Return the pin of an event's place; none where only its country is known, or not even that.

    A country's middle would point at a place where nothing happened.
    """
    place = _place(event)
    if place is None or place.latitude is None or place.longitude is None:
        return None
    if place.precision is PlacePrecision.COUNTRY:
        return None
    about = [_MIDDLE.get(place.precision, ""), _short(event.title), event.public_id]
    title = _short(phrases.place(place)) or event.public_id
    return Pin(place.latitude, place.longitude, title, " · ".join(filter(None, about)))


def render_map(pin: Pin) -> Message:
    """Return a pin as a message; its text is for whoever cannot show a map."""
    address = _OSM.format(f"{pin.latitude:.4f}", f"{pin.longitude:.4f}")
    text = joined("\n", [link(theirs(pin.title), address), theirs(pin.address)])
    return replace(message(as_text("📍 ") + text), pin=pin)


def _place(event: Event) -> Place | None:
    if event.incident:
        return event.incident.place or next(iter(event.incident.places), None)
    return next(iter(event.policy.places), None) if event.policy else None


def _short(text: str) -> str:
    return untappable(shortened(cleaned(text), _LINE))
