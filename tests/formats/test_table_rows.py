import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.given import HOSTILE

from readlog.core.errors import UnreadableInput
from readlog.formats import table_rows
from readlog.formats.table_rows import Table, column_key, read_table

CELLS = st.text(st.sampled_from('ab,;\t"\n \ufeffé='), max_size=6) | st.sampled_from(HOSTILE)
ANYTHING = st.text(st.sampled_from('a1,;\t"\n\r \ufeff\x00='), max_size=60) | st.text(max_size=40)


def table(text: str) -> Table:
    """The table that a text holds, its lines as a file gives them."""
    return read_table("books.csv", lambda: io.StringIO(text, newline=""))


def cells(text: str) -> list[dict[str, str]]:
    """The cells of every row, by name."""
    return [dict(row.cells) for row in table(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Title,Rating\nDune,5\n",
        "Title;Rating\nDune;5\n",
        "Title\tRating\nDune\t5\n",
        "\ufeffTitle,Rating\nDune,5\n",
        '\ufeff"Title","Rating"\n"Dune","5"\n',
        "Title,Rating\r\nDune,5\r\n",
        "Title,Rating\rDune,5\r",
        "Title,Rating\nDune,5",
        " Title ,\u200bRATING\nDune,5\n",
        "\n\n \nTitle;Rating\n\n;\n \nDune;5\n\n\n",
        "sep=;\nTitle;Rating\nDune;5\n",
        '\ufeff"sep=;"\r\nTitle;Rating\r\nDune;5\r\n',
        "SEP=\t\nTitle\tRating\nDune\t5\n",
    ],
)
def test_a_table_is_read_however_it_was_saved(text: str) -> None:
    """By any separator, with a mark, with the ends of lines of any system, with blank lines, with none at the end."""
    assert cells(text) == [{"title": "Dune", "rating": "5"}]


def test_columns_keep_their_names() -> None:
    """As they are written, for messages; they are compared without case, marks and blanks."""
    found = table("\ufeffMy Title , ISBN13\nx,y\n")
    assert found.columns == ("My Title", "ISBN13")
    assert found.keys == ("my title", "isbn13")
    assert column_key("\ufeff ISBN/UID\u200b ") == "isbn/uid"


def test_a_row_knows_its_line() -> None:
    """As an editor counts, also below cells of several lines, blank lines and a line that names the separator."""
    found = table('sep=;\n\nTitle;Review\n"a";"one\r\ntwo\n\nfour"\n\nb;c\r\n"d";"e"')
    assert [row.position.line for row in found] == [4, 9, 10]
    assert [str(row.position) for row in found][1] == "books.csv, line 9"


def test_a_cell_has_many_lines() -> None:
    """And its line breaks, commas and quotes as they were written."""
    assert cells('Title,Review\nDune,"one\r\n""two"", three\n"\n') == [
        {"title": "Dune", "review": 'one\r\n"two", three\n'}
    ]


def test_rows_may_be_too_short_or_too_long() -> None:
    """What is missing is not there, and what is too much still stands in the row."""
    short, long = table("Title,Rating,Review\nDune\nDune,5,x,y,z\n")
    assert short.cells == {"title": "Dune"}
    assert long.cells == {"title": "Dune", "rating": "5", "review": "x"}
    assert long.raw == ("Dune", "5", "x", "y", "z")


HEADER = "Id,Title,Author,Rating,Shelf,Date,Pages,Review"


def test_a_row_that_was_quoted_whole_is_a_row() -> None:
    """In a table so wide that it can be nothing else, cells with quotes and line breaks in them included."""
    row = ["7", "Dune", "Herbert, Frank", "5", "read", "", "604", 'Sand, "and"\nspice']
    once, twice = io.StringIO(), io.StringIO()
    csv.writer(once, lineterminator="").writerow(row)
    csv.writer(twice).writerow([once.getvalue()])
    (found,) = table(f"{HEADER}\n{twice.getvalue()}")
    assert found.raw == tuple(row)
    assert found.cells["review"] == row[-1]


def test_a_table_that_was_quoted_whole_is_a_table() -> None:
    """Its header too, and then however narrow it is."""
    assert cells('"Title,Author"\n"Dune,""Herbert, Frank"""\n') == [{"title": "Dune", "author": "Herbert, Frank"}]
    assert cells('"Title;Author"\n"Dune;Frank"\n') == [{"title": "Dune", "author": "Frank"}]


@pytest.mark.parametrize("cell", ["Eats, Shoots, Leaves", "a\nb", 'a "b, c', "\n\n,", '",'])
def test_a_title_with_commas_is_no_row(cell: str) -> None:
    """Where a row of a small table has nothing but a title, its words are not parted."""
    quoted = cell.replace('"', '""')
    assert cells(f'Title,Author,Rating\n"{quoted}"\n') == [{"title": cell}]
    assert cells(f'{HEADER}\n"{quoted}"\n') == [{"id": cell}]


def test_a_quote_that_is_never_closed_is_told() -> None:
    """With the line of its row: everything below would be gone, and the file is not read as if it were not."""
    found = table('Title,Review\nDune,good\nEmma,"good\nMiddlemarch,\nIt,\n')
    with pytest.raises(UnreadableInput, match=r"books\.csv: .* row of line 3 is never closed.*Export it once more"):
        list(found)
    with pytest.raises(UnreadableInput, match="line 1 is never closed"):
        table('Title,"Review\nDune,good\n')
    for text in ('Title\n"', 'Title\n"\n', 'Title\n"x', 'Title\n"x""', 'Title\n"end\n'):
        with pytest.raises(UnreadableInput, match="line 2"):
            list(table(text))


@pytest.mark.parametrize("word", ["end", "\x00end of file\x00", "sep=;", "EOF"])
def test_no_words_end_a_file(word: str) -> None:
    """Whatever stands in it, the rows below are read."""
    assert [row.raw for row in table(f"Title\n{word}\nDune\n")] == [(word,), ("Dune",)]
    assert [row.raw for row in table(f"Title,Rating\nDune,{word}")] == [("Dune", word)]


def test_a_cell_without_end_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A limit keeps the memory, and says that it is one."""
    monkeypatch.setattr(table_rows, "MAX_CELL_LENGTH", 1000)
    with pytest.raises(UnreadableInput, match="line 2 has more than 1,000 characters"):
        list(table(f"Title\n{'x' * 1001}\n"))
    assert [row.raw for row in table(f"Title\n{'x' * 1000}\n")] == [("x" * 1000,)]
    monkeypatch.undo()
    list(table("Title\n"))
    assert csv.field_size_limit() == table_rows.MAX_CELL_LENGTH


def test_a_long_review_is_read() -> None:
    """A million characters are no reason to stop."""
    assert len(cells(f'Title,Review\nDune,"{"long, " * 200_000}"\n')[0]["review"]) == 1_200_000


def test_lines_that_are_none_are_told() -> None:
    """Where a caller parts lines at line feeds only, and the file has carriage returns."""
    with pytest.raises(UnreadableInput, match="ends? in signs of several systems"):
        read_table("books.csv", lambda: ["Title,Rating\rDune,5\r"])


def test_nothing_is_no_table() -> None:
    """And a header alone has no rows."""
    for text in ("", "\n\n", "\ufeff", " \n"):
        assert table(text).columns == ()
        assert list(table(text)) == []
    assert table("Title,Rating").columns == ("Title", "Rating")
    assert list(table("Title,Rating")) == []


def test_a_table_is_read_again_and_again() -> None:
    """From its beginning, also while it is being read."""
    found = table("Title\na\nb\n")
    assert list(found) == list(found)
    assert [(one.raw[0], other.raw[0]) for one in found for other in found] == [
        ("a", "a"), ("a", "b"), ("b", "a"), ("b", "b")
    ]  # fmt: skip


def test_a_table_can_have_no_header() -> None:
    """Then its first row is one, by the columns that somebody knows."""
    found = table("7,Dune\n8,Emma\n").with_header(("Book Id", "Title"))
    assert [(row.position.line, row.cells["title"]) for row in found] == [(1, "Dune"), (2, "Emma")]


def test_columns_of_one_name_are_told_apart() -> None:
    """The first has the name, and no cell is lost."""
    found = table("Notes,Notes,,NOTES,\na,b,c,d,\n")
    assert found.keys == ("notes", "notes (2)", "", "notes (3)", "")
    assert found.labels == ("Notes", "Notes (2)", "column 3", "NOTES", "column 5")
    assert next(iter(found)).cells["notes"] == "a"


def test_labels_can_be_kept() -> None:
    """They have no control characters, and are not too long to be a name in `extra`."""
    found = table(f"a\x07b,{'x' * 999},{'x' * 998}\x07,\u200b\n")
    assert found.labels == ("ab", "x" * 150, "x" * 150 + " (2)", "column 4")


@given(st.lists(st.lists(CELLS, min_size=2, max_size=2).filter(lambda row: any(map(str.strip, row))), max_size=5))
def test_what_was_written_is_read(written: list[list[str]]) -> None:
    """Every cell to the letter, whatever is in it."""
    file = io.StringIO(newline="")
    csv.writer(file).writerows([["Title", "Review"], *written])
    assert [list(row.raw) for row in table(file.getvalue())] == written


@given(ANYTHING)
@example('"')
@example('a,b\n"\r"x')
@example("\x00end of file\x00")
def test_anything_is_read_or_refused(text: str) -> None:
    """In rows that stand where they say, or in one line that says why not."""
    try:
        found = table(text)
        lines = [row.position.line for row in found]
    except UnreadableInput as error:
        assert str(error).startswith("books.csv: ")
        return
    assert lines == sorted(set(lines))
    assert found.labels == tuple(dict.fromkeys(found.labels))
    assert all(row.cells.keys() <= set(found.keys) for row in found)


def test_a_row_that_a_quote_has_torn_is_one_cell() -> None:
    """It is no row with cells in the wrong places, it is kept to the letter, and the rows behind it are read."""
    torn = '1,"Open\n2,"Closed",3,4,5,6,7,8'
    table_rows = list(table(f"a,b,c,d,e,f,g,h\n{torn}\n1,2,3,4,5,6,7,8\n"))
    assert table_rows[0].raw == (torn,)
    assert table_rows[1].raw == tuple("12345678")
    assert [row.position.line for row in table_rows] == [2, 4]
