"""Journals as an earlier readlog left them, made of the frozen schema of its version; and journals of today, quickly."""

import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from readlog.storage.connection import APPLICATION_ID, SCHEMA_VERSION
from readlog.storage.open_journal import open_for_writing

SCHEMAS = Path(__file__).parent / "schemas"
VERSIONS = tuple(range(1, SCHEMA_VERSION + 1))
_NAMES = ("m001_journal", "m002_undo", "m003_reading_life")
"""What `_sqlite_migrations` says, as it was released; it is not asked of the code of today."""

_MIGRATIONS = """
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
"""
_BY_THEMSELVES = ("CREATE TABLE 'search_", "CREATE TABLE sqlite_sequence")
_ORDER = ("CREATE TABLE", "CREATE VIRTUAL", "CREATE VIEW", "CREATE INDEX", "CREATE TRIGGER")

_ROWS = """
INSERT INTO operations (at, command, running) VALUES ('2026-10-01T08:00:00.000Z', 'import goodreads', 1);
INSERT INTO books (title, subtitle, series, isbn) VALUES ('Memoirs', 'of a Revolutionary', 'Exile', '9781590174517');
INSERT INTO books (title) VALUES ('雪国');
INSERT INTO people (name) VALUES ('Victor Serge'), ('Peter Sedgwick'), ('川端康成');
INSERT INTO contributions (book_id, person_id, role) VALUES (1, 1, 'author'), (1, 2, 'translator'), (2, 3, 'author');
INSERT INTO tags (name) VALUES ('history');
INSERT INTO book_tags (book_id, tag_id) VALUES (1, 1);
INSERT INTO readings (book_id, status, finished, rating, review) VALUES (1, 'finished', '2012-03', 5, 'Pétrograd in winter');
INSERT INTO readings (book_id, status, started, private_note) VALUES (1, 'reading', '2026-10-02', 'from Anna');
INSERT INTO readings (book_id, status) VALUES (2, 'to-read');
INSERT INTO quotes (reading_id, text, page) VALUES (1, 'I own nothing.', '443');
UPDATE operations SET running = 0;
DELETE FROM search;
INSERT INTO search (rowid, title, contributors, series, tags, review, note, quotes) SELECT * FROM search_text;
DELETE FROM stale;
UPDATE readings SET rating = 4.5 WHERE id = 1;
DELETE FROM readings WHERE id = 3;
"""
"""An import, then an edit and a delete with another tool: the log has lines of every kind."""


@cache
def _journal_of_today(script: str) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder, "journal.db")
        with closing(open_for_writing(str(path))) as connection:
            connection.executescript(script)
        return path.read_bytes()


def make_today(path: Path, script: str = "") -> None:
    """Make a journal of today at `path` and run a script in it, as another tool would; made once, and copied."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.write_bytes(_journal_of_today(script))
    path.chmod(0o600)


def make_old(path: Path, version: int, *, filled: bool = True) -> None:
    """Make the journal of that version at `path`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript(_MIGRATIONS)
        for number, name in enumerate(_NAMES[:version], 1):
            said = (number, "readlog", name, "2026-09-01 08:00:00.000000+00:00")
            connection.execute("INSERT INTO _sqlite_migrations VALUES (?, ?, ?, ?)", said)
        for statement in _statements(SCHEMAS.joinpath(f"v{version}.sql").read_text(encoding="utf-8")):
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {version}")
        if filled:
            connection.executescript(_ROWS)
    path.chmod(0o600)


def _statements(script: str) -> list[str]:
    """The statements, tables before what stands on them."""
    found, statement = [], ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            if not statement.startswith(_BY_THEMSELVES):
                found.append(statement)
            statement = ""
    return sorted(found, key=lambda each: next(n for n, begins in enumerate(_ORDER) if each.startswith(begins)))
