"""The import report for a pipe: tab-separated lines; also the sections and the sentence that the terminal shares."""

from collections.abc import Sequence
from typing import NamedTuple

from readlog.core.import_row import FilePosition
from readlog.core.normalize_text import pluralize, printable_line
from readlog.core.spoilers import hide_spoilers
from readlog.imports.results import ImportConflict, ImportReport
from readlog.ui import streams

_LONGEST_VALUE = 60
"""Characters of a value that are shown: a review would fill the screen."""


class Section(NamedTuple):
    """A group of entries to check: a heading for people, a word for programs, and (where, what) pairs."""

    heading: str
    word: str
    entries: Sequence[tuple[str, str]]


def print_report(report: ImportReport) -> None:
    """Print the report as tab-separated lines: five counts (the first is the sum of the others), entries."""
    for word in ("rows", "added", "merged", "unchanged"):
        streams.put(f"{word}\t{getattr(report, word)}")
    streams.put(f"refused\t{len(report.rejected)}")
    for section in report_sections(report):
        streams.put_lines("\t".join((section.word, *map(printable_line, entry))) for entry in section.entries)


def report_sections(report: ImportReport, *, only_line: bool = False) -> list[Section]:
    """The sections of a report that have entries; with `only_line` positions do not name the file."""

    def where(position: FilePosition) -> str:
        return f"line {position.line}" if only_line else str(position)

    sections = [
        Section("Refused", "refused", [(where(row.position), row.reason) for row in report.rejected]),
        Section("Guessed", "guessed", [(pluralize(rows, "row"), note) for note, rows in report.notes.items()]),
        Section(
            "Kept as it is here; what the file says is noted with the reading",
            "kept",
            [(where(each.position), f"{each.id} {each.name}: {_both_values(each)}") for each in report.conflicts],
        ),
        Section(
            "Added as another book; it may be one that is here",
            "doubt",
            [
                (where(each.position), f"{each.name}: {each.reason}: {each.existing_id} {each.existing_name}")
                for each in report.possible_duplicates
            ],
        ),
    ]
    return [section for section in sections if section.entries]


def describe_new_readings(report: ImportReport, *, written: bool) -> str:
    """A sentence on the new readings and books, empty if there are none; `written` is False for a dry run."""
    if not report.new_readings:
        return ""
    verb = "would be" if not written else "is" if report.new_readings == 1 else "are"
    readings = f"{pluralize(report.new_readings, 'reading')} {verb} new"
    books = f"of {pluralize(report.new_books, 'new book')}" if report.new_books else "of books that were here"
    undated = f" {report.undated:,} finished without a date: the file has none." if report.undated else ""
    return f"{readings}, {books}.{undated}"


def _both_values(conflict: ImportConflict) -> str:
    return f"{conflict.key.replace('_', ' ')} {_shorten(conflict.ours)}, not {_shorten(conflict.theirs)}"


def _shorten(value: object) -> str:
    text = f"{value:g}" if isinstance(value, float) else hide_spoilers(str(value))
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"
