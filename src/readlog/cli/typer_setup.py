"""What every command has: `--journal`, `-h`, examples below its help, and for queries words that start with a minus."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any

import typer
import typer.main
from typer.core import TyperCommand, TyperOption

from readlog.core.errors import BadInput
from readlog.ui import streams

if TYPE_CHECKING:
    from readlog.journal import Journal


class Command(TyperCommand):
    """A command with the option `--journal`, and its epilog as examples below its help."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params.append(journal_option())

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """The parts of the usage line, without typer's braces around arguments."""
        return [piece.strip("{}") for piece in super().collect_usage_pieces(ctx)]

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Write the examples without wrapping, so that they can be copied."""
        if self.epilog:
            formatter.write("\nExamples:\n")
            formatter.write("".join(f"  {line.strip()}\n" for line in self.epilog.strip().splitlines()))


class QueryCommand(Command):
    """A command that takes a query, in which `-word` and `-tag:x` are exclusions and not options.

    They go through the parser of options with U+2212 for the hyphen; the query language reads both.
    """

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse options and words; the values of options and everything after `--` are left unchanged."""
        takes_value = {
            name: isinstance(param, TyperOption) and not param.is_flag
            for param in self.get_params(ctx)
            for name in (*param.opts, *param.secondary_opts)
        }
        end = args.index("--") if "--" in args else len(args)
        return super().parse_args(ctx, [*_with_exclusions(args[:end], takes_value), *args[end:]])


def _with_exclusions(args: list[str], takes_value: Mapping[str, bool]) -> Iterator[str]:
    """The arguments, excluded words marked with U+2212; raises BadInput if one could also be an option."""
    is_value = False
    for arg in args:
        if is_value or arg in takes_value or not re.match(r"-[^-]", arg):
            yield arg
            is_value = not is_value and takes_value.get(arg, False)
        elif takes_value.get(arg[:2]):
            raise BadInput(
                f"{arg} is the option {arg[:2]}, or a word to leave out. Write {arg[:2]} {arg[2:]}, or -- {arg}"
            )
        else:
            yield "\u2212" + arg[1:]


def new_app(**settings: Any) -> typer.Typer:
    """A typer application with plain help and errors, and without its completion options."""
    return typer.Typer(
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        **settings,
    )


@cache
def journal_option() -> TyperOption:
    """`--journal PATH`, which may stand before or after the command.

    Typer itself builds it, from a function that has it: the arguments of TyperOption differ between versions.
    """

    def remember(ctx: typer.Context, value: str | None) -> None:
        if value is not None:
            ctx.find_root().obj = value

    app = new_app()

    @app.command()
    def command(
        journal: Annotated[
            str | None,
            typer.Option(
                "--journal",
                metavar="PATH",
                help="Use this journal instead of your own.",
                expose_value=False,
                callback=remember,
            ),
        ] = None,
    ) -> None:
        pass

    params = typer.main.get_command(app).params
    return next(param for param in params if isinstance(param, TyperOption) and param.name == "journal")


def open_journal(ctx: typer.Context) -> "Journal":
    """Open the journal that the command works on."""
    from readlog.journal import Journal
    from readlog.storage.paths import journal_path

    named = ctx.find_root().obj
    return Journal(journal_path(named if isinstance(named, str) else None), tell=streams.say)
