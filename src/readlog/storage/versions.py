"""The steps by which the file came to its present shape, as plain SQL. What was released does not change.

They are kept apart from sqlite-utils, which applies them to a file, because an empty journal in
memory is made of them too, and needs no library for that.
"""

from readlog.storage.schema import TABLES
from readlog.storage.triggers import TABLES_V1, triggers

_WHAT_BECAME_OF_OPERATIONS = """
ALTER TABLE operations ADD COLUMN undoes INTEGER REFERENCES operations (id);
ALTER TABLE operations ADD COLUMN added INTEGER;
ALTER TABLE operations ADD COLUMN changed INTEGER;
ALTER TABLE operations ADD COLUMN deleted INTEGER;
CREATE INDEX operations_by_undoes ON operations (undoes) WHERE undoes IS NOT NULL;
"""
"""Which operation one takes back, and of how many readings it is; an operation of another tool does not say."""

_SAID_TWICE = """
DROP INDEX changes_by_operation;
CREATE INDEX changes_by_operation ON changes (operation_id, action, table_name, row_id);
CREATE INDEX changes_twice ON changes (before) WHERE before IS NOT NULL;
CREATE INDEX operations_twice ON operations (at, command, running, undoes, added, changed, deleted);
CREATE INDEX readings_twice ON readings (started, format, sources, extra, created_at, updated_at);
CREATE INDEX books_twice ON books (subtitle, series, series_number, publisher, published, pages, language);
CREATE INDEX quotes_twice ON quotes (page, location, marked_at);
CREATE INDEX people_twice ON people (sort_name) WHERE sort_name IS NOT NULL;
"""
"""No question is answered by them. A byte that went wrong on the disk is noticed because index and row differ, and
what stood in a lost row can be had from them: SQLite keeps no checksums, and what search sees is in its index anyway.
"""

STEPS = {
    "m001_journal": TABLES + triggers(TABLES_V1),
    "m002_undo": _WHAT_BECAME_OF_OPERATIONS + _SAID_TWICE,
}
"""Each step by its name, in order; the version of the file is how many of them it has."""
