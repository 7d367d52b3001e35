"""The commands `tags` and `authors`: a list of names, with `rename` and `merge` as commands of its own."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, NamedTuple

import typer
import typer.main

from readlog.books.results import NameCount, NameKind, Renaming
from readlog.cli.options import AsJson, Limit, Query
from readlog.cli.typer_setup import Command, QueryCommand, new_app, open_journal
from readlog.ui import streams

DEFAULT_LIMIT_ON_TERMINAL = 40


class CommandText(NamedTuple):
    """The help of a command and the examples below it."""

    help: str
    examples: str


def names_app(kind: NameKind, list_text: CommandText, rename_text: CommandText, merge_text: CommandText) -> typer.Typer:
    """The application of `readlog tags` or `readlog authors`."""
    app, rename_app, merge_app = new_app(), new_app(), new_app()
    subcommands = {"rename": rename_app, "merge": merge_app}

    class ListCommand(_CommandWithSubcommands):
        def get_subcommands(self) -> Mapping[str, typer.Typer]:
            return subcommands

    @app.command(kind.value, cls=ListCommand, help=list_text.help, epilog=list_text.examples)
    def list_names(
        ctx: typer.Context,
        query: Query = None,
        *,
        sort: Annotated[str, typer.Option("--sort", metavar="WORD", help="books, name, last or rating.")] = "books",
        limit: Limit = None,
        json: AsJson = False,
    ) -> None:
        as_table = streams.on_terminal() and not json
        if limit is None:
            limit = DEFAULT_LIMIT_ON_TERMINAL if as_table else 0
        with open_journal(ctx) as journal:
            names = journal.name_counts(kind, " ".join(query or ()), sort)
        shown = names[: limit or None]
        if json:
            from readlog.formats.json_format import write_records

            write_records((each._asdict() for each in shown), streams.data())
            return
        _print_names(kind, shown, as_table=as_table)
        streams.say_list_size(len(shown), len(names), kind.singular)

    @rename_app.command(cls=Command, help=rename_text.help, epilog=rename_text.examples)
    def rename(
        ctx: typer.Context,
        old: Annotated[str, typer.Argument(metavar="OLD", help="The name it has.")],
        new: Annotated[str, typer.Argument(metavar="NEW", help="The name it shall have.")],
    ) -> None:
        with open_journal(ctx) as journal:
            renaming = journal.rename(kind, old, new)
        _report(renaming)

    @merge_app.command(cls=Command, help=merge_text.help, epilog=merge_text.examples)
    def merge(
        ctx: typer.Context,
        names: Annotated[list[str], typer.Argument(metavar="NAME...", help="Two or more; the last one stays.")],
    ) -> None:
        with open_journal(ctx) as journal:
            renaming = journal.merge_names(kind, names)
        _report(renaming)

    return app


class _CommandWithSubcommands(QueryCommand):
    """A command that takes a query, whose first word may also be the name of a subcommand."""

    def get_subcommands(self) -> Mapping[str, typer.Typer]:
        """The applications of the subcommands by name."""
        raise NotImplementedError

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """The context of this command, or of the subcommand that the first word names."""
        index = self._first_word_index(args)
        if index is None or args[index] not in self.get_subcommands():
            return super().make_context(info_name, args, parent, **extra)
        name, rest = args[index], [*args[:index], *args[index + 1 :]]
        return self._subcommand(name).make_context(f"{info_name} {name}", rest, parent, **extra)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the options, and below them the subcommands."""
        super().format_options(ctx, formatter)
        with formatter.section("Commands"):
            rows = [(name, self._subcommand(name).get_short_help_str(80)) for name in self.get_subcommands()]
            formatter.write_dl(rows)

    def _subcommand(self, name: str) -> Any:
        return typer.main.get_command(self.get_subcommands()[name])

    def _first_word_index(self, args: Sequence[str]) -> int | None:
        """The index of the first argument that is neither an option nor its value; None if `--` comes before it."""
        with_value = {name for param in self.params if not getattr(param, "is_flag", True) for name in param.opts}
        is_value = False
        for index, arg in enumerate(args):
            if not is_value and not arg.startswith("-"):
                return index
            if arg == "--":
                return None
            is_value = not is_value and arg in with_value
        return None


def _print_names(kind: NameKind, names: Sequence[NameCount], *, as_table: bool) -> None:
    if as_table and names:
        from readlog.books.terminal import show_name_counts

        show_name_counts(kind.singular, names)
    else:
        from readlog.books.plain import put_name_counts

        put_name_counts(names)


def _report(renaming: Renaming | None) -> None:
    if not renaming:
        streams.say("Nothing was changed.")
        return
    from readlog.books.plain import renaming_text
    from readlog.core.normalize_text import pluralize

    streams.say(renaming_text(renaming))
    if duplicates := renaming.duplicate_titles:
        titles = pluralize(duplicates, "title stands", "titles stand")
        streams.say(f"{titles} under this name more than once now. See: readlog doctor")
    streams.say_quietly("readlog undo takes all of this back.")
