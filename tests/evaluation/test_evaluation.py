"""The fixed set beside this file, asked of the journal that it makes; its README says what is what."""

import csv
from collections.abc import Iterator
from pathlib import Path
from unicodedata import name

import pytest
from tests.given import make
from tests.made import make_empty

from readlog.core.domain_model import Reading
from readlog.journal import Journal
from readlog.search.results import Hits

HERE = Path(__file__).parent
FIRST = {"exact": 1, "accent": 1, "there": 1, "fields": 1, "prefix": 3, "typo": 3, "substring": 20}
"""Among how many the expected book must be, for each kind of query."""


def table(file: str) -> list[dict[str, str]]:
    """The lines of one of the two files."""
    with (HERE / file).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def reading(row: dict[str, str]) -> Reading:
    """The reading of a line."""
    series, _, number = row["series"].partition(" #")
    plain = {key: row[key] for key in ("subtitle", "authors", "tags", "language", "finished", "rating", "review")}
    lists = {"contributors": row["contributors"].split("; "), "quotes": row["quotes"].split(" | ")}
    fields = {**plain, **{key: [part for part in parts if part] for key, parts in lists.items()}}
    fields["authors"] = row["authors"].split("; ")
    return make(row["title"], **fields, series=series, series_number=number, private_note=row["note"])


READINGS, QUERIES = table("readings.tsv"), table("queries.tsv")


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journal]:
    """The journal with all readings of the set."""
    path = tmp_path_factory.mktemp("evaluation") / "journal.db"
    make_empty(path)
    with Journal(str(path)) as journal:
        for row in READINGS:
            one = reading(row)
            journal.add(one, again=bool(journal.find_same_book(one)))
        yield journal


def place(hits: Hits, expected: str) -> int:
    """At which place a book stands among the hits, from 1; 999 where it is not there."""
    titles = [hit.reading.title for hit in hits.hits]
    return titles.index(expected) + 1 if expected in titles else 999


def missed(journal: Journal, kind: str) -> list[str]:
    """The queries of a kind that do not find what they must where they must."""
    queries = [row for row in QUERIES if row["kind"] == kind]
    assert queries
    return [
        row["query"]
        for row in queries
        if place(journal.search(row["query"]), row["expected"].split(" | ")[0]) > FIRST[kind]
    ]


@pytest.mark.parametrize("kind", ["exact", "accent", "there", "fields", "prefix", "substring"])
def test_what_is_there_is_found_in_its_place(filled: Journal, kind: str) -> None:
    """Every one of these queries, without an exception."""
    assert missed(filled, kind) == []


def test_a_slip_of_the_finger_is_forgiven(filled: Journal) -> None:
    """In at least 95 of 100 queries the right book is among the first three."""
    total = sum(row["kind"] == "typo" for row in QUERIES)
    assert len(missed(filled, "typo")) <= 0.05 * total


@pytest.mark.parametrize("kind", ["exact", "accent", "there", "prefix", "substring"])
def test_no_word_that_is_there_is_corrected(filled: Journal, kind: str) -> None:
    """However near it is to another."""
    corrected = {
        row["query"]: hits.corrections
        for row in QUERIES
        if row["kind"] == kind and (hits := filled.search(row["query"])).corrections
    }
    assert corrected == {}


def test_what_is_near_nothing_finds_nothing(filled: Journal) -> None:
    """Better nothing than anything."""
    queries = [row["query"] for row in QUERIES if row["kind"] == "nothing"]
    assert {query: filled.search(query).total for query in queries} == dict.fromkeys(queries, 0)


def test_the_set_is_as_large_and_as_wide_as_it_says() -> None:
    """At least 120 queries over 400 readings in eight languages and five scripts."""
    letters = {letter for row in READINGS for letter in row["title"] + row["review"] if letter.isalpha()}
    assert len(QUERIES) >= 120
    assert len(READINGS) >= 400
    assert len({row["language"] for row in READINGS}) >= 8
    assert len({name(letter).split()[0] for letter in letters}) >= 5
    titles = {row["title"] for row in READINGS}
    assert {title for row in QUERIES for title in row["expected"].split(" | ") if title} <= titles
