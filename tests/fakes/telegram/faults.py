"""What can go wrong between a bot and Telegram, as a script the fake server follows."""

from __future__ import annotations

import enum
import threading
from dataclasses import dataclass, field, replace
from typing import Any


class Break(enum.Enum):
    """How an answer is spoiled."""

    ANSWER = "answer"
    """An answer of the script's own."""
    RESET = "reset"
    CLOSE = "close"
    HALF = "half"
    HANG = "hang"


@dataclass(frozen=True)
class Fault:
    """One fault: which requests it meets (any where ``None``), how often, and what happens.

    ``deliver`` tells whether the request takes effect before its answer is spoiled.
    """

    how: Break = Break.ANSWER
    status: int = 500
    body: bytes | dict[str, Any] = b""
    deliver: bool = False
    method: str | None = None
    chat: int | None = None
    times: int = 1
    seconds: float = 0.0

    def on(self, method: str | None = None, chat: int | None = None, times: int = 1) -> Fault:
        """Return this fault for certain requests only."""
        return replace(self, method=method, chat=chat, times=times)

    def meets(self, method: str, chat: object) -> bool:
        """Tell whether a request is one of those."""
        sends = method.startswith(("send", "edit")) if self.method is None else False
        return (sends or method == self.method) and self.chat in (None, chat)


def error(status: int, description: str, **parameters: object) -> Fault:
    """Return an error in Telegram's form."""
    body: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
    if parameters:
        body["parameters"] = parameters
    return Fault(status=status, body=body)


def flood(seconds: int | None) -> Fault:
    """Return 429, with ``retry_after`` or without any parameters."""
    if seconds is None:
        return error(429, "Too Many Requests: retry later")
    return error(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def bad_request(what: str) -> Fault:
    """Return 400 with this text."""
    return error(400, f"Bad Request: {what}")


def forbidden(what: str) -> Fault:
    """Return 403 with this text."""
    return error(403, f"Forbidden: {what}")


def migrated(new_chat_id: int) -> Fault:
    """Return the answer of a group that became a supergroup."""
    return error(
        400,
        "Bad Request: group chat was upgraded to a supergroup chat",
        migrate_to_chat_id=new_chat_id,
    )


def gateway(status: int = 502, *, delivered: bool = False) -> Fault:
    """Return a proxy's HTML page."""
    body = b"<html><head><title>Bad Gateway</title></head><body>nginx</body></html>"
    return Fault(status=status, body=body, deliver=delivered)


def answer(body: bytes, *, delivered: bool = True) -> Fault:
    """Return 200 with a body that is not what the documentation promises."""
    return Fault(status=200, body=body, deliver=delivered)


def broken(how: Break, *, delivered: bool) -> Fault:
    """Return a connection that ends before (or after) the message was delivered."""
    return Fault(how=how, deliver=delivered)


def hang(seconds: float, *, delivered: bool) -> Fault:
    """Return an answer that does not come for so long."""
    return Fault(how=Break.HANG, deliver=delivered, seconds=seconds)


@dataclass
class Script:
    """Faults in the order in which they are due."""

    _faults: list[Fault] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    met: list[Fault] = field(default_factory=list)

    def add(self, *faults: Fault) -> None:
        """Let these happen."""
        with self._lock:
            self._faults += faults

    def clear(self) -> None:
        """Let nothing more happen."""
        with self._lock:
            self._faults.clear()

    def reset(self) -> None:
        """Forget what happened, too."""
        self.clear()
        self.met.clear()

    def due(self, method: str, chat: object) -> Fault | None:
        """Return the first fault that meets a request, used up once more."""
        with self._lock:
            for index, fault in enumerate(self._faults):
                if fault.meets(method, chat):
                    self._use(index, fault)
                    self.met.append(fault)
                    return fault
        return None

    def _use(self, index: int, fault: Fault) -> None:
        if fault.times <= 1:
            del self._faults[index]
        else:
            self._faults[index] = replace(fault, times=fault.times - 1)
