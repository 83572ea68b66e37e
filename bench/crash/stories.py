"""News items for the crash test: each an event of its own, recognised by a word of its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import format_datetime
from itertools import product
from xml.sax.saxutils import escape

_PLACES = (
    "Quetta", "Multan", "Sukkur", "Gwadar", "Swat", "Bannu", "Turbat", "Khuzdar", "Larkana",
    "Sialkot", "Gilgit", "Chitral", "Nairobi", "Mombasa", "Kampala", "Lagos", "Kano", "Accra",
    "Cairo", "Tunis", "Ankara", "Izmir", "Athens", "Naples", "Lisbon", "Seville", "Lyon",
    "Hamburg", "Krakow", "Odesa", "Tbilisi", "Yerevan", "Almaty", "Tashkent", "Lima", "Quito",
    "Bogota", "Santiago", "Manila", "Cebu", "Jakarta", "Medan", "Hanoi", "Yangon", "Dhaka",
    "Chittagong", "Colombo", "Kathmandu", "Chennai", "Kochi", "Karachi", "Lahore", "Peshawar",
    "Faisalabad", "Hyderabad", "Kabul", "Kandahar", "Herat", "Tehran", "Isfahan", "Baghdad",
    "Basra", "Mosul", "Aleppo", "Damascus", "Beirut", "Amman", "Sanaa", "Mogadishu", "Khartoum",
    "Tripoli", "Algiers", "Dakar", "Bamako", "Kinshasa", "Luanda", "Lusaka", "Harare", "Maputo",
    "Durban", "Bucharest", "Sofia", "Belgrade", "Budapest", "Prague", "Vienna", "Zurich", "Turin",
    "Marseille", "Valencia", "Porto", "Dublin", "Glasgow", "Oslo", "Stockholm", "Helsinki", "Riga",
    "Vilnius", "Minsk", "Montevideo",
)  # fmt: skip
_HAPPENINGS = (
    ("Bomb blast kills {n} people in {place}", "A bomb exploded at a market in {place}."),
    ("Flood leaves {n} dead in {place}", "A river burst its banks and flooded {place}."),
    ("Gunmen shoot dead {n} people in {place}", "Gunmen opened fire on a bus in {place}."),
    ("Factory fire kills {n} workers in {place}", "A fire broke out in a factory in {place}."),
    ("Bus crash kills {n} passengers in {place}", "A bus fell into a ravine near {place}."),
)


@dataclass(frozen=True)
class Story:
    """One item; ``word`` stands in its title and nowhere else."""

    word: str
    title: str
    text: str

    def as_item(self, now: dt.datetime) -> str:
        """Return it as an RSS item."""
        return (
            f"<item><guid isPermaLink='false'>{self.word}</guid>"
            f"<title>{escape(self.title)}</title>"
            f"<link>https://gazette.example/{self.word}</link>"
            f"<pubDate>{format_datetime(now)}</pubDate>"
            f"<description>{escape(self.text)}</description></item>"
        )


def stories() -> Iterator[Story]:
    """Yield stories that no merging may join: no two share both place and kind of event."""
    for number, ((title, text), place) in enumerate(product(_HAPPENINGS, _PLACES)):
        word, dead = f"zq{number:04}x", 3 + number % 7
        told = f"{text} At least {dead} people died, officials said."
        yield Story(
            word,
            f"{title} ({word})".format(n=dead, place=place),
            told.format(place=place),
        )


def feed(items: list[str]) -> bytes:
    """Return items as a feed, the newest first."""
    return (
        '<?xml version="1.0"?><rss version="2.0"><channel><title>Crash Gazette</title>'
        f"<link>https://gazette.example/</link>{''.join(reversed(items))}</channel></rss>"
    ).encode()
