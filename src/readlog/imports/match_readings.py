"""Which reading of a book in the journal a file tells of, and which one it tells of for the first time.

A file and a journal know the same readings by halves: one has a date where the other has none, one
says to-read where the other has finished. Nothing is doubled that can be the same, and nothing is
made one that cannot.
"""

from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import NamedTuple

from readlog.core.model import Reading
from readlog.imports.extra_fields import is_subset, noted

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


_DAYS_APART = 3
"""Two services can disagree by a day or two on when a book was finished: zones, and late at night."""

RANK = {"to-read": 0, "reading": 1, "paused": 1, "abandoned": 2, "finished": 2}
"""How far a reading has come."""

_NOTED = ("status", "rating", "format", "review", "private_note")
"""Fields whose values are kept as they are where a file says otherwise."""

Left = tuple[str, str | None, float | None, str | None]
"""A state, the date of an end, a rating, and a review."""


class PreviousState(NamedTuple):
    """What a reading was: what the service left of it, and all dates of an end that it had.

    `by_hand` where no import has brought it.
    """

    left: Left | None = None
    dates: frozenset[str] = frozenset()
    by_hand: bool = False


def match_readings(
    said: Sequence[Reading],
    there: Sequence[Reading],
    former: Callable[[Reading], PreviousState],
    service: str,
    *,
    is_gone: Callable[[Reading], bool] = lambda reading: False,
    says_nothing_new: Sequence[Test] = (),
) -> list[tuple[Reading, Reading | None]]:
    """Each reading that is said, in order, with the one in the journal that it is; None where it is new.

    Where the same source has told of all of them before, and they are as it says, they are those;
    so they are where each of them `says_nothing_new` of one that is there, by the first of these
    tests that all of them pass: a file that comes again is paired so that nothing happens. Else
    those come first that are as the source had left them, whatever a reader has made of them since;
    then those of the same date, others of the same source, any that can be the same. What has not
    come to an end and finds none of its kind is the latest that is there. What `is_gone` is paired
    only as it was: what has come further since is new.
    """
    near = partial(_near, service)
    exactly: Callable[[Test], Test] = near if said[-1].sources else _as_it_is
    exact = (_same_uid, exactly(_same_with_extra), exactly(_same_in_all))
    pairs = _Pairs(said, there, former)
    for test in exact:
        pairs.find(test)
    is_found = len(pairs.found) == len(said)
    if says_nothing_new and not (is_found and says_nothing_new[0](said[-1], pairs.found[len(said) - 1])):
        ways = (pair_all(said, there, test, is_gone) for test in says_nothing_new)
        if way := next(filter(None, ways), None):
            return way
    if not is_found:
        pairs = _Pairs(said, there, former)
        pairs.find(_same_uid)
        pairs.find(near(lambda one, other: _has_left_a_trace(one, other, service)))
        pairs.find_former(exactly)
        for test in exact:
            pairs.find(test)
        pairs.find_likely(near, exactly, is_gone)
    return [(reading, pairs.found.get(place)) for place, reading in enumerate(said)]


def _as_it_is(test: Test) -> Test:
    return test


def _near(service: str, test: Test) -> Test:
    """The test, of readings that the same source has told of."""
    return lambda one, other: _was_told(one, other, service) and test(one, other)


class _Pairs:
    """The pairs that were found, by the place of what is said, and what is left in the journal."""

    def __init__(
        self, said: Sequence[Reading], there: Sequence[Reading], former: Callable[[Reading], PreviousState]
    ) -> None:
        self.found: dict[int, Reading] = {}
        self._said = said
        self._left = list(there)
        self._former = former
        self._known: dict[int, PreviousState] = {}

    def find(self, test: Test, *, latest: bool = False) -> None:
        """Pair what has no partner yet with the first one that passes the test.

        The last of several, which says most, comes first and gets the last; so does everything
        where `latest` is asked for.
        """
        last = len(self._said) - 1
        for place in (last, *range(last)):
            if place in self.found or not self._left:
                continue
            left = reversed(self._left) if latest or place == last > 0 else self._left
            partner = next((each for each in left if self._is(self._said[place], each, test)), None)
            if partner:
                self.found[place] = partner
                self._left = [each for each in self._left if each is not partner]

    def find_former(self, exactly: Callable[[Test], Test]) -> None:
        """Pair what is said with what was so when the service told of it before."""
        known = self._known = {id(each): self._former(each) for each in self._left}

        def was_left_so(said: Reading, there: Reading) -> bool:
            left = known[id(there)].left
            return left is not None and left[:2] == as_left(said)[:2]

        self.find(exactly(lambda said, there: known[id(there)].left == as_left(said)))
        self.find(exactly(was_left_so))

    def find_likely(
        self, near: Callable[[Test], Test], exactly: Callable[[Test], Test], is_gone: Callable[[Reading], bool]
    ) -> None:
        """Pair what is said with what it can be, the likeliest first."""
        for test in (near(_same_date), _same_date, self.had_date):
            self.find(test)
        self.find(exactly(lambda one, other: is_gone(other) and _not_told_of_the_end(one, other)))
        self.forget(is_gone)
        for test in (*_TESTS, _corrected):
            self.find(near(test))
        self.find(near(_not_told_of_the_end), latest=True)
        for test in (_same_in_all, *_TESTS):
            self.find(test)
        if len(self._said) == 1 and not self.found:
            self.find(_not_told_of_the_end, latest=True)

    def forget(self, is_gone: Callable[[Reading], bool]) -> None:
        """Leave out of what is left what is gone."""
        self._left = [each for each in self._left if not is_gone(each)]

    def had_date(self, said: Reading, there: Reading) -> bool:
        """Whether a reader has changed the date that is said."""
        return _ended(said) and said.finished is not None and said.finished.edtf in self._known[id(there)].dates

    def _is(self, said: Reading, there: Reading, test: Test) -> bool:
        """Whether they pass; a wish that a reader wrote later than what is said ended is another time."""
        former = self._known.get(id(there))
        return test(said, there) and not (former and former.by_hand and _was_wished_since(there, said))


def as_left(said: Reading) -> Left:
    """What tells a reading from the others of its book."""
    return said.status, said.finished.edtf if said.finished else None, said.rating, said.review


def own_source(reading: Reading) -> str:
    """How another journal names this reading among its sources."""
    return f"readlog:{reading.uid}"


def _was_told(said: Reading, there: Reading, service: str) -> bool:
    """Whether the same source has told of this reading: it has the source, or what a row leaves that has none."""
    if said.sources:
        return own_source(there) in said.sources or not set(said.sources).isdisjoint(there.sources)
    return _has_left_a_trace(said, there, service)


def _has_left_a_trace(said: Reading, there: Reading, service: str) -> bool:
    """Whether a reading has in `extra` what a row has there, or what the row says otherwise."""
    notes = {key: value for key, value in noted(there.extra, service).items() if key in _NOTED}
    as_noted = bool(notes) and all(getattr(said, key) == value for key, value in notes.items())
    return as_noted or (bool(said.extra) and is_subset(said.extra, there.extra))


def _ended(*readings: Reading) -> bool:
    return all(RANK[reading.status] == RANK["finished"] for reading in readings)


def _same_uid(said: Reading, there: Reading) -> bool:
    return said.uid is not None and said.uid == there.uid


def _same_with_extra(said: Reading, there: Reading) -> bool:
    return _same_in_all(said, there) and is_subset(said.extra, there.extra)


def _same_in_all(said: Reading, there: Reading) -> bool:
    names = ("status", "finished", "started", "rating", "review")
    return all(getattr(said, name) == getattr(there, name) for name in names)


def _same_date(said: Reading, there: Reading) -> bool:
    return _ended(said) and said.finished is not None and said.finished == there.finished


def _date_within(said: Reading, there: Reading) -> bool:
    """One date lies in the other: March 2012 and 17 March 2012."""
    one, other = said.finished, there.finished
    return bool(_ended(said, there) and one and other and (one.contains(other) or other.contains(one)))


def _date_beside(said: Reading, there: Reading) -> bool:
    one, other = said.finished, there.finished
    if not one or not other or not one.day or not other.day:
        return False
    return _ended(said, there) and abs((one.first_day - other.first_day).days) <= _DAYS_APART


def _same_words(said: Reading, there: Reading) -> bool:
    """The same is said of both, and one has no date: a reader has taken it out, or has found it."""
    same = (said.review and said.review == there.review) or (said.rating and said.rating == there.rating)
    return bool(same and _date_learned(said, there))


def _same_undated(said: Reading, there: Reading) -> bool:
    return said.status == there.status and _both_undated(said, there)


def _both_undated(said: Reading, there: Reading) -> bool:
    return _ended(said, there) and said.finished is None and there.finished is None


def _both_open(said: Reading, there: Reading) -> bool:
    return RANK[said.status] == RANK[there.status] < RANK["finished"]


def _came_further(said: Reading, there: Reading) -> bool:
    return RANK[said.status] > RANK[there.status] and not _comes_after(there, said)


def _comes_after(later: Reading, earlier: Reading) -> bool:
    """Whether one was begun when the other had ended: it is another time through the book."""
    return bool(later.started and earlier.finished and earlier.finished.day_after <= later.started.first_day)


def _was_wished_since(there: Reading, said: Reading) -> bool:
    """Whether what has not come to an end was written down when the other had ended."""
    if _ended(there) or not there.created_at or not said.finished:
        return False
    return said.finished.day_after.isoformat() <= there.created_at


def _date_learned(said: Reading, there: Reading) -> bool:
    """One of the two has no date; the same end otherwise: what was abandoned was not finished."""
    return said.status == there.status and _any_undated(said, there)


def _any_undated(said: Reading, there: Reading) -> bool:
    return _ended(said, there) and None in (said.finished, there.finished)


def _corrected(said: Reading, there: Reading) -> bool:
    """The same source tells another date now, and not of one reading more."""
    return _ended(said, there)


def _not_told_of_the_end(said: Reading, there: Reading) -> bool:
    return not _ended(said) and RANK[said.status] <= RANK[there.status] and not _comes_after(said, there)


_TESTS: tuple[Test, ...] = (
    _date_within,
    _date_beside,
    _same_words,
    _same_undated,
    _both_undated,
    _both_open,
    _came_further,
    _date_learned,
    _any_undated,
)
