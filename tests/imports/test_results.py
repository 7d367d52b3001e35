import json

from readlog.core.import_row import Place, Refused
from readlog.imports.results import Account, Conflict, Doubt


def test_the_rows_are_the_sum_of_what_became_of_them() -> None:
    """Added, merged, unchanged and refused."""
    account = Account(added=3, merged=2, unchanged=5, refused=[Refused(Place("f.csv", 4), "no title", ("a", "b"))])
    assert account.rows == 11


def test_what_was_guessed_is_counted() -> None:
    """By the words that say it, in the order in which they came."""
    account = Account()
    account.note(["a shelf", "a date"])
    account.note(["a shelf"])
    assert account.notes == {"a shelf": 2, "a date": 1}


def test_an_account_is_plain_json() -> None:
    """With file and line of every row that somebody may want to look at."""
    place = Place("f.csv", 7)
    account = Account(
        added=1,
        books=1,
        readings=2,
        undated=1,
        notes={"guessed": 1},
        refused=[Refused(place, "no title", ("",))],
        conflicts=[Conflict(place, 3, "Dune, Frank Herbert", "rating", 4.0, 3.0)],
        doubts=[Doubt(place, "Emma", 4, "Emma, Jane Austen", "the same title")],
    )
    assert json.loads(json.dumps(account.to_json())) == {
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
