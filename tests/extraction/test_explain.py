from bot.extraction import explain
from tests.extraction.reading import doc_of


def explained(title: str, text: str) -> list[str]:
    return list(explain.lines(doc_of(title, text)))


def test_main_event_and_background_are_told_apart():
    text = "A bomb killed two men in Tank on Sunday.\n\nIn March 2019, a blast killed nine there."
    lines = explained("Bomb kills two in Tank", text)
    assert any(line.startswith("MAIN") for line in lines)
    assert any(line.startswith("background") for line in lines)


def test_deeds_name_who_did_them():
    lines = explained("Cabinet bans toy guns", "The cabinet banned toy guns on Monday.")
    assert any(line.startswith("deed") and "Cabinet" in line for line in lines)


def test_kind_shows_both_balances():
    (line,) = [one for one in explained("Roses bloom", "") if one.startswith("kind")]
    assert "happened" in line
    assert "decided" in line


def test_empty_article_has_its_lines():
    assert "no sentence tells of an event" in explained("", "")
