"""What importing the room costs, and what it leaves behind."""

import subprocess
import sys

LOADED = """
import sys
from bot.extraction.extractor import SpacyExtractor
SpacyExtractor()
print("typer" in sys.modules or "requests" in sys.modules)
import spacy, spacy.cli
print(spacy.cli.info.__module__, spacy.info(silent=True)["spacy_version"] == spacy.__version__)
"""


def test_spacys_command_line_is_left_out_and_can_still_be_had():
    told = subprocess.run(
        [sys.executable, "-c", LOADED], capture_output=True, text=True, check=True
    ).stdout.split()
    assert told == ["False", "spacy.cli.info", "True"]
