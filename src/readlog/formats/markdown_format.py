"""readlog Markdown: a record as YAML front matter, with the review below it.

Several readings in one document are parted by a line that is an HTML comment. A line of a review
that looks like one of readlog's comments gets a backslash in front, and loses it when it is read,
so that any document can stand inside a review.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from readlog.core.errors import BadInput, UnreadableInput
from readlog.core.model import Reading
from readlog.core.partial_date import PartialDate
from readlog.core.record import KEYS, from_record, to_record
from readlog.core.status import STATUSES
from readlog.core.text import fold, slug
from readlog.core.text_output import TextOutput
from readlog.formats.json_format import reading_of, sorted_out
from readlog.formats.yaml_writer import read_mapping, write_mapping

if TYPE_CHECKING:
    from readlog.core.import_row import FilePosition, ImportOptions, ImportRow, RejectedRow

NAME = "readlog Markdown"
SERVICE = "readlog"
SUFFIX = ".md"
NEXT = "<!-- readlog: next reading -->"
DATE = "date"
"""A key for other programs, which sort by it: the day on which it was finished, where the day is known."""

LONGEST = 32_000_000
"""Characters of one reading."""

_TELLING = (
    "uid book_uid authors contributors series_number isbn pages started finished rating private_note quotes sources"
).split()
"""Keys that the front matter of a reading has, and that of other notes with a title does not."""

_TEXTS = frozenset(KEYS) - {"extra"}
_OURS = re.compile(r"^(\\*)(?=<!-- readlog:)", re.MULTILINE)
_ESCAPED = re.compile(r"^\\(?=\\*<!-- readlog:)", re.MULTILINE)
_FIELD = re.compile(r"^([a-z_]+)[ \t]*:[ \t]*(.*)$", re.MULTILINE)
_FRONT_MATTER = re.compile(r"\A\ufeff?---[ \t]*\n(.*?)(?:^(?:---|\.\.\.)[ \t]*$|\Z)", re.DOTALL | re.MULTILINE)
_DOCUMENT = re.compile(r"\A\ufeff?---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)(.*)\Z", re.DOTALL | re.MULTILINE)


def write(readings: Iterable[Reading], file: TextOutput) -> int:
    """Write one document with all the readings to `file`; returns how many there were."""
    count = 0
    for reading in readings:
        if count:
            file.write(f"\n{NEXT}\n")
        file.write(to_markdown(reading))
        count += 1
    return count


def to_markdown(reading: Reading, *, dated: bool = True) -> str:
    """One reading as a document. What is unknown or empty is left out; `dated` has a `date` for other programs.

    What `extra` holds stands among the other fields, and below `extra` only where its name is one of theirs.
    """
    record = to_record(reading)
    extra: dict[str, Any] = record.pop("extra")
    review = record.pop("review")
    day = _day(record["finished"])
    taken = {*KEYS, DATE} if day else set(KEYS)
    shown: dict[str, Any] = {}
    for key in KEYS:
        if record.get(key) not in (None, [], {}):
            shown[key] = record[key]
        if key == "finished" and day and dated:
            shown[DATE] = day
    if record["quotes"]:
        shown["quotes"] = [_without_empty(quote) for quote in record["quotes"]]
    shown |= {key: value for key, value in extra.items() if key not in taken}
    if own := {key: value for key, value in extra.items() if key in taken}:
        shown["extra"] = own
    body = "\n" + _OURS.sub(r"\1\\", review) + "\n" if review else ""
    return f"---\n{write_mapping(shown, _iso_dates(shown))}---\n{body}"


def from_markdown(text: str, today: date, lines_above: int = 0, *, dated: bool = True) -> Reading:
    """The reading that a document holds, which may have a `date`; fields that readlog does not have become `extra`.

    Raises BadInput, with the field or the line (counted with the `lines_above` the document in its
    file), where it cannot be understood.
    """
    return from_record(_record(text, lines_above, dated=dated), today)


def read(name: str, text: str, wishes: "ImportOptions") -> Iterator["ImportRow | RejectedRow"]:
    """The readings in a text of Markdown, as `read_lines` gives those in a file."""
    from io import StringIO

    return read_lines(name, StringIO(text, newline=""), wishes)


def read_lines(name: str, lines: Iterable[str], wishes: "ImportOptions") -> Iterator["ImportRow | RejectedRow"]:
    """The reading in each document of a file; where a document has no fields or bad ones, why it is refused.

    One reading is in memory at a time. Raises UnreadableInput where one is longer than any.
    """
    from readlog.core.import_row import FilePosition, RejectedRow

    for line, text in _parted(name, lines):
        if not text.strip():
            continue
        place = FilePosition(name, line)
        try:
            yield _incoming(place, text, wishes)
        except BadInput as error:
            yield RejectedRow(place, str(error), (text,))


def tells_of_a_reading(text: str, wishes: "ImportOptions") -> bool:
    """Whether a note, which may stand in a folder of notes about anything, is about a reading.

    The beginning of the note is enough. It has a title and a field that other notes do not have:
    authors, a rating, an ISBN...; of a status, which tasks have too, it has one of readlog's or one
    that the reader has explained. A field that cannot be read counts as well, so that a damaged
    reading is no other note.
    """
    front = _FRONT_MATTER.match(_with_line_feeds(text))
    fields = dict(_FIELD.findall(front[1])) if front else {}
    if "title" not in fields:
        return False
    status = fields.get("status", "").strip("\"' ")
    return any(key in fields for key in _TELLING) or status in STATUSES or fold(status) in wishes.statuses


def _record(text: str, lines_above: int, *, dated: bool = True) -> dict[str, Any]:
    """What a document says, the fields that readlog does not have in `extra`. Raises BadInput."""
    match = _DOCUMENT.match(_with_line_feeds(text))
    if not match:
        raise BadInput("the fields must stand first, between two lines of ---.")
    said, body = read_mapping(match[1], _TEXTS, lines_above + 1), _ESCAPED.sub("", match[2])
    if body.strip() and said.get("review"):
        raise BadInput("there is a review among the fields and another below them.")
    if body.strip():
        said["review"] = body
    if dated and _is_derived(said):
        del said[DATE]
    if not isinstance(said.get("extra") or {}, Mapping):
        raise BadInput("extra: is not a mapping of names to values.")
    return sorted_out(said)


def file_names(outline: Iterable[tuple[int, PartialDate | None, str]]) -> dict[int, str]:
    """A file name without suffix for each reading, from its id, date and title, as `2012-03 conquered-city`.

    The lowest id has the plain name and any other of the same name its id behind it: no two are
    equal, whatever the case, and a name does not depend on which readings are exported.
    """
    names: dict[int, str] = {}
    taken: set[str] = set()
    for id_, when, title in sorted(outline, key=lambda item: item[0]):
        name = f"{when.edtf.replace('~', '') if when else 'undated'} {slug(title) or 'untitled'}"
        names[id_] = f"{name} {id_}" if name in taken else name
        taken.add(names[id_])
    return names


def documents(text: str) -> Iterator[str]:
    """The documents of several readings that one text holds, each a reading's own."""
    yield from re.split(rf"^{re.escape(NEXT)}[ \t]*\n", text.replace("\r\n", "\n"), flags=re.MULTILINE)


def _incoming(position: "FilePosition", text: str, wishes: "ImportOptions") -> "ImportRow":
    from readlog.core.import_row import ImportRow

    reading, notes = reading_of(_record(text, position.line - 1), wishes)
    return ImportRow(position, (reading,), notes)


def _parted(name: str, lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """The documents of several readings that the lines of a file hold, each with the line on which it begins."""
    begins, document, length = 1, list[str](), 0
    for number, line in enumerate(lines, 1):
        if line.startswith(NEXT) and line.strip() == NEXT:
            yield begins, "".join(document)
            begins, document, length = number + 1, [], 0
            continue
        document.append(line)
        length += len(line)
        if length > LONGEST:
            raise UnreadableInput(f"{name}, line {begins}: a reading of more than {LONGEST:,} characters.")
    yield begins, "".join(document)


def _day(finished: Any) -> str | None:
    """The date as it stands, where it is a day and not about one."""
    return finished if finished and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", str(finished)) else None


def _is_derived(said: Mapping[str, Any]) -> bool:
    """Whether the `date` is the one that `to_markdown` writes; in its files `finished` may have been edited since."""
    day = _day(said.get("finished"))
    return DATE in said and day is not None and (bool(said.get("uid")) or str(said[DATE]) == day)


def _with_line_feeds(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _iso_dates(record: Mapping[str, Any]) -> frozenset[str]:
    """The keys whose values are a whole date or moment, or a month: what ISO 8601 and other tools know."""
    iso = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])(-[0-9]{2}(T[0-9:.]+Z)?)?")
    keys = ("started", "finished", DATE, "created_at", "updated_at")
    return frozenset(key for key in keys if iso.fullmatch(str(record.get(key))))


def _without_empty(quote: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in quote.items() if value is not None}
