"""The formats that readings can go out by, each with what an export tells of it when it is done."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from readlog.core.errors import BadInput
from readlog.core.model import Reading
from readlog.core.text_output import TextOutput
from readlog.exports.markdown_folder import Format

WHOLE = ("md", "json", "csv")
"""The formats that have all of a reading: what they write can be read back, byte for byte."""
FOLDERS = ("md", "json")
"""The formats in which a folder can have a file for each reading."""


class ChosenFormat(NamedTuple):
    """A format that was chosen: its option, what writes it, whether that is all there is of a reading."""

    option: str
    format: Format
    is_whole: bool


def choose_format(options: Mapping[str, bool], columns: str | None) -> ChosenFormat:
    """The format of the one option that is set. Raises BadInput for none, for two, and for columns of another."""
    asked = [option for option, is_set in options.items() if is_set]
    if columns is not None and asked in ([], ["csv"]):
        return ChosenFormat("csv", _columns(columns), is_whole=False)
    if columns is not None:
        raise BadInput("--columns is for --csv. Leave one of them out.")
    if len(asked) != 1:
        raise BadInput(f"Choose one format: {', '.join(f'--{option}' for option in options)}.")
    return ChosenFormat(asked[0], _format(asked[0]), is_whole=asked[0] in WHOLE)


class GoodreadsFormat:
    """Goodreads CSV; `lost` says, when it is written, what Goodreads has no place for, and how often."""

    SUFFIX = ".csv"

    def __init__(self) -> None:
        self.lost: Mapping[str, int] = {}

    def write(self, readings: Iterable[Reading], file: TextOutput) -> int:
        """Write a row for each book; returns how many readings there were."""
        from readlog.exports.goodreads import write_books

        shelved = write_books(readings, file)
        self.lost = shelved.lost
        return shelved.readings


class PublicReadings:
    """Readings as others may see them, one after the other; `withheld` says what was left out of them so far."""

    def __init__(self, readings: Iterable[Reading], *, fold: bool) -> None:
        from readlog.exports.public_export import Withheld

        self.withheld = Withheld()
        self._readings = readings
        self._fold = fold

    def __iter__(self) -> Iterator[Reading]:
        from readlog.exports.public_export import to_public

        for reading in self._readings:
            public, withheld = to_public(reading, fold=self._fold)
            self.withheld = self.withheld.plus(withheld)
            yield public


def _format(option: str) -> Format:
    if option == "md":
        from readlog.formats import markdown_format

        return markdown_format
    if option == "json":
        from readlog.formats import json_format

        return json_format
    if option == "csv":
        from readlog.formats import csv_format

        return csv_format
    return GoodreadsFormat()


class _Columns:
    """CSV of some columns."""

    SUFFIX = ".csv"

    def __init__(self, columns: Sequence[str]) -> None:
        self._columns = columns

    def write(self, readings: Iterable[Reading], file: TextOutput) -> int:
        """Write a row for each reading; returns how many there were."""
        from readlog.formats.csv_format import write_columns

        return write_columns(readings, file, self._columns)


def _columns(said: str) -> Format:
    from readlog.formats.csv_format import check_columns

    return _Columns(check_columns(said))
