"""The record: one reading as one flat mapping, the only serialisation that the journal has.

`--json`, JSON and CSV files and the front matter of Markdown all use it.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from readlog.core.domain_model import AUTHOR, Book, ProgressNote, Quote, Reading
from readlog.core.errors import BadField
from readlog.core.parse_fields import QUOTE_KEYS, parse_field, replace_fields

KEYS = (
    "id uid book_uid title subtitle authors contributors series series_number isbn publisher published pages "
    "language tags status started finished rating format review private_note quotes progress pile "
    "sources extra created_at updated_at"
).split()
"""Every key of a record, in order."""

ASSIGNED_KEYS = ("id", "uid", "created_at", "updated_at")
"""Keys whose values the journal assigns and nobody edits; so is `book_uid`, which changes when books are merged."""


def to_record(reading: Reading) -> dict[str, Any]:
    """`reading` as a record: every key, in order, with values of JSON's types; None or empty where unknown."""
    book = reading.book
    authors = [person.name for person in book.contributors if person.role == AUTHOR]
    others = book.others if len(authors) < len(book.contributors) else ()
    return {
        "id": reading.id,
        "uid": reading.uid,
        "book_uid": book.uid,
        "title": book.title,
        "subtitle": book.subtitle,
        "authors": authors,
        "contributors": [{"name": person.name, "role": person.role} for person in others],
        "series": book.series,
        "series_number": book.series_number,
        "isbn": book.isbn,
        "publisher": book.publisher,
        "published": book.published,
        "pages": book.pages,
        "language": book.language,
        "tags": list(book.tags),
        "status": reading.status,
        "started": reading.started.edtf if reading.started else None,
        "finished": reading.finished.edtf if reading.finished else None,
        "rating": reading.rating,
        "format": reading.format,
        "review": reading.review,
        "private_note": reading.private_note,
        "quotes": [_quote_to_record(quote) for quote in reading.quotes],
        "progress": [progress_note_to_record(note) for note in reading.progress],
        "pile": reading.pile,
        "sources": list(reading.sources),
        "extra": dict(reading.extra),
        "created_at": reading.created_at,
        "updated_at": reading.updated_at,
    }


def from_record(record: Mapping[str, Any], today: date) -> Reading:
    """The reading that `record` describes; a missing key counts as empty.

    Fields are checked one by one and not against each other, so that every record which the journal
    ever exported can be read. Raises BadField for a value that does not fit, and for an unknown key.
    """
    for key in record:
        if key not in KEYS:
            raise BadField(str(key), "there is no such field.")
    fields = {key: record[key] for key in KEYS if key in record and key not in (*ASSIGNED_KEYS, "book_uid")}
    if not fields.get("status"):
        fields.pop("status", None)
    title, book_uid = (parse_field(key, record.get(key), today) for key in ("title", "book_uid"))
    reading = replace_fields(Reading(Book(title, uid=book_uid)), fields, today)
    return reading._replace(**{key: parse_field(key, record.get(key), today) for key in ASSIGNED_KEYS})


def changed_keys(before: Reading, after: Reading) -> list[str]:
    """The keys whose values differ, without `ASSIGNED_KEYS`."""
    old, new = to_record(before), to_record(after)
    return [key for key in KEYS if old[key] != new[key] and key not in ASSIGNED_KEYS]


def progress_note_to_record(note: ProgressNote) -> dict[str, str | None]:
    """One item of `progress` in a record."""
    return {"at": note.at, "date": note.date.edtf if note.date else None, "remark": note.remark}


def _quote_to_record(quote: Quote) -> dict[str, Any]:
    return {key: getattr(quote, key) for key in QUOTE_KEYS}
