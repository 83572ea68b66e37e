"""News of the soak: each loud item is an event of its own and names one subscriber's word."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, product

from bench.crash.stories import PLACES
from bench.rss import item

_HAPPENINGS = (
    ("Bomb blast kills {n} people in {place}", "A bomb exploded at a market in {place}."),
    ("Flood leaves {n} dead in {place}", "A river burst its banks and flooded {place}."),
    ("Gunmen shoot dead {n} people in {place}", "Gunmen opened fire on a van in {place}."),
    ("Factory fire kills {n} workers in {place}", "A fire broke out in a factory in {place}."),
    ("Bus crash kills {n} passengers in {place}", "A bus fell into a ravine near {place}."),
    ("Earthquake kills {n} people in {place}", "A strong earthquake shook {place} at night."),
    ("Landslide kills {n} villagers in {place}", "A landslide buried houses near {place}."),
    ("Gunmen kidnap {n} teachers in {place}", "Armed men abducted teachers from {place}."),
    ("Building collapse kills {n} in {place}", "A block of flats collapsed in {place}."),
    ("Cholera outbreak kills {n} in {place}", "Doctors in {place} treat more cholera patients."),
    ("Police fire on protest in {place}, {n} dead", "A protest in {place} turned violent."),
    ("Heatwave kills {n} in {place}", "Temperatures rose for a week in {place}."),
)
_NOISE = (
    "Library hours",
    "Chess club",
    "Tram timetable",
    "Book fair",
    "School choir",
    "Flower show",
)


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a feed; ``word`` is in its title and nowhere else. Noise alerts nobody."""

    word: str
    title: str
    text: str
    loud: bool

    def xml(self, now: dt.datetime) -> str:
        """Return it as an RSS item."""
        return item(self.word, self.title, self.text, now)


def word_of(number: int) -> str:
    """Return the word that the subscriber of this number waits for."""
    return f"zq{number:05}x"


def news() -> Iterator[Item]:
    """Yield loud items, no two of one place and kind as long as there are others, and noise."""
    numbers = count()
    while True:
        for (title, text), place in product(_HAPPENINGS, PLACES):
            number = next(numbers)
            dead = 3 + number % 7
            told = f"{text} At least {dead} people are concerned, officials said."
            headline = f"{title} ({word_of(number)})".format(n=dead, place=place)
            yield Item(word_of(number), headline, told.format(place=place), loud=True)
            what = _NOISE[number % len(_NOISE)]
            words = f"{what} in {place}: what residents say ({number})"
            yield Item(f"noise{number}", words, f"{what} is the talk of {place}.", loud=False)


def feed(title: str, items: list[str]) -> bytes:
    """Return items as a feed, the newest first."""
    head = f"<title>{title}</title><link>https://gazette.example/</link>"
    body = "".join(reversed(items))
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{head}{body}</channel></rss>'.encode()
