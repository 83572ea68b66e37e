from __future__ import annotations

import datetime as dt
from dataclasses import replace

from bot.domain.events import Candidate, Constraints
from bot.domain.reports import IncidentType, PolicyAction, PolicyStatus
from bot.domain.values import Place, PlacePrecision
from bot.events.batch import Archive, merge_articles
from bot.events.merger import choose
from bot.events.signature import sign
from tests.events.builders import TEXT, TODAY, TOWN, incident, policy, sourced

SAME = (
    "The market of Zarghun was full when the handcart blew up, said traders who buy vegetables "
    "there every Wednesday. Mirwais Tareen, who keeps a shop under the Akbari hotel, counted "
    "bodies himself. The Bolan clinic asked for blood and sent patients on to Killi Paind."
)
UNLIKE = (
    "Masked riders opened fire on the convoy of a contractor near the Zarghun bypass and fled "
    "towards the hills. The levies closed the road. Engineer Sadiq Kurd survived."
)


def decided(new, *old) -> int | None:
    candidates = [Candidate(i, (sign(one),)) for i, one in enumerate(old, 1)]
    return choose(sign(new), candidates).event_id


def test_two_publishers_words_on_one_event_are_merged():
    first = sourced(incident(killed=3), number=1)
    assert decided(sourced(incident(killed=3), number=2, hours=3, text=SAME), first) == 1


def test_place_type_and_day_alone_never_merge():
    first = sourced(incident(), number=1)
    other = sourced(incident(), number=2, hours=3, text=UNLIKE, title="Riders attack contractor")
    assert decided(other, first) is None


def test_a_report_out_of_the_window_opens_its_own_event():
    first = sourced(incident(day=None), number=1)
    assert decided(sourced(incident(day=None), number=2, hours=24 * 9, text=SAME), first) is None


def test_a_late_report_of_the_same_day_joins():
    first = sourced(incident(killed=9), number=1)
    assert decided(sourced(incident(killed=9), number=2, hours=24 * 5, text=SAME), first) == 1


def test_look_alikes_in_one_town_two_days_later_stay_apart():
    later = TODAY + dt.timedelta(days=3)
    text = (
        "A device planted in a motorcycle wounded two women near the bus stop of Zarghun on "
        "Saturday, the levies said. Ambulances came from Sariab and passengers were sent home."
    )
    title = "Two women hurt in Zarghun blast"
    first = sourced(incident(killed=3), number=1)
    assert (
        decided(
            sourced(incident(injured=2, day=later), number=2, hours=72, text=text, title=title),
            first,
        )
        is None
    )


def test_the_same_words_on_another_day_are_another_event():
    """A publisher writes of every blast in its town alike; each tells of its own day."""
    first = sourced(incident(killed=3), number=1)
    for days in (2, 3, 7):
        later = incident(killed=5, day=TODAY + dt.timedelta(days=days))
        again = sourced(
            later, number=2, hours=24 * days, text=SAME, title="Blast in Zarghun market"
        )
        assert decided(again, first) is None, days


def test_a_late_article_that_tells_the_first_day_joins_though_days_have_passed():
    first = sourced(incident(killed=3), number=1)
    late = sourced(incident(killed=3), number=2, hours=72, text=SAME)
    assert decided(late, first) == 1


def test_a_day_read_wrongly_parts_nothing_that_has_one_toll_and_one_text():
    first = sourced(incident(killed=9, injured=14), number=1)
    copy = incident(killed=9, injured=14, day=TODAY + dt.timedelta(days=2))
    assert decided(sourced(copy, number=2, hours=4, text=TEXT), first) == 1


def test_the_monthly_notice_with_a_new_deadline_is_an_event_of_its_own():
    text = "The ministry extends the stay of registered refugees; camps in Ruritania stay open."
    title = "Ministry extends refugees' stay"
    march = sourced(
        policy(PolicyAction.EXTEND, deadline=dt.date(2026, 3, 31)), number=1, text=text, title=title
    )
    april = sourced(
        policy(PolicyAction.EXTEND, deadline=dt.date(2026, 4, 30)),
        number=2, hours=24 * 27, text=text, title=title,
    )  # fmt: skip
    assert decided(april, march) is None


def test_a_notice_of_the_same_week_with_another_deadline_is_an_event_of_its_own():
    text = "The ministry orders {} to register with the police in Ruritania's border towns."
    first = sourced(
        policy(PolicyAction.BAN, deadline=dt.date(2026, 3, 31)), number=1,
        text=text.format("traders"), title="Traders told to register",
    )  # fmt: skip
    other = sourced(
        policy(PolicyAction.BAN, deadline=dt.date(2026, 6, 30)), number=2, hours=90,
        text=text.format("drivers"), title="Drivers told to register",
    )  # fmt: skip
    assert decided(other, first) is None


def test_the_12th_and_the_13th_package_stay_apart():
    text = "The council agreed sanctions on Ruritania's oil, its shadow fleet and Banca Strelsa."
    twelfth = sourced(policy(), number=1, title="EU adopts 12th package of sanctions", text=text)
    thirteenth = sourced(
        policy(), number=2, hours=20, title="EU adopts 13th package of sanctions", text=text
    )
    assert decided(thirteenth, twelfth) is None
    assert decided(replace(twelfth, report_id=3), twelfth) == 1


def test_reports_of_different_owners_never_merge():
    first = sourced(incident(killed=3), number=1, owner_chat_id=7)
    assert decided(sourced(incident(killed=3), number=2), first) is None
    assert decided(sourced(incident(killed=3), number=2, owner_chat_id=8), first) is None
    assert decided(sourced(incident(killed=3), number=2, owner_chat_id=7), first) == 1


def test_a_revision_stays_in_its_event_however_it_was_rewritten():
    first = sourced(incident(killed=3), number=1)
    rewritten = sourced(
        incident(types=(IncidentType.ARREST,), place=None, day=None),
        number=1, hours=30, text=UNLIKE, title="Ministry vows to act",
    )  # fmt: skip
    assert decided(rewritten, first) == 1


def test_what_the_owner_ruled_comes_before_any_likeness():
    alike = sourced(incident(killed=3), number=2, hours=1, text=SAME)
    other = sourced(incident(killed=3), number=3, hours=1, text=UNLIKE)
    candidates = [Candidate(5, (sign(sourced(incident(killed=3), number=1)),))]
    apart = Constraints(apart=frozenset({(1, 2)}))
    together = Constraints(together=frozenset({(3, 1)}))
    assert choose(sign(alike), candidates, apart).event_id is None
    assert choose(sign(other), candidates, together).event_id == 5


def test_the_likest_of_several_events_is_chosen():
    near = sourced(incident(killed=3), number=1)
    far = sourced(incident(killed=3), number=2, text=UNLIKE)
    assert decided(sourced(incident(killed=3), number=3, hours=1, text=SAME), far, near) == 2


def test_reports_of_one_event_share_a_block_key_and_others_of_the_year_do_not():
    one = sign(sourced(incident(killed=3), number=1))
    two = sign(sourced(incident(killed=4), number=2, hours=40, text=SAME, title="Market bombed"))
    year = sign(sourced(incident(day=None), number=3, hours=24 * 365))
    assert set(one.block_keys) & set(two.block_keys)
    assert not set(one.block_keys) & set(year.block_keys)


def test_towns_of_one_name_in_two_countries_are_two_places():
    elsewhere = Place("Zarghun", None, "AF", 34.0, 62.0, PlacePrecision.PLACE)
    one = sign(sourced(incident(place=TOWN)))
    two = sign(sourced(incident(place=elsewhere)))
    assert not {k for k in one.block_keys if ":p:" in k} & set(two.block_keys)


def test_a_batch_is_merged_in_the_order_in_which_it_was_told():
    late = sourced(incident(killed=8), number=2, hours=2, text=SAME, publisher="Herald")
    early = sourced(incident(killed=3), number=1)
    alone = sourced(
        None, number=3, hours=1, text="Chess champion Darya Orlova won again.", title="Chess"
    )
    (event, ids), (_, single) = merge_articles([late, alone, early])
    assert ids == ("a1", "a2")
    assert single == ("a3",)
    assert event.publishers == ("Morning Post", "Herald")
    assert [e.count.max for e in event.ledger] == [3, 8]


def test_a_thousand_reports_of_other_days_cost_a_new_one_no_candidate():
    archive = Archive()
    for number in range(1, 200):
        archive.add(sourced(incident(day=None), number=number, hours=-24.0 * 9 * number))
    assert len(archive.events) == 199
    assert archive.candidates(sign(sourced(incident(), number=500, text=TEXT))) == []


LAW = "The interior ministry barred petrol rickshaws from Zarghun's bazaar lanes, citing smoke."
STAY = "The high court stayed the ban on petrol rickshaws in Zarghun's bazaar lanes, citing smoke."


def test_a_policy_is_suspended_weeks_later_and_stays_one_event():
    ban = sourced(policy(), number=1, text=LAW, title="Petrol rickshaws banned in Zarghun bazaar")
    stay = sourced(
        policy(PolicyAction.SUSPEND, status=PolicyStatus.SUSPENDED),
        number=2, hours=24 * 25, text=STAY, title="Court stays Zarghun bazaar rickshaw ban",
    )  # fmt: skip
    assert set(sign(ban).block_keys) & set(sign(stay).block_keys)
    assert decided(stay, ban) == 1


def test_the_monthly_notice_with_a_new_deadline_is_its_own_event():
    def notice(number: int, month: int):
        return sourced(
            policy(PolicyAction.EXTEND, deadline=dt.date(2026, month, 24)),
            number=number, hours=24 * 30 * number, text=LAW, title="Rickshaw ban extended",
        )  # fmt: skip

    assert decided(notice(2, 5), notice(1, 4)) is None
