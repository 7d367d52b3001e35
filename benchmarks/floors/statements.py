"""What each operation asks SQLite for: what readlog asks, without its checks and without what only shapes the output.

The one place to bring up to date when readlog asks otherwise.
"""

import sqlite3
import sys
from collections.abc import Callable, Iterator

Row = tuple[object, ...]

LIMIT = 20
AUTHORS = """(SELECT group_concat(name, '; ') FROM (
    SELECT name FROM contributions JOIN people ON people.id = person_id
    WHERE book_id = books.id AND role = 'author' ORDER BY position))"""
_LIST = f"""
SELECT readings.id, status, started, finished, rating, title, {AUTHORS}
FROM readings JOIN books ON books.id = readings.book_id ORDER BY readings.moment DESC, readings.id DESC
"""
_LONG = 50_000
_PASSAGES = ", ".join(
    f"CASE WHEN length(search.{column}) > {_LONG} THEN highlight(search, {number}, char(2), char(3)) "
    f"ELSE snippet(search, {number}, char(2), char(3), '...', 14) END"
    for column, number in (("review", 4), ("quotes", 6), ("note", 5), ("tags", 3), ("series", 2))
)
_SEARCH = f"""
SELECT readings.id, status, started, finished, rating, books.title, {AUTHORS},
    (SELECT count(*) FROM readings AS others WHERE others.book_id = readings.book_id), readings.book_id, moment,
    coalesce(books.subtitle, ''), -rank, {_PASSAGES}, CASE WHEN instr(readings.review, '||') THEN readings.review END
FROM search JOIN readings ON readings.id = search.rowid JOIN books ON books.id = readings.book_id
WHERE search MATCH ? AND rank MATCH 'bm25(10.0, 8.0, 4.0, 4.0, 1.0, 1.0, 1.0)' AND (1) ORDER BY rank LIMIT ?
"""
_BEGINNING = """
SELECT search.rowid, books.title, coalesce(books.subtitle, '')
FROM search JOIN readings ON readings.id = search.rowid JOIN books ON books.id = readings.book_id
WHERE search MATCH ? ORDER BY length(books.title), moment DESC, readings.id DESC LIMIT 100
"""
_COUNT_FOUND = "SELECT count(*) FROM search WHERE search MATCH ?"
_COUNTS = """
SELECT (SELECT count(*) FROM readings), (SELECT count(*) FROM books),
    (SELECT count(*) FROM readings WHERE review IS NOT NULL),
    (SELECT count(*) FROM quotes), (SELECT count(*) FROM people), (SELECT count(*) FROM tags)
"""
_READING = """
SELECT readings.id, readings.uid, status, started, finished, rating, format, review, private_note, sources, extra,
    created_at, updated_at,
    books.id, books.uid, title, subtitle, series, series_number, isbn, publisher, published, pages, language
FROM readings JOIN books ON books.id = readings.book_id WHERE readings.id = ?
"""
_OF_BOOK = (
    "SELECT name, role FROM contributions JOIN people ON people.id = person_id WHERE book_id = ? ORDER BY position",
    "SELECT name FROM book_tags JOIN tags ON tags.id = tag_id WHERE book_id = ? ORDER BY name",
    "SELECT id, status, started, finished, rating FROM readings WHERE book_id = ? ORDER BY moment, id",
)
_QUOTES = "SELECT text, page, location, remark FROM quotes WHERE reading_id = ? ORDER BY position, id"
_TITLES = """
SELECT DISTINCT
    (SELECT id FROM readings AS later WHERE later.book_id = books.id ORDER BY moment DESC, id DESC LIMIT 1), books.title
FROM search JOIN readings ON readings.id = search.rowid JOIN books ON books.id = readings.book_id
WHERE search MATCH ? ORDER BY rank LIMIT 50
"""
_INDEXED = "title, contributors, series, tags, review, note, quotes"
_STALE = "SELECT reading_id FROM stale"
NOW = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"
FINISH = (
    f"DELETE FROM search WHERE rowid IN ({_STALE})",
    f"INSERT INTO search (rowid, {_INDEXED}) SELECT id, {_INDEXED} FROM search_text WHERE id IN ({_STALE})",
    "DELETE FROM stale",
    "UPDATE operations SET running = 0 WHERE id = (SELECT max(id) FROM operations)",
    "COMMIT",
)


def list_all(connection: sqlite3.Connection, _: str) -> Iterator[Row]:
    """Every reading, the newest first, one statement from the first row to the last."""
    return connection.execute(_LIST)


def list_some(connection: sqlite3.Connection, _: str) -> Iterator[Row]:
    """The newest readings, and how many there are."""
    yield from connection.execute(f"{_LIST} LIMIT {LIMIT}")
    connection.execute("SELECT count(*) FROM readings").fetchone()


def search(connection: sqlite3.Connection, word: str) -> Iterator[Row]:
    """The best readings with a word: titles that begin so, names, whole words, beginnings, until there are enough."""
    loose, whole = _any_form(word, "*"), _any_form(word, "")
    connection.execute(_COUNT_FOUND, (loose,)).fetchone()
    connection.execute(_BEGINNING, (f'{{title}} : ^ "{word}" *',)).fetchall()
    found: dict[object, Row] = {}
    for match in (f"({{title contributors}} : {whole}) AND {whole}", whole, loose):
        if len(found) < LIMIT:
            for row in connection.execute(_SEARCH, (match, 2 * LIMIT + len(found))):
                found.setdefault(row[8], (*row[:7], row[12].replace("\n", " ")))
    yield from list(found.values())[:LIMIT]


def _any_form(word: str, star: str) -> str:
    """The expression that readlog makes of a word: with and without an apostrophe."""
    forms = [f'"{word}"{star}']
    if len(word) > 3:
        forms += [f'"{word[:cut]} {word[cut:]}"{star}' for cut in (1, 2)]
        forms += [f'"{word[:-cut]} {word[-cut:]}"' for cut in (1, 2)]
    return f"({' OR '.join(forms)})"


def show(connection: sqlite3.Connection, id_: str) -> Iterator[Row]:
    """All that is known of one reading: itself with its book, people, tags, other readings, quotes."""
    reading = connection.execute(_READING, (int(id_),)).fetchone()
    for value in reading:
        yield (value,)
    for statement in _OF_BOOK:
        yield from connection.execute(statement, (reading[13],))
    yield from connection.execute(_QUOTES, (reading[0],))


def info(connection: sqlite3.Connection, _: str) -> Iterator[Row]:
    """How much there is of everything."""
    yield from connection.execute("PRAGMA user_version")
    for count in connection.execute(_COUNTS).fetchone():
        yield (count,)


def complete(connection: sqlite3.Connection, prefix: str) -> Iterator[Row]:
    """The titles that begin so."""
    return connection.execute(_TITLES, (f'{{title}} : ^ "{prefix}" *',))


def add(connection: sqlite3.Connection, title: str) -> Iterator[Row]:
    """A book by a new author with a tag, a reading of it with the review on standard input; synced."""
    review, run = sys.stdin.read(), connection.execute
    run("PRAGMA foreign_keys = 1")
    run("PRAGMA recursive_triggers = 1")
    run("PRAGMA synchronous = EXTRA")
    run("BEGIN IMMEDIATE")
    run(f"INSERT INTO operations (at, command, running) VALUES ({NOW}, 'add', 1)")
    book = run("INSERT INTO books (title, published, pages) VALUES (?, 2012, 576)", (title,)).lastrowid
    person = run("INSERT INTO people (name) VALUES (?)", (f"Author of {title}",)).lastrowid
    run("INSERT INTO contributions (book_id, person_id, role, position) VALUES (?, ?, 'author', 0)", (book, person))
    tag = run("SELECT id FROM tags WHERE name = 'benchmark'").fetchone()
    tag_id = tag[0] if tag else run("INSERT INTO tags (name) VALUES ('benchmark')").lastrowid
    run("INSERT INTO book_tags (book_id, tag_id) VALUES (?, ?)", (book, tag_id))
    reading = run(
        "INSERT INTO readings (book_id, status, finished, rating, review, created_at, updated_at) "
        f"VALUES (?, 'finished', '2026-03-01', 4.5, ?, {NOW}, {NOW})",
        (book, review),
    ).lastrowid
    for statement in FINISH:
        run(statement)
    yield (reading,)


OPERATIONS: dict[str, Callable[[sqlite3.Connection, str], Iterator[Row]]] = {
    "list-all": list_all,
    "list": list_some,
    "search": search,
    "show": show,
    "info": info,
    "complete": complete,
    "add": add,
}


def answer(operation: str, journal: str, value: str) -> Iterator[Row]:
    """The rows that an operation answers with."""
    connection = sqlite3.connect(journal, isolation_level=None)
    yield from _asked(operation)(connection, value)
    connection.close()


def _asked(operation: str) -> Callable[[sqlite3.Connection, str], Iterator[Row]]:
    """What is to be done: one of those here, or in another room, as in `looking.tags`, which is loaded only for it."""
    if operation in OPERATIONS:
        return OPERATIONS[operation]
    from importlib import import_module

    room, name = operation.split(".")
    asked: Callable[[sqlite3.Connection, str], Iterator[Row]] = vars(import_module(f".{room}", __package__))[name]
    return asked


def line(row: Row) -> str:
    """A row as a plain line."""
    return "\t".join("" if value is None else str(value) for value in row) + "\n"
