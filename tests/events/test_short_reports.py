"""Short items share most of their words: what keeps two events of one day apart all the same."""

import datetime as dt

import pytest

from bot.domain.events import Candidate, SourcedReport
from bot.domain.reports import Article
from bot.events.merger import choose
from bot.events.signature import sign
from tests.extraction.reading import extractor

NOON = dt.datetime(2025, 3, 10, 12, tzinfo=dt.UTC)


def told(number, title, text):
    article = Article(str(number), title, text, NOON + dt.timedelta(minutes=10 * number))
    report = extractor().extract(article)
    return sign(
        SourcedReport(report, "Morning Post", "", NOON, text, entry_id=number, report_id=number)
    )


def are_one(first, second):
    old = told(1, *first)
    return choose(told(2, *second), [Candidate(1, (old,))]).event_id == 1


def item(what, where):
    return (f"{what} in {where}", f"{what} in {where} on Monday, police said.")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (item("Bomb blast kills five people", "Lahore"), item("Bomb blast kills five", "Sialkot")),
        (item("Bomb blast kills 66 people", "Minsk"), item("Bus crash kills 18 people", "Minsk")),
        (item("Flood kills 18 people", "Swat"), item("Gunmen kill three people", "Swat")),
        (
            ("Fire in Karachi", "A fire broke out in a factory in Karachi on Monday, police said."),
            ("Protest in Karachi", "Protesters blocked a road in Karachi on Monday, police said."),
        ),
        (
            ("Two killed in Quetta", "Gunmen killed two men on Sariab Road in Quetta on Monday."),
            ("Man killed in Quetta", "Gunmen killed a man on Brewery Road in Quetta on Monday."),
        ),
    ],
)
def test_two_events_of_one_day_stay_apart_however_alike_their_words(first, second):
    assert not are_one(first, second)
    assert not are_one(second, first)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (
            (
                "Three labourers killed in Kech",
                "Gunmen shot dead three labourers in Kech on Monday.",
            ),
            (
                "Kech labourers: toll at four",
                "A fourth labourer died after gunmen attacked in Kech.",
            ),
        ),
        (
            (
                "12 killed as bus falls into ravine in Kohistan",
                "At least 12 died when a passenger bus fell in Kohistan on Monday, police said.",
            ),
            (
                "Bus accident in Kohistan leaves 14 dead",
                "Fourteen died in Kohistan as a passenger bus left a road on Monday, police said.",
            ),
        ),
    ],
)
def test_two_short_reports_of_one_event_are_merged(first, second):
    assert are_one(first, second)
