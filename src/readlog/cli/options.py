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


def number_parser(what: str, example: str) -> Callable[[str | int], int]:
    """A parser of whole numbers; `what` and `example` are for its error. Typer also passes it the default, an int."""

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
        parser=number_parser("a number of readings", "--limit 50, or --limit 0 for all."),
        help="Show at most N; 0 shows all.",
    ),
]
Force = Annotated[bool, typer.Option("--force", help="Keep a date that lies in the future.")]


def _text_option(flag: str, metavar: str, help: str) -> Any:
    return Annotated[str | None, typer.Option(flag, metavar=metavar, help=help)]


def _texts_option(flag: str, metavar: str, help: str) -> Any:
    return Annotated[list[str] | None, typer.Option(flag, metavar=metavar, help=help)]


FIELD_OPTIONS: dict[str, Any] = {
    "authors": _texts_option("--author", "NAME", 'An author; repeat for several, or "A; B".'),
    "contributors": _texts_option("--contributor", "NAME:ROLE", 'Someone else, as "Peter Sedgwick:translator".'),
    "subtitle": _text_option("--subtitle", "TEXT", "What stands below the title."),
    "series": _text_option("--series", "NAME", "The series it belongs to."),
    "series_number": _text_option("--series-number", "N", "Its number in the series, such as 2 or 2.5."),
    "isbn": _text_option("--isbn", "ISBN", "Ten digits or thirteen."),
    "publisher": _text_option("--publisher", "NAME", "Who published it."),
    "published": _text_option("--published", "YEAR", "The year of this edition."),
    "pages": _text_option("--pages", "N", "How many pages it has."),
    "language": _text_option("--language", "NAME", "The language of this edition."),
    "tags": _texts_option("--tag", "LABEL", "A tag; repeat for several, or a,b."),
    "status": _text_option("--status", "WORD", "to-read, reading, finished, abandoned or paused."),
    "started": _text_option("--started", "DATE", "When you began: 2012, 2012-03, yesterday."),
    "finished": _text_option("--finished", "DATE", 'When you ended: ~2012, "summer 2012", today.'),
    "rating": _text_option("--rating", "STARS", "0.25 to 5: 4.5, 4½, ★★★★½, 9/10."),
    "format": _text_option("--format", "WORD", "print, ebook or audio."),
    "review": _text_option("--review", "TEXT", "The review, in Markdown; - reads standard input."),
    "private_note": _text_option("--note", "TEXT", "A note for yourself; - reads standard input."),
}
"""The options for fields, by their keys in a record."""


BOOK_OPTIONS = tuple(FIELD_OPTIONS)[: tuple(FIELD_OPTIONS).index("status")]
"""The keys of the options for a book."""


def with_all_field_options(command: F) -> F:
    """Give a command all FIELD_OPTIONS, as keyword arguments `**fields`; None if not given."""
    return with_field_options(*FIELD_OPTIONS)(command)


def with_field_options(*keys: str) -> Callable[[F], F]:
    """A decorator that gives a command some of FIELD_OPTIONS, as `with_all_field_options` does."""

    def add_options(command: F) -> F:
        signature = inspect.signature(command)
        own = [each for each in signature.parameters.values() if each.kind is not each.VAR_KEYWORD]
        fields = [
            inspect.Parameter(key, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=FIELD_OPTIONS[key])
            for key in keys
        ]
        first = [each for each in own if each.kind is not each.KEYWORD_ONLY]
        last = [each for each in own if each.kind is each.KEYWORD_ONLY]
        command.__signature__ = signature.replace(parameters=[*first, *fields, *last])  # type: ignore[attr-defined]
        return command

    return add_options
