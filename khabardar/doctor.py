"""One line on each part that has to work: ok, or what to do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from bot.config import Settings, load, unknown_keys
from bot.errors import ConfigError, FetchError, KhabardarError
from bot.log import redact
from khabardar.clock import clock_offset
from khabardar.wiring import default_feeds, open_store, reading

CLOCK_TOLERANCE = dt.timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at, and how it is."""

    name: str
    ok: bool
    detail: str

    def line(self) -> str:
        """Return the line a person reads."""
        return f"{'ok  ' if self.ok else 'FAIL'}  {self.name:<14}{self.detail}"

    def row(self) -> dict[str, Any]:
        """Return the line as an object."""
        return {"check": self.name, "ok": self.ok, "detail": self.detail}


def configured() -> Settings | Check:
    """Return the settings, or what is wrong with them."""
    try:
        return load()
    except ConfigError as error:
        return Check("configuration", False, str(error))


async def examine(settings: Settings | Check, *, with_feeds: bool = False) -> list[Check]:
    """Return a check for configuration, database, model, token, clock, and feeds if asked for."""
    if isinstance(settings, Check):
        return [settings]
    checks = [_configuration(settings), *_strange_names()]
    for name, look in _LOOKS:
        checks.append(await _checked(name, look, settings))
    if with_feeds:
        checks.append(await _checked("feeds", _feeds, settings))
    return checks


async def _checked(
    name: str, look: Callable[[Settings], Awaitable[str]], settings: Settings
) -> Check:
    try:
        return Check(name, True, await look(settings))
    except KhabardarError as error:
        return Check(name, False, redact(str(error)))


def _configuration(settings: Settings) -> Check:
    if settings.open:
        return Check("configuration", True, "open: everybody may use the bot")
    count = len(settings.allowed_chats | settings.owner_ids)
    if not count:
        why = "nobody may use the bot: set OWNER_IDS, ALLOWED_CHATS or OPEN=1"
        return Check("configuration", False, why)
    return Check("configuration", True, f"{count} chats and owners may use the bot")


def _strange_names() -> list[Check]:
    """Warn of names in .env that are no settings: they may be another program's, or a slip."""
    told = [
        f"{name} is no setting" + (f" ({meant} is)" if meant else "")
        for name, meant in unknown_keys()
    ]
    return [Check("env file", True, f"warning: {'; '.join(told)}: ignored")] if told else []


async def _database(settings: Settings) -> str:
    with open_store(settings.database_url) as store:
        feeds, events, waiting = await store.read(
            lambda work: (len(work.feeds.all()), work.events.count(), work.entries.waiting())
        )
    return f"{feeds} feeds, {events} events, {waiting} entries waiting"


async def _extraction(settings: Settings) -> str:
    from bot.extraction.extractor import SpacyExtractor

    SpacyExtractor(settings.spacy_model)
    return f"ready, with {settings.spacy_model or 'the rules and lexicons that are shipped'}"


async def _token(settings: Settings) -> str:
    from telegram.error import InvalidToken, TelegramError

    from khabardar.service import build_application

    application = build_application(settings)
    try:
        await application.bot.initialize()
    except InvalidToken:
        raise ConfigError("TELEGRAM_TOKEN", "Telegram refuses it: see @BotFather") from None
    except TelegramError as error:
        raise ConfigError("TELEGRAM_API_URL", f"Telegram cannot be reached: {error}") from None
    else:
        return f"@{application.bot.username}"
    finally:
        await application.bot.shutdown()


async def _clock(settings: Settings) -> str:
    """Compare this machine's clock with the one of Telegram's server."""
    off = abs(await clock_offset(settings))
    if off > CLOCK_TOLERANCE:
        raise FetchError(f"is {off.total_seconds():.0f} s off: let this machine keep time (NTP)")
    return f"right within {off.total_seconds():.0f} s"


async def _feeds(settings: Settings) -> str:
    from bot.domain.feeds import Validators

    with open_store(settings.database_url) as store:
        stored = await store.read(lambda work: list(work.feeds.all()))
    bad = []
    async with reading(settings) as (fetcher, _):
        for feed in stored or default_feeds():
            try:
                await fetcher.fetch(feed.url, Validators())
            except KhabardarError:
                bad.append(feed.title or redact(feed.url))
    if bad:
        raise FetchError(f"{len(bad)} cannot be read ({', '.join(bad[:5])}…): see `feeds check`")
    return "all can be read"


_LOOKS: tuple[tuple[str, Callable[[Settings], Awaitable[str]]], ...] = (
    ("database", _database),
    ("extraction", _extraction),
    ("token", _token),
    ("clock", _clock),
)
