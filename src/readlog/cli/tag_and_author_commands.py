"""What `readlog tags` and `readlog authors` have in common: a list of names, and two commands that change them."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar

import typer
import typer.main

from readlog.books.results import Kind, NameCount, Renamed
from readlog.cli.command import QueryCommand, open_journal
from readlog.ui import plain_lines, streams, wording

ON_TERMINAL = 40
"""Names that a terminal shows when nobody says how many."""

Sort = Annotated[str, typer.Option("--sort", metavar="WORD", help="books, name, last or rating.")]
Old = Annotated[str, typer.Argument(metavar="OLD", help="The name it has.")]
New = Annotated[str, typer.Argument(metavar="NEW", help="The name it shall have.")]
Several = Annotated[list[str], typer.Argument(metavar="NAME...", help="Two or more; the last one stays.")]


class NamesCommand(QueryCommand):
    """A list with commands of its own, `changes`, one of which may stand where a query begins."""

    changes: ClassVar[Mapping[str, typer.Typer]] = {}

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """What is to be run: the list, or the command that the first word names."""
        place = self._first_word(args)
        if place is None or args[place] not in self.changes:
            return super().make_context(info_name, args, parent, **extra)
        name, rest = args[place], [*args[:place], *args[place + 1 :]]
        return self._change(name).make_context(f"{info_name} {name}", rest, parent, **extra)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the options, and below them the commands."""
        super().format_options(ctx, formatter)
        with formatter.section("Commands"):
            formatter.write_dl([(name, self._change(name).get_short_help_str(80)) for name in self.changes])

    def _change(self, name: str) -> Any:
        return typer.main.get_command(self.changes[name])

    def _first_word(self, args: Sequence[str]) -> int | None:
        """The place of the first argument that is no option and no value of one; none behind `--` is looked at."""
        with_value = {name for param in self.params if not getattr(param, "is_flag", True) for name in param.opts}
        is_value = False
        for place, arg in enumerate(args):
            if not is_value and not arg.startswith("-"):
                return place
            if arg == "--":
                return None
            is_value = not is_value and arg in with_value
        return None


def show_names(
    ctx: typer.Context, kind: Kind, query: list[str] | None, sort: str, limit: int | None, *, json: bool
) -> None:
    """Print the names of the readings that fit, as a table, as lines or as JSON."""
    table = streams.on_terminal() and not json
    most = limit if limit is not None else ON_TERMINAL if table else 0
    with open_journal(ctx) as journal:
        found = journal.name_counts(kind, " ".join(query or ()), sort)
    shown = found[: most or None]
    if json:
        from readlog.formats.json_format import write_records

        write_records((each._asdict() for each in shown), streams.data())
        return
    _put(kind, shown, table=table)
    streams.say_of_names(len(shown), len(found), kind.one)


def rename(ctx: typer.Context, kind: Kind, old: str, new: str) -> None:
    """Give a tag or an author another name, and say what that changed."""
    with open_journal(ctx) as journal:
        renamed = journal.rename(kind, old, new)
    _tell(renamed)


def merge(ctx: typer.Context, kind: Kind, names: Sequence[str]) -> None:
    """Make several tags or authors one, and say what that changed."""
    with open_journal(ctx) as journal:
        renamed = journal.merge_names(kind, names)
    _tell(renamed)


def _put(kind: Kind, names: Sequence[NameCount], *, table: bool) -> None:
    if table and names:
        from readlog.books.terminal import show_names

        show_names(kind.one, names)
    else:
        plain_lines.put_names(names)


def _tell(renamed: Renamed | None) -> None:
    if not renamed:
        streams.say("Nothing was changed.")
        return
    streams.say(wording.renamed(renamed))
    if renamed.twins:
        streams.say(
            f"{wording.count(renamed.twins, 'title stands', 'titles stand')} under this name more than once now. "
            "See: readlog doctor"
        )
    streams.say_quietly("readlog undo takes all of this back.")
