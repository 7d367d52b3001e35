"""What tests begin with: a day that is always today, a real review, readings made as the options of `add` make them."""

from datetime import date
from pathlib import Path
from typing import Any

from readlog.core.domain_model import Book, Reading
from readlog.core.parse_fields import replace_fields
from readlog.journal import Journal

TODAY = date(2026, 11, 22)
NOW = "2026-11-22T12:00:00+00:00"
EXAMPLE = Path(__file__).parent.parent / "examples" / "memoirs-of-a-revolutionary.md"

HOSTILE = (
    "\x1b[31mred\x1b[0m",
    "\x1b]0;title\x07",
    "\x1b[2J\x1b[H",
    "\x9b31m",
    "nul\x00nul",
    "bell\x07",
    "a\rb",
    "a\nb\tc",
    "\u202egnol\u202c",
    "\u2066isolate\u2069",
    "para\u2029graph\u2028line",
    "\ufeffbom",
    "[red]markup[/red] [/oops] [rec] :smile:",
    "'; DROP TABLE readings; --",
    '"quotes" AND NEAR( * - OR',
    "---\ntitle: x\n---",
    "=1+1",
    "../../etc/passwd",
    "CON",
    "e\u0301 \U0001f469\u200d\U0001f467 \u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
    "a" * 3000,
)
"""Texts that have broken such programs before."""

CONTROLS = "".join(map(chr, [*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0xA0)])) + "\u202e\u2066\u2028"


def make(title: str = "Conquered City", **fields: Any) -> Reading:
    """A reading, as in `make("Dune", authors=["Frank Herbert"], rating="4½")`."""
    return replace_fields(Reading(Book("?")), {"title": title} | fields, TODAY)


def ids_in(journal: Journal) -> list[int]:
    """The numbers of all readings, in the order in which they were written down."""
    return sorted(row.id for row in journal.list().rows)
