"""Files that readlog does not read: what each of them looks like, and what to hand over instead.

Every function answers with a sentence or two for the reader, or None where nothing speaks against
the file.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

_JOURNAL = b"RDLG"
"""The application id of a journal, as `storage` sets it; it stands at byte 68 of a SQLite file."""

_GOODREADS = (
    "the archive of personal data that Goodreads sends. "
    "Hand over its library export: on goodreads.com, My Books, Import and export, Export library."
)
_SPREADSHEET = "a spreadsheet of {}. Save it as CSV in UTF-8, and hand over that."
_BOOK = "a book itself, not a list of books."

_BEGINNINGS: tuple[tuple[int, bytes, str], ...] = (
    (0, b"%PDF", "a PDF. Hand over the export of the program that made it: CSV, JSON or Markdown."),
    (0, b"\x89PNG", "an image."),
    (0, b"\xff\xd8\xff", "an image."),
    (0, b"GIF8", "an image."),
    (8, b"WEBP", "an image."),
    (4, b"ftyp", "an image or a film."),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _SPREADSHEET.format("Excel (.xls) or another old Office file")),
    (0, b"\x1f\x8b", "a gzip archive. Unpack it with gunzip or tar, and hand over the export that is in it."),
    (0, b"BZh", "a bzip2 archive. Unpack it, and hand over the export that is in it."),
    (0, b"\xfd7zXZ\x00", "an xz archive. Unpack it, and hand over the export that is in it."),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7z archive. Unpack it, and hand over the export that is in it."),
    (0, b"Rar!", "a RAR archive. Unpack it, and hand over the export that is in it."),
    (257, b"ustar", "a tar archive. Unpack it with tar, and hand over the export that is in it."),
    (60, b"BOOKMOBI", _BOOK),
)
"""The bytes that say what a file is, and where they stand."""

_TABLES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("sort character,collections", "an export of LibraryThing", ("Title=title", "Primary Author=authors")),
    (
        "author_text,review_content",
        "an export of BookWyrm",
        ("title=title", "author_text=authors", "isbn_13=isbn", "rating=rating", "shelf=status", "finish_date=finished"),
    ),
    (
        "hardcover book id",
        "an export of Hardcover",
        ("Title=title", "Author=authors", "ISBN 13=isbn", "Rating=rating", "Status=status", "Date Finished=finished"),
    ),
    (
        "readings,olid,my_review",
        "an export of Openreads",
        ("title=title", "author=authors", "isbn=isbn", "rating=rating", "status=status", "my_review=review"),
    ),
    ("author_sort,title_sort", "a catalog of Calibre", ("title=title", "authors=authors", "isbn=isbn")),
    ("author_sort,library_name", "a catalog of Calibre", ("title=title", "authors=authors", "isbn=isbn")),
    ("title,activity,details,library", "a list of Libby", ("title=title", "author=authors", "isbn=isbn")),
    ("title,cover,publisher,isbn,timestamp", "a list of Libby", ("title=title", "author=authors", "isbn=isbn")),
)
"""By the columns that decide, what a table is, and what to say with --map."""

_TEXTS: tuple[tuple[str, str], ...] = (
    (
        r"[^\n]*\n[-\u2013\u2014][^\n]*\n(?:[^\n]*\n){0,200}?={10}[ \t]*\r?$",
        "My Clippings.txt of a Kindle: highlights, without the books that you read. readlog does not read it yet.",
    ),
    (
        r"(?:--[^\n]*\n|\s)*return\s*\{",
        "a sidecar file of KOReader. readlog does not read it yet.",
    ),
    (
        r"(?s:.{0,4000}?)<rss\b(?s:.{0,4000}?)wordpress\.org/export/",
        "an export of a WordPress blog. readlog does not read it yet; it reads Markdown with front matter.",
    ),
    (
        r"\s*(?:<!--(?s:.{0,2000}?)-->\s*)?(?i:<!doctype html|<html|<head|<body)",
        "a web page. Perhaps the download asked for a login. Download the export again, as CSV or JSON.",
    ),
    (r"\s*<\?xml|\s*<[A-Za-z!]", "XML. Hand over an export as CSV, JSON or Markdown."),
    (r"\+\+\+[ \t]*\r?$", "Markdown with TOML front matter. readlog reads YAML, between two lines of ---."),
)
"""How a text begins, and what it is."""


def of_bytes(head: bytes) -> str | None:
    """What a file with these first bytes looks like, if it is no text."""
    if head.startswith(b"SQLite format 3\0"):
        if head[68:72] == _JOURNAL:
            return "this is a journal of readlog. Open it with --journal; nothing has to be imported."
        return "this looks like a database (SQLite). Hand over the export of the program that it belongs to."
    for at, sign, what in _BEGINNINGS:
        if head.startswith(sign, at):
            return f"this looks like {what}"
    return None


def of_names(names: Iterable[str]) -> str | None:
    """What an archive or a folder that holds files of these names looks like, if it is not one of exports."""
    whole = [name.replace("\\", "/").casefold() for name in names]
    files = {name.rpartition("/")[2] for name in whole}
    if "[content_types].xml" in files:
        return _looks_like(_SPREADSHEET.format("Excel") if "workbook.xml" in files else "a document of Word.")
    if "content.xml" in files and "mimetype" in files:
        return _looks_like(_SPREADSHEET.format("LibreOffice"))
    if "container.xml" in files and "mimetype" in files:
        return _looks_like(_BOOK)
    if "document.iwa" in files or "index.apxl" in files:
        return _looks_like(_SPREADSHEET.format("Numbers"))
    if "books.backup" in files:
        return _looks_like("a backup of Openreads. Hand over its CSV export.")
    if "review.json" in files or (len(whole) > 1 and any("goodreads" in n and n.endswith(".json") for n in whole)):
        return _looks_like(_GOODREADS)
    if "metadata.db" in files:
        return _looks_like("a library of Calibre. Make a catalog of it as CSV, and name its columns with --map.")
    return None


def of_columns(keys: Collection[str]) -> str | None:
    """What a table with columns of these names, folded, looks like, if it is of a program that readlog knows by name.

    Any table can be read by naming its columns: the answer says how.
    """
    for columns, what, pairs in _TABLES:
        if set(columns.split(",")) <= set(keys):
            said = " ".join(f'--map "{pair}"' for pair in pairs)
            return f"this looks like {what}. Say which of its columns to take: {said}"
    if {"work id", "edition id", "bookshelf"} <= set(keys):
        return _looks_like("a reading log of Open Library, in which books are numbers and have no titles.")
    return None


def of_text(head: str) -> str | None:
    """What a text that begins so looks like, if it is neither a table, nor JSON, nor Markdown with front matter."""
    for pattern, what in _TEXTS:
        if re.match(pattern, head, re.MULTILINE):
            return _looks_like(what)
    return None


def of_json(first: Mapping[str, Any]) -> str | None:
    """What a file of JSON looks like in which this object stands first, if it is of a program known by name."""
    inner = next(iter(first.values()), None)
    if "books_id" in first or (isinstance(inner, Mapping) and "books_id" in inner):
        return _looks_like("JSON of LibraryThing. readlog does not read it yet.")
    if first.keys() & {"entries", "documents"} and first.keys() & {"created_on", "version", "file"}:
        return _looks_like("highlights of KOReader. readlog does not read them yet.")
    if isinstance(first.get("authors"), str) and "id" in first and "uid" not in first:
        return _looks_like("a list of calibredb. Make a catalog as CSV, and name its columns with --map.")
    if "explanation" in first or {"read_status", "book"} <= first.keys():
        return _looks_like(_GOODREADS)
    if "my_review" in first or "has_cover" in first:
        return _looks_like("a backup of Openreads. Hand over its CSV export.")
    if first.keys() & {"readthroughs", "inbox", "outbox"} and "books" in first:
        return _looks_like("the archive of a BookWyrm account. Hand over its CSV export.")
    return None


def _looks_like(what: str) -> str:
    return f"this looks like {what}"
