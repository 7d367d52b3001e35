"""Match the readings of an import row to the stored readings of its book; what has no match is new.

A file and a journal often know different parts of the same reading: one has a date where the other
has none, one says to-read where the other has finished it. What may be the same is not doubled, and
what cannot be the same is not made one.

How to read the rules, which stand at the end of this module: `match_readings` tries one rule after
the other, from the top down. First it tries EXACT_RULES; where these do not match everything, it
starts again with KNOWN_RULES, HISTORY_RULES and LIKELY_RULES. A rule takes each incoming reading
without a match, and decides that it is the first stored reading without a match that is `among` those
of the rule and passes its test. So an earlier rule beats a later one, and nothing is matched twice.
"""

from collections.abc import Callable, Sequence
from enum import Enum, auto
from functools import cache
from typing import NamedTuple

from readlog.core.domain_model import Reading
from readlog.core.import_row import READLOG
from readlog.imports.extra_fields import is_subset, recorded_conflicts

Test = Callable[[Reading, Reading], bool]
"""Whether an incoming reading, the first argument, may be a stored one, the second."""
Matches = list[tuple[Reading, Reading | None]]
"""Every incoming reading in its order, with the stored reading that it is; None where it is new."""
KeyValues = tuple[str, str | None, float | None, str | None]
"""The values that distinguish the readings of a book: status, finished (EDTF), rating, review."""

STATUS_RANK = {"to-read": 0, "reading": 1, "paused": 1, "abandoned": 2, "finished": 2}
"""How far a reading has come."""

_MOST_MATCHED = 100
"""The most readings of a row that are tried in all combinations."""
_DAYS_APART = 3
"""Two services may differ by a day or two on when a book was finished: time zones, and late at night."""
_RECORDED_FIELDS = ("status", "rating", "format", "review", "private_note")
"""Fields whose recorded conflicts can be compared to the fields of a reading without conversion."""


class PreviousState(NamedTuple):
    """What the change log says of a stored reading.

    `last_set`: what the service of the import set last, None if it never did. `finished_dates`: every
    date of finishing that the reading has had (EDTF). `is_added_by_hand`: no import has created it.
    """

    last_set: KeyValues | None = None
    finished_dates: frozenset[str] = frozenset()
    is_added_by_hand: bool = False


class Among(Enum):
    """The stored readings that a rule considers."""

    ALL = auto()
    SAME_SOURCE = auto()
    """Those that the source of the row has told of before, see `_is_known_to_source`."""
    SAME_SOURCE_IF_ANY = auto()
    """SAME_SOURCE if the row has an id at its source, else ALL."""
    SAME_TRACE = auto()
    """Those of SAME_SOURCE in which an earlier import of such a row has left a trace."""
    DELETED = auto()
    """The deleted ones of SAME_SOURCE_IF_ANY."""


class Rule(NamedTuple):
    """One line of the tables below.

    `test` compares an incoming reading with the stored one, `previous_test` with what the log says
    of the stored one. With `latest` the latest stored reading that passes is taken, else the
    earliest. `only_single` rules are for rows with a single reading.
    """

    name: str
    among: Among
    test: Test | None = None
    previous_test: Callable[[Reading, PreviousState], bool] | None = None
    latest: bool = False
    only_single: bool = False


def match_readings(
    incoming: Sequence[Reading],
    stored: Sequence[Reading],
    load_previous: Callable[[Reading], PreviousState],
    service: str,
    *,
    is_deleted: Callable[[Reading], bool] = lambda reading: False,
    changes_nothing: Sequence[Test] = (),
) -> Matches:
    """Match the readings of a row (the earliest first) to the stored readings of its book.

    A file that is imported again must change nothing. So if the exact rules do not match all readings
    to ones that they would not change, the first test of `changes_nothing` that all readings pass
    together decides. `load_previous` reads the log, and is only called if that is not enough either.
    Readings that are deleted are candidates too, but only for what they were.
    """
    matching = _Matching(incoming, stored, service, is_deleted)
    matching.apply(EXACT_RULES)
    if changes_nothing and not (
        matching.is_complete and changes_nothing[0](incoming[-1], matching.found[len(incoming) - 1])
    ):
        attempts = (match_all(incoming, stored, test, is_deleted) for test in changes_nothing)
        if matches := next(filter(None, attempts), None):
            return matches
    if not matching.is_complete:
        matching = _Matching(incoming, stored, service, is_deleted)
        matching.apply(KNOWN_RULES)
        matching.load_previous(load_previous)
        matching.apply(HISTORY_RULES)
        matching.drop_deleted()
        matching.apply(LIKELY_RULES)
    return [(reading, matching.found.get(index)) for index, reading in enumerate(incoming)]


def match_all(
    incoming: Sequence[Reading], stored: Sequence[Reading], test: Test, is_deleted: Callable[[Reading], bool]
) -> Matches | None:
    """Match every incoming reading to a different stored one so that all pairs pass `test`; None if impossible.

    This is a maximum bipartite matching by augmenting paths. Deleted readings are taken last; the last
    incoming reading, which has the most values, gets the last stored one.
    """
    if not len(incoming) <= min(len(stored), _MOST_MATCHED):
        return None
    alive = [each for each in stored if not is_deleted(each)]
    candidates = [*reversed(alive), *(each for each in stored if is_deleted(each))]
    passes = cache(lambda index, number: test(incoming[index], candidates[number]))
    matched: dict[int, int] = {}

    def find_candidate(index: int, tried: set[int]) -> bool:
        """Take a free candidate, or one whose owner can take another."""
        for number in range(len(candidates)):
            if number not in tried and passes(index, number):
                tried.add(number)
                if number not in matched or find_candidate(matched[number], tried):
                    matched[number] = index
                    return True
        return False

    if not all(find_candidate(index, set()) for index in reversed(range(len(incoming)))):
        return None
    numbers = {index: number for number, index in matched.items()}
    return [(reading, candidates[numbers[index]]) for index, reading in enumerate(incoming)]


def key_values(reading: Reading) -> KeyValues:
    """The values by which the readings of a book are told apart, as the change log has them."""
    return reading.status, reading.finished.edtf if reading.finished else None, reading.rating, reading.review


def own_source(reading: Reading) -> str:
    """The name of this reading in the `sources` of another journal."""
    return f"{READLOG}:{reading.uid}"


class _Matching:
    """The matches that the rules have found, by the index of the incoming reading."""

    def __init__(
        self,
        incoming: Sequence[Reading],
        stored: Sequence[Reading],
        service: str,
        is_deleted: Callable[[Reading], bool],
    ) -> None:
        self.found: dict[int, Reading] = {}
        self._incoming = incoming
        self._unmatched = list(stored)
        self._service = service
        self._is_deleted = is_deleted
        self._has_source = bool(incoming[-1].sources)
        self._previous: dict[int, PreviousState] = {}

    @property
    def is_complete(self) -> bool:
        return len(self.found) == len(self._incoming)

    def load_previous(self, load: Callable[[Reading], PreviousState]) -> None:
        """Read what the log says of the readings without a match; from here on `_is_later_wish` counts."""
        self._previous = {id(each): load(each) for each in self._unmatched}

    def drop_deleted(self) -> None:
        self._unmatched = [each for each in self._unmatched if not self._is_deleted(each)]

    def apply(self, rules: Sequence[Rule]) -> None:
        """Match by each rule in turn. The last incoming reading, which has the most values, chooses first."""
        last = len(self._incoming) - 1
        for rule in rules:
            if rule.only_single and last > 0:
                continue
            for index in (last, *range(last)):
                if index in self.found or not self._unmatched:
                    continue
                latest_first = rule.latest or index == last > 0
                candidates = reversed(self._unmatched) if latest_first else self._unmatched
                reading = self._incoming[index]
                stored = next((each for each in candidates if self._passes(rule, reading, each)), None)
                if stored:
                    self.found[index] = stored
                    self._unmatched = [each for each in self._unmatched if each is not stored]

    def _passes(self, rule: Rule, incoming: Reading, stored: Reading) -> bool:
        previous = self._previous.get(id(stored))
        return (
            self._is_among(rule.among, incoming, stored)
            and (rule.test is None or rule.test(incoming, stored))
            and (rule.previous_test is None or (previous is not None and rule.previous_test(incoming, previous)))
            and not (previous and previous.is_added_by_hand and _is_later_wish(stored, incoming))
        )

    def _is_among(self, among: Among, incoming: Reading, stored: Reading) -> bool:
        if among is Among.ALL:
            return True
        if among is Among.DELETED and not self._is_deleted(stored):
            return False
        if among in (Among.SAME_SOURCE_IF_ANY, Among.DELETED) and not self._has_source:
            return True
        is_known = _is_known_to_source(incoming, stored, self._service)
        return is_known and (among is not Among.SAME_TRACE or _has_trace(incoming, stored, self._service))


def _is_known_to_source(incoming: Reading, stored: Reading, service: str) -> bool:
    """True if both have a source in common; of a row without one, if it has left a trace."""
    if incoming.sources:
        return own_source(stored) in incoming.sources or not set(incoming.sources).isdisjoint(stored.sources)
    return _has_trace(incoming, stored, service)


def _has_trace(incoming: Reading, stored: Reading, service: str) -> bool:
    """True if the stored reading has in its `extra` the cells of the row, or the row's values as conflicts."""
    recorded = recorded_conflicts(stored.extra, service)
    values = {key: value for key, value in recorded.items() if key in _RECORDED_FIELDS}
    is_recorded = bool(values) and all(getattr(incoming, key) == value for key, value in values.items())
    return is_recorded or (bool(incoming.extra) and is_subset(incoming.extra, stored.extra))


def _is_later_wish(stored: Reading, incoming: Reading) -> bool:
    """True if the stored reading is unfinished, and was created after the incoming one had ended: another reading."""
    if _have_ended(stored) or not stored.created_at or not incoming.finished:
        return False
    return incoming.finished.day_after.isoformat() <= stored.created_at


def _have_ended(*readings: Reading) -> bool:
    return all(STATUS_RANK[reading.status] == STATUS_RANK["finished"] for reading in readings)


def _begins_after(later: Reading, earlier: Reading) -> bool:
    """True if one reading was started after the other had ended: they are two."""
    return bool(later.started and earlier.finished and earlier.finished.day_after <= later.started.first_day)


# The tests of the rules: of an incoming and a stored reading, or of an incoming reading and what the log says.


def _same_uid(incoming: Reading, stored: Reading) -> bool:
    return incoming.uid is not None and incoming.uid == stored.uid


def _same_values_and_extra(incoming: Reading, stored: Reading) -> bool:
    return _same_values(incoming, stored) and is_subset(incoming.extra, stored.extra)


def _same_values(incoming: Reading, stored: Reading) -> bool:
    fields = ("status", "finished", "started", "rating", "review")
    return all(getattr(incoming, field) == getattr(stored, field) for field in fields)


def _was_last_set_so(incoming: Reading, previous: PreviousState) -> bool:
    return previous.last_set == key_values(incoming)


def _status_and_date_were_last_set_so(incoming: Reading, previous: PreviousState) -> bool:
    return previous.last_set is not None and previous.last_set[:2] == key_values(incoming)[:2]


def _same_date(incoming: Reading, stored: Reading) -> bool:
    return _have_ended(incoming) and incoming.finished is not None and incoming.finished == stored.finished


def _had_date(incoming: Reading, previous: PreviousState) -> bool:
    finished = incoming.finished
    return _have_ended(incoming) and finished is not None and finished.edtf in previous.finished_dates


def _date_within(incoming: Reading, stored: Reading) -> bool:
    """One date contains the other: March 2012 and 17 March 2012."""
    one, other = incoming.finished, stored.finished
    return bool(_have_ended(incoming, stored) and one and other and (one.contains(other) or other.contains(one)))


def _date_nearby(incoming: Reading, stored: Reading) -> bool:
    one, other = incoming.finished, stored.finished
    if not one or not other or not one.day or not other.day:
        return False
    return _have_ended(incoming, stored) and abs((one.first_day - other.first_day).days) <= _DAYS_APART


def _same_words(incoming: Reading, stored: Reading) -> bool:
    """The same review or rating, and one has no date: the user has removed it, or has found it out."""
    same = (incoming.review and incoming.review == stored.review) or (
        incoming.rating and incoming.rating == stored.rating
    )
    return bool(same and _same_status_one_undated(incoming, stored))


def _same_status_undated(incoming: Reading, stored: Reading) -> bool:
    return incoming.status == stored.status and _both_undated(incoming, stored)


def _both_undated(incoming: Reading, stored: Reading) -> bool:
    return _have_ended(incoming, stored) and incoming.finished is None and stored.finished is None


def _both_unfinished(incoming: Reading, stored: Reading) -> bool:
    return STATUS_RANK[incoming.status] == STATUS_RANK[stored.status] < STATUS_RANK["finished"]


def _further_on(incoming: Reading, stored: Reading) -> bool:
    return STATUS_RANK[incoming.status] > STATUS_RANK[stored.status] and not _begins_after(stored, incoming)


def _same_status_one_undated(incoming: Reading, stored: Reading) -> bool:
    """The same status, for what was abandoned was not finished."""
    return incoming.status == stored.status and _one_undated(incoming, stored)


def _one_undated(incoming: Reading, stored: Reading) -> bool:
    return _have_ended(incoming, stored) and None in (incoming.finished, stored.finished)


def _not_as_far(incoming: Reading, stored: Reading) -> bool:
    """The incoming reading has not ended, and may be an older state of the stored one."""
    return (
        not _have_ended(incoming)
        and STATUS_RANK[incoming.status] <= STATUS_RANK[stored.status]
        and not _begins_after(incoming, stored)
    )


_SAME_VALUES_RULES = (
    Rule("same values and extra", Among.SAME_SOURCE_IF_ANY, _same_values_and_extra),
    Rule("same values", Among.SAME_SOURCE_IF_ANY, _same_values),
)

EXACT_RULES: tuple[Rule, ...] = (Rule("same uid", Among.ALL, _same_uid), *_SAME_VALUES_RULES)
"""The row says what is stored."""

KNOWN_RULES: tuple[Rule, ...] = (
    Rule("same uid", Among.ALL, _same_uid),
    Rule("left a trace in extra", Among.SAME_TRACE),
)
"""The row was imported before, whatever the user has changed since."""

HISTORY_RULES: tuple[Rule, ...] = (
    Rule("as the service set it last", Among.SAME_SOURCE_IF_ANY, previous_test=_was_last_set_so),
    Rule("status and date as last set", Among.SAME_SOURCE_IF_ANY, previous_test=_status_and_date_were_last_set_so),
    *_SAME_VALUES_RULES,
    Rule("same date, same source", Among.SAME_SOURCE, _same_date),
    Rule("same date", Among.ALL, _same_date),
    Rule("had this date before", Among.ALL, previous_test=_had_date),
    Rule("deleted, and not as far", Among.DELETED, _not_as_far),
)
"""What the readings are or were. These are the last rules that match deleted readings."""

_LIKELY_TESTS: tuple[tuple[str, Test], ...] = (
    ("one date within the other", _date_within),
    ("dates at most three days apart", _date_nearby),
    ("same review or rating, one undated", _same_words),
    ("same status, both undated", _same_status_undated),
    ("both ended, both undated", _both_undated),
    ("both equally far and unfinished", _both_unfinished),
    ("further on than the stored one", _further_on),
    ("same status, one undated", _same_status_one_undated),
    ("both ended, one undated", _one_undated),
)

LIKELY_RULES: tuple[Rule, ...] = (
    *(Rule(f"{name}, same source", Among.SAME_SOURCE, test) for name, test in _LIKELY_TESTS),
    Rule("both ended, date corrected by the source", Among.SAME_SOURCE, _have_ended),
    Rule("not as far, same source", Among.SAME_SOURCE, _not_as_far, latest=True),
    Rule("same values", Among.ALL, _same_values),
    *(Rule(name, Among.ALL, test) for name, test in _LIKELY_TESTS),
    Rule("not as far, the only reading of the row", Among.ALL, _not_as_far, latest=True, only_single=True),
)
"""What may be the same, the likeliest first; readings that the same source knows before all others."""
