"""`readlog quotes`: what was kept of books, set as on a page."""

from typing import Annotated

import typer

from readlog.cli.command import QueryCommand, new_app, open_journal
from readlog.cli.options import AsJson, number_of
from readlog.core.errors import BadInput, NotFound
from readlog.journal import Journal
from readlog.quotes.results import QuoteSelection
from readlog.ui import streams

app = new_app()

ON_TERMINAL = 100
"""Quotes that a terminal shows when nobody says how many."""

Limit = Annotated[
    int | None,
    typer.Option(
        "--limit",
        metavar="N",
        parser=number_of("a number of quotes", "--limit 50, or --limit 0 for all."),
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
            found = _any_of(journal, words)
        else:
            found = journal.quotes(words, limit if limit is not None else ON_TERMINAL if page else 0)
        if found.matched_elsewhere:
            streams.say("No quote has these words. These are of readings that have them.")
        _put(found, page, spoilers, md, json)
        if not random and not (md or json):
            streams.say_of_names(found.shown, found.total, "quote")


def _any_of(journal: Journal, words: str) -> QuoteSelection:
    found = journal.random_quote(words)
    if not found.total:
        raise NotFound("No quote fits. See all quotes with: readlog quotes")
    return found


def _put(found: QuoteSelection, page: bool, spoilers: bool, md: bool, json: bool) -> None:
    """The quotes, set as on a `page`, or for a program."""
    if json:
        from readlog.formats.json_format import write_records

        write_records((each.as_record() for each in found.quotes), streams.data())
    elif md:
        from readlog.quotes.markdown import write_markdown

        streams.put_lines(write_markdown(found.quotes, spoilers=spoilers))
    elif page:
        from readlog.quotes.views import show_quotes

        show_quotes(found.quotes, spoilers=spoilers)
    else:
        from readlog.quotes.views import put_quotes

        put_quotes(found.quotes, spoilers=spoilers)
