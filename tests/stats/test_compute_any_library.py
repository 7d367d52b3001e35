from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from tests.stats import slow_statistics
from tests.stats.random_libraries import LIBRARIES, Library, write_library

from readlog.core.domain_model import Reading
from readlog.journal import Journal
from readlog.stats.compute import GROUPINGS
from readlog.stats.results import Statistics

QUERIES: dict[str, tuple[Callable[[Reading], bool], int | None, bool]] = {
    "": (lambda reading: True, None, False),
    "2012": (lambda reading: bool(reading.finished and reading.finished.year == 2012), 2012, False),
    "author:anna": (lambda reading: "Anna" in reading.book.authors, None, False),
    "year:2011 rating:2..": (
        lambda reading: bool(reading.finished and reading.finished.year == 2011 and (reading.rating or 0) >= 2),
        2011,
        False,
    ),
    "-status:to-read": (lambda reading: reading.status != "to-read", None, True),
}
"""For each query: which readings match it, its single year, and whether it is about the status."""


@settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
@given(library=LIBRARIES)
def test_statistics_are_those_that_are_counted_one_by_one(
    tmp_path_factory: pytest.TempPathFactory, library: Library
) -> None:
    """All sections and groups of any library, as a whole, for a year, and for a query."""
    path = tmp_path_factory.mktemp("statistics") / "journal.db"
    write_library(path, library)
    with Journal(str(path)) as journal:
        all_ = list(journal.readings())
        for query, (fits, year, any_status) in QUERIES.items():
            expected = slow_statistics.record(all_, fits, year, any_status=any_status)
            assert _sections(journal.stats(query)) == _rounded(expected)
        for by in GROUPINGS:
            chosen = [reading for reading in all_ if by == "status" or reading.status == "finished"]
            _compare_groups(journal.stats(by=by), slow_statistics.groups(chosen, by), slow_statistics.group(chosen))


def _sections(statistics: Statistics) -> Any:
    record = statistics.as_record()
    for key in ("year", "first_year", "last_year", "by", "groups"):
        del record[key]
    return _rounded(record)


def _compare_groups(statistics: Statistics, expected: dict[Any, Any], total: dict[str, Any]) -> None:
    """The same groups, and between years also empty ones."""
    record = statistics.as_record()
    assert _rounded({key: record[key] for key in total}) == _rounded(total)
    found = {group.pop("label"): group for group in record["groups"]}
    assert _rounded({label: group for label, group in found.items() if group["readings"]}) == _rounded(expected)
    assert all(statistics.by == "year" for label in found.keys() - expected.keys())


def _rounded(value: Any) -> Any:
    """Round numbers whose last bits may differ."""
    if isinstance(value, float):
        return round(value, 9)
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    return [_rounded(item) for item in value] if isinstance(value, list) else value
