"""A reading in the reader's editor, and its draft, which outlives everything but the commit."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from readlog.cli.said import check
from readlog.formats.form import read_form, with_error, write_form
from readlog.ground.model import Reading
from readlog.ground.text import slug
from readlog.storage.drafts import find_drafts, remove_draft, rewrite_draft, write_draft
from readlog.ui import streams
from readlog.ui.editor import edit_until_valid


def write_in_editor(reading: Reading, today: date, force: bool) -> tuple[Reading, Path]:
    """What the reader made of `reading` in the editor, and the draft in which it stands until `until_saved`."""
    name = f"{reading.id or 'new'} {slug(reading.book.title) or 'untitled'}"
    for earlier in find_drafts(name):
        streams.say(f"An earlier draft of this reading is in {earlier}")
    draft = write_draft(name, write_form(reading))

    def read(text: str) -> Reading:
        return check(read_form(text, reading, today), today, force)

    def refuse(text: str, reason: str) -> str:
        marked = with_error(text, reason)
        rewrite_draft(draft, marked)
        return marked

    return edit_until_valid(draft, read, refuse), draft


@contextmanager
def until_saved(draft: Path) -> Iterator[None]:
    """Around what saves the draft's text: then the draft goes, and where it fails the reader is told where it is."""
    try:
        yield
    except BaseException:
        streams.say(f"Your text is in {draft}")
        raise
    remove_draft(draft)
