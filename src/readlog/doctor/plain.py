"""The doctor's findings for a pipe, and in words for everywhere."""

from readlog.core.errors import JournalUnusable
from readlog.core.normalize_text import pluralize
from readlog.doctor.results import DAMAGE, FIX, SALVAGE, Checkup, Finding, Salvage, SavedTable
from readlog.ui import plain_lines

_MOST_IDS = 12
"""Ids or ranges of ids in a line for people."""


def print_checkup(checkup: Checkup) -> None:
    """Print a line for each finding: level (or `mended`), file or record, where, what, and the command to repair it."""
    plain_lines.put_rows((_level(each), each.part, each.where, each.what, each.command) for each in checkup.findings)


def print_salvage(salvage: Salvage) -> None:
    """Print a line for each table: name, number of rows saved, reconstructed and lost, and the ids of the lost ones."""
    plain_lines.put_rows(
        (each.table, each.saved, len(each.pieced), len(each.lost), " ".join(map(str, each.lost)))
        for each in salvage.tables
    )


def summarize(checkup: Checkup) -> str:
    """One sentence about the journal as a whole."""
    readings = pluralize(checkup.readings or 0, "reading")
    repaired = sum(each.repaired for each in checkup.findings)
    left = len(checkup.findings) - repaired
    text = f"The journal is sound, {readings}." if checkup.is_healthy else "The journal is damaged."
    if repaired:
        text += f" {repaired} mended."
    return text + (f" {left} to look at." if left and checkup.is_healthy else "")


def check_healthy(checkup: Checkup, *, fixing: bool) -> None:
    """Raise JournalUnusable if damage is left, with what to do about it."""
    if checkup.is_healthy:
        return
    left = [each for each in checkup.findings if each.level == DAMAGE and not each.repaired]
    if all(each.fix for each in left) and not fixing:
        raise JournalUnusable(f"The journal {checkup.journal} is damaged. This mends it: {FIX}")
    if not any(each.command == SALVAGE for each in left):
        raise JournalUnusable(f"The journal {checkup.journal} is damaged. What mends it stands beside what was found.")
    raise JournalUnusable(
        f"The journal {checkup.journal} is damaged. Put a backup in its place: readlog restore PATH. "
        f"Or save what can be read: {SALVAGE}"
    )


def describe_losses(table: SavedTable) -> str:
    """The losses of a table in a line; empty if there are none."""
    parts = []
    if table.pieced:
        parts.append(f"pieced together: {_id_ranges(table.pieced)}")
    if table.cut:
        parts.append(f"in part: {_id_ranges(table.cut)}")
    if table.blank:
        parts.append("values lost: " + ", ".join(f"{column} of {id_}" for id_, column in table.blank[:_MOST_IDS]))
    if table.lost:
        parts.append(f"{len(table.lost):,} lost: {_id_ranges(table.lost)}")
    return "; ".join(parts)


def _level(finding: Finding) -> str:
    """The level, or `mended` for what was repaired."""
    return "mended" if finding.repaired else finding.level


def _id_ranges(ids: tuple[int, ...]) -> str:
    """`3, 7-12, 40`."""
    runs: list[list[int]] = []
    for id_ in ids:
        if runs and runs[-1][1] == id_ - 1:
            runs[-1][1] = id_
        else:
            runs.append([id_, id_])
    ranges = [str(first) if first == last else f"{first}-{last}" for first, last in runs[:_MOST_IDS]]
    return ", ".join(ranges) + (" ..." if len(runs) > _MOST_IDS else "")
