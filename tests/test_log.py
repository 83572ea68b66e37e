import logging

import pytest

from bot import log

TOKEN = "7654321:AAFakeFakeFakeFakeFakeFakeFakeFake1"


@pytest.fixture
def root_logger():
    root = logging.getLogger()
    kept = (root.handlers[:], root.level)
    yield root
    root.handlers[:], root.level = kept


def test_o1_a_bot_token_is_redacted_wherever_it_stands():
    assert TOKEN not in log.redact(f"POST https://api.telegram.org/bot{TOKEN}/sendMessage")


def test_credentials_and_keys_in_urls_are_redacted():
    text = log.redact("https://user:pass@host/feed?key=abc123&page=2")
    assert "pass" not in text
    assert "abc123" not in text
    assert "page=2" in text


@pytest.mark.parametrize("as_json", [True, False])
def test_o1_a_token_in_a_traceback_is_redacted(root_logger, capsys, as_json):
    log.set_up("INFO", as_json=as_json)
    try:
        int(f"the token {TOKEN} was refused")
    except ValueError:
        logging.getLogger("some.library").exception("calling bot%s", TOKEN)
    shown = capsys.readouterr().err
    assert TOKEN not in shown
    assert "ValueError" in shown


def test_given_secrets_are_redacted_literally(root_logger, capsys):
    log.set_up("INFO", secrets=["sesame"])
    logging.getLogger("x").warning("open %s", "sesame")
    assert "sesame" not in capsys.readouterr().err


def test_httpx_does_not_log_its_requests(root_logger):
    log.set_up("DEBUG")
    assert not logging.getLogger("httpx").isEnabledFor(logging.INFO)
