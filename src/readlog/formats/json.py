"""readlog JSON: an array of records, one a line, so that it streams and a diff shows what changed."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, TextIO

from readlog.ground.model import Reading
from readlog.ground.record import to_record

SUFFIX = ".json"

_UNSAFE = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
"""What JSON allows raw in a string and a terminal or an editor may act on."""


def write(readings: Iterable[Reading], file: TextIO) -> int:
    """Write the readings to `file`; returns how many there were."""
    return write_records((to_record(reading) for reading in readings), file)


def write_records(records: Iterable[Mapping[str, Any]], file: TextIO) -> int:
    """Write an array of records, or of records with more keys, to `file`; returns how many there were."""
    count = 0
    for record in records:
        file.write(",\n" if count else "[\n")
        file.write(dumps(record))
        count += 1
    file.write("\n]\n" if count else "[]\n")
    return count


def dumps(value: Any) -> str:
    """A value as JSON in one line, with nothing in it that a terminal acts on."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
