"""The papers are checked against the code: what they name is there."""

import re
from collections import defaultdict
from pathlib import Path

import pytest
import typer.main

from khabardar.cli import app

ROOT = Path(__file__).parent.parent
PAPERS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
ROOMS = ("bench", "bot", "docs", "handlers", "khabardar", "storage", "tests", "tools")
ENDINGS = "cfg|example|json|lock|md|npz|opml|py|sh|toml|tsv|txt"
_PATH = re.compile(rf"(?:[\w*{{}},-]+/)+(?:[\w*.-]+)?|[\w*-]*\.(?:{ENDINGS})")
_QUOTED = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")
_METHOD = re.compile(r"([A-Z]\w+)\.([a-z_]\w*)")
_ROW = re.compile(r"^\| ([A-Z]\d+) \|.*\| (.+) \|$", re.MULTILINE)
_CASES = re.compile(r"def test_((?:[fptusbaxo]\d{1,2}_)+)")
_OF_CHATS_AND_OPERATORS = {"khabardar-2026-01-26.db", "before.db", "FILE.opml"}


def text_of(paper: Path) -> str:
    return paper.read_text(encoding="utf-8")


def paths_in(paper: Path) -> list[str]:
    """Return what stands in backticks and is meant as a file or folder of the repository."""
    quoted = [word for word in _QUOTED.findall(text_of(paper)) if _PATH.fullmatch(word)]
    ours = [word for word in quoted if "/" not in word or word.split("/")[0] in ROOMS]
    return [word for word in ours if word not in _OF_CHATS_AND_OPERATORS]


def is_there(path: str) -> bool:
    """Tell whether a path exists; a bare name may stand in any room."""
    if "/" in path:
        return any(ROOT.glob(path))
    return any(ROOT.glob(path)) or any(any((ROOT / room).rglob(path)) for room in ROOMS)


def sources() -> str:
    rooms = ("bot", "handlers", "storage", "khabardar")
    return "\n".join(text_of(file) for room in rooms for file in (ROOT / room).rglob("*.py"))


def files_by_case() -> dict[str, set[str]]:
    """Return the files that have tests of a case, by the id that stands in the tests' names."""
    found = defaultdict(set)
    for file in (ROOT / "tests").rglob("test_*.py"):
        for cases in _CASES.findall(text_of(file)):
            for case in cases.upper().strip("_").split("_"):
                found[case].add(str(file.relative_to(ROOT)))
    return found


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_every_file_that_a_paper_names_is_there(paper: Path):
    assert [path for path in paths_in(paper) if not is_there(path)] == []


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_every_link_between_papers_leads_somewhere(paper: Path):
    links = _LINK.findall(text_of(paper))
    assert [link for link in links if not (paper.parent / link).exists()] == []


def test_readme_is_read_in_one_sitting():
    assert len(text_of(ROOT / "README.md").splitlines()) <= 150


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_every_verb_that_a_paper_names_is_in_run_sh(paper: Path):
    verbs = set(re.findall(r"^verb_(\w+)\(\)", text_of(ROOT / "run.sh"), re.MULTILINE))
    named = set(re.findall(r"\./run\.sh ([a-z]+)", text_of(paper)))
    assert named - verbs == set()


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_every_command_that_a_paper_names_is_one(paper: Path):
    commands = set(getattr(typer.main.get_command(app), "commands", ()))
    named = set(re.findall(r"(?:`|run\.sh )khabardar ([a-z]+)", text_of(paper)))
    assert named - commands == set()


def test_every_method_that_the_walk_names_is_there():
    code = sources()
    named = _METHOD.findall(" ".join(_QUOTED.findall(text_of(ROOT / "docs/architecture.md"))))
    assert named
    assert [m for m in named if f"class {m[0]}" not in code or f"def {m[1]}(" not in code] == []


def test_every_paper_that_the_code_points_to_is_there():
    named = set(re.findall(r"docs/[\w-]+\.md", sources()))
    assert sorted(paper for paper in named if not (ROOT / paper).exists()) == []


def test_every_row_names_the_files_that_have_tests_of_its_case_and_no_other():
    rows = _ROW.findall(text_of(ROOT / "docs/reliability.md"))
    assert len(rows) == 88
    there = files_by_case()
    named = {case: set(_QUOTED.findall(where)) for case, where in rows}
    wrong = {case: there[case] for case, files in named.items() if files != there[case]}
    assert wrong == {}
    tested = sum(bool(files) for files in named.values())
    assert f"{tested} of {len(rows)} rows have tests." in text_of(ROOT / "docs/reliability.md")


def test_commands_of_the_chat_are_all_in_the_readme():
    from handlers.register import COMMANDS

    readme = text_of(ROOT / "README.md")
    chat = {f"/{command.names[0]}" for command in COMMANDS} - {"/help", "/start"}
    assert sorted(name for name in chat if name not in readme) == []
