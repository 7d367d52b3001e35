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

STEPS = {
    "m001_journal": TABLES + triggers(TABLES_V1),
    "m002_undo": _WHAT_BECAME_OF_OPERATIONS,
}
"""Each step by its name, in order; the version of the file is how many of them it has."""
