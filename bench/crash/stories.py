"""News items for the crash test: each an event of its own, recognised by a word of its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle

from bench.rss import item

PLACES = (
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
    "Vilnius", "Minsk", "Montevideo", "Madrid", "Bilbao", "Bordeaux", "Toulouse", "Nantes", "Lille",
    "Brussels", "Antwerp", "Rotterdam", "Cologne", "Munich", "Leipzig", "Dresden", "Milan",
    "Palermo", "Bari", "Genoa", "Zagreb", "Split", "Sarajevo", "Skopje", "Tirana", "Varna",
    "Chisinau", "Lviv", "Kharkiv", "Gdansk", "Wroclaw", "Lodz", "Tallinn", "Tampere", "Bergen",
    "Malmo", "Aarhus", "Reykjavik", "Cork", "Belfast", "Leeds", "Bristol", "Cardiff", "Baku",
    "Bishkek", "Dushanbe", "Ashgabat", "Samarkand", "Ulaanbaatar", "Busan", "Osaka", "Sapporo",
    "Nagoya", "Taipei", "Wuhan", "Chengdu", "Harbin", "Guangzhou", "Davao", "Surabaya", "Makassar",
    "Kuala Lumpur", "Penang", "Phnom Penh", "Vientiane", "Mandalay", "Chiang Mai", "Sylhet",
    "Jaffna", "Pokhara", "Lucknow", "Patna", "Pune", "Surat", "Jaipur", "Bhopal", "Madurai",
    "Guwahati", "Shiraz", "Tabriz", "Mashhad", "Kirkuk", "Homs", "Aden", "Muscat", "Doha", "Riyadh",
    "Jeddah", "Benghazi", "Oran", "Casablanca", "Nouakchott", "Conakry", "Freetown", "Monrovia",
    "Abidjan", "Lome", "Cotonou", "Niamey", "Douala", "Libreville", "Kigali", "Dodoma", "Lilongwe",
    "Windhoek", "Gaborone", "Antananarivo", "Guadalajara", "Tijuana", "Managua", "Medellin",
    "Guayaquil", "Arequipa", "La Paz", "Asuncion", "Rosario", "Recife", "Manaus", "Caracas",
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
        return item(self.word, self.title, self.text, now)


def stories() -> Iterator[Story]:
    """Yield stories that no merging may join: no two share their place or, nearby, their toll."""
    for number, (place, (title, text)) in enumerate(zip(PLACES, cycle(_HAPPENINGS), strict=False)):
        word, dead = f"zq{number:04}x", 3 + number * 7 % 89
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
