import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from readlog.storage.connection import open_for_reading, open_for_writing, operation

INDEXED = "title, contributors, series, tags, review, note, quotes"

BOOK = """
INSERT INTO books (title, subtitle, series) VALUES ('Memoirs', 'of a Revolutionary', 'Classics');
INSERT INTO people (name) VALUES ('Victor Serge'), ('Peter Sedgwick');
INSERT INTO contributions (book_id, person_id, role, position) VALUES (1, 1, 'author', 0), (1, 2, 'translator', 1);
INSERT INTO tags (name) VALUES ('history');
INSERT INTO book_tags (book_id, tag_id) VALUES (1, 1);
INSERT INTO readings (book_id, review, private_note, updated_at) VALUES (1, 'Pétrograd', 'from Anna', '2020-01-01T00:00:00.000Z');
INSERT INTO readings (book_id, review, updated_at) VALUES (1, 'again', '2020-01-01T00:00:00.000Z');
INSERT INTO quotes (reading_id, text, remark) VALUES (1, 'the bread', 'p. 3');
UPDATE readings SET updated_at = '2020-01-01T00:00:00.000Z';
"""


@pytest.fixture(params=["readlog", "another tool"])
def rows(path: Path, request: pytest.FixtureRequest) -> Iterator[sqlite3.Connection]:
    """A book read twice, open with readlog's settings or with those of another tool."""
    connection = open_for_writing(str(path))
    if request.param != "readlog":
        connection.close()
        connection = sqlite3.connect(path, isolation_level=None)
    connection.executescript(BOOK)
    yield connection
    connection.close()


def index_is_true(connection: sqlite3.Connection) -> None:
    """Assert that the index holds exactly what the rows say, and is sound in itself."""
    said = connection.execute(f"SELECT id, {INDEXED} FROM search_text ORDER BY id").fetchall()
    held = connection.execute(f"SELECT rowid, {INDEXED} FROM search ORDER BY rowid").fetchall()
    assert held == said
    connection.execute("INSERT INTO search (search, rank) VALUES ('integrity-check', 1)")


CHANGES = (
    "UPDATE books SET title = 'Mémoires'",
    "UPDATE books SET series = NULL",
    "UPDATE books SET pages = 576",
    "UPDATE people SET name = 'Victor Lvovich Serge' WHERE id = 1",
    "DELETE FROM people WHERE id = 2",
    "UPDATE tags SET name = 'memoir'",
    "DELETE FROM tags",
    "INSERT INTO tags (id, name) VALUES (9, 'russia'); INSERT INTO book_tags (book_id, tag_id) VALUES (1, 9)",
    "DELETE FROM book_tags",
    "UPDATE contributions SET position = 5 WHERE id = 1",
    "DELETE FROM contributions",
    "INSERT INTO books (id, title) VALUES (9, 'Other'); UPDATE readings SET book_id = 9 WHERE id = 2",
    "INSERT INTO books (id, title) VALUES (9, 'Other'); UPDATE contributions SET book_id = 9 WHERE id = 1",
    "UPDATE readings SET review = 'Leningrad' WHERE id = 1",
    "UPDATE readings SET private_note = NULL",
    "UPDATE readings SET rating = 4.5",
    "UPDATE readings SET id = 77 WHERE id = 2",
    "DELETE FROM readings WHERE id = 1",
    "DELETE FROM quotes",
    "UPDATE quotes SET text = 'the peace'",
    "UPDATE quotes SET reading_id = 2",
    "INSERT INTO quotes (reading_id, text) VALUES (2, 'more')",
    "DELETE FROM books",
    "INSERT OR REPLACE INTO readings (id, book_id, review) VALUES (1, 1, 'replaced')",
    "INSERT INTO readings (id, book_id, review) VALUES (1, 1, 'upserted') ON CONFLICT (id) DO UPDATE SET review = excluded.review",
    "INSERT OR IGNORE INTO readings (id, book_id, review) VALUES (1, 1, 'ignored')",
    "UPDATE OR REPLACE tags SET name = 'x'",
)


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_changes_the_index_follows(rows: sqlite3.Connection, change: str) -> None:
    """Inserts, updates, deletes, cascades, replaces and upserts, of readlog and of any other tool."""
    index_is_true(rows)
    rows.executescript(change)
    index_is_true(rows)


@pytest.mark.parametrize("change", [change for change in CHANGES if "IGNORE" not in change])
def test_whatever_changes_is_logged(rows: sqlite3.Connection, change: str) -> None:
    """Every changed row has its line in the log, and an operation that it belongs to."""
    before = rows.execute("SELECT count(*) FROM changes").fetchone()[0]
    rows.executescript(change)
    lines = rows.execute(
        "SELECT operation_id, action, table_name, row_id, before FROM changes LIMIT -1 OFFSET ?", (before,)
    ).fetchall()
    assert lines
    for operation_id, action, _, _, values in lines:
        assert rows.execute("SELECT command FROM operations WHERE id = ?", (operation_id,)).fetchone() == (None,)
        assert (values is None) == (action == "insert")


def test_an_update_logs_the_old_values_of_what_changed(rows: sqlite3.Connection) -> None:
    """Just those, and null where nothing was."""
    rows.execute("UPDATE readings SET rating = 4.5, review = 'x' WHERE id = 2")
    values = rows.execute("SELECT before FROM changes WHERE action = 'update' ORDER BY id DESC").fetchall()
    assert {"rating": None, "review": "again"} in [json.loads(value) for (value,) in values]


def test_a_delete_logs_the_whole_row(rows: sqlite3.Connection) -> None:
    """From which it can be made again, with its uid."""
    uid = rows.execute("SELECT uid FROM quotes").fetchone()[0]
    rows.execute("DELETE FROM quotes")
    (value,) = rows.execute("SELECT before FROM changes WHERE table_name = 'quotes' AND action = 'delete'").fetchone()
    assert json.loads(value) == {
        "id": 1, "uid": uid, "reading_id": 1, "position": 0, "text": "the bread", "page": None, "location": None,
        "remark": "p. 3", "marked_at": None,
    }  # fmt: skip


def test_changing_nothing_logs_nothing(rows: sqlite3.Connection) -> None:
    """A tool that writes every row back as it was makes no history and no new date."""
    before = rows.execute("SELECT count(*), (SELECT count(*) FROM operations) FROM changes").fetchone()
    rows.execute("UPDATE readings SET review = review, updated_at = updated_at")
    rows.execute("UPDATE books SET title = title")
    assert rows.execute("SELECT count(*), (SELECT count(*) FROM operations) FROM changes").fetchone() == before


def test_one_statement_of_another_tool_is_one_operation(rows: sqlite3.Connection) -> None:
    """However many rows it changes."""
    before = rows.execute("SELECT count(*) FROM operations").fetchone()[0]
    rows.execute("UPDATE readings SET rating = 3")
    assert rows.execute("SELECT count(*) FROM operations").fetchone()[0] == before + 1


def test_all_that_a_command_changes_is_its_operation(path: Path) -> None:
    """And nothing of it is left running."""
    connection = open_for_writing(str(path))
    with operation(connection, "add"):
        for statement in BOOK.strip().split(";\n"):
            connection.execute(statement)
    assert connection.execute("SELECT command, running, at FROM operations").fetchall() == [
        ("add", 0, "2026-11-22T12:00:00.000Z")
    ]
    assert connection.execute("SELECT DISTINCT operation_id FROM changes").fetchall() == [(1,)]
    connection.close()


@pytest.mark.parametrize(
    ("change", "touched"),
    [
        ("UPDATE readings SET rating = 4 WHERE id = 1", {1}),
        ("UPDATE books SET pages = 3", {1, 2}),
        ("UPDATE people SET sort_name = 'Serge'  WHERE id = 1", {1, 2}),
        ("DELETE FROM book_tags", {1, 2}),
        ("UPDATE quotes SET page = '3'", {1}),
        ("UPDATE readings SET rating = 4, updated_at = '2021-01-01T00:00:00.000Z'", set()),
        ("UPDATE readings SET rating = rating", set()),
    ],
)
def test_what_is_changed_is_dated(rows: sqlite3.Connection, change: str, touched: set[int]) -> None:
    """A reading that a change belongs to is updated now, unless whoever changed it said when."""
    rows.execute(change)
    now = rows.execute("SELECT id FROM readings WHERE updated_at > '2022'").fetchall()
    assert {id_ for (id_,) in now} == touched


class AnyTool(RuleBasedStateMachine):
    """Rows inserted, changed and deleted in any order by any tool."""

    def __init__(self) -> None:
        super().__init__()
        self.rows = open_for_reading("/nowhere/journal.db")
        self.rows.execute("PRAGMA foreign_keys = 1")

    def teardown(self) -> None:
        """Close the journal."""
        self.rows.close()

    @rule(table=st.sampled_from("books people tags".split()), name=st.sampled_from("ábcde"))
    def insert(self, table: str, name: str) -> None:
        """A book, a person or a tag."""
        column = "title" if table == "books" else "name"
        self.rows.execute(f"INSERT OR IGNORE INTO {table} ({column}) VALUES (?)", (name,))

    @rule(
        data=st.data(), table=st.sampled_from("contributions book_tags readings quotes".split()), replace=st.booleans()
    )
    def insert_below(self, data: st.DataObject, table: str, replace: bool) -> None:
        """A row that belongs to others, in place of one that is there or not."""
        columns = {
            "contributions": {"book_id": "books", "person_id": "people"},
            "book_tags": {"book_id": "books", "tag_id": "tags"},
            "readings": {"book_id": "books"},
            "quotes": {"reading_id": "readings"},
        }[table]
        values: dict[str, Any] = {}
        for column, other in columns.items():
            ids = [id_ for (id_,) in self.rows.execute(f"SELECT id FROM {other}")]
            if not ids:
                return
            values[column] = data.draw(st.sampled_from(ids))
        values |= {"quotes": {"text": "q"}, "readings": {"review": "r"}}.get(table, {})
        if replace:
            values["id"] = data.draw(st.integers(1, 4))
        if replace:
            self.rows.execute("PRAGMA recursive_triggers = 1")
        verb = "INSERT OR REPLACE" if replace else "INSERT OR IGNORE"
        self.rows.execute(
            f"{verb} INTO {table} ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})", tuple(values.values())
        )

    @rule(
        table=st.sampled_from("books people tags contributions book_tags readings quotes".split()),
        id_=st.integers(1, 5),
    )
    def delete(self, table: str, id_: int) -> None:
        """A row, and by cascade what belongs to it."""
        self.rows.execute(f"DELETE FROM {table} WHERE id = ?", (id_,))

    @rule(id_=st.integers(1, 5), review=st.sampled_from(["x", "y", None]), recursive=st.booleans())
    def update(self, id_: int, review: str | None, recursive: bool) -> None:
        """A review, with triggers that may set off triggers or not."""
        self.rows.execute(f"PRAGMA recursive_triggers = {int(recursive)}")
        self.rows.execute("UPDATE readings SET review = ? WHERE id = ?", (review, id_))

    @invariant()
    def the_index_is_true(self) -> None:
        """After every step."""
        index_is_true(self.rows)


TestAnyTool = AnyTool.TestCase
TestAnyTool.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
