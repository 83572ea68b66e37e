import asyncio

import pytest

from bot.config import Settings
from bot.errors import ConfigError
from khabardar.service import Role, Service
from tests.end_to_end.running import PATIENCE
from tests.fakes.telegram import FakeTelegram, faults

SOMEBODY = 7001


async def test_t16_a_token_revoked_while_the_service_runs_ends_it_with_advice(tmp_path):
    with FakeTelegram() as telegram:
        given = {"telegram_token": telegram.token, "telegram_api_url": telegram.url}
        given["database_url"] = f"sqlite:///{tmp_path / 'test.db'}"
        service = Service(Settings(_env_file=None, **given), Role.CHAT)  # type: ignore[call-arg,arg-type]
        running = asyncio.create_task(service.run())
        await telegram.until(lambda: bool(telegram.calls("getUpdates")), PATIENCE)
        telegram.script(faults.error(401, "Unauthorized").on("getUpdates", times=9))
        telegram.user_says(SOMEBODY, "/start")  # ends the poll that is open
        with pytest.raises(ConfigError, match="BotFather"):
            await asyncio.wait_for(running, PATIENCE)
