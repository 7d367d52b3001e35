"""What has become of an undo."""

from typing import NamedTuple


class Undone(NamedTuple):
    """What became of taking back an operation: how many rows were `kept`, which `later` operations have changed.

    For one that was put back, `operation` is the one that had been taken back. `by` is the operation that did it.
    """

    operation: int
    by: int
    command: str | None
    kept: int
    later: list[int]
