"""Ids of readings: as one parameter of a statement, and in pieces between which no lock is held."""

from collections.abc import Iterable, Iterator

BATCH = 1_000


def array(ids: Iterable[int]) -> str:
    """`ids` as a JSON array, for `json_each`: one parameter, however many they are."""
    return "[" + ",".join(map(str, ids)) + "]"


def batches(ids: list[int]) -> Iterator[list[int]]:
    """`ids` in pieces of at most BATCH."""
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]
