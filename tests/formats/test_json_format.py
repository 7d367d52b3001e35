import io
import json
import re
from collections.abc import Callable, Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.given import CONTROLS, TODAY, make
from tests.strategies import readings

from readlog.core.domain_model import Reading
from readlog.core.errors import UnreadableInput
from readlog.core.import_row import ImportOptions, ImportRow, RejectedRow
from readlog.core.reading_record import KEYS, from_record, to_record
from readlog.formats import json_format as readlog_json

WISHES = ImportOptions(TODAY)
GIVEN = st.fixed_dictionaries(
    {},
    optional={"id": st.integers(1, 2**63 - 1), "uid": st.sampled_from(["a1", "B-_9"]), "book_uid": st.just("b"),
              "created_at": st.just("2026-11-22T12:00:00.000001Z"), "updated_at": st.just("0001-01-01T00:00:00Z")},
)  # fmt: skip
"""What only the journal gives."""


def _lines(text: str) -> Callable[[], Iterable[str]]:
    return lambda: io.StringIO(text, newline="")


def _read(text: str, wishes: ImportOptions = WISHES) -> list[ImportRow | RejectedRow]:
    return list(readlog_json.read("books", _lines(text), wishes))


def _readings(text: str, wishes: ImportOptions = WISHES) -> list[Reading]:
    return [reading for row in _read(text, wishes) if isinstance(row, ImportRow) for reading in row.readings]


def _reasons(text: str) -> list[str]:
    return [row.reason if isinstance(row, RejectedRow) else "" for row in _read(text)]


def _written(several: list[Reading]) -> str:
    file = io.StringIO()
    assert readlog_json.write(several, file) == len(several)
    return file.getvalue()


@given(st.lists(readings(), max_size=3))
def test_readings_survive_being_json(several: list[Reading]) -> None:
    """An array of records, whatever is in them."""
    assert [from_record(record, TODAY) for record in json.loads(_written(several))] == several


def test_a_record_is_a_line() -> None:
    """So that a diff shows what changed; every record has every key."""
    text = _written([make("A"), make("B")])
    lines = text.split("\n")
    assert (lines[0], lines[3], len(lines)) == ("[", "]", 5)
    assert list(json.loads(lines[2])) == KEYS
    assert _written([]) == "[]\n"


@given(st.text())
def test_json_moves_no_cursor(text: str) -> None:
    """Not even what another tool wrote into the file; it is escaped and comes back as it was."""
    dumped = readlog_json.dumps({"a": text})
    assert not set(dumped) & set(CONTROLS)
    assert json.loads(dumped) == {"a": text}


def test_what_is_no_json_is_not_written() -> None:
    """NaN is no number to anybody else."""
    with pytest.raises(ValueError):
        readlog_json.dumps(float("nan"))


@given(st.lists(st.tuples(readings(), GIVEN), max_size=3))
def test_what_was_written_is_read(several: list[tuple[Reading, dict[str, object]]]) -> None:
    """To the letter, with ids and moments, on the lines where the records stand, as often as one likes."""
    whole = [from_record(to_record(reading) | fields, TODAY) for reading, fields in several]
    text = _written(whole)
    rows = list(readlog_json.read("books", _lines(text), WISHES))
    assert [row.readings for row in rows if isinstance(row, ImportRow)] == [(reading,) for reading in whole]
    assert [row.position for row in rows] == [("books", line) for line in range(2, len(whole) + 2)]
    assert _written(_readings(text)) == text


@settings(max_examples=25)
@given(st.lists(readings(), max_size=3))
def test_any_layout_is_read(several: list[Reading]) -> None:
    """As other programs lay it out: indented, without a line break, a value a line."""
    records = [to_record(reading) for reading in several]
    assert _readings(json.dumps(records, indent=2)) == several
    assert _readings(json.dumps(records, ensure_ascii=False).replace("[{", "\r\n [\t{", 1)) == several
    if several:
        assert _readings("\n".join(map(json.dumps, records))) == several


def test_a_file_larger_than_what_is_in_memory_is_read() -> None:
    """In lines or without one, and with records longer than what is read at once."""
    records = [
        {"title": f"Book {number}", "review": "word " * length} for number, length in enumerate((9, 40_000, 3) * 99)
    ]
    for text in (json.dumps(records), json.dumps(records, indent=1), "\n".join(map(json.dumps, records))):
        assert [reading.book.title for reading in _readings(text)] == [record["title"] for record in records]


def test_a_record_is_where_it_begins() -> None:
    """Its line is counted from the beginning of the file."""
    rows = _read('[\n\n  {\n    "title": "A"\n  }, {"title":\n"B"},\n\n{"title": 1}]')
    assert [row.position.line for row in rows] == [3, 5, 8]


def test_what_readlog_has_no_field_for_is_kept() -> None:
    """Of another tool or a later readlog; what a search says about its hits is not about the reading."""
    [reading] = _readings('{"title": "Dune", "mood": ["dark"], "extra": {"shelf": 3}}')
    assert reading.extra == {"mood": ["dark"], "shelf": 3}
    [reading] = _readings('{"title": "Dune", "score": 7}')
    assert reading.extra == {"score": 7}
    [reading] = _readings('{"title": "Dune", "score": 7.5, "passage": null}')
    assert reading.extra == {}


def test_a_word_of_the_reader_is_a_status() -> None:
    """Also where readlog would take it for another."""
    wishes = WISHES._replace(statuses={"read": "abandoned", "ünterbrochen": "paused", "finished": "paused"})
    text = '[{"title": "A", "status": " READ "}, {"title": "B", "status": "Finished"}, {"title": "C", "status": "dnf"}]'
    assert [reading.status for reading in _readings(text, wishes)] == ["abandoned", "paused", "abandoned"]


def test_a_status_that_nobody_said_is_a_guess() -> None:
    """It is said that it is one."""
    rows = _read('[{"title": "A"}, {"title": "B", "status": null}, {"title": "C", "status": "to-read"}]')
    guess = ("no status is said: taken for finished",)
    assert [row.notes for row in rows if isinstance(row, ImportRow)] == [guess, guess, ()]


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ("1", "1 is no record of a reading."),
        ("null", "null is no record of a reading."),
        ('"title"', '"title" is no record of a reading.'),
        ('[{"title": "x"}]', "is no record of a reading."),
        ("NaN", "NaN is no record"),
        ("{}", "title: a book needs a title."),
        ('{"title": "x", "created_at": "yesterday"}', 'created_at: "yesterday" is not a moment'),
        ('{"title": "x", "rating": 9}', "rating: "),
        ('{"title": "x", "rating": NaN}', "rating: NaN is not a text."),
        ('{"title": -Infinity}', "title: -Infinity is not a text."),
        ('{"title": 1e999}', "title: 1e999 is not a text."),
        ('{"title": "x", "mood": Infinity}', "extra: Infinity cannot be kept."),
        (f'{{"title": "x", "pages": {"9" * 5000}}}', "pages: a number of 5000 digits is not a text."),
        (f'{{"title": "x", "pages": {"9" * 400}}}', "pages: "),
        ('{"title": "x", "title": "y"}', "an object in which 'title' stands twice is no record"),
        ('{"title": "x", "mood": {"a": 1, "a": 1}}', "extra: an object in which 'a' stands twice cannot be kept."),
        ('{"title": "x", "quotes": [{"text": "a", "text": "b"}]}', "quotes: an object in which 'text' stands twice"),
        ('{"title": "x", "mood": 1, "extra": {"mood": 2}}', "extra: 'mood' stands among the fields too"),
        ('{"title": "x", "extra": 3}', "extra: 3 is not a mapping of names to values."),
        ('{"title": "x", "extra": NaN}', "extra: NaN is not a mapping"),
        ('{"title": "\\ud800"}', "title: this text is not valid UTF-8."),
        ('{"title": "x", "\\ud800": 1}', "extra: this text is not valid UTF-8."),
        ('{"title": "x", "": 1}', "extra: a name in it has 0 characters"),
        (f'{{"title": "x", "mood": {"[" * 50}1{"]" * 50}}}', "extra: nested more than 20 levels deep."),
        (f'{{"title": "x", "tags": {"[" * 400}1{"]" * 400}}}', "tags: "),
    ],
    ids=str,
)  # fmt: skip
def test_a_record_that_does_not_fit_is_refused(record: str, words: str) -> None:
    """With the reason and the record as it stands, and those around it are read."""
    rows = _read(f'[{{"title": "A"}},\n{record},\n{{"title": "B"}}]')
    assert [type(row) for row in rows] == [ImportRow, RejectedRow, ImportRow]
    refused = rows[1]
    assert isinstance(refused, RejectedRow)
    assert (refused.position, refused.cells) == (("books", 2), (record,))
    assert words in refused.reason
    refused.reason.encode()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "line 1: this is not whole JSON: the file is cut off"),
        ("[", "line 1: this is not whole JSON: the file is cut off"),
        ('[\n{"title": "x"}', "line 2: this is not whole JSON: a comma is missing, or the bracket at the end"),
        ('[\n{"title": "x"},\n', "line 3: this is not whole JSON: the file is cut off"),
        ('[\n{"title": "x"},\n]', "line 3: this is not whole JSON: expecting value"),
        ('[\n{"title": "x"},\n{"title":\n"y", "tags"', "line 3: this is not whole JSON: the file is cut off in the record that begins here"),
        ('[\n{"title": "x"},\n{"title": "y', "line 3: this is not whole JSON: a string is never closed; the file may be cut off"),
        ('[\n{"title": "x"}\n{"title": "y"}]', "line 3: this is not whole JSON: a comma is missing"),
        ('[\n{"title": "x"\n"status": 1}]', "line 3: this is not whole JSON: expecting ',' delimiter"),
        ('[{"title": "a\nb"}]', "line 1: this is not whole JSON: invalid control character"),
        ("[]\nx", "line 2: this is not whole JSON: something stands behind the end"),
        ('{"title": "x"}, {"title": "y"}', "line 1: this is not whole JSON: expecting value"),
        ("[\n" + "[" * 100_000, "line 2: this is not whole JSON: it is nested too deeply"),
        ('{"a":' * 100_000, "line 1: this is not whole JSON: it is nested too deeply"),
        ('["' + "x\\n" * 10_000_000, "line 1: this is not whole JSON: a string is never closed"),
        ("[\n" + "\n1,\n" * 3 + "[" + f'"{"x" * 1000}",\n' * 33_000, "line 8: this is not whole JSON: a record has more than"),
    ],
    ids=lambda value: value[:60],
)  # fmt: skip
def test_broken_json_is_not_understood(text: str, words: str) -> None:
    """With the line on which it breaks."""
    with pytest.raises(UnreadableInput, match=f"^{re.escape('books, ' + words)}"):
        _read(text)


@settings(max_examples=200)
@given(st.lists(st.sampled_from(["[", "]", "{", "}", ",", ":", '"title"', '"a"', '"', "1", "-", "NaN", "null", " ", "\n", "\\", "x"]), max_size=14).map("".join))  # fmt: skip
def test_any_text_is_read_or_not_understood(text: str) -> None:
    """As a reader of JSON would: what is JSON is read or refused record by record."""
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    try:
        rows = _read(text)
    except UnreadableInput:
        assert value is None
    else:
        assert not isinstance(value, list) or len(rows) == len(value)


@given(readings(), st.integers(0, 3000))
def test_json_that_was_cut_off_is_never_taken_for_whole(reading: Reading, at: int) -> None:
    """Wherever it was cut."""
    text = _written([reading, reading]).rstrip()
    with pytest.raises(UnreadableInput):
        _read(text[: min(at, len(text) - 1)])
