"""A reading in the reader's editor, and its draft, which outlives everything but the commit."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import typer

from readlog.cli.given import check_dates
from readlog.formats.form import read_form, with_error, write_form
from readlog.ground.model import Reading
from readlog.ground.text import slug
from readlog.storage.drafts import find_drafts, remove_draft, rewrite_draft, write_draft
from readlog.ui import streams
from readlog.ui.editor import edit_until_valid, editor_command


@contextmanager
def edited_by_hand(reading: Reading, today: date, force: bool) -> Iterator[Reading]:
    """What the reader makes of `reading` in the editor; the draft goes when the block has saved it.

    Where anything fails the draft stays, and its place is told. A date in the future that was there
    before is no reason to ask again.
    """
    command = editor_command()
    form = write_form(reading)
    draft = _new_draft(reading, form)

    def read(text: str) -> Reading:
        if text == form:
            return reading
        if not text.strip():
            return _given_up(reading, draft, form)
        return check_dates(read_form(text, reading, today), today, force, before=reading)

    def refuse(text: str, reason: str) -> str:
        marked = with_error(text, reason)
        rewrite_draft(draft, marked)
        return marked

    try:
        yield edit_until_valid(draft, command, read, refuse)
    except BaseException:
        if draft.exists():
            streams.say(f"readlog: your text is in {draft}")
        raise
    remove_draft(draft)


def _new_draft(reading: Reading, form: str) -> Path:
    name = f"{reading.id or 'new'} {slug(reading.book.title) or 'untitled'}"
    for earlier in find_drafts(name):
        streams.say(f"readlog: an earlier draft of this reading is in {earlier}")
    return write_draft(name, form)


def _given_up(reading: Reading, draft: Path, form: str) -> Reading:
    """Emptying the file is how somebody says: leave it. What was answered before is in no other place."""
    if reading.id:
        return reading
    rewrite_draft(draft, form)
    streams.say("Nothing was added.")
    raise typer.Exit
