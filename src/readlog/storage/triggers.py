"""What the file does by itself, whatever tool writes into it: search index, change log and `updated_at` are kept true.

One trigger for each table and event, made here because the same sentences hold for seven tables:

- log: a row of `changes` says what the row was before. It belongs to the operation that readlog
  is running, else to one without a command, made for this one SQL statement of another tool.
- index: the readings that the row belongs to are indexed again, if search sees what changed.
- touch: those readings were updated now.

Every trigger begins anew from the rows (`search_text`) and never from what the index held, so that
an upsert, a cascade, or a reading that was replaced leaves no stale entry.
"""

from dataclasses import dataclass

from readlog.storage.schema import NOW

_LAST = "(SELECT max(id) FROM operations)"
_RUNNING = f"SELECT at FROM operations WHERE id = {_LAST} AND running = 1"
_MOMENT = f"coalesce(({_RUNNING}), {NOW})"
_CHANGE = "operation_id, action, table_name, row_id, before"
_INDEXED = "title, contributors, series, tags, review, note, quotes"


@dataclass(frozen=True)
class _Table:
    """A table whose rows a reader can change: its columns, those that search sees, and the readings of a row."""

    name: str
    columns: str
    searched: str
    readings: str


_OF_BOOK = "SELECT id FROM readings WHERE book_id = {row}.book_id"
_VIA = "SELECT readings.id FROM readings JOIN {0} ON {0}.book_id = readings.book_id WHERE {0}.{1} = {{row}}.id"

_TABLES = (
    _Table(
        "books",
        "id uid title subtitle series series_number isbn publisher published pages language",
        "id title subtitle series",
        "SELECT id FROM readings WHERE book_id = {row}.id",
    ),
    _Table("people", "id name sort_name", "id name", _VIA.format("contributions", "person_id")),
    _Table("contributions", "id book_id person_id role position", "book_id person_id position", _OF_BOOK),
    _Table("tags", "id name", "id name", _VIA.format("book_tags", "tag_id")),
    _Table("book_tags", "id book_id tag_id", "book_id tag_id", _OF_BOOK),
    _Table(
        "readings",
        "id uid book_id status started finished rating format review private_note sources extra created_at updated_at",
        "id book_id review private_note",
        "SELECT {row}.id",
    ),
    _Table(
        "quotes",
        "id uid reading_id position text page location remark marked_at",
        "reading_id position text remark",
        "SELECT {row}.reading_id",
    ),
)


def triggers() -> str:
    """The SQL of every trigger."""
    return "\n".join(_trigger(table, event) for table in _TABLES for event in ("insert", "update", "delete"))


def _trigger(table: _Table, event: str) -> str:
    steps = [*_log(table, event), *_index(table, event), _touch(table, event)]
    body = "\n".join(f"    {step};" for step in steps if step)
    return f"CREATE TRIGGER {table.name}_{event} AFTER {event.upper()} ON {table.name} BEGIN\n{body}\nEND;\n"


def _log(table: _Table, event: str) -> list[str]:
    columns = table.columns.split()
    row = "OLD" if event == "delete" else "NEW"
    before = {"insert": "NULL", "update": _changed_values(columns), "delete": _all_values(columns)}[event]
    differs = f"({_differs(columns)})" if event == "update" else "1"
    last_is_ours = f"running = 1 OR (command IS NULL AND at = {NOW})"
    ours = f"EXISTS (SELECT 1 FROM operations WHERE id = {_LAST} AND ({last_is_ours}))"
    change = f"{_LAST}, '{event}', '{table.name}', {row}.id, {before}"
    return [
        f"INSERT INTO operations (at) SELECT {NOW} WHERE {differs} AND NOT {ours}",
        f"INSERT INTO changes ({_CHANGE}) SELECT {change} WHERE {differs}",
    ]


def _index(table: _Table, event: str) -> list[str]:
    readings = _readings(table, event)
    when = f" AND ({_differs(table.searched.split())})" if event == "update" else ""
    steps = [f"DELETE FROM search WHERE rowid IN ({readings}){when}"]
    if (table.name, event) != ("readings", "delete"):
        steps.append(
            f"INSERT INTO search (rowid, {_INDEXED})\n"
            f"        SELECT id, {_INDEXED} FROM search_text WHERE id IN ({readings}){when}"
        )
    return steps


def _touch(table: _Table, event: str) -> str:
    """A reading's own row is touched only where whoever changed it did not say when."""
    if table.name == "readings" and event != "update":
        return ""
    step = f"UPDATE readings SET updated_at = {_MOMENT} WHERE id IN ({_readings(table, event)})"
    if event == "update":
        step += f" AND ({_differs(table.columns.split())})"
    if table.name == "readings":
        step += " AND NEW.updated_at IS OLD.updated_at"
    return step


def _readings(table: _Table, event: str) -> str:
    rows = {"insert": ("NEW",), "update": ("OLD", "NEW"), "delete": ("OLD",)}[event]
    return " UNION ".join(table.readings.format(row=row) for row in rows)


def _differs(columns: list[str]) -> str:
    return " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in columns)


def _all_values(columns: list[str]) -> str:
    pairs = ", ".join(f"'{column}', OLD.{column}" for column in columns)
    return f"json_object({pairs})"


def _changed_values(columns: list[str]) -> str:
    """SQL for the old values of those columns that change, as a JSON object."""
    rows = " UNION ALL ".join(
        f"SELECT '{column}' AS name, OLD.{column} AS value WHERE OLD.{column} IS NOT NEW.{column}" for column in columns
    )
    return f"(SELECT json_group_object(name, value) FROM ({rows}))"
