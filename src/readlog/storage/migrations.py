"""The migration steps as plain SQL. Released steps never change.

They are separate from `run_migrations`, which needs sqlite-utils, because an empty journal in memory is made from
them without it.
"""

from readlog.storage.schema import SCHEMA_V1
from readlog.storage.triggers import GOALS, READINGS_V3, TABLES_V1, all_triggers, table_triggers

_OPERATION_SUMMARIES = """
ALTER TABLE operations ADD COLUMN undoes INTEGER REFERENCES operations (id);
ALTER TABLE operations ADD COLUMN added INTEGER;
ALTER TABLE operations ADD COLUMN changed INTEGER;
ALTER TABLE operations ADD COLUMN deleted INTEGER;
CREATE INDEX operations_by_undoes ON operations (undoes) WHERE undoes IS NOT NULL;
"""
"""Which operation it undoes, and how many readings it changed; NULL for operations of other tools."""

_REDUNDANT_INDEXES = """
DROP INDEX changes_by_operation;
CREATE INDEX changes_by_operation ON changes (operation_id, action, table_name, row_id);
CREATE INDEX changes_twice ON changes (before) WHERE before IS NOT NULL;
CREATE INDEX operations_twice ON operations (at, command, running, undoes, added, changed, deleted);
CREATE INDEX readings_twice ON readings (started, format, sources, extra, created_at, updated_at);
CREATE INDEX books_twice ON books (subtitle, series, series_number, publisher, published, pages, language);
CREATE INDEX quotes_twice ON quotes (page, location, marked_at);
CREATE INDEX people_twice ON people (sort_name) WHERE sort_name IS NOT NULL;
"""
"""No query uses them. They are copies of the values, since SQLite keeps no checksums: a byte that went wrong on the
disk is noticed because index and row differ, and a lost row can be rebuilt. Searched texts are in the search index.
"""

_PROGRESS_PILE_GOALS = """
ALTER TABLE readings ADD COLUMN progress TEXT NOT NULL DEFAULT '[]'
    CHECK (json_valid(progress) AND json_type(progress) = 'array');
ALTER TABLE readings ADD COLUMN pile INTEGER;
CREATE TABLE goals (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uid TEXT NOT NULL UNIQUE DEFAULT ('g' || lower(hex(randomblob(8)))) CHECK (uid <> ''),
    year INTEGER NOT NULL UNIQUE,
    books INTEGER NOT NULL CHECK (books > 0)
) STRICT;
DROP INDEX readings_twice;
CREATE INDEX readings_twice ON readings (
    started, format, progress, pile, sources, extra, created_at, updated_at);
CREATE INDEX goals_twice ON goals (books);
DROP INDEX operations_twice;
CREATE INDEX operations_twice ON operations (at, command, running, undoes, added, changed, deleted) WHERE id > 0;
CREATE INDEX readings_by_pile ON readings (pile) WHERE pile IS NOT NULL;
DROP TRIGGER readings_insert;
DROP TRIGGER readings_update;
DROP TRIGGER readings_delete;
"""
"""Dated progress notes, the position in the to-read list, and yearly goals.

`operations_twice` becomes a partial index: otherwise SQLite reads all of it at every write to find the highest id.
"""

_SEARCH_PROGRESS_COMMENTS = """
DROP VIEW search_text;
CREATE VIEW search_text AS
SELECT readings.id AS id,
    books.title || coalesce(' ' || books.subtitle, '') AS title,
    (SELECT group_concat(name, ', ') FROM (
        SELECT people.name FROM contributions JOIN people ON people.id = contributions.person_id
        WHERE contributions.book_id = books.id ORDER BY contributions.position, contributions.id)) AS contributors,
    books.series AS series,
    (SELECT group_concat(name, ', ') FROM (
        SELECT tags.name FROM book_tags JOIN tags ON tags.id = book_tags.tag_id
        WHERE book_tags.book_id = books.id ORDER BY tags.name)) AS tags,
    readings.review AS review,
    CASE WHEN readings.progress = '[]' THEN readings.private_note ELSE (
        SELECT group_concat(words, char(10)) FROM (
            SELECT readings.private_note AS words
            UNION ALL SELECT json_extract(value, '$.remark') FROM json_each(readings.progress)
            WHERE type = 'object')) END AS note,
    (SELECT group_concat(words, char(10)) FROM (
        SELECT quotes.text || coalesce(char(10) || quotes.remark, '') AS words FROM quotes
        WHERE quotes.reading_id = readings.id ORDER BY quotes.position, quotes.id)) AS quotes
FROM readings JOIN books ON books.id = readings.book_id;
"""

STEPS = {
    "m001_journal": SCHEMA_V1 + all_triggers(TABLES_V1),
    "m002_undo": _OPERATION_SUMMARIES + _REDUNDANT_INDEXES,
    "m003_reading_life": _PROGRESS_PILE_GOALS
    + table_triggers(READINGS_V3)
    + table_triggers(GOALS)
    + _SEARCH_PROGRESS_COMMENTS,
}
"""Each step by its name, in order. The schema version of a file is the number of its steps."""
