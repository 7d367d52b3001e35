"""Search results for pipes and files, and what a search says on stderr."""

from collections.abc import Iterable

from readlog.search.results import Hits, without_marks
from readlog.ui.plain_lines import put_rows
from readlog.ui.streams import say, say_quietly


def put_hits(hits: Hits) -> None:
    """Write one line per hit: the columns of `readlog list`, then the place and the passage."""
    put_rows((*hit.reading[:7], hit.place, without_marks(hit.passage or "")) for hit in hits.hits)


def report_corrections(corrections: Iterable[tuple[str, str]]) -> None:
    """Say on stderr which words no reading has, and what is shown instead."""
    for typed, shown in corrections:
        say(f'no "{typed}": showing {shown}')


def report_hit_count(shown: int, total: int, limit: int) -> None:
    """Say on stderr how many readings were found; a shown hit can stand for several readings of a book."""
    if not total:
        say("Nothing found.")
    elif shown == limit < total:
        say_quietly(f"the best {shown:,}, of {total:,} readings found. --limit 0 shows all.")
    elif shown < total:
        say_quietly(f"{total:,} readings of {shown:,} {'book' if shown == 1 else 'books'} found")
    else:
        say_quietly(f"{total:,} found")
