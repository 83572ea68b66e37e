"""A field with its typed value becomes a node of the query's tree."""

from __future__ import annotations

import re

from bot.matching.fields import (
    Field,
    MisfitError,
    Shape,
    bounds,
    field_named,
    limits,
    named_value,
    nearest_field,
    shown,
)
from bot.matching.folding import spelled
from bot.matching.names import PlaceLookup
from bot.matching.nodes import Near, Node, Range, Value
from bot.matching.scanner import QUOTES, Edit, GrammarError, Lexeme

_FARTHEST_KM = 2000
_POLE, _DATE_LINE = 90, 180
_NUMBER = r"-?\d+(?:\.\d+)?"
_NEAR = re.compile(
    rf"(?:(?P<label>[^~]+)@)?(?:(?P<latitude>{_NUMBER}),(?P<longitude>{_NUMBER})|(?P<name>[^~]+))"
    r"~(?P<distance>\d+(?:\.\d+)?)\s*(?P<unit>km|mi)?",
    re.IGNORECASE,
)
_KM = {"km": 1.0, "mi": 1.609344}
_COMPARISON = re.compile(r"(>=|<=|>|<)(.*)")
_UNQUOTE = str.maketrans("", "", QUOTES)


def field_node(lexeme: Lexeme, places: PlaceLookup) -> Node:
    """Return the node of a field lexeme.

    Raises:
        GrammarError: there is no such field, or the value does not fit it.

    """
    field = field_named(lexeme.name)
    if field is None:
        raise _unknown(lexeme)
    text = lexeme.text.translate(_UNQUOTE).strip().rstrip(",;")
    if not text:
        raise GrammarError(
            f"“{lexeme.name}{lexeme.operator}” needs a value: {field.shape.value}",
            lexeme.end,
            Edit(lexeme.start, lexeme.end),
        )
    try:
        return _node(field, lexeme.operator, text, places)
    except MisfitError as fault:
        raise GrammarError(
            fault.why, lexeme.value_at, _better(field, lexeme, fault.better)
        ) from None


def _unknown(lexeme: Lexeme) -> GrammarError:
    near = nearest_field(lexeme.name)
    if near:
        edit = Edit(lexeme.start, lexeme.start + len(lexeme.name), near)
        return GrammarError(
            f"there is no field “{lexeme.name}”; did you mean “{near}”?", lexeme.start, edit
        )
    words = Edit(lexeme.start + len(lexeme.name), lexeme.value_at, " ")
    return GrammarError(f"there is no field “{lexeme.name}”", lexeme.start, words)


def _better(field: Field, lexeme: Lexeme, better: str | None) -> Edit:
    if better is None:
        return Edit(lexeme.start, lexeme.end)
    typed = better if better.startswith("place:") else f"{field.name}:{better}"
    if field.ranged and lexeme.operator != ":" and not _COMPARISON.match(better):
        typed = f"{field.name}{lexeme.operator}{better}"
    return Edit(lexeme.start, lexeme.end, typed)


def _node(field: Field, operator: str, text: str, places: PlaceLookup) -> Node:
    if field.ranged:
        return _range(field, operator, text)
    if operator != ":":
        raise MisfitError(f"“{field.name}” cannot be compared, write {field.name}:", text)
    if field.shape is Shape.NEAR:
        return _near(text, places)
    return Value(field.name, named_value(field, text))


def _range(field: Field, operator: str, text: str) -> Range:
    compared = _COMPARISON.match(text)
    if operator == ":" and compared:
        operator, text = compared[1], compared[2]
    least, most = limits(field)
    low, high = _ends(field, operator, text.strip())
    if max(least if low is None else low, least) > min(most if high is None else high, most):
        raise MisfitError(
            f"nothing can have {field.name}{operator}{text}", _swapped(operator, text)
        )
    return Range(field.name, low, high)


def _swapped(operator: str, text: str) -> str | None:
    first, dots, last = text.partition("..")
    return f"{last}..{first}" if operator == ":" and dots else None


def _ends(field: Field, operator: str, text: str) -> tuple[int | None, int | None]:
    if operator == ":":
        first, dots, last = text.partition("..")
        if dots and not first + last:
            raise MisfitError("a range needs a first or a last value, such as 5..10")
        low = bounds(field, first)[0] if first else None
        high = bounds(field, last if dots else first)[1] if last or not dots else None
        return low, high
    low, high = bounds(field, text)
    return {
        ">=": (low, None),
        ">": (high + 1, None),
        "<=": (None, high),
        "<": (None, low - 1),
    }[operator]


def _near(text: str, places: PlaceLookup) -> Near:
    found = _NEAR.fullmatch(text)
    if not found:
        raise MisfitError(
            "near needs a place and a distance, such as near:Quetta~50km", f'"{text}"~50km'
        )
    km = round(float(found["distance"]) * _KM[(found["unit"] or "km").lower()], 1)
    if not 0 < km <= _FARTHEST_KM:
        raise MisfitError(
            f"the distance must lie between 0.1 and {_FARTHEST_KM:,} km",
            f'"{text.partition("~")[0]}"~{_FARTHEST_KM if km else 50}km',
        )
    if found["name"]:
        return _named_circle(found["name"], km, places)
    latitude, longitude = float(found["latitude"]), float(found["longitude"])
    if abs(latitude) > _POLE or abs(longitude) > _DATE_LINE:
        raise MisfitError("latitude lies between -90 and 90, longitude between -180 and 180")
    return Near(round(latitude, 4), round(longitude, 4), km, spelled(found["label"] or ""))


def _named_circle(name: str, km: float, places: PlaceLookup) -> Near:
    middle = places(name)
    label = spelled(name)
    if middle is None:
        raise MisfitError(
            f"no place “{name}” is known; write its coordinates, such as near:33.6,73.0~50km",
            f'place:"{label}"',
        )
    return Near(round(middle[0], 4), round(middle[1], 4), km, label)


def field_text(field: Field, node: Value | Range | Near) -> str:
    """Return a field as it is typed, in canonical form."""
    if isinstance(node, Near):
        where = f"{_degrees(node.latitude)},{_degrees(node.longitude)}~{node.km:g}km"
        return f'near:"{node.label}"@{where}' if node.label else f"near:{where}"
    if isinstance(node, Value):
        plain = re.fullmatch(r"[\w.-]+", node.value)
        return f"{node.name}:{node.value}" if plain else f'{node.name}:"{node.value}"'
    low, high = (None if end is None else shown(field, end) for end in (node.low, node.high))
    if low is None or high is None:
        return f"{node.name}<={high}" if low is None else f"{node.name}>={low}"
    return f"{node.name}:{low}" if low == high else f"{node.name}:{low}..{high}"


def _degrees(angle: float) -> str:
    return f"{angle:.4f}".rstrip("0").rstrip(".")
