import io
import re

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from tests.core.test_partial_date import DATES
from tests.given import TODAY, make
from tests.strategies import readings

from readlog.core.domain_model import Reading
from readlog.core.errors import BadInput, UnreadableInput
from readlog.core.import_row import ImportOptions, ImportRow, RejectedRow
from readlog.core.partial_date import PartialDate
from readlog.core.reading_record import from_record, to_record
from readlog.formats import markdown_format
from readlog.formats.markdown_format import (
    MAX_READING_LENGTH,
    SEPARATOR,
    describes_reading,
    file_names,
    from_markdown,
    read,
    read_lines,
    split_documents,
    to_markdown,
)

WISHES = ImportOptions(TODAY)
GIVEN = st.fixed_dictionaries(
    {},
    optional={"id": st.integers(1, 2**63 - 1), "uid": st.sampled_from(["a1", "null", "012"]), "book_uid": st.just("b"),
              "created_at": st.just("2026-11-22T12:00:00.000001Z"), "updated_at": st.just("0001-01-01T00:00:00Z")},
)  # fmt: skip
"""What only the journal gives."""


def _written(several: list[Reading]) -> str:
    file = io.StringIO()
    markdown_format.write(several, file)
    return file.getvalue()


def _readings(text: str, wishes: ImportOptions = WISHES) -> list[Reading]:
    return [reading for row in read("x.md", text, wishes) if isinstance(row, ImportRow) for reading in row.readings]


@given(readings())
def test_a_reading_survives_being_markdown(reading: Reading) -> None:
    """Every field, and a review that holds front matter, comments of readlog, or anything."""
    assert from_markdown(to_markdown(reading), TODAY) == reading


@given(st.lists(readings(), max_size=4))
def test_many_readings_survive_in_one_document(several: list[Reading]) -> None:
    """They are parted where they were put together, and nowhere else."""
    file = io.StringIO()
    assert markdown_format.write(several, file) == len(several)
    assert [from_markdown(text, TODAY) for text in split_documents(file.getvalue()) if text] == several


def test_only_what_is_known_is_written() -> None:
    """A title, a status, and no row of empty fields."""
    assert to_markdown(make()) == "---\ntitle: Conquered City\nstatus: finished\n---\n"


def test_a_document_is_front_matter_and_the_review() -> None:
    """In the order of the record, in YAML that any tool reads, the review as it is."""
    text = to_markdown(make("Memoirs: a life", authors=["Serge, V."], tags=["no", "history"], finished="2012-03-17", rating=4.5, review="# Yes\n\n||x||", extra={"mood": "dark", "title": 1}))  # fmt: skip
    assert text == (
        '---\ntitle: "Memoirs: a life"\nauthors: ["Serge, V."]\ntags: [history, "no"]\nstatus: finished\nfinished: 2012-03-17\n'
        "date: 2012-03-17\nrating: 4.5\nmood: dark\nextra: {title: 1}\n---\n\n# Yes\n\n||x||\n"
    )
    front = yaml.safe_load(text.split("---\n")[1])
    assert front["tags"] == ["history", "no"]
    assert front["finished"].isoformat() == "2012-03-17"


def test_a_day_is_a_date_for_other_programs() -> None:
    """Which is no field: it follows `finished`, and where the day is not known nobody makes one up."""
    assert "date: 2012-03-17\n" in to_markdown(make("Dune", finished="2012-03-17"))
    for finished in ("2012-03", "~2012-03-17", None):
        assert "\ndate:" not in to_markdown(make("Dune", finished=finished))
    text = to_markdown(make("Dune", finished="2012-03-17")).replace("title:", "uid: r1\ntitle:")
    edited = from_markdown(text.replace("finished: 2012-03-17", "finished: 2012-03-18"), TODAY)
    assert (edited.finished, edited.extra) == (PartialDate(2012, 3, 18), {})


@pytest.mark.parametrize("finished", ["2012-03-17", "2012", None])
@pytest.mark.parametrize("own", ["2012-03-17", "2020-01-01", 5])
def test_a_date_of_the_readers_own_is_kept(finished: str | None, own: object) -> None:
    """Beside the one that readlog writes, whatever it says."""
    reading = make("Dune", finished=finished, extra={"date": own})
    for uid in (None, "r1"):
        assert from_markdown(to_markdown(reading._replace(uid=uid)), TODAY).extra == {"date": own}


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


@given(st.lists(st.tuples(readings(), GIVEN), max_size=3))
def test_what_was_written_is_read(several: list[tuple[Reading, dict[str, object]]]) -> None:
    """To the letter, with ids and moments; also with the line ends of another system."""
    whole = [from_record(to_record(reading) | fields, TODAY) for reading, fields in several]
    text = _written(whole)
    assert _readings(text) == whole
    assert _readings("\ufeff" + text.replace("\n", "\r\n") if text else "") == whole
    assert _written(_readings(text)) == text


def test_a_document_is_where_it_begins() -> None:
    """What is wrong in it is counted from the beginning of the file."""
    text = f"---\ntitle: A\nstatus: finished\n---\n\nSo.\n\n{SEPARATOR}\n---\nrating: 4\n---\n{SEPARATOR} \r\n---\ntitle: a: b\n---\n\n{SEPARATOR}\n\n"
    first, second, third = read("x.md", text, WISHES)
    assert isinstance(first, ImportRow)
    assert isinstance(second, RejectedRow)
    assert isinstance(third, RejectedRow)
    assert [row.position for row in (first, second, third)] == [("x.md", 1), ("x.md", 9), ("x.md", 13)]
    assert second.reason == "title: a book needs a title."
    assert second.cells == ("---\nrating: 4\n---\n",)
    assert third.reason.startswith("line 14: mapping values are not allowed here.")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("# Dune\n", "the fields must stand first"),
        ("---\ntitle: x\n", "the fields must stand first"),
        ("---\ntitle: x\nrating: 9\n---\n", "rating: "),
        ("---\ntitle: x\ncreated_at: soon\n---\n", "created_at: "),
        ("---\ntitle: *x\n---\n", "line 2: aliases are not read here"),
        ("---\ntitle: x\nmood: 1\nextra: {mood: 2}\n---\n", "extra: 'mood' stands among the fields too"),
        ("---\ntitle: \ud800\n---\n", ""),
        ("---\nx: " + "[" * 5000 + "\n---\n", "the front matter is nested too deeply."),
    ],
    ids=lambda value: ascii(value[:40]),
)
def test_a_document_that_does_not_fit_is_refused(text: str, words: str) -> None:
    """With the reason, and those around it are read."""
    rows = list(read("x.md", f"---\ntitle: A\n---\n\n{SEPARATOR}\n{text}", WISHES))
    assert [type(row) for row in rows] == [ImportRow, RejectedRow]
    assert isinstance(rows[1], RejectedRow)
    assert words.replace("line 2", "line 7") in rows[1].reason


def test_a_word_of_the_reader_is_a_status() -> None:
    """And a status that nobody said is a guess, which is said."""
    wishes = WISHES._replace(statuses={"gelesen": "finished", "read": "abandoned"})
    rows = list(read("x.md", f"---\ntitle: A\nstatus: Gelesen\n---\n{SEPARATOR}\n---\ntitle: B\nstatus: read\n---\n{SEPARATOR}\n---\ntitle: C\n---\n", wishes))  # fmt: skip
    assert [row.readings[0].status for row in rows if isinstance(row, ImportRow)] == [
        "finished",
        "abandoned",
        "finished",
    ]
    assert [row.notes for row in rows if isinstance(row, ImportRow)] == [
        (),
        (),
        ("no status is said: taken for finished",),
    ]


def test_a_file_without_an_end_is_not_read_to_it() -> None:
    """A single reading is shorter than what fits in memory."""
    with pytest.raises(UnreadableInput, match="x.md, line 2: a reading of more than"):
        list(read_lines("x.md", [f"{SEPARATOR}\n", *["x" * 1_000_000] * (MAX_READING_LENGTH // 1_000_000 + 1)], WISHES))


@pytest.mark.parametrize(
    ("text", "tells"),
    [
        ("---\ntitle: Dune\nstatus: finished\n---\n", True),
        ("\ufeff---\r\ntitle: Dune\r\nstatus: 'to-read'\r\n---\r\n", True),
        ("---\ntitle: Dune\nstatus: gelesen\n---\n", True),
        ("---\ntitle: Dune\nauthors: [Frank Herbert]\n...\n", True),
        ("---\ntitle: Dune: 2\nrating: 4\n---\n", True),
        ("---\ntitle: Dune\nquotes:\n  - {text: x}\n", True),
        ("---\ntitle: Dune\nstatus: done\n---\n", False),
        ("---\ntitle: Recipe\ntags: [soup]\ndate: 2012-03-17\n---\nrating: 4\n", False),
        ("---\nrating: 4\nauthors: [A]\n---\n", False),
        ("---\nbook:\n  title: Dune\n  rating: 4\n---\n", False),
        ("title: Dune\nrating: 4\n", False),
        ("", False),
    ],
)
def test_a_note_tells_of_a_reading_or_not(text: str, tells: bool) -> None:
    """By its front matter: a blog and a list of tasks have titles too."""
    assert describes_reading(text, WISHES._replace(statuses={"gelesen": "finished"})) is tells


@given(readings())
def test_what_readlog_writes_tells_of_a_reading(reading: Reading) -> None:
    """Always, and by its beginning alone."""
    assert describes_reading(to_markdown(reading)[:65_536], WISHES)
