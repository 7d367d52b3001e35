import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.given import CONTROLS, HOSTILE, make
from tests.list_rows import rows
from tests.screen import drawn

from readlog.core.domain_model import Book, ProgressNote, Quote, Reading
from readlog.readings.plain import put_list, put_page
from readlog.readings.results import ListedReading

DUNE = ListedReading(1, "finished", None, "2012-03", 4.0, "Dune", "Frank Herbert")


@given(st.lists(rows(), max_size=3))
def test_a_reading_is_a_line_whatever_is_in_it(listed: list[ListedReading]) -> None:
    """With as many columns as ever, and nothing that moves the cursor."""
    lines = drawn(lambda: put_list(listed))
    assert [line.count("\t") for line in lines] == [6] * len(listed)
    assert not set("".join(lines)) & (set(CONTROLS) - {"\t"})


def test_numbers_are_as_a_program_wants_them() -> None:
    """No stars, no zero behind a whole number, nothing for what is not known."""
    assert drawn(lambda: put_list([DUNE, DUNE._replace(rating=4.25), DUNE._replace(rating=None, authors=None)])) == [
        "1\tfinished\t\t2012-03\t4\tDune\tFrank Herbert",
        "1\tfinished\t\t2012-03\t4.25\tDune\tFrank Herbert",
        "1\tfinished\t\t2012-03\t\tDune\t",
    ]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_page_in_a_pipe_is_harmless(hostile: str) -> None:
    """Also where another tool wrote into the file what does not come through the door."""
    quote = Quote(hostile, hostile, hostile, hostile)
    reading = Reading(
        Book(hostile, hostile, series=hostile),
        review=hostile,
        private_note=hostile,
        quotes=(quote,),
        progress=(ProgressNote(hostile, None, hostile),),
        id=1,
    )
    assert not set("\n".join(drawn(lambda: put_page(reading, [reading] * 2, spoilers=False)))) & set(CONTROLS)


def test_a_quote_is_a_quote_in_each_of_its_lines() -> None:
    """As Markdown has it, with where it stands and the remark below."""
    reading = make("Dune", quotes=[{"text": "one\n\ntwo", "page": "3", "remark": "three"}])
    assert drawn(lambda: put_page(reading, [reading], spoilers=False))[-5:] == ["> one", ">", "> two", "p. 3", "three"]


def test_spoilers_are_masked_in_a_pipe_too() -> None:
    """Until somebody asks for them; what is in code is code."""
    reading = make("Dune", review="He ||dies||. `a || b || c`")
    assert drawn(lambda: put_page(reading, [reading], spoilers=False))[-1] == "He ░░░░░░░░. `a || b || c`"
    assert drawn(lambda: put_page(reading, [reading], spoilers=True))[-1] == "He dies. `a || b || c`"
