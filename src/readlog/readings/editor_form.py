"""The form that the editor shows: a reading as Markdown, with instructions below a scissors line.

Nothing that a person types is ever cut off in silence: only the instructions as they were written
go, and text below the scissors is an error that the editor opens again.
"""

import re
from collections.abc import Iterable
from datetime import date
from difflib import get_close_matches
from textwrap import fill

from readlog.core.errors import BadInput
from readlog.core.merge_text import check_no_markers, mark_differences
from readlog.core.model import Reading
from readlog.core.record import ASSIGNED_KEYS, KEYS, to_record
from readlog.formats.markdown_format import from_markdown, to_markdown

SCISSORS = "<!-- ------------------------ >8 ------------------------ -->"

_INSTRUCTIONS = """
The review stands below the second line of ---, in Markdown: a line that
begins with # is a heading, and ||between double bars|| stands a spoiler.
An empty field is a field left out. These can be added:
{missing}
Save and close the editor to keep it; empty the file to change nothing.
Nothing below the scissors line is kept.
"""
_WIDTH = 76
_ERROR = re.compile(r"\A(?:<!-- readlog: .* -->\n)+")


def write_form(reading: Reading, error: str | None = None) -> str:
    """The form for `reading`, with what is wrong on top where something is."""
    return with_error(to_markdown(reading, dated=False), error) + f"\n{_below(reading)}"


def write_both(yours: Reading, theirs: Reading) -> str:
    """The form for a reading that two have edited, with both versions between markers where they differ."""
    return f"{mark_differences(*(to_markdown(each, dated=False) for each in (yours, theirs)))}\n{_below(theirs)}"


def without_instructions(form: str) -> str:
    """The form without an error on top and without its instructions, unless there is other text among them."""
    text = _ERROR.sub("", form.replace("\r\n", "\n"))
    above, scissors, below = text.rpartition(SCISSORS)
    known = {line.strip() for line in _INSTRUCTIONS.splitlines()} | {""}
    if not scissors or any(
        line.strip() not in known and not set(line.split()) <= {*KEYS, "(none)"} for line in below.splitlines()
    ):
        return text
    return above


def with_error(form: str, error: str | None) -> str:
    """The form with `error` as its first line, in place of one that stood there."""
    form = _ERROR.sub("", form)
    if not error:
        return form
    return f"<!-- readlog: {' '.join(error.replace('-->', '').split())} -->\n{form}"


def read_form(text: str, shown: Reading, today: date) -> Reading:
    """The reading that a form says after `shown` was put in it. What only the journal gives stays as it was.

    Raises BadInput where the form cannot be understood; it counts the line in which `with_error` will say so.
    """
    text = _above_scissors(_ERROR.sub("", text), shown)
    check_no_markers(text, shown.review or "", lines_above=1)
    reading = from_markdown(text, today, lines_above=1, dated=False)
    given = {key: getattr(shown, key) for key in ASSIGNED_KEYS}
    written = {key: getattr(reading, key) for key in ASSIGNED_KEYS}
    for key, value in (written | {"book_uid": reading.book.uid}).items():
        before = (given | {"book_uid": shown.book.uid})[key]
        if value is not None and value != before:
            raise BadInput(f"{key}: {value} cannot be changed; it was {before}.")
    _check_names(name for name in reading.extra if name not in shown.extra)
    return reading._replace(book=reading.book._replace(uid=shown.book.uid), **given)


def _below(reading: Reading) -> str:
    record = to_record(reading)
    hidden = {"review", "extra", "sources", "book_uid", *ASSIGNED_KEYS}
    missing = " ".join(key for key in KEYS if not record[key] and key not in hidden)
    wrapped = fill(missing or "(none)", _WIDTH)
    return f"{SCISSORS}\n{_INSTRUCTIONS.format(missing=wrapped).strip()}\n"


def _check_names(new: Iterable[str]) -> None:
    """Raise BadInput where what looks like a field of its own is a field of readlog misspelt."""
    for name in new:
        word = re.sub(r"[-\s]+", "_", name.strip().casefold())
        meant = ["private_note"] if word == "note" else get_close_matches(word, KEYS, 1, 0.8)
        if meant:
            raise BadInput(f'"{name}" is not a field. Did you mean {meant[0]}?')


def _above_scissors(text: str, shown: Reading) -> str:
    text = text.replace("\r\n", "\n")
    if SCISSORS not in text:
        return text
    above, _, below = text.rpartition(SCISSORS)
    written = {line.strip() for line in _below(shown).splitlines()} | {""}
    for line in below.splitlines():
        if line.strip() not in written:
            raise BadInput(f'what stands below the scissors line is not kept: "{line.strip()[:40]}". Write above it.')
    return above
