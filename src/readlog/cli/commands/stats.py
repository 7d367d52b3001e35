"""`readlog stats`: statistics as charts, tab-separated lines, JSON or SVG, and the year in review."""

from pathlib import Path
from typing import Annotated

import typer

from readlog.cli.options import AsJson, Limit, Query, number_parser
from readlog.cli.output_path import file_named
from readlog.cli.typer_setup import QueryCommand, new_app, open_journal
from readlog.core.clock import today
from readlog.core.errors import BadInput, NotFound
from readlog.journal import Journal
from readlog.stats.results import MAX_NAMES, TIME_GROUPINGS, Statistics
from readlog.ui import streams

app = new_app()

_EXAMPLE = "--year-in-review 2025"
_GROUPS_ON_TERMINAL = 40
"""Groups that a terminal shows without --limit."""


def _parse_year(text: str) -> int:
    from readlog.core.partial_date import FIRST_YEAR, LAST_YEAR

    year = number_parser("a year", _EXAMPLE)(text)
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
        parser=_parse_year,
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
        others: dict[str, object] = {"a query": words, "--by": by, "--limit": limit, "--json": json, "--svg": svg}
        _check_alone("--year-in-review", others)
    elif output is not None:
        raise BadInput("-o is for --year-in-review. A picture gets its name so: --svg FILE")
    if svg is not None:
        _check_alone("--svg", {"--json": json})
    with open_journal(ctx) as journal:
        if year_in_review is not None:
            _put_year_in_review(journal, year_in_review, output)
            return
        path = None if svg is None else file_named(svg, "--svg", journal.path)
        statistics = journal.stats(words, by, MAX_NAMES if limit is None else limit)
    _put_statistics(statistics, words, path, limit, json=json)


def _check_alone(option: str, others: dict[str, object]) -> None:
    """Raise BadInput if one of the `others` was given, which cannot be combined with `option`."""
    given = next((name for name, value in others.items() if not (value is None or value is False or value == "")), None)
    if given:
        raise BadInput(f"{option} does not go with {given}. Leave one of them out.")


def _put_statistics(statistics: Statistics, words: str, path: Path | None, limit: int | None, *, json: bool) -> None:
    """Output the statistics for the query `words`: as JSON, as a picture at `path`, on a terminal or in a pipe."""
    if json:
        from readlog.formats.json_format import dumps

        streams.put(dumps(statistics.shortened(limit).as_record()))
    elif statistics.is_empty:
        _say_empty(path)
    elif path:
        _write_svg(statistics, path, limit)
    elif streams.on_terminal():
        _show(statistics, words, limit)
    else:
        from readlog.stats.plain import put_groups, put_statistics

        put = put_statistics if statistics.sections else put_groups
        put(statistics.shortened(limit))


def _show(statistics: Statistics, words: str, limit: int | None) -> None:
    from readlog.stats.chart_data import build_charts
    from readlog.stats.terminal import show_charts

    most = _GROUPS_ON_TERMINAL if limit is None else limit
    show_charts(build_charts(statistics, today(), most), _hint(statistics, words))
    _say_groups_shown(len(statistics.groups), most, statistics.by)


def _hint(statistics: Statistics, words: str) -> str:
    """A command to try next."""
    if statistics.sections and not words and statistics.last_year:
        return f"One year: readlog stats {statistics.last_year}"
    is_year = statistics.sections and words.strip() == str(statistics.year)
    return f"A page to post: readlog stats --year-in-review {statistics.year}" if is_year else ""


def _say_groups_shown(total: int, limit: int, by: str) -> None:
    """Say how many groups the charts show, unless they show all; a time series shows the last ones."""
    if 0 < limit < total:
        shown = f"The last {limit:,} of {total:,} {by}s" if by in TIME_GROUPINGS else f"{limit:,} of {total:,}"
        streams.say_quietly(f"{shown}. --limit 0 shows all.")


def _write_svg(statistics: Statistics, path: Path, most: int | None) -> None:
    from readlog.stats.chart_data import build_charts
    from readlog.stats.svg import write_svg
    from readlog.storage.atomic_files import atomic_write, write_errors

    with write_errors(path), atomic_write(path) as file:
        write_svg(build_charts(statistics, today(), most), file)
    _say_written(statistics, path)


def _put_year_in_review(journal: Journal, year: int, output: str | None) -> None:
    """Write the year in review to a file, or to standard output without one."""
    from readlog.stats.year_in_review_markdown import write_year_in_review
    from readlog.storage.atomic_files import atomic_write, write_errors

    path = None if output is None else file_named(output, "-o", journal.path)
    review = journal.year_in_review(year)
    if review.statistics.is_empty:
        _say_empty(path)
    elif path is None:
        write_year_in_review(review, streams.data(), today())
    else:
        with write_errors(path), atomic_write(path) as file:
            write_year_in_review(review, file, today())
        _say_written(review.statistics, path)


def _say_empty(path: Path | None) -> None:
    """Say that there are no readings; raise NotFound if they were to be written to `path`."""
    if path is not None:
        raise NotFound(f"There are no readings for {path}. Nothing was written.")
    streams.say("No readings.")


def _say_written(statistics: Statistics, path: Path) -> None:
    from readlog.core.normalize_text import pluralize

    streams.say(f"{pluralize(statistics.total.readings, 'reading')} in {path}.")
