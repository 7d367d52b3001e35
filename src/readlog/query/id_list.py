"""Lists of ids as one SQL parameter, and in batches."""

from collections.abc import Iterable, Iterator

IN_IDS = "IN (SELECT value FROM json_each(?))"
"""The SQL for membership in a list of ids; the parameter is `to_json_array(ids)`, however many ids there are."""

BATCH_SIZE = 1_000
"""Ids that are loaded at once; no lock is held between two batches."""


def to_json_array(ids: Iterable[int]) -> str:
    """The ids as a JSON array."""
    return "[" + ",".join(map(str, ids)) + "]"


def batches(ids: list[int]) -> Iterator[list[int]]:
    """The ids in lists of at most BATCH_SIZE."""
    for start in range(0, len(ids), BATCH_SIZE):
        yield ids[start : start + BATCH_SIZE]
