"""`readlog goal`: set the goal of a year, or show its progress."""

from typing import Annotated

import typer

from readlog.cli.options import AsJson, number_parser
from readlog.cli.typer_setup import Command, new_app, open_journal
from readlog.core.clock import today
from readlog.core.errors import BadInput
from readlog.core.partial_date import FIRST_YEAR, LAST_YEAR
from readlog.goals.output import goal_sentence
from readlog.goals.results import Goal
from readlog.ui import plain_lines, streams

app = new_app()

_parse_books = number_parser("a number of books", "it as in: readlog goal 40")


@app.command(
    cls=Command,
    epilog="""
    readlog goal
    readlog goal 40
    readlog goal none --year 2025
    """,
)
def goal(
    ctx: typer.Context,
    books: Annotated[
        str | None, typer.Argument(metavar="[N]", help='How many books; "none" takes the goal away.')
    ] = None,
    *,
    year: Annotated[
        int | None,
        typer.Option(
            "--year",
            metavar="YEAR",
            parser=number_parser("a year", "it as in: --year 2025"),
            help="Another year than this.",
        ),
    ] = None,
    json: AsJson = False,
) -> None:
    """Set yourself a goal for the year, or see how far you are.

    Counted is what you finished in that year; a book that you read twice counts twice. In a pipe:
    year, goal, finished, and how many it would be by today if each day had its share.
    """
    which = today().year if year is None else year
    if not FIRST_YEAR <= which <= LAST_YEAR:
        raise BadInput(f"{which} is not a year of reading: {FIRST_YEAR} to {LAST_YEAR}.")
    with open_journal(ctx) as journal:
        if books is not None and books.strip().casefold() == "none":
            journal.set_goal(which, None)
            streams.say(f"No goal for {which} any more.")
        else:
            if books is not None:
                journal.set_goal(which, _parse_goal(books))
            _put_goal(journal.goal(which), json)


def _parse_goal(books: str) -> int:
    number = _parse_books(books)
    if number == 0:
        raise BadInput('A goal is at least one book. "none" takes it away.')
    return number


def _put_goal(goal: Goal, json: bool) -> None:
    if json:
        from readlog.formats.json_format import dumps

        streams.put(dumps(goal.as_record()))
    elif goal.goal is None:
        another = "" if goal.year == today().year else f" --year {goal.year}"
        streams.say(f"No goal for {goal.year}. Set one, as in: readlog goal 40{another}")
    elif streams.on_terminal():
        streams.put(f"{goal.year}  {goal_sentence(goal)}")
    else:
        expected = goal.pace.expected if goal.pace else None
        plain_lines.put_rows([(goal.year, goal.goal, goal.finished, expected)])
