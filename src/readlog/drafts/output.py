"""The list of unsaved drafts, for a pipe and on a terminal."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from readlog.core.normalize_text import pluralize, printable
from readlog.drafts.results import DraftSummary
from readlog.ui.plain_lines import put_rows
from readlog.ui.streams import say

if TYPE_CHECKING:
    from rich.text import Text


def put_drafts(drafts: Iterable[DraftSummary]) -> None:
    """Print a line of tab-separated values for each draft; "open in another terminal" takes the place of a trouble."""
    put_rows(
        (
            each.number,
            each.begun,
            each.id,
            each.name,
            each.words,
            ", ".join(each.differs),
            "open in another terminal" if each.is_open else each.trouble,
            each.path,
        )
        for each in drafts
    )


def say_unsaved_drafts(number: int) -> None:
    """Say that there are unsaved drafts, if there are any."""
    if number:
        say(f"{number} {'draft is' if number == 1 else 'drafts are'} waiting: readlog recover")


def show_drafts(drafts: Sequence[DraftSummary]) -> None:
    """Print two lines for each draft: its book and its time, and what it would change."""
    from rich.text import Text

    from readlog.ui.console import QUIET, terminal

    console = terminal()
    width = max(len(str(each.number)) for each in drafts)
    for each in drafts:
        console.print(_headline(each, width, console.width - 1), no_wrap=True, crop=False)
        for line in Text(printable(_describe(each)), QUIET).wrap(console, max(console.width - width - 3, 20)):
            console.print(Text(" " * (width + 2)).append_text(line))


def _headline(draft: DraftSummary, number_width: int, width: int) -> "Text":
    from rich.text import Text

    from readlog.ui.console import QUIET, TITLE, title_and_author

    when = f"{datetime.fromisoformat(draft.begun).astimezone():%Y-%m-%d %H:%M}"
    left = width - number_width - len(when) - 4
    title, comma, author = draft.name.partition(", ")
    title, author = title_and_author(title, author if comma else None, left)
    line = Text.assemble((f"{draft.number:>{number_width}}  ", QUIET), (title, TITLE), author)
    gap = " " * max(width - line.cell_len - len(when), 2)
    return Text.assemble(line, gap, (when, QUIET))


def _describe(draft: DraftSummary) -> str:
    """`an edit of 12: review, rating; 312 words`."""
    if draft.is_open:
        return "open in another terminal"
    of = f"an edit of {draft.id}" if draft.id else "a new reading"
    keys = f": {', '.join(key.replace('_', ' ') for key in draft.differs)}" if draft.differs else ""
    trouble = f". {draft.trouble[:1].upper()}{draft.trouble[1:]}" if draft.trouble else ""
    return f"{of}{keys}; {pluralize(draft.words, 'word')}{trouble}"
