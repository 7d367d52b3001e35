"""Two sections of a reading's page: its progress, and all readings of its book."""

from collections.abc import Sequence
from typing import NamedTuple

from readlog.core.domain_model import Reading
from readlog.core.first_sentence import first_sentence
from readlog.core.normalize_text import printable_line
from readlog.core.reading_progress import position_text
from readlog.core.spoilers import render_spoilers
from readlog.readings.describe_reading import rating_changes, status_and_position

MARKER = "▸"
"""Marks the reading whose page it is, for people who cannot see bold text."""
_FORMAT_PHRASES = {"print": "in print", "ebook": "as an ebook", "audio": "as audio"}


class RereadRow(NamedTuple):
    """One reading among those of its book; unknown values are empty.

    `marker` is MARKER for the reading whose page it is, else a blank. `rating_change` is relative to
    the last rated reading. `details` are the status and the format, where these are not obvious,
    and `review_start` is the first sentence of the review.
    """

    marker: str
    number: str
    date: str
    stars: str
    rating_change: str
    details: str
    review_start: str


def reread_rows(current: Reading, readings: Sequence[Reading], spoilers: bool) -> list[RereadRow]:
    """One row for each of the `readings` of a book, in their order; `current` is the one whose page it is."""
    formats = {reading.format for reading in readings} - {None}
    return [
        RereadRow(
            marker=MARKER if reading is current or (reading.id is not None and reading.id == current.id) else " ",
            number=f"#{reading.id}",
            date=_date(reading),
            stars=stars,
            rating_change=rating_change,
            details=_details(reading, show_format=len(formats) > 1),
            review_start=first_sentence(render_spoilers(reading.review or "", reveal=spoilers)),
        )
        for reading, (_, stars, rating_change) in zip(readings, rating_changes(readings), strict=True)
    ]


def progress_rows(reading: Reading, spoilers: bool) -> list[tuple[str, str, str]]:
    """Date, position and comment of each progress note; unknown values are empty."""
    return [
        (
            note.date.long_text() if note.date else "",
            printable_line(position_text(note.at)) if note.at else "",
            render_spoilers(note.remark or "", reveal=spoilers),
        )
        for note in reading.progress
    ]


def progress_heading(reading: Reading) -> str:
    """The heading of the progress notes; those of a to-read book say why it is wanted."""
    return "Why" if reading.status == "to-read" else "Progress"


def _date(reading: Reading) -> str:
    if reading.finished:
        return reading.finished.long_text()
    word = "since" if reading.status == "reading" else "started"
    return f"{word} {reading.started.long_text()}" if reading.started else ""


def _details(reading: Reading, *, show_format: bool) -> str:
    """The status unless the date implies it, and the format."""
    status = "" if reading.status == "finished" and reading.finished else status_and_position(reading)
    format_phrase = _FORMAT_PHRASES[reading.format] if show_format and reading.format else ""
    return ", ".join(part for part in (status, format_phrase) if part)
