"""A pytest plugin: no test may leave a bot token or a private feed's key in its output or logs.

What a test prints and logs (our own rooms down to DEBUG, libraries from WARNING, as in production)
is searched when it ends; a secret in it fails the test. Under xdist each worker searches its own.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Generator, Iterable

import pytest

ROOMS = ("bot", "handlers", "storage", "khabardar")
SECRETS = {
    "a bot token": re.compile(r"(?<!\d)\d{5,12}:[A-Za-z0-9_-]{30,}"),
    "a key of a private feed": re.compile(r"[?&](?:key|token|secret)=(?!\[redacted\])\w"),
    "credentials of a feed": re.compile(r"://[^/\s@'\"]+:(?!\[redacted\])[^/\s@'\"]+@"),
}


def leaks(sections: Iterable[tuple[str, str]]) -> list[str]:
    """Return what secrets stand in captured output, and where; never the secrets themselves."""
    return [
        f"{what} stands in the {name}"
        for name, content in sections
        for what, pattern in SECRETS.items()
        if pattern.search(content)
    ]


def pytest_configure() -> None:
    """Let our own rooms tell everything: a secret in a DEBUG line is one, too."""
    for room in ROOMS:
        logging.getLogger(room).setLevel(logging.DEBUG)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail a test whose output holds a secret."""
    report = yield
    new = [one for one in report.sections if one[0].endswith(report.when)]
    found = leaks(new)
    if found and report.passed:
        report.outcome = "failed"
        report.longrepr = "; ".join(found)
    return report
