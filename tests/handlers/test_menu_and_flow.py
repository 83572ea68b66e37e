import datetime as dt
import re

from handlers.flow import A_MINUTE, MINUTE, Flow
from handlers.register import COMMANDS, menu
from tests.handlers.office import NOON

SECOND = dt.timedelta(seconds=1)


async def test_telegram_takes_the_menu(office):
    await office.application.bot.set_my_commands(menu())
    (shown,) = office.telegram.world.commands.values()
    assert {"subscribe", "digest", "forgetme"} <= {one["command"] for one in shown}
    assert not {"status", "failed"} & {one["command"] for one in shown}


def test_every_name_of_a_command_is_one_and_telegrams():
    names = [name for command in COMMANDS for name in command.names]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z0-9_]{1,32}", name) for name in names)


def test_a_person_may_give_so_many_commands_a_minute_and_then_waits():
    flow = Flow()
    assert all(flow.takes(1, 2, NOON + SECOND * n) for n in range(A_MINUTE))
    assert not flow.takes(1, 2, NOON + MINUTE - SECOND)
    assert flow.takes(1, 3, NOON)
    assert flow.takes(5, 2, NOON)
    assert flow.takes(1, 2, NOON + MINUTE)


def test_a_backlog_typed_over_an_hour_is_no_flood():
    flow = Flow()
    assert all(flow.takes(1, 2, NOON + 3 * SECOND * n) for n in range(10 * A_MINUTE))
