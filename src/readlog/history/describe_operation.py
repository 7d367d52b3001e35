"""What an operation or an undo did, in one line."""

from typing import TYPE_CHECKING

from readlog.core.normalize_text import pluralize

if TYPE_CHECKING:
    from readlog.history.results import OperationSummary, UndoResult


def command_name(command: str | None) -> str:
    """The command of an operation; an operation without one was made by another program."""
    return command or "another tool"


def describe_operation(operation: "OperationSummary") -> str:
    """As `Conquered City: rating, review`, `Dune: deleted` or `312 added, 5 changed`."""
    numbers = {"added": operation.added, "changed": operation.changed, "deleted": operation.deleted}
    what = ", ".join(f"{number:,} {verb}" for verb, number in numbers.items() if number)
    keys = ", ".join(key.replace("_", " ") for key in operation.keys)
    if not operation.title:
        return what or keys or "nothing that a reading says"
    if keys:
        what = keys
    elif sum(numbers.values()) == 1:
        what = next(verb for verb, number in numbers.items() if number)
    return f"{operation.title}: {what}"


def describe_undo(result: "UndoResult", summary: "OperationSummary", *, redo: bool) -> str:
    """The message after an undo or redo; `summary` is that of the operation that `result.by` names."""
    verb = "Put back" if redo else "Took back"
    kept = f"; kept what {pluralize(len(result.later), 'later operation')} changed" if result.kept else ""
    operation = f"operation {result.operation} ({command_name(result.command)})"
    return f"{verb} {operation}: {describe_operation(summary)}{kept}"
