import datetime as dt
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from bot.config import SECRETS, Settings, load, secrets_withheld, unknown_keys
from bot.domain.values import Severity
from bot.errors import ConfigError

ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def _no_settings_in_the_environment(monkeypatch):
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def shown(default):
    if default is None or default == frozenset():
        return ""
    if isinstance(default, bool):
        return str(int(default))
    if isinstance(default, dt.timedelta):
        return str(int(default.total_seconds()))
    return default.word if isinstance(default, Severity) else str(default)


def test_the_example_file_has_each_setting_with_its_line_and_its_default():
    lines = (ROOT / ".env.example").read_text().splitlines()
    wanted = [
        (f"# {field.description}", f"{name.upper()}={shown(field.default)}")
        for name, field in Settings.model_fields.items()
    ]
    found = [
        (about, setting.removeprefix("# ")) for about, setting in pairwise(lines) if "=" in setting
    ]
    assert found == wanted


def test_the_example_file_is_itself_a_valid_env_file():
    assert load(str(ROOT / ".env.example")) == load(None)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEFAULT_ZONE", "Mars/Olympus"),
        ("POLL_EVERY", "often"),
        ("POLL_EVERY", "-5"),
        ("POLL_EVERY", "60"),
        ("FETCH_TIMEOUT", "0"),
        ("ALERT_HOLD", "-1"),
        ("TELEGRAM_TOKEN", "garbage"),
        ("OWNER_IDS", "me"),
        ("TELEGRAM_API_URL", "telegram.org"),
        ("UNCERTAIN_POLICY", "guess"),
        ("SILENT_BELOW", "loud"),
        ("OPEN", "perhaps"),
    ],
)
def test_a_wrong_setting_is_named_in_the_error(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError) as caught:
        load(None)
    assert caught.value.setting == name


def test_seconds_ids_and_severities_read_as_people_write_them(monkeypatch):
    monkeypatch.setenv("POLL_EVERY", "300")
    monkeypatch.setenv("OWNER_IDS", "12, 34 56")
    monkeypatch.setenv("SILENT_BELOW", "extreme")
    settings = load(None)
    assert settings.poll_every == dt.timedelta(minutes=5)
    assert settings.owner_ids == {12, 34, 56}
    assert settings.silent_below is Severity.EXTREME


def test_without_a_list_of_chats_the_bot_is_closed(monkeypatch):
    assert not load(None).may_use(5)
    monkeypatch.setenv("ALLOWED_CHATS", "5")
    assert load(None).may_use(5)
    monkeypatch.setenv("OPEN", "1")
    assert load(None).may_use(6)


def test_the_token_never_shows_in_a_printed_setting(monkeypatch):
    monkeypatch.setenv("TELEGRAM_TOKEN", "123456:secret-secret-secret-secret-secret")
    assert "secret-" not in repr(load(None))


def test_a_name_in_the_file_that_is_no_setting_is_found_with_what_it_may_mean(tmp_path):
    file = tmp_path / ".env"
    file.write_text("POLL_EVRY=600\nopen=1\nPOSTGRES_PASSWORD=sesame\n")
    assert unknown_keys(str(file)) == [("POLL_EVRY", "POLL_EVERY"), ("POSTGRES_PASSWORD", None)]
    assert unknown_keys(str(ROOT / ".env.example")) == []
    assert unknown_keys(str(tmp_path / "none")) == []


def test_o1_a_child_process_never_sees_the_secrets(monkeypatch):
    monkeypatch.setenv("telegram_token", "123456:secret-secret-secret-secret-secret")
    monkeypatch.setenv("DATABASE_URL", "postgresql://me:secret@host/db")
    code = "import os; print([v for v in os.environ.values() if 'secret-' in v or ':secret' in v])"
    command = [sys.executable, "-c", code]
    with secrets_withheld():
        told = subprocess.run(command, capture_output=True, check=True, text=True)
    assert told.stdout.strip() == "[]"
    assert os.environ["DATABASE_URL"] == "postgresql://me:secret@host/db"


def test_o1_every_secret_setting_is_withheld_from_children():
    kinds = {name.upper(): str(field.annotation) for name, field in Settings.model_fields.items()}
    assert {name for name, kind in kinds.items() if "SecretStr" in kind} < SECRETS
