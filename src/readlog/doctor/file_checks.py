"""What can be wrong with the file, and how it is mended: damage, the search index, what a tool has dropped."""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from stat import S_IMODE
from time import sleep, time
from typing import NamedTuple

from readlog.backups.backup import stored_backups
from readlog.core.clock import now
from readlog.core.errors import JournalUnusable
from readlog.doctor.results import DAMAGE, FILE, FIX, RECORD, REMARK, SALVAGE, WARNING, Finding
from readlog.drafts.draft_files import list_unsaved_drafts
from readlog.storage import index_repair, integrity
from readlog.storage.index_repair import repair_log
from readlog.storage.paths import data_directory, state_directory
from readlog.storage.transaction import logged_operation
from readlog.storage.triggers import LOGGED_COLUMNS, is_valid_change

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
    lines = integrity.integrity_problems(case.connection)
    if not lines:
        return []
    at_fault = integrity.damaged_tables(case.connection)
    if at_fault and all(name.startswith("search") for name in at_fault):
        return [_of_index("Its tables are damaged in the file.")]
    named = ", ".join(sorted(at_fault)) or "its structure"
    what = f"The file is damaged ({named}): {lines[0]}" + (f", and {len(lines) - 1} more" if lines[1:] else "")
    return [Finding(FILE, DAMAGE, WHOLE, what, SALVAGE, len(lines))]


def find_altered_parts(case: Case) -> list[Finding]:
    """What is missing, or otherwise than readlog made it, of tables, indexes, triggers and views."""
    found = []
    for part in integrity.altered_schema_objects(case.connection):
        more = integrity.extra_columns(case.connection, part.name) if part.kind == "table" else None
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
    parts = integrity.altered_schema_objects(case.connection)
    index_repair.recreate_schema_objects(case.connection, [part for part in parts if part.kind != "table"])


def find_in_index(case: Case) -> list[Finding]:
    """Whether the index is sound in itself, and whether it says what the rows say."""
    ids = integrity.outdated_index_entries(case.connection)
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
    index_repair.rebuild_index(case.connection)


def find_loose_rows(case: Case) -> list[Finding]:
    """Rows that belong to others which are not there."""
    found = []
    loose = integrity.dangling_rows(case.connection)
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
    loose = integrity.dangling_rows(case.connection)
    with logged_operation(case.connection, "doctor"):
        for each in loose:
            if _can_go(each.table, each.parent, loose):
                case.connection.execute(f"DELETE FROM {each.table} WHERE id = ?", (each.id,))


def _can_go(table: str, parent: str, loose: Sequence[integrity.DanglingRow]) -> bool:
    """Whether such rows say nothing; who wrote a book says something while there is a reading of that book."""
    return table in _OF_BOOKS and not (parent == "books" and any(each.table == "readings" for each in loose))


def find_low_numbers(case: Case) -> list[Finding]:
    """Whether a number would be given a second time."""
    tables = [table for table, _ in index_repair.reusable_ids(case.connection)]
    what = f"Numbers of {', '.join(tables)} that were given before would be given again."
    return [Finding(FILE, WARNING, "numbers", what, FIX, len(tables), fix=True)] if tables else []


def raise_numbers(case: Case) -> None:
    """Let no number be given a second time."""
    index_repair.raise_sequences(case.connection)


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


_LOG = "change log"
_OF_NOTHING = """
SELECT count(DISTINCT operation_id) FROM changes WHERE operation_id NOT IN (SELECT id FROM operations)
"""
_UNDOES_NOTHING = "SELECT count(*) FROM operations WHERE undoes >= id OR undoes NOT IN (SELECT id FROM operations)"
"""Or one that was not done yet, which nobody can take back."""
_BEFORE = "SELECT id, action, table_name, before FROM changes WHERE before IS NOT NULL OR action <> 'insert'"
_UNKNOWN = """
SELECT count(*) FROM {0} WHERE NOT EXISTS (SELECT 1 FROM changes WHERE table_name = '{0}' AND row_id = {0}.id)
"""
_NO_TIME = "SELECT id FROM operations WHERE datetime(at) IS NULL"


def find_in_log(case: Case) -> list[Finding]:
    """Everything that is wrong in the log."""
    return [*_running(case), *_lost_operations(case), *_broken_lines(case), *_unknown_rows(case)]


def mend(case: Case) -> None:
    """End what is said to go on, and put back the operations that lines belong to."""
    repair_log(case.connection)


def _running(case: Case) -> list[Finding]:
    """An operation ends in the same transaction in which it began: nobody ever sees one that goes on."""
    ids = case.connection.execute("SELECT id FROM operations WHERE running <> 0 ORDER BY id").fetchall()
    first = ids[0][0] if ids else None
    what = f"Operation {first} is said to go on still: what other tools change is taken for a part of it."
    return [Finding(FILE, DAMAGE, f"{_LOG}, running", what, FIX, len(ids), fix=True)] if ids else []


def _lost_operations(case: Case) -> list[Finding]:
    ((of_nothing,), (undo,)) = (case.connection.execute(query).fetchone() for query in (_OF_NOTHING, _UNDOES_NOTHING))
    lost = of_nothing + undo
    said = "1 operation is" if lost == 1 else f"{lost:,} operations are"
    what = f"{said} missing to which lines of it belong."
    return [Finding(FILE, DAMAGE, f"{_LOG}, operations", what, FIX, lost, fix=True)] if lost else []


def _broken_lines(case: Case) -> list[Finding]:
    """Lines that do not say what a row was; what another tool has added to a table may be in them."""
    broken = [id_ for id_, *line in case.connection.execute(_BEFORE) if not is_valid_change(*line)]
    undated = [id_ for (id_,) in case.connection.execute(_NO_TIME)]
    found = []
    if broken:
        what = f"{_lines(len(broken))} broken, the first is {broken[0]}: what was before cannot be told."
        found.append(Finding(FILE, DAMAGE, f"{_LOG}, lines", what, SALVAGE, len(broken)))
    if undated:
        what = f"Operation {undated[0]} has no time" + (f", and {len(undated) - 1:,} more." if undated[1:] else ".")
        found.append(Finding(FILE, DAMAGE, f"{_LOG}, times", what, SALVAGE, len(undated)))
    return found


def _unknown_rows(case: Case) -> list[Finding]:
    """Rows that came in while no trigger was at work; how they were is known from now on."""
    counts = {table: case.connection.execute(_UNKNOWN.format(table)).fetchone()[0] for table in LOGGED_COLUMNS}
    total = sum(counts.values())
    named = ", ".join(f"{number:,} of {table}" for table, number in counts.items() if number)
    said = "1 row came" if total == 1 else f"{total:,} rows came"
    what = f"{said} in without it ({named}): there is no undo of that. Nothing is missing; "
    what += "a backup keeps it."
    return [Finding(FILE, REMARK, f"{_LOG}, rows", what, "readlog backup", total)] if total else []


def _lines(number: int) -> str:
    return "1 line is" if number == 1 else f"{number:,} lines are"


_AN_HOUR = 3_600
"""Seconds; what is younger may belong to a command that is still at work."""
_ROOM = 50_000_000
"""Bytes that should be free besides what the journal itself takes."""
_LOOKS, _BETWEEN_LOOKS = 10, 0.05
"""So often and at such seconds it is looked whether somebody else's change has come to its end."""
_WIDER = 0o077


class Mode(NamedTuple):
    """A file or a directory that others may open, and the mode that it should have."""

    path: str
    mode: int
    wanted: int


def too_open(path: str) -> list[Mode]:
    """The journal, what lies beside it, and readlog's own directories, where others may look into them."""
    if os.name != "posix":
        return []
    directories = [os.path.dirname(path)] if os.path.dirname(path) == _data_directory() else []
    files = [path, f"{path}-journal"]
    for directory in _state_directories():
        directories.append(str(directory))
        files += [str(each) for each in _files_of(directory)]
    found = [Mode(each, _mode(each), 0o700) for each in directories]
    found += [Mode(each, _mode(each), 0o600) for each in files]
    return [each for each in found if each.mode & _WIDER]


def close_to_others(modes: list[Mode]) -> list[Mode]:
    """Give them the modes that they should have; returns those of which that did not work."""
    for each in modes:
        with suppress(OSError):
            os.chmod(each.path, each.mode & each.wanted)
    return [each for each in modes if _mode(each.path) & _WIDER]


def leftovers(path: str) -> list[str]:
    """Files and folders that a command has left which was killed, an hour ago or more."""
    directories = [Path(path).parent, *_state_directories()]
    found = [each for directory in directories for each in _named_ours(directory)]
    return sorted(str(each) for each in found if _age(each) > _AN_HOUR)


def remove(paths: list[str]) -> list[str]:
    """Remove files and folders; returns those of which that did not work."""
    for path in paths:
        with suppress(OSError):
            if os.path.isdir(path) and not os.path.islink(path):
                shutil.rmtree(path)
            else:
                os.unlink(path)
    return [path for path in paths if os.path.lexists(path)]


def room_wanted(path: str) -> tuple[int, int] | None:
    """The bytes that are free on the disk of the journal, and those that should be, where these are more."""
    with suppress(OSError):
        wanted = os.path.getsize(path) * 2 + _ROOM
        free = shutil.disk_usage(os.path.dirname(path)).free
        return (free, wanted) if free < wanted else None
    return None


def was_interrupted(path: str) -> bool:
    """Whether a rollback journal lies beside the journal, and stays: a command at work removes it in a moment."""
    with suppress(OSError):
        for _ in range(_LOOKS):
            if not os.path.getsize(f"{path}-journal"):
                return False
            sleep(_BETWEEN_LOOKS)
        return True
    return False


def _data_directory() -> str | None:
    with suppress(JournalUnusable):
        return data_directory()
    return None


def _state_directories() -> list[Path]:
    """The state directory, and all directories below it, such as the folder of a draft."""
    with suppress(JournalUnusable):
        return [Path(path) for path, _, _ in os.walk(state_directory())]
    return []


def _files_of(directory: Path) -> Iterator[Path]:
    with suppress(OSError):
        yield from (each for each in directory.iterdir() if each.is_file() and not each.is_symlink())


def _named_ours(directory: Path) -> Iterator[Path]:
    """What has the name of something unfinished; a text among drafts may be more than the draft has, and stays."""
    with suppress(OSError):
        for each in directory.iterdir():
            is_draft = "drafts" in (directory.name, directory.parent.name) and each.suffix == ".md"
            if each.name.startswith(".readlog-") and not is_draft:
                yield each


def _age(path: Path) -> float:
    with suppress(OSError):
        return time() - path.lstat().st_mtime
    return 0.0


def _mode(path: str) -> int:
    with suppress(OSError):
        return S_IMODE(os.stat(path).st_mode)
    return 0


_OLD = 30
"""Days; a month of reading is what one may want to write down a second time."""
_FEW = 10
"""Readings in a journal of which nobody needs a backup yet."""
_BACKUP = "readlog backup"


def find_modes(case: Case) -> list[Finding]:
    """Files and directories that others on this machine may open."""
    modes = too_open(case.path)
    more = f", and {len(modes) - 1:,} more" if modes[1:] else ""
    what = f"Others on this machine may open {modes[0].path} ({modes[0].mode:04o}){more}." if modes else ""
    return [Finding(FILE, WARNING, "permissions", what, FIX, len(modes), fix=True)] if modes else []


def close_files_to_others(case: Case) -> None:
    """Let only the owner open them."""
    close_to_others(too_open(case.path))


def find_leftovers(case: Case) -> list[Finding]:
    """What killed commands have left."""
    left = leftovers(case.path)
    more = f", and {len(left) - 1:,} more" if left[1:] else ""
    what = f"A command that was killed has left {left[0]}{more}. Nothing of it is needed." if left else ""
    return [Finding(FILE, WARNING, "leftovers", what, FIX, len(left), fix=True)] if left else []


def remove_leftovers(case: Case) -> None:
    """Remove them."""
    remove(leftovers(case.path))


def find_room(case: Case) -> list[Finding]:
    """Whether the disk is nearly full."""
    wanted = room_wanted(case.path)
    if not wanted:
        return []
    free, needed = (f"{octets / 1e6:,.0f} MB" for octets in wanted)
    what = f"Only {free} are free; an import or a backup may need {needed}. A backup on another disk needs none of it."
    return [Finding(FILE, WARNING, "disk", what, f"{_BACKUP} PATH")]


def find_backups(case: Case) -> list[Finding]:
    """Whether there is a backup, and how old it is, if there is anything newer in the journal."""
    (readings, last) = case.connection.execute(
        "SELECT (SELECT count(*) FROM readings), (SELECT at FROM operations ORDER BY id DESC LIMIT 1)"
    ).fetchone()
    kept = stored_backups(case.path)
    if not kept:
        what = "readlog has kept none of this journal."
        return [Finding(FILE, REMARK, "backup", what, _BACKUP)] if readings >= _FEW else []
    made = _moment(kept[0].made)
    days = (datetime.fromisoformat(now()) - made).days
    if days <= _OLD or not last or _moment(str(last)) <= made:
        return []
    return [Finding(FILE, REMARK, "backup", f"The last one that readlog has kept is {days:,} days old.", _BACKUP)]


def find_waiting_drafts(case: Case) -> list[Finding]:
    """Texts that never came into the journal."""
    with suppress(JournalUnusable):  # without a home there are none
        drafts = [draft for draft in list_unsaved_drafts(case.path) if not draft.is_open]
        return _waiting(len(drafts)) if drafts else []
    return []


def _waiting(number: int) -> list[Finding]:
    said = "A draft is waiting." if number == 1 else f"{number} drafts are waiting."
    return [Finding(RECORD, REMARK, "drafts", said, "readlog recover", number)]


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return datetime.fromtimestamp(0, UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
