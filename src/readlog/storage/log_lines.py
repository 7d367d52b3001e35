"""Whether a line of the change log says what it should: what the row was before, by its columns."""

import json

from readlog.storage.triggers import TABLES_V1

COLUMNS = {table.name: frozenset(table.columns.split()) for table in TABLES_V1}
"""The columns of each table whose rows are in the log."""


def is_line(action: object, table: object, before: object) -> bool:
    """Whether a row can be taken back by a line of this action, about this table."""
    if action == "insert":
        return before is None
    try:
        values = json.loads(str(before or ""))
    except ValueError:
        return False
    if not isinstance(values, dict) or not values or not isinstance(table, str) or table not in COLUMNS:
        return False
    return values.keys() <= COLUMNS[table] and (action != "delete" or values.keys() == COLUMNS[table])
