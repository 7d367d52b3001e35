"""Checks of the file: its structure, the schema, the search index, the change log, and foreign keys."""

import sqlite3
from collections.abc import Sequence

from readlog.doctor.check_definition import CheckedJournal
from readlog.doctor.results import DAMAGE, FILE, FIX, REMARK, SALVAGE, WARNING, Finding
from readlog.storage import integrity
from readlog.storage.index_repair import recreate_schema_objects, reusable_ids
from readlog.storage.transaction import logged_operation
from readlog.storage.triggers import LOGGED_COLUMNS, is_valid_change

WHOLE_FILE = "file"
SEARCH_INDEX = "search index"
"""The `where` of findings about the file itself, and about the search index."""

_LOG = "change log"
_MOST_IDS = 5
_LINK_TABLES = ("contributions", "book_tags")
"""Tables without words of the user: a dangling row of them carries no information."""

_DELETED_BY = "SELECT max(operation_id) FROM changes WHERE table_name = ? AND row_id = ? AND action = 'delete'"
_LOST_OPERATIONS = """
SELECT count(DISTINCT operation_id) FROM changes WHERE operation_id NOT IN (SELECT id FROM operations)
"""
_INVALID_UNDO = "SELECT count(*) FROM operations WHERE undoes >= id OR undoes NOT IN (SELECT id FROM operations)"
"""An operation that undoes a missing one, or one that was not done yet."""
_OLD_VALUES = "SELECT id, action, table_name, before FROM changes WHERE before IS NOT NULL OR action <> 'insert'"
_UNLOGGED_ROWS = """
SELECT count(*) FROM {0} WHERE NOT EXISTS (SELECT 1 FROM changes WHERE table_name = '{0}' AND row_id = {0}.id)
"""
_UNDATED_OPERATIONS = "SELECT id FROM operations WHERE datetime(at) IS NULL"


def find_damage(journal: CheckedJournal) -> list[Finding]:
    """What SQLite finds wrong in the file itself."""
    lines = integrity.integrity_problems(journal.connection)
    if not lines:
        return []
    damaged = integrity.damaged_tables(journal.connection)
    if damaged and all(name.startswith("search") for name in damaged):
        return [_index_finding("Its tables are damaged in the file.")]
    named = ", ".join(sorted(damaged)) or "its structure"
    what = f"The file is damaged ({named}): {lines[0]}" + (f", and {len(lines) - 1} more" if lines[1:] else "")
    return [Finding(FILE, DAMAGE, WHOLE_FILE, what, SALVAGE, len(lines))]


def find_wal_mode(journal: CheckedJournal) -> list[Finding]:
    """Whether the file is in WAL mode, which readlog does not use."""
    (mode,) = journal.connection.execute("PRAGMA journal_mode").fetchone()
    what = "Another tool has switched the file to WAL: what is newest lies in a second file, and a copy can miss it."
    return [Finding(FILE, WARNING, "WAL", what, FIX, fix=True)] if mode == "wal" else []


def leave_wal_mode(journal: CheckedJournal) -> None:
    """Return to the rollback journal."""
    journal.connection.execute("PRAGMA journal_mode = DELETE")


def find_altered_schema(journal: CheckedJournal) -> list[Finding]:
    """Tables, indexes, triggers and views that are missing or not as readlog creates them."""
    found = []
    for altered in integrity.altered_schema_objects(journal.connection):
        is_table = altered.kind == "table"
        added = integrity.extra_columns(journal.connection, altered.name) if is_table else None
        if altered.name == "search":
            found.append(_index_finding("It is missing." if altered.missing else "It is not as readlog made it."))
        elif added:
            what = f"The table {altered.name} has columns that readlog does not know: {', '.join(added)}. "
            what += "They are left alone; a journal that is made anew is without them."
            found.append(Finding(FILE, REMARK, altered.name, what, SALVAGE))
        else:
            what = f"The {altered.kind} {altered.name} is {'missing' if altered.missing else 'not as readlog made it'}."
            command = SALVAGE if is_table else FIX
            found.append(Finding(FILE, DAMAGE, altered.name, what, command, fix=not is_table))
    return found


def restore_schema(journal: CheckedJournal) -> None:
    """Create indexes, triggers and views again as readlog defines them."""
    altered = integrity.altered_schema_objects(journal.connection)
    recreate_schema_objects(journal.connection, [each for each in altered if each.kind != "table"])


def find_index_damage(journal: CheckedJournal) -> list[Finding]:
    """Whether the search index is healthy and has the same words as the rows."""
    ids = integrity.outdated_index_entries(journal.connection)
    if ids:
        readings = "1 reading is" if len(ids) == 1 else f"{len(ids):,} readings are"
        what = f"{readings} not in it as the rows say: a search may miss what it should find."
        return [_index_finding(what)._replace(number=len(ids), ids=tuple(ids))]
    try:
        broken = integrity.index_is_broken(journal.connection)
    except sqlite3.OperationalError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF != sqlite3.SQLITE_READONLY:
            raise
        what = "It was looked at only in part: the journal is read-only here. A backup looks at all of it."
        return [Finding(FILE, REMARK, SEARCH_INDEX, what, "readlog backup PATH")]
    return [_index_finding("It is damaged: a search may miss readings.")] if broken else []


def unusable_index() -> Finding:
    """The finding for an index that is too damaged to be checked."""
    return _index_finding("It is damaged: a search fails.")


def find_log_damage(journal: CheckedJournal) -> list[Finding]:
    """Everything that is wrong in the change log."""
    connection = journal.connection
    return [
        *_running_operations(connection),
        *_lost_operations(connection),
        *_broken_entries(connection),
        *_undated_operations(connection),
        *_unlogged_rows(connection),
    ]


def find_reusable_ids(journal: CheckedJournal) -> list[Finding]:
    """Tables that would give an id a second time."""
    tables = [table for table, _ in reusable_ids(journal.connection)]
    what = f"Numbers of {', '.join(tables)} that were given before would be given again."
    return [Finding(FILE, WARNING, "numbers", what, FIX, len(tables), fix=True)] if tables else []


def find_dangling_rows(journal: CheckedJournal) -> list[Finding]:
    """Rows whose parent is missing, grouped by table and parent."""
    found = []
    dangling = integrity.dangling_rows(journal.connection)
    for table, parent in sorted({(each.table, each.parent) for each in dangling}):
        ids = tuple(each.id for each in dangling if (each.table, each.parent) == (table, parent))
        if table in ("changes", "operations"):
            continue
        can_fix = _is_removable(table, parent, dangling)
        command = FIX if can_fix else _undo_command(journal.connection, parent, table, ids[0])
        some = ", ".join(map(str, ids[:_MOST_IDS])) + (" ..." if len(ids) > _MOST_IDS else "")
        rows = f"Row {ids[0]} belongs" if len(ids) == 1 else f"{len(ids):,} rows ({some}) belong"
        what = f"{rows} to {parent} that are not there."
        found.append(Finding(FILE, DAMAGE, table, what, command, len(ids), ids, fix=can_fix))
    return found


def remove_dangling_rows(journal: CheckedJournal) -> None:
    """Remove dangling rows without information, in one operation that can be undone."""
    dangling = integrity.dangling_rows(journal.connection)
    with logged_operation(journal.connection, "doctor"):
        for each in dangling:
            if _is_removable(each.table, each.parent, dangling):
                journal.connection.execute(f"DELETE FROM {each.table} WHERE id = ?", (each.id,))


def _index_finding(what: str) -> Finding:
    return Finding(FILE, DAMAGE, SEARCH_INDEX, what, FIX, fix=True)


def _running_operations(connection: sqlite3.Connection) -> list[Finding]:
    """An operation ends in the transaction in which it began: no other process ever sees one that is running."""
    ids = connection.execute("SELECT id FROM operations WHERE running <> 0 ORDER BY id").fetchall()
    first = ids[0][0] if ids else None
    what = f"Operation {first} is said to go on still: what other tools change is taken for a part of it."
    return [Finding(FILE, DAMAGE, f"{_LOG}, running", what, FIX, len(ids), fix=True)] if ids else []


def _lost_operations(connection: sqlite3.Connection) -> list[Finding]:
    lost = sum(connection.execute(query).fetchone()[0] for query in (_LOST_OPERATIONS, _INVALID_UNDO))
    operations = "1 operation is" if lost == 1 else f"{lost:,} operations are"
    what = f"{operations} missing to which lines of it belong."
    return [Finding(FILE, DAMAGE, f"{_LOG}, operations", what, FIX, lost, fix=True)] if lost else []


def _broken_entries(connection: sqlite3.Connection) -> list[Finding]:
    """Entries without usable old values; another tool's extra columns may be in them."""
    broken = [id_ for id_, *entry in connection.execute(_OLD_VALUES) if not is_valid_change(*entry)]
    if not broken:
        return []
    lines = "1 line is" if len(broken) == 1 else f"{len(broken):,} lines are"
    what = f"{lines} broken, the first is {broken[0]}: what was before cannot be told."
    return [Finding(FILE, DAMAGE, f"{_LOG}, lines", what, SALVAGE, len(broken))]


def _undated_operations(connection: sqlite3.Connection) -> list[Finding]:
    undated = [id_ for (id_,) in connection.execute(_UNDATED_OPERATIONS)]
    if not undated:
        return []
    what = f"Operation {undated[0]} has no time" + (f", and {len(undated) - 1:,} more." if undated[1:] else ".")
    return [Finding(FILE, DAMAGE, f"{_LOG}, times", what, SALVAGE, len(undated))]


def _unlogged_rows(connection: sqlite3.Connection) -> list[Finding]:
    """Rows that were inserted while there was no trigger; their history begins now."""
    counts = {table: connection.execute(_UNLOGGED_ROWS.format(table)).fetchone()[0] for table in LOGGED_COLUMNS}
    total = sum(counts.values())
    named = ", ".join(f"{number:,} of {table}" for table, number in counts.items() if number)
    rows = "1 row came" if total == 1 else f"{total:,} rows came"
    what = f"{rows} in without it ({named}): there is no undo of that. Nothing is missing; a backup keeps it."
    return [Finding(FILE, REMARK, f"{_LOG}, rows", what, "readlog backup", total)] if total else []


def _is_removable(table: str, parent: str, dangling: Sequence[integrity.DanglingRow]) -> bool:
    """Whether such rows carry no information: the authors of a lost book do while there are readings of it."""
    return table in _LINK_TABLES and not (parent == "books" and any(each.table == "readings" for each in dangling))


def _undo_command(connection: sqlite3.Connection, parent: str, table: str, id_: int) -> str:
    """The undo of the operation that deleted the parent of this row, if the log has it."""
    column = {"quotes": "reading_id"}.get(table, "book_id")
    (parent_id,) = connection.execute(f"SELECT {column} FROM {table} WHERE id = ?", (id_,)).fetchone()
    (last,) = connection.execute(_DELETED_BY, (parent, parent_id)).fetchone()
    return f"readlog undo {last}" if last else SALVAGE
