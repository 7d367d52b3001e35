import re
from pathlib import Path
from typing import Any

from readlog.readings.results import ListedReading
from readlog.stats.results import (
    AbandonedReading,
    AbandonedReadings,
    Author,
    Authors,
    BookLength,
    BookLengths,
    Calendar,
    Group,
    NewAuthors,
    Ratings,
    ReadingTime,
    ReadingTimes,
    Rereads,
    Sections,
    Statistics,
)

PAGE = Path(__file__).parents[2] / "docs" / "stats.md"
READING = ListedReading(3, "finished", None, "2012-03", 4.5, "Conquered City", "Victor Serge; A. N. Other", 2)
SECTIONS = Sections(
    Ratings({4.5: 1}, 0, 4.5),
    Calendar(2012, {"2012-03-17": 1}, 0),
    Authors(1, [Author("Victor Serge", 1, 1, 4.5, 1)], [Author("Victor Serge", 1, 1, 4.5, 1)], [NewAuthors(2012, 1, 0, 0)]),
    BookLengths(BookLength(READING, 224), None),
    ReadingTimes(1, 0, 3.0, ReadingTime(READING, 3), ReadingTime(READING, 3)),
    AbandonedReadings(1, 1, 0, [AbandonedReading(READING, "133", 224)]),
    Rereads(1, 1, 1, 0, [READING]),
)  # fmt: skip


NAMED = {"id", "title", "authors", "finished", "rating"}


def inner(value: Any) -> set[str]:
    """The keys within a value of a record, however deep; those that every reading has count once, as none."""
    if isinstance(value, list):
        return {key for item in value for key in inner(item)}
    if not isinstance(value, dict):
        return set()
    own = value.keys() - NAMED if value.keys() >= NAMED else value.keys()
    return set(own) | {key for name, item in value.items() if name != "days" for key in inner(item)}


def test_every_key_is_documented() -> None:
    """In the order that they have, each with the keys within it."""
    statistics = Statistics(Group(readings=1), "year", [Group("2012", 1)], 2012, 2012, 2012, SECTIONS)
    record = statistics.as_record()
    page = PAGE.read_text(encoding="utf-8").split("## As JSON")[1]
    rows = re.findall(r"^\| `([a-z_]+)` \| (.*) \|$", page, re.MULTILINE)
    assert [key for key, _ in rows] == list(record)
    for key, words in rows[rows.index(next(row for row in rows if row[0] == "ratings")) :]:
        assert set(re.findall("`([a-z_]+)`", words)) == inner(record[key]), key


def test_fewer_groups_are_the_latest_or_those_with_most() -> None:
    """As a reader wants them: the last years, the authors that were read most."""
    groups = [Group(label) for label in ("2011", "2012", None)]
    assert Statistics(Group(), "year", groups).shortened(2).groups == groups[1:]
    assert Statistics(Group(), "author", groups).shortened(2).groups == groups[:2]
    assert all(Statistics(Group(), "year", groups).shortened(most).groups == groups for most in (None, 0, 3, 9))


def test_authors_of_a_named_reading_are_a_list() -> None:
    """As in every other record."""
    named = Statistics(Group(), "year", [], sections=SECTIONS).as_record()["rereads"]["named"]
    assert named == [
        {"id": 3, "title": "Conquered City", "authors": ["Victor Serge", "A. N. Other"], "finished": "2012-03",
         "rating": 4.5, "time": 2},
    ]  # fmt: skip
