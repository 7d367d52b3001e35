"""Whether a line of the change log says what it should: what the row was before, by its columns."""

import json

from readlog.storage.triggers import COLUMNS, COLUMNS_SINCE

_KNOWN = {table: frozenset(columns) for table, columns in COLUMNS.items()}
_NEEDED = {table: known - COLUMNS_SINCE.get(table, {}).keys() for table, known in _KNOWN.items()}


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
    return values.keys() <= _KNOWN[table] and (action != "delete" or values.keys() >= _NEEDED[table])
