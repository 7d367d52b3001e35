"""The history in a pipe: a line an operation, a line a change."""

from collections.abc import Iterable, Sequence

from readlog.history import describe_change
from readlog.history.results import OperationSummary, Version
from readlog.ui.plain_lines import put_rows


def put_operations(rows: Iterable[OperationSummary]) -> None:
    """A line each: number, time (UTC), command, added, changed, deleted, reading, title, fields, whether taken back."""
    put_rows((*row[:8], ", ".join(row.keys), "taken back" if row.taken_back else "") for row in rows)


def put_life(versions: Sequence[Version], spoilers: bool) -> None:
    """A line each: operation, time (UTC), command, field, what became of it; `deleted` for the reading itself."""
    for version in versions:
        head = version[:3]
        if not version.reading:
            put_rows([(*head, "", "deleted")])
        for change in version.changes:
            compared = describe_change.pieces(change, spoilers)
            told = (
                "".join(describe_change.marked(*piece) for piece in compared)
                if compared
                else describe_change.said(change, spoilers)
            )
            put_rows([(*head, change.key, told)])
