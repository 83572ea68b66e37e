"""Events in XML for other tools: an RSS 2.0 feed, and alerts of CAP 1.2, one document an event.

CAP: https://docs.oasis-open.org/emergency/cap/v1.2/CAP-v1.2.html. What one publisher says is
*Likely*, what two say is *Observed*. Places are points: nobody knows how far an event reaches.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from email.utils import format_datetime
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from bot.domain.events import Event
from bot.domain.reports import CASUALTY_FIELDS
from bot.domain.taxonomy import INCIDENTS, POLICIES, Terms
from bot.domain.values import Place

CAP = "urn:oasis:names:tc:emergency:cap:1.2"
GEORSS = "http://www.georss.org/georss"
SENDER = "khabardar"
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

register_namespace("", CAP)
register_namespace("georss", GEORSS)


def as_rss(events: Iterable[Event], title: str = "Khabardar") -> str:
    """Return events as a feed, in the order given."""
    root = Element("rss", {"version": "2.0"})
    channel = SubElement(root, "channel")
    _add(channel, "title", title)
    _add(channel, "description", "Events read from news")
    for event in events:
        _item(SubElement(channel, "item"), event)
    return tostring(root, "unicode", xml_declaration=True)


def as_cap(event: Event) -> str:
    """Return an event as a CAP alert on one line."""
    root = Element(_cap("alert"))
    sent = _instant(event.updated_at)
    _add_all(
        root,
        identifier=f"{event.public_id}.{event.version}",
        sender=SENDER,
        sent=sent,
        status="Actual",
        msgType="Cancel" if event.retracted else "Alert",
        scope="Public",
        references=f"{SENDER},{event.public_id}.1,{_instant(event.first_seen_at)}"
        if event.retracted
        else None,
    )
    _info(SubElement(root, _cap("info")), event)
    return tostring(root, "unicode").replace("\n", " ")


def _info(info: Element, event: Event) -> None:
    terms = _terms(event)
    _add(info, _cap("language"), "en")
    for category in dict.fromkeys(one.cap for one in terms):
        _add(info, _cap("category"), category)
    _add_all(
        info,
        event=", ".join(_types(event)).replace("_", " "),
        urgency="Past" if event.incident else "Unknown",
        severity=event.severity.word,
        certainty="Observed" if len(event.publishers) > 1 else "Likely",
        onset=_instant(event.occurred_at),
        headline=event.title,
        description=_description(event),
        web=next((source.url for source in event.sources if source.url), None),
    )
    for topic in dict.fromkeys(str(one.topic) for one in terms):
        _parameter(info, "IPTC Media Topic", topic)
    for name, figure in _figures(event):
        _parameter(info, name, figure)
    _area(SubElement(info, _cap("area")), event)


def _parameter(info: Element, name: str, value: str) -> None:
    _add_all(SubElement(info, _cap("parameter")), valueName=name, value=value)


def _area(area: Element, event: Event) -> None:
    place = _place(event)
    country = event.policy.country if event.policy else None
    names = (place.name, place.admin1, place.country) if place else (country,)
    _add(area, _cap("areaDesc"), ", ".join(name for name in names if name) or "unknown")
    if point := _point(place):
        _add(area, _cap("circle"), f"{point[0]},{point[1]} 0")


def _item(item: Element, event: Event) -> None:
    _add(item, "title", event.title)
    _add(item, "link", next((source.url for source in event.sources if source.url), None))
    SubElement(item, "guid", {"isPermaLink": "false"}).text = event.public_id
    _add(item, "pubDate", format_datetime(event.first_seen_at))
    for category in (*_types(event), event.severity.word):
        _add(item, "category", category)
    _add(item, "description", _description(event))
    if point := _point(_place(event)):
        _add(item, f"{{{GEORSS}}}point", f"{point[0]} {point[1]}")


def _description(event: Event) -> str:
    figures = [f"{name} {figure}" for name, figure in _figures(event)]
    said = f"Reported by {', '.join(event.publishers)}" if event.publishers else ""
    return ". ".join(part for part in (event.title, ", ".join(figures), said) if part)


def _figures(event: Event) -> Iterator[tuple[str, str]]:
    if event.incident is None:
        return
    for name in CASUALTY_FIELDS:
        count = event.incident.casualties.get(name)
        if count is not None:
            yield name, f"{count.min}" if count.exact else f"{count.min}–{count.max}"


def _types(event: Event) -> list[str]:
    if event.incident is not None:
        return [one.value for one in event.incident.types] or ["incident"]
    return [one.value for one in event.policy.actions] if event.policy else [event.kind.value]


def _terms(event: Event) -> list[Terms]:
    if event.incident is not None and event.incident.types:
        return [INCIDENTS[one] for one in event.incident.types]
    actions = event.policy.actions if event.policy else ()
    return [POLICIES[one] for one in actions] or [next(iter(POLICIES.values()))]


def _place(event: Event) -> Place | None:
    return event.incident.place if event.incident else None


def _point(place: Place | None) -> tuple[float, float] | None:
    if place is None or place.latitude is None or place.longitude is None:
        return None
    return place.latitude, place.longitude


def _instant(at: dt.datetime) -> str:
    """Return an instant as CAP writes it: whole seconds, and the zone as an offset."""
    return at.astimezone(dt.UTC).isoformat(timespec="seconds")


def _cap(name: str) -> str:
    return f"{{{CAP}}}{name}"


def _add_all(parent: Element, **texts: str | None) -> None:
    for name, text in texts.items():
        _add(parent, _cap(name), text)


def _add(parent: Element, name: str, text: str | None) -> None:
    if text is not None:
        SubElement(parent, name).text = _ILLEGAL.sub("", text)
