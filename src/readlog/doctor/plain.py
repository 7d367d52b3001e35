"""What the doctor says, in a pipe: a line a finding; and in words, wherever."""

from readlog.core.errors import JournalUnusable
from readlog.doctor.results import DAMAGE, FIX, SALVAGE, Checkup, Finding, Salvage, SavedTable
from readlog.ui import plain_lines, wording

_MOST = 12
"""Numbers in a line for a person."""


def put_checkup(checkup: Checkup) -> None:
    """A line a finding: how grave (or `mended`), file or record, where, what, and the command that mends it."""
    plain_lines.put_rows((level(each), each.part, each.where, each.what, each.command) for each in checkup.findings)


def put_salvage(salvage: Salvage) -> None:
    """A line a table: name, rows saved, rows pieced together, rows lost, their numbers."""
    plain_lines.put_rows(
        (each.table, each.saved, len(each.pieced), len(each.lost), " ".join(map(str, each.lost)))
        for each in salvage.tables
    )


def level(finding: Finding) -> str:
    """How grave it is; what was mended is not."""
    return "mended" if finding.mended else finding.level


def summary(checkup: Checkup) -> str:
    """A sentence on the whole."""
    readings = wording.count(checkup.readings or 0, "reading")
    mended = sum(each.mended for each in checkup.findings)
    left = len(checkup.findings) - mended
    said = f"The journal is sound, {readings}." if checkup.sound else "The journal is damaged."
    if mended:
        said += f" {mended} mended."
    return said + (f" {left} to look at." if left and checkup.sound else "")


def refuse_damage(checkup: Checkup, *, fixing: bool) -> None:
    """Raise JournalUnusable where damage is left, with what to do about it."""
    if checkup.sound:
        return
    left = [each for each in checkup.findings if each.level == DAMAGE and not each.mended]
    if all(each.fix for each in left) and not fixing:
        raise JournalUnusable(f"The journal {checkup.journal} is damaged. This mends it: {FIX}")
    if not any(each.command == SALVAGE for each in left):
        raise JournalUnusable(f"The journal {checkup.journal} is damaged. What mends it stands beside what was found.")
    raise JournalUnusable(
        f"The journal {checkup.journal} is damaged. Put a backup in its place: readlog restore PATH. "
        f"Or save what can be read: {SALVAGE}"
    )


def lost(table: SavedTable) -> str:
    """What is not as it was in a table, in a line; empty where everything is."""
    parts = []
    if table.pieced:
        parts.append(f"pieced together: {_numbers(table.pieced)}")
    if table.cut:
        parts.append(f"in part: {_numbers(table.cut)}")
    if table.blank:
        parts.append("values lost: " + ", ".join(f"{column} of {id_}" for id_, column in table.blank[:_MOST]))
    if table.lost:
        parts.append(f"{len(table.lost):,} lost: {_numbers(table.lost)}")
    return "; ".join(parts)


def _numbers(ids: tuple[int, ...]) -> str:
    """`3, 7-12, 40`."""
    runs: list[list[int]] = []
    for id_ in ids:
        if runs and runs[-1][1] == id_ - 1:
            runs[-1][1] = id_
        else:
            runs.append([id_, id_])
    said = [str(first) if first == last else f"{first}-{last}" for first, last in runs[:_MOST]]
    return ", ".join(said) + (" ..." if len(runs) > _MOST else "")
