"""Every call that a chat can reach takes a scope and shows or changes nothing of another's."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest

from bot import protocols
from bot.domain.chats import Scope
from bot.domain.delivery import Priority
from bot.domain.remarks import Wrong
from bot.protocols import EventFilter
from tests.storage.values import (
    ALICE,
    BOB,
    GROUP,
    MINUTE,
    NOON,
    chat,
    feed_with,
    row,
    slot,
    told_event,
)

SCOPED: dict[str, Callable[[Any, Scope], Any]] = {
    "feeds.visible": lambda work, scope: work.feeds.visible(scope),
    "feeds.owned": lambda work, scope: work.feeds.owned(scope),
    "events.visible": lambda work, scope: work.events.visible(scope, SECRET["event"]),
    "events.find": lambda work, scope: [
        *work.events.find(scope, EventFilter()),
        *work.events.find(scope, EventFilter(text="quokka")),
        *work.events.find(scope, EventFilter(country="PK", since=NOON - MINUTE)),
    ],
    "subscriptions.add": lambda work, scope: work.subscriptions.add(scope, "flood", NOON),
    "subscriptions.remove": lambda work, scope: work.subscriptions.remove(scope, SECRET["sub"]),
    "subscriptions.remove_all": lambda work, scope: work.subscriptions.remove_all(scope),
    "subscriptions.pause": lambda work, scope: work.subscriptions.pause(
        scope, SECRET["sub"], paused=True
    ),
    "subscriptions.list": lambda work, scope: work.subscriptions.list(scope),
    "digests.list": lambda work, scope: work.digests.list(scope),
    "digests.remove": lambda work, scope: work.digests.remove(scope),
    "mutes.add": lambda work, scope: work.mutes.add(scope, "flood", NOON),
    "mutes.list": lambda work, scope: work.mutes.list(scope, NOON - MINUTE),
    "mutes.remove": lambda work, scope: work.mutes.remove(scope, SECRET["mute"]),
    "remarks.add": lambda work, scope: work.remarks.add(
        scope, SECRET["stored"], Wrong.PLACE, None, NOON
    ),
    "remarks.said": lambda work, scope: work.remarks.said(scope, NOON - MINUTE),
    "alerts.add": lambda work, scope: work.alerts.add(scope, 1, 1, "k", ["r"], NOON),
    "outbox.cancel": lambda work, scope: work.outbox.cancel(scope),
    "outbox.hasten": lambda work, scope: work.outbox.hasten(scope, Priority.NORMAL, NOON - MINUTE),
    "chats.forget": lambda work, scope: work.chats.forget(scope),
}
SECRET: dict[str, object] = {}


def scoped_calls() -> set[str]:
    """Return the calls of all repositories that take a scope."""
    found = set()
    for attribute, member in inspect.getmembers(protocols.Work, lambda m: isinstance(m, property)):
        assert member.fget is not None
        repository = getattr(protocols, member.fget.__annotations__["return"])
        for name, call in inspect.getmembers(repository, inspect.isfunction):
            if any("Scope" in str(kind) for kind in call.__annotations__.values()):
                found.add(f"{attribute}.{name}")
    return found


def test_every_call_with_a_scope_is_walked():
    assert scoped_calls() == set(SCOPED)


@pytest.fixture
def alices(write):
    """Give Alice a private feed, event, subscription and message; return all that is hers."""

    def job(work):
        for scope in (ALICE, BOB):
            chat(work, scope)
        feed_with(work, url="https://example.org/secret", owner=ALICE.chat_id)
        stored = told_event(work, owner=ALICE.chat_id, title="quokka", text="quokka")
        SECRET["event"] = stored.public_id
        SECRET["stored"] = told_event(work)
        SECRET["sub"] = work.subscriptions.add(ALICE, "quokka", NOON).id
        work.outbox.put(row("quokka", words="quokka"), NOON)
        SECRET["mute"] = work.mutes.add(ALICE, "quokka", NOON).id
        work.digests.put(slot(ALICE, query="quokka"))
        work.remarks.add(ALICE, stored, Wrong.NUMBER, None, NOON)
        work.alerts.add(ALICE, stored.id, 1, "quokka", ["quokka"], NOON)

    write(job)

    def everything(work):
        return (
            work.chats.get(ALICE.chat_id),
            work.feeds.owned(ALICE),
            work.events.find(ALICE, EventFilter()),
            work.subscriptions.list(ALICE),
            work.digests.list(ALICE),
            work.mutes.list(ALICE, NOON - MINUTE),
            work.remarks.said(ALICE, NOON - MINUTE),
            work.outbox.find("quokka"),
        )

    return everything


@pytest.mark.parametrize("name", sorted(SCOPED))
@pytest.mark.parametrize("other", [BOB, GROUP, Scope(BOB.chat_id, 7)])
def test_a8_no_call_shows_or_changes_what_is_another_chats(write, alices, name, other):
    if name in ("subscriptions.add", "mutes.add", "remarks.add") and other == GROUP:
        pytest.skip("a chat is stored before it subscribes")
    before = write(alices)
    answer = write(lambda work: SCOPED[name](work, other))
    assert "quokka" not in str(answer)
    assert "secret" not in str(answer)
    assert write(alices) == before


@pytest.mark.parametrize(
    "name", ["feeds.owned", "events.visible", "subscriptions.list", "digests.list"]
)
def test_the_owner_sees_it(write, alices, name):
    assert write(lambda work: SCOPED[name](work, ALICE))
