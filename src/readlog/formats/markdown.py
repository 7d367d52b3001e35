"""readlog Markdown: a record as YAML front matter, with the review below it.

Several readings in one document are parted by a line that is an HTML comment. A line of a review
that looks like one of readlog's comments gets a backslash in front, and loses it when it is read,
so that any document can stand inside a review.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from readlog.formats.yaml import read_mapping, write_mapping
from readlog.ground.dates import PartialDate
from readlog.ground.errors import BadInput
from readlog.ground.model import Reading
from readlog.ground.output import Output
from readlog.ground.record import KEYS, from_record, to_record
from readlog.ground.text import slug

SUFFIX = ".md"
NEXT = "<!-- readlog: next reading -->"

_TEXTS = frozenset(KEYS) - {"extra"}
_OURS = re.compile(r"^(\\*)(?=<!-- readlog:)", re.MULTILINE)
_ESCAPED = re.compile(r"^\\(?=\\*<!-- readlog:)", re.MULTILINE)
_DOCUMENT = re.compile(r"\A\ufeff?---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)(.*)\Z", re.DOTALL | re.MULTILINE)


def write(readings: Iterable[Reading], file: Output) -> int:
    """Write one document with all the readings to `file`; returns how many there were."""
    count = 0
    for reading in readings:
        if count:
            file.write(f"\n{NEXT}\n")
        file.write(to_markdown(reading))
        count += 1
    return count


def to_markdown(reading: Reading) -> str:
    """One reading as a document. What is unknown or empty is left out.

    What `extra` holds stands among the other fields, and below `extra` only where its name is one of theirs.
    """
    record = to_record(reading)
    extra: dict[str, Any] = record.pop("extra")
    review = record.pop("review")
    shown = {key: record[key] for key in KEYS if record.get(key) not in (None, [], {})}
    shown["quotes"] = [_without_empty(quote) for quote in record["quotes"]]
    shown |= {key: value for key, value in extra.items() if key not in KEYS}
    shown["extra"] = {key: value for key, value in extra.items() if key in KEYS}
    filled = {key: value for key, value in shown.items() if not (key in ("quotes", "extra") and not value)}
    body = "\n" + _OURS.sub(r"\1\\", review) + "\n" if review else ""
    return f"---\n{write_mapping(filled, _iso_dates(filled))}---\n{body}"


def from_markdown(text: str, today: date, lines_above: int = 0) -> Reading:
    """The reading that a document holds; fields that readlog does not have become `extra`.

    Raises BadInput, with the field or the line (counted with the `lines_above` the document in its
    file), where it cannot be understood.
    """
    match = _DOCUMENT.match(text.replace("\r\n", "\n"))
    if not match:
        raise BadInput("the fields must stand first, between two lines of ---.")
    said, body = read_mapping(match[1], _TEXTS, lines_above + 1), _ESCAPED.sub("", match[2])
    if body.strip() and said.get("review"):
        raise BadInput("there is a review among the fields and another below them.")
    if body.strip():
        said["review"] = body
    extra = {key: value for key, value in said.items() if key not in KEYS}
    own = said.get("extra") or {}
    if not isinstance(own, Mapping):
        raise BadInput("extra: is not a mapping of names to values.")
    record = {key: value for key, value in said.items() if key in KEYS}
    return from_record(record | {"extra": {**extra, **own}}, today)


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


def _iso_dates(record: Mapping[str, Any]) -> frozenset[str]:
    """The keys whose values are a whole date or moment, or a month: what ISO 8601 and other tools know."""
    iso = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])(-[0-9]{2}(T[0-9:.]+Z)?)?")
    keys = ("started", "finished", "created_at", "updated_at")
    return frozenset(key for key in keys if iso.fullmatch(str(record.get(key))))


def _without_empty(quote: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in quote.items() if value is not None}
