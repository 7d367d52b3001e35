import pytest
from tests.given import make
from tests.import_files import Imports, finished

from readlog.imports.import_session import DELETED_NOTE

ID = {"title": "Dune", "authors": ["Frank Herbert"], "sources": ["goodreads:1"]}
LEFT_OUT = "deleted here since: left out (readlog undo brings it back)"


def test_what_a_reader_has_deleted_stays_away(imports: Imports) -> None:
    """It is said of how many rows; the rows are unchanged."""
    imports.bring(make(**ID, finished="2012"), make("Emma", sources=["goodreads:2"]))
    imports.delete(1)
    imports.again(make(**ID, finished="2012"), make("Emma", sources=["goodreads:2"]))
    assert imports.bring(make(**ID, finished="2012")).notes == {DELETED_NOTE: 1}
    assert imports.values("title") == ["Emma"]


def test_another_time_through_a_book_that_was_deleted_comes_in(imports: Imports) -> None:
    """Without the one that was deleted."""
    imports.bring(make(**ID, finished="2012"))
    imports.delete(1)
    report = imports.bring(finished(2, "2012", "2020", **ID))
    assert (report.added, imports.values("finished")) == (1, ["2020"])
    imports.again(finished(2, "2012", "2020", **ID))


def test_what_has_come_further_at_its_source_comes_in(imports: Imports) -> None:
    """A wish was deleted, and then the book was read all the same."""
    imports.bring(make(**ID, status="to-read"))
    imports.delete(1)
    assert imports.bring(make(**ID, finished="2015")).added == 1
    assert imports.values("status", "finished") == [("finished", "2015")]


def test_what_a_reader_has_changed_and_then_deleted_stays_away(imports: Imports) -> None:
    """The file says of it what it was before."""
    imports.bring(make(**ID, finished="2012"), make("Emma", sources=["goodreads:2"]))
    imports.edit(1, lambda now: now._replace(finished=None, status="abandoned"))
    imports.delete(1)
    imports.again(make(**ID, finished="2012"), make("Emma", sources=["goodreads:2"]))


def test_of_several_readings_only_the_deleted_one_is_left_out(imports: Imports) -> None:
    """Twice is what the reader says, and three times what the file does."""
    rows = finished(3, "2015-01-01", **ID)
    imports.bring(rows)
    imports.delete(1)
    imports.again(rows)
    report = imports.bring(finished(4, "2020-01-01", **ID))
    assert (report.new_readings, imports.values("finished")) == (1, [None, "2015-01-01", "2020-01-01"])


def test_no_other_reading_is_taken_for_the_deleted_one(imports: Imports) -> None:
    """What another service has told of stays as it is."""
    imports.bring(make(**ID, finished="2015"))
    imports.bring(make(**ID | {"sources": ["storygraph:x"]}, status="to-read"), service="storygraph")
    imports.bring(make(**ID | {"sources": ["storygraph:y"]}, finished="2003"), service="storygraph")
    imports.delete(1)
    imports.again(make(**ID, finished="2015"))


@pytest.mark.parametrize("others", [False, True], ids=["the only one", "one of two"])
def test_a_row_without_an_id_stays_away_too(imports: Imports, others: bool) -> None:
    """It is known by title and author; the same title by somebody else comes in."""
    row = make("Poems", authors=["Ann Ash"], finished="2012")
    imports.bring(row, *([make("Poems", authors=["Ann Ash"], finished="2015")] if others else []), service="csv")
    imports.delete(1)
    imports.again(row, service="csv")
    imports.bring(make("Poems", authors=["Bob Beech"], finished="2012"), service="csv")
    assert ["Bob Beech"] in imports.values("authors")


def test_what_was_added_by_hand_and_deleted_may_come_from_a_file(imports: Imports) -> None:
    """The reader had it wrong, and now it comes from where it is right."""
    imports.add(make("Poems", authors=["Ann Ash"]))
    imports.delete(1)
    assert imports.bring(make("Poems", authors=["Ann Ash"]), service="csv").added == 1


def test_a_record_of_a_deleted_reading_stays_away_unless_it_was_changed_elsewhere(imports: Imports) -> None:
    """Two journals that exchange their records agree on what is gone; words that were written since are not lost."""
    imports.add(make("Dune", finished="2012"))
    record = imports.journal.get(1)
    imports.delete(1)
    imports.again(record, service="readlog")
    imports.later()
    assert imports.bring(record._replace(review="new", updated_at="2030-01-01T00:00:00.000Z"), service="readlog").added
    assert imports.values("uid", "review") == [(record.uid, "new")]
