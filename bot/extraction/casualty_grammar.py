"""The second level of the casualty grammar: patterns over a sentence's row of chunk letters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.extraction import people
from bot.extraction.chunks import Chunk
from bot.extraction.words import Words

_LIST = r"[PQNYn](?:[x\-oY]{0,8}(?:,?c[PQNYns]|,[PQn](?!i,)|,N(?=-)))*"
_INCLUDING = r"(?:,?i[PQNnpxo,c\-Y]{1,16}?,?|,[PQN]i,)?"
_WHO = r"(?:,?q(?![PQN])[^kvdaqwy;.]{1,14}?,?|,qh?b?[kd][^qwy;.kd]{1,12}?,)?"
_FILL = rf"(?:[x\-onpPNQY]|,(?!N[kda])|(?<=x)c(?=x)|(?:xc)?fo){{0,14}}?{_INCLUDING}{_WHO}"

_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "toll",
        re.compile(
            r"(?P<verb>t)[^kvdwt;.NPQ]{0,10}w?(?:(?P<before>[NPQ])x?[u\-])?(?P<list>[NPQ])"
        ),
    ),
    ("toll", re.compile(r"t[^kvdwt;.]{1,8}c(?P<verb>k)-(?P<list>[NPQ])")),
    (
        "none",
        re.compile(r"(?P<list>Z)(?:[NPp]|x{1,2})?(?:[x\-o]{0,2}[yx]?o?)(?:[rc,]x?)?(?P<verb>f)"),
    ),
    ("none", re.compile(r"(?P<list>Z)[NPpx\-oy]{0,4}f[rc]x?(?P<verb>f)")),
    ("none", re.compile(r"(?P<list>z)x{0,2}-?x?(?P<verb>f)")),
    ("none", re.compile(r"(?P<verb>f)h?b(?P<list>z)b?y")),
    ("none", re.compile(r"(?P<list>Z)[NPpQ]?[x\-o]{0,5}h?b*(?P<verb>[kda])")),
    (
        "passive",
        re.compile(
            rf"(?<!fo)(?P<list>(?>{_LIST})){_FILL},?q?(?:by)?h?u?(?:h?b)+x{{0,2}}(?P<among>i?x?)(?P<verb>[ka])"
        ),
    ),
    (
        "passive",
        re.compile(
            rf"(?P<list>(?>{_LIST})){_FILL}q?h?(?:h?b)+x[x\-P,]{{0,8}}?c(?P<verb>k)(?!x?o?[PQNnps])"
        ),
    ),
    ("inverted", re.compile(rf"(?:^|(?<=[.c;,x]))(?P<verb>[ka])b(?P<list>{_LIST})")),
    ("active", re.compile(rf"(?<!b)(?<!bx)(?P<verb>[kv])x?o?(?P<list>{_LIST})(?![x\-]?[kabhd])")),
    (
        "active",
        re.compile(
            rf"(?<!b)(?<!bx)(?P<verb>[kv])(?=c[kv]x?o?(?P<list>{_LIST})(?![x\-]?[kabhd]))"
        ),
    ),
    (
        "alone",
        re.compile(rf"(?P<list>(?>{_LIST})){_FILL}(?:k(?=[hd]))?,?q?(?:by)?h?u?h?b{{0,2}}(?P<verb>d)"),
    ),
    (
        "reduced",
        re.compile(rf"(?P<list>(?>{_LIST})){_INCLUDING}(?:x,(?=k))?h?(?P<verb>[ka])(?!(?<!Nk)p|o?[PQNnZs](?!k))"),
    ),
    ("them", re.compile(r"(?P<list>[NPQ])[x\-onpP,]{0,12}ckx(?P<verb>a)")),
    ("noun", re.compile(r"(?P<list>[NPQ])x{0,2}(?P<verb>f)(?!o[PQN])")),
    ("noun of", re.compile(rf"(?P<verb>f)o?(?P<list>(?<=o){_LIST}|(?<=f){_LIST})")),
    ("active", re.compile(rf"(?<!b)(?<!bx)(?P<verb>[kv])sc(?P<list>{_LIST})")),
    ("self", re.compile(r"(?P<list>(?P<verb>S))")),
    ("self", re.compile(r"(?P<verb>[kv])(?P<list>s)")),
)  # fmt: skip
_NEEDED = tuple(
    frozenset(verb.strip("[]"))
    for _, pattern in _PATTERNS
    for verb in re.findall(r"\(\?P<verb>(\w|\[\w+\])\)", pattern.pattern)
)
"""The letters of each pattern's verb: in a row without one it is not tried."""
_INCLUDED = re.compile(rf"[x\-o]{{0,4}},?i(?:x|o)?(?P<list>{_LIST})")
_EXPLAINED = re.compile("[PN],[PQN][PQNx,-]*c[PQN]")
"""Counted people, and who they are: "two victims, a man and a woman, died"."""
_COMPANY = re.compile(rf"c(?P<list>{_LIST})(?![x\-]?[kabhd])")
_HARMED_FIRST = frozenset(("passive", "alone", "reduced"))
_REAL_BEFORE_TO = frozenset(
    (
        "reported",
        "believed",
        "feared",
        "thought",
        "known",
        "presumed",
        "said",
        "claimed",
        "confirmed",
        "understood",
    )
)
_LATER_NEWS = frozenset(
    ("immediate", "immediately", "word", "else", "further", "more", "other", "others")
)
_SECOND_VERB = frozenset("bhvd")
BOTH = ("killed", "injured")
_DEEDS = frozenset(
    (
        "murder",
        "murders",
        "killing",
        "killings",
        "assassination",
        "execution",
        "slaying",
        "slayings",
    )
)
_LEADS_TO = frozenset(("shot", "abducted", "injured"))


@dataclass(frozen=True, slots=True)
class Statement:
    """What a pattern found: the figure, whose counts make it up, and how they are meant."""

    field: str
    kind: str
    verb: int
    items: tuple[Chunk, ...]
    parts: tuple[Chunk, ...] = ()
    known: bool = False
    """It refers to what is known already: ``the man who killed``, ``killing the driver``."""

    @property
    def start(self) -> int:
        """Return the first token of the counted people."""
        return min(chunk.start for chunk in self.items)


def statements(chunks: Sequence[Chunk], words: Words) -> Iterator[Statement]:
    """Yield the statements of a sentence; each verb of harm gives one at most."""
    letters = "".join(chunk.letter for chunk in chunks)
    used: set[int] = set()
    for (kind, pattern), needed in zip(_PATTERNS, _NEEDED, strict=True):
        if needed.isdisjoint(letters):
            continue
        for match in pattern.finditer(letters):
            verb = match.start("verb")
            if verb in used or not _holds(kind, match, chunks, words):
                continue
            used.add(verb)
            yield from _statement(kind, match, chunks, letters, words)
            if kind == "toll":
                letters = _without(letters, match.start("list"))
            elif kind == "reduced" and _apart(match, chunks, letters):
                letters = _without(letters, match.end("list") - 1)


def _apart(match: re.Match[str], chunks: Sequence[Chunk], letters: str) -> bool:
    """Tell whether a participle speaks of the last only: "deaths of 3 men and 12 others hurt"."""
    first, last = match.span("list")
    counted = letters[last - 1] in "NPQ" and chunks[last - 1].more
    return counted and last - first > 1 and re.search("fo?$", letters[:first]) is not None


def _without(letters: str, at: int) -> str:
    """Return the row with a number taken out: a death toll's is nobody else's."""
    return f"{letters[:at]}x{letters[at + 1 :]}"


def _holds(kind: str, match: re.Match[str], chunks: Sequence[Chunk], words: Words) -> bool:
    """Tell whether a match says that it happened, and happened to people."""
    first, last = match.start(), match.end()
    if kind == "none":
        inside = words.lower[chunks[first].start : chunks[last - 1].end]
        return not _LATER_NEWS.intersection(inside)
    if kind in {"toll", "noun"} and _is_bare(match, chunks):
        return False
    if kind == "them":  # "took seven passengers off a bus and shot them dead"
        return words.lower[chunks[match.start("verb") - 1].start] in {"them", "him", "her"}
    if kind == "reduced" and match["verb"] == "k" and set(match["list"]) <= set("n,cxo-"):
        return False
    return not _is_unreal(match.start("verb"), chunks, words)


def _is_bare(match: re.Match[str], chunks: Sequence[Chunk]) -> bool:
    """Tell whether a singular without article only stands near: "Governor deplores killing"."""
    return chunks[match.start("list")].bare and match.start("verb") != match.end("list")


def _is_unreal(verb: int, chunks: Sequence[Chunk], words: Words) -> bool:
    """Tell whether the verb only would, could or should have happened."""
    for at in range(verb - 1, max(-1, verb - 5), -1):
        letter = chunks[at].letter
        if letter == "z":
            return True
        if letter == "u":
            return not _is_reported(at, chunks, words)
        if letter not in "hbx":
            return False
    return False


def _is_reported(to: int, chunks: Sequence[Chunk], words: Words) -> bool:
    """Tell ``was said to have killed`` from ``wanted to kill``."""
    if words.lower[chunks[to].start] != "to":
        return False
    if chunks[to + 1].letter in "hb":
        return True
    return to > 0 and words.lower[chunks[to].start - 1] in _REAL_BEFORE_TO


def _statement(
    kind: str, match: re.Match[str], chunks: Sequence[Chunk], letters: str, words: Words
) -> Iterator[Statement]:
    verb, first = match.start("verb"), match.start("list")
    items = _items(kind, match, chunks, letters, words)
    if kind in _HARMED_FIRST:
        items += _along_with(verb, chunks, letters, words)
    fields: tuple[str, ...] = (chunks[verb].field,)
    if fields == (
        "both",
    ):  # "no casualties" says two things, "18 casualties" leaves open who lived
        fields = BOTH if kind == "none" else ()
    if first > 0 and letters[first - 1] == "i":
        more = tuple(item for item in items if item.more)
        items, kind = (more, kind) if more else (items, "part")
    elif match.groupdict().get("among"):
        kind = "part"
    for name in fields if items else ():
        known = (
            letters[verb - 1 : verb] == "q"
            or any(item.definite for item in items)
            or (kind == "noun of" and _is_deed(chunks[verb], words))
        )
        whole, parts = _whole(items, _parts(match, chunks, letters), chunks[verb], words)
        yield Statement(name, kind, verb, whole, parts, known)
    if kind == "passive" and items:
        yield from _joined(verb, items, chunks, letters)


def _whole(
    items: tuple[Chunk, ...], parts: tuple[Chunk, ...], verb: Chunk, words: Words
) -> tuple[tuple[Chunk, ...], tuple[Chunk, ...]]:
    """Return what is whole and what is part of it: of "3 children among 5 dead" five is whole.

    Behind the verb stands another count: "7 bodies found among 16 reported missing".
    """
    before = bool(parts) and parts[0].end <= verb.start
    among = before and "among" in words.lower[items[-1].end : parts[0].start]
    more = among and sum(part.min for part in parts) > sum(item.max for item in items)
    return (parts, items) if more else (items, parts)


def _items(
    kind: str, match: re.Match[str], chunks: Sequence[Chunk], letters: str, words: Words
) -> tuple[Chunk, ...]:
    """Return the counted people of a list, as its kind of statement reads them."""
    first, last = match.span("list")
    if kind == "none":
        return (chunks[first],)
    if (
        kind == "toll"
        and match.groupdict().get("before")
        and words.lower[chunks[first].start - 1] != "to"
    ):
        return (chunks[match.start("before")],)  # "rose to 18 with three more"
    items = _counted(chunks[first:last], letters[first:last], first, letters)
    if _tells_whole(kind, letters, match.start("verb"), chunks[last - 1]):
        return tuple(_of_whole(item) for item in items)
    if kind == "reduced" and _apart(match, chunks, letters):
        return items[-1:]
    return _last_if_commas(items, letters[first:last]) if kind == "passive" else items


def _along_with(
    verb: int, chunks: Sequence[Chunk], letters: str, words: Words
) -> tuple[Chunk, ...]:
    """Return who shares the lot: "the commander was killed along with three guards"."""
    joined = _COMPANY.match(letters, verb + 1)
    if not joined or words.lower[chunks[verb + 1].start] not in {"along", "together"}:
        return ()
    first, last = joined.span("list")
    return _counted(chunks[first:last], letters[first:last], first, letters)


def _tells_whole(kind: str, letters: str, verb: int, last: Chunk) -> bool:
    """Tell "four of the five killed" and "of the five who died were", where five is the toll."""
    if last.letter != "Y" or not last.whole:
        return False
    if kind == "reduced":
        return last.who == "" or not _SECOND_VERB.isdisjoint(letters[verb + 1 :])
    return kind == "alone" and letters[verb - 1] == "q"


def _of_whole(part: Chunk) -> Chunk:
    return part._replace(min=part.whole, max=part.whole) if part.whole else part


def _is_deed(noun: Chunk, words: Words) -> bool:
    """Tell "the murder of a girl", known already, from "the death of a civilian", which is news."""
    return words.lower[noun.start] in _DEEDS


def _joined(
    verb: int, items: tuple[Chunk, ...], chunks: Sequence[Chunk], letters: str
) -> Iterator[Statement]:
    """Yield a second verb's statement: ``was shot at and injured``, ``abducted and killed``."""
    if chunks[verb].field in _LEADS_TO and re.match(r"c[kd](?![PQNnp])", letters[verb + 1 :]):
        yield Statement(chunks[verb + 2].field, "passive", verb + 2, items)


def _parts(match: re.Match[str], chunks: Sequence[Chunk], letters: str) -> tuple[Chunk, ...]:
    """Return the counts after "including", before or after the verb."""
    for at in (match.end("list"), match.end()):
        included = _INCLUDED.match(letters, at)
        if included:
            first, last = included.span("list")
            return _counted(chunks[first:last], letters[first:last], first, letters)
    return ()


def _counted(chunks: Sequence[Chunk], letters: str, first: int, whole: str) -> tuple[Chunk, ...]:
    """Return the chunks of a list that add up: appositions and names of the counted fall out."""
    kept: list[Chunk] = []
    naming = False
    explained = _EXPLAINED.fullmatch(letters)
    if explained and whole[first + len(letters) : first + len(letters) + 1] == ",":
        rest = [
            chunk for letter, chunk in zip(letters[2:], chunks[2:], strict=True) if letter in "PQN"
        ]
        if chunks[0].max == sum(chunk.min for chunk in rest):
            return (chunks[0],)
    for at, (letter, chunk) in enumerate(zip(letters, chunks, strict=True)):
        if letter not in "PQNnYZsS":
            continue
        before = letters[at - 1] if at else ""
        if letter == "n":
            if kept and (naming or (before == "," and kept[-1].letter != "n")):
                naming = True
                continue
            kept.append(chunk)
            continue
        if (
            kept
            and before == ","
            and _is_apposition(
                kept[-1],
                chunk,
                letters[at + 1 : at + 2] or whole[first + len(letters) : first + len(letters) + 1],
            )
        ):
            continue
        naming = False
        kept.append(chunk)
    return _without_commas_only(kept, letters)


def _without_commas_only(kept: Sequence[Chunk], letters: str) -> tuple[Chunk, ...]:
    """Return one of two chunks that only a comma joins: it explains, it does not add."""
    if len(kept) != 2 or "c" in letters or min(kept[0].min, kept[1].min) > 1:  # noqa: PLR2004
        return tuple(kept)
    if kept[0].bare and (kept[1].bare or kept[1].max > 1):  # a headline's comma is an "and"
        return tuple(kept)
    if kept[0].numeral and kept[1].numeral and kept[0].group != kept[1].group:
        return tuple(kept)
    return (kept[0],) if kept[1].max == 1 else (kept[1],)


def _last_if_commas(kept: tuple[Chunk, ...], letters: str) -> tuple[Chunk, ...]:
    """Return the last of two counts that a comma parts before a full verb: a new clause's own."""
    parted = len(kept) == 2 and "c" not in letters and kept[-1].min > 1  # noqa: PLR2004
    return kept[-1:] if parted else kept


def _is_apposition(named: Chunk, chunk: Chunk, following: str) -> bool:
    """Tell whether "a policeman" explains the name before it: ``Ali Khan, a policeman, was``."""
    return named.letter == "n" and chunk.max == 1 and not chunk.more and following in {",", "b", ""}


def role_of(chunk: Chunk) -> str:
    """Return ``attacker`` for militants and their like, else ``victim``."""
    return "attacker" if chunk.group in {people.ATTACKERS, people.MILITANTS} else "victim"
