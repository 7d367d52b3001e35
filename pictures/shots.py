"""Which pictures there are, and how each is made."""

import shlex
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from pictures import journal
from pictures.drawing import picture
from pictures.terminal import TALLEST, shown_by

PICTURES = Path(__file__).parent.parent / "docs" / "pictures"


class Shot(NamedTuple):
    """A command as it is typed, the width of its terminal, and what somebody hears who cannot see the picture."""

    name: str
    typed: str
    columns: int
    told: str


SHOTS = (
    Shot("dashboard", "readlog", 80, "What is being read and how far, the goal of the year, the last book finished."),
    Shot("list", "readlog list --limit 12", 80, "A table of readings, the newest first, with dates, titles, stars."),
    Shot("search", "readlog search winter", 80, "Readings that were found, each with the passage."),
    Shot("show", "readlog show memoirs", 80, "The page of a reading: the book, a review, what was thought before."),
    Shot("stats", "readlog stats", 80, "How many books were read in each year, and how well they were liked."),
    Shot("stats-year", "readlog stats 2026", 80, "A year: its months, its days, its ratings, its authors."),
    Shot("quotes", "readlog quotes", 80, "Quotes, each with where it stands."),
)


def make_all(columns: int | None = None) -> Iterator[tuple[str, str]]:
    """Name and SVG of every picture, in terminals of so many columns, else each in its own."""
    with TemporaryDirectory() as name:
        folder = Path(name).resolve()
        journal.make(folder)
        for shot in SHOTS:
            yield shot.name, _picture(shot, folder, columns or shot.columns)


def _picture(shot: Shot, folder: Path, columns: int) -> str:
    env = journal.environment(folder, columns, TALLEST)
    shown = shown_by(journal.program(shlex.split(shot.typed)[1:]), env, columns)
    return picture(shown, columns, f"$ {shot.typed}", shot.told)
