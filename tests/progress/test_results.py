import pytest

from readlog.core.domain_model import ProgressNote
from readlog.core.partial_date import PartialDate
from readlog.progress.results import insert_progress_note


@pytest.mark.parametrize(
    ("there", "date", "place"),
    [
        ("", "2026", 0),
        ("2026-03-05", "2026-03-05", 1),
        ("2026-03-05", "2026-01", 0),
        ("2026-01-10 2026-03-05", "2026-01", 1),
        ("2026-01-10 2026-03-05", "2026", 2),
        ("2026-01-10 2026-03-05", "", 2),
        ("2026-01-10 - 2026-03-05", "2025", 2),
    ],
)
def test_a_note_stands_behind_all_that_are_not_later(there: str, date: str, place: int) -> None:
    """Who writes down an old place late has not gone back to it; where the order is not known, it is that of writing."""
    marks = tuple(ProgressNote("1", PartialDate.from_edtf(each) if each != "-" else None) for each in there.split())
    mark = ProgressNote("2", PartialDate.from_edtf(date) if date else None)
    assert insert_progress_note(marks, mark) == (*marks[:place], mark, *marks[place:])
