"""Add quotes to a reading. Runs inside an `operation`."""

import sqlite3
from collections.abc import Sequence

from readlog.core.clock import now
from readlog.core.domain_model import Quote, Reading
from readlog.core.errors import AlreadyExists
from readlog.readings.add_edit_delete import edit_reading

_MAX_NAMED = 3
_MAX_EXCERPT = 40
"""Characters of a quote in an error message."""


def save_quotes(connection: sqlite3.Connection, id_: int, quotes: Sequence[Quote], again: bool) -> tuple[Quote, ...]:
    """Append quotes to those of a reading; returns them as saved, with the time now unless they have one.

    Raises NotFound, and AlreadyExists if the reading has one of them or one comes twice, unless
    they are to be saved `again`.
    """
    uids: set[str | None] = set()

    def with_quotes(reading: Reading) -> Reading:
        uids.update(quote.uid for quote in reading.quotes)
        if not again:
            _check_new(reading, quotes)
        new = (quote._replace(marked_at=quote.marked_at or now(), uid=None) for quote in quotes)
        return reading._replace(quotes=(*reading.quotes, *new))

    saved = edit_reading(connection, id_, with_quotes, None)
    return tuple(quote for quote in saved.quotes if quote.uid not in uids) if saved else ()


def _check_new(reading: Reading, quotes: Sequence[Quote]) -> None:
    existing = set(map(_normalize, reading.quotes))
    known: list[Quote] = []
    repeated: list[Quote] = []
    seen: set[str] = set()
    for quote in quotes:
        passage = _normalize(quote)
        if passage in existing:
            known.append(quote)
        elif passage in seen:
            repeated.append(quote)
        seen.add(passage)
    if known or repeated:
        assert reading.id is not None
        sentences = [f"Kept already of {reading.id} {reading.book.name}: {_excerpts(known)}."] if known else []
        sentences += [f"There twice: {_excerpts(repeated)}."] if repeated else []
        raise AlreadyExists(" ".join([*sentences, "Nothing was kept. --again keeps it once more."]), [reading.id])


def _normalize(quote: Quote) -> str:
    """The passage without its line breaks, so that wrapped text is recognised."""
    return " ".join(quote.text.split())


def _excerpts(quotes: Sequence[Quote]) -> str:
    excerpts = [f'"{_excerpt(quote)}"' + (f" (p. {quote.page})" if quote.page else "") for quote in quotes]
    more = len(excerpts) - _MAX_NAMED
    return ", ".join(excerpts[:_MAX_NAMED]) + (f" and {more} more" if more > 0 else "")


def _excerpt(quote: Quote) -> str:
    passage = _normalize(quote)
    return passage if len(passage) <= _MAX_EXCERPT else passage[:_MAX_EXCERPT].rstrip() + "..."
