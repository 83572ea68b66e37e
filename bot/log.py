"""Logging set-up: one line an event, on stderr, secrets redacted wherever they come from."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterable

REDACTED = "[redacted]"
_TOKEN = re.compile(r"(?<!\d)\d{5,12}:[A-Za-z0-9_-]{30,}")
_CREDENTIALS = re.compile(r"(?<=://)[^/\s@'\"]+@")
_SECRET_ARGUMENT = re.compile(
    r"([?&](?:key|token|api_?key|auth|access_token|secret|password|sig)=)[^&\s'\"]+", re.IGNORECASE
)


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """Return the text without bot tokens, credentials in URLs, and the given secrets."""
    for secret in secrets:
        text = text.replace(secret, REDACTED)
    text = _TOKEN.sub(REDACTED, text)
    text = _CREDENTIALS.sub(f"{REDACTED}@", text)
    return _SECRET_ARGUMENT.sub(rf"\1{REDACTED}", text)


class _Redacting(logging.Formatter):
    """Redacts what another formatter has made, traceback included."""

    def __init__(self, inner: logging.Formatter, secrets: tuple[str, ...]) -> None:
        super().__init__()
        self._inner = inner
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        return redact(self._inner.format(record), self._secrets)


def set_up(level: str = "INFO", *, as_json: bool = False, secrets: Iterable[str] = ()) -> None:
    """Send all logs of all libraries through one redacting handler on stderr."""
    import structlog  # here, as only a program that logs needs it: start-up is measured

    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(),
            # A boxed traceback would break a secret over two lines, past the redaction.
            exception_formatter=structlog.dev.plain_traceback,
        )
    )
    ending: list[structlog.typing.Processor] = (
        [structlog.processors.format_exc_info] if as_json else []
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *ending, renderer],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Redacting(formatter, tuple(s for s in secrets if s)))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for chatty in ("httpx", "httpcore", "apscheduler", "telegram", "aiohttp.access", "alembic"):
        logging.getLogger(chatty).setLevel(max(logging.WARNING, root.level))
