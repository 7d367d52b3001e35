import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from tests.given import CONTROLS
from tests.screen import drawn

from readlog.drafts.output import put_drafts, say_unsaved_drafts, show_drafts
from readlog.drafts.results import DraftSummary

DUNE = DraftSummary(
    1, "2026-11-22T10:00:00.000Z", 12, "Dune, Frank Herbert", 1204, ["review", "private_note"], None, False, "/d"
)


def test_a_draft_is_two_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it is of and since when; what is in it, or in the way."""
    monkeypatch.setenv("TZ", "UTC")
    new = DraftSummary(11, DUNE.begun, None, "Emma", 1, [], "rating: 9 is out of range.", False, "/e")
    lines = drawn(lambda: show_drafts([DUNE, new, DUNE._replace(is_open=True)]), 60)
    assert [line.rstrip()[4:] for line in lines[1::2]] == [
        "an edit of 12: review, private note; 1,204 words",
        "a new reading; 1 word. Rating: 9 is out of range.",
        "open in another terminal",
    ]
    assert lines[0].startswith(" 1  Dune, Frank Herbert ")
    assert lines[2].startswith("11  Emma ")


@pytest.mark.parametrize("width", [40, 60, 200])
@given(name=st.text(), trouble=st.none() | st.text(min_size=1))
def test_a_list_of_drafts_never_wraps(width: int, name: str, trouble: str | None) -> None:
    """Whatever the titles are; and nothing in it moves the cursor."""
    lines = drawn(lambda: show_drafts([DUNE._replace(name=name, trouble=trouble)]), width)
    assert max(cell_len(line.rstrip()) for line in lines) < width
    assert not set("".join(lines)) & set(CONTROLS)


def test_in_a_pipe_it_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is cut."""
    put_drafts([DUNE, DUNE._replace(is_open=True)])
    assert capsys.readouterr().out.splitlines() == [
        "1\t2026-11-22T10:00:00.000Z\t12\tDune, Frank Herbert\t1204\treview, private_note\t\t/d",
        "1\t2026-11-22T10:00:00.000Z\t12\tDune, Frank Herbert\t1204\treview, private_note\topen in another terminal\t/d",
    ]


def test_drafts_that_wait_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    """How many, and the command that shows them; none not at all."""
    for number, line in enumerate(
        ("", "1 draft is waiting: readlog recover\n", "2 drafts are waiting: readlog recover\n")
    ):
        say_unsaved_drafts(number)
        assert capsys.readouterr().err == line
