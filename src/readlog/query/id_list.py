"""Ids of readings: as one parameter of a statement, and in pieces between which no lock is held."""

from collections.abc import Iterable, Iterator

BATCH_SIZE = 1_000

IN_IDS = "IN (SELECT value FROM json_each(?))"
"""SQL that follows a column; its parameter is what `to_json_array` returns."""


def to_json_array(ids: Iterable[int]) -> str:
    """`ids` as a JSON array, for `json_each`: one parameter, however many they are."""
    return "[" + ",".join(map(str, ids)) + "]"


def batches(ids: list[int]) -> Iterator[list[int]]:
    """`ids` in pieces of at most BATCH_SIZE."""
    for start in range(0, len(ids), BATCH_SIZE):
        yield ids[start : start + BATCH_SIZE]
