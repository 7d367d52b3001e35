"""The JSON of readlog (RFC 8259): an array of records, one per line, so that it streams and diffs well."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from readlog.core.domain_model import Reading
from readlog.core.errors import BadField, BadInput, UnreadableInput
from readlog.core.normalize_text import CONTROL_CHARACTERS, clean_line, fold, printable_line
from readlog.core.reading_record import KEYS, from_record, to_record
from readlog.core.text_writer import TextOutput

if TYPE_CHECKING:
    from readlog.core.import_row import ImportOptions, ImportRow, RejectedRow

NAME = "readlog JSON"
SERVICE = "readlog"
SUFFIX = ".json"

_ENCODE = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode

MAX_RECORD_LENGTH = 32_000_000
"""Characters; in a damaged file, the search for the end of a record stops here."""

_SEARCH_KEYS = frozenset(("score", "passage"))
"""Keys that `search --json` adds to a record."""

_CHUNK_SIZE = 65_536
_BLANKS = re.compile(r"[ \t\r\n]*")
_KEYS = frozenset(KEYS)
_MAX_SHOWN = 60


def write(readings: Iterable[Reading], file: TextOutput) -> int:
    """Write the readings to `file`; returns their number."""
    return write_records((to_record(reading) for reading in readings), file)


def write_records(records: Iterable[Mapping[str, Any]], file: TextOutput) -> int:
    """Write an array of records, which may have more keys, to `file`; returns their number."""
    count = 0
    for record in records:
        file.write(",\n" if count else "[\n")
        file.write(dumps(record))
        count += 1
    file.write("\n]\n" if count else "[]\n")
    return count


def dumps(value: Any) -> str:
    """A value as JSON in one line, with all control characters escaped, because terminals act on them."""
    text = _ENCODE(value)
    if text.isprintable():
        return text
    return CONTROL_CHARACTERS.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def read(
    name: str, lines: Callable[[], Iterable[str]], options: "ImportOptions"
) -> Iterator["ImportRow | RejectedRow"]:
    """The reading in each record of an array, in any layout, or of JSON Lines.

    Unknown keys become `extra`. One record is in memory at a time. Raises UnreadableInput, with the
    line, where the rest of the file is not JSON.
    """
    from readlog.core.import_row import FilePosition, ImportRow, RejectedRow

    for line, text, record in _read_values(name, lines()):
        place = FilePosition(name, line)
        try:
            fields = move_unknown_keys_to_extra(_remove_search_keys(record, text))
            reading, notes = parse_record(fields, options)
            yield ImportRow(place, (reading,), notes, frozenset(fields))
        except BadInput as error:
            yield RejectedRow(place, str(error), (text,))
        except RecursionError:
            yield RejectedRow(place, "it is nested too deeply.", (text,))


def first_values(name: str, lines: Callable[[], Iterable[str]]) -> Iterator[Any]:
    """The values of a JSON file, lazily, to recognise its program. Raises UnreadableInput where it is not JSON."""
    return (value for _, _, value in _read_values(name, lines()))


def parse_record(record: Mapping[str, Any], options: "ImportOptions") -> tuple[Reading, tuple[str, ...]]:
    """The reading in a record of any readlog format, and notes on what was guessed.

    A word for a status is first looked up in `options.statuses`. Raises BadField.
    """
    status = record.get("status")
    if options.statuses and isinstance(status, str) and (known := options.statuses.get(fold(clean_line(status)))):
        record = {**record, "status": known}
    has_begun = bool(not status and record.get("started") and not record.get("finished"))
    reading = from_record({**record, "status": "reading"} if has_begun else record, options.today)
    return reading, () if status else (f"no status is said: taken for {reading.status}",)


def move_unknown_keys_to_extra(record: Mapping[str, Any]) -> dict[str, Any]:
    """`record` with its unknown keys moved to `extra`; raises BadField where `extra` has another value for one."""
    others = {key: value for key, value in record.items() if key not in _KEYS}
    if not others:
        return dict(record)
    own = record.get("extra") or {}
    if isinstance(own, dict):
        if twice := [key for key in others if key in own and own[key] != others[key]]:
            raise BadField(
                "extra", f"{_shorten(repr(twice[0]))} stands among the fields too, and says something else there."
            )
        own = {**others, **own}
    return {key: value for key, value in record.items() if key in _KEYS} | {"extra": own}


def _remove_search_keys(record: Any, text: str) -> Mapping[str, Any]:
    if not isinstance(record, dict):
        shown = repr(record) if isinstance(record, _InvalidValue) else _shorten(printable_line(text))
        raise BadInput(f"{shown} is no record of a reading.")
    if record.keys() >= _SEARCH_KEYS:
        return {key: value for key, value in record.items() if key not in _SEARCH_KEYS}
    return record


def _shorten(text: str) -> str:
    return text if len(text) <= _MAX_SHOWN else text[:_MAX_SHOWN] + "..."


def _read_values(name: str, lines: Iterable[str]) -> Iterator[tuple[int, str, Any]]:
    """The line, text and parsed value of each item of an array, or of each of several values in sequence."""
    source = _JsonStream(name, lines)
    inside = source.take("[")
    if inside and source.take("]"):
        source.end()
        return
    while True:
        yield source.value()
        if inside and source.take("]"):
            source.end()
            return
        if inside and not source.take(","):
            raise source.error("a comma is missing, or the bracket at the end")
        if not inside and source.ended():
            return


class _JsonStream:
    """A JSON text that is parsed value by value, with only some of its lines in memory.

    Complete lines are enough: JSON allows no line breaks in strings, the only values that could span two.
    """

    def __init__(self, name: str, lines: Iterable[str]) -> None:
        self._name = name
        self._lines = iter(lines)
        self._text = ""
        self._at = 0
        self._line = 1
        self._decode = json.JSONDecoder(
            object_pairs_hook=_parse_object,
            parse_int=_parse_integer,
            parse_float=_parse_float,
            parse_constant=_InvalidValue,
        ).raw_decode

    def take(self, sign: str) -> bool:
        """Skip `sign` if it comes next; returns whether it did."""
        found = self._next() == sign
        if found:
            self._at += 1
        return found

    def ended(self) -> bool:
        """Whether only white space is left."""
        return not self._next()

    def end(self) -> None:
        """Raise UnreadableInput unless only white space is left."""
        if not self.ended():
            raise self.error("something stands behind the end")

    def value(self) -> tuple[int, str, Any]:
        """The line, text and parsed value of the next value. Raises UnreadableInput."""
        if self.ended():
            raise self.error("the file is cut off")
        line, size = self._line, _CHUNK_SIZE
        while True:
            try:
                value, end = self._decode(self._text, self._at)
            except json.JSONDecodeError as error:
                if error.pos < len(self._text):
                    self._advance(error.pos)
                    raise self.error(_parser_message(error.msg)) from error
            except RecursionError as error:
                raise self.error("it is nested too deeply") from error
            else:
                text = self._text[self._at : end]
                self._advance(end)
                return line, text, value
            if len(self._text) - self._at > MAX_RECORD_LENGTH:
                raise self.error(f"a record has more than {MAX_RECORD_LENGTH:,} characters")
            if not self._read_more(size):
                raise self.error("the file is cut off in the record that begins here")
            size *= 2

    def error(self, why: str) -> UnreadableInput:
        """The error to raise where the text is not JSON."""
        return UnreadableInput(f"{self._name}, line {self._line}: this is not whole JSON: {why}. Export it once more.")

    def _next(self) -> str:
        """The next character that is not white space; empty at the end."""
        while True:
            if blanks := _BLANKS.match(self._text, self._at):
                self._advance(blanks.end())
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._read_more(_CHUNK_SIZE):
                return ""

    def _advance(self, at: int) -> None:
        self._line += self._text.count("\n", self._at, at)
        self._at = at

    def _read_more(self, size: int) -> bool:
        """Read at least `size` more characters, if there are any, and drop parsed ones; returns whether there were."""
        fresh, length = [self._text[self._at :]], 0
        for line in self._lines:
            fresh.append(line)
            length += len(line)
            if length >= size:
                break
        self._text, self._at = "".join(fresh), 0
        return length > 0


class _InvalidValue:
    """A value that is not JSON or cannot be stored; every field rejects it with its `repr` in the message."""

    def __init__(self, what: str) -> None:
        self._what = what

    def __repr__(self) -> str:
        return self._what


def _parser_message(message: str) -> str:
    if message.startswith("Unterminated"):
        return "a string is never closed; the file may be cut off"
    return message[:1].lower() + message[1:].removesuffix(" at")


def _parse_object(pairs: Sequence[tuple[str, Any]]) -> Any:
    mapping = dict(pairs)
    if len(mapping) == len(pairs):
        return mapping
    from collections import Counter

    [(twice, _)] = Counter(key for key, _ in pairs).most_common(1)
    return _InvalidValue(f"an object in which {twice[:20]!r} stands twice")


def _parse_integer(digits: str) -> Any:
    try:
        return int(digits)
    except ValueError:
        return _InvalidValue(f"a number of {len(digits)} digits")


def _parse_float(text: str) -> Any:
    number = float(text)
    return number if number - number == 0 else _InvalidValue(_shorten(text))
