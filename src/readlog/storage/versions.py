"""The steps by which the file came to its present shape, as plain SQL. What was released does not change.

They are kept apart from sqlite-utils, which applies them to a file, because an empty journal in
memory is made of them too, and needs no library for that.
"""

from readlog.storage.schema import TABLES
from readlog.storage.triggers import TABLES_V1, triggers

STEPS = {"m001_journal": TABLES + triggers(TABLES_V1)}
"""Each step by its name, in order; the version of the file is how many of them it has."""
