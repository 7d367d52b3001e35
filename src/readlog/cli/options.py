"""Arguments and options that several commands share, among them one option for each field of a record."""

import inspect
from collections.abc import Callable
from typing import Annotated, Any, TypeVar

import typer

from readlog.core.errors import BadInput

_MOST_DIGITS = 9
F = TypeVar("F", bound=Callable[..., Any])

Reference = Annotated[
    list[str], typer.Argument(metavar="READING", help="A number, or words of the title or the author.")
]
Query = Annotated[
    list[str] | None,
    typer.Argument(metavar="[QUERY]", help="Which readings, as in: serge rating:4.. finished:2012"),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def number_of(what: str, example: str) -> Callable[[str | int], int]:
    """What reads a number, where `what` says of what; a default comes to it too, and is a number already."""

    def number(text: str | int) -> int:
        if not str(text).isascii() or not str(text).isdigit() or len(str(text)) > _MOST_DIGITS:
            raise BadInput(f'"{text}" is not {what}. Write {example}')
        return int(text)

    return number


Limit = Annotated[
    int | None,
    typer.Option(
        "--limit",
        metavar="N",
        parser=number_of("a number of readings", "--limit 50, or --limit 0 for all."),
        help="Show at most N; 0 shows all.",
    ),
]
Force = Annotated[bool, typer.Option("--force", help="Keep a date that lies in the future.")]


def _text(flag: str, metavar: str, help: str) -> Any:
    return Annotated[str | None, typer.Option(flag, metavar=metavar, help=help)]


def _texts(flag: str, metavar: str, help: str) -> Any:
    return Annotated[list[str] | None, typer.Option(flag, metavar=metavar, help=help)]


FIELDS: dict[str, Any] = {
    "authors": _texts("--author", "NAME", 'An author; repeat for several, or "A; B".'),
    "contributors": _texts("--contributor", "NAME:ROLE", 'Someone else, as "Peter Sedgwick:translator".'),
    "subtitle": _text("--subtitle", "TEXT", "What stands below the title."),
    "series": _text("--series", "NAME", "The series it belongs to."),
    "series_number": _text("--series-number", "N", "Its number in the series, such as 2 or 2.5."),
    "isbn": _text("--isbn", "ISBN", "Ten digits or thirteen."),
    "publisher": _text("--publisher", "NAME", "Who published it."),
    "published": _text("--published", "YEAR", "The year of this edition."),
    "pages": _text("--pages", "N", "How many pages it has."),
    "language": _text("--language", "NAME", "The language of this edition."),
    "tags": _texts("--tag", "LABEL", "A tag; repeat for several, or a,b."),
    "status": _text("--status", "WORD", "to-read, reading, finished, abandoned or paused."),
    "started": _text("--started", "DATE", "When you began: 2012, 2012-03, yesterday."),
    "finished": _text("--finished", "DATE", 'When you ended: ~2012, "summer 2012", today.'),
    "rating": _text("--rating", "STARS", "0.25 to 5: 4.5, 4½, ★★★★½, 9/10."),
    "format": _text("--format", "WORD", "print, ebook or audio."),
    "review": _text("--review", "TEXT", "The review, in Markdown; - reads standard input."),
    "private_note": _text("--note", "TEXT", "A note for yourself; - reads standard input."),
}
"""The options for fields, by the names of the fields in a record."""


OF_BOOK = tuple(FIELDS)[: tuple(FIELDS).index("status")]
"""The fields of a book, without its title."""


def takes_fields(command: F) -> F:
    """Give a command the options of FIELDS; it gets them by their keys in its `**fields`, None where not given."""
    return takes(*FIELDS)(command)


def takes(*keys: str) -> Callable[[F], F]:
    """What gives a command the options of some of FIELDS, as `takes_fields` does."""

    def given(command: F) -> F:
        signature = inspect.signature(command)
        own = [each for each in signature.parameters.values() if each.kind is not each.VAR_KEYWORD]
        fields = [
            inspect.Parameter(key, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=FIELDS[key]) for key in keys
        ]
        first = [each for each in own if each.kind is not each.KEYWORD_ONLY]
        last = [each for each in own if each.kind is each.KEYWORD_ONLY]
        command.__signature__ = signature.replace(parameters=[*first, *fields, *last])  # type: ignore[attr-defined]
        return command

    return given
