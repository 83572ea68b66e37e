from __future__ import annotations

from tests.fakes.telegram import faults

CHAT = 7


def test_t17_a_stop_waits_for_the_answer_that_is_under_way(program, telegram):
    program.start()
    program.serves()
    telegram.script(faults.hang(1.5, delivered=True).on("sendMessage"))
    telegram.user_says(CHAT, "/start")
    program.wait_until(lambda: bool(telegram.calls("sendMessage")), "the answer is on its way")
    assert program.stop()  # it ended well, and no message is left in doubt
    program.start()
    telegram.user_says(CHAT, "/privacy")
    program.wait_until(lambda: len(telegram.messages(CHAT)) > 1, "the next command is answered")
    assert ["repeat" in text for text in telegram.texts(CHAT)] == [False, False]
    assert program.stop()
