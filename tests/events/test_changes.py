from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from bot.domain.events import ChangeKind, Event
from bot.domain.reports import Claim, Perpetrator, PolicyAction, PolicyStatus
from bot.domain.values import Severity
from bot.events.revising import join, open_event
from tests.events.builders import incident, policy, sourced


def told(
    first, second, *, publisher="Morning Post", number=1, **how
) -> list[tuple[ChangeKind, str]]:
    """What the second report's reply would say, after the first."""
    one = sourced(first)
    event = stored(open_event(one).after)
    two = sourced(second, number=number, hours=1, publisher=publisher, **how)
    step = join(event, [one], two)
    return [(change.kind, change.text) for change in step.material]


def stored(event: Event) -> Event:
    return replace(event, id=1, public_id="KH-0001")


def test_the_first_report_opens():
    step = open_event(sourced(incident(killed=3)))
    assert [change.kind for change in step.material] == [ChangeKind.OPENED]


@pytest.mark.parametrize(("before", "now"), [(3, 6), (10, 15), (0, 1), (2, 40)])
def test_a_toll_up_by_half_and_three_is_told(before, now):
    assert told(incident(killed=before), incident(killed=now)) == [
        (ChangeKind.TOLL_UP, f"Killed {before} → {now}")
    ]


@pytest.mark.parametrize(("before", "now"), [(3, 5), (10, 14), (100, 140), (1, 3), (5, 5)])
def test_a_smaller_rise_is_only_edited(before, now):
    assert told(incident(killed=before), incident(killed=now)) == []


def test_first_deaths_of_an_event_without_any_stated_are_told():
    assert told(incident(injured=4), incident(injured=4, killed=1)) == [
        (ChangeKind.TOLL_UP, "Killed not stated → 1")
    ]


def test_one_injured_more_where_none_were_stated_is_only_edited():
    assert told(incident(killed=4), incident(injured=2, killed=4)) == []


def test_small_rises_add_up_against_what_was_told():
    reports = [sourced(incident(killed=4))]
    event = stored(open_event(reports[0]).after)
    replies = []
    for hours, killed in enumerate((5, 6, 7, 8), 1):
        step = join(event, reports, sourced(incident(killed=killed), hours=hours))
        event = step.after
        replies += [change.text for change in step.material]
    assert replies == ["Killed 4 → 7"]
    assert event.incident is not None
    assert event.incident.casualties.killed is not None
    assert event.incident.casualties.killed.max == 8


def test_a_falling_toll_is_a_correction():
    assert told(incident(killed=12), incident(killed=8)) == [
        (ChangeKind.CORRECTION, "Correction: killed 12 → 8")
    ]


def test_the_injured_who_died_are_no_correction():
    assert told(incident(killed=2, injured=34), incident(killed=3, injured=33)) == []


def test_far_fewer_injured_are_a_correction():
    assert told(incident(killed=2, injured=34), incident(killed=2, injured=14)) == [
        (ChangeKind.CORRECTION, "Correction: injured 34 → 14")
    ]


def test_the_missing_who_are_found_are_no_correction():
    assert told(incident(killed=2, missing=9), incident(killed=2, missing=1)) == []


def test_a_range_is_spelled_as_one():
    assert told(incident(killed=3), incident(killed=(24, 99))) == [
        (ChangeKind.TOLL_UP, "Killed 3 → 24–99")
    ]


def test_a_claim_and_a_denial_are_told_and_blame_is_not():
    def by(status: Claim):
        return incident(killed=3, who=(Perpetrator("Red Ridge Front", status),))

    assert told(incident(killed=3), by(Claim.CLAIMED)) == [
        (ChangeKind.CLAIM, "Red Ridge Front claimed it")
    ]
    assert told(incident(killed=3), by(Claim.DENIED)) == [
        (ChangeKind.CLAIM, "Red Ridge Front denied it")
    ]
    assert told(incident(killed=3), by(Claim.BLAMED)) == []


def test_the_same_group_by_its_initials_claims_once():
    full = incident(killed=3, who=(Perpetrator("Red Ridge Front", Claim.CLAIMED),))
    short = incident(killed=3, who=(Perpetrator("RRF", Claim.CLAIMED),))
    assert told(full, short) == []


def test_severity_up_a_level_is_told_and_down_is_not():
    assert told(incident(killed=3), incident(killed=3), severity=Severity.EXTREME) == [
        (ChangeKind.SEVERITY_UP, "Severity Severe → Extreme")
    ]
    assert told(incident(killed=3), incident(killed=3), severity=Severity.MINOR) == []


def test_a_second_publisher_is_told_once_and_a_third_is_not():
    texts = ["One two three four. " * 9, "Five six seven eight. " * 9, "Nine ten eleven. " * 9]
    one, two, three = (
        sourced(incident(killed=3), number=i, hours=i, publisher=f"Paper {i}", text=texts[i - 1])
        for i in (1, 2, 3)
    )
    event = stored(open_event(one).after)
    step = join(event, [one], two)
    assert [change.text for change in step.material] == ["Second source: Paper 2"]
    assert join(step.after, [one, two], three).material == ()


def test_a_wire_copy_of_the_first_publisher_is_no_second_source():
    assert told(incident(killed=3), incident(killed=3), publisher="Herald", number=2) == []


def test_a_moved_deadline_is_told():
    first = policy(deadline=dt.date(2026, 3, 31))
    moved = policy(PolicyAction.EXTEND, deadline=dt.date(2026, 4, 30))
    assert told(first, moved) == [(ChangeKind.DEADLINE, "Deadline 31 Mar 2026 → 30 Apr 2026")]


def test_a_deadline_that_an_article_does_not_repeat_stands():
    assert told(policy(deadline=dt.date(2026, 3, 31)), policy()) == []


def test_a_suspended_order_is_told():
    stopped = policy(PolicyAction.SUSPEND, status=PolicyStatus.SUSPENDED)
    assert told(policy(), stopped) == [(ChangeKind.STATUS, "Status: suspended")]


def test_a_lifted_ban_is_told_once_and_stays_lifted():
    ban, lift = policy(), policy(PolicyAction.LIFT, status=PolicyStatus.IN_FORCE)
    assert told(ban, lift, number=2) == [(ChangeKind.STATUS, "Status: lifted")]
    one = sourced(ban)
    second = sourced(lift, number=2, hours=1)
    third = sourced(policy(status=PolicyStatus.IN_FORCE), number=3, hours=2)
    over = join(open_event(one).after, [one], second).after
    again = join(over, [one, second], third)
    assert ChangeKind.STATUS not in [change.kind for change in again.material]
    assert again.after.policy is not None
    assert again.after.policy.status is PolicyStatus.OVERTURNED


def test_a_withdrawn_report_is_a_retraction():
    kinds = [
        kind
        for kind, _ in told(
            incident(killed=3), incident(killed=3), title="RETRACTION: blast at Zarghun market"
        )
    ]
    assert kinds == [ChangeKind.RETRACTION]


def test_follow_ups_are_quiet_whatever_they_say():
    assert told(incident(killed=3), incident(killed=30), number=2, follow_up="funeral") == []
    assert told(incident(killed=3), None, number=2, publisher="Herald") == []


def test_the_first_report_that_is_no_follow_up_opens_the_event_in_earnest():
    one = sourced(incident(killed=3), follow_up="condemnation")
    first = open_event(one)
    assert first.material == ()
    step = join(stored(first.after), [one], sourced(incident(killed=3), number=2, hours=1))
    assert [change.kind for change in step.material] == [ChangeKind.OPENED]
