import csv
import io
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.given import HOSTILE, TODAY

from readlog.core.clock import start_of_day
from readlog.core.domain_model import Contributor, Reading
from readlog.core.import_row import ImportOptions, ImportRow, RejectedRow
from readlog.core.reading_record import from_record, to_record
from readlog.formats.table_rows import Table, read_table
from readlog.imports.sources import goodreads

G31 = (
    "Book Id,Title,Author,Author l-f,Additional Authors,ISBN,ISBN13,My Rating,Average Rating,Publisher,Binding,Number of Pages,Year Published,Original Publication Year,Date Read,Date Added,"
    "Bookshelves,Bookshelves with positions,Exclusive Shelf,My Review,Spoiler,Private Notes,Read Count,Recommended For,Recommended By,Owned Copies,Original Purchase Date,Original Purchase Location,"
    "Condition,Condition Description,BCID"
).split(",")
G24 = [*G31[:23], "Owned Copies"]
G23 = [name for name in G24 if name != "Average Rating"]

ROW = {
    "Book Id": "83001", "Title": "Conquered City", "Author": "Victor Serge", "Author l-f": "Serge, Victor", "ISBN": '=""', "ISBN13": '=""', "My Rating": "0",
    "Average Rating": "4.02", "Date Added": "2012/03/01", "Exclusive Shelf": "read", "Read Count": "1", "Owned Copies": "0",
}  # fmt: skip


def table(text: str) -> Table:
    """The table in a text."""
    return read_table("goodreads.csv", lambda: io.StringIO(text, newline=""))


def written(*rows: dict[str, str], columns: Sequence[str] = G24, **dialect: Any) -> str:
    """Rows as a file of these columns."""
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, columns, restval="", extrasaction="ignore", **{"lineterminator": "\n"} | dialect)
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


def read(text: str, **wishes: Any) -> list[ImportRow | RejectedRow]:
    """What the rows of a file tell."""
    return list(goodreads.read(table(text), ImportOptions(TODAY, **wishes)))


def incoming(cells: dict[str, str] | None = None, columns: Sequence[str] = G31, **wishes: Any) -> ImportRow:
    """What one row tells, which is understood."""
    [row] = read(written(ROW | (cells or {}), columns=columns), **wishes)
    assert isinstance(row, ImportRow), row
    return row


def one(cells: dict[str, str] | None = None, **wishes: Any) -> Reading:
    """The only reading that a row tells of."""
    [reading] = incoming(cells, **wishes).readings
    return reading


def kept(cells: dict[str, str], columns: Sequence[str] = G31) -> Any:
    """What stays of a row under `extra`."""
    return incoming(cells, columns).readings[-1].extra["goodreads"]


def reason(cells: dict[str, str], **wishes: Any) -> str:
    """Why a row is refused."""
    [row] = read(written(ROW | cells), **wishes)
    assert isinstance(row, RejectedRow), row
    assert row.cells
    assert "\n" not in row.reason
    return row.reason


def told(row: ImportRow) -> list[tuple[str, str | None, float | None]]:
    """The readings of a row: status, end and rating."""
    return [(each.status, each.finished.edtf if each.finished else None, each.rating) for each in row.readings]


FULL = {
    "Title": "  Birth of  Our Power (The Witness, #2) ", "Author": "Victor  Serge",
    "Additional Authors": "Richard Greeman, Adam  Hochschild, Richard Greeman, Victor Serge",
    "ISBN": '="1590174518"', "ISBN13": '="9781590174517"', "My Rating": "4", "Publisher": " NYRB &amp; Co \u200e",
    "Binding": "Paperback", "Number of Pages": "352", "Year Published": "2012", "Original Publication Year": "1931",
    "Date Read": "2012/03/17", "Bookshelves": "novels, ciencia-ficción, 2021_ya",
    "Bookshelves with positions": "novels (#3), ciencia-ficción (#1), 2021_ya (#9)",
    "My Review": "Good.<br/><br/>I <3 it.", "Private Notes": "From <i>Ann</i><br/><br/>12 h",
}  # fmt: skip


@pytest.mark.parametrize("columns", [G31, G24, G23, G31[::-1], [*G24, "Género", "read_dates"]])
@pytest.mark.parametrize("dialect", [{}, {"delimiter": ";"}, {"lineterminator": "\r\n"}, {"quoting": csv.QUOTE_ALL}, {"delimiter": "\t"}])  # fmt: skip
def test_every_generation_is_read(columns: Sequence[str], dialect: dict[str, Any]) -> None:
    """By the names of its columns, in any order, with more of them, and as spreadsheets write it."""
    text = written(ROW | FULL, columns=columns, **dialect)
    assert goodreads.recognises(table(text))
    [row] = read("\ufeff" + text)
    assert isinstance(row, ImportRow)
    assert row.notes == ()
    assert row.position == ("goodreads.csv", 2)
    [reading] = row.readings
    book = reading.book
    assert (book.title, book.series, book.series_number) == ("Birth of Our Power", "The Witness", "2")
    assert book.authors == ("Victor Serge",)
    assert book.others == (Contributor("Richard Greeman", "contributor"), Contributor("Adam Hochschild", "contributor"))
    assert (book.isbn, book.publisher, book.published, book.pages) == ("9781590174517", "NYRB & Co", 2012, 352)
    assert book.tags == ("2021_ya", "ciencia-ficción", "novels")
    assert (reading.status, reading.started, reading.rating, reading.format) == ("finished", None, 4.0, "print")
    assert reading.finished
    assert reading.finished.edtf == "2012-03-17"
    assert reading.review == "Good.\n\nI <3 it."
    assert reading.private_note == "From *Ann*\n\n12 h"
    assert reading.sources == ("goodreads:83001",)
    assert reading.extra["goodreads"] == {
        "Title": "Birth of  Our Power (The Witness, #2)", "Binding": "Paperback", "Original Publication Year": "1931",
        "Date Added": "2012/03/01", "Bookshelves with positions": FULL["Bookshelves with positions"],
    }  # fmt: skip


def test_a_reading_is_as_if_it_came_through_the_door() -> None:
    """All texts are clean, everything is in order: the record of a reading is that reading."""
    reading = one(FULL)
    again = from_record(to_record(reading), TODAY)
    assert again == reading
    assert list(again.extra["goodreads"]) == list(reading.extra["goodreads"])


def test_a_row_wrapped_as_one_cell_is_read() -> None:
    """Quoted once more as a whole, the header too or not."""
    lines = written(ROW | FULL).splitlines()
    wrapped = ['"' + line.replace('"', '""') + '"' for line in lines]
    expected = [each.readings for each in read("\n".join(lines)) if isinstance(each, ImportRow)]
    for text in ("\n".join([lines[0], wrapped[1]]), "\n".join(wrapped)):
        assert [each.readings for each in read(text) if isinstance(each, ImportRow)] == expected


def test_what_pandas_makes_of_a_file_is_read() -> None:
    """Numbers with a point, an index in front, cells with blanks."""
    damaged = FULL | {
        "Book Id": "83001.0", "My Rating": "4.0", "Number of Pages": " 352.0 ", "Year Published": "2012.0", "Read Count": "2.0", "ISBN": "1590174518",
        "ISBN13": "9.78E+12", "Date Read": "2012-03-17", "Date Added": "2012-03-01 00:00:00", "Unnamed: 0": "7", "": "7",
    }  # fmt: skip
    row = incoming(damaged, ["", "Unnamed: 0", *G24])
    assert told(row) == [("finished", None, None), ("finished", "2012-03-17", 4.0)]
    book = row.readings[0].book
    assert (book.isbn, book.pages, book.published) == ("9781590174517", 352, 2012)
    assert row.readings[1].sources == ("goodreads:83001",)
    assert row.readings[1].extra["goodreads"] | {"ISBN13": "9.78E+12"} == row.readings[1].extra["goodreads"]
    assert "Unnamed: 0" not in row.readings[1].extra["goodreads"]
    assert row.readings[1].created_at


def test_other_tables_are_not_goodreads() -> None:
    """What decides is the names of two columns, in whatever case."""
    assert goodreads.recognises(table(" EXCLUSIVE SHELF ,bookshelves\n"))
    assert not goodreads.recognises(table("Title,Author,Bookshelves\n"))
    assert not goodreads.recognises(table(""))


@pytest.mark.parametrize("columns", [G31, G24, G23])
def test_a_file_without_its_header_is_found_out(columns: Sequence[str]) -> None:
    """By the number of its columns, its first number and its shelf; the first row is a row."""
    text = written(ROW, ROW | {"Book Id": "2"}, columns=columns)
    found = goodreads.add_missing_header(table(text.split("\n", 1)[1]))
    assert found
    rows = [row for row in goodreads.read(found, ImportOptions(TODAY)) if isinstance(row, ImportRow)]
    assert [(row.position.line, *row.readings[0].sources) for row in rows] == [
        (1, "goodreads:83001"),
        (2, "goodreads:2"),
    ]


@pytest.mark.parametrize(
    "cells", [{"Book Id": "x"}, {"Book Id": ""}, {"Exclusive Shelf": "a long text"}, {"Exclusive Shelf": "17"}, {"Exclusive Shelf": ""}, {"Date Added": "Paris"}],
)  # fmt: skip
def test_any_other_table_without_a_header_is_not(cells: dict[str, str]) -> None:
    """As many columns alone make no Goodreads."""
    assert goodreads.add_missing_header(table(written(ROW | cells).split("\n", 1)[1])) is None
    assert goodreads.add_missing_header(table(written(ROW))) is None
    assert goodreads.add_missing_header(table("1,2\n")) is None


def test_no_rating_is_none() -> None:
    """Zero stars cannot be given."""
    assert [one({"My Rating": cell}).rating for cell in ("0", "", "0.0", " 0 ", "5", "5.0", "4,5")] == [None, None, None, None, 5, 5, 4.5]  # fmt: skip


def test_no_date_is_invented() -> None:
    """A finished book without a date has none, and the day it was shelved is no start."""
    reading = one()
    assert (reading.status, reading.started, reading.finished) == ("finished", None, None)
    assert reading.created_at is not None
    assert reading.created_at.startswith(("2012-02-29", "2012-03-01"))


def test_the_day_on_the_shelf_is_when_it_came_to_the_journal() -> None:
    """At its midnight where the reader is; it may be after the day of reading."""
    reading = one({"Date Read": "2005/01/01"})
    assert reading.created_at == start_of_day(date(2012, 3, 1))
    assert reading.finished
    assert reading.finished.edtf == "2005-01-01"
    assert one({"Date Added": ""}).created_at is None
    assert one({"Date Added": "2012/03"}).created_at is None
    assert one({"Date Added": "1001/01/01"}).created_at is None


def test_a_day_on_the_shelf_that_is_none_is_kept() -> None:
    """It is of no weight: the row comes in, with a note."""
    row = incoming({"Date Added": "3/4/2019"})
    assert row.readings[0].created_at is None
    assert kept({"Date Added": "3/4/2019"})["Date Added"] == "3/4/2019"
    assert row.notes == ("a Date Added that is no date, or can be two: kept in extra as it stands",)


@pytest.mark.parametrize(
    ("shelf", "count", "day", "readings"),
    [("read", "", "", [("finished", None, 3)]), ("read", "0", "2012/03/17", [("finished", "2012-03-17", 3)]), ("read", "1", "2012/03/17", [("finished", "2012-03-17", 3)]),
     ("read", "3", "2012/03/17", [("finished", None, None), ("finished", None, None), ("finished", "2012-03-17", 3)]),
     ("read", "2", "", [("finished", None, None), ("finished", None, 3)]), ("currently-reading", "1", "", [("reading", None, 3)]),
     ("currently-reading", "", "", [("reading", None, 3)]), ("currently-reading", "2", "", [("finished", None, 3), ("reading", None, None)]),
     ("currently-reading", "1", "2012/03/17", [("finished", "2012-03-17", 3), ("reading", None, None)]),
     ("currently-reading", "2", "2012/03/17", [("finished", "2012-03-17", 3), ("reading", None, None)]),
     ("currently-reading", "3", "2012/03/17", [("finished", None, None), ("finished", "2012-03-17", 3), ("reading", None, None)]),
     ("on-hold", "1", "2012/03/17", [("finished", "2012-03-17", 3), ("paused", None, None)]), ("to-read", "1", "", [("to-read", None, 3)]),
     ("to-read", "2", "", [("to-read", None, 3)]), ("to-read", "1", "2012/03/17", [("finished", "2012-03-17", 3), ("to-read", None, None)]),
     ("did-not-finish", "1", "2012/03/17", [("abandoned", "2012-03-17", 3)]), ("did-not-finish", "2", "", [("abandoned", None, 3)])],
)  # fmt: skip
def test_a_row_is_as_many_readings_as_it_tells_of(shelf: str, count: str, day: str, readings: list[Any]) -> None:
    """One date is the date of one of them, the last that was finished; rating and review are given once."""
    cells = {"Exclusive Shelf": shelf, "Read Count": count, "Date Read": day, "My Rating": "3", "My Review": "Good.", "Private Notes": "Mine.", "Binding": "ebook"}  # fmt: skip
    row = incoming(cells)
    assert told(row) == readings
    assert [(each.review, each.private_note) for each in row.readings] == [("Good.", "Mine.") if rating else (None, None) for _, _, rating in readings]  # fmt: skip
    assert {each.sources for each in row.readings} == {("goodreads:83001",)}
    assert len({(each.book, each.created_at) for each in row.readings}) == 1
    assert [bool(each.extra) for each in row.readings] == [False] * (len(readings) - 1) + [True]
    told_count = len(readings) == int(count or 0) or count in ("", "0", "1")
    assert ("Read Count" in row.readings[-1].extra["goodreads"]) is not told_count


def test_a_book_to_read_that_was_read_is_noted() -> None:
    """It is a guess that both are true."""
    row = incoming({"Exclusive Shelf": "to-read", "Date Read": "2012/03/17"})
    assert row.notes == ("a book to read that has a Date Read: taken as finished then, and to be read again",)


def test_a_count_out_of_reason_makes_no_readings() -> None:
    """It is kept as it stands."""
    row = incoming({"Read Count": "1000000"})
    assert len(row.readings) == 1
    assert row.readings[0].extra["goodreads"]["Read Count"] == "1000000"
    assert row.notes == ("a Read Count over 100: kept in extra, and no undated readings made of it",)
    assert len(incoming({"Read Count": "100"}).readings) == 100
    assert len(incoming({"Read Count": "-5"}).readings) == len(incoming({"Read Count": "often"}).readings) == 1


@pytest.mark.parametrize(
    ("shelf", "status"),
    [
        *[(shelf, "abandoned") for shelf in ("did-not-finish", "abandoned", "dropped", "stopped-reading", "wont-finish", "trashed", "dnf")],
        *[(shelf, "paused") for shelf in ("on-hold", "want-to-finish-eventually")],
        *[(shelf, "to-read") for shelf in ("reading-soon", "not-interested-for-now", "to-read", "To-Read")],
    ],
)  # fmt: skip
def test_shelves_of_ones_own_that_say_what_they_mean(shelf: str, status: str) -> None:
    """Need no note, and are no tags; the word is kept."""
    row = incoming({"Exclusive Shelf": shelf, "Bookshelves": f"{shelf}, owned", "Read Count": "1", "My Rating": "3"})
    assert [each.status for each in row.readings] == [status]
    assert row.notes == ()
    assert row.readings[0].book.tags == ("owned",)
    standard = shelf.casefold() == "to-read"
    assert row.readings[0].extra["goodreads"].get("Exclusive Shelf") == (None if standard else shelf)


@pytest.mark.parametrize(
    ("shelf", "status"),
    [("poetry-to-read", "to-read"), ("to-read-non-fiction", "to-read"), ("owned-to-read", "to-read"), ("leseliste-2020", "to-read"), ("my_tbr", "to-read"), ("dnf-2020", "abandoned")],
)  # fmt: skip
def test_shelves_that_look_like_a_status_are_noted(shelf: str, status: str) -> None:
    """And what else they say stays as a tag."""
    row = incoming({"Exclusive Shelf": shelf, "Bookshelves": shelf})
    assert [each.status for each in row.readings] == [status]
    other = "abandoned" if status == "to-read" else "paused"
    assert row.notes == (f'shelf "{shelf}" looks like {status}. --status {shelf}={other} says otherwise',)
    assert row.readings[0].book.tags == (shelf,)


@pytest.mark.parametrize(
    ("cells", "status"),
    [
        ({"Date Read": "2012/03/17", "Read Count": "0"}, "finished"),
        ({"My Rating": "3", "Read Count": "1"}, "finished"),
        ({"My Rating": "3", "Read Count": ""}, "to-read"),
        ({"My Rating": "0", "Read Count": "1"}, "to-read"),
        ({}, "to-read"),
    ],
)
def test_shelves_that_mean_nothing_are_guessed_and_noted(cells: dict[str, str], status: str) -> None:
    """In words that are the same for each of their rows."""
    row = incoming({"Exclusive Shelf": "literature", "Bookshelves": "literature"} | cells)
    assert row.readings[-1].status == status
    assert row.notes == (
        f'shelf "literature" is not one that readlog knows: taken as {status}. --status literature=abandoned says otherwise',
    )
    assert row.readings[0].book.tags == ("literature",)


def test_the_reader_says_what_a_shelf_means() -> None:
    """Before all that readlog knows."""
    statuses = {"literature": "abandoned", "did-not-finish": "paused", "leido": "finished"}
    for shelf, status in {"Literature": "abandoned", "did-not-finish": "paused", "Leído": "finished"}.items():
        row = incoming({"Exclusive Shelf": shelf}, statuses=statuses)
        assert ([each.status for each in row.readings], row.notes) == ([status], ())
    assert "is not a status" in reason({"Exclusive Shelf": "x"}, statuses={"x": "burnt"})


def test_a_book_on_no_shelf_is_noted() -> None:
    """Unless the other shelves tell."""
    row = incoming({"Exclusive Shelf": "", "Date Read": "2012/03/17"})
    assert (told(row), row.notes) == ([("finished", "2012-03-17", None)], ("a book on no shelf: taken as finished",))
    row = incoming({"Exclusive Shelf": "", "Bookshelves": "owned, to-read"})
    assert (told(row), row.notes) == ([("to-read", None, None)], ())


def test_standard_shelves_are_no_tags() -> None:
    """Wherever they stand."""
    assert one({"Bookshelves": "read, to-read, currently-reading, Owned,  owned, #best"}).book.tags == ("best", "Owned")
    assert one({"Bookshelves": ""}).book.tags == ()


@pytest.mark.parametrize(
    ("binding", "format_", "stays"),
    [("Paperback", "print", True), ("Mass Market Paperback", "print", True), ("mass_market", "print", True), ("Taschenbuch", "print", True),
     ("Gebundene Ausgabe", "print", True), ("Board book", "print", True), ("Kindle Edition", "ebook", True), ("kindle_edition", "ebook", True), ("ebook", "ebook", False),
     ("Nook", "ebook", True), ("Audiobook", "audio", False), ("Audible Audio", "audio", True), ("Audio CD", "audio", True), ("Podiobook", "audio", True),
     ("Unknown Binding", None, False), ("Print", "print", False), ("Comic", None, True), ("", None, False)],
)  # fmt: skip
def test_bindings_are_formats(binding: str, format_: str | None, stays: bool) -> None:
    """And stay where they say more."""
    assert one({"Binding": binding}).format == format_
    assert kept({"Binding": binding}).get("Binding") == (binding if stays else None)


@pytest.mark.parametrize(
    ("cells", "isbn", "stays"),
    [({}, None, {}), ({"ISBN": '="1590174518"', "ISBN13": '="9781590174517"'}, "9781590174517", {}), ({"ISBN": '="1590174518"'}, "9781590174517", {}),
     ({"ISBN": "=“1590174518”", "ISBN13": ""}, "9781590174517", {}), ({"ISBN": "441013597", "ISBN13": "9.78E+12"}, "9780441013593", {"ISBN13": "9.78E+12"}),
     ({"ISBN": '="080442957x"'}, "9780804429573", {}), ({"ISBN": '="813,01"', "ISBN13": '="0009770908797"'}, None, {"ISBN": "813,01", "ISBN13": "0009770908797"}),
     ({"ISBN": '="SergeVictor"', "ISBN13": '="6221102025317"'}, None, {"ISBN": "SergeVictor", "ISBN13": "6221102025317"}),
     ({"ISBN13": '="1590174518"'}, "9781590174517", {}), ({"ISBN": '="0441013597"', "ISBN13": '="9781590174517"'}, "9781590174517", {"ISBN": "0441013597"}),
     ({"ISBN": '="1590174510"', "ISBN13": '="9781590174517"'}, "9781590174517", {"ISBN": "1590174510"})],
)  # fmt: skip
def test_isbns_are_valid_or_kept(cells: dict[str, str], isbn: str | None, stays: dict[str, str]) -> None:
    """No row is refused for one."""
    assert one(cells).book.isbn == isbn
    extra = kept(cells)
    assert {name: extra[name] for name in ("ISBN", "ISBN13") if name in extra} == stays


@pytest.mark.parametrize(
    ("cells", "published", "pages", "stays"),
    [
        ({"Year Published": "-750", "Number of Pages": "0"}, -750, None, {}),
        ({"Year Published": "180", "Number of Pages": "1,234"}, 180, 1234, {}),
        ({"Year Published": "ca. 1920", "Number of Pages": "xii, 300"}, None, None, {"Year Published": "ca. 1920", "Number of Pages": "xii, 300"}),
        ({"Year Published": "20012", "Number of Pages": "-3"}, None, None, {"Year Published": "20012", "Number of Pages": "-3"}),
    ],
)  # fmt: skip
def test_years_and_pages(
    cells: dict[str, str], published: int | None, pages: int | None, stays: dict[str, str]
) -> None:
    """Before our era too; what is no number is kept, and refuses nothing."""
    book = one(cells).book
    assert (book.published, book.pages) == (published, pages)
    extra = kept(cells)
    assert {name: extra[name] for name in cells if name in extra} == stays


def test_what_has_no_field_is_kept() -> None:
    """Verbatim, also what the reader or a tool has added; what Goodreads reckons is not, and no empty cell."""
    cells = {
        "Recommended For": "Ann", "Recommended By": "Ben", "Owned Copies": "2", "Condition": "good", "BCID": "1-2", "Original Publication Year": "-50",
        "Género": " ensayo  largo ", "n_ratings": "12", "Line": "7", "Refused because": "has no title.", "empty": "",
    }  # fmt: skip
    extra = kept(cells, [*G31, "Género", "n_ratings", "Line", "Refused because", "empty"])
    assert extra == {
        "BCID": "1-2", "Condition": "good", "Date Added": "2012/03/01", "Género": "ensayo  largo", "Original Publication Year": "-50", "Owned Copies": "2",
        "Recommended By": "Ben", "Recommended For": "Ann", "n_ratings": "12",
    }  # fmt: skip
    assert list(extra) == sorted(extra)


def test_a_title_is_kept_where_it_was_changed() -> None:
    """With its series, and no other."""
    assert kept({"Title": "A (X, #1; Y, #2)"})["Title"] == "A (X, #1; Y, #2)"
    assert kept({"Title": "A &amp; B"})["Title"] == "A &amp; B"
    assert "Title" not in kept({"Title": " A   B (Spanish Edition)"})


def test_the_author_is_one_name() -> None:
    """Whatever commas are in it; where there is none, the other column is kept."""
    assert one({"Author": "King, Jr.  Martin"}).book.authors == ("King, Jr. Martin",)
    assert one({"Author": "", "Additional Authors": "Ann"}).book.contributors == (Contributor("Ann", "contributor"),)
    assert kept({"Author": ""})["Author l-f"] == "Serge, Victor"
    assert "Author l-f" not in kept({})


@pytest.mark.parametrize(
    ("review", "spoiler", "markdown"),
    [("a<br/>b", "", "a  \nb"), ("a <spoiler>b", "", "a ||b||"), ("a<br/><br/>b", "true", "||a\n\nb||"), ("a <spoiler>b</spoiler> c", "True", "||a b c||"),
     ("<spoiler>b</spoiler>", "true", "||b||"), ("a", "false", "a"), ("||a||", "true", "||a||"), ("", "true", None), ("<br/>", "", None),
     ("[b:Dune (Dune, #1)|1|Dune|http://x|2] &amp;", "", "Dune (Dune, #1) &amp;"), ("two\nlines", "", "two\nlines")],
)  # fmt: skip
def test_reviews_are_markdown(review: str, spoiler: str, markdown: str | None) -> None:
    """And hidden as a whole where Goodreads hides them."""
    assert one({"My Review": review, "Spoiler": spoiler}).review == markdown


@pytest.mark.parametrize("cell", ["", "0", "x", "9.78E+12", "-4"])
def test_a_row_without_a_number_has_no_source(cell: str) -> None:
    """Nothing is known by a number that is none."""
    assert one({"Book Id": cell}).sources == ()
    assert kept({"Book Id": cell}).get("Book Id", "") == cell


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"Title": "  "}, "has no title."),
        ({"My Rating": "6"}, 'My Rating: "6" is out of range'),
        ({"My Rating": "good"}, 'My Rating: "good" is not a rating'),
        ({"Date Read": "last week"}, 'Date Read: "last week" is not a date'),
        ({"Date Read": "2012/13/01"}, "Date Read: 2012-13-01 is not in the calendar"),
        ({"Date Read": "3/4/2019"}, 'Date Read: "3/4/2019" can be in March or in April. Say which with --dates'),
        ({"Title": "\udcff"}, "not valid UTF-8"),
    ],
)
def test_what_is_not_understood_is_refused(cells: dict[str, str], words: str) -> None:
    """With its cells as they stand, and one reason."""
    assert words in reason(cells)


def test_the_order_of_dates_is_found_or_said() -> None:
    """In either of the two columns, for the whole file."""
    rows = [
        ROW | {"Date Read": "3/4/2019", "Date Added": "1/2/2019"},
        ROW | {"Date Read": "", "Date Added": "1/16/2019"},
    ]
    first = read(written(*rows))[0]
    assert isinstance(first, ImportRow)
    assert told(first) == [("finished", "2019-03-04", None)]
    assert told(incoming({"Date Read": "3/4/2019"}, day_first=True)) == [("finished", "2019-04-03", None)]


def test_rows_with_too_few_or_too_many_cells_are_refused() -> None:
    """A comma that parts a title moves every other cell; blank ones at the end do no harm."""
    header, row = written(ROW).splitlines()
    [short, long, padded] = read(
        "\n".join([header, "1,2,3,4,5,6,7", row.replace("Conquered City", "Conquered, City"), row + ",,"])
    )
    assert isinstance(short, RejectedRow)
    assert isinstance(long, RejectedRow)
    assert (short.position.line, short.reason, short.cells) == (
        2,
        "has 7 cells where the header has 24.",
        tuple("1234567"),
    )
    assert long.reason == "has 25 cells where the header has 24."
    assert isinstance(padded, ImportRow)


def test_a_refused_row_stops_no_other() -> None:
    """Each row has its line, also where one goes over several."""
    text = written(ROW | {"My Review": "a\nb"}, ROW | {"Title": ""}, ROW)
    assert [(type(row), row.position.line) for row in read(text)] == [(ImportRow, 2), (RejectedRow, 4), (ImportRow, 5)]


CELLS = st.text(max_size=20) | st.sampled_from(
    [*HOSTILE, "\udcff", "0", "5", "2012/03/17", "3/4/2019", "read", "to-read", "99", "=", '="', '=""']
)


@given(st.dictionaries(st.sampled_from([*G31, "mine"]), CELLS, max_size=8), st.sampled_from([True, False, None]))
def test_any_row_is_understood_or_refused(cells: dict[str, str], day_first: bool | None) -> None:
    """And what is understood can be kept, and kept again."""
    shelved = goodreads.read(_only(ROW | cells, [*G31, "mine"]), ImportOptions(TODAY, day_first=day_first))
    for row in shelved:
        if isinstance(row, ImportRow):
            for reading in row.readings:
                assert from_record(to_record(reading), TODAY) == reading
        else:
            assert row.reason


def _only(cells: dict[str, str], columns: list[str]) -> Table:
    """A table of one row, which no file can spoil."""
    return table(
        written({key: cell.replace("\x00", "").replace("\r", "") for key, cell in cells.items()}, columns=columns)
    )
