"""A third off the start: spaCy imports its own command line (typer, requests, jinja2, weasel) for
one function that no service calls.

``spacy/__init__.py`` asks for ``spacy.cli.info``; while spaCy is imported, a module stands there
whose ``info`` loads the real one when it is called. Were spaCy to ask no more, all would work.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import Any

ASKED = "spacy.cli.info"


def spare_command_line() -> None:
    """Stand in for spaCy's command line, unless spaCy is imported already."""
    if "spacy" not in sys.modules:
        stand_in = ModuleType(ASKED)
        stand_in.info = _info  # type: ignore[attr-defined] # what spaCy imports from there
        sys.modules.setdefault(ASKED, stand_in)


def give_back() -> None:
    """Let the real command line be imported again, once spaCy is."""
    if getattr(sys.modules.get(ASKED), "info", None) is _info:
        del sys.modules[ASKED]


def _info(*args: Any, **options: Any) -> Any:
    give_back()
    return import_module(ASKED).info(*args, **options)
