import io
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.test_isbn import NINE

from readlog.core.errors import BadInput
from readlog.core.isbn import check_digit_10, isbn13_of
from readlog.core.partial_date import PartialDate
from readlog.formats.table_rows import DateColumns, Table, cell_integer, cell_isbn, cell_names, cell_text, read_table


def table(*dates: str) -> Table:
    """A table of one column of dates."""
    text = "\n".join(["When", *dates])
    return read_table("dates.csv", lambda: io.StringIO(text + "\n", newline=""))


def days(*dates: str, day_first: bool | None = None) -> DateColumns:
    """The dates of a file that has these."""
    return DateColumns(table(*dates), ["when"], day_first)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("  a ", "a"),
        ('="0441013597"', "0441013597"),
        (' ="0441013597" ', "0441013597"),
        ("=“1401302025”", "1401302025"),
        ('=""', ""),
        ('= "x"', "x"),
        ("=1+1", "=1+1"),
        ("", ""),
        ('"quoted"', '"quoted"'),
    ],
)
def test_a_formula_that_keeps_text_is_the_text(cell: str, text: str) -> None:
    """And what only looks like one stays."""
    assert cell_text(cell) == text


@pytest.mark.parametrize(
    "cell", ['="0441013597"', '="9780441013593"', "9780441013593", "0-441-01359-7", "441013597", "9780441013593.0", "'0441013597", "=“0441013597”"],
)  # fmt: skip
def test_an_isbn_is_thirteen_digits(cell: str) -> None:
    """In a formula, with hyphens, or with its first zero lost."""
    assert cell_isbn(cell) == "9780441013593"


@pytest.mark.parametrize(
    "cell", ["", '=""', '="', '="813,01"', '="978995368460X"', '="0009770908797"', '="SergeVictor"', "9.78E+12", "6221102025317", "441013598", "x" * 999],
)  # fmt: skip
def test_what_is_no_valid_isbn_is_none(cell: str) -> None:
    """Whatever stands in the column."""
    assert cell_isbn(cell) is None


@given(NINE)
def test_a_lost_zero_is_found_again(nine: str) -> None:
    """For every ISBN-10 that begins with one."""
    whole_number = "0" + nine[1:]
    whole_number += check_digit_10(whole_number)
    assert cell_isbn(whole_number[1:]) == isbn13_of(whole_number)


@pytest.mark.parametrize(
    ("cell", "number"),
    [("352", 352), ("352.0", 352), ("352.", 352), ("1,234", 1234), ("-750", -750), (" 7 ", 7), ('="9"', 9), ("0", 0),
     ("", None), ("1,23", None), ("3.5", None), ("about 9", None), ("9.78E+12", None), ("٣", None), ("9" * 40, None)],
)  # fmt: skip
def test_whole_numbers(cell: str, number: int | None) -> None:
    """As spreadsheets write them, and nothing where there is none."""
    assert cell_integer(cell) == number


def test_names_stand_once() -> None:
    """In their order, each run of blanks one blank."""
    assert cell_names("Leo  Tolstoy, Rosamund Bartlett,, Leo Tolstoy , ") == ["Leo Tolstoy", "Rosamund Bartlett"]
    assert cell_names("a, b; c", ";") == ["a, b", "c"]
    assert cell_names("") == []


@pytest.mark.parametrize(
    ("cell", "edtf"),
    [
        ("2012/03/17", "2012-03-17"),
        ("2026/7/24", "2026-07-24"),
        ("2026-05-02", "2026-05-02"),
        ("1/16/2026", "2026-01-16"),
        ("16/1/2026", "2026-01-16"),
        ("1/16/26", "2026-01-16"),
        ("1/16/99", "1999-01-16"),
        ("5/5/2019", "2019-05-05"),
        ("2.3.2019", "2019-03-02"),
        ("2012/03", "2012-03"),
        ("2012", "2012"),
        ('="2012/03/17"', "2012-03-17"),
        ("2026-05-02T23:59:00-08:00", "2026-05-02"),
        ("2026-05-02T00:30:00Z", "2026-05-02"),
        ("2026/7/24 0:00", "2026-07-24"),
        ("1/16/2026 12:00:00 AM", "2026-01-16"),
        ("", None),
        ("  ", None),
        ("NaT", None),
        ("none", None),
    ],
)
def test_dates_in_all_orders(cell: str, edtf: str | None) -> None:
    """A time of the day is left out, and no zone moves a day."""
    assert days(cell).to_edtf(cell) == edtf


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("3/4/2019", '"3/4/2019" can be in March or in April. Say which with --dates d/m/y or --dates m/d/y.'),
        ("yesterday", '"yesterday" is not a date'),
        ("2019/02/30", "not in the calendar"),
        ("2019/13/01", "not in the calendar"),
        ("0/5/2019", "is not a date"),
        ("16/17/2019", "has no month 17"),
        ("0101-01-01", "not a year of reading"),
        ("45678", "is not a date"),
        ("x\n" * 500, "is not a date"),
    ],
)
def test_what_is_no_date_is_said(cell: str, words: str) -> None:
    """In one short line, with what to do."""
    with pytest.raises(BadInput) as error:
        days(cell if "\n" not in cell else "x").to_edtf(cell)
    assert words in str(error.value)
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 200


def test_one_date_decides_for_the_file() -> None:
    """There is no 16th month: the others are in the same order."""
    assert days("3/4/2019", "16/4/2019").to_edtf("3/4/2019") == "2019-04-03"
    assert days("3/4/2019", "4/16/2019").to_edtf("3/4/2019") == "2019-03-04"
    assert days("3/4/2019", "4/16/2019", "16.4.2019").to_edtf("3/4/2019") == "2019-03-04"


def test_dates_of_both_orders_decide_nothing() -> None:
    """What can be only one day is that day, and the others are asked for."""
    mixed = days("3/4/2019", "16/4/2019", "4/16/2019")
    assert mixed.to_edtf("16/4/2019") == mixed.to_edtf("4/16/2019") == "2019-04-16"
    with pytest.raises(BadInput, match="--dates"):
        mixed.to_edtf("3/4/2019")


def test_the_reader_decides() -> None:
    """Against what the file suggests; a date that cannot be meant so is refused."""
    assert days("16/4/2019", day_first=False).to_edtf("3/4/2019") == "2019-03-04"
    assert days(day_first=True).to_edtf("3/4/2019") == "2019-04-03"
    with pytest.raises(BadInput, match="has no month 16 in the order m/d/y"):
        days(day_first=False).to_edtf("16/4/2019")


def test_only_the_columns_with_dates_are_looked_at() -> None:
    """What looks like a date in a review decides nothing."""
    text = "When,Review\n3/4/2019,16/4/2019\n"
    found = DateColumns(read_table("x.csv", lambda: io.StringIO(text, newline="")), ["when"], None)
    with pytest.raises(BadInput, match="--dates"):
        found.to_edtf("3/4/2019")


def test_a_file_is_looked_through_once_and_only_if_it_must() -> None:
    """However many dates there are that can be two."""
    times = 0

    def lines() -> io.StringIO:
        nonlocal times
        times += 1
        return io.StringIO("When\n3/4/2019\n5/6/2019\n13/6/2019\n", newline="")

    found = DateColumns(read_table("x.csv", lines), ["when"], None)
    before = times
    assert found.to_edtf("2019/04/03") == "2019-04-03"
    assert times == before
    assert [found.to_edtf("3/4/2019"), found.to_edtf("5/6/2019")] == ["2019-04-03", "2019-06-05"]
    assert times == before + 1


@given(st.text() | st.from_regex(r"[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}", fullmatch=True))
def test_any_cell_is_a_date_or_refused(cell: str) -> None:
    """And a date is one that the journal can hold."""
    try:
        edtf = DateColumns(table("x"), ["when"], True).to_edtf(cell)
    except BadInput:
        return
    assert edtf is None or PartialDate.from_edtf(edtf).edtf == edtf


def test_long_cells_take_no_longer() -> None:
    """A megabyte of anything is dealt with at once."""
    began = time.perf_counter()
    for sign in ("1", "1,", " ", "=", '="', "2012/03/17 1:", "x"):
        cell = sign * (1_000_000 // len(sign))
        for read in (cell_text, cell_isbn, cell_integer, cell_names):
            read(cell)
        with pytest.raises(BadInput):
            days().to_edtf(cell + "!")
    assert time.perf_counter() - began < 5
