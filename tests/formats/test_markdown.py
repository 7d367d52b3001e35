import io
import re

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from tests.given import TODAY, make
from tests.ground.test_dates import DATES
from tests.strategies import readings

from readlog.formats import markdown
from readlog.formats.markdown import documents, file_names, from_markdown, to_markdown
from readlog.ground.dates import PartialDate
from readlog.ground.errors import BadInput
from readlog.ground.model import Reading


@given(readings())
def test_a_reading_survives_being_markdown(reading: Reading) -> None:
    """Every field, and a review that holds front matter, comments of readlog, or anything."""
    assert from_markdown(to_markdown(reading), TODAY) == reading


@given(st.lists(readings(), max_size=4))
def test_many_readings_survive_in_one_document(several: list[Reading]) -> None:
    """They are parted where they were put together, and nowhere else."""
    file = io.StringIO()
    assert markdown.write(several, file) == len(several)
    assert [from_markdown(text, TODAY) for text in documents(file.getvalue()) if text] == several


def test_only_what_is_known_is_written() -> None:
    """A title, a status, and no row of empty fields."""
    assert to_markdown(make()) == "---\ntitle: Conquered City\nstatus: finished\n---\n"


def test_a_document_is_front_matter_and_the_review() -> None:
    """In the order of the record, in YAML that any tool reads, the review as it is."""
    text = to_markdown(make("Memoirs: a life", authors=["Serge, V."], tags=["no", "history"], finished="2012-03-17", rating=4.5, review="# Yes\n\n||x||", extra={"mood": "dark", "title": 1}))  # fmt: skip
    assert text == (
        '---\ntitle: "Memoirs: a life"\nauthors: ["Serge, V."]\ntags: [history, "no"]\nstatus: finished\nfinished: 2012-03-17\n'
        "rating: 4.5\nmood: dark\nextra: {title: 1}\n---\n\n# Yes\n\n||x||\n"
    )
    front = yaml.safe_load(text.split("---\n")[1])
    assert front["tags"] == ["history", "no"]
    assert front["finished"].isoformat() == "2012-03-17"


def test_fields_of_another_tool_are_kept() -> None:
    """What a reader added in a note-taking program is `extra`, and comes out where it was."""
    reading = from_markdown("---\ntitle: Dune\nmood: [dark, dry]\npublish: true\n---\nSand.\n", TODAY)
    assert reading.extra == {"mood": ["dark", "dry"], "publish": True}
    assert "mood: [dark, dry]\npublish: true\n" in to_markdown(reading)


def test_a_file_of_another_system_is_read() -> None:
    """With a byte order mark, carriage returns, dots for the end, no review."""
    assert from_markdown("\ufeff---\r\ntitle: Dune\r\n...\r\n", TODAY).book.title == "Dune"
    assert from_markdown("---\ntitle: Dune\n---", TODAY).review is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "between two lines of ---"),
        ("# A review", "between two lines of ---"),
        ("---\ntitle: x\n", "between two lines of ---"),
        ("---\n---\n", "title: a book needs a title"),
        ("---\ntitle: x\nrating: 9\n---\n", "rating: "),
        ("---\ntitle: x\nreview: a\n---\nb", "another below them"),
        ("---\ntitle: x\nextra: 3\n---\n", "extra: is not a mapping"),
        ("---\ntitle: x\ntitle: y\n---\n", 'line 3: "title" stands twice'),
    ],
)
def test_what_is_not_understood_is_said(text: str, words: str) -> None:
    """With the line or the field."""
    with pytest.raises(BadInput, match=re.escape(words)):
        from_markdown(text, TODAY)


def test_a_review_among_the_fields_is_the_review() -> None:
    """Where there is nothing below them."""
    assert from_markdown("---\ntitle: x\nreview: short\n---\n\n", TODAY).review == "short"


def test_a_file_is_named_by_date_and_title() -> None:
    """Safe on every system, and the same at the next export."""
    outline = [
        (1, PartialDate.from_edtf("2012-03"), "Memoirs of a Revolutionary"),
        (2, PartialDate.from_edtf("2012-03"), "MEMOIRS of a revolutionary?"),
        (3, None, "CON"),
        (4, PartialDate.from_edtf("2012~"), "雪国"),
        (5, PartialDate.from_edtf("2012-22"), "../../etc/passwd"),
        (6, None, "???"),
    ]
    assert file_names(reversed(outline)) == {
        1: "2012-03 memoirs-of-a-revolutionary",
        2: "2012-03 memoirs-of-a-revolutionary 2",
        3: "undated con",
        4: "2012 雪国",
        5: "2012-22 etc-passwd",
        6: "undated untitled",
    }


@given(
    st.lists(
        st.tuples(st.none() | DATES, st.text(max_size=12) | st.sampled_from(["x 2", "x 3", "X", "x"])), max_size=12
    )
)
def test_no_file_is_named_as_another(outline: list[tuple[PartialDate | None, str]]) -> None:
    """Also where upper case is lower case, and where a title ends in the number of another reading."""
    names = file_names((id_, when, title.replace("\ud800", "")) for id_, (when, title) in enumerate(outline, 1))
    assert len({name.casefold() for name in names.values()}) == len(outline)
