import sqlite3

import pytest
from tests.sql_rows import count, found, index_is_true, last_line, run

from readlog.storage.bulk_insert import bulk_insert
from readlog.storage.transaction import logged_operation

OTHER = """
INSERT INTO books (title) VALUES ('Salt');
INSERT INTO people (name) VALUES ('Mira Oduya');
INSERT INTO contributions (book_id, person_id) SELECT max(books.id), max(people.id) FROM books, people;
INSERT INTO tags (name) VALUES ('harbours');
INSERT INTO book_tags (book_id, tag_id) SELECT max(books.id), max(tags.id) FROM books, tags;
INSERT INTO readings (book_id, review) SELECT max(id), 'lanterns' FROM books;
INSERT INTO quotes (reading_id, text) SELECT max(id), 'salt' FROM readings
"""
NAMES = "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY name"
LINES = "SELECT table_name, row_id FROM changes WHERE action = 'insert' AND id > ? ORDER BY id"


def test_what_is_inserted_is_logged_and_indexed_at_the_end(writing: sqlite3.Connection) -> None:
    """As by the triggers: a line for each row, in an order in which it can be taken back, and every word is found."""
    before, line = writing.execute(NAMES).fetchall(), last_line(writing)
    with logged_operation(writing, "import csv"), bulk_insert(writing):
        run(writing, OTHER)
    lines = writing.execute(LINES, (line,)).fetchall()
    tables = list(dict.fromkeys(table for table, _ in lines))
    assert tables == [
        table
        for table in ("books", "people", "contributions", "tags", "book_tags", "readings", "quotes")
        if table in tables
    ]
    assert len(lines) == len(set(lines)) > 0
    for table in tables:
        assert (table, writing.execute(f"SELECT max(id) FROM {table}").fetchone()[0]) in lines
    assert writing.execute(NAMES).fetchall() == before
    assert count(writing, "stale") == 0
    index_is_true(writing)


def test_a_row_is_logged_before_it_is_changed(writing: sqlite3.Connection) -> None:
    """So that the log can be read backwards; and words that come to a book that was there are found."""
    line = last_line(writing)
    with logged_operation(writing, "import csv"), bulk_insert(writing) as many:
        run(writing, OTHER)
        many.log_rows()
        writing.execute("UPDATE books SET title = 'Salt and Lanterns' WHERE title = 'Salt'")
        run(writing, "INSERT INTO book_tags (book_id, tag_id) SELECT min(books.id), max(tags.id) FROM books, tags")
    id_ = writing.execute("SELECT max(id) FROM books").fetchone()[0]
    actions = writing.execute(
        "SELECT action FROM changes WHERE table_name = 'books' AND row_id = ? AND id > ? ORDER BY id", (id_, line)
    )
    assert [action for (action,) in actions] == ["insert", "update"]
    assert len(found(writing, "harbours")) > 1
    index_is_true(writing)


def test_a_number_that_goes_back_is_logged_too(writing: sqlite3.Connection) -> None:
    """A file may bring its numbers in any order."""
    book_id = writing.execute("SELECT max(id) FROM books").fetchone()[0]
    with logged_operation(writing, "import readlog"), bulk_insert(writing) as many:
        for id_ in (900, 800):
            writing.execute("INSERT INTO readings (id, book_id, review) VALUES (?, ?, 'lanterns')", (id_, book_id))
            many.note_reading(id_)
            many.log_rows()
    lines = writing.execute(
        "SELECT row_id FROM changes WHERE table_name = 'readings' AND action = 'insert' AND row_id >= 800 ORDER BY id"
    )
    assert [id_ for (id_,) in lines] == [900, 800]
    index_is_true(writing)


def test_an_error_brings_the_triggers_back(writing: sqlite3.Connection) -> None:
    """With the rows and the log as they were."""
    before, line = writing.execute(NAMES).fetchall(), last_line(writing)
    with pytest.raises(KeyboardInterrupt), logged_operation(writing, "import csv"), bulk_insert(writing):
        run(writing, OTHER)
        raise KeyboardInterrupt
    assert writing.execute(NAMES).fetchall() == before
    assert last_line(writing) == line
    index_is_true(writing)
