import json

from readlog.core.import_row import FilePosition, RejectedRow
from readlog.imports.results import ImportConflict, ImportReport, PossibleDuplicate


def test_the_rows_are_the_sum_of_what_became_of_them() -> None:
    """Added, merged, unchanged and refused."""
    report = ImportReport(
        added=3, merged=2, unchanged=5, rejected=[RejectedRow(FilePosition("f.csv", 4), "no title", ("a", "b"))]
    )
    assert report.rows == 11


def test_what_was_guessed_is_counted() -> None:
    """By the words that say it, in the order in which they came."""
    report = ImportReport()
    report.add_notes(["a shelf", "a date"])
    report.add_notes(["a shelf"])
    assert report.notes == {"a shelf": 2, "a date": 1}


def test_an_account_is_plain_json() -> None:
    """With file and line of every row that somebody may want to look at."""
    place = FilePosition("f.csv", 7)
    report = ImportReport(
        added=1,
        new_books=1,
        new_readings=2,
        undated=1,
        notes={"guessed": 1},
        rejected=[RejectedRow(place, "no title", ("",))],
        conflicts=[ImportConflict(place, 3, "Dune, Frank Herbert", "rating", 4.0, 3.0)],
        possible_duplicates=[PossibleDuplicate(place, "Emma", 4, "Emma, Jane Austen", "the same title")],
    )
    assert json.loads(json.dumps(report.to_json())) == {
        "rows": 2,
        "added": 1,
        "merged": 0,
        "unchanged": 0,
        "refused": [{"file": "f.csv", "line": 7, "reason": "no title"}],
        "readings": 2,
        "books": 1,
        "undated": 1,
        "notes": [{"note": "guessed", "rows": 1}],
        "conflicts": [
            {
                "file": "f.csv",
                "line": 7,
                "id": 3,
                "name": "Dune, Frank Herbert",
                "key": "rating",
                "ours": 4.0,
                "theirs": 3.0,
            }
        ],
        "doubts": [
            {
                "file": "f.csv",
                "line": 7,
                "name": "Emma",
                "id": 4,
                "there": "Emma, Jane Austen",
                "why": "the same title",
            }
        ],
    }
