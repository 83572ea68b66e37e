import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.values import DatePrecision, DateSpan
from bot.extraction.calendar_words import WEEKDAYS, find, resolve
from bot.extraction.findings import findings
from tests.extraction.reading import doc_of, report

WEDNESDAY = dt.date(2025, 11, 12)
DAYS = st.dates(dt.date(1950, 1, 1), dt.date(2090, 1, 1))


def day(text: str) -> str | None:
    span = resolve(text, WEDNESDAY)
    return span.start.isoformat() if span else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("on Monday", "2025-11-10"), ("on Wednesday", "2025-11-12"),
        ("last Wednesday", "2025-11-05"), ("Friday last week", "2025-11-07"),
        ("next Friday", "2025-11-14"), ("yesterday", "2025-11-11"), ("today", "2025-11-12"),
        ("last night", "2025-11-11"), ("the day before yesterday", "2025-11-10"),
        ("two days ago", "2025-11-10"), ("Nov 5", "2025-11-05"), ("Nov. 5, 2023", "2023-11-05"),
        ("5 November 2025", "2025-11-05"), ("5th of November", "2025-11-05"),
        ("4 FEB 90", "1990-02-04"), ("2 FEBRUARY", "2025-02-02"), ("Dec 3", "2024-12-03"),
        ("2025-11-05", "2025-11-05"), ("05/11/2025", "2025-11-05"), ("11/5/25", "2025-11-05"),
        ("31/10/2025", "2025-10-31"), ("Feb 29", "2024-02-29"),
        ("in the last two days", "2025-11-10"),
    ],
)  # fmt: skip
def test_expression_means_a_day(text, expected):
    assert day(text) == expected


@pytest.mark.parametrize(
    ("text", "start", "end", "precision"),
    [
        ("in March last year", "2024-03-01", "2024-03-31", DatePrecision.MONTH),
        ("in March 2025", "2025-03-01", "2025-03-31", DatePrecision.MONTH),
        ("in December", "2024-12-01", "2024-12-31", DatePrecision.MONTH),
        ("earlier this month", "2025-11-01", "2025-11-12", DatePrecision.MONTH),
        ("last week", "2025-11-03", "2025-11-09", DatePrecision.WEEK),
        ("over the past weekend", "2025-11-08", "2025-11-09", DatePrecision.RANGE),
        ("in 2014", "2014-01-01", "2014-12-31", DatePrecision.YEAR),
        ("three years ago", "2022-01-01", "2022-12-31", DatePrecision.YEAR),
        ("December 3-5, 2023", "2023-12-03", "2023-12-05", DatePrecision.RANGE),
        ("from 3 to 5 March", "2025-03-03", "2025-03-05", DatePrecision.RANGE),
        ("within 30 days", "2025-11-12", "2025-12-12", DatePrecision.RANGE),
    ],
)
def test_expression_means_a_span(text, start, end, precision):
    span = DateSpan(dt.date.fromisoformat(start), dt.date.fromisoformat(end), precision)
    assert resolve(text, WEDNESDAY) == span


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("by end of January", "2026-01-31"), ("January 15", "2026-01-15"),
        ("Friday", "2025-11-14"), ("by the end of the month", "2025-11-30"),
        ("March 1, 2027", "2027-03-01"),
    ],
)  # fmt: skip
def test_deadline_lies_ahead(text, expected):
    span = resolve(text, WEDNESDAY, "future")
    assert span
    assert span.end.isoformat() == expected


@pytest.mark.parametrize("text", ["it may rain", "they march on", "15 people", "version 3.11.2"])
def test_what_is_no_date_means_nothing(text):
    assert day(text) is None


@given(DAYS, st.sampled_from(sorted(WEEKDAYS)))
def test_weekday_never_resolves_to_after_the_anchor(anchor, name):
    span = resolve(f"on {name}", anchor)
    assert span
    assert dt.timedelta(0) <= anchor - span.start < dt.timedelta(days=7)
    assert span.start.weekday() == WEEKDAYS[name]


@given(DAYS, st.sampled_from(sorted(WEEKDAYS)))
def test_coming_weekday_is_within_a_week(anchor, name):
    span = resolve(name, anchor, "future")
    assert span
    assert dt.timedelta(0) <= span.start - anchor < dt.timedelta(days=7)


@given(DAYS, st.text(max_size=60))
def test_no_text_breaks_the_reading_of_dates(anchor, text):
    for found in find(text, anchor):
        assert found.span.start <= found.span.end


def test_date_without_anchor_needs_its_year():
    dates = findings(doc_of("", "It began on 5 May 2020 and ended on Monday.", None)).dates
    assert [(m.text, m.span.start.year) for m in dates] == [("5 May 2020", 2020)]


def test_date_after_until_or_will_lies_ahead():
    doc = doc_of("", "The road is closed until 20 April. Trains will run again on 2 May.")
    assert [m.span.start.isoformat() for m in findings(doc).dates] == ["2025-04-20", "2025-05-02"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Two men died in a blast on Saturday, police said on Monday.", "2025-03-08"),
        ("Two men died in a blast, police said on Monday. It occurred on Saturday.", "2025-03-08"),
        ("Two men died in a blast on Friday. The suspect was charged on Sunday.", "2025-03-07"),
        ("Two men died in a blast, police said on Monday.", "2025-03-10"),
        ("Two men died in a blast.", None),
    ],
)  # fmt: skip
def test_day_of_the_event_is_not_the_day_somebody_spoke(text, expected):
    incident = report("", text).incident
    assert incident
    when = incident.occurred_on
    assert (when.start.isoformat() if when else None) == expected


@pytest.mark.parametrize("year", [1, 9999])
def test_year_that_no_news_has_is_no_anchor(year):
    published = dt.datetime(year, 1, 1, tzinfo=dt.UTC)
    doc = doc_of("", "Two men died in a blast on Monday.", published)
    assert findings(doc).anchor is None
    assert findings(doc).dates == ()


@pytest.mark.parametrize(
    ("text", "published", "day"),
    [
        ("early on New Year's Day", dt.date(2025, 1, 5), dt.date(2025, 1, 1)),
        ("on New Year's Eve", dt.date(2025, 1, 2), dt.date(2024, 12, 31)),
        ("on Christmas Eve", dt.date(2024, 12, 27), dt.date(2024, 12, 24)),
        ("on Thanksgiving night", dt.date(2024, 12, 3), dt.date(2024, 11, 28)),
        ("on Labor Day", dt.date(2014, 9, 3), dt.date(2014, 9, 1)),
        ("on Memorial Day", dt.date(2015, 5, 27), dt.date(2015, 5, 25)),
        ("on Halloween 2015", dt.date(2017, 5, 27), dt.date(2015, 10, 31)),
        ("for Halloween", dt.date(2017, 5, 27), None),
    ],
)
def test_holiday_is_a_day_where_it_is_recent(text, published, day):
    span = resolve(text, published)
    assert (span.start if span else None) == day
