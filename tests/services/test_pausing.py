"""Feeds that rest make no alarm, and none that they were late when they are read again."""

import datetime as dt
from dataclasses import replace

import pytest

from bot.services import pausing
from bot.services.health import look
from storage.store import SqlStore
from tests.storage.values import DAY, MINUTE, NOON, feed_with


@pytest.fixture
def store(tmp_path):
    with SqlStore(f"sqlite:///{tmp_path / 'test.db'}", lambda: NOON) as opened:
        opened.write_sync(feed_with)
        yield opened


def test_o4_a_feed_is_late_only_while_feeds_are_read(store):
    def unread(at):
        return store.read_sync(lambda work: look(work, at)).unread

    assert unread(NOON + MINUTE) == MINUTE
    store.write_sync(lambda work: pausing.pause(work, NOON))
    assert unread(NOON + DAY) == dt.timedelta(0)
    store.write_sync(lambda work: pausing.resume(work, NOON + DAY))
    assert unread(NOON + DAY) == dt.timedelta(0)
    assert unread(NOON + DAY + MINUTE) == MINUTE


def test_o4_feeds_that_fail_are_no_trouble_while_they_rest(store):
    def failing(work):
        (feed,) = work.feeds.all()
        work.feeds.save(replace(feed, errors=3))
        pausing.pause(work, NOON)

    store.write_sync(failing)
    assert store.read_sync(lambda work: look(work, NOON)).failing == 0


def test_feeds_rest_once_and_are_read_again_once(store):
    assert store.write_sync(lambda work: pausing.pause(work, NOON))
    assert not store.write_sync(lambda work: pausing.pause(work, NOON + MINUTE))
    assert store.read_sync(pausing.paused_since) == NOON
    assert store.write_sync(lambda work: pausing.resume(work, NOON + DAY)) == NOON
    assert store.write_sync(lambda work: pausing.resume(work, NOON + DAY)) is None
