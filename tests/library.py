"""A small library that has everything: re-reads, half-known dates, other scripts, spoilers, notes on progress, brackets."""

import os
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from readlog.core.domain_model import Reading
from readlog.journal import Journal
from tests.given import EXAMPLE, make
from tests.made import make_empty, put

MEMOIRS = make(
    "Memoirs of a Revolutionary",
    authors=["Victor Serge"],
    contributors=["Peter Sedgwick:translator", "George Paizis:translator"],
    isbn="9781590174517",
    publisher="New York Review Books",
    published=2012,
    pages=576,
    tags=["history", "russia"],
    finished="2012-03",
    rating=5,
    review=EXAMPLE.read_text(encoding="utf-8"),
    private_note="Anna said so.\nShe was right.",
    quotes=[{"text": "I own nothing.", "page": "443", "remark": "Two sentences for a life."}],
)

LIBRARY: tuple[Reading, ...] = (
    MEMOIRS,
    make("Memoirs of a Revolutionary", authors=["Victor Serge"], finished="1991", rating=3),
    make(
        "Memoirs of a Revolutionary",
        authors=["Victor Serge"],
        finished="2003",
        rating=4,
        review="Again, in Pétrograd weather.",
    ),
    make(
        "The Case of Comrade Tulayev",
        authors=["Victor Serge"],
        finished="2026-10",
        rating=4.5,
        series="Exile",
        series_number="2",
    ),
    make(
        "Conquered City",
        authors=["Victor Serge"],
        status="reading",
        started="2026-11-02",
        pages=224,
        progress=[
            {"at": "40", "date": "2026-11-03", "remark": "Slow, like the winter in it."},
            {"at": "Chapter 8", "date": "2026-11", "remark": "So it was ||the sister|| who told them."},
            {"at": "133", "date": "2026-11-20"},
        ],
    ),
    make(
        "Finnegans Wake",
        authors=["James Joyce"],
        status="abandoned",
        rating=1.5,
        published=1939,
        progress=[{"at": "40", "remark": "Not this year."}],
    ),
    make("雪国", authors=["川端康成"], finished="~2012", rating=4.25),
    make("[rec] the film :smile: [/oops]", authors=["A [b]"], finished="summer 2014"),
    make(
        "A History of Everything That Ever Was and of Some Things That Never Were: A Novel",
        authors=["Gabriel García Márquez", "Another Author With a Long Name"],
        finished="2025-11-22",
        rating=0.25,
    ),
    make("📚 👨‍👩‍👧 Family", authors=["شهرزاد"], status="to-read"),
    make("戦争と平和 戦争と平和 戦争と平和 戦争と平和", authors=["レフ・トルストイ"], finished="2011-01-02", rating=5),
    make(
        "The Odyssey",
        authors=["Homer"],
        contributors=["Emily Wilson:translator", "A:photographer"],
        published=-700,
        status="paused",
        started="2026",
        progress=[{"at": "Book 9"}],
    ),
)


def fill(path: Path) -> None:
    """Write the library into a journal at `path`, which is made if there is none."""
    if path.exists():
        _add_all(path)
    else:
        put(path, _filled(os.environ.get("READLOG_NOW")))


@cache
def _filled(now: str | None) -> bytes:
    """The bytes of the library as it is when it was written at this moment: its rows are dated."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "journal.db"
        make_empty(path)
        _add_all(path)
        return path.read_bytes()


def _add_all(path: Path) -> None:
    with Journal(str(path)) as journal:
        for number, reading in enumerate(LIBRARY, 1):
            assert journal.add(reading, again=bool(journal.find_same_book(reading))) == number
