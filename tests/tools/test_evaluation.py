import datetime as dt
import json

import pytest

from bot.domain.reports import Casualties, Incident, IncidentType, Kind, Report
from bot.domain.values import Count, DateSpan, Place
from tools.evaluation import articles, board, corrections, groups, incidents, names, sets
from tools.evaluation.tally import Miss, Score, Tally


def report(**fields: object) -> Report:
    incident = Incident(types=(IncidentType.BOMBING,), **fields)  # type: ignore[arg-type]
    return Report("a", Kind.INCIDENT, "", None, incident=incident)


def gold(**fields: object) -> dict[str, object]:
    return {
        "id": "a",
        "kind": "incident",
        "incident": {"types": ["bombing"], **fields},
        "background": [{"killed": 33}],
    }


def test_score_without_values_is_zero():
    assert (Score().precision, Score().recall, Score().f1) == (0.0, 0.0, 0.0)


def test_the_f1_is_the_harmonic_mean():
    score = Score(right=2, told=4, wanted=2)
    assert score.f1 == pytest.approx(2 * 0.5 * 1.0 / 1.5)


@pytest.mark.parametrize(
    ("told", "accepted"),
    [("Abad Railway Station", "Abad"), ("the Punjab", "Punjab"), ("Zürich", "zurich")],
)
def test_names_match_as_whole_words(told, accepted):
    assert names.same_name(told, [accepted])


def test_part_of_a_word_is_no_match():
    assert not names.same_name("Kech", ["Kechi"])


def test_phrase_matches_by_half_of_its_words():
    assert names.overlaps("use of plastic bags", ["plastic bags"])
    assert not names.overlaps("bags of cement dust", ["plastic bags"])


def test_right_count_is_right_and_another_is_not():
    right = articles.score("s", [(gold(killed={"min": 3, "max": 3}), report(casualties=toll(3)))])
    wrong = articles.score("s", [(gold(killed={"min": 3, "max": 3}), report(casualties=toll(4)))])
    assert right.scores["killed"] == Score(1, 1, 1)
    assert wrong.scores["killed"] == Score(0, 1, 1)


def toll(killed: int) -> Casualties:
    return Casualties(killed=Count(killed, killed))


def test_background_figure_told_as_the_main_one_is_a_leak():
    tally = articles.score("s", [(gold(killed=None), report(casualties=toll(33)))])
    assert tally.figures["background leaks"] == 1


def test_another_event_counts_as_spurious_and_missed():
    row = {"id": "a", "gold": {"incidents": [{"type": ["KIDNAPPING"], "places": ["Lima"]}]}}
    told = report(place=Place("Quetta"))
    tally = incidents.score("s", [(row, told)])
    assert tally.scores["type"] == Score(0, 1, 1)
    assert tally.scores["place"] == Score(0, 1, 1)


def test_day_within_the_span_is_right():
    span = {"start": "1990-02-02", "end": "1990-02-04"}
    row = {"id": "a", "gold": {"incidents": [{"type": ["BOMBING"], "date": [span]}]}}
    day = dt.date(1990, 2, 3)
    tally = incidents.score("s", [(row, report(occurred_on=DateSpan(day, day)))])
    assert tally.scores["date"] == Score(1, 1, 1)


def test_quiet_article_with_an_incident_told_is_a_false_alert():
    tally = incidents.score("s", [({"id": "a", "gold": {"incidents": []}}, report())])
    assert tally.figures["false alerts"] == 1.0


def test_board_shows_what_misses_its_goal():
    tally = Tally("own")
    tally.figures["kind accuracy"] = 0.1
    assert "kind accuracy" in board.unmet(tally)
    assert any("NOT" in line for line in board.table([tally]))


def test_every_goal_names_a_set_that_exists():
    names_of_sets = {"own", "articles", "satp_pk", "wiki_terror", "gva", "muc4", "policy", "seeds"}
    assert set(board.goals()) == names_of_sets


def test_published_day_without_a_day_is_unknown():
    assert sets.published("2019-11") is None
    assert sets.published("2019-11-05") == dt.datetime(2019, 11, 5, tzinfo=dt.UTC)


@pytest.fixture
def correction() -> dict[str, object]:
    return {
        "id": "c1",
        "article": {"id": "a1", "title": "Bomb kills two", "text": "A bomb killed two in Quetta."},
        "field": "incident.casualties.killed",
        "wrong": {"min": 3, "max": 3},
        "right": {"min": 2, "max": 2},
        "by": "a reader",
    }


def test_correction_is_a_test_case(tmp_path, correction):
    path = tmp_path / "corrections.jsonl"
    path.write_text(json.dumps(correction) + "\n", encoding="utf-8")
    chosen = corrections.load(path)
    good = chosen.scorer(chosen.name, chosen.cases(lambda _: report(casualties=toll(2))))
    bad = chosen.scorer(chosen.name, chosen.cases(lambda _: report(casualties=toll(3))))
    assert good.figures["fixed"] == 1.0
    assert bad.figures["fixed"] == 0.0


def test_correction_without_its_value_says_what_is_missing(tmp_path, correction):
    del correction["right"]
    path = tmp_path / "corrections.jsonl"
    path.write_text(json.dumps(correction) + "\n", encoding="utf-8")
    with pytest.raises(corrections.CorrectionError, match="correction 1 lacks right"):
        corrections.load(path)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("x{", "no JSON Lines"),
        ("[1]", "correction 1 is no JSON object"),
        ('{"id": "c", "article": {}, "field": "kind", "right": "other"}', "without a text"),
    ],
)
def test_file_that_holds_no_corrections_says_so(tmp_path, text, says):
    path = tmp_path / "corrections.jsonl"
    path.write_text(text + "\n", encoding="utf-8")
    with pytest.raises(corrections.CorrectionError, match=says):
        corrections.load(path)


@pytest.mark.parametrize(
    ("wanted", "told", "name"),
    [
        (3, None, "not told"),
        (None, (2, 2), "not wanted"),
        ({"min": 4, "max": 4}, (3, 3), "too low"),
        (4, (7, 7), "too high"),
        ({"start": "2025-01-02"}, (dt.date(2025, 1, 3), dt.date(2025, 1, 3)), "a day off"),
        ("2025-01-02", dt.date(2025, 1, 7), "two to seven days off"),
        ("2025-01-02", dt.date(2024, 1, 2), "more than a week off"),
        (["BOMBING"], ["ATTACK"], "different"),
    ],
)
def test_misses_are_told_in_groups(wanted, told, name):
    tally = Tally("own", misses=[Miss("killed", "a", wanted, told)])
    assert groups.group(tally.misses[0]) == name
    assert list(groups.summary(tally, "killed")) == [f"  own: 1 misses: 1 {name}"]
