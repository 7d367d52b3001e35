"""The triggers, which keep search index, change log and `updated_at` correct whatever tool writes to the file.

There is one trigger for each table and event, generated because they are alike for all tables:

- log: a row of `changes` has the old values. It belongs to the operation that readlog is running,
  else to one without a command, which is created for this one SQL statement of another tool.
- stale: the readings of the row must be indexed again, if a searched column changed. For another
  tool that happens at once; an operation of readlog does it once, at its end.
- touch: sets `updated_at` of these readings for another tool. An operation of readlog sets it itself.

Further triggers delete the children of a deleted row first, because most tools have foreign keys turned off.

Index entries are always built from the rows (`search_text`) and never from the old entry, so that
an upsert, a cascade, or a reading that was replaced leaves no stale entry.
"""

import json
from dataclasses import dataclass

from readlog.storage.schema import FILL_SEARCH, NOW

_LAST = "(SELECT max(id) FROM operations)"
_RUNNING = f"EXISTS (SELECT 1 FROM operations WHERE id = {_LAST} AND running = 1)"
_CHANGE = "operation_id, action, table_name, row_id, before"


@dataclass(frozen=True)
class Table:
    """A logged table: its columns, those that search covers, and SQL for the ids of the readings that a row belongs to.

    `always_logged` are columns whose old value the log keeps at every update, changed or not. Columns are separated
    by spaces.
    """

    name: str
    columns: str
    searched_columns: str
    reading_ids: str
    always_logged: str = ""


_READINGS_OF_BOOK = "SELECT id FROM readings WHERE book_id = {row}.book_id"
_READINGS_VIA = "SELECT readings.id FROM readings JOIN {0} ON {0}.book_id = readings.book_id WHERE {0}.{1} = {{row}}.id"

TABLES_V1 = (
    Table(
        "books",
        "id uid title subtitle series series_number isbn publisher published pages language",
        "id title subtitle series",
        "SELECT id FROM readings WHERE book_id = {row}.id",
    ),
    Table("people", "id name sort_name", "id name", _READINGS_VIA.format("contributions", "person_id")),
    Table("contributions", "id book_id person_id role position", "id book_id person_id position", _READINGS_OF_BOOK),
    Table("tags", "id name", "id name", _READINGS_VIA.format("book_tags", "tag_id")),
    Table("book_tags", "id book_id tag_id", "book_id tag_id", _READINGS_OF_BOOK),
    Table(
        "readings",
        "id uid book_id status started finished rating format review private_note sources extra created_at updated_at",
        "id book_id review private_note",
        "SELECT {row}.id AS id",
        always_logged="updated_at",
    ),
    Table(
        "quotes",
        "id uid reading_id position text page location remark marked_at",
        "id reading_id position text remark",
        "SELECT {row}.reading_id AS id",
    ),
)

READINGS_V3 = Table(
    "readings",
    "id uid book_id status started finished rating format review private_note sources extra created_at updated_at "
    "progress pile",
    "id book_id review private_note progress",
    "SELECT {row}.id AS id",
    always_logged="updated_at",
)
GOALS = Table("goals", "id uid year books", "", "")

TABLES_V3 = (*(table for table in TABLES_V1 if table.name != "readings"), READINGS_V3, GOALS)

LOGGED_COLUMNS = {table.name: table.columns.split() for table in TABLES_V3}
"""The columns of each logged table."""

ADDED_COLUMNS: dict[str, dict[str, object]] = {"readings": {"progress": "[]", "pile": None}}
"""Columns that older entries of the log do not have, with the value that the row had in them."""

_KNOWN_COLUMNS = {table: frozenset(columns) for table, columns in LOGGED_COLUMNS.items()}
_REQUIRED_COLUMNS = {table: known - ADDED_COLUMNS.get(table, {}).keys() for table, known in _KNOWN_COLUMNS.items()}

_CASCADES = """
CREATE TRIGGER books_cascade BEFORE DELETE ON books BEGIN
    DELETE FROM readings WHERE book_id = OLD.id;
    DELETE FROM contributions WHERE book_id = OLD.id;
    DELETE FROM book_tags WHERE book_id = OLD.id;
END;

CREATE TRIGGER readings_cascade BEFORE DELETE ON readings BEGIN
    DELETE FROM quotes WHERE reading_id = OLD.id;
END;

CREATE TRIGGER people_cascade BEFORE DELETE ON people BEGIN
    DELETE FROM contributions WHERE person_id = OLD.id;
END;

CREATE TRIGGER tags_cascade BEFORE DELETE ON tags BEGIN
    DELETE FROM book_tags WHERE tag_id = OLD.id;
END;
"""

_UPDATE_INDEX = f"""
CREATE TRIGGER stale_insert AFTER INSERT ON stale WHEN NOT {_RUNNING} BEGIN
    DELETE FROM search WHERE rowid = NEW.reading_id;
    {FILL_SEARCH} WHERE id = NEW.reading_id;
    DELETE FROM stale WHERE reading_id = NEW.reading_id;
END;
"""


def all_triggers(tables: tuple[Table, ...]) -> str:
    """The SQL of all triggers for these tables."""
    return "\n".join([*map(table_triggers, tables), _CASCADES.lstrip(), _UPDATE_INDEX.lstrip()])


def table_triggers(table: Table) -> str:
    """The SQL of the triggers of one table."""
    return "\n".join(_trigger(table, event) for event in ("insert", "update", "delete"))


def is_valid_change(action: object, table: object, before: object) -> bool:
    """Whether a row of `changes` with these values has all that undoing it needs."""
    if action == "insert":
        return before is None
    try:
        values = json.loads(str(before or ""))
    except ValueError:
        return False
    if not isinstance(values, dict) or not values or not isinstance(table, str) or table not in LOGGED_COLUMNS:
        return False
    return values.keys() <= _KNOWN_COLUMNS[table] and (action != "delete" or values.keys() >= _REQUIRED_COLUMNS[table])


def _trigger(table: Table, event: str) -> str:
    steps = [*_log(table, event), *([_stale(table, event), _touch(table, event)] if table.reading_ids else ())]
    body = "\n".join(f"    {step};" for step in steps if step)
    return f"CREATE TRIGGER {table.name}_{event} AFTER {event.upper()} ON {table.name} BEGIN\n{body}\nEND;\n"


def _log(table: Table, event: str) -> list[str]:
    columns = table.columns.split()
    row = "OLD" if event == "delete" else "NEW"
    values = {"insert": "NULL", "update": _changed_values(table), "delete": _all_values(columns)}
    differs = f"({_differs(columns)})" if event == "update" else "1"
    last_is_ours = f"running = 1 OR (command IS NULL AND at = {NOW})"
    ours = f"EXISTS (SELECT 1 FROM operations WHERE id = {_LAST} AND ({last_is_ours}))"
    change = f"{_LAST}, '{event}', '{table.name}', {row}.id, {values[event]}"
    return [
        f"INSERT INTO operations (at) SELECT {NOW} WHERE {differs} AND NOT {ours}",
        f"INSERT INTO changes ({_CHANGE}) SELECT {change} WHERE {differs}",
    ]


def _stale(table: Table, event: str) -> str:
    differs = f" WHERE {_differs(table.searched_columns.split())}" if event == "update" else ""
    return f"INSERT INTO stale (reading_id) SELECT id FROM ({_readings(table, event)}){differs}"


def _touch(table: Table, event: str) -> str:
    """A reading's own row is touched only if the change did not set `updated_at` itself."""
    if table.name == "readings" and event != "update":
        return ""
    step = f"UPDATE readings SET updated_at = {NOW} WHERE id IN ({_readings(table, event)}) AND NOT {_RUNNING}"
    if event == "update":
        step += f" AND ({_differs(table.columns.split())})"
    if table.name == "readings":
        step += " AND NEW.updated_at IS OLD.updated_at"
    return step


def _readings(table: Table, event: str) -> str:
    """SQL for the ids of the readings that a row belongs or belonged to."""
    rows = {"insert": ("NEW",), "update": ("OLD", "NEW"), "delete": ("OLD",)}[event]
    return " UNION ".join(table.reading_ids.format(row=row) for row in rows)


def _differs(columns: list[str]) -> str:
    return " OR ".join(map(_changes, columns))


def _changes(column: str) -> str:
    """Compared byte by byte, although a column may ignore case: History spelled history is a change."""
    return f"OLD.{column} IS NOT NEW.{column} COLLATE BINARY"


def _all_values(columns: list[str]) -> str:
    pairs = ", ".join(f"'{column}', OLD.{column}" for column in columns)
    return f"json_object({pairs})"


def _changed_values(table: Table) -> str:
    """SQL for a JSON object with the old values of the columns that change."""
    rows = " UNION ALL ".join(
        f"SELECT '{column}' AS name, OLD.{column} AS value"
        + ("" if column in table.always_logged.split() else f" WHERE {_changes(column)}")
        for column in table.columns.split()
    )
    return f"(SELECT json_group_object(name, value) FROM ({rows}))"
