"""The form of a reading in the editor: Markdown with front matter, and instructions below a scissors line.

Nothing that the user types is dropped silently: only the instructions as they were written are
removed, and other text below the scissors line is an error.
"""

import re
from collections.abc import Iterable
from datetime import date
from difflib import get_close_matches
from textwrap import fill

from readlog.core.domain_model import Reading
from readlog.core.errors import BadInput
from readlog.core.merge_text import check_no_markers, mark_differences
from readlog.core.reading_record import ASSIGNED_KEYS, KEYS, to_record
from readlog.formats.markdown_format import from_markdown, to_markdown
from readlog.ui.editor_instructions import SCISSORS, without_error

_INSTRUCTIONS = """
The review stands below the second line of ---, in Markdown: a line that
begins with # is a heading, and ||between double bars|| stands a spoiler.
An empty field is a field left out. These can be added:
{missing}
Save and close the editor to keep it; empty the file to change nothing.
Nothing below the scissors line is kept.
"""
_WIDTH = 76


def write_form(reading: Reading) -> str:
    """The form with the fields of this reading."""
    return f"{to_markdown(reading, dated=False)}\n{_instructions(reading)}"


def write_both(yours: Reading, theirs: Reading) -> str:
    """The form with two versions of a reading, between conflict markers where they differ."""
    return f"{mark_differences(*(to_markdown(each, dated=False) for each in (yours, theirs)))}\n{_instructions(theirs)}"


def without_instructions(form: str) -> str:
    """The form without an error on top, and without its instructions unless other text is among them."""
    text = without_error(form.replace("\r\n", "\n"))
    above, scissors, below = text.rpartition(SCISSORS)
    known = {line.strip() for line in _INSTRUCTIONS.splitlines()} | {""}
    if not scissors or any(
        line.strip() not in known and not set(line.split()) <= {*KEYS, "(none)"} for line in below.splitlines()
    ):
        return text
    return above


def read_form(text: str, shown: Reading, today: date) -> Reading:
    """Parse the form of `shown` after it was edited; keys that only the journal sets keep the values of `shown`.

    Raises BadInput if the form is not valid. Line numbers in its message count one line more, because
    `with_error` will put the message on top.
    """
    text = _above_scissors(without_error(text), shown)
    check_no_markers(text, shown.review or "", lines_above=1)
    reading = from_markdown(text, today, lines_above=1, dated=False)
    kept = {key: getattr(shown, key) for key in ASSIGNED_KEYS}
    written = {key: getattr(reading, key) for key in ASSIGNED_KEYS}
    for key, value in (written | {"book_uid": reading.book.uid}).items():
        before = (kept | {"book_uid": shown.book.uid})[key]
        if value is not None and value != before:
            raise BadInput(f"{key}: {value} cannot be changed; it was {before}.")
    _check_new_names(name for name in reading.extra if name not in shown.extra)
    return reading._replace(book=reading.book._replace(uid=shown.book.uid), **kept)


def _instructions(reading: Reading) -> str:
    record = to_record(reading)
    hidden = {"review", "extra", "sources", "book_uid", *ASSIGNED_KEYS}
    missing = " ".join(key for key in KEYS if not record[key] and key not in hidden)
    wrapped = fill(missing or "(none)", _WIDTH)
    return f"{SCISSORS}\n{_INSTRUCTIONS.format(missing=wrapped).strip()}\n"


def _check_new_names(names: Iterable[str]) -> None:
    """Raise BadInput if the name of a new field is nearly that of a known one."""
    for name in names:
        word = re.sub(r"[-\s]+", "_", name.strip().casefold())
        matches = ["private_note"] if word == "note" else get_close_matches(word, KEYS, 1, 0.8)
        if matches:
            raise BadInput(f'"{name}" is not a field. Did you mean {matches[0]}?')


def _above_scissors(text: str, shown: Reading) -> str:
    text = text.replace("\r\n", "\n")
    if SCISSORS not in text:
        return text
    above, _, below = text.rpartition(SCISSORS)
    written = {line.strip() for line in _instructions(shown).splitlines()} | {""}
    for line in below.splitlines():
        if line.strip() not in written:
            raise BadInput(f'what stands below the scissors line is not kept: "{line.strip()[:40]}". Write above it.')
    return above
