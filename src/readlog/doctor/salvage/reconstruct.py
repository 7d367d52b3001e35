"""Rows that a damaged table has lost, pieced together from where the file has their values a second time.

An index has the values that it sorts by, the search index has words, the change log has what was
before, and other rows tell that a row was there.
"""

import json
from collections.abc import Iterable
from typing import Any

from readlog.doctor.salvage.btree import BTreeReader, Value
from readlog.doctor.salvage.row_shapes import WORDS, Shape
from readlog.doctor.salvage.salvage_writer import SalvageWriter

_IN_LOG = """
SELECT row_id FROM changes AS line WHERE table_name = ? AND row_id NOT IN (SELECT id FROM {table})
AND action <> 'delete'
AND id = (SELECT max(id) FROM changes WHERE table_name = line.table_name AND row_id = line.row_id)
"""
_BEFORE = "SELECT before FROM changes WHERE table_name = ? AND row_id = ? AND before IS NOT NULL ORDER BY id DESC"
_QUOTES = 7
"""The place of the words of quotes in a row of the search index."""
_QUOTES_OF = "SELECT text || coalesce(char(10) || remark, '') FROM quotes WHERE reading_id = ? ORDER BY position, id"
_LOST_QUOTES = """
SELECT row_id FROM changes WHERE table_name = 'quotes' AND action = 'insert' AND row_id NOT IN (SELECT id FROM quotes)
AND row_id NOT IN (SELECT row_id FROM changes WHERE table_name = 'quotes' AND action = 'delete')
"""
_PARENTS = {
    "operations": ("changes.operation_id",),
    "books": ("readings.book_id", "contributions.book_id", "book_tags.book_id"),
    "people": ("contributions.person_id",),
    "tags": ("book_tags.tag_id",),
    "readings": ("quotes.reading_id",),
}
_TEXTS = {"books": ("title", "subtitle"), "readings": ("review", "private_note"), "quotes": ("text", "remark")}
"""The columns of which an older value is better than none."""
_WORDS = {"books": {"series": "series"}, "readings": {"review": "review", "private_note": "note"}}
_NO_EARLIER = """
UPDATE operations SET at = coalesce((
    SELECT at FROM operations AS other WHERE other.id < operations.id AND datetime(at) IS NOT NULL
    ORDER BY id DESC LIMIT 1), '1970-01-01T00:00:00.000Z')
WHERE datetime(at) IS NULL
"""
_PIECES = ("people", "tags", "readings", "books", "contributions", "book_tags", "quotes", "goals")


class RowReconstructor:
    """What is missing in a new journal that is being filled, looked for in all the other places.

    Where `everything` could be read of the damaged one nothing is looked for in its indexes.
    """

    def __init__(self, saving: SalvageWriter, pages: BTreeReader, roots: dict[str, int], *, everything: bool) -> None:
        self._saving = saving
        self._connection = saving.connection
        self._pages = pages
        self._roots = {} if everything else roots

    def piece(self) -> None:
        """Put in what can be pieced together, and take out what belongs to nothing."""
        found = {table: self._by_indexes(self._saving.shapes[table]) for table in _PIECES}
        self._find_quotes(found["quotes"])
        for table in _PIECES:
            for id_ in sorted(self._missing(table) | found[table].keys()):
                self._put(table, id_, found[table].get(id_, {}))
        self._put_quotes_without_number()
        self._put_operations()
        self._take_out()

    def _by_indexes(self, shape: Shape) -> dict[int, dict[str, Value]]:
        """What the indexes say of rows that are not there."""
        found: dict[int, dict[str, Value]] = {}
        for name, columns in shape.indexes.items():
            for row in self._pages.rows(self._roots[name]) if name in self._roots else ():
                id_ = row.values[-1] if row.whole and len(row.values) == len(columns) + 1 else None
                if isinstance(id_, int) and id_ > 0 and not self._is_known(shape.name, id_):
                    pairs = zip(columns, row.values, strict=False)
                    found.setdefault(id_, {}).update({column: value for column, value in pairs if column})
        return found

    def _find_quotes(self, found: dict[int, dict[str, Value]]) -> None:
        """Add to lost quotes their words, which the search index has of all quotes of a reading together."""
        of_reading: dict[Value, list[int]] = {}
        for id_, values in sorted(found.items(), key=lambda item: (item[1].get("position") or 0, item[0])):
            of_reading.setdefault(values.get("reading_id"), []).append(id_)
        for row in self._pages.rows(self._roots[WORDS]) if of_reading and WORDS in self._roots else ():
            words = row.values[_QUOTES] if len(row.values) > _QUOTES else None
            if row.id in of_reading and isinstance(words, str):
                known = self._connection.execute(_QUOTES_OF, (row.id,)).fetchall()
                for id_, text in zip(of_reading[row.id], _parted(words, known, len(of_reading[row.id])), strict=False):
                    found[id_]["text"] = text

    def _put_quotes_without_number(self) -> None:
        """Put in words of quotes of which nothing else is left; they get a number that one that is lost had."""
        lost = sorted(self._saving.lost["quotes"] | self._ids(_LOST_QUOTES), reverse=True)
        pages = BTreeReader(self._pages.file)
        for row in pages.rows(self._roots[WORDS]) if lost and WORDS in self._roots else ():
            words = row.values[_QUOTES] if len(row.values) > _QUOTES else None
            if isinstance(words, str) and self._saving.has("readings", row.id):
                known = self._connection.execute(_QUOTES_OF, (row.id,)).fetchall()
                for text in _parted(words, known, 1) if lost else ():
                    id_ = lost.pop()
                    if self._saving.add("quotes", {"id": id_, "reading_id": row.id, "text": text}):
                        self._saving.pieced["quotes"].append(id_)
                        self._saving.lost["quotes"].discard(id_)

    def _is_known(self, table: str, id_: int) -> bool:
        return self._saving.has(table, id_) or self._saving.was_deleted(table, id_)

    def _missing(self, table: str) -> set[int]:
        """The rows that are not there and of which something tells that they were."""
        missing = self._ids(_IN_LOG.format(table=table), (table,)) | self._saving.lost[table]
        for place in _PARENTS.get(table, ()):
            child, _, column = place.partition(".")
            missing |= self._ids(f"SELECT {column} FROM {child} WHERE {column} NOT IN (SELECT id FROM {table})")
        if table == "readings":
            missing |= self._ids("SELECT id FROM temp.words WHERE id NOT IN (SELECT id FROM readings)")
        return missing

    def _put(self, table: str, id_: int, values: dict[str, Value]) -> None:
        """Put in a row if there is enough of it; else it is lost."""
        values = {name: value for name, value in values.items() if value is not None and name in self._columns(table)}
        values = {**self._before(table, id_), **self._words(table, id_), **values, "id": id_}
        if table == "readings" and len(values) > 1 and "book_id" not in values:
            values["book_id"] = self._book_of_words(id_)
        if isinstance(note := values.get("private_note"), str) and isinstance(values.get("progress"), str):
            values["private_note"] = _without_remarks(note, str(values["progress"]))
        if table == "books" and len(values) == 1 and not self._is_referred_to(id_):
            pass
        elif table == "books":
            values.setdefault("title", f"Book {id_}, its title is lost")
        if all(values.get(name) is not None for name in self._saving.shapes[table].needed()) and self._saving.add(
            table, values
        ):
            self._saving.pieced[table].append(id_)
            self._saving.lost[table].discard(id_)
        else:
            self._saving.lost[table].add(id_)

    def _columns(self, table: str) -> set[str]:
        return {column.name for column in self._saving.shapes[table].columns}

    def _before(self, table: str, id_: int) -> dict[str, Value]:
        """The last words that the log has of a row."""
        known: dict[str, Value] = {}
        for (before,) in self._connection.execute(_BEFORE, (table, id_)).fetchall():
            for name, value in _object(before).items():
                if name in _TEXTS.get(table, ()):
                    known.setdefault(name, value)
        return known

    def _words(self, table: str, id_: int) -> dict[str, Value]:
        """What the search index has of a row."""
        if table == "quotes":
            return {}
        of_book = "SELECT * FROM temp.words WHERE id IN (SELECT id FROM readings WHERE book_id = ?) LIMIT 1"
        query = "SELECT * FROM temp.words WHERE id = ?" if table == "readings" else of_book
        cursor = self._connection.execute(query, (id_,)) if table in _WORDS else None
        row = cursor.fetchone() if cursor else None
        if not cursor or not row:
            return {}
        words = dict(zip((column[0] for column in cursor.description), row, strict=True))
        found = {column: words[name] for column, name in _WORDS[table].items() if words[name] is not None}
        return found | ({"title": words["title"]} if table == "books" else {})

    def _book_of_words(self, id_: int) -> Value:
        """The book whose whole title is the one in the words of a reading; else a new one of that title."""
        row = self._connection.execute("SELECT title FROM temp.words WHERE id = ?", (id_,)).fetchone()
        title = row[0] if row and row[0] else f"Book of reading {id_}, its title is lost"
        same = "SELECT id FROM books WHERE title || coalesce(' ' || subtitle, '') = ?"
        books = self._connection.execute(same, (title,)).fetchall()
        if len(books) == 1:
            return int(books[0][0])
        return self._connection.execute("INSERT INTO books (title) VALUES (?)", (title,)).lastrowid

    def _is_referred_to(self, book_id: int) -> bool:
        return self._connection.execute("SELECT 1 FROM readings WHERE book_id = ?", (book_id,)).fetchone() is not None

    def _put_operations(self) -> None:
        """An operation that is lost happened no earlier than the one before it."""
        for id_ in sorted(self._missing("operations")):
            at = (
                self._connection.execute(
                    "SELECT at FROM operations WHERE id < ? ORDER BY id DESC LIMIT 1", (id_,)
                ).fetchone()
                or self._connection.execute("SELECT at FROM operations ORDER BY id LIMIT 1").fetchone()
            )
            values = {"id": id_, "at": at[0] if at else "1970-01-01T00:00:00.000Z"}
            if self._saving.add("operations", values):
                self._saving.pieced["operations"].append(id_)
                self._saving.lost["operations"].discard(id_)
        self._connection.execute("UPDATE operations SET running = 0 WHERE running = 1")
        self._connection.execute(_NO_EARLIER)
        self._connection.execute(
            "UPDATE operations SET undoes = NULL WHERE undoes >= id OR undoes NOT IN (SELECT id FROM operations)"
        )

    def _take_out(self) -> None:
        """What belongs to a row that is lost cannot be kept."""
        for parent, places in _PARENTS.items():
            for place in places:
                child, _, column = place.partition(".")
                orphans = f"{column} NOT IN (SELECT id FROM {parent})"
                self._saving.lost[child] |= self._ids(f"SELECT id FROM {child} WHERE {orphans}")
                self._connection.execute(f"DELETE FROM {child} WHERE {orphans}")

    def _ids(self, query: str, bound: Iterable[Value] = ()) -> set[int]:
        return {id_ for (id_,) in self._connection.execute(query, tuple(bound)).fetchall() if isinstance(id_, int)}


def _parted(words: str, known: Iterable[tuple[str]], number: int) -> list[str]:
    """The words of so many quotes, without those that are known; in one piece where it is not clear where each ends."""
    for (text,) in known:
        words = f"\n{words}\n".replace(f"\n{text}\n", "\n", 1).strip("\n")
    lines = words.split("\n")
    return (lines if len(lines) == number else [words]) if words else []


def _without_remarks(note: str, progress: str) -> str | None:
    """A private note of the search index, where the remarks of the notes on progress stand behind it."""
    marks = [mark for mark in _object(f'{{"marks": {progress}}}').get("marks") or () if isinstance(mark, dict)]
    behind = "".join(f"\n{mark['remark']}" for mark in marks if mark.get("remark") is not None)
    return f"\n{note}".removesuffix(behind).removeprefix("\n") or None


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
