"""``feeds list|add|remove|check|import|export``: the shared feeds, for the operator."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.errors import FeedError, InputError
from khabardar.commands.archive import stored, stored_write
from khabardar.commands.options import AsJson, Database, in_loop
from khabardar.output import lines, note, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.config import Settings
    from bot.domain.feeds import Feed, NewFeed

app = typer.Typer(
    help="The shared feeds and how they are.", no_args_is_help=True, rich_markup_mode=None
)


@app.command("list")
def list_(db: Database = None, as_json: AsJson = False) -> None:
    """List all feeds with their health; feeds that chats added show without their address."""
    from bot.services.feeds import health

    now = dt.datetime.now(dt.UTC)
    feeds = stored(db, lambda work: list(work.feeds.all()))
    if as_json:
        lines(_row(feed, health(feed, now)) for feed in feeds)
        return
    for feed in feeds:
        say(f"{feed.id:4}  {feed.title or feed.publisher or _address(feed)}  ({health(feed, now)})")
    note(f"{len(feeds)} feeds")


def _row(feed: Feed, state: str) -> dict[str, Any]:
    return {
        "id": feed.id,
        "title": feed.title,
        "publisher": feed.publisher,
        "url": _address(feed),
        "country": feed.country,
        "shared": feed.owner_chat_id is None,
        "health": state,
        "polls": feed.polls,
        "errors": feed.errors,
    }


def _address(feed: Feed) -> str:
    from bot.log import redact

    return redact(feed.url) if feed.owner_chat_id is None else "(added by a chat)"


@app.command()
def add(
    url: Annotated[str, typer.Argument(help="The feed, or a page that names one.")],
    db: Database = None,
) -> None:
    """Read a feed once and share it with every chat."""
    from bot.config import load
    from khabardar.wiring import find_feed

    if not url.startswith(("http://", "https://")):
        raise InputError(f"{url!r} is no web address; it starts with https://")
    found = in_loop(find_feed(load(), url, trusted=True))
    now = dt.datetime.now(dt.UTC)
    feed = stored_write(db, lambda work: work.feeds.add(found, now))
    say(f"{feed.id}  {feed.title or feed.url}")


@app.command()
def remove(
    wanted: Annotated[str, typer.Argument(metavar="ID|URL")],
    db: Database = None,
) -> None:
    """Stop reading a shared feed; events made of it stay."""
    feeds = stored(db, lambda work: list(work.feeds.all()))
    chosen = [feed for feed in feeds if wanted in (str(feed.id), feed.url)]
    if not chosen:
        raise InputError(f"no feed has the id or address {wanted!r}; `feeds list` shows them")
    stored_write(db, lambda work: work.feeds.remove(chosen[0].id))
    say(f"removed: {chosen[0].title or _address(chosen[0])}")


@app.command()
def check(
    db: Database = None,
    file: Annotated[
        Path | None, typer.Option("--file", help="An OPML file instead of the stored feeds.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Fetch and parse every feed once; tell which are fine and what is wrong with the others."""
    from bot.config import load

    feeds = _to_check(db, file)
    results = in_loop(_check(feeds, load()))
    bad = sum(not result["ok"] for result in results)
    if as_json:
        lines(results)
    else:
        for result in results:
            mark = "ok  " if result["ok"] else "FAIL"
            say(f"{mark}  {result['title']}  {result['detail']}")
    note(f"{len(results) - bad} of {len(results)} feeds are fine")
    if bad:
        raise typer.Exit(1)


def _to_check(db: Path | None, file: Path | None) -> Sequence[NewFeed | Feed]:
    from khabardar.wiring import default_feeds, read_opml_file

    if file is not None:
        return read_opml_file(file)
    kept = stored(db, lambda work: list(work.feeds.all()))
    return kept or default_feeds()


async def _check(feeds: Sequence[NewFeed | Feed], settings: Settings) -> list[dict[str, Any]]:
    import asyncio

    from bot.domain.feeds import Validators
    from bot.log import redact
    from khabardar.wiring import reading

    async with reading(settings) as (fetcher, parser):

        async def one(feed: NewFeed | Feed) -> dict[str, Any]:
            row = {"title": feed.title or redact(feed.url), "url": redact(feed.url)}
            try:
                fetched = await fetcher.fetch(feed.url, Validators())
                parsed = await parser.parse(fetched.body or b"", fetched.url, fetched.content_type)
            except FeedError as error:
                return {**row, "ok": False, "entries": 0, "detail": str(error)}
            count = len(parsed.entries)
            detail = f"{parsed.format}, {count} entries"
            moved = f", moved to {redact(fetched.moved_to)}" if fetched.moved_to else ""
            return {**row, "ok": count > 0, "entries": count, "detail": detail + moved}

        return list(await asyncio.gather(*(one(feed) for feed in feeds)))


@app.command("import")
def import_(file: Path, db: Database = None) -> None:
    """Share the feeds of an OPML file; those that are known stay as they are."""
    from khabardar.wiring import read_opml_file

    found = read_opml_file(file)
    now = dt.datetime.now(dt.UTC)
    before = stored(db, lambda work: len(work.feeds.all()))
    stored_write(db, lambda work: [work.feeds.add(feed, now) for feed in found])
    after = stored(db, lambda work: len(work.feeds.all()))
    say(f"{after - before} added, {len(found) - (after - before)} known already")


@app.command()
def export(db: Database = None) -> None:
    """Print the shared feeds as OPML."""
    from bot.feeds.opml import write_opml

    feeds = stored(db, lambda work: [f for f in work.feeds.all() if f.owner_chat_id is None])
    say(write_opml(feeds))
