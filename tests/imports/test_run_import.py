import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.full_reading import as_added, dump, full
from tests.given import make
from tests.import_files import Imports, finished, rows_of_file
from tests.sql_rows import index_is_true

from readlog.core.domain_model import Reading
from readlog.core.import_row import FilePosition, ImportRow, RejectedRow
from readlog.journal import Journal

DUNE = make("Dune", authors=["Frank Herbert"], sources=["goodreads:1"], finished="2012-03-17", rating=4, tags=["sf"])
EMMA = make("Emma", authors=["Jane Austen"], sources=["goodreads:2"], status="to-read")
BAD = RejectedRow(FilePosition("f.csv", 9), "no title", ("a", "b"))


def test_a_file_comes_in_whole(imports: Imports) -> None:
    """Every field of every row, one operation in the log, and a search index that is true."""
    report = imports.bring(full(), DUNE, EMMA, BAD)
    assert (report.rows, report.added, report.merged, report.unchanged) == (4, 3, 0, 0)
    assert report.rejected == [BAD]
    assert (report.new_readings, report.new_books, report.undated) == (3, 3, 0)
    assert [as_added(reading) for reading in imports.readings()] == [as_added(row) for row in (full(), DUNE, EMMA)]
    assert imports.operations() == ["import goodreads"]
    index_is_true(imports.connection)


def test_the_same_file_again_changes_nothing(imports: Imports) -> None:
    """Not even the log; and what was refused is refused again."""
    rows = (full(), DUNE, EMMA, BAD, *([finished(3, "2015-01-01", title="Mort", sources=["goodreads:9"])]))
    imports.bring(*rows)
    imports.again(*rows)


def test_one_row_may_tell_of_several_readings(imports: Imports) -> None:
    """Three times with one date are one dated and two undated: no date is made up, and no review doubled."""
    rows = finished(3, "2015-01-01", title="Mort", sources=["goodreads:1"], review="good", rating=5)
    report = imports.bring(rows)
    assert (report.added, report.new_readings, report.new_books, report.undated) == (1, 3, 1, 2)
    assert imports.values("finished", "review", "rating") == [
        (None, None, None), (None, None, None), ("2015-01-01", "good", 5),
    ]  # fmt: skip
    imports.again(rows)


def test_every_book_gets_the_tags_that_are_asked_for(imports: Imports) -> None:
    """Beside its own, and again nothing changes; a book that is there gets them too."""
    imports.add(make("Emma", authors=["Jane Austen"]))
    imports.bring(DUNE, EMMA, tags=["Imported", "2026"])
    assert imports.values("tags") == [["2026", "Imported"], ["2026", "Imported", "sf"]]
    imports.again(DUNE, EMMA, tags=["imported", "2026"])


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError, MemoryError])
def test_what_breaks_off_has_written_nothing(imports: Imports, tmp_path: Path, error: type[BaseException]) -> None:
    """Ctrl-C in the middle, or a file that cannot be read to its end."""
    imports.add(full())
    before = (tmp_path / "imports.db").read_bytes()

    def rows() -> Iterator[ImportRow | RejectedRow]:
        yield from rows_of_file((DUNE, EMMA))
        raise error

    with pytest.raises(error):
        imports.journal.import_rows(rows, "goodreads")
    assert (tmp_path / "imports.db").read_bytes() == before
    assert sorted(os.listdir(tmp_path)) == ["imports.db"]
    imports.bring(DUNE, EMMA)


def test_strict_writes_nothing_where_a_row_is_refused(imports: Imports, tmp_path: Path) -> None:
    """The report is the same; and where none is refused everything is written."""
    before = dump(tmp_path / "imports.db")
    report = imports.bring(DUNE, BAD, EMMA, strict=True)
    assert (report.added, len(report.rejected)) == (2, 1)
    assert dump(tmp_path / "imports.db") == before
    assert imports.operations() == []
    imports.bring(DUNE, EMMA, strict=True)
    assert imports.values("id") == [1, 2]


def test_a_trial_tells_the_same_and_writes_nothing(imports: Imports, tmp_path: Path) -> None:
    """The file is the same to the byte, and nothing stands beside it."""
    imports.add(make("Emma", authors=["Jane Austen"], finished="2003"))
    before = (tmp_path / "imports.db").read_bytes()
    trial = imports.bring(DUNE, EMMA, BAD, on_trial=True)
    assert (tmp_path / "imports.db").read_bytes() == before
    assert sorted(os.listdir(tmp_path)) == ["imports.db"]
    assert imports.bring(DUNE, EMMA, BAD).to_json() == trial.to_json()


def test_a_trial_needs_no_journal(tmp_path: Path) -> None:
    """And makes none."""
    with Journal(str(tmp_path / "none" / "journal.db")) as journal:
        report = journal.import_rows(lambda: rows_of_file((DUNE, EMMA)), "goodreads", on_trial=True)
        assert (report.added, report.new_readings) == (2, 2)
        assert journal.counts().readings == 0
    assert os.listdir(tmp_path) == []


def test_a_trial_may_be_followed_by_the_import(tmp_path: Path) -> None:
    """With the same journal in hand."""
    with Journal(str(tmp_path / "journal.db")) as journal:
        trial = journal.import_rows(lambda: rows_of_file((DUNE, EMMA)), "goodreads", on_trial=True)
        assert journal.import_rows(lambda: rows_of_file((DUNE, EMMA)), "goodreads").to_json() == trial.to_json()
        assert journal.counts().readings == 2


def test_what_was_guessed_is_told_of_every_row(imports: Imports) -> None:
    """Also where it changes nothing."""
    rows = [
        ImportRow(FilePosition("f.csv", line), (reading,), ("a shelf",)) for line, reading in enumerate((DUNE, EMMA), 2)
    ]
    for _ in range(2):
        assert imports.journal.import_rows(lambda: rows, "goodreads").notes == {"a shelf": 2}


def test_two_editions_of_one_service_are_one_book_read_twice(imports: Imports) -> None:
    """The book is as its first edition; what the other has otherwise is with its reading, and both stay as they are."""
    print_ = make("Emma", authors=["Jane Austen"], sources=["goodreads:1"], pages=474, finished="2012")
    audio = make("Emma", authors=["Jane Austen"], sources=["goodreads:2"], pages=12, publisher="Audible")
    report = imports.bring(print_, audio)
    assert (report.added, report.merged, report.new_books, report.new_readings) == (1, 1, 1, 2)
    assert imports.values("pages", "publisher", "extra") == [
        (474, "Audible", {}),
        (474, "Audible", {"edition": {"pages": 12}}),
    ]
    imports.again(print_, audio)
    imports.again(audio, print_)


def test_rows_without_an_id_are_as_many_readings_as_they_are(imports: Imports) -> None:
    """And no more when they come again, in whatever order."""
    rows = [
        make("Emma", authors=["Jane Austen"], rating=3),
        make("Emma", authors=["Jane Austen"], rating=4),
        make("Emma", authors=["Jane Austen"], finished="2012-03-17"),
        make("Emma", authors=["Jane Austen"], finished="2012-03-18"),
        make("Emma", authors=["Jane Austen"], status="to-read"),
    ]
    report = imports.bring(*rows, service="csv")
    assert (report.new_books, report.new_readings) == (1, 5)
    imports.again(*rows, service="csv")
    imports.again(*reversed(rows), service="csv")


@pytest.mark.parametrize("sources", [["goodreads:1"], []], ids=["id", "no id"])
def test_a_file_that_is_named_twice_doubles_nothing(imports: Imports, sources: list[str]) -> None:
    """With ids and without, and in whatever file the second one is."""
    rows = [
        make("Emma", authors=["Jane Austen"], sources=sources, rating=3, finished="2012"),
        make("Dune", authors=["Frank Herbert"], sources=[f"{source}1" for source in sources], status="to-read"),
    ]
    for second in ("a.csv", "b.csv"):
        twice = [*rows_of_file(tuple(rows), "a.csv"), *rows_of_file(tuple(rows), second)]
        report = imports.journal.import_rows(lambda twice=twice: twice, "goodreads")
        assert (report.rows, imports.journal.counts().readings) == (4, 2)
    assert (report.unchanged, report.conflicts) == (4, [])


def test_an_older_and_a_newer_export_in_one_go_double_nothing(imports: Imports) -> None:
    """What has come further comes in; where they contradict each other the first stays, and it settles."""
    older = (
        make("Emma", authors=["Jane Austen"], sources=["goodreads:1"], status="reading"),
        make("Dune", authors=["Frank Herbert"], sources=["goodreads:2"], rating=3, finished="2012"),
    )
    newer = (
        make("Emma", authors=["Jane Austen"], sources=["goodreads:1"], finished="2015", review="good"),
        make("Dune", authors=["Frank Herbert"], sources=["goodreads:2"], rating=4, finished="2012"),
    )
    rows = [*rows_of_file(older, "old.csv"), *rows_of_file(newer, "new.csv")]
    report = imports.journal.import_rows(lambda: rows, "goodreads")
    assert imports.values("status", "finished", "review", "rating") == [
        ("finished", "2015", "good", None),
        ("finished", "2012", None, 3),
    ]
    assert [(each.key, each.ours, each.theirs) for each in report.conflicts] == [("rating", 3.0, 4.0)]
    for _ in range(2):
        report = imports.journal.import_rows(lambda: rows, "goodreads")
    assert (report.unchanged, report.conflicts, report.new_readings) == (4, [], 0)
    imports.bring(*newer)
    assert imports.values("rating") == [None, 4]


def test_a_number_that_was_ever_given_is_not_given_again(imports: Imports) -> None:
    """Neither is one so high that nothing could be added after it."""
    imports.add(make("Emma"))
    imports.delete(1)
    rows = [_numbered(3), _numbered(1), _numbered(9), _numbered(9), _numbered(2**63 - 1)]
    imports.bring(*rows, service="csv")
    assert imports.values("id", "title") == [(3, "3"), (4, "1"), (9, "9"), (10, "9 again"), (11, str(2**63 - 1))]
    imports.add(make("Dune"))


_given: list[int] = []


def _numbered(id_: int) -> Reading:

    title = f"{id_} again" if id_ in _given else str(id_)
    _given.append(id_)
    return make(title)._replace(id=id_)


def test_a_uid_that_is_taken_is_no_error(imports: Imports) -> None:
    """A table of any service may have a column that is called so."""
    rows = [make("Emma", finished="2012")._replace(uid="r1"), make("Emma", finished="2015")._replace(uid="r1")]
    report = imports.bring(*rows, service="csv")
    assert report.rows == 2
    assert len(set(imports.values("uid"))) == len(imports.readings())


@pytest.mark.parametrize("service", ["goodreads", "readlog"])
def test_a_want_that_was_read_elsewhere_lies_in_no_pile(imports: Imports, service: str) -> None:
    """By a file of another service, or by the journal's own that somebody has edited."""
    imports.bring(EMMA)
    imports.edit(1, lambda now: now._replace(pile=2))
    (wanted,) = imports.readings()
    said = wanted._replace(status="finished") if service == "readlog" else EMMA._replace(status="finished")
    imports.bring(said, service=service)
    assert imports.values("status", "pile") == [("finished", None)]
    imports.again(said, service=service)
