"""What the moments of a reading's life ask SQLite for: each one a transaction, logged and synced, as readlog's are.

Loaded only where one of them is measured.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from .statements import FINISH, NOW, Row

_TODAY = "date('now')"
_TOUCHED = f"updated_at = {NOW}"
_NOTED = f"progress = json_insert(progress, '$[#]', json_object('at', ?, 'date', {_TODAY}, 'remark', NULL))"
_TITLE = "SELECT title, pages FROM readings JOIN books ON books.id = book_id WHERE readings.id = ?"
_ON_TOP = "(SELECT coalesce(max(pile), 0) + 1 FROM readings WHERE +status = 'to-read' AND pile IS NOT NULL)"
_OF_TAG = "SELECT book_id FROM book_tags WHERE tag_id = ?"
_OF_PERSON = "SELECT book_id FROM contributions WHERE person_id = ?"


def want(connection: sqlite3.Connection, title: str) -> Iterator[Row]:
    """A reading of a new book by a new author, that is wanted."""
    return _new(connection, "want", title, f"'to-read', NULL, {NOW}, {NOW}")


def want_next(connection: sqlite3.Connection, title: str) -> Iterator[Row]:
    """A reading of a new book by a new author, that is wanted before all others."""
    return _new(connection, "want", title, f"'to-read', NULL, {NOW}, {NOW}", _ON_TOP)


def start(connection: sqlite3.Connection, title: str) -> Iterator[Row]:
    """A reading of a new book by a new author, that begins today."""
    return _new(connection, "start", title, f"'reading', {_TODAY}, {NOW}, {NOW}")


def at(connection: sqlite3.Connection, value: str) -> Iterator[Row]:
    """A place in a reading."""
    return _changed(connection, "at", value, f"status = 'reading', {_NOTED}")


def pause(connection: sqlite3.Connection, value: str) -> Iterator[Row]:
    """A reading that rests."""
    return _changed(connection, "pause", value, "status = 'paused'")


def finish(connection: sqlite3.Connection, value: str) -> Iterator[Row]:
    """A reading that ends today, with a rating."""
    return _changed(connection, "finish", value, f"status = 'finished', finished = {_TODAY}, rating = ?")


def abandon(connection: sqlite3.Connection, value: str) -> Iterator[Row]:
    """A reading that ends today somewhere in the book."""
    return _changed(connection, "abandon", value, f"status = 'abandoned', finished = {_TODAY}, {_NOTED}")


def quote(connection: sqlite3.Connection, value: str) -> Iterator[Row]:
    """A quote behind those that a reading has."""
    id_, text = value.split(":", 1)
    with _operation(connection, "quote"):
        (position,) = connection.execute("SELECT count(*) FROM quotes WHERE reading_id = ?", (id_,)).fetchone()
        connection.execute(
            f"INSERT INTO quotes (reading_id, position, text, page, marked_at) VALUES (?, ?, ?, '133', {NOW})",
            (id_, position, text),
        )
        connection.execute(f"UPDATE readings SET {_TOUCHED} WHERE id = ?", (id_,))
    yield (id_,)


def set_goal(connection: sqlite3.Connection, books: str) -> Iterator[Row]:
    """How many books the year shall have, and how many it has."""
    from .looking import YEAR, goal

    with _operation(connection, "goal"):
        connection.execute(
            "INSERT INTO goals (year, books) VALUES (?, ?) ON CONFLICT (year) DO UPDATE SET books = excluded.books",
            (int(YEAR), int(books)),
        )
    return goal(connection, "")


def rename_tag(connection: sqlite3.Connection, value: str) -> Iterator[Row]:
    """Another name for a tag."""
    old, new = value.split(":")
    with _operation(connection, "tags rename"):
        (id_,) = connection.execute("SELECT id FROM tags WHERE name = ?", (old,)).fetchone()
        connection.execute(f"UPDATE readings SET {_TOUCHED} WHERE book_id IN ({_OF_TAG})", (id_,))
        connection.execute("UPDATE tags SET name = ? WHERE id = ?", (new, id_))
    yield (new,)


def merge_tag(connection: sqlite3.Connection, value: str) -> Iterator[Row]:
    """All books of one tag for another."""
    run, names = connection.execute, value.split(":")
    with _operation(connection, "tags merge"):
        one, other = (run("SELECT id FROM tags WHERE name = ?", (name,)).fetchone()[0] for name in names)
        run(f"UPDATE readings SET {_TOUCHED} WHERE book_id IN ({_OF_TAG})", (one,))
        run(f"DELETE FROM book_tags WHERE tag_id = ? AND book_id IN ({_OF_TAG})", (one, other))
        run("UPDATE book_tags SET tag_id = ? WHERE tag_id = ?", (other, one))
        run("DELETE FROM tags WHERE id = ?", (one,))
    yield (names[1],)


def rename_author(connection: sqlite3.Connection, value: str) -> Iterator[Row]:
    """Another name for an author."""
    old, new = value.split(":")
    with _operation(connection, "authors rename"):
        (id_,) = connection.execute("SELECT id FROM people WHERE name = ?", (old,)).fetchone()
        connection.execute(f"UPDATE readings SET {_TOUCHED} WHERE book_id IN ({_OF_PERSON})", (id_,))
        connection.execute("UPDATE people SET name = ? WHERE id = ?", (new, id_))
    yield (new,)


def merge_author(connection: sqlite3.Connection, value: str) -> Iterator[Row]:
    """All books of one author for another."""
    run, names = connection.execute, value.split(":")
    with _operation(connection, "authors merge"):
        one, other = (run("SELECT id FROM people WHERE name = ?", (name,)).fetchone()[0] for name in names)
        run(f"UPDATE readings SET {_TOUCHED} WHERE book_id IN ({_OF_PERSON})", (one,))
        run(f"DELETE FROM contributions WHERE person_id = ? AND book_id IN ({_OF_PERSON})", (one, other))
        run("UPDATE contributions SET person_id = ? WHERE person_id = ?", (other, one))
        run("DELETE FROM people WHERE id = ?", (one,))
    yield (names[1],)


@contextmanager
def _operation(connection: sqlite3.Connection, command: str) -> Iterator[None]:
    run = connection.execute
    run("PRAGMA foreign_keys = 1")
    run("PRAGMA recursive_triggers = 1")
    run("PRAGMA synchronous = EXTRA")
    run("BEGIN IMMEDIATE")
    run(f"INSERT INTO operations (at, command, running) VALUES ({NOW}, ?, 1)", (command,))
    yield
    for statement in FINISH:
        run(statement)


def _new(connection: sqlite3.Connection, command: str, title: str, values: str, pile: str = "NULL") -> Iterator[Row]:
    run = connection.execute
    with _operation(connection, command):
        book = run("INSERT INTO books (title) VALUES (?)", (title,)).lastrowid
        person = run("INSERT INTO people (name) VALUES (?)", (f"Author of {title}",)).lastrowid
        run("INSERT INTO contributions (book_id, person_id, role, position) VALUES (?, ?, 'author', 0)", (book, person))
        reading = run(
            "INSERT INTO readings (book_id, status, started, created_at, updated_at, pile) "
            f"VALUES (?, {values}, {pile})",
            (book,),
        ).lastrowid
    yield (reading,)


def _changed(connection: sqlite3.Connection, command: str, value: str, values: str) -> Iterator[Row]:
    """A reading, by its number, gets new values, one of which stands behind the number."""
    id_, *said = value.split(":")
    with _operation(connection, command):
        connection.execute(f"UPDATE readings SET {values}, {_TOUCHED} WHERE id = ?", (*said, id_))
    yield (id_, *connection.execute(_TITLE, (id_,)).fetchone())
