"""How an article falls into zones, paragraphs and sentences, and where it speaks from."""

import datetime as dt

import pytest

from bot.domain.reports import Article
from bot.extraction.findings import findings
from bot.extraction.mentions import Zone
from bot.extraction.sentences import LONGEST
from tests.extraction.reading import MONDAY, doc_of, extractor, report

WIRE = """   LIMA, 12 MAR 90 (EFE) -- [TEXT] A BOMB WENT OFF THIS MORNING NEAR
A POWER TOWER IN THE DISTRICT OF CALLAO, AND TWO WATCHMEN WERE
WOUNDED.  POLICE HAVE CLOSED THE ROAD.

   COL. JUAN ROJAS SAID THAT NOBODY HAS BEEN ARRESTED SO FAR IN THE
CAPITAL OR ELSEWHERE IN THE COUNTRY."""


def sentences(title, text):
    doc = doc_of(title, text)
    return [(s.zone, doc[s.start : s.end].text.strip()) for s in findings(doc).sentences]


def test_boilerplate_is_a_zone_of_its_own():
    lines = (
        "Short Url\nUpdated 3 May 2025\nFollow\nA fire broke out in a mill.\nWith inputs from AFP"
    )
    zones = [zone for zone, _ in sentences("Fire in a mill", lines)]
    assert zones[1:4] == [Zone.BOILERPLATE] * 3
    assert zones[4] is Zone.LEAD
    assert zones[-1] is Zone.BOILERPLATE


def test_headline_repeated_in_the_body_is_not_read_twice():
    assert sentences("Fire in a mill", "Fire in a mill\n\nTwo men died.")[1][0] is Zone.BOILERPLATE


def test_caption_with_a_credit_is_a_caption():
    found = sentences(
        "Fire", "Smoke over the mill after a fire killed nine. (AP Photo)\nOne man died."
    )
    assert found[1][0] is Zone.CAPTION


def test_bullet_belongs_to_the_lead():
    assert sentences("Fire", "• Two men died\nThe fire began at night.")[1] == (
        Zone.LEAD,
        "Two men died",
    )


@pytest.mark.parametrize(
    "text",
    [
        "Lt. Col. A. Khan of D.I. Khan said it cost Rs. 5 million.",
        "The shop in St. Paul, Minn. was hit at 10 p.m. on Sunday.",
        "He lives at No. 12, Mall Rd. in Lahore.",
    ],
)
def test_abbreviation_ends_no_sentence(text):
    assert len(sentences("", text)) == 1


def test_sentence_ends_where_the_blank_is_missing():
    assert len(sentences("", "The bridge fell.The army came.")) == 2


def test_dateline_tells_place_day_and_agency():
    line = findings(doc_of("", "PESHAWAR, March 3 (AFP) — Two men died in a fire.")).dateline
    assert line is not None
    assert (line.place, line.day, line.agency) == ("PESHAWAR", dt.date(2025, 3, 3), "AFP")


def test_day_of_the_dateline_is_the_anchor():
    assert findings(doc_of("", "LAHORE, March 3 — Two men died.")).anchor == dt.date(2025, 3, 3)


def test_name_before_a_colon_is_no_dateline():
    assert findings(doc_of("", "Minister: two men died in the fire.")).dateline is None


def test_shouted_wire_copy_is_unwrapped_and_gets_its_case_back():
    doc = doc_of("", WIRE)
    text = [doc[s.start : s.end].text.strip() for s in findings(doc).sentences]
    assert text[0].startswith("A bomb went off this morning near a power tower")
    assert text[1] == "Police have closed the road."
    assert findings(doc).anchor == dt.date(1990, 3, 12)


def test_evidence_points_at_the_article_as_given():
    title, text = "Fire", "QUETTA: Two la\u00adbourers were killed\u00a0in “a fire”, police said."
    evidence = report(title, text).evidence["killed"][0]
    assert text[evidence.start : evidence.end] == evidence.sentence
    assert evidence.sentence.startswith("Two la\u00adbourers")


def test_endless_sentence_is_cut():
    doc = doc_of("", "and then " * 1000)
    assert max(s.end - s.start for s in findings(doc).sentences) <= LONGEST


def test_articles_read_together_are_read_as_each_alone():
    texts = ["Five died.", "", "A ban began. " * 20_000, *("Two were hurt in Lahore.",) * 20]
    articles = [Article(str(n), "Blast in Quetta", t, MONDAY) for n, t in enumerate(texts)]
    alone = [extractor().extract(article) for article in articles]
    assert extractor().extract_many(articles) == alone
    assert extractor().extract_many([]) == []
