"""All readings of a row that are known already, each as another one of the journal: no first come, first served."""

from collections.abc import Callable, Sequence
from functools import cache

from readlog.core.model import Reading

_MOST_TRIED = 100
"""Readings of a row of which it is tried whether all of them are known."""

Test = Callable[[Reading, Reading], bool]


def pair_all(
    said: Sequence[Reading], there: Sequence[Reading], test: Test, is_gone: Callable[[Reading], bool]
) -> list[tuple[Reading, Reading | None]] | None:
    """Each reading that is said, in order, with another one in the journal so that all pass the test; None if none do.

    What has been deleted is taken last; the last that is said, which says most, gets the last one.
    """
    if not len(said) <= min(len(there), _MOST_TRIED):
        return None
    alive = [each for each in there if not is_gone(each)]
    known = [*reversed(alive), *(each for each in there if is_gone(each))]
    passes = cache(lambda place, number: test(said[place], known[number]))
    found: dict[int, int] = {}

    def has_partner(place: int, tried: set[int]) -> bool:
        """Find one that is free, or becomes free because the one that has it takes another."""
        for number in range(len(known)):
            if number not in tried and passes(place, number):
                tried.add(number)
                if number not in found or has_partner(found[number], tried):
                    found[number] = place
                    return True
        return False

    if not all(has_partner(place, set()) for place in reversed(range(len(said)))):
        return None
    numbers = {place: number for number, place in found.items()}
    return [(reading, known[numbers[place]]) for place, reading in enumerate(said)]
