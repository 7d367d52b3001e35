"""`readlog complete`: called by the scripts of `readlog completion` at every TAB; people do not type it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Any

import typer

from readlog.cli.commands.completion import SCRIPTS, Candidate, answer, words_of_line
from readlog.cli.typer_setup import Command, new_app, open_journal
from readlog.ui import streams

if TYPE_CHECKING:
    from readlog.journal import Journal

app = new_app()

_NEWEST = 30
"""Readings that are offered before anything is typed."""
_NAME_TABLES = {"tags": "tags", "authors": "people"}
_NAME_OPTIONS = {"--tag": "tags", "--untag": "tags", "--author": "people", "--contributor": "people"}
_NAME_SUBCOMMANDS = ("rename", "merge")
_FIELD_OPTIONS = {"status": "--status", "format": "--format", "tag": "--tag", "author": "--author"}
"""The fields of a query that have the same values as an option."""


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
    with _open_named_journal(ctx, typed) as journal:
        lines = answer(shell, typed[-1], candidates(ctx.find_root(), typed, journal))
    streams.put_lines(lines)


def candidates(root: Any, words: Sequence[str], journal: "Journal") -> Iterator[Candidate]:
    """What the last of `words`, the words after the program's name, can become; `root` is the program's context."""
    *before, typed = words
    commands: Iterable[str] = root.command.commands
    command = next((word for word in before if word in commands), None)
    option = before[-1] if before and before[-1].startswith("-") else None
    if option and _takes_value(root, command, option):
        return _starting_with(typed, map(Candidate, _option_values(option, journal, command)))
    if typed.startswith("--" if command in _QUERY_COMMANDS and typed != "-" else "-"):
        return _starting_with(typed, _options(root, command))
    if command is None:
        return _starting_with(typed, map(Candidate, commands))
    return _ARGUMENTS[command](journal, before, typed) if command in _ARGUMENTS else iter(())


def _open_named_journal(ctx: typer.Context, words: Sequence[str]) -> "Journal":
    """The journal that the line names with --journal, else the default one."""
    named = [value for name, value in pairwise(words) if name == "--journal"]
    if named:
        ctx.find_root().obj = named[-1]
    return open_journal(ctx)


def _starting_with(typed: str, found: Iterable[Candidate]) -> Iterator[Candidate]:
    from readlog.core.normalize_text import fold

    return (each for each in found if fold(each.value).startswith(fold(typed)))


def _readings(journal: "Journal", _before: Sequence[str], typed: str) -> Iterator[Candidate]:
    """Ids of readings, each with the title as its help."""
    found = (
        journal.titles_starting_with(typed)
        if typed
        else [(row.id, row.title) for row in journal.list(limit=_NEWEST).rows]
    )
    return (Candidate(str(id_), title, number=True) for id_, title in found)


def _reading_then_position(journal: "Journal", before: Sequence[str], typed: str) -> Iterator[Candidate]:
    """A reading right after `at`; the position that follows cannot be completed."""
    return _readings(journal, before, typed) if before[-1] == "at" else iter(())


def _titles(journal: "Journal", _before: Sequence[str], typed: str) -> Iterator[Candidate]:
    return _starting_with(typed, (Candidate(title) for _, title in journal.titles_starting_with(typed)))


def _shells(_journal: "Journal", _before: Sequence[str], typed: str) -> Iterator[Candidate]:
    return _starting_with(typed, map(Candidate, SCRIPTS))


def _query(journal: "Journal", before: Sequence[str], typed: str) -> Iterator[Candidate]:
    """Fields of a query, or values after the colon of a field; a subcommand right after `tags` or `authors`."""
    from readlog.query.query_fields import HAS_CONDITIONS, IS_CONDITIONS, field_names

    if before[-1] in _NAME_TABLES:
        yield from _starting_with(typed, map(Candidate, _NAME_SUBCOMMANDS))
    word = typed.lstrip("-")
    sign = typed[: len(typed) - len(word)]
    field, colon, beginning = word.partition(":")
    if not colon:
        yield from _starting_with(typed, (Candidate(f"{sign}{name}:") for name in field_names()))
        return
    fixed = {"has": HAS_CONDITIONS, "is": IS_CONDITIONS}.get(field)
    values = fixed or _option_values(_FIELD_OPTIONS.get(field, ""), journal)
    for value, *_ in _starting_with(beginning.lstrip('"'), map(Candidate, values)):
        yield Candidate(f'{sign}{field}:"{value}"' if " " in value else f"{sign}{field}:{value}")


def _names_or_query(journal: "Journal", before: Sequence[str], typed: str) -> Iterator[Candidate]:
    """All tags or authors after a subcommand, else a query."""
    if not set(before) & set(_NAME_SUBCOMMANDS):
        return _query(journal, before, typed)
    command = next(word for word in before if word in _NAME_TABLES)
    return _starting_with(typed, map(Candidate, journal.names(_NAME_TABLES[command])))


_QUERY_COMMANDS = ("search", "list", "export", "stats", "random", "quotes", *_NAME_TABLES)
_READING_COMMANDS = ("show", "edit", "delete", "merge", "quote", "want", "start", "pause", "finish", "abandon")

_ARGUMENTS: dict[str, Callable[["Journal", Sequence[str], str], Iterator[Candidate]]] = {
    **dict.fromkeys(_READING_COMMANDS, _readings),
    **dict.fromkeys(_QUERY_COMMANDS, _query),
    **dict.fromkeys(_NAME_TABLES, _names_or_query),
    "at": _reading_then_position,
    "add": _titles,
    "completion": _shells,
}
"""What completes the arguments of a command, given the words before the last one and the last one as typed."""


def _params(root: Any, command: str | None) -> list[Any]:
    """The parameters of a command, or of the program."""
    owner = root.command.get_command(root, command) if command else root.command
    return list(owner.get_params(root))


def _options(root: Any, command: str | None) -> Iterator[Candidate]:
    for param in _params(root, command):
        yield from (Candidate(name, getattr(param, "help", "") or "") for name in param.opts if name.startswith("--"))


def _takes_value(root: Any, command: str | None, option: str) -> bool:
    params = _params(root, command)
    return any(option in param.opts and not getattr(param, "is_flag", True) for param in params)


def _option_values(option: str, journal: "Journal", command: str | None = None) -> Iterable[str]:
    """The values that an option can have, nothing if they are not known."""
    if option in _NAME_OPTIONS:
        return journal.names(_NAME_OPTIONS[option])
    if option == "--status":
        from readlog.core.status import STATUSES

        return STATUSES
    if option == "--format":
        from readlog.core.domain_model import FORMATS

        return FORMATS
    if option == "--by":
        from readlog.stats.compute import GROUPINGS

        return GROUPINGS
    if option == "--sort" and command in _NAME_TABLES:
        from readlog.books.author_and_tag_names import SORTS as NAME_SORTS

        return NAME_SORTS
    if option == "--sort":
        from readlog.readings.listing import SORTS

        return SORTS
    return ()
