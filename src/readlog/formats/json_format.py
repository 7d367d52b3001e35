"""readlog JSON: an array of records, one a line, so that it streams and a diff shows what changed."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from readlog.core.errors import BadField, BadInput, UnreadableInput
from readlog.core.model import Reading
from readlog.core.record import KEYS, from_record, to_record
from readlog.core.text import CONTROL_CHARACTERS, clean_line, fold, printable_line
from readlog.core.text_output import TextOutput

if TYPE_CHECKING:
    from readlog.core.import_row import ImportOptions, ImportRow, RejectedRow

NAME = "readlog JSON"
SERVICE = "readlog"
SUFFIX = ".json"

_ENCODE = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode

LONGEST = 32_000_000
"""Characters of one record; where a file is damaged, the search for its end ends here."""

_OF_A_SEARCH = frozenset(("score", "passage"))
"""What `search --json` says about a hit, and not about the reading."""

_AT_ONCE = 65_536
_BLANKS = re.compile(r"[ \t\r\n]*")
_KEYS = frozenset(KEYS)
_LONGEST_SHOWN = 60


def write(readings: Iterable[Reading], file: TextOutput) -> int:
    """Write the readings to `file`; returns how many there were."""
    return write_records((to_record(reading) for reading in readings), file)


def write_records(records: Iterable[Mapping[str, Any]], file: TextOutput) -> int:
    """Write an array of records, or of records with more keys, to `file`; returns how many there were."""
    count = 0
    for record in records:
        file.write(",\n" if count else "[\n")
        file.write(dumps(record))
        count += 1
    file.write("\n]\n" if count else "[]\n")
    return count


def dumps(value: Any) -> str:
    """A value as JSON in one line; what JSON allows raw in a string and a terminal acts on is escaped too."""
    text = _ENCODE(value)
    if text.isprintable():
        return text
    return CONTROL_CHARACTERS.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def read(name: str, lines: Callable[[], Iterable[str]], wishes: "ImportOptions") -> Iterator["ImportRow | RejectedRow"]:
    """The reading in each record of an array, however it is laid out; also of records that follow each other.

    Keys that readlog does not have become `extra`. One record is in memory at a time. Raises
    UnreadableInput, with the line, where the file is not JSON any more.
    """
    from readlog.core.import_row import FilePosition, ImportRow, RejectedRow

    for line, text, record in _values(name, lines()):
        place = FilePosition(name, line)
        try:
            fields = sorted_out(_without_search(record, text))
            reading, notes = reading_of(fields, wishes)
            yield ImportRow(place, (reading,), notes, frozenset(fields))
        except BadInput as error:
            yield RejectedRow(place, str(error), (text,))
        except RecursionError:
            yield RejectedRow(place, "it is nested too deeply.", (text,))


def first_values(name: str, lines: Callable[[], Iterable[str]]) -> Iterator[Any]:
    """Values at the beginning of a JSON file, to tell whose it is. Raises UnreadableInput where it is not JSON."""
    return (value for _, _, value in _values(name, lines()))


def reading_of(record: Mapping[str, Any], wishes: "ImportOptions") -> tuple[Reading, tuple[str, ...]]:
    """The reading that a record of JSON or Markdown holds, and what had to be guessed for it.

    A word for a state is first what the reader said it is. Raises BadField.
    """
    said = record.get("status")
    if wishes.statuses and isinstance(said, str) and (state := wishes.statuses.get(fold(clean_line(said)))):
        record = {**record, "status": state}
    begun = bool(not said and record.get("started") and not record.get("finished"))
    reading = from_record({**record, "status": "reading"} if begun else record, wishes.today)
    return reading, () if said else (f"no status is said: taken for {reading.status}",)


def sorted_out(record: Mapping[str, Any]) -> dict[str, Any]:
    """A record with the keys that readlog has; what stands under any other key is in its `extra`.

    Raises BadField where a key is in `extra` already, with another value.
    """
    others = {key: value for key, value in record.items() if key not in _KEYS}
    if not others:
        return dict(record)
    own = record.get("extra") or {}
    if isinstance(own, dict):
        if twice := [key for key in others if key in own and own[key] != others[key]]:
            raise BadField(
                "extra", f"{_cut(repr(twice[0]))} stands among the fields too, and says something else there."
            )
        own = {**others, **own}
    return {key: value for key, value in record.items() if key in _KEYS} | {"extra": own}


def _without_search(record: Any, text: str) -> Mapping[str, Any]:
    if not isinstance(record, dict):
        shown = repr(record) if isinstance(record, _Odd) else _cut(printable_line(text))
        raise BadInput(f"{shown} is no record of a reading.")
    if record.keys() >= _OF_A_SEARCH:
        return {key: value for key, value in record.items() if key not in _OF_A_SEARCH}
    return record


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "..."


def _values(name: str, lines: Iterable[str]) -> Iterator[tuple[int, str, Any]]:
    """Each value of the array that the lines hold, or each of those that follow each other: its line, text, value."""
    source = _Source(name, lines)
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
            raise source.broken("a comma is missing, or the bracket at the end")
        if not inside and source.ended():
            return


class _Source:
    """A text of JSON that is taken up value by value; of the text itself only some lines are in memory.

    No value but a string could be cut in two where a line ends, and JSON has no line breaks in strings.
    """

    def __init__(self, name: str, lines: Iterable[str]) -> None:
        self._name = name
        self._lines = iter(lines)
        self._text = ""
        self._at = 0
        self._line = 1
        self._decode = json.JSONDecoder(
            object_pairs_hook=_object, parse_int=_whole, parse_float=_number, parse_constant=_Odd
        ).raw_decode

    def take(self, sign: str) -> bool:
        """Step over a sign; whether it stood there."""
        found = self._next() == sign
        if found:
            self._at += 1
        return found

    def ended(self) -> bool:
        """Whether nothing is left."""
        return not self._next()

    def end(self) -> None:
        """Raise UnreadableInput where something is left."""
        if not self.ended():
            raise self.broken("something stands behind the end")

    def value(self) -> tuple[int, str, Any]:
        """The next value, with its line and its text. Raises UnreadableInput."""
        if self.ended():
            raise self.broken("the file is cut off")
        line, size = self._line, _AT_ONCE
        while True:
            try:
                value, end = self._decode(self._text, self._at)
            except json.JSONDecodeError as error:
                if error.pos < len(self._text):
                    self._step(error.pos)
                    raise self.broken(_said(error.msg)) from error
            except RecursionError as error:
                raise self.broken("it is nested too deeply") from error
            else:
                text = self._text[self._at : end]
                self._step(end)
                return line, text, value
            if len(self._text) - self._at > LONGEST:
                raise self.broken(f"a record has more than {LONGEST:,} characters")
            if not self._read_on(size):
                raise self.broken("the file is cut off in the record that begins here")
            size *= 2

    def broken(self, why: str) -> UnreadableInput:
        """What is to be said where the text is no JSON."""
        return UnreadableInput(f"{self._name}, line {self._line}: this is not whole JSON: {why}. Export it once more.")

    def _next(self) -> str:
        """The next sign that is no blank; an empty text where there is none."""
        while True:
            if blanks := _BLANKS.match(self._text, self._at):
                self._step(blanks.end())
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._read_on(_AT_ONCE):
                return ""

    def _step(self, at: int) -> None:
        self._line += self._text.count("\n", self._at, at)
        self._at = at

    def _read_on(self, size: int) -> bool:
        """Have at least `size` more characters in memory, if there are any, and none of those that are done with."""
        fresh, length = [self._text[self._at :]], 0
        for line in self._lines:
            fresh.append(line)
            length += len(line)
            if length >= size:
                break
        self._text, self._at = "".join(fresh), 0
        return length > 0


class _Odd:
    """A value that JSON does not have or that cannot be kept; every field refuses it, and says what it is."""

    def __init__(self, what: str) -> None:
        self._what = what

    def __repr__(self) -> str:
        return self._what


def _said(message: str) -> str:
    if message.startswith("Unterminated"):
        return "a string is never closed; the file may be cut off"
    return message[:1].lower() + message[1:].removesuffix(" at")


def _object(pairs: Sequence[tuple[str, Any]]) -> Any:
    mapping = dict(pairs)
    if len(mapping) == len(pairs):
        return mapping
    from collections import Counter

    [(twice, _)] = Counter(key for key, _ in pairs).most_common(1)
    return _Odd(f"an object in which {twice[:20]!r} stands twice")


def _whole(digits: str) -> Any:
    try:
        return int(digits)
    except ValueError:
        return _Odd(f"a number of {len(digits)} digits")


def _number(text: str) -> Any:
    number = float(text)
    return number if number - number == 0 else _Odd(_cut(text))
