"""Reconstructing lost rows from other places where the file has their values.

An index has the values that it sorts by, the search index has texts, the change log has old values, and rows of other
tables show that a row existed.
"""

import json
from collections.abc import Iterable
from typing import Any

from readlog.doctor.salvage.btree import BTreeReader, Value
from readlog.doctor.salvage.identify_table import WORDS_TABLE, TableShape
from readlog.doctor.salvage.salvage_writer import SalvageWriter

_LOGGED_BUT_MISSING = """
SELECT row_id FROM changes AS line WHERE table_name = ? AND row_id NOT IN (SELECT id FROM {table})
AND action <> 'delete'
AND id = (SELECT max(id) FROM changes WHERE table_name = line.table_name AND row_id = line.row_id)
"""
_OLD_VALUES = "SELECT before FROM changes WHERE table_name = ? AND row_id = ? AND before IS NOT NULL ORDER BY id DESC"
_QUOTES_COLUMN = 7
"""The place of the quotes in a row of WORDS_TABLE."""
_QUOTES_OF = "SELECT text || coalesce(char(10) || remark, '') FROM quotes WHERE reading_id = ? ORDER BY position, id"
_LOGGED_LOST_QUOTES = """
SELECT row_id FROM changes WHERE table_name = 'quotes' AND action = 'insert' AND row_id NOT IN (SELECT id FROM quotes)
AND row_id NOT IN (SELECT row_id FROM changes WHERE table_name = 'quotes' AND action = 'delete')
"""
_CHILD_COLUMNS = {
    "operations": ("changes.operation_id",),
    "books": ("readings.book_id", "contributions.book_id", "book_tags.book_id"),
    "people": ("contributions.person_id",),
    "tags": ("book_tags.tag_id",),
    "readings": ("quotes.reading_id",),
}
_TEXT_COLUMNS = {"books": ("title", "subtitle"), "readings": ("review", "private_note"), "quotes": ("text", "remark")}
"""The columns for which an old value is better than none."""
_INDEXED_COLUMNS = {"books": {"series": "series"}, "readings": {"review": "review", "private_note": "note"}}
_DATE_OPERATIONS = """
UPDATE operations SET at = coalesce((
    SELECT at FROM operations AS other WHERE other.id < operations.id AND datetime(at) IS NOT NULL
    ORDER BY id DESC LIMIT 1), '1970-01-01T00:00:00.000Z')
WHERE datetime(at) IS NULL
"""
_TABLES = ("people", "tags", "readings", "books", "contributions", "book_tags", "quotes", "goals")


class RowReconstructor:
    """Finds rows that are missing in a new journal in all other places, and inserts them.

    If `everything` in the damaged journal could be read, its indexes are not searched.
    """

    def __init__(self, writer: SalvageWriter, pages: BTreeReader, roots: dict[str, int], *, everything: bool) -> None:
        self._writer = writer
        self._connection = writer.connection
        self._pages = pages
        self._roots = {} if everything else roots

    def reconstruct(self) -> None:
        """Insert all rows that can be reconstructed, then delete rows without a parent."""
        found = {table: self._read_indexes(self._writer.shapes[table]) for table in _TABLES}
        self._add_quote_texts(found["quotes"])
        for table in _TABLES:
            for id_ in sorted(self._missing_ids(table) | found[table].keys()):
                self._insert_reconstructed(table, id_, found[table].get(id_, {}))
        self._insert_quotes_without_id()
        self._insert_operations()
        self._delete_orphans()

    def _read_indexes(self, shape: TableShape) -> dict[int, dict[str, Value]]:
        """The values that the indexes have of missing rows, by id."""
        found: dict[int, dict[str, Value]] = {}
        for name, columns in shape.indexes.items():
            for row in self._pages.read_rows(self._roots[name]) if name in self._roots else ():
                id_ = row.values[-1] if row.complete and len(row.values) == len(columns) + 1 else None
                if isinstance(id_, int) and id_ > 0 and not self._is_known(shape.name, id_):
                    pairs = zip(columns, row.values, strict=False)
                    found.setdefault(id_, {}).update({column: value for column, value in pairs if column})
        return found

    def _add_quote_texts(self, found: dict[int, dict[str, Value]]) -> None:
        """Add the texts of lost quotes, which the search index has as one text for each reading."""
        of_reading: dict[Value, list[int]] = {}
        for id_, values in sorted(found.items(), key=lambda item: (item[1].get("position") or 0, item[0])):
            of_reading.setdefault(values.get("reading_id"), []).append(id_)
        for row in self._pages.read_rows(self._roots[WORDS_TABLE]) if of_reading and WORDS_TABLE in self._roots else ():
            words = row.values[_QUOTES_COLUMN] if len(row.values) > _QUOTES_COLUMN else None
            if row.id in of_reading and isinstance(words, str):
                known = self._connection.execute(_QUOTES_OF, (row.id,)).fetchall()
                for id_, text in zip(
                    of_reading[row.id], _split_quotes(words, known, len(of_reading[row.id])), strict=False
                ):
                    found[id_]["text"] = text

    def _insert_quotes_without_id(self) -> None:
        """Put in words of quotes of which nothing else is left; they get a number that one that is lost had."""
        lost = sorted(self._writer.lost["quotes"] | self._ids(_LOGGED_LOST_QUOTES), reverse=True)
        pages = BTreeReader(self._pages.file)
        for row in pages.read_rows(self._roots[WORDS_TABLE]) if lost and WORDS_TABLE in self._roots else ():
            words = row.values[_QUOTES_COLUMN] if len(row.values) > _QUOTES_COLUMN else None
            if isinstance(words, str) and self._writer.has_row("readings", row.id):
                known = self._connection.execute(_QUOTES_OF, (row.id,)).fetchall()
                for text in _split_quotes(words, known, 1) if lost else ():
                    id_ = lost.pop()
                    if self._writer.insert("quotes", {"id": id_, "reading_id": row.id, "text": text}):
                        self._writer.reconstructed["quotes"].append(id_)
                        self._writer.lost["quotes"].discard(id_)

    def _is_known(self, table: str, id_: int) -> bool:
        return self._writer.has_row(table, id_) or self._writer.was_deleted(table, id_)

    def _missing_ids(self, table: str) -> set[int]:
        """The ids of rows that are missing although something refers to them."""
        missing = self._ids(_LOGGED_BUT_MISSING.format(table=table), (table,)) | self._writer.lost[table]
        for place in _CHILD_COLUMNS.get(table, ()):
            child, _, column = place.partition(".")
            missing |= self._ids(f"SELECT {column} FROM {child} WHERE {column} NOT IN (SELECT id FROM {table})")
        if table == "readings":
            missing |= self._ids("SELECT id FROM temp.words WHERE id NOT IN (SELECT id FROM readings)")
        return missing

    def _insert_reconstructed(self, table: str, id_: int, values: dict[str, Value]) -> None:
        """Insert a row if all required values are known; otherwise it is lost."""
        values = {name: value for name, value in values.items() if value is not None and name in self._columns(table)}
        values = {**self._logged_texts(table, id_), **self._indexed_words(table, id_), **values, "id": id_}
        if table == "readings" and len(values) > 1 and "book_id" not in values:
            values["book_id"] = self._book_of_indexed_title(id_)
        if isinstance(note := values.get("private_note"), str) and isinstance(values.get("progress"), str):
            values["private_note"] = _without_comments(note, str(values["progress"]))
        if table == "books" and len(values) == 1 and not self._is_referred_to(id_):
            pass
        elif table == "books":
            values.setdefault("title", f"Book {id_}, its title is lost")
        required = self._writer.shapes[table].required_columns()
        if all(values.get(name) is not None for name in required) and self._writer.insert(table, values):
            self._writer.reconstructed[table].append(id_)
            self._writer.lost[table].discard(id_)
        else:
            self._writer.lost[table].add(id_)

    def _columns(self, table: str) -> set[str]:
        return {column.name for column in self._writer.shapes[table].columns}

    def _logged_texts(self, table: str, id_: int) -> dict[str, Value]:
        """The last texts that the change log has of a row."""
        known: dict[str, Value] = {}
        for (before,) in self._connection.execute(_OLD_VALUES, (table, id_)).fetchall():
            for name, value in _parse_object(before).items():
                if name in _TEXT_COLUMNS.get(table, ()):
                    known.setdefault(name, value)
        return known

    def _indexed_words(self, table: str, id_: int) -> dict[str, Value]:
        """The texts that the search index has of a row."""
        if table == "quotes":
            return {}
        of_book = "SELECT * FROM temp.words WHERE id IN (SELECT id FROM readings WHERE book_id = ?) LIMIT 1"
        query = "SELECT * FROM temp.words WHERE id = ?" if table == "readings" else of_book
        cursor = self._connection.execute(query, (id_,)) if table in _INDEXED_COLUMNS else None
        row = cursor.fetchone() if cursor else None
        if not cursor or not row:
            return {}
        words = dict(zip((column[0] for column in cursor.description), row, strict=True))
        found = {column: words[name] for column, name in _INDEXED_COLUMNS[table].items() if words[name] is not None}
        return found | ({"title": words["title"]} if table == "books" else {})

    def _book_of_indexed_title(self, id_: int) -> Value:
        """The id of the only book with the full title that the index has for a reading, or else of a new book."""
        row = self._connection.execute("SELECT title FROM temp.words WHERE id = ?", (id_,)).fetchone()
        title = row[0] if row and row[0] else f"Book of reading {id_}, its title is lost"
        same = "SELECT id FROM books WHERE title || coalesce(' ' || subtitle, '') = ?"
        books = self._connection.execute(same, (title,)).fetchall()
        if len(books) == 1:
            return int(books[0][0])
        return self._connection.execute("INSERT INTO books (title) VALUES (?)", (title,)).lastrowid

    def _is_referred_to(self, book_id: int) -> bool:
        return self._connection.execute("SELECT 1 FROM readings WHERE book_id = ?", (book_id,)).fetchone() is not None

    def _insert_operations(self) -> None:
        """Insert lost operations with the time of the one before them, and correct invalid values in the others."""
        for id_ in sorted(self._missing_ids("operations")):
            at = (
                self._connection.execute(
                    "SELECT at FROM operations WHERE id < ? ORDER BY id DESC LIMIT 1", (id_,)
                ).fetchone()
                or self._connection.execute("SELECT at FROM operations ORDER BY id LIMIT 1").fetchone()
            )
            values = {"id": id_, "at": at[0] if at else "1970-01-01T00:00:00.000Z"}
            if self._writer.insert("operations", values):
                self._writer.reconstructed["operations"].append(id_)
                self._writer.lost["operations"].discard(id_)
        self._connection.execute("UPDATE operations SET running = 0 WHERE running = 1")
        self._connection.execute(_DATE_OPERATIONS)
        self._connection.execute(
            "UPDATE operations SET undoes = NULL WHERE undoes >= id OR undoes NOT IN (SELECT id FROM operations)"
        )

    def _delete_orphans(self) -> None:
        """Delete rows whose parent is lost."""
        for parent, places in _CHILD_COLUMNS.items():
            for place in places:
                child, _, column = place.partition(".")
                orphans = f"{column} NOT IN (SELECT id FROM {parent})"
                self._writer.lost[child] |= self._ids(f"SELECT id FROM {child} WHERE {orphans}")
                self._connection.execute(f"DELETE FROM {child} WHERE {orphans}")

    def _ids(self, query: str, bound: Iterable[Value] = ()) -> set[int]:
        return {id_ for (id_,) in self._connection.execute(query, tuple(bound)).fetchall() if isinstance(id_, int)}


def _split_quotes(words: str, known: Iterable[tuple[str]], number: int) -> list[str]:
    """The texts of `number` quotes without the `known` ones; one text if it is not clear where each of them ends."""
    for (text,) in known:
        words = f"\n{words}\n".replace(f"\n{text}\n", "\n", 1).strip("\n")
    lines = words.split("\n")
    return (lines if len(lines) == number else [words]) if words else []


def _without_comments(note: str, progress: str) -> str | None:
    """The private note in an indexed text, where the comments of progress notes follow it."""
    marks = [mark for mark in _parse_object(f'{{"marks": {progress}}}').get("marks") or () if isinstance(mark, dict)]
    behind = "".join(f"\n{mark['remark']}" for mark in marks if mark.get("remark") is not None)
    return f"\n{note}".removesuffix(behind).removeprefix("\n") or None


def _parse_object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
