"""`readlog stats`: readings counted, drawn, and told."""

from pathlib import Path
from typing import Annotated

import typer

from readlog.cli.command import QueryCommand, new_app, open_journal
from readlog.cli.options import AsJson, Limit, Query, number_of
from readlog.cli.output_path import file_named
from readlog.core.clock import today
from readlog.core.errors import BadInput, NotFound
from readlog.journal import Journal
from readlog.stats.results import IN_TIME, MOST_NAMED, Figures
from readlog.ui import streams

app = new_app()

_EXAMPLE = "--year-in-review 2025"
ON_TERMINAL = 40
"""Groups that a terminal shows when nobody says how many."""


def _year(text: str) -> int:
    from readlog.core.partial_date import FIRST_YEAR, LAST_YEAR

    year = number_of("a year", _EXAMPLE)(text)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise BadInput(f'"{text}" is not a year. Write {_EXAMPLE}')
    return year


By = Annotated[
    str | None,
    typer.Option(
        "--by",
        metavar="WORD",
        help="year, month, rating, author, tag, status, format, language, publisher or decade.",
    ),
]
Svg = Annotated[str | None, typer.Option("--svg", metavar="FILE", help="Draw the charts into an SVG file.")]
InReview = Annotated[
    int | None,
    typer.Option(
        "--year-in-review",
        metavar="YEAR",
        parser=_year,
        help="Write a page about that year that you could post, in Markdown.",
    ),
]
To = Annotated[str | None, typer.Option("-o", "--output", metavar="FILE", help="The file for that page.")]


@app.command(
    cls=QueryCommand,
    epilog="""
    readlog stats
    readlog stats 2012
    readlog stats author:serge --by tag
    readlog stats 2025 --svg 2025.svg
    readlog stats --year-in-review 2025 -o 2025.md
    """,
)
def stats(
    ctx: typer.Context,
    query: Query = None,
    *,
    by: By = None,
    limit: Limit = None,
    json: AsJson = False,
    svg: Svg = None,
    year_in_review: InReview = None,
    output: To = None,
) -> None:
    """Count what you finished: readings, pages, ratings.

    All of it, one year, or what a query chooses; of any state where the query, or --by, speaks of
    it. In a pipe: lines with tabs. With --by, one for each group: label, readings, books, pages,
    readings without a number of pages, average rating, rated readings, standard deviation of the
    ratings, readings without a date, without a month, only about then. Without it, one for
    everything there is to say, the name of its section first.
    """
    words = " ".join(query or ())
    if year_in_review is not None:
        _refuse("--year-in-review", {"a query": words, "--by": by, "--limit": limit, "--json": json, "--svg": svg})
    elif output is not None:
        raise BadInput("-o is for --year-in-review. A picture gets its name so: --svg FILE")
    if svg is not None:
        _refuse("--svg", {"--json": json})
    with open_journal(ctx) as journal:
        if year_in_review is not None:
            _review(journal, year_in_review, output)
            return
        path = None if svg is None else file_named(svg, "--svg", journal.path)
        found = journal.stats(words, by, MOST_NAMED if limit is None else limit)
    _answer(found, words, path, limit, json=json)


def _answer(found: Figures, words: str, path: Path | None, limit: int | None, *, json: bool) -> None:
    """Figures as JSON, as a picture at `path`, on a terminal or in a pipe."""
    if json:
        from readlog.formats.json_format import dumps

        streams.put(dumps(found.shortened(limit).as_record()))
    elif found.is_empty:
        _nothing(path)
    elif path:
        _draw(found, path, limit)
    elif streams.on_terminal():
        _show(found, words, limit)
    else:
        from readlog.stats.plain import put_figures, put_groups

        put = put_figures if found.sections else put_groups
        put(found.shortened(limit))


def _refuse(option: str, others: dict[str, object]) -> None:
    """Raises BadInput where one of the `others` was given, which do not go with `option`."""
    given = next((name for name, value in others.items() if not (value is None or value is False or value == "")), None)
    if given:
        raise BadInput(f"{option} does not go with {given}. Leave one of them out.")


def _show(found: Figures, words: str, limit: int | None) -> None:
    """The charts on a terminal."""
    from readlog.stats.chart_data import charts_of
    from readlog.stats.terminal import show_charts

    most = ON_TERMINAL if limit is None else limit
    show_charts(charts_of(found, today(), most), _what_next(found, words))
    _say_groups_shown(len(found.groups), most, found.by)


def _say_groups_shown(total: int, limit: int, by: str) -> None:
    """Say below the charts how many groups they show, unless they show all; a time series shows the last ones."""
    if 0 < limit < total:
        shown = f"The last {limit:,} of {total:,} {by}s" if by in IN_TIME else f"{limit:,} of {total:,}"
        streams.say_quietly(f"{shown}. --limit 0 shows all.")


def _what_next(found: Figures, words: str) -> str:
    """What could be typed next, by somebody who has seen this."""
    if found.sections and not words and found.last_year:
        return f"One year: readlog stats {found.last_year}"
    is_year = found.sections and words.strip() == str(found.year)
    return f"A page to post: readlog stats --year-in-review {found.year}" if is_year else ""


def _nothing(path: Path | None) -> None:
    """Say that there are no readings. Raises NotFound where a file was to be made of them."""
    if path is not None:
        raise NotFound(f"There are no readings for {path}. Nothing was written.")
    streams.say_of_list(0, 0, "when")


def _draw(found: Figures, path: Path, most: int | None) -> None:
    """The charts as a picture."""
    from readlog.exports.markdown_folder import write_errors
    from readlog.stats import svg
    from readlog.stats.chart_data import charts_of
    from readlog.storage.atomic_files import atomic_write

    with write_errors(path), atomic_write(path) as file:
        svg.write(charts_of(found, today(), most), file)
    _tell(found, path)


def _review(journal: Journal, year: int, output: str | None) -> None:
    """The page of a year, to standard output or a file."""
    from readlog.exports.markdown_folder import write_errors
    from readlog.stats import year_page
    from readlog.storage.atomic_files import atomic_write

    path = None if output is None else file_named(output, "-o", journal.path)
    found = journal.year_in_review(year)
    if found.figures.is_empty:
        _nothing(path)
    elif path is None:
        year_page.write(found, streams.data(), today())
    else:
        with write_errors(path), atomic_write(path) as file:
            year_page.write(found, file, today())
        _tell(found.figures, path)


def _tell(found: Figures, path: Path) -> None:
    from readlog.core.text import pluralize

    streams.say(f"{pluralize(found.whole.readings, 'reading')} in {path}.")
