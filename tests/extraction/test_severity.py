import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.reports import Casualties, Figure, Incident, IncidentType, Policy, PolicyAction
from bot.domain.values import Count, Severity
from bot.extraction.severity import of_incident, of_policy
from tests.extraction.reading import report

KILLED = st.integers(min_value=0, max_value=500)


def toll(
    killed: int | None = None,
    injured: int | None = None,
    kind: IncidentType = IncidentType.SHOOTING,
) -> Incident:
    count = [None if n is None else Count(n, n) for n in (killed, injured)]
    return Incident(types=(kind,), casualties=Casualties(killed=count[0], injured=count[1]))


@pytest.mark.parametrize(
    ("killed", "severity"),
    [(1, Severity.MODERATE), (3, Severity.SEVERE), (10, Severity.EXTREME)],
)
def test_more_dead_are_graver(killed, severity):
    assert of_incident(toll(killed)) is severity


@pytest.mark.parametrize(
    ("missing", "severity"),
    [(1, Severity.MODERATE), (12, Severity.SEVERE), (50, Severity.EXTREME)],
)
def test_missing_people_weigh_less_than_dead_ones(missing, severity):
    casualties = Casualties(missing=Count(missing, missing), displaced=Count(300, 300))
    assert of_incident(Incident((IncidentType.FLOOD,), casualties=casualties)) is severity


def test_bombing_without_a_toll_is_severe():
    assert of_incident(toll(kind=IncidentType.BOMBING)) is Severity.SEVERE


def test_bombing_that_hurt_nobody_is_moderate():
    assert of_incident(toll(0, 0, IncidentType.BOMBING)) is Severity.MODERATE


def test_accident_that_hurt_nobody_is_minor():
    assert of_incident(toll(0, 0, IncidentType.TRANSPORT_ACCIDENT)) is Severity.MINOR


@given(KILLED, KILLED)
def test_severity_never_falls_as_the_toll_rises(one, other):
    low, high = sorted((one, other))
    assert low == 0 or of_incident(toll(low)) <= of_incident(toll(high))


def test_expulsion_of_many_is_severe():
    figures = (Figure(1e6, "illegal migrants"),)
    assert of_policy(Policy((PolicyAction.DEPORT,), figures=figures)) is Severity.SEVERE


def test_price_is_minor():
    assert of_policy(Policy((PolicyAction.SET_PRICE,))) is Severity.MINOR


def test_other_news_has_no_severity():
    assert report("Garden show draws crowds", "Roses were on show.").severity is Severity.UNKNOWN
