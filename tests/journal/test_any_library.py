"""Libraries of any kind, imported, edited here and there, and imported again."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from shutil import copy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.given import TODAY, make
from tests.journal.full_reading import dump
from tests.journal.imports import Imports, ticking
from tests.storage.rows import index_is_true
from tests.strategies import readings

from readlog.ground.fields import with_fields
from readlog.ground.model import Reading
from readlog.journal import Journal

QUICK = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    max_examples=20,
    derandomize=True,
)
"""The same libraries every time: others, a hundred thousand of them, are for somebody who has the time to wait."""

BOOKS = st.sampled_from(
    [
        ("Dune", "Frank Herbert"),
        ("Dune", "Herbert, F."),
        ("Emma", "Jane Austen"),
        ("Emma: A Novel", "J. Austen"),
        ("Emma", "Ann Ash"),
        ("Sapiens: A Brief History", "Yuval Noah Harari"),
        ("Sapiens", "Y. N. Harari"),
        ("Poems", None),
    ]
)
STATES = st.sampled_from(
    [
        {"status": "to-read"},
        {"status": "reading", "started": "2019-01-01"},
        {"status": "paused"},
        {"status": "abandoned"},
        {"finished": "2012-03-17", "started": "2012-02-01"},
        {"finished": "2012-03"},
        {"finished": "2015"},
        {},
    ]
)
WORDS = st.fixed_dictionaries(
    {},
    optional={
        "rating": st.sampled_from([3, 4, 4.25]),
        "review": st.sampled_from(["good", "Good!", "bad"]),
        "tags": st.sampled_from([["a"], ["A", "b"]]),
        "pages": st.sampled_from([300, 301]),
        "isbn": st.sampled_from(["9780441013593", "9781590174517"]),
        "series_number": st.sampled_from(["1", "2"]),
        "extra": st.sampled_from(["1", "2"]),
    },
)
ROWS = st.lists(st.tuples(BOOKS, STATES, WORDS, st.integers(0, 2)), min_size=1, max_size=4)
ROWS_OF_BOOKS = st.lists(
    st.tuples(BOOKS, STATES, WORDS, st.integers(0, 2)), min_size=1, max_size=4, unique_by=lambda row: row[0][0][:4]
)
SERVICES = st.sampled_from(["goodreads", "storygraph"])
EDITS = st.sampled_from(
    [
        {"rating": None},
        {"rating": 1},
        {"finished": None},
        {"status": "reading"},
        {"status": "to-read", "finished": None},
        {"tags": []},
        {"authors": []},
        {"title": "Quite Another"},
        {"pages": None},
        None,
    ]
)


@contextmanager
def a_journal(empty: Path, path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Imports]:
    """A journal in which nothing is yet."""
    copy(empty, path)
    with Journal(str(path)) as journal:
        yield Imports(journal, ticking(monkeypatch))


def rows_of(service: str, library: list[tuple[Any, ...]]) -> list[tuple[Reading, ...]]:
    """The rows of a library, each with an id at its service."""
    rows = []
    for place, ((title, author), state, words, earlier) in enumerate(library):
        of_book = {"title": title, "authors": [author] if author else [], "sources": [f"{service}:{place}"]}
        kept = {"extra": {service: {"Position": words["extra"]}}} if "extra" in words else {}
        rows.append((*[make(**of_book)] * earlier, make(**of_book | words | state | kept)))
    return rows


LATER = st.sampled_from(["read on", "again", "rate", "tag", "nothing"])
"""What a reader does at a service between two exports."""

FURTHER = {
    "to-read": {"status": "reading", "started": "2019-01-01"},
    "reading": {"finished": "2019-02-02", "started": "2019-01-01"},
    "paused": {"status": "abandoned"},
}


def gone_on(row: tuple[Any, ...], what: str) -> tuple[Any, ...]:
    """The row as a later export has it."""
    book, state, words, earlier = row
    if what == "read on":
        return book, FURTHER.get(state.get("status", ""), state), words, earlier
    if what == "again":
        return book, state, words, earlier + 1
    if what == "rate":
        return book, state, words | {"rating": words.get("rating", 1) % 5 + 0.5}, earlier
    return (book, state, words | {"tags": ["new"]}, earlier) if what == "tag" else row


@QUICK
@given(
    libraries=st.fixed_dictionaries(dict.fromkeys(("goodreads", "storygraph"), ROWS_OF_BOOKS)),
    acts=st.lists(st.tuples(SERVICES, LATER, st.integers(0, 9), EDITS), min_size=1, max_size=6),
)
def test_any_libraries_settle(
    empty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, libraries: dict[str, Any], acts: list[tuple[Any, ...]]
) -> None:
    """Two services that go on, and a reader in between: a file that comes again changes nothing, edited or not."""
    with a_journal(empty, tmp_path / "any.db", monkeypatch) as imports:
        for service, later, number, edit in acts:
            library = libraries[service]
            library[number % len(library)] = gone_on(library[number % len(library)], later)
            rows = rows_of(service, library)
            imports.bring(*rows, service=service)
            imports.again(*rows, service=service)
            _edit(imports, number, edit)
            imports.again(*rows, service=service)
        index_is_true(imports.journal._writable())


def _edit(imports: Imports, number: int, fields: dict[str, Any] | None) -> None:
    there = imports.values("id")
    if not there:
        return
    id_ = there[number % len(there)]
    imports.later()
    if fields is None:
        imports.journal.delete(id_)
    else:
        imports.journal.edit(id_, lambda now: with_fields(now, fields, TODAY))


@QUICK
@given(one=ROWS, other=ROWS)
def test_any_two_services_in_turn_settle(
    empty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, one: list[Any], other: list[Any]
) -> None:
    """From the second round on nothing changes."""
    with a_journal(empty, tmp_path / "any.db", monkeypatch) as imports:
        for _ in range(2):
            for service, library in (("goodreads", one), ("storygraph", other)):
                imports.bring(*rows_of(service, library), service=service)
        before = imports.readings()
        for service, library in (("goodreads", one), ("storygraph", other)):
            imports.again(*rows_of(service, library), service=service)
        assert imports.readings() == before


@QUICK
@given(some=st.lists(readings(), min_size=1, max_size=3))
def test_any_records_of_any_file_settle(
    empty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, some: list[Reading]
) -> None:
    """With whatever is in them, and no id."""
    rows = [replace(reading, sources=(), quotes=reading.quotes[:1]) for reading in some]
    with a_journal(empty, tmp_path / "any.db", monkeypatch) as imports:
        account = imports.bring(*rows, service="csv")
        assert account.readings == len(rows)
        imports.again(*rows, service="csv")


@QUICK
@given(library=ROWS)
def test_any_trial_writes_nothing_and_tells_the_same(
    empty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, library: list[Any]
) -> None:
    """As the import that follows."""
    with a_journal(empty, tmp_path / "any.db", monkeypatch) as imports:
        imports.add(make("Emma", authors=["Jane Austen"], finished="2012"))
        before = dump(tmp_path / "any.db")
        trial = imports.bring(*rows_of("goodreads", library), on_trial=True).to_json()
        assert dump(tmp_path / "any.db") == before
        assert imports.bring(*rows_of("goodreads", library)).to_json() == trial
