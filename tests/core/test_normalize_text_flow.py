import pytest

from readlog.core.normalize_text import unwrap_paragraphs

LONG = "a line as long as those of a page that was printed in a book,"


@pytest.mark.parametrize(
    ("text", "flows"),
    [
        (f"{LONG}\n{LONG}\nand its end.", f"{LONG} {LONG} and its end."),
        (f"{LONG}\nend.\n\n{LONG}\nend.", f"{LONG} end.\n\n{LONG} end."),
        ("Shall I compare thee\nto a summer's day?", "Shall I compare thee\nto a summer's day?"),
        (f"{LONG}\nshort\n{LONG}", f"{LONG}\nshort\n{LONG}"),
        (f"{LONG}\n  set in", f"{LONG}\n  set in"),
        (LONG, LONG),
        ("", ""),
    ],
)
def test_prose_flows_and_verse_stays(text: str, flows: str) -> None:
    """A paragraph at a time: prose is what has long lines and no line that is set in."""
    assert unwrap_paragraphs(text) == flows
