"""A book through the years: how one reading of it follows the other, and what was noted on the way through one."""

from collections.abc import Sequence
from typing import NamedTuple

from readlog.core.first_sentence import first_sentence
from readlog.core.model import ProgressNote, Reading
from readlog.core.reading_progress import position_text
from readlog.core.spoilers import render_spoilers
from readlog.core.text import printable_line
from readlog.ui import wording

THIS = "▸"
"""In front of the reading that is shown, for whoever sees no bold."""
_HOW = {"print": "in print", "ebook": "as an ebook", "audio": "as audio"}


class Step(NamedTuple):
    """One reading among those of its book: when, its stars, how the rating moved, what else it `was`.

    `words` are how its review begins. What is not known is empty. `mark` is THIS where it is the
    one whose page it is, else a blank.
    """

    mark: str
    number: str
    when: str
    stars: str
    moved: str
    was: str
    words: str


def through_the_years(this: Reading, readings: Sequence[Reading], spoilers: bool) -> list[Step]:
    """All `readings` of a book, one of which is `this`, in their order."""
    rated = [(stars, moved) for _, stars, moved in wording.one_by_one(readings)]
    formats = {reading.format for reading in readings} - {None}
    return [
        Step(
            mark=THIS if reading is this or (reading.id is not None and reading.id == this.id) else " ",
            number=f"#{reading.id}",
            when=_when(reading),
            stars=stars,
            moved=moved,
            was=_was(reading, tells_format=len(formats) > 1),
            words=first_sentence(render_spoilers(reading.review or "", reveal=spoilers)),
        )
        for reading, (stars, moved) in zip(readings, rated, strict=True)
    ]


def notes(reading: Reading, spoilers: bool) -> list[tuple[str, str, str]]:
    """What was noted while reading: the date, the place, the remark; of each what there is."""
    return [
        (_date(mark), printable_line(position_text(mark.at)) if mark.at else "", _remark(mark, spoilers))
        for mark in reading.progress
    ]


def heading(reading: Reading) -> str:
    """What stands above its notes; those of a book that nobody has begun say why it is wanted."""
    return "Why" if reading.status == "to-read" else "Progress"


def _when(reading: Reading) -> str:
    if reading.finished:
        return reading.finished.long_text()
    word = "since" if reading.status == "reading" else "started"
    return f"{word} {reading.started.long_text()}" if reading.started else ""


def _was(reading: Reading, *, tells_format: bool) -> str:
    """Its status where it is not plain from the date, and its format where they differ."""
    status = "" if reading.status == "finished" and reading.finished else wording.so_far(reading)
    how = _HOW[reading.format] if tells_format and reading.format else ""
    return ", ".join(part for part in (status, how) if part)


def _date(mark: ProgressNote) -> str:
    return mark.date.long_text() if mark.date else ""


def _remark(mark: ProgressNote, spoilers: bool) -> str:
    return render_spoilers(mark.remark or "", reveal=spoilers)
