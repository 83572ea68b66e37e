"""Which methods and parameters the Bot API has: from its machine-readable form where it is there.

Else from a small table of our own, which knows the parameters that this program sends.
"""

from __future__ import annotations

import functools
import json
import os
import re
from pathlib import Path
from typing import Any

Fields = dict[str, tuple[bool, tuple[str, ...]]]
"""Name of a field -> whether it is required, and its types."""

_CHAT = ("Integer", "String")
_MESSAGE: Fields = {
    "chat_id": (True, _CHAT),
    "message_thread_id": (False, ("Integer",)),
    "parse_mode": (False, ("String",)),
    "disable_notification": (False, ("Boolean",)),
    "protect_content": (False, ("Boolean",)),
    "reply_parameters": (False, ("ReplyParameters",)),
    "reply_markup": (False, ("InlineKeyboardMarkup", "ReplyKeyboardMarkup")),
}
_EDIT: Fields = {
    "chat_id": (False, _CHAT),
    "message_id": (False, ("Integer",)),
    "reply_markup": (False, ("InlineKeyboardMarkup",)),
}
_CAPTION: Fields = {"caption": (False, ("String",))}
_PREVIEW: Fields = {"link_preview_options": (False, ("LinkPreviewOptions",))}
_TEXT: Fields = {"text": (True, ("String",))}
_COMMANDS: Fields = {
    "scope": (False, ("BotCommandScope",)),
    "language_code": (False, ("String",)),
}
_METHODS: dict[str, Fields] = {
    "getMe": {},
    "getUpdates": {
        "offset": (False, ("Integer",)),
        "limit": (False, ("Integer",)),
        "timeout": (False, ("Integer",)),
        "allowed_updates": (False, ("Array of String",)),
    },
    "sendMessage": _MESSAGE | _TEXT | _PREVIEW,
    "sendPhoto": _MESSAGE | _CAPTION | {"photo": (True, ("InputFile", "String"))},
    "sendDocument": _MESSAGE | _CAPTION | {"document": (True, ("InputFile", "String"))},
    "sendVenue": {name: kind for name, kind in _MESSAGE.items() if name != "parse_mode"}
    | {
        "latitude": (True, ("Float",)),
        "longitude": (True, ("Float",)),
        "title": (True, ("String",)),
        "address": (True, ("String",)),
    },
    "editMessageText": _EDIT | _TEXT | _PREVIEW | {"parse_mode": (False, ("String",))},
    "editMessageReplyMarkup": _EDIT,
    "answerCallbackQuery": {
        "callback_query_id": (True, ("String",)),
        "text": (False, ("String",)),
        "show_alert": (False, ("Boolean",)),
        "url": (False, ("String",)),
        "cache_time": (False, ("Integer",)),
    },
    "getChat": {"chat_id": (True, _CHAT)},
    "leaveChat": {"chat_id": (True, _CHAT)},
    "getChatAdministrators": {"chat_id": (True, _CHAT)},
    "getChatMember": {"chat_id": (True, _CHAT), "user_id": (True, ("Integer",))},
    "sendChatAction": {
        "chat_id": (True, _CHAT),
        "action": (True, ("String",)),
        "message_thread_id": (False, ("Integer",)),
    },
    "setMyCommands": _COMMANDS | {"commands": (True, ("Array of BotCommand",))},
    "deleteMyCommands": _COMMANDS,
    "deleteWebhook": {"drop_pending_updates": (False, ("Boolean",))},
    "setWebhook": {
        "url": (True, ("String",)),
        "allowed_updates": (False, ("Array of String",)),
        "secret_token": (False, ("String",)),
    },
    "getWebhookInfo": {},
    "getFile": {"file_id": (True, ("String",))},
    "deleteMessage": {"chat_id": (True, _CHAT), "message_id": (True, ("Integer",))},
}
_TYPES: dict[str, Fields] = {
    "InlineKeyboardMarkup": {"inline_keyboard": (True, ("Array of Array of Button",))},
    "Button": {
        "text": (True, ("String",)),
        "url": (False, ("String",)),
        "callback_data": (False, ("String",)),
    },
    "ReplyKeyboardMarkup": {
        "keyboard": (True, ("Array of Array of KeyboardButton",)),
        "resize_keyboard": (False, ("Boolean",)),
        "one_time_keyboard": (False, ("Boolean",)),
    },
    "KeyboardButton": {
        "text": (True, ("String",)),
        "request_location": (False, ("Boolean",)),
    },
    "ReplyParameters": {
        "message_id": (True, ("Integer",)),
        "allow_sending_without_reply": (False, ("Boolean",)),
    },
    "LinkPreviewOptions": {"is_disabled": (False, ("Boolean",))},
    "BotCommand": {"command": (True, ("String",)), "description": (True, ("String",))},
}
_SIMPLE = {"Integer": int, "Boolean": bool, "Float": (int, float), "String": str, "True": bool}


class SchemaError(ValueError):
    """A request that is not in the Bot API's book."""


class Schema:
    """The methods and types of the Bot API, and whether a request keeps to them."""

    def __init__(self, methods: dict[str, Fields], types: dict[str, Fields]) -> None:
        self.methods = methods
        self.types = types

    def spelled(self, method: str) -> str:
        """Return a method's name as the book spells it: Telegram takes any case."""
        return next((name for name in self.methods if name.lower() == method.lower()), method)

    def read(self, method: str, given: dict[str, Any]) -> dict[str, Any]:
        """Return the parameters as typed values.

        ``given`` holds strings as a form sends them; an uploaded file is any other value.

        Raises:
            SchemaError: an unknown method, an unknown or missing parameter, a wrong type.

        """
        if method not in self.methods:
            raise SchemaError(f"{method} is no method of the Bot API")
        fields = self.methods[method]
        unknown = given.keys() - fields.keys() - {"files"}
        attached = {name for name in unknown if not isinstance(given[name], str)}
        if unknown - attached:
            raise SchemaError(f"{method} has no parameter {min(unknown)}")
        for name, (required, _) in fields.items():
            if required and name not in given:
                raise SchemaError(f"{method} needs {name}")
        return {name: self._parameter(name, value, fields) for name, value in given.items()}

    def _parameter(self, name: str, value: Any, fields: Fields) -> Any:
        if not isinstance(value, str) or name not in fields:
            return value
        types = fields[name][1]
        typed = _from_form(value, types)
        if not any(self.fits(typed, type_) for type_ in types):
            raise SchemaError(f"{name} must be {' or '.join(types)}, not {value!r}")
        return typed

    def fits(self, value: Any, type_: str) -> bool:
        """Tell whether a value is of a type of the Bot API."""
        if type_.startswith("Array of "):
            return isinstance(value, list) and all(self.fits(v, type_[9:]) for v in value)
        if type_ in _SIMPLE:
            exact = _SIMPLE[type_] is bool or not isinstance(value, bool)
            return exact and isinstance(value, _SIMPLE[type_])  # type: ignore[arg-type]
        if type_ == "InputFile":
            return isinstance(value, str) and value.startswith("attach://")
        return self._object_fits(value, type_)

    def _object_fits(self, value: Any, type_: str) -> bool:
        if not isinstance(value, dict):
            return False
        fields = self.types.get(type_)
        if fields is None:
            return True
        complete = all(name in value for name, (required, _) in fields.items() if required)
        return complete and all(
            name in fields and any(self.fits(v, t) for t in fields[name][1])
            for name, v in value.items()
        )


def _from_form(value: str, types: tuple[str, ...]) -> Any:
    if "Integer" in types and re.fullmatch(r"-?\d+", value):
        return int(value)
    if "String" in types:
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _fields(raw: list[dict[str, Any]]) -> Fields:
    return {field["name"]: (field["required"], tuple(field["types"])) for field in raw}


def official_file() -> Path | None:
    """Return where the machine-readable Bot API lies, if it does."""
    beside = Path(__file__).parents[4] / "shared"
    path = Path(os.environ.get("KHABARDAR_SHARED") or beside) / "data/telegram/api.min.json"
    return path if path.is_file() else None


def built_in() -> Schema:
    """Return the small table of our own."""
    return Schema(_METHODS, _TYPES)


@functools.cache
def load() -> Schema:
    """Return the Bot API, all of it where its machine-readable form is present."""
    path = official_file()
    if path is None:
        return built_in()
    raw = json.loads(path.read_text("utf-8"))
    methods = {name: _fields(method.get("fields", [])) for name, method in raw["methods"].items()}
    types = {
        name: _fields(type_.get("fields", []))
        for name, type_ in raw["types"].items()
        if not type_.get("subtypes")
    }
    return Schema(methods, types)
