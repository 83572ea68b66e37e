"""The figures of a policy: people, money, percent, days, with what they count."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from spacy.tokens import Doc

from bot.domain.reports import Figure
from bot.extraction.lexicons import sections, word_set
from bot.extraction.mentions import Sentence, Zone
from bot.extraction.words import words_of

FILE = "policy_figures.txt"
MOST = 10
"""Figures that a policy has at most, the most important first; a chat is shown four."""
MONEY = r"(?:rs\.?|pkr|inr|usd|us\$|a\$|c\$|hk\$|\$|€|£|₹|¥|sr|dh|aed|sar|qr|eur|gbp|tk|n|r)"
SCALES = {
    "hundred": 1e2, "thousand": 1e3, "k": 1e3, "lakh": 1e5, "lakhs": 1e5, "lac": 1e5,
    "million": 1e6, "mn": 1e6, "m": 1e6, "crore": 1e7, "crores": 1e7,
    "billion": 1e9, "bn": 1e9, "b": 1e9, "trillion": 1e12, "tr": 1e12, "tn": 1e12,
}  # fmt: skip
SMALL = {  # spelled numbers; "a" only beside a scale: "a million"
    word: float(value)
    for section in ("units", "tens")
    for entry in sections("numbers.txt")[section]
    for word, _, value in (pair.partition("=") for pair in entry.split())
} | {"a": 1.0}
DOZEN = 12.0
_AMOUNT = re.compile(
    rf"(?<![\w.,/-])(?P<money>{MONEY}\s?)?"
    r"(?P<number>\d{1,3}(?:,\d{2,3})+(?:\.\d+)?|\d+(?:\.\d+)?|(?:" + "|".join(SMALL) + r")\b)"
    r"(?:[\s-]?(?P<scale>"
    + "|".join(sorted(SCALES, key=len, reverse=True))
    + r")\b|\s(?P<dozen>dozen)\b)?"
    r"(?P<percent>\s?(?:%|percent|per\s?cent|pc\b|percentage points?))?",
    re.IGNORECASE,
)
_WHAT = re.compile(
    r"[\s-]*((?:(?!and\b|or\b|to\b|from\b|who\b|which\b|were\b|was\b|have\b|has\b|had\b|"
    r"will\b|would\b|by\b|after\b|as\b|on\b|at\b|with\b|that\b)[A-Za-z’'-]+\s?){1,5})"
)
_DATE_BEFORE = re.compile(
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s*$|\b(?:no|section|article|act|"
    r"clause|rule|since|in|resolution|ordinance|aged?|page|chapter|phase|bill|by|until|from|late|early)\.?,?\s*$",
    re.IGNORECASE,
)
_DATE_AFTER = re.compile(
    r"(?:st|nd|rd|th)?\s*(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b|[:.]\d|(?:st|nd|rd|th|am|pm)\b"
    r"|\s?(?:am|pm|a\.m|p\.m)\b|-?year-old|\syears? old",
    re.IGNORECASE,
)
_UNIT_WORDS = re.compile(
    r"\s?-?(?:days?|months?|years?|weeks?|hours?|people|persons|migrants|refugees|immigrants|countries|"
    r"nations|nationals|citizens|families|users|vehicles|companies|students|workers|votes?|members|"
    r"individuals|states|districts|schools|prisoners|employees|households|afghans|indians|defendants|"
    r"men|women|children|others|more|foreigners|illegal|undocumented)\b",
    re.IGNORECASE,
)
YEARS = range(1900, 2101)
GRAVITY = {Zone.TITLE: 0, Zone.LEAD: 1}
"""The order in which zones tell what matters; the body comes last."""
MANY = 1000
"""A bare number of the body from which it matters even without a noun."""
LITTLE = 3
"""Bare numbers below this are figures only beside a unit."""


def read(doc: Doc, sentences: Sequence[Sentence]) -> tuple[tuple[Figure, int], ...]:
    """Return the figures that matter, each with the sentence that tells it first.

    Those of the headline come first, then those of the lead, then the body's.
    """
    found: dict[float, tuple[Figure, int]] = {}
    words = words_of(doc)
    for sentence in sorted(sentences, key=lambda s: (GRAVITY.get(s.zone, len(GRAVITY)), s.index)):
        text = words.source[words.starts[sentence.start] : words.ends[sentence.end - 1]]
        for figure in _figures(text, sentence.zone):
            found.setdefault(figure.value, (figure, sentence.index))
    return tuple(found.values())[:MOST]


def _figures(text: str, zone: Zone) -> Iterator[Figure]:
    for amount in _AMOUNT.finditer(text):
        value = _value(amount)
        if value and _counts(text, amount, value) and not _is_exchanged(text, amount):
            figure = Figure(value, _what(text, amount), amount.group().strip())
            sure = amount["money"] or amount["percent"] or amount["scale"]
            if sure or not _minor(figure, zone):
                yield figure


def _minor(figure: Figure, zone: Zone) -> bool:
    """Tell whether a plain number tells a detail ("14 centres") or, in the body, nothing."""
    if not figure.what:
        return zone is Zone.BODY and figure.value < MANY
    return not word_set(FILE, "minor").isdisjoint(figure.what.lower().split())


def _is_exchanged(text: str, amount: re.Match[str]) -> bool:
    """Tell whether an amount in brackets says another one again in another currency."""
    return bool(amount["money"]) and text[: amount.start()].endswith("(")


def _value(amount: re.Match[str]) -> float:
    word = amount["number"].lower()
    number = SMALL[word] if word in SMALL else float(word.replace(",", ""))
    scale = (amount["scale"] or "").lower()
    return number * SCALES.get(scale, 1.0) * (DOZEN if amount["dozen"] else 1.0)


def _counts(text: str, amount: re.Match[str], value: float) -> bool:
    """Tell whether a number counts something, rather than naming a day, a year or a section."""
    if amount["money"] or amount["percent"] or amount["scale"]:
        return amount["number"].lower() != "a" or bool(amount["scale"])
    before, after = text[max(0, amount.start() - 14) : amount.start()], text[amount.end() :]
    if _DATE_AFTER.match(after) or (value in YEARS and "," not in amount["number"]):
        return False
    if _UNIT_WORDS.match(after):
        return amount["number"].lower() != "a"
    return value >= LITTLE and not _DATE_BEFORE.search(before)


def _what(text: str, amount: re.Match[str]) -> str:
    after = _WHAT.match(text, amount.end())
    unit = "percent" if amount["percent"] else ""
    money = (amount["money"] or "").strip()
    return " ".join(filter(None, (money, unit, after[1].strip() if after else ""))).strip()
