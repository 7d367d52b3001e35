"""`readlog history`: the operations of the journal, or the versions of one reading."""

from collections.abc import Sequence
from typing import Annotated

import typer

from readlog.cli.commands.list_ import DEFAULT_LIMIT_ON_TERMINAL
from readlog.cli.commands.show import put_reading
from readlog.cli.options import AsJson, Limit
from readlog.cli.typer_setup import Command, new_app, open_journal
from readlog.core.clock import today
from readlog.core.date_parser import parse_date
from readlog.core.errors import BadInput
from readlog.history.results import Version
from readlog.journal import Journal
from readlog.ui import streams

app = new_app()


@app.command(
    cls=Command,
    epilog="""
    readlog history
    readlog history 12
    readlog history 12 --at 2024-05
    """,
)
def history(
    ctx: typer.Context,
    reading: Annotated[
        list[str] | None,
        typer.Argument(metavar="[READING]", help="The life of one: a number, or words of title or author."),
    ] = None,
    *,
    at: Annotated[str | None, typer.Option("--at", metavar="DATE", help="Show the reading as it was then.")] = None,
    spoilers: Annotated[bool, typer.Option("--spoilers", help="Show what ||double bars|| hide.")] = False,
    limit: Limit = None,
    json: AsJson = False,
) -> None:
    """Show what was done, or the life of one reading.

    The newest first, by numbers that `undo` takes. Of a reading every version is told, from the first: what
    was changed, the review word by word; `edit 12 --restore 41` brings back what operation 41 left.
    In a pipe: one line per operation, tab-separated: number, time (UTC), command, added, changed,
    deleted, reading, title, fields, "taken back".
    """
    words = " ".join(reading or ())
    if at is not None and not words:
        raise BadInput("Say which reading, as in: readlog history 12 --at 2024-05")
    with open_journal(ctx) as journal:
        if at is not None:
            when = parse_date(at, today())
            put_reading(journal, journal.reading_at(_reading_id(journal, words), when), spoilers, json)
        elif words:
            _put_versions(journal.versions_of(_reading_id(journal, words)), limit, spoilers, json)
        else:
            _put_operations(journal, limit, json)


def _reading_id(journal: Journal, words: str) -> int:
    """The id of the reading that is named; one that is named by its id can be deleted."""
    if words.isascii() and words.isdigit() and len(words) < len(str(2**63)):
        return int(words)
    found = journal.find(words).id
    assert found is not None
    return found


def _put_operations(journal: Journal, limit: int | None, json: bool) -> None:
    as_table = streams.on_terminal() and not json
    found = journal.history(limit if limit is not None else DEFAULT_LIMIT_ON_TERMINAL if as_table else 0)
    if json:
        from readlog.formats.json_format import write_records

        write_records((row._asdict() for row in found.rows), streams.data())
        return
    from readlog.history.plain import put_operations, report_operation_count

    if as_table and found.shown:
        from readlog.history.terminal import show_operations

        show_operations(found.rows)
    else:
        put_operations(found.rows)
    report_operation_count(found.shown, found.total)


def _put_versions(versions: Sequence[Version], limit: int | None, spoilers: bool, json: bool) -> None:
    newest = versions[-(limit or 0) :]
    if json:
        from readlog.formats.json_format import dumps

        streams.put(dumps([version.to_json() for version in newest]))
    elif streams.on_terminal():
        from readlog.history.terminal import show_versions

        title = next(each.reading.book.name for each in reversed(versions) if each.reading)
        show_versions(title, newest, spoilers)
    else:
        from readlog.history.plain import put_versions

        put_versions(newest, spoilers)
