"""What lies around the file: who may read it, what was left, how much room there is, and how old the last backup is."""

from contextlib import suppress
from datetime import UTC, datetime

from readlog.backups.backup import kept_backups
from readlog.core.clock import now
from readlog.core.errors import JournalUnusable
from readlog.doctor import surroundings
from readlog.doctor.file_checks import Case
from readlog.doctor.results import FILE, FIX, RECORD, REMARK, WARNING, Finding
from readlog.drafts.draft_files import waiting_drafts

_OLD = 30
"""Days; a month of reading is what one may want to write down a second time."""
_FEW = 10
"""Readings in a journal of which nobody needs a backup yet."""
_BACKUP = "readlog backup"


def find_modes(case: Case) -> list[Finding]:
    """Files and directories that others on this machine may open."""
    modes = surroundings.too_open(case.path)
    more = f", and {len(modes) - 1:,} more" if modes[1:] else ""
    what = f"Others on this machine may open {modes[0].path} ({modes[0].mode:04o}){more}." if modes else ""
    return [Finding(FILE, WARNING, "permissions", what, FIX, len(modes), fix=True)] if modes else []


def close_to_others(case: Case) -> None:
    """Let only the owner open them."""
    surroundings.close_to_others(surroundings.too_open(case.path))


def find_leftovers(case: Case) -> list[Finding]:
    """What killed commands have left."""
    left = surroundings.leftovers(case.path)
    more = f", and {len(left) - 1:,} more" if left[1:] else ""
    what = f"A command that was killed has left {left[0]}{more}. Nothing of it is needed." if left else ""
    return [Finding(FILE, WARNING, "leftovers", what, FIX, len(left), fix=True)] if left else []


def remove_leftovers(case: Case) -> None:
    """Remove them."""
    surroundings.remove(surroundings.leftovers(case.path))


def find_room(case: Case) -> list[Finding]:
    """Whether the disk is nearly full."""
    wanted = surroundings.room_wanted(case.path)
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
    kept = kept_backups(case.path)
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
        drafts = [draft for draft in waiting_drafts(case.path) if not draft.is_open]
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
