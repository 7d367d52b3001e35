"""The formats of an export: which one the options choose, and what each leaves out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

from readlog.core.domain_model import Reading
from readlog.core.errors import BadInput
from readlog.core.text_writer import TextOutput

COMPLETE_FORMATS = ("md", "json", "csv")
"""The formats that have all of a reading: an import of such an export gives the same readings."""
FOLDER_FORMATS = ("md", "json")
"""The formats in which a folder can have a file for each reading."""


class ExportFormat(Protocol):
    """What writes readings in one format: a module of `formats`, or an instance of a class below."""

    SUFFIX: str

    def write(self, readings: Iterable[Reading], file: TextOutput) -> int:
        """Write the readings to `file`; returns how many there were."""


class ChosenFormat(NamedTuple):
    """A format with the name of its option; `is_complete` if it has all of a reading."""

    option: str
    format: ExportFormat
    is_complete: bool


def choose_format(options: Mapping[str, bool], columns: str | None) -> ChosenFormat:
    """The format of the one option that is set; `columns` is the value of --columns.

    Raises BadInput for no option, for several, and for columns with a format other than CSV.
    """
    chosen = [option for option, is_set in options.items() if is_set]
    if columns is not None and chosen in ([], ["csv"]):
        from readlog.formats.csv_format import parse_columns

        return ChosenFormat("csv", CsvColumns(parse_columns(columns)), is_complete=False)
    if columns is not None:
        raise BadInput("--columns is for --csv. Leave one of them out.")
    if len(chosen) != 1:
        raise BadInput(f"Choose one format: {', '.join(f'--{option}' for option in options)}.")
    return ChosenFormat(chosen[0], _format_of(chosen[0]), is_complete=chosen[0] in COMPLETE_FORMATS)


class GoodreadsFormat:
    """Goodreads CSV; once it is written, `lost` counts what Goodreads has no place for, by its description."""

    SUFFIX = ".csv"

    def __init__(self) -> None:
        self.lost: Mapping[str, int] = {}

    def write(self, readings: Iterable[Reading], file: TextOutput) -> int:
        """Write a row for each book; returns how many readings there were."""
        from readlog.exports.goodreads import write_books

        report = write_books(readings, file)
        self.lost = report.lost
        return report.readings


class CsvColumns:
    """CSV with only some columns."""

    SUFFIX = ".csv"

    def __init__(self, columns: Sequence[str]) -> None:
        self._columns = columns

    def write(self, readings: Iterable[Reading], file: TextOutput) -> int:
        """Write a row for each reading; returns how many there were."""
        from readlog.formats.csv_format import write_columns

        return write_columns(readings, file, self._columns)


class PublicReadings:
    """Readings without what is private; `withheld` counts what was left out of those iterated so far."""

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


def _format_of(option: str) -> ExportFormat:
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
