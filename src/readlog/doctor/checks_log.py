"""Whether the change log is whole: what it says can be taken back only where it is."""

from readlog.doctor.file_checks import Case
from readlog.doctor.results import DAMAGE, FILE, FIX, REMARK, SALVAGE, Finding
from readlog.storage.index_repair import mend_log
from readlog.storage.log_lines import is_line
from readlog.storage.triggers import COLUMNS

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
    mend_log(case.connection)


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
    broken = [id_ for id_, *line in case.connection.execute(_BEFORE) if not is_line(*line)]
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
    counts = {table: case.connection.execute(_UNKNOWN.format(table)).fetchone()[0] for table in COLUMNS}
    total = sum(counts.values())
    named = ", ".join(f"{number:,} of {table}" for table, number in counts.items() if number)
    said = "1 row came" if total == 1 else f"{total:,} rows came"
    what = f"{said} in without it ({named}): there is no undo of that. Nothing is missing; "
    what += "a backup keeps it."
    return [Finding(FILE, REMARK, f"{_LOG}, rows", what, "readlog backup", total)] if total else []


def _lines(number: int) -> str:
    return "1 line is" if number == 1 else f"{number:,} lines are"
