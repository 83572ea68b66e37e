"""/import and /export: lists of feeds, and events, as files."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from telegram import Message as TelegramMessage
from telegram.error import TelegramError
from telegram.ext import filters

from bot.delivery.callbacks import EXPORT, pack
from bot.delivery.html import Text, as_text, bold, joined, message, messages, theirs
from bot.delivery.phrases import counted
from bot.domain.chats import ChatType
from bot.domain.delivery import Attachment, Button, Message
from bot.errors import InputError
from bot.log import redact
from bot.protocols import Work
from bot.services.feeds import TakenOver, take_over
from bot.services.files import File, Form, events_file, feeds_file
from bot.services.periods import Period, read_period
from bot.services.subscriptions import understand
from handlers.requests import Attached, Command, Desk, Job, Request, Right

LARGEST = 1_000_000
"""Bytes of a list: some 4,000 feeds."""
MONTH = dt.timedelta(days=30)
_SHOWN = 10
_LONGEST = 300
SEND_IT = (
    "Send the OPML file to me, with /import as its caption where others read along; "
    "or answer it with /import."
)
NO_LIST = (
    "Of files I read lists of feeds alone (OPML, ending in .opml or .xml). "
    "To add one feed: /addfeed URL"
)
ASK = "What shall the file hold? With words: /export csv 7d place:Sindh"
LABELS = {
    Form.OPML: "Feeds (OPML)",
    Form.CSV: "Events, CSV",
    Form.JSON: "Events, JSON",
    Form.GEOJSON: "Events, GeoJSON",
}


# --- in ------------------------------------------------------------------------------------------


def attached(typed: TelegramMessage) -> Attached | None:
    """Return the document of a message, or of the one that it answers."""
    answered = typed.reply_to_message
    document = typed.document or (answered.document if answered else None)
    if document is None:
        return None

    async def load() -> bytes:
        try:
            file = await document.get_file()
            return bytes(await file.download_as_bytearray())
        except TelegramError as error:
            why = "The file could not be had from Telegram; please send it again."
            raise InputError(why) from error

    return Attached(document.file_name or "", document.file_size or 0, load)


class CaptionedImport(filters.MessageFilter):
    """A document whose caption is /import, or /import@ and our own name."""

    def filter(self, message: TelegramMessage) -> bool:
        """Tell whether it is one."""
        first = next(iter((message.caption or "").lower().split()), "")
        ours = ("/import", f"/import@{message.get_bot().username.lower()}")
        return message.document is not None and first in ours


async def import_(request: Request, desk: Desk) -> Job:
    """Take over the feeds of an OPML file for this chat."""
    if request.document is None:
        raise InputError(SEND_IT)
    if not request.document.name.lower().endswith((".opml", ".xml")):
        raise InputError(NO_LIST)
    if request.document.size > LARGEST:
        raise InputError(f"That is more than {LARGEST // 1_000_000} MB: too much for a list.")
    body = await request.document.load()
    feeds = await desk.read_list(body[:LARGEST])

    def job(work: Work) -> list[Message]:
        done = take_over(work, request.scope, feeds, desk.settings, request.now)
        return messages(_told(done, desk.settings.max_feeds))

    return job


def _told(done: TakenOver, most: int) -> Text:
    counts: list[Text | str] = [
        bold("Added") + f": {counted(len(done.added), 'feed')}",
        f"Here already: {done.known}" if done.known else "",
        f"Everybody has them: {done.shared}" if done.shared else "",
        f"Left out, as a chat may add {most}: {done.left_out}" if done.left_out else "",
        f"Cannot be read: {len(done.refused)}" if done.refused else "",
    ]
    why = [
        as_text("• ") + joined(" – ", [theirs(redact(url)), why])
        for url, why in done.refused[:_SHOWN]
    ]
    more = f"… and {len(done.refused) - _SHOWN} more" if len(done.refused) > _SHOWN else ""
    foot = (
        "What is in them now alerts nobody; what comes from now on does, in this chat. "
        "/feeds tells how they are."
    )
    return joined("\n", [*counts, *why, more, foot if done.added else ""])


# --- out -----------------------------------------------------------------------------------------


async def export(request: Request, desk: Desk) -> Job:
    """Send feeds or events as a file, or ask which."""
    form, _, words = request.arguments.partition(" ")
    if not form:
        return _asking()
    if form.lower() not in list(Form):
        forms = ", ".join(Form)
        raise InputError(f"Say in which form: {forms}; such as /export csv 7d place:Sindh")
    return await _sending(Form(form.lower()), words, request, desk)


async def export_as(form: str, request: Request, desk: Desk) -> Job:
    """Send what a button asks for. Raises ``InputError``."""
    return await export(replace(request, arguments=form), desk)


def _asking() -> Job:
    first, *rest = (Button(label, data=pack(EXPORT, form)) for form, label in LABELS.items())
    asked = message(as_text(ASK), ((first,), tuple(rest)))
    return lambda _: [asked]


async def _sending(form: Form, words: str, request: Request, desk: Desk) -> Job:
    if form is Form.OPML:
        alone = ChatType.PRIVATE is request.chat_type or request.home is not None
        file = await desk.store.read(lambda work: feeds_file(work, request.scope, alone=alone))
        return _with(file, as_text("Feeds of this chat"))
    chat = await desk.store.read(lambda work: work.chats.get(request.scope.chat_id))
    zone = chat.zone if chat else desk.settings.default_zone
    period, text = read_period(words, request.now, zone, MONTH)
    query = understand(text, desk.settings) if text.strip() else None
    file = await desk.store.read(lambda work: events_file(work, request.scope, form, query, period))
    return _with(file, _title(period, text))


def _title(period: Period, text: str) -> Text:
    about = theirs(text, _LONGEST) if text.strip() else "all"
    return joined(", ", [as_text(f"Events, {period.words}"), about])


def _with(file: File, title: Text) -> Job:
    caption = message(joined("\n", [title + f": {file.count:,}", file.note]))
    sent = replace(caption, attachment=Attachment(file.name, file.content))
    return lambda _: [sent]


EXPORTING = Command(
    ("export",), Right.MANAGE, "feeds or events as a file: csv 7d", export, elsewhere=True
)
COMMANDS = (
    Command(("import",), Right.MANAGE, "take over an OPML list of feeds", import_),
    EXPORTING,
)
DOCUMENT = Command((), Right.MANAGE, "a list of feeds that was sent", import_, listed=False)
