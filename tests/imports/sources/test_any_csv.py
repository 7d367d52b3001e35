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
from readlog.core.errors import BadInput
from readlog.core.import_row import ImportOptions, ImportRow, RejectedRow
from readlog.core.reading_record import from_record, to_record
from readlog.formats.table_rows import Table, read_table
from readlog.imports.sources import any_csv


def table(*rows: dict[str, str]) -> Table:
    """A file with these cells, its columns those of the first row."""
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, list(rows[0]), restval="", quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerows(rows)
    return read_table("books.csv", lambda: io.StringIO(file.getvalue(), newline=""))


def wishes(columns: dict[str, str] | None = None, **others: Any) -> ImportOptions:
    """What the reader says, with `--map` as it is typed."""
    return ImportOptions(TODAY, columns={key.casefold(): field for key, field in (columns or {}).items()}, **others)


def outcome(cells: dict[str, str], columns: dict[str, str] | None = None, **others: Any) -> ImportRow | RejectedRow:
    """What becomes of a row with these cells, and with a title unless one is mapped."""
    titled = cells if "title" in (columns or {}).values() else {"Title": "The Salt Road"} | cells
    found = table(titled)
    any_csv.check_mapping(found, wishes(columns, **others))
    (row,) = any_csv.read(found, wishes(columns, **others))
    return row


def row(cells: dict[str, str], columns: dict[str, str] | None = None, **others: Any) -> ImportRow:
    """The same for a row that is understood."""
    found = outcome(cells, columns, **others)
    assert isinstance(found, ImportRow), found
    return found


def one(cells: dict[str, str], columns: dict[str, str] | None = None, **others: Any) -> Reading:
    """The reading in such a row."""
    (reading,) = row(cells, columns, **others).readings
    return reading


def refused(cells: dict[str, str], columns: dict[str, str] | None = None, **others: Any) -> str:
    """Why such a row is refused."""
    found = outcome(cells, columns, **others)
    assert isinstance(found, RejectedRow), found
    return found.reason


def test_a_table_of_anybody_is_read() -> None:
    """By what its reader says of its columns; the others stay as they are."""
    reading = one(
        {"Titel": "Der Salzweg", "Autor": "Prado, Ana; Ben Okafor", "Note": "9", "Gelesen": "17.3.2019", "Regal": "oben", "Leer": ""},
        {"Titel": "title", "AUTOR": "authors", "Note": "rating/10", "Gelesen": "finished"},
    )  # fmt: skip
    record = to_record(reading)
    assert {key: value for key, value in record.items() if value not in (None, [], {})} == {
        "title": "Der Salzweg", "authors": ["Prado, Ana", "Ben Okafor"], "status": "finished", "finished": "2019-03-17",
        "rating": 4.5, "extra": {"csv": {"Regal": "oben"}},
    }  # fmt: skip


def test_columns_that_say_what_they_are_need_no_map() -> None:
    """In any spelling of their names."""
    reading = one(
        {"Book-Title": "x", "AUTHOR": "Ana Prado", "My Rating": "4.25", "Date_Read": "2019-03", "Start Date": "2018",
         "ISBN13": "9780441013593", "Number of Pages": "352.0", "Publication Year": "1999", "Genres": "Desert; sea, wind",
         "Exclusive Shelf": "dnf", "My Review": "Long.", "Private Notes": "Ben's.", "Series Number": "2.0"}
        | {name: name for name in ("Subtitle", "Series", "Publisher", "Language")} | {"Format": "kindle"},
    )  # fmt: skip
    book = reading.book
    assert (book.title, book.authors, book.isbn, book.pages, book.published) == (
        "The Salt Road", ("Ana Prado",), "9780441013593", 352, 1999,
    )  # fmt: skip
    assert (book.tags, book.subtitle, book.series, book.series_number) == (
        ("Desert", "sea", "wind"),
        "Subtitle",
        "Series",
        "2",
    )
    assert (book.publisher, book.language) == ("Publisher", "Language")
    assert (reading.status, reading.rating, reading.format) == ("abandoned", 4.25, "ebook")
    assert (reading.review, reading.private_note) == ("Long.", "Ben's.")
    assert (to_record(reading)["started"], to_record(reading)["finished"]) == ("2018", "2019-03")
    assert reading.extra == {"csv": {"Book-Title": "x"}}


def test_every_name_that_needs_no_map_is_told() -> None:
    """The page of the module lists them, so that nobody has to guess."""
    told = re.sub(r"\s+", " ", any_csv.__doc__ or "")
    for names in any_csv.SYNONYMS.values():
        for name in names.split("|")[1:]:
            assert name in told or name in ("isbn 13", "isbn 10", "quote", "sources"), name


def test_what_the_reader_says_comes_first() -> None:
    """A column is what it is mapped to, whatever its name; a field that is mapped is no other column."""
    reading = one({"Title": "no", "Work": "The Salt Road", "Rating": "3"}, {"Work": "title", "Rating": "ignore"})
    assert (reading.book.title, reading.rating) == ("The Salt Road", None)
    assert reading.extra == {"csv": {"Title": "no"}}
    assert one({"Rating": "3", "Review": "x"}, {"Rating": "extra"}).extra == {"csv": {"Rating": "3"}}


def test_the_fields_of_a_map_have_other_names_too() -> None:
    """As columns do: `author`, `private-note`, `Date Read`."""
    reading = one(
        {"a": "Ana Prado", "b": "Mine.", "c": "2019", "d": "Sea", "e": "Wind", "f": "17", "g": "18"},
        {"a": "author", "b": "private-note", "c": "Date Read", "d": "tag", "e": "tags", "f": "source", "g": "sources"},
    )
    assert (reading.book.authors, reading.private_note, reading.book.tags) == (("Ana Prado",), "Mine.", ("Sea", "Wind"))
    assert reading.sources == ("csv:17", "csv:18")


def test_people_have_the_role_of_their_column() -> None:
    """Or the one behind their name."""
    reading = one(
        {"Authors": "Ana Prado & Ben Okafor|Cy\nDee", "By hand of": "Lu Wen", "Voice": "Ben Okafor", "Others": "E F (Editor); G (Maps)"},
        {"By hand of": "translator", "Voice": "narrator", "Others": "contributors"},
    )  # fmt: skip
    assert reading.book.authors == ("Ana Prado", "Ben Okafor", "Cy", "Dee")
    assert reading.book.others == (
        Contributor("Lu Wen", "translator"), Contributor("Ben Okafor", "narrator"), Contributor("E F", "editor"), Contributor("G", "maps"),
    )  # fmt: skip


def test_a_comma_parts_no_names() -> None:
    """`Last, First` is one person, and the reader is told so."""
    found = row({"Author": "Prado, Ana", "Status": "read"})
    assert found.readings[0].book.authors == ("Prado, Ana",)
    assert found.notes == ("Author: a name with a comma is one person; a semicolon parts two",)


@pytest.mark.parametrize(
    ("field", "cell", "rating"),
    [
        ("rating/10", "9", 4.5), ("rating/10", "7,5", 3.75), ("rating/10", "7.0", 3.5), ("rating/10", "4/5", 4),
        ("rating/10", "★★★½", 3.5), ("rating/100", "85", 4.25), ("rating/20", "17", 4.25), ("Rating / 7", "7", 5),
        ("rating/5", "4.75", 4.75), ("rating", "4 stars", 4), ("rating", "8/10", 4), ("rating", "⭐️⭐️⭐️", 3), ("stars", "2", 2),
        ("rating/100~", "83", 4.25), ("rating/7~", "5", 3.5), ("rating~", "4.3", 4.25), ("rating/100~", "1", 0.25), ("rating/10~", "9", 4.5),
        ("rating/10", "0", None), ("rating/10", "0.0", None), ("rating/10", "0/10", None), ("rating", "☆☆☆☆☆", None),
        ("rating", "n/a", None), ("rating", "-", None), ("rating", "", None),
    ],
)  # fmt: skip
def test_a_rating_is_out_of_what_the_reader_says(field: str, cell: str, rating: float | None) -> None:
    """Exactly; it is rounded only with a `~`, and zero is none."""
    assert one({"Note": cell}, {"Note": field}).rating == rating


def test_a_rounded_rating_is_kept() -> None:
    """As it stands, and told."""
    found = row({"Note": "83", "Status": "read"}, {"Note": "rating/100~"})
    assert found.readings[0].extra == {"csv": {"Note": "83"}}
    assert found.notes == ("Note: the nearest quarter of a star; the rating itself is kept in extra",)


@pytest.mark.parametrize(
    ("field", "cell", "reason"),
    [
        ("rating/100", "83", r'Note: .*The nearest are 4 and 4\.25\. --map "Note=rating/100~" takes the nearest\.'),
        ("rating", "4.3", "takes the nearest"),
        ("rating/10", "11", "out of range"),
        ("rating/100~", "101", "out of range"),
        ("rating/5", "8", "out of range"),
        ("rating", "good", "is not a rating"),
        ("rating/10", "9" * 500, "is not a rating"),
    ],
)  # fmt: skip
def test_a_rating_that_is_none_is_refused(field: str, cell: str, reason: str) -> None:
    """With the two that are next to it, and what to say to have the nearest."""
    assert re.search(reason, refused({"Note": cell}, {"Note": field}))


@pytest.mark.parametrize(("highest", "scale"), [("5.5", 10), ("10", 10), ("11", 20), ("73", 100)])
def test_a_rating_over_five_is_asked_about(highest: str, scale: int) -> None:
    """Before anything is read: then the 4 of another row is no four stars either."""
    found = table({"Title": "a", "Note": "4"}, {"Title": "b", "Note": highest})
    with pytest.raises(BadInput, match=f'"Note" goes up to {highest}.*--map "Note=rating/{scale}"'):
        any_csv.check_mapping(found, wishes({"Note": "rating"}))
    any_csv.check_mapping(found, wishes({"Note": f"rating/{scale}"}))
    any_csv.check_mapping(found, wishes({"Note": "rating/5"}))
    with pytest.raises(BadInput, match="is not out of 5"):
        any_csv.check_mapping(table({"Title": "a", "Rating": "7"}), wishes())


@pytest.mark.parametrize(
    ("cells", "status"),
    [
        ({"Finished": "2019"}, "finished"),
        ({"Rating": "4", "Started": "2019"}, "finished"),
        ({"Review": "Long."}, "finished"),
        ({"Started": "2019"}, "reading"),
        ({"Rating": "0"}, "to-read"),
        ({"Pages": "200"}, "to-read"),
    ],
)
def test_a_row_without_a_status_has_a_likely_one(cells: dict[str, str], status: str) -> None:
    """Finished where there is an end or an opinion, begun where there is a beginning; and it is told."""
    found = row(cells)
    assert found.readings[0].status == status
    assert found.notes[-1] == f"no column is the status: taken as {status}"
    assert row(cells | {"Status": ""}).notes[-1] == f"there is no status: taken as {status}"
    said = row(cells, statuses={"": "paused"})
    assert said.readings[0].status == "paused"
    assert "taken as" not in " ".join(said.notes)


def test_a_status_is_what_the_reader_says() -> None:
    """Then what readlog says; a word that neither knows is kept and told."""
    assert one({"Status": "Paused"}).status == "paused"
    assert one({"Gelesen": "JA"}, {"Gelesen": "status"}, statuses={"ja": "finished"}).status == "finished"
    found = row({"Status": "Später", "Finished": "2019"})
    assert (found.readings[0].status, found.readings[0].extra) == ("finished", {"csv": {"Status": "Später"}})
    assert found.notes == ('the status "Später" is unknown: taken as finished',)


@pytest.mark.parametrize(
    ("cell", "edtf"),
    [
        ("2019", "2019"), ("2019-03", "2019-03"), ("2019-03-17", "2019-03-17"), ("2019/3/7", "2019-03-07"),
        ("2019-03-17T10:00:00", "2019-03-17"), ("17.3.2019", "2019-03-17"), ("3/17/2019", "2019-03-17"), ("17 March 2019", "2019-03-17"),
        ("March 2019", "2019-03"), ("summer 2019", "2019-22"), ("~2019", "2019~"), ("about 2019", "2019~"), ("Oct 12, 2019", "2019-10-12"),
        ("Sunday, 17 March 2019", "2019-03-17"), ("n/a", None), ("?", None), ("unknown", None),
    ],
)  # fmt: skip
def test_dates_are_read_as_people_write_them(cell: str, edtf: str | None) -> None:
    """In digits of any order, and in words, with no more precision than they have."""
    finished = one({"Finished": cell}).finished
    assert (finished.edtf if finished else None) == edtf


@pytest.mark.parametrize(
    "cell",
    [
        "last friday",
        "yesterday",
        "today",
        "3 years ago",
        "1000 days ago",
        "45123",
        "2019-02-31",
        "3/4/2019",
        "~" * 5000 + "2019",
    ],
)
def test_a_date_that_is_none_is_refused(cell: str) -> None:
    """Also one that counts from the day on which somebody wrote it."""
    assert refused({"Finished": cell}).startswith("Finished: ")


def test_an_order_of_day_and_month_is_that_of_the_file() -> None:
    """One date that can be read only one way decides, or the reader."""
    found = table({"Title": "a", "Finished": "3/4/2019"}, {"Title": "b", "Finished": "25/4/2019"})
    dates = [each.readings[0].finished for each in any_csv.read(found, wishes()) if isinstance(each, ImportRow)]
    assert [when.edtf for when in dates if when] == ["2019-04-03", "2019-04-25"]
    assert one({"Finished": "3/4/2019"}, day_first=False).finished == one({"Finished": "2019-03-04"}).finished


def test_what_is_no_value_is_kept() -> None:
    """An ISBN, a number of pages, a year or a format that is none refuses no row."""
    cells = {"ISBN": "12", "Pages": "many", "Published": "long ago", "Format": "scroll", "Status": "read"}
    found = row(cells | {"Created at": "soon"})
    del cells["Status"]
    assert found.readings[0].extra == {"csv": cells | {"Created at": "soon"}}
    assert list(found.readings[0].extra["csv"]) == sorted([*cells, "Created at"])
    assert len(found.notes) == 5
    assert one({"Pages": "-3"}).book.pages is None
    assert [one({"Published": cell}).book.published for cell in ("1999-05-01", "May 1999", "-750", "5/1/1999")] == [
        1999,
        1999,
        -750,
        1999,
    ]


def test_spreadsheets_are_forgiven() -> None:
    """Formulas around numbers, apostrophes before signs, points behind whole numbers."""
    reading = one({"ISBN": '="0441013597"', "Pages": "352.0", "Review": "'=1+1", "Series": "'tis", "Rating": "4.00"})
    assert (reading.book.isbn, reading.book.pages, reading.review) == ("9780441013593", 352, "=1+1")
    assert (reading.book.series, reading.rating) == ("'tis", 4)


@pytest.mark.parametrize(
    ("cell", "review"),
    [
        ("<p>Salt &amp; <b>wind</b>.</p>", "Salt & **wind**."),
        ("One.<br>Two.", "One.  \nTwo."),
        ("I <3 it; a < b, b > c & R&amp;D", "I <3 it; a < b, b > c & R&amp;D"),
        ("One.\n\nTwo.", "One.\n\nTwo."),
    ],
)
def test_a_review_becomes_markdown_where_it_is_html(cell: str, review: str) -> None:
    """And otherwise stays as it is."""
    assert one({"Review": cell}).review == review


def test_quotes_and_days_come_in() -> None:
    """A column of passages, and one of the day on which a book was noted."""
    reading = one(
        {"Line": "x", "Best line": "Salt.", "Noted": "2019-03-17"}, {"Best line": "quotes", "Noted": "created_at"}
    )
    assert [quote.text for quote in reading.quotes] == ["Salt."]
    assert reading.created_at == start_of_day(TODAY.replace(2019, 3, 17))
    assert reading.extra == {"csv": {"Noted": "2019-03-17"}}


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (
            {"Titel": "titel"},
            '"titel" is not a field. Did you mean title\\? There are: title, authors, .* and rating/10',
        ),
        ({"Titel": "xyzzy"}, '"xyzzy" is not a field. There are: title, '),
        ({"Titel": "rating/0"}, '"rating/0" is not a field'),
        ({"Titel": "rating/ten"}, "is not a field. Did you mean rating"),
        ({"Title": "title"}, 'books.csv has no column "title". Did you mean "Titel"\\? There are: Titel, Name2, Note.'),
        ({"Verlag": "title"}, 'books.csv has no column "verlag". There are: Titel, Name2, Note.'),
        ({"Titel": "title", "Name2": "title"}, '"Titel" and "Name2" cannot both be title'),
        ({"Note": "rating/10", "Name2": "rating", "Titel": "title"}, '"Note" and "Name2" cannot both be rating'),
        ({"Note": "rating/10"}, 'no column is the title. Say what its columns are: --map "Titel=title"'),
    ],
)
def test_a_map_that_does_not_fit_is_told(columns: dict[str, str], message: str) -> None:
    """Before anything is read, with what there is and what was perhaps meant."""
    with pytest.raises(BadInput, match=message):
        any_csv.check_mapping(table({"Titel": "a", "Name2": "b", "Note": "1"}), wishes(columns))


def test_a_row_without_a_title_is_refused() -> None:
    """And one with more cells than the header: a comma has moved them."""
    assert refused({"Title": " ", "Author": "x"}) == "title: a book needs a title."
    found = read_table("books.csv", lambda: io.StringIO("Title,Rating\nSalt, or the Road,4\nDune,5,,\n", newline=""))
    broken, whole = any_csv.read(found, wishes())
    assert isinstance(broken, RejectedRow)
    assert broken.reason == "the row has 3 cells and the header 2. A text with a comma in it needs quotation marks."
    assert (broken.position.line, broken.cells) == (2, ("Salt", " or the Road", "4"))
    assert isinstance(whole, ImportRow)


@pytest.mark.parametrize(
    ("columns", "options"),
    [
        (["Titel", "Autor", "Verlag"], '--map "Titel=title" --map "Autor=authors"'),
        (["Title", "Author"], '--map "Title=title" --map "Author=authors"'),
        (["Werk", "Verlag"], '--map "Werk=title"'),
        (['My "Titel"', "Line"], "--map 'My \"Titel\"=title'"),
        (["Tit\nel", "x"], '--map "Tit el=title"'),
        (["", ""], '--map "COLUMN=title"'),
    ],
)
def test_a_map_is_suggested(columns: list[str], options: str) -> None:
    """By names that are nearly those of fields, ready to be typed; the title at least."""
    found = read_table(
        "books.csv", lambda: io.StringIO(",".join(f'"{each.replace(chr(34), chr(34) * 2)}"' for each in columns))
    )
    assert any_csv.suggest_mapping(found) == f"Say what its columns are: {options}"


def test_a_thousand_columns_suggest_no_page() -> None:
    """A header that is no header still ends in one short line."""
    assert len(any_csv.suggest_mapping(table({"x" * 500 + str(place): "" for place in range(1000)}))) < 2000


def test_a_file_of_refused_rows_comes_in_again() -> None:
    """The line and the reason that readlog wrote there are no fields."""
    assert one({"Line": "7", "Refused because": "x"}).extra == {}


WILD = st.sampled_from([*HOSTILE, "", " ", "0", "read", "2019", "~2019", "-", ",", "(", "<p>", "None", "#", ":", "'=", "'''=1", "&", "9780441013593"]) | st.text(max_size=12)  # fmt: skip
FIELDS = st.sampled_from([*any_csv.FIELDS, "rating/10~", "rating/7"])


@given(st.lists(st.tuples(WILD, FIELDS), max_size=8), WILD)
def test_anything_is_a_reading_as_any_other_or_is_refused(given_: list[tuple[str, str]], title: str) -> None:
    """No cell breaks an import, and what comes in would come out of an export and in again the same."""
    cells = {f"c{place}": cell for place, (cell, _) in enumerate(given_)}
    found = table({"Title": title} | cells)
    asked = wishes({f"c{place}": field for place, (_, field) in enumerate(given_)})
    try:
        any_csv.check_mapping(found, asked)
    except BadInput:
        return
    for read in any_csv.read(found, asked):
        if isinstance(read, ImportRow):
            record = to_record(read.readings[0])
            assert to_record(from_record(record, TODAY)) == record
            assert list(record["extra"].get("csv", {})) == sorted(record["extra"].get("csv", {}))


@given(st.lists(st.text(max_size=8), min_size=1, max_size=6), st.text(max_size=12))
def test_any_header_gets_a_suggestion(columns: list[str], target: str) -> None:
    """And any map an answer, in one line."""
    found = table(dict.fromkeys(columns, "x"))
    assert "\n" not in any_csv.suggest_mapping(found)
    try:
        any_csv.check_mapping(found, wishes({columns[0]: target}))
    except BadInput as error:
        assert "\n" not in str(error)
