"""Tags, authors and merged books in pipes and files, and in messages."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from readlog.core.normalize_text import pluralize
from readlog.ui.plain_lines import put_rows
from readlog.ui.wording import join_names

if TYPE_CHECKING:
    from readlog.books.results import NameCount, Renaming
    from readlog.core.domain_model import Reading


def put_name_counts(names: Iterable["NameCount"]) -> None:
    """Print one line per name: name, books, finished readings, last finished, average rating, rated readings."""
    put_rows((*each[:4], None if each.rating is None else round(each.rating, 2), each.rated) for each in names)


def renaming_text(renaming: "Renaming") -> str:
    """`Serge and V. Serge: now Victor Serge, in 12 books`."""
    books = f", in {pluralize(renaming.books, 'book')}" if renaming.books else ""
    return f"{join_names(renaming.old_names)}: now {renaming.name}{books}"


def merged_book_text(readings: Sequence["Reading"]) -> str:
    """`Conquered City, Victor Serge: 2 readings, 12 and 3`."""
    ids = join_names([str(reading.id) for reading in readings])
    return f"{readings[0].book.name}: {pluralize(len(readings), 'reading')}, {ids}"
