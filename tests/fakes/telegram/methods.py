"""What each method of the Bot API does to the world, and the server's words when it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.fakes.telegram.html import HtmlError, Parsed, check, check_plain
from tests.fakes.telegram.world import BOT, BOT_ID, Delivered, FakeChat, Member, World


class RefusedError(Exception):
    """An error in Telegram's form."""

    def __init__(self, status: int, description: str, **parameters: object) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters


def bad(what: str) -> RefusedError:
    """Return a 400."""
    return RefusedError(400, f"Bad Request: {what}")


Parameters = dict[str, Any]
Method = Callable[[World, Parameters], Any]


def call(world: World, method: str, given: Parameters) -> Any:
    """Return a method's result; the caller holds the lock."""
    if method not in _METHODS:
        raise RefusedError(501, f"Not Implemented: the fake server does not play {method}")
    return _METHODS[method](world, given)


# --- sending -------------------------------------------------------------------------------------


def _send_message(world: World, given: Parameters) -> Any:
    parsed = _parse(given, given["text"], 4096, "message")
    return _deliver(world, given, parsed, "text")


def _send_photo(world: World, given: Parameters) -> Any:
    return _send_file(world, given, "photo")


def _send_document(world: World, given: Parameters) -> Any:
    return _send_file(world, given, "document")


def _send_venue(world: World, given: Parameters) -> Any:
    title, address = given["title"], given["address"]
    if not title or not address:
        raise bad("VENUE_TITLE_INVALID")
    latitude, longitude = given["latitude"], given["longitude"]
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise bad("wrong location specified")
    given = given | {"text": ""}
    point = (latitude, longitude)
    return _deliver(world, given, Parsed(f"{title}\n{address}"), "venue", point=point)


def _send_file(world: World, given: Parameters, kind: str) -> Any:
    name, content = _upload(given, kind)
    if not content:
        raise bad("file must be non-empty")
    caption = given.get("caption")
    parsed = _parse(given, caption, 1024, "message caption") if caption else Parsed("")
    return _deliver(world, given, parsed, kind, name, content)


def _upload(given: Parameters, kind: str) -> tuple[str, bytes]:
    value = given[kind]
    if isinstance(value, str):
        value = given.get("files", {}).get(value.removeprefix("attach://"))
    if not isinstance(value, tuple):
        raise bad("wrong file identifier/HTTP URL specified")
    return value


def _parse(given: Parameters, text: str, limit: int, what: str) -> Parsed:
    try:
        if given.get("parse_mode", "").lower() == "html":
            return check(text, limit, what)
        return check_plain(text, limit, what)
    except HtmlError as error:
        raise bad(str(error)) from None


def _deliver(
    world: World,
    given: Parameters,
    parsed: Parsed,
    kind: str,
    name: str | None = None,
    content: bytes = b"",
    point: tuple[float, float] | None = None,
) -> Any:
    chat = _writable(world, given["chat_id"])
    thread = _thread(chat, given.get("message_thread_id"))
    sent = Delivered(
        chat_id=chat.id,
        message_id=world.message_id(chat.id),
        text=parsed.text,
        html=given.get("text") or given.get("caption") or "",
        links=parsed.links,
        silent=bool(given.get("disable_notification")),
        thread_id=thread,
        reply_to=_reply_to(world, chat, given),
        buttons=_buttons(given),
        keys=_keys(chat, given),
        at=world.clock(),
        kind=kind,
        file_name=name,
        file=content,
        point=point,
    )
    world.messages.append(sent)
    return world.as_message(sent)


def _writable(world: World, chat_id: object) -> FakeChat:
    if not isinstance(chat_id, int) or chat_id not in world.chats:
        raise bad("chat not found")
    chat = world.chats[chat_id]
    if chat.refuses:
        raise RefusedError(*chat.refuses)
    return chat


def _thread(chat: FakeChat, thread: int | None) -> int | None:
    if thread is None:
        return None
    if thread not in chat.topics:
        raise bad("message thread not found")
    return thread


def _reply_to(world: World, chat: FakeChat, given: Parameters) -> int | None:
    wanted = given.get("reply_parameters")
    if not wanted:
        return None
    message_id: int = wanted["message_id"]
    known = message_id <= world.last_message(chat.id)
    if not known and not wanted.get("allow_sending_without_reply"):
        raise bad("message to be replied not found")
    return message_id if known else None


def _buttons(given: Parameters) -> list[dict[str, Any]]:
    markup = given.get("reply_markup") or {}
    buttons = [button for row in markup.get("inline_keyboard", []) for button in row]
    for button in buttons:
        _check_button(button)
    return buttons


def _keys(chat: FakeChat, given: Parameters) -> list[str]:
    markup = given.get("reply_markup") or {}
    keys = [key for row in markup.get("keyboard", []) for key in row]
    if chat.type != "private" and any(key.get("request_location") for key in keys):
        raise bad("location can be requested in private chats only")
    return [key["text"] for key in keys]


def _check_button(button: dict[str, Any]) -> None:
    if not button["text"]:
        raise bad("can't parse inline keyboard button: Text buttons are unallowed")
    if len(button.get("callback_data", "x").encode()) > 64:
        raise bad("BUTTON_DATA_INVALID")
    if not button.get("url", "https://").startswith(("https://", "http://", "tg://")):
        raise bad(
            f"inline keyboard button URL '{button['url']}' is invalid: Unsupported URL protocol"
        )
    if len({"url", "callback_data"} & button.keys()) != 1:
        raise bad("can't parse inline keyboard button: Text buttons are unallowed")


# --- editing -------------------------------------------------------------------------------------


def _edit_text(world: World, given: Parameters) -> Any:
    message = _editable(world, given)
    parsed = _parse(given, given["text"], 4096, "message")
    buttons = _buttons(given)
    _must_differ(message, parsed.text, parsed.links, buttons)
    message.versions.append(message.text)
    message.text, message.links, message.buttons = parsed.text, parsed.links, buttons
    message.html = given["text"]
    return world.as_message(message)


def _edit_markup(world: World, given: Parameters) -> Any:
    message = _editable(world, given)
    buttons = _buttons(given)
    _must_differ(message, message.text, message.links, buttons)
    message.buttons = buttons
    return world.as_message(message)


def _must_differ(message: Delivered, text: str, links: list[str], buttons: list[Any]) -> None:
    if (message.text, message.links, message.buttons) == (text, links, buttons):
        raise bad(
            "message is not modified: specified new message content and reply markup are exactly "
            "the same as a current content and reply markup of the message"
        )


def _editable(world: World, given: Parameters) -> Delivered:
    chat = _writable(world, given["chat_id"])
    message = world.find(chat.id, given["message_id"])
    if message is None:
        raise bad("message to edit not found")
    return message


def _delete(world: World, given: Parameters) -> Any:
    message = world.find(given["chat_id"], given["message_id"])
    if message is None:
        raise bad("message to delete not found")
    world.messages.remove(message)
    return True


# --- chats and the bot itself --------------------------------------------------------------------


def _get_me(_world: World, _given: Parameters) -> Any:
    return BOT | {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def _known(world: World, chat_id: object) -> FakeChat:
    for chat in world.chats.values():
        if chat_id == chat.id or (chat.username and chat_id == f"@{chat.username}"):
            return chat
    raise bad("chat not found")


def _get_chat(world: World, given: Parameters) -> Any:
    chat = _known(world, given["chat_id"])
    return chat.as_json() | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(
            (
                "unlimited_gifts",
                "limited_gifts",
                "unique_gifts",
                "premium_subscription",
                "gifts_from_channels",
            ),
            False,
        ),
    }


def _member(user_id: int, member: Member) -> dict[str, Any]:
    user = BOT if user_id == BOT_ID else {"id": user_id, "is_bot": False, "first_name": "Somebody"}
    raw: dict[str, Any] = {"user": user, "status": member.status}
    if member.status == "creator":
        raw["is_anonymous"] = member.is_anonymous
    if member.status == "administrator":
        raw |= {"can_be_edited": False, "is_anonymous": member.is_anonymous} | dict.fromkeys(
            _ADMIN_RIGHTS, True
        )
    return raw | ({"until_date": 0} if member.status == "kicked" else {})


_ADMIN_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
)


def _get_member(world: World, given: Parameters) -> Any:
    chat = _known(world, given["chat_id"])
    member = chat.members.get(given["user_id"])
    return _member(given["user_id"], member or Member("left"))


def _administrators(world: World, given: Parameters) -> Any:
    chat = _known(world, given["chat_id"])
    if chat.type == "private":
        raise bad("there are no administrators in the private chat")
    return [
        _member(user_id, member)
        for user_id, member in chat.members.items()
        if member.status in ("creator", "administrator")
    ]


def _leave(world: World, given: Parameters) -> Any:
    world.left.append(_known(world, given["chat_id"]).id)
    return True


def _answer_callback(world: World, given: Parameters) -> Any:
    callback_id = given["callback_query_id"]
    if callback_id not in world.open_callbacks:
        raise bad("query is too old and response timeout expired or query ID is invalid")
    world.open_callbacks.discard(callback_id)
    world.callback_answers[callback_id] = given
    return True


def _get_file(world: World, given: Parameters) -> Any:
    file_id = given["file_id"]
    if file_id not in world.files:
        raise bad("invalid file_id")
    size = len(world.files[file_id])
    if size > _LARGEST_FILE:
        raise bad("file is too big")
    path = f"documents/{file_id}"
    return {"file_id": file_id, "file_unique_id": file_id, "file_size": size, "file_path": path}


_LARGEST_FILE = 20 * 1024 * 1024


def _set_commands(world: World, given: Parameters) -> Any:
    world.commands[json.dumps(given.get("scope"))] = given["commands"]
    return True


def _set_webhook(world: World, given: Parameters) -> Any:
    world.webhook = given["url"]
    return True


def _delete_webhook(world: World, given: Parameters) -> Any:
    world.webhook = ""
    if given.get("drop_pending_updates"):
        world.updates.clear()
    return True


def _webhook_info(world: World, _given: Parameters) -> Any:
    return {
        "url": world.webhook,
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates),
    }


def _yes(_world: World, _given: Parameters) -> Any:
    return True


_METHODS: dict[str, Method] = {
    "getMe": _get_me,
    "sendMessage": _send_message,
    "sendPhoto": _send_photo,
    "sendDocument": _send_document,
    "sendVenue": _send_venue,
    "editMessageText": _edit_text,
    "editMessageReplyMarkup": _edit_markup,
    "deleteMessage": _delete,
    "answerCallbackQuery": _answer_callback,
    "getChat": _get_chat,
    "getFile": _get_file,
    "getChatMember": _get_member,
    "getChatAdministrators": _administrators,
    "leaveChat": _leave,
    "sendChatAction": _yes,
    "setMyCommands": _set_commands,
    "deleteMyCommands": _yes,
    "setWebhook": _set_webhook,
    "deleteWebhook": _delete_webhook,
    "getWebhookInfo": _webhook_info,
}
