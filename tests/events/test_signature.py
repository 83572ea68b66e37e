import pytest

from bot.domain.reports import Perpetrator
from bot.events.signature import sign
from tests.events.builders import incident, sourced


@pytest.mark.parametrize(
    "name", ["Army of Dawn", "guerrillas of Army of Dawn", "urban guerrillas of Army of Dawn"]
)
def test_group_is_one_with_or_without_the_word_for_its_people(name):
    signed = sign(sourced(incident(who=(Perpetrator(name),))))
    assert signed.actors == ("army of dawn",)


def test_attackers_without_a_name_are_no_group():
    assert not sign(sourced(incident(who=(Perpetrator("unidentified gunmen"),)))).actors
