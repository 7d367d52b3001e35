"""`readlog quotes`: show, search and export saved quotes."""

from collections.abc import Iterable
from typing import Annotated

import typer

from readlog.cli.options import AsJson, number_parser
from readlog.cli.typer_setup import QueryCommand, new_app, open_journal
from readlog.core.errors import BadInput, NotFound
from readlog.journal import Journal
from readlog.quotes.results import BookQuote, QuoteSelection
from readlog.ui import streams

app = new_app()

_QUOTES_ON_TERMINAL = 100
"""Quotes that a terminal shows without --limit."""

Limit = Annotated[
    int | None,
    typer.Option(
        "--limit",
        metavar="N",
        parser=number_parser("a number of quotes", "--limit 50, or --limit 0 for all."),
        help="Show at most N; 0 shows all.",
    ),
]


@app.command(
    cls=QueryCommand,
    epilog="""
    readlog quotes
    readlog quotes serge winter
    readlog quotes tag:history --md > quotes.md
    readlog quotes --random
    """,
)
def quotes(
    ctx: typer.Context,
    query: Annotated[
        list[str] | None, typer.Argument(metavar="[QUERY]", help="Which quotes, as in: winter serge rating:4..")
    ] = None,
    *,
    random: Annotated[bool, typer.Option("--random", help="Show any one of them.")] = False,
    limit: Limit = None,
    spoilers: Annotated[bool, typer.Option("--spoilers", help="Show what ||double bars|| hide.")] = False,
    md: Annotated[bool, typer.Option("--md", help="Print Markdown: block quotes, each with its source.")] = False,
    json: AsJson = False,
) -> None:
    """Show the quotes that you kept.

    A word chooses the quotes in which it stands, and all of a book that has it in title, names,
    series or tags; where no quote fits, those of readings that have it in the review or the note.
    Other conditions are those of `readlog list`. The newest reading comes first, book by book; a
    terminal gets 100, a pipe all. In a pipe: one line per quote, tab-separated: id of the reading,
    page, location, passage, title, authors, remark.
    """
    words, page = " ".join(query or ()), streams.on_terminal() and not (md or json)
    if md and json:
        raise BadInput("Choose one: --md prints Markdown, --json prints JSON.")
    if random and limit is not None:
        raise BadInput("--random shows one quote. Leave --limit out.")
    with open_journal(ctx) as journal:
        if random:
            selection = _random_quote(journal, words)
        else:
            selection = journal.quotes(words, limit if limit is not None else _QUOTES_ON_TERMINAL if page else 0)
        if selection.matched_elsewhere:
            streams.say("No quote has these words. These are of readings that have them.")
        _put(selection.quotes, page, spoilers, md, json)
        if not random and not (md or json):
            streams.say_list_size(selection.shown, selection.total, "quote")


def _random_quote(journal: Journal, words: str) -> QuoteSelection:
    selection = journal.random_quote(words)
    if not selection.total:
        raise NotFound("No quote fits. See all quotes with: readlog quotes")
    return selection


def _put(quotes: Iterable[BookQuote], page: bool, spoilers: bool, md: bool, json: bool) -> None:
    """Print quotes as JSON, Markdown, a `page` for a terminal, or lines for a pipe."""
    if json:
        from readlog.formats.json_format import write_records

        write_records((each.as_record() for each in quotes), streams.data())
    elif md:
        from readlog.quotes.markdown import write_markdown

        streams.put_lines(write_markdown(quotes, spoilers=spoilers))
    elif page:
        from readlog.quotes.output import show_quotes

        show_quotes(quotes, spoilers=spoilers)
    else:
        from readlog.quotes.output import put_quotes

        put_quotes(quotes, spoilers=spoilers)
