"""Every command and every other update that is listened to, in one list."""

from __future__ import annotations

from typing import Any

from telegram import BotCommand
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    MessageHandler,
    filters,
)

from handlers import (
    broadcasts,
    events,
    feeds,
    files,
    mutes,
    near,
    operator,
    remarks,
    reminders,
    rulings,
    settings,
    start,
    subscriptions,
)
from handlers.buttons import Buttons
from handlers.desk import Front, handler_of
from handlers.door import Door
from handlers.membership import Membership
from handlers.requests import Command, Desk, Right
from handlers.rights import Rights

_TOPICS = (
    *start.COMMANDS,
    *subscriptions.COMMANDS,
    *near.COMMANDS,
    *events.COMMANDS,
    *reminders.COMMANDS,
    *feeds.COMMANDS,
    *files.COMMANDS,
    *mutes.COMMANDS,
    *remarks.COMMANDS,
    *settings.COMMANDS,
    *operator.COMMANDS,
    *rulings.COMMANDS,
    *broadcasts.COMMANDS,
)
HELP = Command(
    ("help",), Right.SEE, "this list; /help query", start.help_for(_TOPICS), listed=False
)
COMMANDS: tuple[Command, ...] = (HELP, *_TOPICS)

_TYPED = filters.UpdateType.MESSAGE | filters.UpdateType.CHANNEL_POST
_ANYTHING = filters.UpdateType.MESSAGE & filters.ChatType.PRIVATE & ~filters.StatusUpdate.ALL


def menu() -> list[BotCommand]:
    """Return the commands as Telegram's menu shows them."""
    return [BotCommand(c.names[0], c.line) for c in COMMANDS if c.right is not Right.OWNER]


def register(application: Application[Any, Any, Any, Any, Any, Any], desk: Desk) -> None:
    """Add a handler for every command, and for what Telegram tells of the chat itself."""
    rights = Rights(desk.clock)
    door = Door(desk)
    front = Front(desk, rights, door)
    for command in COMMANDS:
        application.add_handler(
            CommandHandler(list(command.names), handler_of(command, front), filters=_TYPED)
        )
    buttons = Buttons(desk, front)
    application.add_handler(CallbackQueryHandler(buttons.pressed))
    membership = Membership(desk, rights, door)
    application.add_handler(
        ChatMemberHandler(membership.own_status, ChatMemberHandler.MY_CHAT_MEMBER)
    )
    application.add_handler(
        ChatMemberHandler(membership.member_status, ChatMemberHandler.CHAT_MEMBER)
    )
    application.add_handler(MessageHandler(filters.StatusUpdate.MIGRATE, membership.migrated))
    lists = (_ANYTHING & filters.Document.ALL) | (_TYPED & files.CaptionedImport())
    application.add_handler(MessageHandler(lists, handler_of(files.DOCUMENT, front)))
    application.add_handler(
        MessageHandler(_ANYTHING & filters.LOCATION, handler_of(near.LOCATION, front))
    )
    application.add_handler(MessageHandler(_ANYTHING, handler_of(start.ANYTHING, front)))
