from contextlib import closing

import pytest
from tests.full_reading import full
from tests.given import TODAY, make
from tests.import_files import rows_of_file

from readlog.core.errors import NotFound
from readlog.core.parse_fields import replace_fields
from readlog.core.partial_date import PartialDate
from readlog.history.list_history import list_versions
from readlog.history.results import OperationSummary
from readlog.journal import Journal
from readlog.query.query_fields import SQL_FUNCTIONS
from readlog.storage.open_journal import open_for_writing


@pytest.fixture(autouse=True)
def no_pinned_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a book has got dates its readings: two changes of one moment cannot be told from each other."""
    monkeypatch.delenv("READLOG_NOW")


def edit(journal: Journal, id_: int, **fields: object) -> None:
    """Edit a reading, as a reader does."""
    assert journal.edit(id_, lambda now: replace_fields(now, fields, TODAY))


def done(journal: Journal) -> list[OperationSummary]:
    """The history, the newest first."""
    return list(journal.history().rows)


def told(journal: Journal, id_: int) -> list[tuple[int, str | None, list[str]]]:
    """Of each version of a reading: the operation, its command, the fields."""
    return [
        (each.operation, each.command, [change.key for change in each.changes]) for each in journal.versions_of(id_)
    ]


def test_every_operation_is_told(journal: Journal) -> None:
    """The newest first: what was done, to which reading, and what of it was changed."""
    journal.add(make("Dune", authors=["Frank Herbert"]))
    edit(journal, 1, rating=4, tags=["sand"], quotes=["the spice"], contributors=["Ann:translator"])
    edit(journal, 1, authors=["F. Herbert"])
    journal.delete(1)
    journal.undo()
    told = [row[2:] for row in done(journal)]
    assert told == [
        ("undo 4", 1, 0, 0, 1, "Dune", (), False),
        ("delete", 0, 0, 1, 1, "Dune", (), True),
        ("edit", 0, 1, 0, 1, "Dune", ("authors",), False),
        ("edit", 0, 1, 0, 1, "Dune", ("authors", "quotes", "rating", "tags"), False),
        ("add", 1, 0, 0, 1, "Dune", (), False),
    ]


def test_an_operation_of_many_readings_tells_how_many(journal: Journal) -> None:
    """Of one book its title is told, too; of a book that is gone as well."""
    journal.add(make("Dune"))
    journal.add(make("Dune"), again=True)
    edit(journal, 1, title="Dune!")
    journal.import_rows(
        lambda: rows_of_file([make("Dune!", rating=4), make("Emma"), make("Solaris")], "f.csv"), "goodreads"
    )
    journal.delete(1)
    journal.delete(2)
    assert [row[2:8] for row in done(journal)] == [
        ("delete", 0, 0, 1, 2, "Dune!"),
        ("delete", 0, 0, 1, 1, "Dune!"),
        ("import goodreads", 2, 1, 0, None, None),
        ("edit", 0, 2, 0, None, "Dune!"),
        ("add", 1, 0, 0, 2, "Dune!"),
        ("add", 1, 0, 0, 1, "Dune!"),
    ]


def test_what_another_tool_did_is_counted_too(journal: Journal) -> None:
    """It has no command, and nobody wrote down how many readings it was about."""
    journal.add(make("Dune"))
    with closing(open_for_writing(journal.path)) as connection:
        connection.execute("UPDATE books SET title = 'Dune Messiah'")
    assert next(row[2:9] for row in done(journal)) == (None, 0, 1, 0, 1, "Dune Messiah", ("title",))


def test_a_history_is_as_long_as_one_wants(journal: Journal) -> None:
    """And says of how many."""
    for title in ("Dune", "Emma", "Solaris"):
        journal.add(make(title))
    history = journal.history(2)
    assert ([row.title for row in history.rows], history.shown, history.total) == (["Solaris", "Emma"], 2, 3)


def test_an_empty_journal_has_no_history(journal: Journal) -> None:
    """And no reading has a life in it."""
    assert (done(journal), journal.history().total) == ([], 0)
    with pytest.raises(NotFound, match="never was a reading 1"):
        journal.versions_of(1)


def test_a_reading_tells_its_life(journal: Journal) -> None:
    """What it began with, and what became of each field, down to its end and its return."""
    journal.add(full())
    edit(journal, 1, rating=4, review="Leningrad", quotes=["the peace"])
    edit(journal, 1, title="Mémoires")
    journal.delete(1)
    journal.undo()
    life = told(journal, 1)
    assert [row[:2] for row in life] == [(1, "add"), (2, "edit"), (3, "edit"), (4, "delete"), (5, "undo 4")]
    assert [row[2] for row in life[1:4]] == [["rating", "review", "quotes"], ["title"], []]
    assert life[0][2] == life[4][2]
    rating = journal.versions_of(1)[1].changes[0]
    assert (rating.before, rating.after) == (5, 4)
    assert journal.versions_of(1)[3].reading is None


def test_a_reading_is_shown_as_it_was(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    """At the end of that day, month or year; before it was written down it was not there."""
    for day, rating in (("2024-03-05", 3), ("2024-05-30", 4), ("2025-01-01", 5)):
        monkeypatch.setenv("READLOG_NOW", f"{day}T12:00:00+00:00")
        if not journal.list().total:
            journal.add(make("Dune", rating=rating))
        else:
            edit(journal, 1, rating=rating)
    for when, rating in (("2024-03", 3), ("2024-05-29", 3), ("2024-05", 4), ("2024", 4), ("2025-01-01", 5)):
        assert journal.reading_at(1, PartialDate.from_edtf(when)).rating == rating
    with pytest.raises(NotFound, match="was not in the journal in February 2024"):
        journal.reading_at(1, PartialDate.from_edtf("2024-02"))


def test_a_long_life_is_read_once(journal: Journal) -> None:
    """And not anew for each of its versions, which takes the square of them."""
    journal.add(make("Dune"))
    for number in range(30):
        edit(journal, 1, rating=number % 5 + 1, tags=[f"t{number}"])
    said: list[str] = []
    with closing(open_for_writing(journal.path)) as connection:
        for name, arguments, function in SQL_FUNCTIONS:
            connection.create_function(name, arguments, function)
        connection.set_trace_callback(said.append)
        assert len(list_versions(connection, 1)) == 31
        connection.set_trace_callback(None)
        lines = [each for each in said if "ORDER BY id DESC" in each and "'readings'" in each]
        assert 0 < len(lines) < 5
