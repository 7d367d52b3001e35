from collections.abc import Callable

import pytest
from tests.given import make
from tests.import_files import finished

from readlog.core.model import Reading
from readlog.imports.match_readings import PreviousState, match_readings

HERE, THERE = ("goodreads:1",), ("storygraph:x",)


def there(*readings: Reading, sources: tuple[str, ...] = ()) -> list[Reading]:
    """Readings as the journal has them, with a number each, beginning at 0."""
    return [
        reading._replace(uid=f"r{id_}", id=id_, created_at="2026-01-01T00:00:00.000Z", sources=sources)
        for id_, reading in enumerate(readings)
    ]


def pairs(
    said: tuple[Reading, ...],
    known: list[Reading],
    former: dict[int, PreviousState] | None = None,
    sources: tuple[str, ...] = HERE,
) -> list[int | None]:
    """The number of the reading that each of those that are said is; None for one that is new."""
    of_source = [reading._replace(sources=sources) for reading in said]
    found = match_readings(
        of_source, known, lambda reading: (former or {}).get(reading.id or 0, PreviousState()), "goodreads"
    )
    return [partner.id if partner else None for _, partner in found]


@pytest.mark.parametrize("sources", [HERE, THERE, ()], ids=["same source", "another source", "no source"])
@pytest.mark.parametrize(
    ("said", "known", "found"),
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
def test_what_can_be_the_same_is_the_same(
    said: tuple[Reading, ...], known: list[Reading], found: list[int | None], sources: tuple[str, ...]
) -> None:
    """Whoever has told of it before: a date lies in the other, one is missing, or one has come further."""
    assert pairs(said, there(*known, sources=sources)) == found


@pytest.mark.parametrize("sources", [THERE, ()], ids=["another source", "no source"])
@pytest.mark.parametrize(
    ("said", "known"),
    [
        (finished(1, "2015-01-01"), make(finished="2003")),
        (finished(1, "2012-03-05"), make(finished="2012-03-01")),
        ((make(status="abandoned", finished="2015"),), make(finished="2003")),
        ((make(status="reading", started="2024-05"),), make(finished="2012")),
        (finished(1, "2012"), make(status="reading", started="2024-05")),
    ],
)
def test_what_cannot_be_the_same_is_another_time(
    said: tuple[Reading, ...], known: Reading, sources: tuple[str, ...]
) -> None:
    """Two dates that are far apart, or one begun when the other was over."""
    assert pairs(said, there(known, sources=sources)) == [None]


def test_a_wish_that_was_written_later_is_not_fulfilled_by_what_was_read_before() -> None:
    """A reader wants to read it again; unless the wish came from a service, which was not told."""
    wish, by_hand = make(status="to-read"), {0: PreviousState(is_added_by_hand=True)}
    assert pairs(finished(1, "2012"), there(wish), by_hand) == [None]
    assert pairs(finished(1, "2026-05"), there(wish), by_hand) == [0]
    assert pairs(finished(1, "2012"), there(wish)) == [0]


def test_a_date_that_its_source_corrects_is_the_same_reading() -> None:
    """And one more in the count is one more reading."""
    known = there(make(), make(), make(finished="2015-01-01"), sources=HERE)
    assert pairs(finished(3, "2016-02-02"), known) == [0, 1, 2]
    assert pairs(finished(4, "2020-02-02"), known) == [0, 1, 2, None]


def test_those_of_the_same_source_come_first() -> None:
    """What a reader has added since is left alone."""
    known = [*there(make(finished="2015"), sources=HERE), *there(make(), make())[1:]]
    assert pairs(finished(1), known) == [0]
    assert pairs((make(status="to-read"),), known) == [0]


def test_the_very_date_counts_more_than_the_source() -> None:
    """A reader has added the reading that the source tells of only now."""
    known = [*there(make(finished="2015"), sources=HERE), *there(make(), make(finished="2020-02-02"))[1:]]
    assert pairs(finished(1, "2020-02-02"), known) == [1]


def test_a_reading_is_known_by_what_it_was() -> None:
    """A reader has changed its date, or has set it back: it is not another one for that."""
    changed = there(make(finished="2003"), make(status="to-read"), sources=HERE)
    former = {
        0: PreviousState(("finished", "2015", None, None), frozenset({"2003", "2015"})),
        1: PreviousState(("finished", None, None, None)),
    }
    assert pairs(finished(2, "2015"), changed, former) == [1, 0]
    assert pairs(finished(1, "2015"), there(make(finished="2003")), former, ()) == [0]


def test_of_two_without_a_date_the_one_of_the_same_words_is_meant() -> None:
    """The same review, or the same stars; and what is said last has what belongs to all."""
    known = there(make(review="good", finished="2011"), make(), sources=HERE)
    assert pairs((make(), make(review="good")), known) == [1, 0]
    known = there(make(rating=4), make(rating=3))
    assert pairs((make(rating=3, finished="2012"),), known) == [1]
    known = there(make(), make(), sources=HERE)
    assert pairs((make(), make(rating=3)), known) == [0, 1]


def test_a_row_without_an_id_is_known_by_what_it_has_left() -> None:
    """Its cells that have no field, or what it said otherwise."""
    known = there(
        make(finished="2012", extra={"goodreads": {"otherwise": {"status": "to-read"}}}),
        make(finished="2015", extra={"goodreads": {"Shelf": "b", "Row": "2"}}),
    )
    assert pairs((make(extra={"goodreads": {"Shelf": "b"}}),), known, sources=()) == [1]
    assert pairs((make(status="to-read"),), known, sources=()) == [0]


def test_a_reading_of_the_same_uid_is_the_same() -> None:
    """Whatever else it says."""
    known = there(make(finished="2003"), make(finished="2015"))
    said = make(status="to-read")._replace(uid="r0")
    assert pairs((said,), known) == [0]


def test_nothing_is_paired_twice() -> None:
    """As many are new as are said too many."""
    assert pairs(finished(5), there(make(), make())) == [0, None, None, None, 1]
    assert pairs(finished(1), []) == [None]


def knowing(*known: tuple[str | None, str | None]) -> Callable[[Reading, Reading], bool]:
    """A test that pairs of dates pass, of what is said and of what is there."""
    return lambda said, there: tuple(each.finished and each.finished.edtf for each in (said, there)) in known


def test_what_is_known_altogether_is_paired_so_that_nothing_happens() -> None:
    """Although the dates would pair it otherwise; one gives way to another that is known as one reading only."""
    said = [reading._replace(sources=HERE) for reading in finished(3, "2009", "2015")]
    known = there(make(finished="2015"), make(finished="2009"), make(finished="2003"), sources=HERE)
    tests = [knowing(("2015", "2015")), knowing(("2015", "2003"), ("2015", "2009"), ("2009", "2003"), (None, "2015"))]

    def found(*tests: Callable[[Reading, Reading], bool]) -> list[int | None]:
        each = match_readings(said, known, lambda reading: PreviousState(), "goodreads", changes_nothing=tests)
        return [partner.id if partner else None for _, partner in each]

    assert found() == [2, 1, 0]
    assert found(*tests) == [0, 2, 1]
    assert found(tests[0]) == [2, 1, 0]


def test_what_was_deleted_is_meant_last() -> None:
    """Where both that and another one are known."""
    said = make()._replace(sources=HERE)
    known = there(make(finished="2003"), make(finished="2015"), sources=HERE)
    for gone, found in ((0, 1), (1, 0)):
        each = match_readings(
            [said], known, lambda reading: PreviousState(), "goodreads",
            is_deleted=lambda reading, gone=gone: reading.id == gone, changes_nothing=[lambda said, there: True],
        )  # fmt: skip
        assert [partner and partner.id for _, partner in each] == [found]
