"""What subscribers read: always well-formed, always within the limits."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.delivery.cleaning import cleaned, shortened, untappable, web_address
from bot.delivery.html import LIMIT, html_message, html_messages, text_message
from bot.delivery.locating import pin_of, render_map
from bot.delivery.renderer import (
    render_alert,
    render_change,
    render_digest,
    render_event,
    render_list,
)
from bot.domain.delivery import Pin
from bot.domain.events import Change, ChangeKind, Event
from bot.domain.reports import Casualties, CasualtyPart, Claim, IncidentType, PolicyAction
from bot.domain.values import Count, DatePrecision, DateSpan, Place, PlacePrecision, Severity
from tests.delivery.builders import (
    DAY,
    NOW,
    ZONE,
    blast,
    deportation,
    event,
    exactly,
    figure,
    source,
    statement,
)
from tests.fakes.telegram.html import check, check_plain


def card(of: Event, *reasons: str, now: dt.datetime = NOW) -> str:
    return check(render_alert(of, reasons, ZONE, now).html).text


def test_incident_card_says_severity_type_and_place_first():
    assert card(blast(), "jaffar", "sindh").split("\n") == [
        "🟠 MODERATE · BOMBING · Jacobabad, Sindh, PK",
        "Blast derails a train near the station",
        "No casualties reported · 4 carriages derailed",
        "Perpetrator: nobody has claimed it",
        "Target: Jaffar Express, passenger train",
        "Means: planted bomb",
        "Mon 26 Jan 2026 · 1 source (Dawn)",
        "“Nobody was hurt this time.” — railway official",
        "Why: jaffar, sindh · Updated 15:05 · KH-7F3A",
    ]


def test_policy_card_counts_the_days_to_its_deadline():
    assert card(deportation()).split("\n") == [
        "🟠 MODERATE · POLICY: DEPORT · PK",
        "A drive against migrants is announced",
        "By: Government of Balochistan",
        "Action: deport, announce",
        "Concerns: undocumented Afghans",
        "Figures: 1,000,000 people to be expelled; 2.5 percent",
        "Deadline: Wed 18 Feb 2026 (in 23 days)",
        "Status: announced",
        "Objects: UNHCR",
        "Supports: a party",
        "Reported Mon 26 Jan 2026 · 1 source (Dawn)",
        "Updated 15:05 · KH-7F3A",
    ]


@pytest.mark.parametrize(
    ("days", "words"),
    [(0, "today"), (1, "tomorrow"), (-1, "yesterday"), (-9, "9 days ago"), (400, "in 400 days")],
)
def test_deadline_is_counted_from_the_day_in_the_chats_zone(days, words):
    late = dt.datetime(2026, 1, 25, 20, 0, tzinfo=dt.UTC)  # already the 26th in Karachi
    text = card(deportation(deadline=DAY + dt.timedelta(days)), now=late)
    assert f"({words})" in text


def test_figures_show_who_and_how_far_reports_differ():
    told = blast(
        casualties=Casualties(killed=exactly(12), injured=Count(24, 99, "dozens")),
        breakdown=(
            CasualtyPart("killed", "soldiers", exactly(3)),
            CasualtyPart("killed", "militants", exactly(9)),
        ),
        ledger=(
            figure("killed", exactly(8), report=1),
            figure("killed", exactly(14), "Samaa", report=2),
            figure("killed", exactly(12), report=3),
        ),
    )
    assert "12 killed (3 soldiers, 9 militants; 8–14 in 3 reports), 24–99 injured" in card(told)


def test_figures_that_agree_are_told_once():
    ledger = (figure("killed", exactly(3), report=1), figure("killed", exactly(3), report=2))
    told = blast(casualties=Casualties(killed=exactly(3), injured=exactly(0)), ledger=ledger)
    assert "\n3 killed, nobody injured · " in card(told)


def test_at_least_is_kept():
    told = blast(casualties=Casualties(killed=Count(10, 10, "at least 10 people")))
    assert "\nAt least 10 killed · " in card(told)


def test_families_are_told_as_families():
    told = blast(casualties=Casualties(displaced=Count(300, 300, "About 300 families")))
    assert "About 300 families displaced" in card(told)


def test_claims_suspicions_and_denials_are_kept_apart():
    told = blast(
        claim=Claim.CLAIMED,
        statements=(
            statement("Group A", Claim.SUSPECTED),
            statement("Group B", Claim.BLAMED, "the police"),
            statement("Group A", Claim.CLAIMED),
        ),
    )
    line = "Perpetrator: Group A, suspected; Group B, blamed by the police; claimed by Group A"
    assert line in card(told)


def test_source_without_a_name_is_told_by_its_host():
    told = blast(sources=(source("", url="https://www.gazette.example/1"),))
    assert "1 source (gazette.example)" in card(told)
    assert web_address("//gazette.example/1") == "https://gazette.example/1"


def test_time_of_another_day_is_told_with_its_date():
    assert "Updated 26 Jan 15:05" in card(blast(), now=NOW + dt.timedelta(days=1))


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (DateSpan(DAY, DAY + dt.timedelta(2), DatePrecision.RANGE), "26 Jan – Wed 28 Jan 2026"),
        (DateSpan(DAY, dt.date(2026, 2, 2), DatePrecision.RANGE), "26 Jan – Mon 2 Feb 2026"),
        (DateSpan(DAY, dt.date(2027, 2, 2), DatePrecision.RANGE), "26 Jan 2026 – Tue 2 Feb 2027"),
        (DateSpan(DAY, DAY, DatePrecision.WEEK), "Week of Mon 26 Jan 2026"),
        (DateSpan(DAY, DAY, DatePrecision.MONTH), "Jan 2026"),
        (DateSpan(DAY, DAY, DatePrecision.YEAR), "2026"),
    ],
)
def test_date_is_told_as_exactly_as_it_is_known(span, words):
    assert f"\n{words} · 1 source" in card(blast(occurred_on=span))


def test_place_repeats_no_name():
    where = Place("Quetta", admin1="Balochistan", country="PK", district="Quetta")
    assert "· Quetta, Balochistan, PK\n" in card(blast(place=where))


def test_withdrawn_event_says_so():
    assert "Withdrawn by its source" in card(blast(retracted=True))


def below(of: Event) -> list[tuple[str, str | None]]:
    return [(b.text, b.data) for row in render_alert(of, (), ZONE, NOW).buttons for b in row]


def test_buttons_stand_in_the_order_in_which_people_look():
    here = Place("Jacobabad", "Sindh", "PK", 28.28, 68.44, PlacePrecision.PLACE)
    assert below(blast(place=here)) == [
        ("Sources", "o:KH-7F3A"),
        ("Map", "m:KH-7F3A"),
        ("Mute ▾", "u:KH-7F3A"),
        ("Wrong?", "w:KH-7F3A"),
    ]
    assert [label for label, _ in below(deportation())] == [
        "Sources",
        "Remind me",
        "Mute ▾",
        "Wrong?",
    ]


def test_nothing_is_below_an_event_that_is_not_stored():
    assert below(replace(blast(), public_id="")) == []


# --- maps ----------------------------------------------------------------------------------------


def pinned(precision: PlacePrecision, **more) -> Pin | None:
    where = Place("Jacobabad", "Sindh", "PK", 28.28, 68.44, precision)
    return pin_of(blast(place=replace(where, **more)))


def test_a_pin_says_what_it_shows_and_how_exactly_that_is_known():
    exact = pinned(PlacePrecision.PLACE)
    assert exact == Pin(
        28.28,
        68.44,
        "Jacobabad, Sindh, PK",
        "Blast derails a train near the station · KH-7F3A",
    )
    coarse = pinned(PlacePrecision.DISTRICT)
    assert coarse is not None
    assert coarse.address.startswith("only the district is known, this is its middle · ")


def test_no_pin_where_nothing_or_a_country_alone_is_known():
    assert pinned(PlacePrecision.COUNTRY) is None
    assert pinned(PlacePrecision.PLACE, latitude=None) is None
    assert pin_of(blast(place=None)) is None
    assert pin_of(deportation()) is None


def test_a_map_says_the_same_in_words():
    pin = pinned(PlacePrecision.PLACE)
    assert pin is not None
    parsed = check(render_map(pin).html)
    assert "Jacobabad, Sindh, PK" in parsed.text
    assert parsed.links == [
        "https://www.openstreetmap.org/?mlat=28.2800&mlon=68.4400#map=10/28.2800/68.4400"
    ]


def test_change_tells_what_changed_where_and_by_whom():
    changes = (Change(ChangeKind.TOLL_UP, "Killed 3 → 8", "killed"),)
    message = render_change(blast(), changes, ZONE, NOW)
    assert check(message.html).text.split("\n") == [
        "🟠 MODERATE · BOMBING · Jacobabad, Sindh, PK",
        "Killed 3 → 8",
        "Dawn · 15:05 · KH-7F3A",
    ]


# --- digests -------------------------------------------------------------------------------------


def numbered(count: int, make=blast, **changes) -> list[Event]:
    return [
        replace(make(**changes), id=n, public_id=f"KH-{n:04}", title=f"Story {n}")
        for n in range(1, count + 1)
    ]


def whole(messages) -> str:
    return "\n\n".join(check(message.html).text for message in messages)


def test_digest_counts_each_event_once_with_totals_as_ranges():
    ledger = (figure("killed", exactly(2), report=1), figure("killed", exactly(5), report=2))
    told = blast(casualties=Casualties(killed=exactly(5)), ledger=ledger)
    events = [told, replace(told, version=2), *numbered(2, deportation)]
    text = whole(render_digest(events, "Digest, last 24h", ZONE, NOW))
    assert text.startswith(
        "Digest, last 24h\n1 incident: 2–5 killed · 2 policy items\n🟠 1 Moderate\n\n"
    )
    assert text.count("KH-7F3A") == 1
    assert "deadline Wed 18 Feb 2026 (in 23 days)" in text


def test_a_figure_that_its_own_report_has_replaced_is_in_no_total():
    risen = blast(
        casualties=Casualties(killed=exactly(8)),
        ledger=(
            figure("killed", exactly(3)),
            replace(figure("killed", exactly(8)), at=NOW + dt.timedelta(minutes=30)),
        ),
    )
    text = whole(render_digest([risen], "Digest", ZONE, NOW))
    assert "8 killed" in text
    assert "3–8" not in text


def test_digest_shows_the_gravest_first_and_counts_the_rest():
    events = [*numbered(23), *(replace(e, public_id=f"P{e.id}") for e in numbered(12, deportation))]
    events.append(replace(blast(severity=Severity.EXTREME), public_id="KH-TOP"))
    text = whole(render_digest(events, "Digest", ZONE, NOW))
    assert text.index("KH-TOP") < text.index("KH-0001")
    assert "… and 4 more incidents" in text
    assert "… and 2 more policy items" in text


def test_empty_digest_says_so():
    assert whole(render_digest([], "Digest", ZONE, NOW)) == "Digest\nNothing was found."
    assert whole(render_list([], ZONE, NOW)) == "Nothing was found."


def test_list_keeps_its_order():
    text = whole(render_list(numbered(3), ZONE, NOW))
    assert text.index("KH-0001") < text.index("KH-0002") < text.index("KH-0003")


def test_event_in_full_shows_figures_with_sentences_all_sources_and_history():
    before = blast(sources=())
    now = blast(
        casualties=Casualties(killed=exactly(2)),
        ledger=(figure("killed", exactly(2)),),
        sources=(source("Dawn"), source("Samaa", wire="Reuters", follow_up="funeral")),
        updated_at=NOW + dt.timedelta(hours=1),
    )
    text = whole(render_event(now, [before], zone=ZONE, now=NOW))
    assert "• Killed 2 — Dawn, 15:05: “Dawn said so.”" in text
    assert "• As Samaa tells it — Samaa, 15:05, text of Reuters, follow-up (funeral)" in text
    assert "• 15:05: Moderate; Blast derails a train near the station; No casualties" in text
    assert "• 16:05: Moderate; Blast derails a train near the station; 2 killed" in text


def test_t9_event_in_full_is_split_outside_tags():
    ledger = tuple(figure("killed", exactly(n), report=n) for n in range(200))
    messages = render_event(blast(ledger=ledger), [], zone=ZONE, now=NOW)
    assert len(messages) > 2
    assert all(len(check(message.html).text) <= 4096 for message in messages)
    assert [bool(message.buttons) for message in messages][-2:] == [False, True]


def test_t9_optional_lines_go_before_anything_is_cut():
    long = blast(
        quote="a word " * 2000,
        targets=("t" * 1000,) * 3,
        title="Title " * 400,
        damage=("d" * 3000,) * 9,
    )
    text = card(long, *[f"{n} " + "r" * 2000 for n in range(20)])
    assert len(text) <= 4096
    assert text.endswith("KH-7F3A")


# --- other people's words ------------------------------------------------------------------------


def test_x1_markup_in_names_is_shown_literally():
    told = blast(title="<b>bold</b> & <script>alert(1)</script></a>", quote="1 < 2 &amp; 3")
    text = card(told, "<i>")
    assert "<b>bold</b> & <script>alert(1)</script></a>" in text
    assert "“1 < 2 &amp; 3”" in text
    assert "Why: <i>" in text


@pytest.mark.parametrize(
    "url",
    [
        "tg://user?id=5",
        "javascript:alert(1)",
        "https://user:secret@example.org/",
        "ftp://example.org/",
        "https://",
        "https://localhost/",
        "https://exa mple.org/",
        "https://example.org/\u202efdp",
        "https://example.org:99999/",
        'https://example.org/"onclick="',
        "https://[::1/",
        "",
        None,
    ],
)
def test_x2_only_web_addresses_are_linked(url):
    message = render_alert(blast(sources=(source(url=url),)), (), ZONE, NOW)
    assert check(message.html).links == []
    assert all(button.url is None for row in message.buttons for button in row)


def test_x2_web_address_is_linked():
    url = "https://example.org/a?b=1&c=%D8%A7#d"
    assert web_address(url) == url
    assert check(render_alert(blast(sources=(source(url=url),)), (), ZONE, NOW).html).links == [url]


@pytest.mark.parametrize(
    "text", ["/forgetme now", "by @someone", "#tag", "$USD", "see tg://user?id=5", "(/start)"]
)
def test_x3_nothing_in_other_peoples_words_can_be_tapped(text):
    shown = untappable(text)
    assert re.search(r"(?<![\w</])[/@#$]\w|:/", shown) is None
    assert shown.replace("\u2060", "") == text
    assert untappable("24/7 and/or a@b") == "24/7 and/or a@b"


def test_x4_invisible_and_bidirectional_characters_are_removed():
    assert cleaned("vi\u200brus \u202eevil\u2066 \x00 a\ufeff\u00ad\ud800b\nc") == "virus evil ab c"
    assert cleaned("می\u200cخواهم") == "می\u200cخواهم"
    assert cleaned("z" + "\u0301" * 50) == "z" + "\u0301" * 3
    assert cleaned("\u200b \u200d") == ""


def test_texts_are_shortened_between_words():
    assert shortened("one two three", 9) == "one two…"
    assert shortened("x" * 20, 9) == "x" * 8 + "…"


def test_own_html_gets_a_plain_twin():
    message = html_message('<b>Hello</b> <code>a &lt; b</code> <a href="https://e.org/">there</a>')
    assert message.plain == "Hello a < b there (https://e.org/)"
    expected = '<b>Hello</b> <code>a &lt; b</code> <a href="https://e.org/">there</a>'
    assert message.html == expected


def test_t9_own_html_of_any_length_is_split_or_cut():
    long = "<b>" + "word " * 3000 + "</b>"
    parts = html_messages(long)
    assert "".join(check(p.html).text for p in parts).count("word") == 3000
    assert len(check(html_message(long).html).text) <= LIMIT
    assert len(check(text_message("<" * 9000).html).text) <= LIMIT


# --- any event -----------------------------------------------------------------------------------

_long = st.builds(str.__mul__, st.sampled_from(["x", "word "]), st.integers(300, 5000))
_odd = st.sampled_from(["<b>", "</a>", "&amp;", "&#0;", "/start", "\u202e", "\ud800", ""])
_texts = st.text(max_size=20) | _odd | _long
_number = st.integers(0, 10**9)
_counts = st.builds(lambda a, b, t: Count(min(a, b), max(a, b), t), _number, _number, _texts)
_web = st.sampled_from(["https://a.example/x?y=1&z='", "tg://user?id=1", "https://ü.example/"])
_urls = _web | _texts
_casualties = st.builds(Casualties, killed=st.none() | _counts, missing=st.none() | _counts)
_many = st.lists(_texts, max_size=5).map(tuple)
_dates = st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1))
_spans = st.builds(DateSpan, _dates, _dates, st.sampled_from(DatePrecision))
_statements = st.builds(statement, _texts, st.sampled_from(Claim), _texts)
_blasts = st.builds(
    blast,
    title=_texts,
    severity=st.sampled_from(Severity),
    types=st.lists(st.sampled_from(IncidentType), max_size=2).map(tuple),
    casualties=_casualties,
    occurred_on=st.none() | _spans,
    place=st.none() | st.builds(Place, _texts, st.none() | _texts, st.none() | _texts),
    targets=_many,
    weapons=_many,
    damage=_many,
    claim=st.sampled_from(Claim),
    quote=st.none() | _texts,
    quote_by=st.none() | _texts,
    statements=st.lists(
        st.builds(statement, _texts, st.sampled_from(Claim), _texts), max_size=4
    ).map(tuple),
    sources=st.lists(st.builds(source, _texts, url=_urls, title=_texts), max_size=6).map(tuple),
    ledger=st.lists(
        st.builds(figure, st.sampled_from(["killed", "missing"]), _counts, _texts), max_size=6
    ).map(tuple),
    retracted=st.booleans(),
)
_drives = st.builds(
    deportation,
    title=_texts,
    actions=st.lists(st.sampled_from(PolicyAction), max_size=3).map(tuple),
    issuers=_many,
    subjects=_many,
    deadline=st.none() | _dates,
    effective_on=st.none() | _dates,
)


@settings(max_examples=40, deadline=None)
@given(of=_blasts | _drives | st.just(event()), reasons=_many, change=_texts)
def test_x1_t9_any_event_renders_to_html_that_telegram_takes(of, reasons, change):
    changes = (Change(ChangeKind.TOLL_UP, change),)
    messages = [
        render_alert(of, reasons, ZONE, NOW),
        render_change(of, changes, ZONE, NOW),
        *render_digest([of, of], "title", ZONE, NOW),
        *render_list([of], ZONE, NOW),
        *render_event(of, [of], zone=ZONE, now=NOW),
    ]
    for message in messages:
        check(message.html, LIMIT + 1)
        check_plain(message.plain, LIMIT + 1)
        assert all(len(b.data or "") <= 64 for row in message.buttons for b in row)
