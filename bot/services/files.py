"""What a chat may take along as files: its feeds as OPML, events as CSV, JSON and GeoJSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.chats import Scope
from bot.domain.events import Event
from bot.errors import InputError
from bot.feeds.opml import write_opml
from bot.log import redact
from bot.matching.query import Query
from bot.protocols import Work
from bot.services.export import as_csv, as_geojson, event_json
from bot.services.periods import Period
from bot.services.search import find

MOST = 1000
"""Events in one file; the command line has no such bound."""


class Form(StrEnum):
    """The forms of a file."""

    OPML = "opml"
    CSV = "csv"
    JSON = "json"
    GEOJSON = "geojson"


@dataclass(frozen=True, slots=True)
class File:
    """A file: its name, what is in it, how many, and what is to be said beside it."""

    name: str
    content: bytes
    count: int
    note: str = ""


def feeds_file(work: Work, scope: Scope, *, alone: bool) -> File:
    """Return the feeds that a chat added, as OPML.

    ``alone`` says that nobody reads it but who asked: elsewhere addresses with a key in them are
    left out.

    Raises:
        InputError: there are none.

    """
    own = work.feeds.owned(scope)
    if not own:
        raise InputError("This chat has added no feeds. /addfeed adds one, /import takes a list.")
    shown = [feed for feed in own if alone or redact(feed.url) == feed.url]
    left_out = len(own) - len(shown)
    why = f"Left out, as all can read this: {left_out} whose address holds a key."
    content = write_opml(shown, "Feeds of a chat").encode()
    return File("khabardar-feeds.opml", content, len(shown), why if left_out else "")


def events_file(work: Work, scope: Scope, form: Form, query: Query | None, period: Period) -> File:
    """Return the events of a period that match, newest first, in a form for other programs.

    Raises:
        InputError: there are none.

    """
    found = find(work, scope, query, period, limit=MOST)
    if not found.found:
        raise InputError(f"Nothing stored matches ({period.words}).")
    full = len(found.found) == MOST
    note = f"These are the newest {MOST:,}; a shorter period or a query narrows it." if full else ""
    name = f"khabardar-events-{period.until:%Y-%m-%d}.{form.value}"
    return File(name, _WRITERS[form](found.events).encode(), len(found.found), note or found.note)


def _as_json(events: Sequence[Event]) -> str:
    return json.dumps([event_json(event) for event in events], ensure_ascii=False, indent=1)


def _as_geojson(events: Sequence[Event]) -> str:
    return json.dumps(as_geojson(events), ensure_ascii=False)


_WRITERS: Mapping[Form, Callable[[Sequence[Event]], str]] = {
    Form.CSV: as_csv,
    Form.JSON: _as_json,
    Form.GEOJSON: _as_geojson,
}
