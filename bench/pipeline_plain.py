"""The straightforward way, from the same libraries: what one writes first.

feedparser.parse on the whole document, a query for each entry, spaCy with an EntityRuler for
places, a loop over the subscriptions, and a commit for each thing stored.
"""

from __future__ import annotations

from pathlib import Path

import feedparser
import spacy
from sqlmodel import Field, Session, SQLModel, create_engine, select

_METADATA = SQLModel.metadata


class PlainEntry(SQLModel, table=True):
    """An entry."""

    __tablename__ = "plain_entry"
    id: int | None = Field(default=None, primary_key=True)
    url: str = Field(index=True)
    guid: str = Field(index=True)
    title: str
    text: str
    places: str = ""


class PlainAlert(SQLModel, table=True):
    """An alert that waits to be sent."""

    __tablename__ = "plain_alert"
    id: int | None = Field(default=None, primary_key=True)
    entry_id: int
    subscription: int
    text: str


class Plain:
    """The straightforward way over a database of its own."""

    def __init__(self, database: Path, keywords: list[str], places: list[str]) -> None:
        self._engine = create_engine(f"sqlite:///{database}")
        tables = [_METADATA.tables[name] for name in ("plain_entry", "plain_alert")]
        _METADATA.create_all(self._engine, tables=tables)
        self._keywords = [keyword.lower() for keyword in keywords]
        self._language = spacy.blank("en")
        self._language.add_pipe("sentencizer")
        ruler = self._language.add_pipe("entity_ruler")
        ruler.add_patterns([{"label": "GPE", "pattern": place} for place in places])  # type: ignore[attr-defined]
        self.alerts = 0

    def poll(self, url: str, body: bytes) -> None:
        """Take a feed through the whole way."""
        parsed = feedparser.parse(body)
        with Session(self._engine) as session:
            for entry in parsed.entries:
                guid = entry.get("id") or entry.get("link") or entry.get("title", "")
                known = select(PlainEntry).where(PlainEntry.url == url, PlainEntry.guid == guid)
                if session.exec(known).first() is None:
                    title, text = entry.get("title", ""), _text(entry)
                    self._take(session, PlainEntry(url=url, guid=guid, title=title, text=text))

    def remember(self, url: str, body: bytes) -> None:
        """Store a feed's entries without telling anybody: the first poll."""
        with Session(self._engine) as session:
            for entry in feedparser.parse(body).entries:
                guid = entry.get("id") or entry.get("link") or entry.get("title", "")
                session.add(PlainEntry(url=url, guid=guid, title="", text=""))
            session.commit()

    def _take(self, session: Session, entry: PlainEntry) -> None:
        document = self._language(f"{entry.title}\n\n{entry.text}")
        entry.places = ", ".join(found.text for found in document.ents)
        session.add(entry)
        session.commit()
        assert entry.id is not None
        lowered = document.text.lower()
        words = f" {' '.join(token.lower_ for token in document)} "
        for number, keyword in enumerate(self._keywords):
            if keyword in lowered and f" {keyword} " in words:  # no parts of other words
                alert = PlainAlert(entry_id=entry.id, subscription=number, text=entry.title)
                session.add(alert)
                session.commit()
                self.alerts += 1


def _text(entry: feedparser.FeedParserDict) -> str:
    """Return the article where the feed gives it, else its summary."""
    content: str = entry["content"][0]["value"] if entry.get("content") else ""
    return content or entry.get("summary", "")
