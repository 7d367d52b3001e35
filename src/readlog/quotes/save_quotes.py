"""Keeping quotes with a reading. Runs inside an `operation`."""

import sqlite3
from collections.abc import Sequence

from readlog.core.clock import now
from readlog.core.errors import AlreadyExists
from readlog.core.model import Quote, Reading
from readlog.readings.add_edit_delete import edit_reading

_MOST_NAMED = 3
_LONGEST = 40
"""Characters of a quote by which it is named."""


def save_quotes(connection: sqlite3.Connection, id_: int, quotes: Sequence[Quote], again: bool) -> tuple[Quote, ...]:
    """Keep quotes behind those that the reading has; returns them as they are there, marked now.

    Raises NotFound, and AlreadyExists where one is there, or comes twice, unless it is to be kept `again`.
    """
    before: set[str | None] = set()

    def with_quotes(reading: Reading) -> Reading:
        before.update(quote.uid for quote in reading.quotes)
        if not again:
            _check_new(reading, quotes)
        fresh = (quote._replace(marked_at=quote.marked_at or now(), uid=None) for quote in quotes)
        return reading._replace(quotes=(*reading.quotes, *fresh))

    kept = edit_reading(connection, id_, with_quotes, None)
    return tuple(quote for quote in kept.quotes if quote.uid not in before) if kept else ()


def _check_new(reading: Reading, quotes: Sequence[Quote]) -> None:
    there = set(map(_key, reading.quotes))
    known = [quote for quote in quotes if _key(quote) in there]
    places = {_key(quote): place for place, quote in reversed(list(enumerate(quotes)))}
    twice = [quote for place, quote in enumerate(quotes) if _key(quote) not in there and places[_key(quote)] != place]
    if known or twice:
        assert reading.id is not None
        of = f"{reading.id} {reading.book.name}"
        told = [f"Kept already of {of}: {_named(known)}."] if known else []
        told += [f"There twice: {_named(twice)}."] if twice else []
        raise AlreadyExists(" ".join([*told, "Nothing was kept. --again keeps it once more."]), [reading.id])


def _key(quote: Quote) -> str:
    """The words of a passage, however its lines are broken."""
    return " ".join(quote.text.split())


def _named(quotes: Sequence[Quote]) -> str:
    named = [f'"{_cut(_key(quote))}"' + (f" (p. {quote.page})" if quote.page else "") for quote in quotes]
    more = len(named) - _MOST_NAMED
    return ", ".join(named[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _cut(words: str) -> str:
    return words if len(words) <= _LONGEST else words[:_LONGEST].rstrip() + "..."
