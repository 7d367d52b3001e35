"""`readlog quote`: keep passages of a book."""

import re
from collections.abc import Mapping, Sequence
from typing import Annotated

import typer

from readlog.cli.typer_setup import Command, new_app, open_journal
from readlog.core.domain_model import Quote, Reading
from readlog.core.errors import AlreadyExists, Ambiguous, BadInput, NotFound, UnreadableInput
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
    options = {"page": page and re.sub(r"^pp?\.\s*", "", page), "location": location, "remark": remark}
    with open_journal(ctx) as journal:
        if text and text != ["-"]:
            found, quotes = _save_argument(journal, reading, text, options, again)
        elif text or not streams.stdin_is_terminal():
            found, quotes = _save_standard_input(journal, reading, options, again)
        else:
            found, quotes = _edit(journal, reading, options, again)
    _print_saved(found, quotes)


def _save_argument(
    journal: Journal, reference: str, text: list[str], options: Mapping[str, str | None], again: bool
) -> tuple[Reading, Sequence[Quote]]:
    from readlog.cli.quotes_from_options import quote_draft_target, quote_from_options, save_quotes_on_error
    from readlog.quotes.quote_text import write_quotes

    if len(text) > 1 or _continues_reference(journal, reference, text[0]):
        raise BadInput(
            "Put words that name a reading into quotes, and the passage too, as in: "
            'readlog quote "memoirs of" "I own nothing."'
        )
    quote_ = quote_from_options(text[0], options)
    with save_quotes_on_error(
        write_quotes([quote_]), quote_draft_target(journal, reference, {}, again), is_piped=False
    ):
        return _save(journal, reference, [quote_], again)


def _continues_reference(journal: Journal, reference: str, text: str) -> bool:
    """True if the text is one more word of the reference, as in `readlog quote conquered city`."""
    if " " in text or reference.removeprefix("#").isdigit():
        return False
    try:
        journal.find(f"{reference} {text}")
    except NotFound:
        return False
    except Ambiguous:
        return True
    return True


def _save_standard_input(
    journal: Journal, reference: str, options: Mapping[str, str | None], again: bool
) -> tuple[Reading, Sequence[Quote]]:
    from readlog.cli.quotes_from_options import (
        has_all_quotes,
        quote_draft_target,
        read_quotes_with_defaults,
        save_quotes_on_error,
    )
    from readlog.cli.reading_from_options import read_piped_text

    text = read_piped_text("text")
    if not text.strip():
        raise UnreadableInput('No quote came on standard input. Give one, as in: readlog quote 12 "I own nothing."')
    with save_quotes_on_error(text, quote_draft_target(journal, reference, options, again), is_piped=True) as draft:
        quotes = read_quotes_with_defaults(text, options)
        if not quotes:
            raise BadInput("There is no quote between the lines of ---.")
        try:
            return _save(journal, reference, quotes, again)
        except AlreadyExists:
            if draft and has_all_quotes(journal.find(reference), quotes):
                draft.remove()
            raise


def _edit(
    journal: Journal, reference: str, options: Mapping[str, str | None], again: bool
) -> tuple[Reading, Sequence[Quote]]:
    from readlog.cli.edit_quotes import edit_quotes
    from readlog.cli.quotes_from_options import quote_from_options

    if not streams.can_ask():
        raise BadInput('Give the passage, as in: readlog quote 12 "I own nothing."')
    quote_from_options("?", options)
    found = journal.find(reference)
    return found, edit_quotes(journal, found, options, again)


def _save(journal: Journal, reference: str, quotes: Sequence[Quote], again: bool) -> tuple[Reading, Sequence[Quote]]:
    found = journal.find(reference)
    assert found.id is not None
    return found, journal.quote(found.id, quotes, again)


def _print_saved(found: Reading, quotes: Sequence[Quote]) -> None:
    """Print the uids in a pipe, and how many quotes of which book at a terminal."""
    if not quotes:
        streams.say("Nothing was kept.")
    elif streams.on_terminal():
        many = "a quote" if len(quotes) == 1 else f"{len(quotes):,} quotes"
        streams.put(f"Kept {many} of {found.id}  {found.book.name}")
    else:
        streams.put_lines(str(quote.uid) for quote in quotes)
