from collections.abc import Callable

import pytest
from tests.given import make
from tests.import_files import finished

from readlog.core.domain_model import Reading
from readlog.imports.match_readings import PreviousState, match_readings

HERE, THERE = ("goodreads:1",), ("storygraph:x",)


def as_stored(*readings: Reading, sources: tuple[str, ...] = ()) -> list[Reading]:
    """Readings as the journal has them, with ids from 0."""
    return [
        reading._replace(uid=f"r{id_}", id=id_, created_at="2026-01-01T00:00:00.000Z", sources=sources)
        for id_, reading in enumerate(readings)
    ]


def matches(
    incoming: tuple[Reading, ...],
    known: list[Reading],
    previous: dict[int, PreviousState] | None = None,
    sources: tuple[str, ...] = HERE,
) -> list[int | None]:
    """The ids of the stored readings that the incoming ones match; None for a new one."""
    of_source = [reading._replace(sources=sources) for reading in incoming]
    found = match_readings(
        of_source, known, lambda reading: (previous or {}).get(reading.id or 0, PreviousState()), "goodreads"
    )
    return [partner.id if partner else None for _, partner in found]


@pytest.mark.parametrize("sources", [HERE, THERE, ()], ids=["same source", "another source", "no source"])
@pytest.mark.parametrize(
    ("incoming", "known", "found"),
    [
        (finished(1, "2012-03-17"), [make(finished="2012-03-17")], [0]),
        (finished(1, "2012-03-17"), [make(finished="2012-03")], [0]),
        (finished(1, "2012"), [make(finished="2012-03-17")], [0]),
        (finished(1, "2012-03-01"), [make(finished="2012-02-29")], [0]),
        (finished(1, "2012-03-17"), [make()], [0]),
        (finished(1), [make(finished="2012-03-17")], [0]),
        (finished(1), [make()], [0]),
        (finished(1, "2012-03-17"), [make(status="to-read")], [0]),
        (finished(1), [make(status="reading", started="2012")], [0]),
        ((make(status="reading"),), [make(status="to-read")], [0]),
        ((make(status="paused"),), [make(status="reading")], [0]),
        ((make(status="to-read"),), [make(status="to-read")], [0]),
        ((make(status="to-read"),), [make(finished="2012")], [0]),
        ((make(status="abandoned"),), [make(finished="2012")], [0]),
        (finished(3, "2015-01-01"), [make(), make(finished="2015-01-01"), make()], [0, 2, 1]),
        (finished(2, "2015-01-01"), [make(finished="2012"), make(finished="2015-01-01")], [0, 1]),
        (finished(2, "2015-01-01"), [make(finished="2015-01-01")], [None, 0]),
        ((*finished(1, "2012"), make(status="to-read")), [make(finished="2012")], [0, None]),
        ((*finished(1), make(status="reading")), [make(status="to-read"), make()], [1, 0]),
        (finished(1, "2012"), [make(status="abandoned"), make()], [1]),
    ],
)
def test_what_may_be_the_same_is_matched(
    incoming: tuple[Reading, ...], known: list[Reading], found: list[int | None], sources: tuple[str, ...]
) -> None:
    """Whoever has told of it before: a date lies in the other, one is missing, or one has come further."""
    assert matches(incoming, as_stored(*known, sources=sources)) == found


@pytest.mark.parametrize("sources", [THERE, ()], ids=["another source", "no source"])
@pytest.mark.parametrize(
    ("incoming", "known"),
    [
        (finished(1, "2015-01-01"), make(finished="2003")),
        (finished(1, "2012-03-05"), make(finished="2012-03-01")),
        ((make(status="abandoned", finished="2015"),), make(finished="2003")),
        ((make(status="reading", started="2024-05"),), make(finished="2012")),
        (finished(1, "2012"), make(status="reading", started="2024-05")),
    ],
)
def test_what_cannot_be_the_same_is_another_time(
    incoming: tuple[Reading, ...], known: Reading, sources: tuple[str, ...]
) -> None:
    """Two dates that are far apart, or one begun when the other was over."""
    assert matches(incoming, as_stored(known, sources=sources)) == [None]


def test_a_wish_that_was_written_later_is_not_fulfilled_by_what_was_read_before() -> None:
    """A reader wants to read it again; unless the wish came from a service, which was not told."""
    wish, by_hand = make(status="to-read"), {0: PreviousState(is_added_by_hand=True)}
    assert matches(finished(1, "2012"), as_stored(wish), by_hand) == [None]
    assert matches(finished(1, "2026-05"), as_stored(wish), by_hand) == [0]
    assert matches(finished(1, "2012"), as_stored(wish)) == [0]


def test_a_date_that_its_source_corrects_is_the_same_reading() -> None:
    """And one more in the count is one more reading."""
    known = as_stored(make(), make(), make(finished="2015-01-01"), sources=HERE)
    assert matches(finished(3, "2016-02-02"), known) == [0, 1, 2]
    assert matches(finished(4, "2020-02-02"), known) == [0, 1, 2, None]


def test_those_of_the_same_source_come_first() -> None:
    """What a reader has added since is left alone."""
    known = [*as_stored(make(finished="2015"), sources=HERE), *as_stored(make(), make())[1:]]
    assert matches(finished(1), known) == [0]
    assert matches((make(status="to-read"),), known) == [0]


def test_the_very_date_counts_more_than_the_source() -> None:
    """A reader has added the reading that the source tells of only now."""
    known = [*as_stored(make(finished="2015"), sources=HERE), *as_stored(make(), make(finished="2020-02-02"))[1:]]
    assert matches(finished(1, "2020-02-02"), known) == [1]


def test_a_reading_is_known_by_what_it_was() -> None:
    """A reader has changed its date, or has set it back: it is not another one for that."""
    changed = as_stored(make(finished="2003"), make(status="to-read"), sources=HERE)
    previous = {
        0: PreviousState(("finished", "2015", None, None), frozenset({"2003", "2015"})),
        1: PreviousState(("finished", None, None, None)),
    }
    assert matches(finished(2, "2015"), changed, previous) == [1, 0]
    assert matches(finished(1, "2015"), as_stored(make(finished="2003")), previous, ()) == [0]


def test_of_two_without_a_date_the_one_of_the_same_words_is_meant() -> None:
    """The same review, or the same stars; and the last reading of a row has the values of all."""
    known = as_stored(make(review="good", finished="2011"), make(), sources=HERE)
    assert matches((make(), make(review="good")), known) == [1, 0]
    known = as_stored(make(rating=4), make(rating=3))
    assert matches((make(rating=3, finished="2012"),), known) == [1]
    known = as_stored(make(), make(), sources=HERE)
    assert matches((make(), make(rating=3)), known) == [0, 1]


def test_a_row_without_an_id_is_known_by_what_it_has_left() -> None:
    """Its cells that have no field, or its values that were conflicts."""
    known = as_stored(
        make(finished="2012", extra={"goodreads": {"otherwise": {"status": "to-read"}}}),
        make(finished="2015", extra={"goodreads": {"Shelf": "b", "Row": "2"}}),
    )
    assert matches((make(extra={"goodreads": {"Shelf": "b"}}),), known, sources=()) == [1]
    assert matches((make(status="to-read"),), known, sources=()) == [0]


def test_a_reading_of_the_same_uid_is_the_same() -> None:
    """Whatever else it says."""
    known = as_stored(make(finished="2003"), make(finished="2015"))
    incoming = make(status="to-read")._replace(uid="r0")
    assert matches((incoming,), known) == [0]


def test_nothing_is_matched_twice() -> None:
    """The surplus readings of a row are new."""
    assert matches(finished(5), as_stored(make(), make())) == [0, None, None, None, 1]
    assert matches(finished(1), []) == [None]


def knowing(*known: tuple[str | None, str | None]) -> Callable[[Reading, Reading], bool]:
    """A test that these pairs of dates pass, of the incoming and of the stored reading."""
    return lambda incoming, stored: tuple(each.finished and each.finished.edtf for each in (incoming, stored)) in known


def test_what_is_known_altogether_is_paired_so_that_nothing_happens() -> None:
    """Although the dates would pair it otherwise; one gives way to another that is known as one reading only."""
    incoming = [reading._replace(sources=HERE) for reading in finished(3, "2009", "2015")]
    known = as_stored(make(finished="2015"), make(finished="2009"), make(finished="2003"), sources=HERE)
    tests = [knowing(("2015", "2015")), knowing(("2015", "2003"), ("2015", "2009"), ("2009", "2003"), (None, "2015"))]

    def found(*tests: Callable[[Reading, Reading], bool]) -> list[int | None]:
        each = match_readings(incoming, known, lambda reading: PreviousState(), "goodreads", changes_nothing=tests)
        return [partner.id if partner else None for _, partner in each]

    assert found() == [2, 1, 0]
    assert found(*tests) == [0, 2, 1]
    assert found(tests[0]) == [2, 1, 0]


def test_what_was_deleted_is_meant_last() -> None:
    """Where both that and another one are known."""
    incoming = make()._replace(sources=HERE)
    known = as_stored(make(finished="2003"), make(finished="2015"), sources=HERE)
    for deleted, found in ((0, 1), (1, 0)):
        each = match_readings(
            [incoming], known, lambda reading: PreviousState(), "goodreads",
            is_deleted=lambda reading, deleted=deleted: reading.id == deleted, changes_nothing=[lambda incoming, stored: True],
        )  # fmt: skip
        assert [partner and partner.id for _, partner in each] == [found]
