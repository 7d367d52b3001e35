"""Libraries of any kind, imported, edited here and there, and imported again."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from shutil import copy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.full_reading import dump
from tests.given import TODAY, make
from tests.import_files import Imports, make_clock
from tests.sql_rows import index_is_true
from tests.strategies import readings

from readlog.core.domain_model import Reading
from readlog.core.parse_fields import replace_fields
from readlog.journal import Journal

MORE = os.environ.get("READLOG_LIBRARIES", "0")
"""How many libraries more: `READLOG_LIBRARIES=5000 pytest -k any_librar` is for somebody who has the time to wait.

`READLOG_LIBRARIES=70000:75000` begins at another number.
"""
NUMBERS = [*range(10), *(range(10, 10 + int(MORE)) if ":" not in MORE else range(*map(int, MORE.split(":"))))]
"""Each is a library, the same one on every Python: not a draw whether a commit lands."""


class Draw:
    """What a number chooses; nothing of it depends on more than `random()`, which is the same on every Python."""

    def __init__(self, number: int) -> None:
        self._random = Random(number).random

    def below(self, most: int) -> int:
        """A number from 0 on."""
        return int(self._random() * most)

    def one(self, of: Sequence[Any]) -> Any:
        """One of these."""
        return of[self.below(len(of))]

    def rows(self, *, is_of_books: bool = False) -> list[tuple[Any, ...]]:
        """One to four rows of a library: a book, a state, other words, and how many readings before."""
        rows = [self._row() for _ in range(1 + self.below(4))]
        return list({row[0][0][:4]: row for row in rows}.values()) if is_of_books else rows

    def _row(self) -> tuple[Any, ...]:
        many = self.one([0.1, 0.3, 0.5])
        words = {key: self.one(values) for key, values in WORDS.items() if self._random() < many}
        return self.one(BOOKS), self.one(STATES), words, self.one([0, 0, 1, 2])


BOOKS = (
    ("Dune", "Frank Herbert"),
    ("Dune", "Herbert, F."),
    ("Emma", "Jane Austen"),
    ("Emma: A Novel", "J. Austen"),
    ("Emma", "Ann Ash"),
    ("Sapiens: A Brief History", "Yuval Noah Harari"),
    ("Sapiens", "Y. N. Harari"),
    ("Poems", None),
)
STATES = (
    {"status": "to-read"},
    {"status": "reading", "started": "2019-01-01"},
    {"status": "paused"},
    {"status": "abandoned"},
    {"finished": "2012-03-17", "started": "2012-02-01"},
    {"finished": "2012-03"},
    {"finished": "2015"},
    {},
)
WORDS = {
    "rating": [3, 4, 4.25],
    "review": ["good", "Good!", "bad"],
    "tags": [["a"], ["A", "b"]],
    "pages": [300, 301],
    "isbn": ["9780441013593", "9781590174517"],
    "series_number": ["1", "2"],
    "extra": ["1", "2"],
}
SERVICES = ["goodreads", "storygraph"]
EDITS = (
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
)


@contextmanager
def a_journal(empty: Path, path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Imports]:
    """A journal in which nothing is yet."""
    copy(empty, path)
    with Journal(str(path)) as journal:
        imports = Imports(journal, make_clock(monkeypatch))
        yield imports
        imports.close()


def rows_of(service: str, library: list[tuple[Any, ...]]) -> list[tuple[Reading, ...]]:
    """The rows of a library, each with an id at its service."""
    rows = []
    for place, ((title, author), state, words, earlier) in enumerate(library):
        of_book = {"title": title, "authors": [author] if author else [], "sources": [f"{service}:{place}"]}
        kept = {"extra": {service: {"Position": words["extra"]}}} if "extra" in words else {}
        rows.append((*[make(**of_book)] * earlier, make(**of_book | words | state | kept)))
    return rows


LATER = ["read on", "again", "rate", "tag", "nothing"]
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
        return book, state, words | {"rating": words.get("rating", 1) % 4.5 + 0.5}, earlier
    return (book, state, words | {"tags": ["new"]}, earlier) if what == "tag" else row


@pytest.mark.parametrize("number", NUMBERS)
def test_any_libraries_settle(empty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """Two services that go on, and a reader in between: a file that comes again changes nothing, edited or not."""
    draw = Draw(number)
    libraries = {service: draw.rows(is_of_books=True) for service in SERVICES}
    acts = [(draw.one(SERVICES), draw.one(LATER), draw.below(10), draw.one(EDITS)) for _ in range(1 + draw.below(6))]
    with a_journal(empty, tmp_path / "any.db", monkeypatch) as imports:
        for service, later, place, edit in acts:
            library = libraries[service]
            library[place % len(library)] = gone_on(library[place % len(library)], later)
            rows = rows_of(service, library)
            imports.bring(*rows, service=service)
            imports.again(*rows, service=service)
            _edit(imports, place, edit)
            imports.again(*rows, service=service)
        index_is_true(imports.connection)


def _edit(imports: Imports, number: int, fields: dict[str, Any] | None) -> None:
    there = imports.values("id")
    if not there:
        return
    id_ = there[number % len(there)]
    imports.later()
    if fields is None:
        imports.journal.delete(id_)
    else:
        imports.journal.edit(id_, lambda now: replace_fields(now, fields, TODAY))


@pytest.mark.parametrize("number", NUMBERS)
def test_any_two_services_in_turn_settle(
    empty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """From the second round on nothing changes."""
    draw = Draw(number)
    one, other = draw.rows(), draw.rows()
    with a_journal(empty, tmp_path / "any.db", monkeypatch) as imports:
        for _ in range(2):
            for service, library in (("goodreads", one), ("storygraph", other)):
                imports.bring(*rows_of(service, library), service=service)
        before = imports.readings()
        for service, library in (("goodreads", one), ("storygraph", other)):
            imports.again(*rows_of(service, library), service=service)
        assert imports.readings() == before


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20, derandomize=True)
@given(some=st.lists(readings(), min_size=1, max_size=3))
def test_any_records_of_any_file_settle(
    empty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, some: list[Reading]
) -> None:
    """With whatever is in them, and no id."""
    rows = [reading._replace(sources=(), quotes=reading.quotes[:1]) for reading in some]
    with a_journal(empty, tmp_path / "any.db", monkeypatch) as imports:
        report = imports.bring(*rows, service="csv")
        assert report.new_readings == len(rows)
        imports.again(*rows, service="csv")


@pytest.mark.parametrize("number", NUMBERS)
def test_any_trial_of_a_library_writes_nothing_and_tells_the_same(
    empty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """As the import that follows."""
    library = Draw(number).rows()
    with a_journal(empty, tmp_path / "any.db", monkeypatch) as imports:
        imports.add(make("Emma", authors=["Jane Austen"], finished="2012"))
        before = dump(tmp_path / "any.db")
        trial = imports.bring(*rows_of("goodreads", library), on_trial=True).to_json()
        assert dump(tmp_path / "any.db") == before
        assert imports.bring(*rows_of("goodreads", library)).to_json() == trial
