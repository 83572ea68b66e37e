"""Alerts, messages, the outbox and what sending may come to."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from bot.domain.values import Severity


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message: either opens ``url`` or sends back ``data`` (at most 64 bytes)."""

    text: str
    data: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file to send with a message as its caption; ``picture`` is shown, else a document."""

    name: str
    content: bytes
    picture: bool = False


@dataclass(frozen=True, slots=True)
class Pin:
    """A point on the map, in WGS 84 degrees, with the two lines that stand beside it."""

    latitude: float
    longitude: float
    title: str
    address: str


@dataclass(frozen=True, slots=True)
class Message:
    """A message ready to send: HTML by Telegram's rules, and the same as plain text."""

    html: str
    plain: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    silent: bool = False
    attachment: Attachment | None = None
    brief: str = ""
    """What a bundle of several messages says of it, as HTML; empty where it stands alone."""
    asks_location: str = ""
    """The label of a key that sends where the person is; in private chats alone."""
    pin: Pin | None = None
    """What is sent in place of the text, which says the same where a map is refused."""


class Priority(IntEnum):
    """Who goes first; lower is sooner."""

    EXTREME = 0
    REPLY = 1
    SEVERE = 2
    NORMAL = 5
    REMINDER = 6
    DIGEST = 7
    BROADCAST = 9

    @classmethod
    def of(cls, severity: Severity) -> Priority:
        """Return the priority of an alert of this severity."""
        return {Severity.EXTREME: cls.EXTREME, Severity.SEVERE: cls.SEVERE}.get(
            severity, cls.NORMAL
        )


class OutboxState(StrEnum):
    """The states of a row, as drawn in docs/reliability.md."""

    PENDING = "pending"
    CLAIMED = "claimed"
    SENDING = "sending"
    SENT = "sent"
    DEAD = "dead"
    SUSPENDED = "suspended"
    CANCELLED = "cancelled"
    BUNDLED = "bundled"
    """Part of the message of another row, which its ``target_key`` names."""


class Act(StrEnum):
    """What a row asks of Telegram."""

    SEND = "send"
    EDIT = "edit"
    DELETE_BUTTONS = "delete_buttons"


@dataclass(frozen=True, slots=True)
class NewOutboxRow:
    """A row to enqueue. ``dedupe_key`` is unique: enqueuing it again changes nothing, or, with
    ``replace_pending``, replaces the message of a row that nobody has claimed yet.
    """

    dedupe_key: str
    chat_id: int
    thread_id: int | None
    message: Message
    priority: Priority
    act: Act = Act.SEND
    target_key: str | None = None
    """The ``dedupe_key`` of the row whose sent message is edited or replied to."""
    reply_to_message_id: int | None = None
    """A message of the user's to reply to."""
    not_before: dt.datetime | None = None
    reference: str | None = None
    """What the mark of a possible repeat names (``KH-7F3A``)."""
    replace_pending: bool = False


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A claimed row, with everything its sending needs."""

    id: int
    dedupe_key: str
    chat_id: int
    thread_id: int | None
    seq: int
    message: Message
    priority: Priority
    act: Act
    state: OutboxState
    attempts: int
    uncertain: bool
    """True where an earlier attempt may have arrived: the next is marked as a possible repeat."""
    plain: bool
    """True where Telegram refused the HTML: the next attempt is plain text."""
    target_message_id: int | None = None
    reply_to_message_id: int | None = None
    reference: str | None = None
    worker: str | None = None
    last_error: str | None = None
    message_id: int | None = None
    """The message it became, once it is sent."""


# What sending may come to. Sending raises nothing: it returns one of these, matched exhaustively.


@dataclass(frozen=True, slots=True)
class Sent:
    """Telegram has it."""

    message_id: int | None


@dataclass(frozen=True, slots=True)
class NotSent:
    """Nothing left this machine, or Telegram said so: try again, no mark."""

    why: str
    retry_after: dt.timedelta | None = None
    whole_bot: bool = False
    """True where everybody must wait, not only this chat."""
    give_up: bool = False
    """True where trying for ever would be wrong: dead after a number of attempts."""


@dataclass(frozen=True, slots=True)
class Uncertain:
    """It may have arrived: try again with the mark of a possible repeat."""

    why: str
    retry_after: dt.timedelta | None = None


@dataclass(frozen=True, slots=True)
class BadContent:
    """Telegram refused the content: once more as plain text, then dead."""

    why: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Telegram refused for good. ``suspend`` where the whole chat cannot be written to."""

    why: str
    suspend: bool


@dataclass(frozen=True, slots=True)
class Migrated:
    """The chat has a new id; everything it has moves there."""

    new_chat_id: int


@dataclass(frozen=True, slots=True)
class ThreadGone:
    """The topic is deleted or closed: the chat's main thread takes over."""

    why: str


@dataclass(frozen=True, slots=True)
class TargetGone:
    """The message to edit or reply to is not there any more."""

    why: str


@dataclass(frozen=True, slots=True)
class Unauthorised:
    """The token is refused: stop all sending, keep everything."""

    why: str


Outcome = (
    Sent
    | NotSent
    | Uncertain
    | BadContent
    | Refused
    | Migrated
    | ThreadGone
    | TargetGone
    | Unauthorised
)


@dataclass(frozen=True, slots=True)
class Alert:
    """An event revision told to a chat and topic."""

    id: int
    chat_id: int
    thread_id: int | None
    event_id: int
    revision: int
    outbox_key: str
    reasons: tuple[str, ...]
    created_at: dt.datetime


class UpdateState(StrEnum):
    """What became of an update from Telegram."""

    NEW = "new"
    DONE = "done"
    QUARANTINED = "quarantined"


@dataclass(frozen=True, slots=True)
class StoredUpdate:
    """An update as received; ``raw`` is its JSON."""

    update_id: int
    raw: str
    attempts: int
