"""The history for pipes and files: one line per operation, or one line per changed field."""

from collections.abc import Iterable, Sequence

from readlog.history.results import OperationSummary, Version
from readlog.ui.plain_lines import put_rows
from readlog.ui.streams import say, say_quietly


def put_operations(rows: Iterable[OperationSummary]) -> None:
    """Write number, time (UTC), command, added, changed, deleted, reading, title, fields, and whether undone."""
    put_rows((*row[:8], ", ".join(row.keys), "taken back" if row.taken_back else "") for row in rows)


def report_operation_count(shown: int, total: int) -> None:
    """Say on stderr how many operations there are, and how many of them are shown."""
    if not total:
        say("Nothing was done yet.")
    elif shown < total:
        say_quietly(f"{shown:,} of {total:,}, newest first. --limit 0 shows all.")
    else:
        say_quietly(f"{total:,} {'operation' if total == 1 else 'operations'}")


def put_versions(versions: Sequence[Version], spoilers: bool) -> None:
    """Write operation, time (UTC), command, field and what changed; `deleted` for a version that is none."""
    from readlog.history.describe_change import compare_texts, describe_change, mark_piece

    for version in versions:
        operation_columns = version[:3]
        if not version.reading:
            put_rows([(*operation_columns, "", "deleted")])
        for change in version.changes:
            pieces = compare_texts(change, spoilers)
            words = "".join(mark_piece(*piece) for piece in pieces) if pieces else describe_change(change, spoilers)
            put_rows([(*operation_columns, change.key, words)])
