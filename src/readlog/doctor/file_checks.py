"""What can be wrong with the file, and how it is mended: damage, the search index, what a tool has dropped."""

import sqlite3
from collections.abc import Callable, Sequence
from typing import NamedTuple

from readlog.doctor.results import DAMAGE, FILE, FIX, REMARK, SALVAGE, WARNING, Finding
from readlog.storage import index_repair, integrity
from readlog.storage.transaction import operation

WHOLE = "file"
INDEX = "search index"
_DELETED = "SELECT max(operation_id) FROM changes WHERE table_name = ? AND row_id = ? AND action = 'delete'"
_MANY = 5
_OF_BOOKS = ("contributions", "book_tags")
"""Tables that hold no word of the reader: a row of them that belongs to nothing says nothing."""


class Case(NamedTuple):
    """The journal that is looked at. `connection` may write where something is to be mended."""

    path: str
    connection: sqlite3.Connection


class Check(NamedTuple):
    """Something to look at, as it is called while that goes on; and how what was found is mended."""

    label: str
    find: Callable[[Case], Sequence[Finding]]
    mend: Callable[[Case], object] | None = None


def find_faults(case: Case) -> list[Finding]:
    """What SQLite finds wrong in the file itself."""
    lines = integrity.integrity(case.connection)
    if not lines:
        return []
    at_fault = integrity.tables_at_fault(case.connection)
    if at_fault and all(name.startswith("search") for name in at_fault):
        return [_of_index("Its tables are damaged in the file.")]
    named = ", ".join(sorted(at_fault)) or "its structure"
    what = f"The file is damaged ({named}): {lines[0]}" + (f", and {len(lines) - 1} more" if lines[1:] else "")
    return [Finding(FILE, DAMAGE, WHOLE, what, SALVAGE, len(lines))]


def find_altered_parts(case: Case) -> list[Finding]:
    """What is missing, or otherwise than readlog made it, of tables, indexes, triggers and views."""
    found = []
    for part in integrity.altered_parts(case.connection):
        more = integrity.more_columns(case.connection, part.name) if part.kind == "table" else None
        if part.name == "search":
            found.append(_of_index("It is missing." if part.missing else "It is not as readlog made it."))
        elif more:
            columns = ", ".join(more)
            what = f"The table {part.name} has columns that readlog does not know: {columns}. "
            what += "They are left alone; a journal that is made anew is without them."
            found.append(Finding(FILE, REMARK, part.name, what, SALVAGE))
        else:
            mends = part.kind != "table"
            what = f"The {part.kind} {part.name} is {'missing' if part.missing else 'not as readlog made it'}."
            found.append(Finding(FILE, DAMAGE, part.name, what, FIX if mends else SALVAGE, fix=mends))
    return found


def put_parts_back(case: Case) -> None:
    """Make indexes, triggers and views as readlog made them."""
    parts = integrity.altered_parts(case.connection)
    index_repair.put_back(case.connection, [part for part in parts if part.kind != "table"])


def find_in_index(case: Case) -> list[Finding]:
    """Whether the index is sound in itself, and whether it says what the rows say."""
    ids = integrity.unlike_in_index(case.connection)
    if ids:
        what = f"{_readings(len(ids))} not in it as the rows say: a search may miss what it should find."
        return [_of_index(what)._replace(number=len(ids), ids=tuple(ids))]
    try:
        broken = integrity.index_is_broken(case.connection)
    except sqlite3.OperationalError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF != sqlite3.SQLITE_READONLY:
            raise
        what = "It was looked at only in part: the journal is read-only here. A backup looks at all of it."
        return [Finding(FILE, REMARK, INDEX, what, "readlog backup PATH")]
    return [_of_index("It is damaged: a search may miss readings.")] if broken else []


def make_index_anew(case: Case) -> None:
    """Make the search index from the rows."""
    index_repair.make_index_anew(case.connection)


def find_loose_rows(case: Case) -> list[Finding]:
    """Rows that belong to others which are not there."""
    found = []
    loose = integrity.loose_rows(case.connection)
    for table, parent in sorted({(each.table, each.parent) for each in loose}):
        ids = tuple(each.id for each in loose if (each.table, each.parent) == (table, parent))
        if table in ("changes", "operations"):
            continue
        mends = _can_go(table, parent, loose)
        command = FIX if mends else _way_back(case, parent, table, ids[0])
        some = f"Row {ids[0]} belongs" if len(ids) == 1 else f"{len(ids):,} rows ({_some(ids)}) belong"
        what = f"{some} to {parent} that are not there."
        found.append(Finding(FILE, DAMAGE, table, what, command, len(ids), ids, fix=mends))
    return found


def _way_back(case: Case, parent: str, table: str, id_: int) -> str:
    """The undo of the operation that has taken away what this row belongs to, if the log has it."""
    column = {"quotes": "reading_id"}.get(table, "book_id")
    (parent_id,) = case.connection.execute(f"SELECT {column} FROM {table} WHERE id = ?", (id_,)).fetchone()
    (last,) = case.connection.execute(_DELETED, (parent, parent_id)).fetchone()
    return f"readlog undo {last}" if last else SALVAGE


def remove_loose_rows(case: Case) -> None:
    """Remove what belongs to nothing and says nothing; an undo brings it back."""
    loose = integrity.loose_rows(case.connection)
    with operation(case.connection, "doctor"):
        for each in loose:
            if _can_go(each.table, each.parent, loose):
                case.connection.execute(f"DELETE FROM {each.table} WHERE id = ?", (each.id,))


def _can_go(table: str, parent: str, loose: Sequence[integrity.Loose]) -> bool:
    """Whether such rows say nothing; who wrote a book says something while there is a reading of that book."""
    return table in _OF_BOOKS and not (parent == "books" and any(each.table == "readings" for each in loose))


def find_low_numbers(case: Case) -> list[Finding]:
    """Whether a number would be given a second time."""
    tables = [table for table, _ in index_repair.numbers_too_low(case.connection)]
    what = f"Numbers of {', '.join(tables)} that were given before would be given again."
    return [Finding(FILE, WARNING, "numbers", what, FIX, len(tables), fix=True)] if tables else []


def raise_numbers(case: Case) -> None:
    """Let no number be given a second time."""
    index_repair.raise_numbers(case.connection)


def find_mode(case: Case) -> list[Finding]:
    """Whether the file is in a mode that readlog does not use."""
    (mode,) = case.connection.execute("PRAGMA journal_mode").fetchone()
    what = "Another tool has switched the file to WAL: what is newest lies in a second file, and a copy can miss it."
    return [Finding(FILE, WARNING, "WAL", what, FIX, fix=True)] if mode == "wal" else []


def leave_wal(case: Case) -> None:
    """One file again."""
    case.connection.execute("PRAGMA journal_mode = DELETE")


def broken_index() -> Finding:
    """What is found where the index is so broken that it cannot be looked at."""
    return _of_index("It is damaged: a search fails.")


def _of_index(what: str) -> Finding:
    return Finding(FILE, DAMAGE, INDEX, what, FIX, fix=True)


def _readings(number: int) -> str:
    return "1 reading is" if number == 1 else f"{number:,} readings are"


def _some(ids: Sequence[int]) -> str:
    return ", ".join(map(str, ids[:_MANY])) + (" ..." if len(ids) > _MANY else "")
