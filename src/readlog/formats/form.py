"""The form that the editor shows: a reading as Markdown, with instructions below a scissors line.

Nothing that a person types is ever cut off in silence: only the instructions as they were written
go, and text below the scissors is an error that the editor opens again.
"""

import re
from dataclasses import replace
from datetime import date

from readlog.formats.markdown import from_markdown, to_markdown
from readlog.ground.errors import BadInput
from readlog.ground.model import Reading
from readlog.ground.record import GIVEN_KEYS, KEYS, to_record

SCISSORS = "<!-- ------------------------ >8 ------------------------ -->"

_INSTRUCTIONS = """
Write the review below the second line of ---, in Markdown: a line that begins with # is a heading.
||Between double bars|| stands a spoiler. An empty field is a field left out; these can be added:
{missing}
Save and close the editor to keep it. Nothing below the scissors line is kept.
"""
_ERROR = re.compile(r"\A(?:<!-- readlog: .* -->\n)+")


def write_form(reading: Reading, error: str | None = None) -> str:
    """The form for `reading`, with what is wrong on top where something is."""
    return with_error(to_markdown(reading), error) + f"\n{_below(reading)}"


def with_error(form: str, error: str | None) -> str:
    """The form with `error` as its first line, in place of one that stood there."""
    form = _ERROR.sub("", form)
    return f"<!-- readlog: {error.replace('-->', '')} -->\n{form}" if error else form


def read_form(text: str, shown: Reading, today: date) -> Reading:
    """The reading that a form says after `shown` was put in it. What only the journal gives stays as it was.

    Raises BadInput where the form cannot be understood; it counts the line in which `with_error` will say so.
    """
    reading = from_markdown(_above_scissors(_ERROR.sub("", text), shown), today, lines_above=1)
    for key in (*GIVEN_KEYS, "book_uid"):
        said, given = to_record(reading)[key], to_record(shown)[key]
        if said is not None and said != given:
            raise BadInput(f"{key}: {said} cannot be changed; it was {given}.")
    return _with_given(reading, shown)


def _with_given(reading: Reading, shown: Reading) -> Reading:
    given = {key: getattr(shown, key) for key in GIVEN_KEYS}
    return replace(reading, book=replace(reading.book, uid=shown.book.uid), **given)


def _below(reading: Reading) -> str:
    record = to_record(reading)
    hidden = {"review", "extra", "sources", "book_uid", *GIVEN_KEYS}
    missing = " ".join(key for key in KEYS if not record[key] and key not in hidden)
    return f"{SCISSORS}\n{_INSTRUCTIONS.format(missing=missing or '(none)').strip()}\n"


def _above_scissors(text: str, shown: Reading) -> str:
    text = text.replace("\r\n", "\n")
    if SCISSORS not in text:
        return text
    above, _, below = text.rpartition(SCISSORS)
    written = _below(shown).removeprefix(SCISSORS)
    if below.split() != written.split():
        raise BadInput("the text below the scissors line was changed; write above it.")
    return above
