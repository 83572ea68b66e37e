"""Updates that Telegram brings: believed by their secret, stored before they are acknowledged."""

from __future__ import annotations

import hmac
import json
import logging
from collections.abc import Callable
from http import HTTPStatus

from telegram import Bot
from telegram.error import TelegramError

from bot.errors import ConfigError, StorageError
from bot.protocols import Clock, Store
from handlers.inbox import ALLOWED_UPDATES

log = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name


class Intake:
    """Takes updates from whoever knows the secret; the inbox is the same as with polling."""

    def __init__(
        self, store: Store, clock: Clock, secret: str, arrived: Callable[[], None]
    ) -> None:
        self._store = store
        self._clock = clock
        self._secret = secret.encode()
        self._arrived = arrived

    def knows(self, said: str | None) -> bool:
        """Tell whether a caller said the secret; the time that takes tells nobody anything."""
        return hmac.compare_digest((said or "").encode(), self._secret)

    async def take(self, body: bytes) -> HTTPStatus:
        """Store an update; Telegram brings again whatever is not answered with 200."""
        try:
            update = json.loads(body)
            row = (int(update["update_id"]), json.dumps(update))
        except (ValueError, KeyError, TypeError):
            log.warning("something that is no update came to the webhook")
            return HTTPStatus.BAD_REQUEST
        try:
            await self._store.write(lambda work: work.inbox.add([row], self._clock()))
        except StorageError:
            log.exception("an update could not be stored; Telegram will bring it again")
            return HTTPStatus.SERVICE_UNAVAILABLE
        self._arrived()
        return HTTPStatus.OK


async def announce(bot: Bot, address: str, secret: str) -> None:
    """Let Telegram bring updates to an address; what waits there is brought, never dropped.

    Raises:
        ConfigError: Telegram does not take the address.

    """
    try:
        await bot.set_webhook(address, secret_token=secret, allowed_updates=ALLOWED_UPDATES)
    except TelegramError as error:
        raise ConfigError("WEBHOOK_URL", f"Telegram does not take it: {error}") from error
