"""`readlog complete`: what the scripts of `readlog completion` ask at every TAB. People do not type it."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated

import typer

from readlog.cli.command import Command, new_app, open_journal
from readlog.cli.commands.completion import SCRIPTS, Candidate, answer, words_of_line
from readlog.ui import streams

if TYPE_CHECKING:
    from readlog.journal import Journal

app = new_app()

_NEWEST = 30
"""Readings that are offered where nothing is typed yet."""
_OF_READINGS = ("show", "edit", "delete", "merge", "quote", "want", "start", "at", "pause", "finish", "abandon")
_OF_NAMES = {"tags": "tags", "authors": "people"}
_OF_QUERIES = ("search", "list", "export", "stats", "random", "quotes", *_OF_NAMES)
_CHANGING_NAMES = ("rename", "merge")


@app.command(cls=Command, hidden=True)
def complete(
    ctx: typer.Context,
    shell: Annotated[str, typer.Argument(metavar="SHELL")],
    words: Annotated[list[str] | None, typer.Argument(metavar="[WORD]")] = None,
) -> None:
    """Print what the last word can become; bash gives the whole line as one word."""
    typed = words_of_line((words or [""])[0]) if shell == "bash" else list(words or [])
    if not typed:
        return
    with _journal(ctx, typed) as journal:
        lines = answer(shell, typed[-1], candidates(typed, journal))
    streams.put_lines(lines)


def candidates(words: Sequence[str], journal: "Journal") -> Iterator[Candidate]:
    """What the last of `words`, which stand behind the program's name, can become."""
    from readlog.cli.app import MODULES

    *before, typed = words
    command = next((word for word in before if word in MODULES), None)
    option = before[-1] if before and before[-1].startswith("-") else None
    if option and _takes_value(command, option):
        yield from _fitting(_values(option, journal, command), typed)
    elif typed.startswith("--" if command in _OF_QUERIES and typed != "-" else "-"):
        yield from _fitting(_options(command), typed)
    elif command is None:
        yield from _fitting(map(Candidate, MODULES), typed)
    elif command == "at" and before[-1] != command:
        return
    elif command in _OF_READINGS:
        yield from _readings(journal, typed)
    elif command in _OF_NAMES and set(before) & set(_CHANGING_NAMES):
        yield from _fitting(map(Candidate, journal.names(_OF_NAMES[command])), typed)
    elif command in _OF_QUERIES:
        yield from _fitting(map(Candidate, _CHANGING_NAMES if before[-1] in _OF_NAMES else ()), typed)
        yield from _conditions(typed, journal)
    elif command == "add":
        yield from _fitting((Candidate(title) for _, title in journal.titles_starting_with(typed)), typed)
    elif command == "completion":
        yield from _fitting(map(Candidate, SCRIPTS), typed)


def _fitting(found: Iterable[Candidate], typed: str) -> Iterator[Candidate]:
    from readlog.core.text import fold

    return (each for each in found if fold(each.value).startswith(fold(typed)))


def _journal(ctx: typer.Context, words: Sequence[str]) -> "Journal":
    """The journal that the line is about."""
    named = [value for name, value in pairwise(words) if name == "--journal"]
    if named:
        ctx.find_root().obj = named[-1]
    return open_journal(ctx)


def _readings(journal: "Journal", typed: str) -> Iterator[Candidate]:
    """Numbers, each with the title as its help."""
    found = (
        journal.titles_starting_with(typed)
        if typed
        else [(row.id, row.title) for row in journal.list(limit=_NEWEST).rows]
    )
    return (Candidate(str(id_), title, number=True) for id_, title in found)


def _options(command: str | None) -> Iterator[Candidate]:
    import typer.main

    from readlog.cli.app import app as program

    context = typer.Context(group := typer.main.get_command(program))
    owner = group.get_command(context, command) if command else group  # type: ignore[attr-defined]
    for param in owner.get_params(context):
        yield from (Candidate(name, getattr(param, "help", "") or "") for name in param.opts if name.startswith("--"))


def _takes_value(command: str | None, option: str) -> bool:
    import typer.main

    from readlog.cli.app import app as program

    context = typer.Context(group := typer.main.get_command(program))
    owner = group.get_command(context, command) if command else group  # type: ignore[attr-defined]
    return any(option in param.opts and not getattr(param, "is_flag", True) for param in owner.get_params(context))


def _values(option: str, journal: "Journal", command: str | None = None) -> Iterator[Candidate]:
    """What an option can be given."""
    if option == "--sort" and command in _OF_NAMES:
        from readlog.books.author_and_tag_names import SORTS as OF_NAMES

        yield from map(Candidate, OF_NAMES)
    elif option == "--by":
        from readlog.stats.compute import GROUPINGS

        yield from map(Candidate, GROUPINGS)
    elif option in ("--status", "--format", "--sort"):
        from readlog.core.model import FORMATS
        from readlog.core.status import STATUSES
        from readlog.readings.listing import SORTS

        yield from map(Candidate, {"--status": STATUSES, "--format": FORMATS, "--sort": SORTS}[option])
    tables = {"--tag": "tags", "--untag": "tags", "--author": "people", "--contributor": "people"}
    if option in tables:
        yield from map(Candidate, journal.names(tables[option]))


def _conditions(typed: str, journal: "Journal") -> Iterator[Candidate]:
    """Fields of a query, and what can stand behind the colon of some."""
    from readlog.query.query_fields import HAS_CONDITIONS, IS_CONDITIONS, field_names

    word = typed.lstrip("-")
    sign = typed[: len(typed) - len(word)]
    field, colon, begun = word.partition(":")
    if not colon:
        yield from _fitting((Candidate(f"{sign}{name}:") for name in field_names()), typed)
        return
    options = {"status": "--status", "format": "--format", "tag": "--tag", "author": "--author"}
    fixed = {"has": HAS_CONDITIONS, "is": IS_CONDITIONS}.get(field, ())
    values = map(Candidate, fixed) if fixed else _values(options.get(field, ""), journal)
    for value, *_ in _fitting(values, begun.lstrip('"')):
        yield Candidate(f'{sign}{field}:"{value}"' if " " in value else f"{sign}{field}:{value}")
