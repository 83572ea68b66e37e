"""Settings from the environment and ``.env``, validated once and frozen.

Every setting has one line in ``.env.example``; a test keeps the two equal.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import re
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Self
from zoneinfo import available_timezones

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, DotEnvSettingsSource, NoDecode, SettingsConfigDict

from bot.domain.values import Severity
from bot.errors import ConfigError


def _ids(value: object) -> object:
    """Read ``1, 2 3`` as a set of ids; leave anything else to pydantic."""
    if isinstance(value, str):
        return frozenset(value.replace(",", " ").split())
    return value


def _severity(value: object) -> object:
    """Read one of CAP's words."""
    if not isinstance(value, str):
        return value
    try:
        return Severity.from_word(value.strip())
    except KeyError:
        words = ", ".join(severity.word for severity in reversed(Severity))
        raise ValueError(f"{value!r} is none of {words}") from None


def _seconds(value: object) -> object:
    """Read a number as seconds."""
    if not isinstance(value, str):
        return value
    try:
        return dt.timedelta(seconds=float(value))
    except (ValueError, OverflowError):
        raise ValueError(f"{value!r} is no number of seconds, such as 600") from None


def _at_least(seconds: int) -> AfterValidator:
    def check(value: dt.timedelta) -> dt.timedelta:
        if value < dt.timedelta(seconds=seconds):
            raise ValueError(f"it is at least {seconds} seconds")
        return value

    return AfterValidator(check)


Seconds = Annotated[dt.timedelta, BeforeValidator(_seconds), _at_least(0)]
SomeSeconds = Annotated[dt.timedelta, BeforeValidator(_seconds), _at_least(1)]
PollSeconds = Annotated[dt.timedelta, BeforeValidator(_seconds), _at_least(300)]
_SECRET = re.compile(r"[A-Za-z0-9_-]{16,256}")
_TOKEN = re.compile(r"\d{3,15}:[A-Za-z0-9_-]{20,60}")
Ids = Annotated[frozenset[int], NoDecode, BeforeValidator(_ids)]
Word = Annotated[Severity, BeforeValidator(_severity)]
SECRETS = frozenset({"TELEGRAM_TOKEN", "WEBHOOK_SECRET", "PING_URL", "DATABASE_URL"})
"""Settings that no child process of ours needs to know."""


class Settings(BaseSettings):
    """All settings. Durations are seconds in the environment and ``timedelta`` here."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True)

    telegram_token: SecretStr | None = Field(
        default=None, description="the bot's token, from @BotFather; `khabardar run` needs it"
    )
    telegram_api_url: str = Field(
        default="https://api.telegram.org",
        description="the Bot API server; change it only for a self-hosted one",
    )
    owner_ids: Ids = Field(
        default=frozenset(),
        description="numeric Telegram ids of the owners, separated by commas",
    )
    allowed_chats: Ids = Field(
        default=frozenset(),
        description="ids of the chats that may use the bot besides the owners",
    )
    open: bool = Field(
        default=False, description="1 lets everybody use the bot; otherwise only the chats above"
    )
    database_url: str = Field(
        default="sqlite:///khabardar.db",
        description="the database: sqlite:///FILE or postgresql+psycopg://USER:PASSWORD@HOST/NAME",
    )
    spacy_model: str | None = Field(
        default=None,
        description="an installed spaCy model whose named entities are used too; empty for none",
    )
    feeds_file: Path | None = Field(
        default=None,
        description="an OPML file imported on first start; empty for the list that is shipped",
    )
    poll_every: PollSeconds = Field(
        default=dt.timedelta(minutes=10),
        description="seconds between two polls of a feed, at least 300",
    )
    poll_connections: int = Field(
        default=1000, ge=1, le=2000, description="feeds fetched at the same time, one a host"
    )
    fetch_timeout: SomeSeconds = Field(
        default=dt.timedelta(seconds=30), description="seconds one fetch may take in all"
    )
    fetch_max_bytes: int = Field(
        default=10_000_000, ge=10_000, description="the largest feed that is read, in bytes"
    )
    allow_private_feeds: bool = Field(
        default=False, description="1 lets feeds come from private addresses (your own network)"
    )
    parse_timeout: SomeSeconds = Field(
        default=dt.timedelta(seconds=10), description="seconds one feed may take to parse"
    )
    alert_max_age: SomeSeconds = Field(
        default=dt.timedelta(hours=6),
        description="seconds after which an entry goes to digests instead of alerts",
    )
    alert_hold: Seconds = Field(
        default=dt.timedelta(seconds=60),
        description="seconds an alert below Severe waits for corrections and second sources",
    )
    edit_every: Seconds = Field(
        default=dt.timedelta(minutes=2), description="seconds between two edits of one message"
    )
    silent_below: Word = Field(
        default=Severity.SEVERE, description="alerts below this severity make no sound"
    )
    default_zone: str = Field(
        default="Asia/Karachi", description="the time zone of new chats, by its IANA name"
    )
    max_subscriptions: int = Field(default=30, ge=1, description="subscriptions a chat may have")
    max_query_terms: int = Field(default=20, ge=1, description="terms one query may have")
    max_feeds: int = Field(default=50, ge=0, description="feeds a chat may add")
    keep_events: SomeSeconds = Field(
        default=dt.timedelta(days=730), description="seconds events are kept"
    )
    keep_texts: SomeSeconds = Field(
        default=dt.timedelta(days=90), description="seconds article texts are kept"
    )
    uncertain_policy: str = Field(
        default="resend",
        pattern="^(resend|hold|skip)$",
        description="an alert that may have arrived: resend (marked), hold or skip",
    )
    web_port: int = Field(
        default=0,
        ge=0,
        le=65535,
        description="the port of /health and of the webhook; 0 opens none",
    )
    web_host: str = Field(
        default="127.0.0.1",
        description="the address it listens on; behind TLS this machine's own is enough",
    )
    webhook_url: str | None = Field(
        default=None,
        description="the https address at which Telegram reaches the webhook; empty for polling",
    )
    webhook_secret: SecretStr | None = Field(
        default=None,
        description="what Telegram says to the webhook: 16 or more of A-Z a-z 0-9 _ -",
    )
    ping_url: SecretStr | None = Field(
        default=None,
        description="an address asked every 5 minutes while all is well (a dead man's switch)",
    )
    log_level: str = Field(
        default="INFO",
        pattern="^(DEBUG|INFO|WARNING|ERROR)$",
        description="how much is logged: DEBUG, INFO, WARNING or ERROR",
    )
    log_json: bool = Field(default=False, description="1 logs one JSON object a line")

    @field_validator(
        "spacy_model",
        "feeds_file",
        "telegram_token",
        "webhook_url",
        "webhook_secret",
        "ping_url",
        mode="before",
    )
    @classmethod
    def _empty_is_none(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("telegram_token")
    @classmethod
    def _token_shape(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _TOKEN.fullmatch(value.get_secret_value().strip()):
            raise ValueError("it is no bot token: @BotFather's look like 123456789:AAb-C_d…")
        return value

    @field_validator("webhook_url")
    @classmethod
    def _over_tls(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith("https://"):
            raise ValueError("Telegram calls https:// addresses only")
        return value

    @field_validator("webhook_secret")
    @classmethod
    def _long_enough(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _SECRET.fullmatch(value.get_secret_value()):
            raise ValueError("it is 16 to 256 of A-Z a-z 0-9 _ -")
        return value

    @model_validator(mode="after")
    def _whole_webhook(self) -> Self:
        if self.webhook_url and not (self.webhook_secret and self.web_port):
            raise ValueError("a webhook needs WEBHOOK_URL, WEBHOOK_SECRET and WEB_PORT")
        return self

    @field_validator("default_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError(f"{value!r} is no IANA time zone, such as Asia/Karachi")
        return value

    @field_validator("telegram_api_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        if not value.startswith(("https://", "http://")):
            raise ValueError("it starts with https:// or http://")
        return value.rstrip("/")

    def may_use(self, chat_id: int) -> bool:
        """Tell whether a chat is let in: listed, an owner's, or everybody is."""
        return self.open or chat_id in self.allowed_chats or chat_id in self.owner_ids


def unknown_keys(env_file: str = ".env") -> list[tuple[str, str | None]]:
    """Return the names in a file that are no settings, each with the setting that it may mean."""
    known = [name.upper() for name in Settings.model_fields]
    found = DotEnvSettingsSource(Settings, env_file=env_file).env_vars
    unknown = [key.upper() for key in found if key.upper() not in known]
    return [(key, next(iter(get_close_matches(key, known, 1)), None)) for key in unknown]


def load(env_file: str | None = ".env") -> Settings:
    """Return the settings.

    Raises:
        ConfigError: a setting is wrong; the error names it as the environment does.

    """
    try:
        return Settings(_env_file=env_file)  # type: ignore[call-arg]
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        name = str(first["loc"][0]).upper() if first["loc"] else "settings"
        raise ConfigError(name, first["msg"].removeprefix("Value error, ")) from None


@contextlib.contextmanager
def secrets_withheld() -> Iterator[None]:
    """Keep secrets out of the environment for a while, once they were read.

    Child processes inherit the environment as it stands when they start, and one of them reads what
    strangers wrote.
    """
    kept = {name: value for name, value in os.environ.items() if name.upper() in SECRETS}
    for name in kept:
        del os.environ[name]
    try:
        yield
    finally:
        os.environ.update(kept)
