import pytest

from readlog.core.errors import BadInput
from readlog.core.status import STATUSES, parse_status


@pytest.mark.parametrize("status", STATUSES)
def test_a_status_is_its_own_spelling(status: str) -> None:
    """The stored spelling is understood, in any case."""
    assert parse_status(status) == parse_status(status.upper()) == status


@pytest.mark.parametrize(
    ("word", "status"),
    [("read", "finished"), ("DNF", "abandoned"), ("did not finish", "abandoned"), ("tbr", "to-read"), ("want", "to-read"),
     ("currently-reading", "reading"), ("currently_reading", "reading"), ("on hold", "paused")],
)  # fmt: skip
def test_what_other_services_say_is_understood(word: str, status: str) -> None:
    """One spelling is stored, whatever was said."""
    assert parse_status(word) == status


def test_another_word_is_refused_with_those_there_are() -> None:
    """The line names all five."""
    with pytest.raises(BadInput, match="One of: to-read, reading, finished, abandoned, paused"):
        parse_status("perused")
