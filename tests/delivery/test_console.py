"""Messages on a terminal, the data of buttons, and the places where the crash test kills."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys

import pytest
from rich.console import Console

from bot.delivery import callbacks
from bot.delivery.console import ConsoleMessenger
from bot.domain.delivery import Act, Button, Message, Sent
from tests.delivery.rows import CHAT, claimed


async def test_console_shows_messages_as_a_chat_would():
    out = io.StringIO()
    messenger = ConsoleMessenger(Console(file=out, width=60), {CHAT: "Newsroom"})
    buttons = ((Button("Source", url="https://e.org/"), Button("Details", data="d:1")),)
    message = Message('<b>Blast</b> &amp; <a href="https://e.org/">fire</a>', "x", buttons, True)
    assert await messenger.send(claimed(message=message)) == Sent(1)
    reply = claimed(target_message_id=1, uncertain=True)
    assert await messenger.send(reply) == Sent(2)
    edit = claimed(act=Act.EDIT, target_message_id=1)
    assert await messenger.send(edit) == Sent(1)
    shown = out.getvalue()
    assert "Newsroom · silent" in shown
    assert "Blast & fire" in shown
    assert "[Source] [Details]" in shown
    assert "Newsroom · reply" in shown
    assert "↻ possible repeat · KH-7F3A" in shown
    assert "Newsroom · edited" in shown


def test_a2_callback_data_holds_an_action_and_an_id_never_a_chat():
    assert callbacks.details("KH-7F3A") == "d:KH-7F3A"
    assert callbacks.unpack("d:KH-7F3A") == (callbacks.DETAILS, ("KH-7F3A",))
    assert callbacks.unpack("") == ("", ())
    with pytest.raises(ValueError, match="64"):
        callbacks.pack("d", "x" * 63)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
@pytest.mark.parametrize(("at", "dies"), [("", False), ("spot:2", True), ("other", False)])
def test_o3_crash_point_kills_only_where_the_environment_says(at, dies):
    code = "from bot.crashpoints import crash; crash('spot'); crash('spot')"
    ended = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"KHABARDAR_CRASH_AT": at},
        check=False,
    )
    assert ended.returncode == (-signal.SIGKILL if dies else 0)
