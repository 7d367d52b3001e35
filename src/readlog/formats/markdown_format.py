"""The Markdown of readlog: a record as YAML front matter, with the review below it.

Several readings in one file are separated by a line with an HTML comment. A line of a review that
looks like one of these comments is written with a backslash before it, which the reader removes, so
that a review can contain any document.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from readlog.core.domain_model import Reading
from readlog.core.errors import BadInput, UnreadableInput
from readlog.core.normalize_text import fold, slug
from readlog.core.partial_date import PartialDate
from readlog.core.reading_record import KEYS, from_record, to_record
from readlog.core.status import STATUSES
from readlog.core.text_writer import TextOutput
from readlog.formats.json_format import move_unknown_keys_to_extra, parse_record
from readlog.formats.yaml_writer import read_mapping, write_mapping

if TYPE_CHECKING:
    from readlog.core.import_row import FilePosition, ImportOptions, ImportRow, RejectedRow

NAME = "readlog Markdown"
SERVICE = "readlog"
SUFFIX = ".md"
SEPARATOR = "<!-- readlog: next reading -->"
DATE_KEY = "date"
"""A key for other programs, which sort by it: the day on which the book was finished, if known."""

MAX_READING_LENGTH = 32_000_000
"""Characters of one reading."""

_KEYS_OF_READINGS = (
    "uid book_uid authors contributors series_number isbn pages started finished rating private_note quotes sources"
).split()
"""Keys in the front matter of readings that other notes with a title do not have."""

_TEXT_KEYS = frozenset(KEYS) - {"extra"}
_SEPARATOR_LIKE = re.compile(r"^(\\*)(?=<!-- readlog:)", re.MULTILINE)
_ESCAPED = re.compile(r"^\\(?=\\*<!-- readlog:)", re.MULTILINE)
_FIELD = re.compile(r"^([a-z_]+)[ \t]*:[ \t]*(.*)$", re.MULTILINE)
_FRONT_MATTER = re.compile(r"\A\ufeff?---[ \t]*\n(.*?)(?:^(?:---|\.\.\.)[ \t]*$|\Z)", re.DOTALL | re.MULTILINE)
_DOCUMENT = re.compile(r"\A\ufeff?---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)(.*)\Z", re.DOTALL | re.MULTILINE)


def write(readings: Iterable[Reading], file: TextOutput) -> int:
    """Write one file with all the readings; returns their number."""
    count = 0
    for reading in readings:
        if count:
            file.write(f"\n{SEPARATOR}\n")
        file.write(to_markdown(reading))
        count += 1
    return count


def to_markdown(reading: Reading, *, dated: bool = True) -> str:
    """One reading as a document without empty fields; if `dated`, with `DATE_KEY`.

    The items of `extra` are written as fields, and below `extra` only if their name is that of a field.
    """
    record = to_record(reading)
    extra: dict[str, Any] = record.pop("extra")
    review = record.pop("review")
    day = _exact_day(record["finished"])
    taken = {*KEYS, DATE_KEY} if day else set(KEYS)
    shown: dict[str, Any] = {}
    for key in KEYS:
        if record.get(key) not in (None, [], {}):
            shown[key] = record[key]
        if key == "finished" and day and dated:
            shown[DATE_KEY] = day
    if record["quotes"]:
        shown["quotes"] = [_without_empty(quote) for quote in record["quotes"]]
    shown |= {key: value for key, value in extra.items() if key not in taken}
    if own := {key: value for key, value in extra.items() if key in taken}:
        shown["extra"] = own
    body = "\n" + _SEPARATOR_LIKE.sub(r"\1\\", review) + "\n" if review else ""
    return f"---\n{write_mapping(shown, _iso_dates(shown))}---\n{body}"


def from_markdown(text: str, today: date, lines_above: int = 0, *, dated: bool = True) -> Reading:
    """The reading in a document; unknown fields become `extra`, and if `dated`, a generated `date` is dropped.

    Raises BadInput with the field or the line, which is counted from `lines_above`, the number of
    lines before the document in its file.
    """
    return from_record(_parse_document(text, lines_above, dated=dated), today)


def read(name: str, text: str, options: "ImportOptions") -> Iterator["ImportRow | RejectedRow"]:
    """Like `read_lines`, for a text."""
    from io import StringIO

    return read_lines(name, StringIO(text, newline=""), options)


def read_lines(name: str, lines: Iterable[str], options: "ImportOptions") -> Iterator["ImportRow | RejectedRow"]:
    """The reading in each document of a file, or a rejected row where the fields are missing or wrong.

    One reading is in memory at a time. Raises UnreadableInput where one is longer than `MAX_READING_LENGTH`.
    """
    from readlog.core.import_row import FilePosition, RejectedRow

    for line, text in _read_documents(name, lines):
        if not text.strip():
            continue
        place = FilePosition(name, line)
        try:
            yield _import_row(place, text, options)
        except BadInput as error:
            yield RejectedRow(place, str(error), (text,))


def describes_reading(text: str, options: "ImportOptions") -> bool:
    """Whether a note, in a folder of notes about anything, is about a reading; its beginning is enough.

    It must have a title and a field that other notes do not have: authors, a rating, an ISBN...
    Because tasks have a status too, a status counts only if it is one of readlog's or in
    `options.statuses`. Fields count even if their values are invalid, so that a damaged reading is
    rejected and not skipped.
    """
    front = _FRONT_MATTER.match(_with_line_feeds(text))
    fields = dict(_FIELD.findall(front[1])) if front else {}
    if "title" not in fields:
        return False
    status = fields.get("status", "").strip("\"' ")
    return any(key in fields for key in _KEYS_OF_READINGS) or status in STATUSES or fold(status) in options.statuses


def _parse_document(text: str, lines_above: int, *, dated: bool = True) -> dict[str, Any]:
    """The record in a document, with unknown fields in `extra`. Raises BadInput."""
    match = _DOCUMENT.match(_with_line_feeds(text))
    if not match:
        raise BadInput("the fields must stand first, between two lines of ---.")
    fields, body = read_mapping(match[1], _TEXT_KEYS, lines_above + 1), _ESCAPED.sub("", match[2])
    if body.strip() and fields.get("review"):
        raise BadInput("there is a review among the fields and another below them.")
    if body.strip():
        fields["review"] = body
    if dated and _is_generated_date(fields):
        del fields[DATE_KEY]
    if not isinstance(fields.get("extra") or {}, Mapping):
        raise BadInput("extra: is not a mapping of names to values.")
    return move_unknown_keys_to_extra(fields)


def file_names(outline: Iterable[tuple[int, PartialDate | None, str]]) -> dict[int, str]:
    """A file name without suffix for each (id, date, title), by id, as `2012-03 conquered-city`.

    Where several have the same name, all but the lowest id have their id added: names are unique
    even without case, and do not depend on which readings are exported.
    """
    names: dict[int, str] = {}
    taken: set[str] = set()
    for id_, when, title in sorted(outline, key=lambda item: item[0]):
        name = f"{when.edtf.replace('~', '') if when else 'undated'} {slug(title) or 'untitled'}"
        names[id_] = f"{name} {id_}" if name in taken else name
        taken.add(names[id_])
    return names


def split_documents(text: str) -> Iterator[str]:
    """The documents in a text, one per reading."""
    yield from re.split(rf"^{re.escape(SEPARATOR)}[ \t]*\n", text.replace("\r\n", "\n"), flags=re.MULTILINE)


def _import_row(position: "FilePosition", text: str, options: "ImportOptions") -> "ImportRow":
    from readlog.core.import_row import ImportRow

    reading, notes = parse_record(_parse_document(text, position.line - 1), options)
    return ImportRow(position, (reading,), notes)


def _read_documents(name: str, lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """The documents in the lines of a file, each with the number of its first line."""
    begins, document, length = 1, list[str](), 0
    for number, line in enumerate(lines, 1):
        if line.startswith(SEPARATOR) and line.strip() == SEPARATOR:
            yield begins, "".join(document)
            begins, document, length = number + 1, [], 0
            continue
        document.append(line)
        length += len(line)
        if length > MAX_READING_LENGTH:
            raise UnreadableInput(f"{name}, line {begins}: a reading of more than {MAX_READING_LENGTH:,} characters.")
    yield begins, "".join(document)


def _exact_day(finished: Any) -> str | None:
    """The date if it is an exact day, else None."""
    return finished if finished and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", str(finished)) else None


def _is_generated_date(fields: Mapping[str, Any]) -> bool:
    """Whether `date` was written by `to_markdown`; in its files `finished` may have been edited later."""
    day = _exact_day(fields.get("finished"))
    return DATE_KEY in fields and day is not None and (bool(fields.get("uid")) or str(fields[DATE_KEY]) == day)


def _with_line_feeds(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _iso_dates(record: Mapping[str, Any]) -> frozenset[str]:
    """The keys whose values are a month, day or timestamp in ISO 8601, which other tools recognise without quotes."""
    iso = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])(-[0-9]{2}(T[0-9:.]+Z)?)?")
    keys = ("started", "finished", DATE_KEY, "created_at", "updated_at")
    return frozenset(key for key in keys if iso.fullmatch(str(record.get(key))))


def _without_empty(quote: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in quote.items() if value is not None}
