import csv as standard
import io
import re
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.given import TODAY, make
from tests.strategies import FIELDS, LINES

from readlog.core.domain_model import Book, Reading
from readlog.core.errors import BadInput
from readlog.core.import_row import ImportOptions, ImportRow, RejectedRow
from readlog.core.reading_record import KEYS, from_record, to_record
from readlog.formats import csv_format
from readlog.formats.csv_format import parse_columns, recognises, write_columns
from readlog.formats.table_rows import Table, read_table


def table(text: str) -> Table:
    """The table in a text."""
    return read_table("books.csv", lambda: io.StringIO(text, newline=""))


def written(*several: Reading) -> str:
    """What `export --csv` says."""
    file = io.StringIO()
    assert csv_format.write(several, file) == len(several)
    return file.getvalue()


def rows(text: str, **wishes: object) -> list[ImportRow | RejectedRow]:
    """What comes of each row."""
    return list(csv_format.read(table(text), ImportOptions(TODAY, **wishes)))  # type: ignore[arg-type]


def one(text: str, **wishes: object) -> Reading:
    """The one reading of the one row."""
    (row,) = rows(text, **wishes)
    assert isinstance(row, ImportRow), row
    return row.readings[0]


def refused(text: str) -> str:
    """Why the one row was refused."""
    (row,) = rows(text)
    assert isinstance(row, RejectedRow), row
    return row.reason


def kept(record: dict[str, Any]) -> Reading | None:
    """A reading as it comes out of a journal, cleaned at the door; None where the door refused it."""
    try:
        return from_record(to_record(from_record(record, TODAY)), TODAY)
    except BadInput:
        return None


KEPT = st.fixed_dictionaries({"title": LINES}, optional=FIELDS).map(kept).filter(lambda reading: reading is not None)


@given(st.lists(KEPT, max_size=3))
@example([make("=1+1", authors=["a; b", "[c]", "\\"], tags=["'", "'=x"], review="    code\n\n'@x", extra={"a": "[b"})])
@example([make(authors=['["a"]'], tags=["a;"], publisher="''+1", series_number="-1", published="-700", rating="¼")])
@example([make(authors=["[Anonymous"], quotes=[{"text": "[x", "remark": "\ty"}], review="x" * 32_767)])
def test_readings_survive_being_csv(several: list[Reading]) -> None:
    """Every field, whatever is in it, and a second export is the same bytes."""
    text = written(*several)
    back = [row.readings[0] for row in rows(text) if isinstance(row, ImportRow)]
    assert back == several
    assert written(*back) == text


def test_what_the_journal_gave_survives() -> None:
    """The number, the uids and the moments."""
    full = Reading(Book("Dune", uid="b1"), id=7, uid="r1", created_at="2026-11-22T12:00:00.000Z", updated_at="2026-11-23T12:00:00.042Z")  # fmt: skip
    assert one(written(full)) == full


def test_a_row_is_a_record() -> None:
    """Names in one cell, structures as JSON, numbers as numbers, nothing where nothing is known."""
    text = written(make("Memoirs", authors=["Victor Serge", "George Paizis"], tags=["history", "life"], contributors=["Peter Sedgwick:translator"], published=-700, rating=4, finished="~2012", review='A "life".\nTwo.'))  # fmt: skip
    assert text == (
        ",".join(KEYS) + "\n"
        ',,,Memoirs,,Victor Serge; George Paizis,"[{""name"": ""Peter Sedgwick"", ""role"": ""translator""}]",,,,,-700,,,'
        'history; life,finished,,2012~,4,,"A ""life"".\nTwo.",,,,,,,,\n'
    )


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "＝", "＋", "－", "＠"])
def test_no_text_is_a_formula(sign: str) -> None:
    """In any column of text, also where names are joined; and apostrophes that were there stay."""
    text = f"{sign}cmd|' /C calc'!A0"
    dangerous = make(series=text, publisher=f"'{text}", authors=[text, "b"], tags=[text], review=text, private_note=f"''{text}", extra={sign: sign}, sources=[text])  # fmt: skip
    cells = [cell for row in standard.reader(io.StringIO(written(dangerous))) for cell in row]
    assert not [cell for cell in cells if cell.startswith(sign)]
    assert one(written(dangerous)) == dangerous


def test_numbers_stay_numbers() -> None:
    """A year before our era is no formula."""
    assert ",-700," in written(make(published=-700))


def test_some_columns_can_be_chosen() -> None:
    """In the order in which they were said, whatever their case."""
    file = io.StringIO()
    assert parse_columns("Title, authors,private-note") == ("title", "authors", "private_note")
    assert write_columns([make("Dune", rating=4.5)], file, parse_columns("rating,title")) == 1
    assert file.getvalue() == "rating,title\n4.5,Dune\n"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("title,author", '"author" is not a column. Did you mean authors?'),
        ("titel", "Did you mean title?"),
        ("xyz", "One of: id, uid,"),
        ("", '"" is not a column.'),
        ("title,", '"" is not a column.'),
        ("title, TITLE", 'the column "title" stands twice'),
    ],
)
def test_a_column_that_is_not_there_is_said(said: str, words: str) -> None:
    """With the nearest that is."""
    with pytest.raises(BadInput, match=re.escape(words)):
        parse_columns(said)


@pytest.mark.parametrize(
    ("header", "ours"),
    [
        (",".join(KEYS), True),
        ("Title;UID", True),
        ("uid,title,rating", True),
        ("title,private_note,created_at", True),
        ("title,author,rating", False),
        ("title,authors,rating,finished,review,tags", False),
        ("uid,rating", False),
        ("", False),
        ("Title,Author,Exclusive Shelf,Bookshelves", False),
        ("title,author_text,remote_id,review_content", False),
    ],
)
def test_our_files_are_known_by_their_columns(header: str, ours: bool) -> None:
    """And no others are taken for them."""
    assert recognises(table(header + "\n")) is ours


def test_what_is_not_a_column_is_not_said() -> None:
    """Columns of another hand are kept as `extra`, beside what `extra` says; those of a refused row are not."""
    row = one('uid,Title,Mood,extra,Line,Refused because,\nr1,Dune,\'=dry,"{""x"": 1}",3,bad,z\n')
    assert row == make("Dune", extra={"Mood": "=dry", "x": 1}).__class__(Book("Dune"), uid="r1", extra={"Mood": "=dry", "x": 1})  # fmt: skip


def test_a_status_that_is_not_said_is_a_guess_that_is_told() -> None:
    """It is counted among what was guessed, and other words for a state are taken."""
    (row,) = rows("title,uid\nDune,r1\n")
    assert row == ImportRow(
        row.position,
        (Reading(Book("Dune"), uid="r1"),),
        ("no status is said: taken for finished",),
        frozenset({"uid", "title"}),
    )
    (row,) = rows("title,status\nDune,Begraben\n", statuses={"begraben": "abandoned"})
    assert isinstance(row, ImportRow)
    assert (row.readings[0].status, row.notes) == ("abandoned", ())


def test_what_a_spreadsheet_made_of_a_row_is_read() -> None:
    """Semicolons, points behind whole numbers, dates of another country, moments without their zone, short lists."""
    text = (
        "\ufeffid;uid;title;authors;contributors;isbn;published;pages;tags;started;finished;rating;quotes;created_at\r\n"
        "12.0;r1;Dune;[Anonymous];Ann:translator;9,78044E+12;1965.0;1,412;a;3/4/2019;3/14/2019;4,50;It is dry.;2026-11-22 12:00:00\r\n"
    )
    assert "isbn: " in refused(text)
    reading = one(text.replace("9,78044E+12", "9780441013593.0"))
    assert reading == Reading(
        make("Dune", authors=["[Anonymous]"], contributors=["Ann:translator"], isbn="9780441013593", published=1965, pages=1412, tags=["a"]).book,
        started=make(started="2019-03-04").started, finished=make(finished="2019-03-14").finished, rating=4.5,
        quotes=make(quotes=["It is dry."]).quotes, id=12, uid="r1", created_at="2026-11-22T12:00:00.000Z",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ("isbn\nx,r,9.78E+12", 'isbn: "9.78E+12" is what a spreadsheet makes of an ISBN'),
        ("isbn\nx,r,9780441013590", "the last digit should be"),
        ("finished\nx,r,3/4/2019", "finished: "),
        ("finished\nx,r,Mar-12", "has no year of four digits"),
        ("rating\nx,r,0", "rating: 0 is not a rating"),
        ("status\nx,r,TRUE", 'status: "TRUE" is not a status'),
        ('quotes\nx,r,"[{""text"": ""cut"', "quotes: is not whole JSON"),
        ("extra\nx,r,word", "extra: is not whole JSON"),
        ("extra\nx,r,[1]", "extra: is not a mapping"),
        ("extra\nx,r," + "[" * 100_000, "extra: is not whole JSON"),
        ("authors\nx,r," + "[" * 100_000, None),
        ('authors\nx,r,"[1, {""a"": 2}]"', "authors: "),
        ("created_at\nx,r,11/22/2026 12:00", "created_at: "),
        ('extra\nx,r,"{""a"": NaN}"', "extra: "),
        ("id\nx,r,-1", "id: "),
        ("subtitle\n,r,y", "title: a book needs a title"),
        ("subtitle,pages\nx,r,cut of", "the row has 3 cells and the header 4"),
        ("subtitle\nx,r,Stars, and dust", "the row has 4 cells and the header 3"),
        ("subtitle\nx,r,y,,", None),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_refused(cells: str, words: str | None) -> None:
    """With what is wrong in which field; it is never guessed."""
    text = f"title,uid,{cells}\n"
    if words:
        assert words in refused(text)
    else:
        assert one(text).book.title == "x"


def test_a_refused_row_does_not_stop_the_others() -> None:
    """Each has its line in the file and its cells."""
    bad, good = rows('title,uid,rating,review\nx,r1,9,"a\nb"\ny,r2,5,c\n')
    assert isinstance(bad, RejectedRow)
    assert (bad.position.line, bad.cells) == (2, ("x", "r1", "9", "a\nb"))
    assert isinstance(good, ImportRow)
    assert good.position.line == 4


def test_a_text_that_may_be_cut_is_told() -> None:
    """Excel keeps 32,767 characters of a cell."""
    (row,) = rows(f"title,uid,status,review\nx,r,read,{'y' * csv_format.SPREADSHEET_CELL_LIMIT}\n")
    assert isinstance(row, ImportRow)
    assert row.notes == ("a text of exactly 32,767 characters: a spreadsheet may have cut it",)
