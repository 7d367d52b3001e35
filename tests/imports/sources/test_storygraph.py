import csv
import io
import re
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
from readlog.imports.sources import storygraph
from readlog.imports.sources.storygraph import parse_contributors

COLUMNS = (
    "Title,Authors,Contributors,ISBN/UID,Format,Read Status,Date Added,Last Date Read,Dates Read,Read Count,Moods,Pace,"
    "Character- or Plot-Driven?,Strong Character Development?,Loveable Characters?,Diverse Characters?,"
    "Flawed Characters?,Star Rating,Review,Content Warnings,Content Warning Description,Tags,Owned?"
).split(",")
EARLY = [{"Authors": "Author", "ISBN/UID": "ISBN"}.get(column, column) for column in COLUMNS]
SAID = {"Title": "The Salt Road", "Read Status": "read"}


def table(*rows: dict[str, str], columns: list[str] = COLUMNS) -> Table:
    """An export with these cells, all others empty."""
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, columns, restval="", quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerows(rows)
    return read_table("graph.csv", lambda: io.StringIO(file.getvalue(), newline=""))


def read(said: dict[str, str], columns: list[str] = COLUMNS, **wishes: Any) -> ImportRow:
    """What a row with these cells tells, which is understood."""
    (row,) = storygraph.read(table(SAID | said, columns=columns), ImportOptions(TODAY, **wishes))
    assert isinstance(row, ImportRow), row
    return row


def last(said: dict[str, str], **wishes: Any) -> Reading:
    """The latest reading in such a row."""
    return read(said, **wishes).readings[-1]


def times(row: ImportRow) -> list[tuple[str, str | None, str | None]]:
    """The status of every reading, and from when to when it was."""
    return [
        (each.status, each.started.edtf if each.started else None, each.finished.edtf if each.finished else None)
        for each in row.readings
    ]


@pytest.mark.parametrize("columns", [COLUMNS, EARLY, [*EARLY, "Mine"], [name.upper() for name in reversed(COLUMNS)]])
def test_an_export_is_recognised(columns: list[str]) -> None:
    """Of any year, with columns in any order and more of them."""
    assert storygraph.recognises(table(columns=columns))


@pytest.mark.parametrize("columns", [["Title"], ["Title", "Star Rating"], ["Title", "Exclusive Shelf", "Bookshelves"]])
def test_another_table_is_not(columns: list[str]) -> None:
    """Only these two columns together are StoryGraph's alone."""
    assert not storygraph.recognises(table(columns=columns))


def test_a_row_is_a_reading() -> None:
    """With everything that readlog has a field for, and the rest beside it as it stands."""
    reading = last({
        "Authors": "Ana  Prado, Ana Prado, ana prado, Ben Okafor", "Contributors": "Lu Wen   (Translator)",
        "ISBN/UID": "9780441013593", "Format": "hardcover", "Read Status": "read", "Date Added": "2021/03/04",
        "Last Date Read": "2021/04/09", "Dates Read": "2021/04/01-2021/04/09", "Read Count": "1",
        "Moods": "dark, adventurous", "Pace": "slow", "Character- or Plot-Driven?": "N/A",
        "Star Rating": "3.75", "Review": "<div>Salt &amp; <b>wind</b>.</div>", "Tags": "Desert, own", "Owned?": "Yes",
    })  # fmt: skip
    book = reading.book
    assert (book.title, book.authors, book.isbn, book.tags) == (
        "The Salt Road", ("Ana Prado", "Ben Okafor"), "9780441013593", ("Desert", "own"),
    )  # fmt: skip
    assert book.others == (Contributor("Lu Wen", "translator"),)
    assert (reading.status, reading.rating, reading.format) == ("finished", 3.75, "print")
    assert reading.review == "Salt & **wind**."
    assert reading.sources == ("storygraph:9780441013593",)
    assert reading.created_at == start_of_day(TODAY.replace(2021, 3, 4))
    assert reading.extra == {"storygraph": {
        "Character- or Plot-Driven?": "N/A", "Date Added": "2021/03/04", "Format": "hardcover",
        "Moods": "dark, adventurous", "Owned?": "Yes", "Pace": "slow",
    }}  # fmt: skip


def test_the_early_header_is_read() -> None:
    """`Author` and `ISBN`, as it was in 2021."""
    reading = read({"Author": "Ana Prado", "ISBN": "0441013597"}, columns=EARLY).readings[-1]
    assert (reading.book.authors, reading.book.isbn) == (("Ana Prado",), "9780441013593")


def test_nothing_is_made_of_empty_cells() -> None:
    """A title and a status are a reading of which no more is known."""
    assert read({}).notes == ()
    (reading,) = read({}).readings
    record = to_record(reading)
    assert {key: value for key, value in record.items() if value not in (None, [], {})} == {
        "title": "The Salt Road", "status": "finished",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({}, [("finished", None, None)]),
        ({"Dates Read": "2021/04/01-2021/04/09"}, [("finished", "2021-04-01", "2021-04-09")]),
        ({"Dates Read": "2021/04/09"}, [("finished", None, "2021-04-09")]),
        ({"Last Date Read": "2021/04/09"}, [("finished", None, "2021-04-09")]),
        ({"Last Date Read": "2021/04/09", "Read Count": "0"}, [("finished", None, "2021-04-09")]),
        ({"Dates Read": "2021/04/08", "Last Date Read": "2021/04/09"}, [("finished", None, "2021-04-08")]),
        (
            {"Dates Read": "2021/04/01-2021/04/09,2019/01/02 ,  2020/02/03 - 2020/02/04"},
            [("finished", None, "2019-01-02"), ("finished", "2020-02-03", "2020-02-04"), ("finished", "2021-04-01", "2021-04-09")],
        ),
        ({"Dates Read": "2021/04/09, 2021/04/09", "Read Count": "1"}, [("finished", None, "2021-04-09")]),
        (
            {"Dates Read": "2021/04/09", "Read Count": "3"},
            [("finished", None, None), ("finished", None, None), ("finished", None, "2021-04-09")],
        ),
        ({"Read Count": "2.0"}, [("finished", None, None), ("finished", None, None)]),
        ({"Dates Read": "2021-04-01-2021-04-09"}, [("finished", "2021-04-01", "2021-04-09")]),
        ({"Dates Read": "2021-04-09"}, [("finished", None, "2021-04-09")]),
        ({"Dates Read": "2021/4/9"}, [("finished", None, "2021-04-09")]),
        ({"Dates Read": "13/4/2021-5/6/2021"}, [("finished", "2021-04-13", "2021-06-05")]),
        ({"Dates Read": "2021/04-2022"}, [("finished", "2021-04", "2022")]),
        ({"Dates Read": "2021/04/01-"}, [("finished", "2021-04-01", None)]),
        ({"Dates Read": "-2021/04/09"}, [("finished", None, "2021-04-09")]),
        ({"Dates Read": "2021/04/01–2021/04/09"}, [("finished", "2021-04-01", "2021-04-09")]),
        ({"Dates Read": " , -, "}, [("finished", None, None)]),
    ],
)  # fmt: skip
def test_every_time_is_a_reading(cells: dict[str, str], expected: list[tuple[str, str | None, str | None]]) -> None:
    """Those of the list with their dates, the earliest first, and before them those that are only counted."""
    wishes = {"day_first": True} if "13/4" in cells.get("Dates Read", "") else {}
    assert times(read(cells, **wishes)) == expected


@pytest.mark.parametrize(
    ("status", "cells", "expected"),
    [
        ("to-read", {"Read Count": "1"}, [("to-read", None, None)]),
        ("to-read", {"Last Date Read": "2021/04/09"}, [("finished", None, "2021-04-09"), ("to-read", None, None)]),
        ("currently-reading", {}, [("reading", None, None)]),
        ("currently-reading", {"Dates Read": "2021/04/01-"}, [("reading", "2021-04-01", None)]),
        (
            "currently-reading",
            {"Dates Read": "2019/04/01-2019/04/09, 2021/04/01-", "Read Count": "2"},
            [("finished", "2019-04-01", "2019-04-09"), ("reading", "2021-04-01", None)],
        ),
        ("currently-reading", {"Read Count": "2"}, [("finished", None, None), ("reading", None, None)]),
        ("did-not-finish", {"Dates Read": "2021/04/01-2021/04/09"}, [("abandoned", "2021-04-01", "2021-04-09")]),
        ("did-not-finish", {"Last Date Read": "2021/04/09", "Read Count": "0"}, [("abandoned", None, "2021-04-09")]),
        (
            "did-not-finish",
            {"Dates Read": "2019/04/09, 2021/04/09", "Read Count": "2"},
            [("finished", None, "2019-04-09"), ("abandoned", None, "2021-04-09")],
        ),
        ("paused", {"Dates Read": "2021/04/01-"}, [("paused", "2021-04-01", None)]),
    ],
)
def test_what_is_not_over_is_the_latest(
    status: str, cells: dict[str, str], expected: list[tuple[str, str | None, str | None]]
) -> None:
    """Times that are over were read before; only what was given up has its own end."""
    row = read(cells | {"Read Status": status})
    assert times(row) == expected


def test_a_count_is_no_certainty() -> None:
    """On a book that is not finished it may count that reading; nobody knows, and the reader is told."""
    assert read({"Read Status": "currently-reading", "Read Count": "2"}).notes == (
        "a Read Count on a book that is reading: taken to count that reading too",
    )
    assert last({"Read Status": "to-read", "Read Count": "1"}).extra == {"storygraph": {"Read Count": "1"}}


@pytest.mark.parametrize("count", ["101", "1000000000", "999999999999999999999999"])
def test_a_count_that_cannot_be_makes_no_readings(count: str) -> None:
    """However large it is; it stays as it stands."""
    row = read({"Read Count": count})
    assert len(row.readings) == 1
    assert row.readings[0].extra == {"storygraph": {"Read Count": count}}


@pytest.mark.parametrize(
    ("cells", "kept"),
    [
        ({"Dates Read": "2021/04/09", "Last Date Read": "2021/04/09", "Read Count": "1"}, {}),
        ({"Dates Read": "2021/04/08", "Last Date Read": "2021/04/09"}, {"Last Date Read": "2021/04/09"}),
        ({"Dates Read": "2021/04/08", "Last Date Read": "soon"}, {"Last Date Read": "soon"}),
        ({"Read Count": "0"}, {"Read Count": "0"}),
        ({"Read Count": "many"}, {"Read Count": "many"}),
        (
            {"Read Status": "paused", "Dates Read": "2020/01/01-, 2021/01/01-"},
            {"Dates Read": "2020/01/01-, 2021/01/01-"},
        ),
    ],
)
def test_what_the_readings_do_not_say_is_kept(cells: dict[str, str], kept: dict[str, str]) -> None:
    """A count or a date that does not agree with the others is beside them, not lost."""
    assert last(cells).extra.get("storygraph", {}) == kept


def test_rating_and_review_are_of_the_last_that_was_read() -> None:
    """Not of those before, and not of the one that goes on."""
    words = {"Star Rating": "4.25", "Review": "Long.", "Read Count": "3"}
    said = [(each.rating, each.review) for each in read(words).readings]
    assert said == [(None, None), (None, None), (4.25, "Long.")]
    again = read(words | {"Read Status": "currently-reading"}).readings
    assert [(each.status, each.rating) for each in again] == [("finished", None), ("finished", 4.25), ("reading", None)]
    given_up = read(words | {"Read Status": "did-not-finish"}).readings
    assert [each.rating for each in given_up] == [None, None, 4.25]
    assert last({"Star Rating": "4", "Read Status": "to-read"}).rating == 4


@pytest.mark.parametrize(("stars", "rating"), [("0.25", 0.25), ("3.75", 3.75), ("4.0", 4), ("5", 5), ("4,5", 4.5), ("0", None), ("0.0", None), ("", None)])  # fmt: skip
def test_stars_are_kept_to_the_quarter(stars: str, rating: float | None) -> None:
    """And none are none."""
    assert last({"Star Rating": stars}).rating == rating


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"Title": " \u200b"}, "title: a book needs a title."),
        ({"Star Rating": "4.1"}, "Star Rating: .* The nearest are 4 and 4.25"),
        ({"Star Rating": "9"}, "Star Rating: .* out of range"),
        ({"Dates Read": "2021/02/31"}, "Dates Read: .* not in the calendar"),
        ({"Dates Read": "2021/04/01-soon"}, 'Dates Read: "soon" is not a date'),
        ({"Dates Read": "3/4/2021"}, "Dates Read: .* can be in March or in April"),
        ({"Last Date Read": "x" * 10_000}, "Last Date Read: "),
        ({"Review": "\ud800"}, "not valid UTF-8"),
    ],
)
def test_a_row_that_is_not_understood_is_refused(cells: dict[str, str], reason: str) -> None:
    """With its line, why, and what stands in it; the rows below are read."""
    broken, whole = storygraph.read(table(SAID | cells, SAID), ImportOptions(TODAY))
    assert isinstance(broken, RejectedRow)
    assert broken.position.line == 2
    assert re.search(reason, broken.reason)
    assert broken.cells[0] == (SAID | cells)["Title"]
    assert isinstance(whole, ImportRow)


@pytest.mark.parametrize(
    ("word", "status"),
    [("read", "finished"), ("to-read", "to-read"), ("currently-reading", "reading"), ("did-not-finish", "abandoned"), ("Paused", "paused")],
)  # fmt: skip
def test_every_status_is_known(word: str, status: str) -> None:
    """By readlog's word for it."""
    row = read({"Read Status": word})
    assert (row.readings[-1].status, row.notes) == (status, ())


@pytest.mark.parametrize(
    ("cells", "status"),
    [
        ({}, "to-read"),
        ({"Star Rating": "4"}, "to-read"),
        ({"Star Rating": "4", "Read Count": "1"}, "finished"),
        ({"Dates Read": "2021/04/01-"}, "to-read"),
        ({"Last Date Read": "2021/04/09"}, "finished"),
    ],
)
def test_a_status_that_nobody_knows_is_guessed_and_told(cells: dict[str, str], status: str) -> None:
    """By the dates, in the same words for every such row; the reader can say what it means."""
    row = read(cells | {"Read Status": "Später"})
    assert (row.readings[-1].status, row.notes) == (status, (f'the status "Später" is unknown: taken as {status}',))
    assert read(cells | {"Read Status": " "}).notes == (f"there is no status: taken as {status}",)
    assert last(cells | {"Read Status": ""}, statuses={"": "paused"}).status == "paused"
    wished = read(cells | {"Read Status": "Später"}, statuses={"spater": "paused"})
    assert (wished.readings[-1].status, wished.notes) == ("paused", ())


def test_a_reader_knows_better_what_a_word_means() -> None:
    """What is wished comes before what readlog knows."""
    assert last({"Read Status": "read"}, statuses={"read": "abandoned"}).status == "abandoned"


def test_a_tag_does_not_change_the_status() -> None:
    """Many say with a tag that they gave up; it is told, and left to them."""
    row = read({"Tags": "DNF, desert"})
    assert row.readings[-1].status == "finished"
    assert row.notes == ('tagged "DNF", while the status is finished: the status was taken',)
    assert read({"Tags": "DNF", "Read Status": "did-not-finish"}).notes == ()


@pytest.mark.parametrize(
    "uid", ["B00SALTROAD", "0b9f6f6e-5a3c-4b60-8d3e-1f0c5f0b7a11", "9780441013590", "6221102025317"]
)
def test_what_is_no_isbn_is_kept(uid: str) -> None:
    """And known again at the next import."""
    reading = last({"ISBN/UID": uid})
    assert reading.book.isbn is None
    assert reading.sources == (f"storygraph:{uid}",)
    assert reading.extra == {"storygraph": {"ISBN/UID": uid}}


@pytest.mark.parametrize(
    "isbn", ["0441013597", "441013597", '="0441013597"', "9780441013593", "978-0-441-01359-3", "9780441013593.0"]
)
def test_a_book_has_one_source(isbn: str) -> None:
    """However its ISBN is written, and whatever a spreadsheet has done to it."""
    reading = last({"ISBN/UID": isbn})
    assert (reading.book.isbn, reading.sources) == ("9780441013593", ("storygraph:9780441013593",))


@pytest.mark.parametrize("isbn", ["9.78044E+12", "9,78E+12", "9.78e12"])
def test_a_rounded_isbn_is_no_source(isbn: str) -> None:
    """It would be that of many books."""
    reading = last({"ISBN/UID": isbn})
    assert (reading.book.isbn, reading.sources) == (None, ())
    assert reading.extra == {"storygraph": {"ISBN/UID": isbn}}


@pytest.mark.parametrize(
    ("authors", "others", "expected"),
    [
        ("Lu Wen, Ana Prado", "Lu Wen (Translator)", [("Ana Prado", "author"), ("Lu Wen", "translator")]),
        ("Lu Wen", "Lu Wen (Translator)", [("Lu Wen", "author"), ("Lu Wen", "translator")]),
        ("Lu Wen, Ana Prado", "LU WEN (Narrator)", [("Ana Prado", "author"), ("Lu Wen", "author"), ("LU WEN", "narrator")]),
        ("Ana Prado", "Ana Prado, Ben Okafor", [("Ana Prado", "author"), ("Ben Okafor", "contributor")]),
        ("Ana Prado", "Ben Okafor (Author)", [("Ana Prado", "author"), ("Ben Okafor", "author")]),
        ("", "", []),
        (" , ,\u200b", "(Translator), ()", []),
    ],
)  # fmt: skip
def test_translators_are_no_authors(authors: str, others: str, expected: list[tuple[str, str]]) -> None:
    """Unless nobody else is; who did something else besides writing comes behind those who only wrote."""
    people = last({"Authors": authors, "Contributors": others}).book.contributors
    assert [(person.name, person.role) for person in people] == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("Lu Wen (Translator), Ben Okafor (Narrator)", [("Lu Wen", "translator"), ("Ben Okafor", "narrator")]),
        ("Lu Wen    (Translator)", [("Lu Wen", "translator")]),
        ("Lu Wen", [("Lu Wen", "contributor")]),
        ("Lu Wen ()", [("Lu Wen", "contributor")]),
        ("Lu Wen (Foreword, Notes), B (Editor)", [("Lu Wen", "foreword, notes"), ("B", "editor")]),
        ("Lu (Lulu) Wen (Editor)", [("Lu (Lulu) Wen", "editor")]),
        ("Lu Wen (Editor", [("Lu Wen (Editor", "contributor")]),
        ("A (x:y)", [("A", "x y")]),
        ("A, A, A (Editor)", [("A", "contributor"), ("A", "editor")]),
        ("(" * 100_000, [("(" * 100_000, "contributor")]),
        ("a(" * 100_000 + ")", [("a(" * 99_999 + "a", "contributor")]),
    ],
)
def test_people_have_roles(cell: str, expected: list[tuple[str, str]]) -> None:
    """Behind their names, in brackets; who has none is a contributor."""
    assert [(person.name, person.role) for person in parse_contributors(cell)] == expected


@pytest.mark.parametrize(
    ("cell", "review"),
    [
        ("<div>One.<br><br>Two &lt;3</div>", "One.\n\nTwo <3"),
        ("Salt &amp; wind", "Salt &amp; wind"),
        ("<3 it, & how", "<3 it, & how"),
        ("a < b\n\nc", "a < b\n\nc"),
        ("  \n", None),
    ],
)
def test_a_review_becomes_markdown(cell: str, review: str | None) -> None:
    """Where it is HTML, which begins with a tag; plain words stay as they are."""
    assert last({"Review": cell}).review == review


@pytest.mark.parametrize(
    ("format_", "expected"), [("paperback", "print"), ("digital", "ebook"), ("Audio", "audio"), ("scroll", None)]
)
def test_a_format_is_one_of_three(format_: str, expected: str | None) -> None:
    """What says more than that is kept beside it."""
    reading = last({"Format": format_})
    assert reading.format == expected
    assert reading.extra == ({} if format_ == "Audio" else {"storygraph": {"Format": format_}})


def test_what_a_shelf_says_of_its_day_is_not_needed() -> None:
    """A Date Added that is none refuses no row, and invents no moment."""
    row = read({"Date Added": "soon"})
    assert row.readings[0].created_at is None
    assert row.readings[0].extra == {"storygraph": {"Date Added": "soon"}}
    assert row.notes == ("a Date Added that is no date, or can be two: kept in extra as it stands",)
    assert last({"Date Added": "2021"}).created_at is None


def test_an_end_before_the_start_is_told() -> None:
    """Both dates are what the file says."""
    row = read({"Dates Read": "2021/04/09-2021/04/01"})
    assert times(row) == [("finished", "2021-04-09", "2021-04-01")]
    assert row.notes == ("finished before it was started: both dates kept as they stand",)


def test_columns_that_nobody_knows_are_kept() -> None:
    """Those that a reader added, one without a name, and cells beyond the header; ours of a refused row are not."""
    columns = [*COLUMNS, "Mine", "", "Line", "Refused because"]
    row = ["The Salt Road", *[""] * 4, "read", *[""] * 17, "a", "b", "7", "no reason", "c", ""]
    text = ",".join(columns) + "\n" + ",".join(row) + "\n"
    found = read_table("graph.csv", lambda: io.StringIO(text, newline=""))
    (incoming,) = storygraph.read(found, ImportOptions(TODAY))
    assert isinstance(incoming, ImportRow)
    assert incoming.readings[0].extra == {"storygraph": {"Mine": "a", "column 25": "b", "column 28": "c"}}


def test_a_row_that_is_out_of_step_is_refused() -> None:
    """Where a comma has moved every cell by one, the status is no status, and nothing is guessed."""
    row = ["Salt, or the Road", "Ana Prado", "", "", "paperback", "read", *[""] * 16, "Yes"]
    text = ",".join(COLUMNS) + "\n" + ",".join(row) + "\n"
    found = read_table("graph.csv", lambda: io.StringIO(text, newline=""))
    (refused,) = storygraph.read(found, ImportOptions(TODAY))
    assert isinstance(refused, RejectedRow)
    assert refused.reason.startswith("the row has 24 cells and the header 23. ")


WILD = st.sampled_from([*HOSTILE, "", " ", "0", "1", "read", "2021/04/09", "2021/04/01-2021/04/09", "-", ",", "(", "<div>", "<spoiler>", "None", "#", ":", "9780441013593"]) | st.text(max_size=12)  # fmt: skip


@given(st.dictionaries(st.sampled_from(COLUMNS[1:]), WILD))
def test_anything_is_a_reading_as_any_other_or_is_refused(said: dict[str, str]) -> None:
    """No cell breaks an import, and what comes in would come out of an export and in again the same."""
    (row,) = storygraph.read(table({"Title": "The Salt Road"} | said), ImportOptions(TODAY))
    if isinstance(row, RejectedRow):
        assert row.reason
        return
    assert row.readings[-1].status in ("to-read", "reading", "finished", "abandoned", "paused")
    for reading in row.readings:
        record = to_record(reading)
        assert to_record(from_record(record, TODAY)) == record
        assert list(record["extra"].get("storygraph", {})) == sorted(record["extra"].get("storygraph", {}))
