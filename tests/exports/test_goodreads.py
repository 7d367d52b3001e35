import csv
import io
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.formats.test_csv_format import KEPT
from tests.given import TODAY, make

from readlog.core.clock import start_of_day
from readlog.core.domain_model import Reading
from readlog.core.import_row import ImportOptions, ImportRow
from readlog.exports.goodreads import COLUMNS, write_books
from readlog.formats.table_rows import read_table
from readlog.imports.sources import goodreads

HEADER = ",".join(COLUMNS)


def written(*readings: Reading) -> str:
    """What `export --goodreads` says."""
    file = io.StringIO()
    assert write_books(readings, file).readings == len(readings)
    return file.getvalue()


def rows(*readings: Reading) -> list[dict[str, str]]:
    """The rows by the names of their columns."""
    return list(csv.DictReader(io.StringIO(written(*readings))))


def row(*readings: Reading) -> dict[str, str]:
    """The one row of one book."""
    (only,) = rows(*readings)
    return only


def lost(*readings: Reading) -> dict[str, int]:
    """What the report says that Goodreads has no place for."""
    return dict(write_books(readings, io.StringIO()).lost)


def read_again(text: str) -> list[Reading]:
    """What an import of the file brings."""
    found = list(goodreads.read(read_table("export.csv", lambda: io.StringIO(text, newline="")), ImportOptions(TODAY)))
    assert all(isinstance(each, ImportRow) for each in found), found
    return [reading for each in found if isinstance(each, ImportRow) for reading in each.readings]


def again(reading: Reading, **fields: Any) -> Reading:
    """Another reading of the same book."""
    return make(**fields)._replace(book=reading.book)


FULL = make("The Dispossessed", authors=["Ursula K. Le Guin", "Ann Other"], contributors=["Robert Downey, Jr.:narrator"], series="Hainish Cycle", series_number="6", isbn="9780061054884", publisher="Eos", published=1994, pages=387, tags=["Sci Fi", "favourites, old"], status="finished", finished="2019-03-17", rating=4, format="ebook", review="**Good**, ||he returns||.\n\nI <3 it.", private_note="lent  \nto Ann")  # fmt: skip


def test_a_row_is_as_in_goodreads_own_export() -> None:
    """The same columns, ISBNs as formulas, days with slashes, shelves in lower case, HTML in the review."""
    full = FULL._replace(created_at=start_of_day(TODAY), sources=("goodreads:13651",))
    assert written(full) == (
        HEADER + '\n13651,"The Dispossessed (Hainish Cycle, #6)",Ursula K. Le Guin,"Guin, Ursula K. Le","Ann Other, Robert Downey Jr.",'
        '"=""0061054887""","=""9780061054884""",4,Eos,ebook,387,1994,,2019/03/17,2026/11/22,"favourites-old, sci-fi",,'
        'read,"<b>Good</b>, <spoiler>he returns</spoiler>.<br/><br/>I <3 it.",,lent<br/>to Ann,1,0\n'
    )  # fmt: skip


def test_what_is_not_known_is_empty() -> None:
    """No rating is 0 there, and no ISBN an empty formula."""
    assert written(make("It", status="to-read")) == HEADER + '\n,It,,,,"=""""","=""""",0,,,,,,,,to-read,,to-read,,,,0,0\n'  # fmt: skip


@pytest.mark.parametrize(
    ("rating", "stars"), [(0.25, "1"), (1.25, "1"), (2.5, "3"), (3.5, "4"), (4.75, "5"), (5, "5"), (None, "0")]
)
def test_stars_are_whole(rating: float | None, stars: str) -> None:
    """Halves are rounded up, a quarter is not nothing, and what was rounded is said."""
    reading = make(rating=rating)
    assert row(reading)["My Rating"] == stars
    assert lost(reading) == ({"ratings rounded to whole stars": 1} if rating and rating % 1 else {})


@pytest.mark.parametrize("when", ["2012", "2012-03", "summer 2012", "~2012-03-17"])
def test_a_day_that_is_not_known_is_not_invented(when: str) -> None:
    """The cell stays empty, and it is said."""
    reading = make(finished=when)
    assert row(reading)["Date Read"] == ""
    assert lost(reading) == {"dates without a day": 1}


@pytest.mark.parametrize(
    ("status", "shelf"),
    [("to-read", "to-read"), ("reading", "currently-reading"), ("finished", "read"), ("abandoned", "did-not-finish"), ("paused", "on-hold")],
)  # fmt: skip
def test_a_status_is_a_shelf(status: str, shelf: str) -> None:
    """Listed among the shelves too, unless the book was read; tags that look like one are not."""
    cells = row(make(status=status, tags=["Read", "to read", "x"]))
    assert cells["Exclusive Shelf"] == shelf
    assert cells["Bookshelves"] == ("x" if shelf == "read" else f"x, {shelf}")


def test_a_book_is_one_row() -> None:
    """The latest reading gives date and rating, the latest that has one the review; the rest is counted."""
    first = make("Dune", finished="2001-05-01", started="2001-04", rating=3, review="Sand.", quotes=["a", "b"])
    other = make("Ice", finished="2002-01-01")
    second = again(first, finished="2019-01-02", rating=4.5, private_note="n")
    third = again(first, status="abandoned", finished="2020-01-01", review="No.")
    dune, ice = rows(first, other, second, third)
    assert (dune["Title"], dune["Date Read"], dune["My Rating"], dune["My Review"]) == (
        "Dune",
        "2019/01/02",
        "5",
        "Sand.",
    )
    assert (dune["Read Count"], dune["Exclusive Shelf"], ice["Title"]) == ("2", "read", "Ice")
    report = write_books([first, other, second, third], io.StringIO())
    assert (report.readings, report.books) == (4, 2)
    assert report.lost == {
        "ratings rounded to whole stars": 1,
        "other ratings of a book": 1,
        "other reviews of a book": 1,
        "dates of other readings": 2,
        "dates on which a reading was started": 1,
        "readings that were not finished": 1,
        "quotes": 2,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("readings", "shelf", "count", "day"),
    [
        ([{"status": "reading"}, {"finished": "2019-01-02"}], "currently-reading", "2", "2019/01/02"),
        ([{"finished": "2019-01-02"}, {"status": "to-read"}], "to-read", "1", "2019/01/02"),
        ([{"finished": "2019"}, {"status": "to-read"}], "read", "1", ""),
        ([{}, {}, {"finished": "2019-01-02"}], "read", "3", "2019/01/02"),
        ([{"status": "abandoned", "finished": "2019-01-02"}], "did-not-finish", "0", "2019/01/02"),
        ([{"status": "abandoned", "finished": "2019-01-02"}, {"status": "reading"}], "currently-reading", "1", ""),
    ],
)
def test_what_goes_on_comes_before_what_is_over(
    readings: list[dict[str, Any]], shelf: str, count: str, day: str
) -> None:
    """And the count and the date still tell that the book was read, and never that it was when it was not."""
    book = make("Dune")
    cells = row(*(again(book, **fields) for fields in readings))
    assert (cells["Exclusive Shelf"], cells["Read Count"], cells["Date Read"]) == (shelf, count, day)


def test_what_goodreads_had_comes_back() -> None:
    """Its title, shelves with their positions, day and number, where they still say the same."""
    kept = {"Title": "Dune  (Dune,  #1)", "Bookshelves with positions": "sf (#12), old (#3), a (#1), dnf (#2)", "Date Added": "2012/01/31", "Binding": "Kindle Edition", "Exclusive Shelf": "dnf", "Original Publication Year": "1965", "Owned Copies": "2", "x": 3}  # fmt: skip
    dune = make("Dune", series="Dune", series_number="1", tags=["a", "new", "sf"], status="abandoned", format="ebook", sources=["storygraph:1", "goodreads:77"], extra={"goodreads": kept})  # fmt: skip
    cells = row(dune._replace(created_at="2026-01-01T00:00:00.000Z"))
    assert cells["Book Id"] == "77"
    assert cells["Bookshelves"] == "sf, a, dnf, new"
    assert cells["Bookshelves with positions"] == "sf (#12), a (#1), dnf (#2)"
    assert [cells[key] for key in ("Title", "Date Added", "Binding", "Original Publication Year", "Owned Copies")] == [
        "Dune (Dune, #1)", "2012/01/31", "Kindle Edition", "1965", "2"
    ]  # fmt: skip


def test_what_was_changed_since_is_not_overwritten() -> None:
    """A title, a status and a format of now are stronger than those of the import."""
    kept = {"Title": "Dune (Dune, #1)", "Binding": "Kindle Edition", "Exclusive Shelf": "dnf", "Date Added": "1/2/2012"}
    cells = row(make("Dune!", subtitle="A novel", series="Dune", series_number="2", format="audio", extra={"goodreads": kept}))  # fmt: skip
    assert [cells[key] for key in ("Title", "Binding", "Exclusive Shelf", "Date Added")] == ["Dune!: A novel (Dune, #2)", "Audiobook", "read", ""]  # fmt: skip


def test_print_is_not_made_a_paperback() -> None:
    """Which of the two it is, nobody has said."""
    assert row(make(format="print"))["Binding"] == "Print"


def test_an_isbn_that_was_none_comes_back() -> None:
    """As it stood, and never as another; one that begins with 979 has no short form."""
    kept = {"ISBN": '"x"', "ISBN13": "6221102025317"}
    assert '"=""x""","=""6221102025317"""' in written(make(extra={"goodreads": kept}))
    assert row(make(isbn="9791032305690", extra={"goodreads": kept}))["ISBN"] == '=""'


def test_no_text_is_a_formula() -> None:
    """It gets a blank in front, which every import drops; a year before our era stays a number."""
    text = "=1+1"
    reading = make(text, authors=["@x"], publisher="+1 Books", review="- a  \n- b", private_note=text, tags=[text], published=-700)  # fmt: skip
    cells = row(reading)
    assert [key for key, cell in cells.items() if cell.startswith(tuple("=+-@\t"))] == [
        "ISBN",
        "ISBN13",
        "Year Published",
    ]
    (back,) = read_again(written(reading))
    assert back._replace(sources=()) == reading


def test_what_goodreads_can_hold_survives() -> None:
    """Exported, imported again: the same book, readings, date, rating, review and note."""
    book = FULL.book._replace(tags=("favourites-old", "sci-fi"))
    full = FULL._replace(book=book, sources=("goodreads:13651",), created_at=start_of_day(TODAY))
    (back,) = read_again(written(full))
    people = (book.contributors[0], *(person._replace(role="contributor") for person in book.contributors[1:]))
    people = (*people[:2], people[2]._replace(name="Robert Downey Jr."))
    assert back._replace(extra={}) == full._replace(book=book._replace(contributors=people))
    assert written(back) == written(full)


@pytest.mark.parametrize("status", ["to-read", "reading", "finished", "abandoned", "paused"])
@pytest.mark.parametrize("format_", ["ebook", "audio", None])
def test_status_and_format_survive(status: str, format_: str | None) -> None:
    """And one reading is one reading again."""
    (back,) = read_again(written(make(status=status, format=format_)))
    assert (back.status, back.format) == (status, format_)


@pytest.mark.parametrize(
    "several",
    [
        [{"finished": "2019-01-02", "rating": 4, "review": "x"}, {"status": "reading"}],
        [{"finished": "2019-01-02", "rating": 4, "review": "x"}, {"status": "to-read"}],
        [{}, {}, {"finished": "2019-01-02", "rating": 2}],
        [{}, {"status": "paused"}],
    ],
)
def test_several_readings_survive(several: list[dict[str, Any]]) -> None:
    """As many, with the same states, and the date, rating and review where they were."""
    book = make("Dune")
    readings = [again(book, **fields) for fields in several]
    back = read_again(written(*readings))
    assert [each._replace(extra={}) for each in back] == readings


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(KEPT, max_size=4))
def test_every_journal_can_go_to_goodreads(readings: list[Reading]) -> None:
    """Whatever is in it: a row a book, which an import understands, and what it brings is written alike."""
    text = written(*readings)
    assert len(list(csv.reader(io.StringIO(text)))) == 1 + len({each.book for each in readings})
    back = read_again(text)
    assert len(back) >= len({each.book for each in readings})
