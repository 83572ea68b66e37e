import re

from bot.domain import taxonomy
from bot.domain.reports import IncidentType, PolicyAction

CAP = {"Geo", "Met", "Safety", "Security", "Rescue", "Fire", "Health", "Env"} | {
    "Transport",
    "Infra",
    "CBRNE",
    "Other",
}


def test_every_type_and_action_has_its_terms():
    assert set(taxonomy.INCIDENTS) == set(IncidentType)
    assert set(taxonomy.POLICIES) == set(PolicyAction)


def test_terms_are_those_of_the_standards():
    for terms in (*taxonomy.INCIDENTS.values(), *taxonomy.POLICIES.values()):
        assert terms.cap in CAP
        assert re.fullmatch(r"medtop:(0[1-9]|1[0-7])0{6}", str(terms.topic))
