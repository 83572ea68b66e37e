"""Chats and their subscriptions stored in one step, behind the repositories' back: it is no part of
what is measured.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import create_engine, insert, text

from bot.domain.chats import Chat, ChatType
from bot.matching.query import canonical, parse
from storage.mapping import chat_columns
from storage.models import CHAT, SUBSCRIPTION


def subscribe(database: Path, asked: Iterable[tuple[int, str]]) -> None:
    """Store who (a chat's id) asked for what (a word, or a phrase); twice the same counts once."""
    now = dt.datetime.now(dt.UTC)
    rows = dict.fromkeys((chat, canonical(parse(_query(words)))) for chat, words in asked)
    chats = [
        chat_columns(Chat(id=chat, type=ChatType.PRIVATE)) | {"created_at": now}
        for chat in dict.fromkeys(chat for chat, _ in rows)
    ]
    subscribed = [
        {"chat_id": chat, "thread_id": 0, "query": query, "created_at": now, "paused": False}
        for chat, query in rows
    ]
    engine = create_engine(f"sqlite:///{database}")
    with engine.begin() as connection:
        connection.execute(insert(CHAT), chats)
        connection.execute(insert(SUBSCRIPTION), subscribed)
        connection.execute(text("ANALYZE"))
    engine.dispose()


def _query(words: str) -> str:
    return f'"{words}"' if " " in words else words
