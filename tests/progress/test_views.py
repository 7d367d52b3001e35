import pytest

from readlog.progress.views import progress_text
from readlog.ui.prompts import which_one


@pytest.mark.parametrize(
    ("at", "pages", "words"),
    [
        ("133", 224, "p. 133 of 224, 59 %"),
        ("223", 224, "p. 223 of 224, 99 %"),
        ("224", 224, "p. 224 of 224, 100 %"),
        ("300", 224, "p. 300"),
        ("133", None, "p. 133"),
        ("40%", 224, "40 %"),
        ("Chapter 3", 224, "Chapter 3"),
    ],
)
def test_a_place_is_a_page_and_a_share(at: str, pages: int | None, words: str) -> None:
    """A share is not all of it before the last page, and is only said where the pages are known."""
    assert progress_text(at, pages) == words


@pytest.mark.parametrize(("answer", "chosen"), [("12", 12), ("#7", 7), (" NEW ", 0), ("", None)])
def test_one_of_several_is_chosen_by_its_number(
    answer: str, chosen: int | None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Or is a new book, or none; a name cannot forge a line."""
    monkeypatch.setattr("builtins.input", lambda question: answer)
    assert which_one("dune", [(12, "Dune"), (7, "Dune\n   8  Forged")], or_new=True) == chosen
    assert capsys.readouterr().err.splitlines() == [
        '"dune" can be:',
        "   12  Dune",
        "    7  Dune    8  Forged",
        '  new  a new book, "dune"',
    ]


def test_what_is_not_among_them_is_asked_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With an example; and of very many some are shown."""
    answers = iter(["new", "99", "3"])
    monkeypatch.setattr("builtins.input", lambda question: next(answers))
    assert which_one("volume", [(number, f"Volume {number}") for number in range(1, 31)], or_new=False) == 3
    shown = capsys.readouterr().err
    assert shown.count("Answer 1, for example, or press Enter.") == 2
    assert "  and 10 more; another word of the title tells them apart\n" in shown
