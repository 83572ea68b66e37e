"""Where the main event happened: the best of the places that its sentences name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc

from bot.domain.values import Place, PlacePrecision
from bot.extraction.actors import actors_of, homes
from bot.extraction.findings import findings
from bot.extraction.gazetteer import gazetteer
from bot.extraction.lexicons import word_set
from bot.extraction.mentions import PlaceMention, Sentence, Trigger, Zone
from bot.extraction.places import places_of
from bot.extraction.spans import between
from bot.extraction.words import words_of

WORDS = "place_words.txt"
FINE = {
    PlacePrecision.PLACE: 1.3, PlacePrecision.TEHSIL: 1.4, PlacePrecision.DISTRICT: 1.2,
    PlacePrecision.ADMIN1: 0.2, PlacePrecision.COUNTRY: -3.0, PlacePrecision.UNKNOWN: -0.5,
}  # fmt: skip
IN_ZONE = {Zone.TITLE: 1.5, Zone.LEAD: 1.0, Zone.BODY: 0.0}
UNLISTED = 1.0
"""Score of mentions that no gazetteer knows: text under a known place, which is the surer name."""
DIVIDERS = frozenset({"-", "–", "—", "|", "·", "::", "--"})
HOME = 3.0
"""What a place gains by lying in the country that the whole article speaks of."""
BODY_DECAY = 0.15
"""What each sentence further down costs a place."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What the places of an article are weighed against."""

    first: int | None
    main: frozenset[int]
    named: Counter[str]
    countries: Counter[str]
    triggers: tuple[Trigger, ...]


def main_place(doc: Doc, sentences: Sequence[int]) -> tuple[Place | None, tuple[Place, ...]]:
    """Return where the event of some sentences happened, and the other places they name.

    ``sentences`` are indexes of the sentences that tell the event, in text order.
    """
    scene = _scene(doc, sentences)
    rated = [
        (_rating(doc, mention, sentence, scene), mention, sentence.index)
        for mention, sentence in _candidates(doc, scene)
    ]
    rated.sort(key=lambda row: (-row[0], row[1].start))
    if rated:
        best = _finest([(m, index) for _, m, index in rated], scene)
        others = [p for p in dict.fromkeys(m.place for _, m, _ in rated) if p != best]
        return _completed(best, others, doc), tuple(others)
    country = _country(doc)
    return (_from_dateline(doc, country) or country if country else None), ()


def _finest(rated: Sequence[tuple[PlaceMention, int]], scene: Scene) -> Place:
    """Return the best place, or what its sentence or the event's first names in its district."""
    (best, sentence), *others = rated
    if best.place.precision is not PlacePrecision.DISTRICT:
        return best.place
    within = (
        mention.place
        for mention, index in others
        if index in {sentence, scene.first}
        and mention.place.district == best.place.district
        and mention.place.precision in {PlacePrecision.PLACE, PlacePrecision.TEHSIL}
        and mention.score > UNLISTED
        and mention.cue in word_set(WORDS, "cues")
    )
    return next(within, best.place)


def _scene(doc: Doc, sentences: Sequence[int]) -> Scene:
    named: Counter[str] = Counter()
    for mention in places_of(doc):
        for name in {mention.place.name, mention.place.district, mention.place.admin1}:
            named[name or ""] += 1
    main = frozenset(sentences)
    table = findings(doc).sentences
    told = [i for i in sentences if table[i].zone is not Zone.TITLE]
    countries = _countries(doc)
    first = next(iter(told or sentences), None)
    return Scene(first, main, named, countries, findings(doc).triggers)


def _candidates(doc: Doc, scene: Scene) -> Iterator[tuple[PlaceMention, Sentence]]:
    """Yield the places named in the event's sentences, in the headline and in the lead."""
    table = findings(doc).sentences
    places = places_of(doc)
    for sentence in table:
        near = sentence.zone in {Zone.TITLE, Zone.LEAD}
        if sentence.index not in scene.main and not near:
            continue
        for mention in between(places, sentence.start, sentence.end):
            if not mention.adjective and not _beyond_border(doc, mention):
                yield mention, sentence


def _beyond_border(doc: Doc, mention: PlaceMention) -> bool:
    """Tell a country that lies only across: "the border with Iran", "a town bordering Iran"."""
    lower = words_of(doc).lower
    before = [w for w in lower[max(0, mention.start - 3) : mention.start] if w != "the"]
    if before[-1:] == ["with"]:
        return not word_set(WORDS, "borders").isdisjoint(before[-2:-1])
    return before[-1:] == ["bordering"]


def _tells_country(doc: Doc, mention: PlaceMention) -> bool:
    """Tell whether a mention speaks for its country: no traveller's nationality, no neighbour."""
    following = words_of(doc).lower[mention.end : mention.end + 1]
    abroad = mention.adjective and not word_set(WORDS, "travellers").isdisjoint(following)
    return not abroad and not _beyond_border(doc, mention)


def _rating(doc: Doc, mention: PlaceMention, sentence: Sentence, scene: Scene) -> float:
    place = mention.place
    score = FINE[place.precision] + IN_ZONE.get(sentence.zone, -1.0)
    score -= BODY_DECAY * min(sentence.index, 10)
    score += 3.0 if sentence.index == scene.first else 1.5 * (sentence.index in scene.main)
    score += _by_cue(mention) - _as_institution(doc, mention)
    score += min(1.0, 0.25 * (scene.named[place.name] - 1))
    score += 0.3 * (place.district is not None and scene.named[place.district] > 1)
    if mention.score <= UNLISTED and place.precision is PlacePrecision.PLACE:
        score -= 2.5 if place.district or _is_street(doc, mention) else 0.0
    score -= 2.0 * _is_imprint(doc, mention, sentence)
    score += HOME * scene.countries[place.country or ""] / max(1, scene.countries.total())
    return score + _nearness(scene, mention, sentence)


def _is_street(doc: Doc, mention: PlaceMention) -> bool:
    text = words_of(doc).lower
    return not word_set(WORDS, "groups").isdisjoint(text[mention.end - 1 : mention.end + 1])


def _is_imprint(doc: Doc, mention: PlaceMention, sentence: Sentence) -> bool:
    """Tell a newspaper's own place at the end of a headline: "… - KSLA News 12 Shreveport"."""
    if sentence.zone is not Zone.TITLE:
        return False
    return not DIVIDERS.isdisjoint(words_of(doc).lower[sentence.start : mention.start])


def _by_cue(mention: PlaceMention) -> float:
    if mention.cue in word_set(WORDS, "cues"):
        return 0.5 if mention.cue == "of" else 1.2
    return -0.8 if mention.cue in word_set(WORDS, "from") else 0.0


def _as_institution(doc: Doc, mention: PlaceMention) -> float:
    """Return what a name loses as part of another: "Lahore High Court", "Sindh Police"."""
    text = words_of(doc).text
    if mention.end >= len(text) or not text[mention.end][:1].isupper():
        return 0.0
    return 1.0 if text[mention.end].lower() not in word_set(WORDS, "kinds") else 0.0


def _nearness(scene: Scene, mention: PlaceMention, sentence: Sentence) -> float:
    triggers = between(scene.triggers, sentence.start, sentence.end)
    gap = min((abs(mention.start - trigger.start) for trigger in triggers), default=None)
    return 0.0 if gap is None else 1.0 / (1.0 + gap / 6.0)


def _completed(best: Place, others: Sequence[Place], doc: Doc) -> Place:
    """Give a place without country or division those of the next best place that may contain it."""
    if best.country and (best.admin1 or best.precision is not PlacePrecision.PLACE):
        return best
    near = (p for p in others if p.country and best.country in {None, p.country})
    parent = next((p for p in near if p.admin1 or not best.country), None)
    if parent is None:
        parent = None if best.country else _country(doc)
    if parent is None:
        return best
    spot = (parent.latitude, parent.longitude)
    if best.latitude is not None and best.country:
        spot = (best.latitude, best.longitude)
    return Place(
        best.name, parent.admin1, parent.country, *spot, best.precision, parent.district
    )  # fmt: skip


def _from_dateline(doc: Doc, country: Place) -> Place | None:
    """Return the town that an article is sent from, where it names no other place."""
    line = findings(doc).dateline
    if line is None:
        return None
    sent = (m for m in between(places_of(doc), line.start, line.end) if not m.adjective)
    return next((m.place for m in sent if m.place.country == country.country), None)


def _countries(doc: Doc) -> Counter[str]:
    """Count the countries that an article speaks of: by name, nationality, place or armed group."""
    counts = Counter(
        m.place.country for m in places_of(doc) if m.place.country and _tells_country(doc, m)
    )
    home = homes()
    counts.update(home[a.name] for a in actors_of(doc) if a.name in home)
    return counts


def _country(doc: Doc) -> Place | None:
    """Return the country that an article speaks of most."""
    counts = _countries(doc)
    return gazetteer().country(counts.most_common(1)[0][0]) if counts else None
