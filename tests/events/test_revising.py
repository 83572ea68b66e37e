from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from bot.domain.events import ChangeKind, Event, Signature
from bot.domain.reports import Casualties, Claim, IncidentType, Kind, Perpetrator
from bot.domain.values import Count, Place, PlacePrecision
from bot.events.revising import correct, join, merge, open_event, split
from bot.events.signature import sign
from tests.events.builders import TOWN, after, incident, policy, sourced

OTHER_TEXT = (
    "Traders counted broken stalls, and a bus driver described smoke over the Akbari hotel."
)


def opened(one) -> Event:
    return replace(open_event(one).after, id=1, public_id="KH-0001")


def test_an_event_and_a_signature_survive_json():
    who = (Perpetrator("Red Ridge Front", Claim.BLAMED, "police"),)
    one = sourced(incident(killed=3, who=who), sentence="“Three men died beside my shop,” he said.")
    for value, type_ in ((opened(one), Event), (sign(one), Signature)):
        adapter = TypeAdapter(type_)
        assert adapter.validate_json(adapter.dump_json(value)) == value


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(0, 20)), min_size=1, max_size=6))
@settings(max_examples=30, deadline=None)
def test_the_same_revision_again_changes_nothing(told):
    reports = [
        sourced(incident(killed=killed), number=number, hours=hours, publisher=f"Paper {number}")
        for hours, (number, killed) in enumerate(told)
    ]
    event, kept = opened(reports[0]), {reports[0].report_id: reports[0]}
    for one in reports[1:]:
        event = join(event, list(kept.values()), one).after
        kept[one.report_id] = one
    again = join(event, list(kept.values()), reports[-1])
    assert again.after == event
    assert not again.visible
    assert again.material == ()


def test_a_revision_replaces_its_report_and_the_ledger_keeps_both():
    one = sourced(incident(killed=3))
    two = sourced(incident(killed=12), hours=1, title="Toll rises to 12")
    step = join(opened(one), [one], two)
    assert len(step.after.sources) == 1
    assert step.after.title == "Toll rises to 12"
    assert [e.count.max for e in step.after.ledger] == [3, 12]


def test_a_rewritten_report_that_is_no_incident_any_more_leaves_the_event_its_facts():
    one = sourced(incident(killed=3))
    step = join(opened(one), [one], sourced(None, hours=5, title="Minister vows to act"))
    assert step.after.kind is Kind.INCIDENT
    assert step.after.incident is not None
    assert step.after.incident.casualties.killed == Count(3, 3)
    assert step.material == ()


def test_facts_that_one_article_misses_the_others_correct():
    district = Place("Zarghun District", "Balochistan", "PK", precision=PlacePrecision.DISTRICT)
    far = Place("Elsewhere", "Punjab", "PK", precision=PlacePrecision.PLACE)
    fire, bomb = IncidentType.FIRE, IncidentType.BOMBING
    facts = [
        incident(types=(fire, bomb), place=far),
        incident(types=(bomb,), place=district),
        incident(types=(bomb,), place=TOWN, day=None),
    ]
    reports = [sourced(fact, number=i, hours=i) for i, fact in enumerate(facts, 1)]
    event = opened(reports[0])
    event = join(event, reports[:1], reports[1]).after
    event = join(event, reports[:2], reports[2]).after
    assert event.incident is not None
    assert event.incident.types[0] is bomb
    assert event.incident.place == TOWN


def test_statements_are_kept_apart_by_what_they_say():
    def by(number: int, status: Claim):
        who = (Perpetrator("Red Ridge Front", status),)
        return sourced(incident(who=who, claim=status), number=number, hours=number)

    reports = [by(1, Claim.SUSPECTED), by(2, Claim.BLAMED), by(3, Claim.DENIED)]
    event = opened(reports[0])
    event = join(event, reports[:1], reports[1]).after
    event = join(event, reports[:2], reports[2]).after
    assert [s.status for s in event.statements] == [Claim.SUSPECTED, Claim.BLAMED, Claim.DENIED]
    assert event.incident is not None
    assert event.incident.claim is Claim.DENIED


def test_the_operator_s_figure_stands():
    one = sourced(incident(killed=12))
    step = correct(opened(one), "killed", Count(8, 8), after(2), "Clinic's list.")
    assert [change.text for change in step.material] == ["Correction: killed 12 → 8"]
    assert step.after.ledger[-1].sentence == "Clinic's list."


def test_a_policy_has_no_toll_to_correct():
    with pytest.raises(ValueError, match="policy has no killed"):
        correct(opened(sourced(policy())), "killed", Count(1, 1), after(1))


def test_a_merge_keeps_every_figure_and_points_the_other_event_to_its_place():
    one = sourced(incident(killed=3), number=1)
    two = sourced(incident(killed=9), number=2, hours=1, publisher="Herald", text=OTHER_TEXT)
    left = opened(one)
    right = replace(open_event(two).after, id=2, public_id="KH-0002")
    into, gone = merge(left, right, [one, two])
    assert into.after.incident is not None
    assert into.after.incident.casualties == Casualties(killed=Count(9, 9))
    assert [e.count.max for e in into.after.ledger] == [3, 9]
    assert [change.text for change in into.material] == ["Merged with KH-0002"]
    assert gone.after.merged_into == 1
    assert [change.kind for change in gone.material] == [ChangeKind.MERGED]


def test_a_split_gives_each_side_its_own_reports_figures_and_statements():
    who = (Perpetrator("Red Ridge Front", Claim.CLAIMED),)
    one = sourced(incident(killed=3), number=1)
    two = sourced(incident(killed=9, who=who), number=2, hours=1, text=OTHER_TEXT)
    both = join(opened(one), [one], two).after
    rest, new = split(both, [one], [two])
    assert rest.after.incident is not None
    assert new.after.incident is not None
    assert rest.after.incident.casualties.killed == Count(3, 3)
    assert new.after.incident.casualties.killed == Count(9, 9)
    assert rest.after.statements == ()
    assert [change.kind for change in rest.material] == [ChangeKind.SPLIT]
    assert [change.kind for change in new.material] == [ChangeKind.OPENED]
    assert new.after.id == 0


def test_a_split_leaves_something_on_each_side():
    one = sourced(incident(killed=3))
    with pytest.raises(ValueError, match="at least one report"):
        split(opened(one), [one], [])
