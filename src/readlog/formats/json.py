"""readlog JSON: an array of records, one a line, so that it streams and a diff shows what changed."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from readlog.ground.model import Reading
from readlog.ground.output import Output
from readlog.ground.record import to_record
from readlog.ground.text import CONTROLS

SUFFIX = ".json"


def write(readings: Iterable[Reading], file: Output) -> int:
    """Write the readings to `file`; returns how many there were."""
    return write_records((to_record(reading) for reading in readings), file)


def write_records(records: Iterable[Mapping[str, Any]], file: Output) -> int:
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
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return CONTROLS.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
