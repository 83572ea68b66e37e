"""``demo``, ``run``, ``once``, ``doctor``, ``bench``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot.errors import InputError
from khabardar.commands.options import AsJson, database_url, in_loop
from khabardar.output import lines, note, say


class RoleName(StrEnum):
    """What a process may do; the same words as ``khabardar.service.Role``."""

    ALL = "all"
    FETCH = "fetch"
    EXTRACT = "extract"
    SEND = "send"
    CHAT = "chat"


def register(app: typer.Typer) -> None:
    """Add the commands to the app."""
    app.command()(demo)
    app.command()(run)
    app.command()(once)
    app.command()(doctor)
    app.command()(bench)


def demo() -> None:
    """Show the main job on bundled input: no token, no network."""
    from bot.config import load
    from khabardar.demo import show

    in_loop(show(load()))


def run(
    role: Annotated[RoleName, typer.Option(help="Which part of the work to do.")] = RoleName.ALL,
) -> None:
    """Serve: poll the feeds, store events, alert the chats that subscribed."""
    from bot import log
    from bot.config import load

    settings = load()
    kept = (settings.telegram_token, settings.webhook_secret, settings.ping_url)
    secrets = [one.get_secret_value() if one else "" for one in kept]
    token = secrets[0]
    log.set_up(settings.log_level, as_json=settings.log_json, secrets=secrets)
    from khabardar.service import Role, missing_token, serve

    if not token:
        raise missing_token()
    in_loop(serve(settings, Role(role.value)))


def once(
    feed: Annotated[list[str], typer.Option("--feed", help="A URL or a file; may be repeated.")],
    subscribe: Annotated[
        list[str] | None, typer.Option("--subscribe", help="A query; may be repeated.")
    ] = None,
    db: Annotated[Path | None, typer.Option("--db", help="Keep events in this file.")] = None,
    as_json: AsJson = False,
) -> None:
    """Poll feeds once, store their events, print the alerts that subscriptions would get."""
    from bot.config import load
    from khabardar.once import read_once

    result = in_loop(read_once(feed, subscribe or [], load(), database_url(db, "") or None))
    if as_json:
        lines(result.rows())
    else:
        say(result.in_words())
    for source, why in result.errors:
        note(f"khabardar: {source}: {why}")
    if result.errors:
        raise typer.Exit(1)


def doctor(
    as_json: AsJson = False,
    feeds: Annotated[bool, typer.Option(help="Also fetch every feed.")] = False,
) -> None:
    """Check configuration, database, token, clock and feeds; say what to do."""
    from khabardar.doctor import configured, examine

    found = in_loop(examine(configured(), with_feeds=feeds))
    if as_json:
        lines(check.row() for check in found)
    else:
        for check in found:
            say(check.line())
    if not all(check.ok for check in found):
        raise typer.Exit(1)


def bench(
    stage: Annotated[str, typer.Argument(metavar="[STAGE]", help="One stage; all without.")] = "",
) -> None:
    """Measure the figures of the README on this machine, beside other ways to do the work."""
    import subprocess
    import sys

    root = Path(__file__).parents[2]
    if not (root / "bench" / "__main__.py").is_file():
        raise InputError("the benchmarks are in the repository: run ./run.sh bench there")
    stages = [stage] if stage else []
    ours = [sys.executable, "-m", "bench", *stages]
    done = subprocess.run(ours, cwd=root, check=False)  # noqa: S603 — ourselves, without a shell
    if done.returncode:
        raise typer.Exit(done.returncode)
