"""Gathers what happened: what each chat was shown, and what the database holds in the end."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from bench.crash.program import Program
from bench.crash.verdict import SEND_CONCURRENCY, Copy, Verdict, is_marked, weigh
from bench.crash.world import BYSTANDER, LEAVERS, READERS, RISERS, Command, World
from handlers.texts import FORGOTTEN
from tests.fakes.telegram import Delivered

_DIGEST = "Digest, "
_STORY = re.compile(r"\bzq\d{4}x\b")
_CONFIRMATIONS = "SELECT count(*) FROM outbox WHERE chat_id = :chat AND message LIKE :text"


def judge(
    world: World, program: Program, *, breaks: int, integrity_failures: int, unclean_stops: int
) -> Verdict:
    """Return the counts, once everything has come to rest.

    ``breaks`` counts kills and broken connections: what was being sent then may be repeated.
    """
    words = frozenset(story.word for story in world.published)
    expected = dict.fromkeys(READERS, words) | {BYSTANDER: frozenset()}
    alerts = weigh(_alerts(world, lambda chat: chat in expected), expected)
    of_leavers = weigh(_alerts(world, lambda chat: LEAVERS <= chat < RISERS), {})
    digests = weigh(_digests(world), dict.fromkeys(world.risers, frozenset({_DIGEST})))
    answers = weigh(_answers(world), _asked(world.commands))
    stored = [_stored(program, command) for command in world.commands if command.word]
    hidden = sum(fault.deliver for fault in world.telegram.faults_met)
    return Verdict(
        expected=len(READERS) * len(words),
        lost=alerts.lost,
        unexpected=alerts.unexpected,
        wrong_chat=alerts.wrong_chat,
        unmarked_dup=alerts.unmarked_dup + of_leavers.unmarked_dup,
        marked_dup=sum(one.marked_dup for one in (alerts, of_leavers, digests, answers)),
        marked_bound=hidden + breaks * SEND_CONCURRENCY,
        commands=len(world.commands) + len(world.forgotten),
        commands_lost=answers.lost + stored.count(0),
        commands_twice=answers.unmarked_dup + sum(count > 1 for count in stored),
        digests=len(world.risers),
        digests_lost=digests.lost,
        digests_twice=digests.unmarked_dup,
        not_forgotten=sum(not _is_forgotten(world, program, chat) for chat in world.forgotten),
        integrity_failures=integrity_failures,
        unclean_stops=unclean_stops,
        strange_exits=program.strange_exits,
        tokens_in_log=program.log().count(world.telegram.token),
        complaints=len(world.telegram.complaints),
    )


def _alerts(world: World, of: Callable[[int], bool]) -> Iterator[Copy]:
    """Yield the alerts that chats were shown: a bundle tells several, a reply to others none."""
    for message in world.telegram.messages():
        first = _first(message)
        if message.reply_to is None and of(message.chat_id):
            for word in dict.fromkeys(_STORY.findall(first)):
                yield Copy(message.chat_id, word, is_marked(first))


def _digests(world: World) -> Iterator[Copy]:
    """Yield the digests that came by themselves; each is short enough for one message."""
    for message in world.telegram.messages():
        first = _first(message)
        if message.reply_to is None and message.chat_id >= RISERS and first.startswith(_DIGEST):
            yield Copy(message.chat_id, _DIGEST, is_marked(first))


def _answers(world: World) -> Iterator[Copy]:
    """Yield the answers to commands, each named by the message that it quotes."""
    asking = {command.chat for command in world.commands}
    for message in world.telegram.messages():
        if message.chat_id in asking and message.reply_to is not None:
            yield Copy(message.chat_id, str(message.reply_to), is_marked(_first(message)))


def _first(message: Delivered) -> str:
    return message.versions[0] if message.versions else message.text


def _asked(commands: Iterable[Command]) -> dict[int, frozenset[str]]:
    asked: defaultdict[int, frozenset[str]] = defaultdict(frozenset)
    for command in commands:
        asked[command.chat] |= {str(command.message)}
    return asked


def _stored(program: Program, command: Command) -> int:
    query = "SELECT count(*) FROM subscription WHERE chat_id = :chat AND query = :word"
    return program.database.ask(query, chat=command.chat, word=command.word)


def _is_forgotten(world: World, program: Program, chat: int) -> bool:
    """Tell whether a chat got one confirmation, nothing after it, and left nothing behind."""
    texts = [_first(message) for message in world.telegram.messages(chat)]
    confirmed = [number for number, text in enumerate(texts) if text.startswith(FORGOTTEN)]
    unmarked = sum(not is_marked(texts[number]) for number in confirmed)
    ends_so = bool(confirmed) and len(texts) - confirmed[0] == len(confirmed)
    asked = {"chat": chat, "text": f"%{FORGOTTEN[:20]}%"}
    left = program.database.rows_of(chat) - program.database.ask(_CONFIRMATIONS, **asked)
    return ends_so and unmarked <= 1 and not left
