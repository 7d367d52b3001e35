"""`readlog quote`: keep passages of a book."""

import re
from collections.abc import Mapping, Sequence
from typing import Annotated

import typer

from readlog.cli.command import Command, new_app, open_journal
from readlog.core.errors import AlreadyExists, Ambiguous, BadInput, NotFound, UnreadableInput
from readlog.core.model import Quote, Reading
from readlog.journal import Journal
from readlog.ui import streams

app = new_app()


@app.command(
    cls=Command,
    epilog="""
    readlog quote 12 "I own nothing." --page 443
    readlog quote "memoirs of" - < quotes.md
    readlog quote serge
    """,
)
def quote(
    ctx: typer.Context,
    reading: Annotated[
        str, typer.Argument(metavar="READING", help='A number, or words of title or author, as "memoirs of".')
    ],
    text: Annotated[
        list[str] | None, typer.Argument(metavar="[TEXT]", help="The passage; - reads standard input.")
    ] = None,
    *,
    page: Annotated[str | None, typer.Option("--page", metavar="N", help="The page on which it stands.")] = None,
    location: Annotated[
        str | None, typer.Option("--location", metavar="N", help="Where it stands in an e-book.")
    ] = None,
    remark: Annotated[str | None, typer.Option("--remark", metavar="TEXT", help="What you say to it.")] = None,
    again: Annotated[bool, typer.Option("--again", help="Keep a passage that is there once more.")] = False,
) -> None:
    """Keep a passage of a book, or many.

    Without a text your editor opens. There, and on standard input, a line of --- stands between two
    quotes, and the last line of each may say where it stands, and a remark: "p. 133", "location
    2040", "p. 133: how true". What is not understood is part of the passage, and so are all lines
    with > in front. Options hold for every quote that does not say it itself. In a pipe: the uids.
    """
    where = {"page": page and re.sub(r"^pp?\.\s*", "", page), "location": location, "remark": remark}
    with open_journal(ctx) as journal:
        if text and text != ["-"]:
            found, quotes = _one(journal, reading, text, where, again)
        elif text or not streams.stdin_is_terminal():
            found, quotes = _many(journal, reading, where, again)
        else:
            found, quotes = _typed(journal, reading, where, again)
    _tell(found, quotes)


def _one(
    journal: Journal, named: str, text: list[str], where: Mapping[str, str | None], again: bool
) -> tuple[Reading, Sequence[Quote]]:
    """What an argument says."""
    from readlog.cli.quote_session import quote_draft_target, quote_from_options, save_quotes_on_error
    from readlog.quotes.markdown import write_quotes

    if len(text) > 1 or _is_of_the_name(journal, named, text[0]):
        raise BadInput(
            "Put words that name a reading into quotes, and the passage too, as in: "
            'readlog quote "memoirs of" "I own nothing."'
        )
    given = quote_from_options(text[0], where)
    with save_quotes_on_error(write_quotes([given]), quote_draft_target(journal, named, {}, again), piped=False):
        return _keep(journal, named, [given], again)


def _is_of_the_name(journal: Journal, named: str, text: str) -> bool:
    """Whether a text is one more word that names the reading, as in `readlog quote conquered city`."""
    if " " in text or named.removeprefix("#").isdigit():
        return False
    try:
        journal.find(f"{named} {text}")
    except NotFound:
        return False
    except Ambiguous:
        return True
    return True


def _many(
    journal: Journal, named: str, where: Mapping[str, str | None], again: bool
) -> tuple[Reading, Sequence[Quote]]:
    """What comes on standard input."""
    from readlog.cli.quote_session import (
        has_all_quotes,
        quote_draft_target,
        read_quotes_with_defaults,
        save_quotes_on_error,
    )
    from readlog.cli.reading_from_options import read_piped_text

    text = read_piped_text("text")
    if not text.strip():
        raise UnreadableInput('No quote came on standard input. Give one, as in: readlog quote 12 "I own nothing."')
    with save_quotes_on_error(text, quote_draft_target(journal, named, where, again), piped=True) as draft:
        quotes = read_quotes_with_defaults(text, where)
        if not quotes:
            raise BadInput("There is no quote between the lines of ---.")
        try:
            return _keep(journal, named, quotes, again)
        except AlreadyExists:
            if draft and has_all_quotes(journal.find(named), quotes):
                draft.remove()
            raise


def _typed(
    journal: Journal, named: str, where: Mapping[str, str | None], again: bool
) -> tuple[Reading, Sequence[Quote]]:
    """What somebody types in the editor."""
    from readlog.cli.quote_session import edit_quotes, quote_from_options

    if not streams.can_ask():
        raise BadInput('Give the passage, as in: readlog quote 12 "I own nothing."')
    quote_from_options("?", where)
    found = journal.find(named)
    return found, edit_quotes(journal, found, where, again)


def _keep(journal: Journal, named: str, quotes: Sequence[Quote], again: bool) -> tuple[Reading, Sequence[Quote]]:
    found = journal.find(named)
    assert found.id is not None
    return found, journal.quote(found.id, quotes, again)


def _tell(found: Reading, quotes: Sequence[Quote]) -> None:
    """For a program the uids, for a person how many of what."""
    if not quotes:
        streams.say("Nothing was kept.")
    elif streams.on_terminal():
        many = "a quote" if len(quotes) == 1 else f"{len(quotes):,} quotes"
        streams.put(f"Kept {many} of {found.id}  {found.book.name}")
    else:
        streams.put_lines(str(quote.uid) for quote in quotes)
