"""A Goodreads export into an empty journal, in the fastest way that is known: csv and sqlite3 alone, one transaction.

Triggers and indexes go first and come again last, as readlog has made them; rows go in a thousand at a time, and then
the search index in one statement, with memory for all of its words. It knows no book again, converts of HTML only line
breaks, and expects that every row is as it should be.
"""

import csv
import json
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from itertools import count

_AT_ONCE = 1_000
_WRITTEN = "2026-01-01T12:00:00.000Z"
_STATUSES = {
    "read": "finished",
    "to-read": "to-read",
    "currently-reading": "reading",
    "did-not-finish": "abandoned",
    "on-hold": "paused",
}
_FORMATS = {
    "Paperback": "print",
    "Hardcover": "print",
    "Mass Market Paperback": "print",
    "Kindle Edition": "ebook",
    "ebook": "ebook",
    "Audible Audio": "audio",
    "Audio CD": "audio",
}
_KEPT = ("Original Publication Year", "Date Added", "Binding", "Bookshelves with positions", "Owned Copies")
_INSERTS = {
    "people": "INSERT INTO people (id, name) VALUES (?, ?)",
    "tags": "INSERT INTO tags (id, name) VALUES (?, ?)",
    "books": "INSERT INTO books (id, title, series, series_number, isbn, publisher, published, pages) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    "contributions": "INSERT INTO contributions (book_id, person_id, role, position) VALUES (?, ?, ?, ?)",
    "book_tags": "INSERT INTO book_tags (book_id, tag_id) VALUES (?, ?)",
    "readings": "INSERT INTO readings (book_id, status, finished, rating, format, review, private_note, sources, "
    "extra, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
}
_INDEXED = "title, contributors, series, tags, review, note, quotes"
_HASH, _DEFAULT_HASH = 2**26, 2**20
_MADE_LAST = "SELECT name, type, sql FROM sqlite_schema WHERE type = 'trigger' OR type = 'index' AND sql IS NOT NULL"

Row = dict[str, str]


def main() -> None:
    """What the `import-floor` command runs, with a journal and an export; `logged` behind them fills `changes` too."""
    journal, export, *logged = sys.argv[1:]
    with closing(sqlite3.connect(journal, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = EXTRA")
        connection.execute("PRAGMA cache_spill = 0")
        connection.execute("BEGIN IMMEDIATE")
        made_last = connection.execute(_MADE_LAST).fetchall()
        for name, kind, _ in made_last:
            connection.execute(f"DROP {kind} {name}")
        _fill(connection, export)
        for _, _, statement in sorted(made_last, key=lambda made: made[1]):
            connection.execute(statement)
        if logged:
            _log(connection)
        _index(connection)
        connection.execute("COMMIT")


def _fill(connection: sqlite3.Connection, export: str) -> None:
    """All tables but those that the file keeps for itself."""
    shelves = _Shelves()
    with open(export, encoding="utf-8", newline="") as file:
        lines = csv.reader(file)
        columns = next(lines)
        for number, line in enumerate(lines, 1):
            shelves.put(number, dict(zip(columns, line, strict=True)))
            if not number % _AT_ONCE:
                shelves.empty_into(connection)
    shelves.empty_into(connection)


def _log(connection: sqlite3.Connection) -> None:
    """The change log: what was inserted, by one operation."""
    connection.execute("INSERT INTO operations (at, command) VALUES (?, 'import')", (_WRITTEN,))
    for table in _INSERTS:
        connection.execute(
            "INSERT INTO changes (operation_id, action, table_name, row_id) "
            f"SELECT (SELECT max(id) FROM operations), 'insert', '{table}', id FROM {table}"
        )


def _index(connection: sqlite3.Connection) -> None:
    """The search index, of all readings at once."""
    connection.execute("INSERT INTO search (search, rank) VALUES ('hashsize', ?)", (_HASH,))
    connection.execute(f"INSERT INTO search (rowid, {_INDEXED}) SELECT id, {_INDEXED} FROM search_text")
    connection.execute("INSERT INTO search (search, rank) VALUES ('hashsize', ?)", (_DEFAULT_HASH,))


class _Shelves:
    """Rows for the tables, until they are put there; ids are counted here."""

    def __init__(self) -> None:
        self._rows: dict[str, list[tuple[object, ...]]] = {table: [] for table in _INSERTS}
        self._ids: dict[str, dict[str, int]] = {"people": {}, "tags": {}}
        self._next = {"people": count(1), "tags": count(1)}

    def put(self, book: int, row: Row) -> None:
        """Everything that one row says."""
        shelf = row["Exclusive Shelf"]
        title, series, number = _title(row["Title"])
        isbn = row["ISBN13"].strip('="')
        facts = (row["Publisher"] or None, _whole(row["Year Published"]), _whole(row["Number of Pages"]))
        self._rows["books"].append((book, title, series, number, isbn if isbn[:2] == "97" else None, *facts))
        for position, name in enumerate(_names(row["Author"], row["Additional Authors"])):
            role = "contributor" if position else "author"
            self._rows["contributions"].append((book, self._id("people", name), role, position))
        for name in row["Bookshelves"].split(", "):
            if name and (name != shelf or name not in _STATUSES):
                self._rows["book_tags"].append((book, self._id("tags", name)))
        self._rows["readings"] += _readings(book, row, _STATUSES.get(shelf, "finished"))

    def empty_into(self, connection: sqlite3.Connection) -> None:
        """Put the rows into their tables."""
        for table, statement in _INSERTS.items():
            connection.executemany(statement, self._rows[table])
            self._rows[table].clear()

    def _id(self, table: str, name: str) -> int:
        ids = self._ids[table]
        if name not in ids:
            ids[name] = next(self._next[table])
            self._rows[table].append((ids[name], name))
        return ids[name]


def _title(title: str) -> tuple[str, str | None, str | None]:
    """A title, the series and the number in brackets behind it."""
    if not title.endswith(")") or "#" not in title:
        return title, None, None
    title, _, behind = title[:-1].rpartition(" (")
    series, _, number = behind.partition(";")[0].partition("#")
    return title, series.rstrip(", "), number


def _names(author: str, others: str) -> dict[str, None]:
    """The author and all others, each once."""
    return dict.fromkeys(" ".join(name.split()) for name in (author, *(others.split(", ") if others else ())))


def _readings(book: int, row: Row, status: str) -> Iterator[tuple[object, ...]]:
    """One reading for each time that the book was read; the last knows all that the row knows."""
    sources = f'["goodreads:{row["Book Id"]}"]'
    for _ in range(int(row["Read Count"]) - 1):
        yield book, "finished", None, None, None, None, None, sources, "{}", _WRITTEN, _WRITTEN
    extra = json.dumps({"goodreads": {name: row[name] for name in _KEPT if row[name]}}, ensure_ascii=False)
    yield (
        book,
        status,
        row["Date Read"].replace("/", "-") or None,
        float(row["My Rating"]) if row["My Rating"] != "0" else None,
        _FORMATS.get(row["Binding"]),
        row["My Review"].replace("<br/>", "\n") or None,
        row["Private Notes"] or None,
        sources,
        extra,
        _WRITTEN,
        _WRITTEN,
    )


def _whole(text: str) -> int | None:
    return int(text) if text else None
