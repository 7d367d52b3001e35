"""For search hits in quotes: which quote of the reading contains the passage."""

import sqlite3
from collections.abc import Iterable
from typing import TYPE_CHECKING

from readlog.core.spoilers import MASK, mask_spoilers_in
from readlog.search.results import MARK_ON, Hit, without_marks

if TYPE_CHECKING:
    from readlog.core.domain_model import Quote


def attach_quotes(connection: sqlite3.Connection, hits: list[Hit]) -> list[Hit]:
    """The hits; one that was found in a quote gets that quote, and only the lines of it as its passage."""
    ids = [hit.reading.id for hit in hits if hit.place == "quote"]
    if not ids:
        return hits
    from readlog.readings.load_rows import load_readings

    quotes = {reading.id: reading.quotes for reading in load_readings(connection, ids)}
    return [_attach(hit, quotes.get(hit.reading.id, ())) if hit.place == "quote" else hit for hit in hits]


def _attach(hit: Hit, quotes: "Iterable[Quote]") -> Hit:
    """Attach the quote that contains the first marked line; the hit is unchanged if a spoiler hides which one does."""
    lines = (hit.passage or "").split("\n")
    marked = next((line for line in lines if MARK_ON in line), "")
    quote_lines = {quote: _visible_lines(quote) for quote in quotes}
    found_line = without_marks(marked).removeprefix("...").removesuffix("...").strip()
    found = [quote for quote, own in quote_lines.items() if any(found_line in line for line in own)]
    if not found or (len(found) > 1 and MASK in marked):
        return hit
    passage = "\n".join(line for line in lines if line is marked or line in quote_lines[found[0]])
    return hit._replace(quote=found[0], passage=passage)


def _visible_lines(quote: "Quote") -> list[str]:
    """The lines of a quote and its remark as they appear in a passage, with masked spoilers."""
    texts = (quote.text, quote.remark or "")
    return [" ".join(line.split()) for line in mask_spoilers_in("\n".join(texts), *texts).split("\n")]
