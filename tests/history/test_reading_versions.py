import sqlite3
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from tests.full_reading import FULL, full
from tests.given import TODAY, ids_in, make
from tests.made import make_empty
from tests.sql_rows import BOOK

from readlog.core.domain_model import Contributor, Reading
from readlog.core.errors import AlreadyExists
from readlog.core.parse_fields import replace_fields
from readlog.history.reading_versions import ReadingVersions, column_history
from readlog.journal import Journal
from readlog.query.query_fields import SQL_FUNCTIONS
from readlog.readings.load_rows import load_readings
from readlog.storage.create_journal import empty_journal
from readlog.storage.open_journal import open_for_reading, open_for_writing
from readlog.storage.schema import NOW
from readlog.storage.transaction import logged_operation

MOMENT = 0.002
"""The clock of the log goes by milliseconds: what lies so far apart has two times."""

Clock = Callable[[int], str]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Sets the hour, and says how the journal writes it."""

    def set_to(hour: int) -> str:
        monkeypatch.setenv("READLOG_NOW", f"2026-11-22T{hour:02}:00:00+00:00")
        return f"2026-11-22T{hour:02}:00:00.000Z"

    return set_to


def edited(journal: Journal, id_: int, **fields: object) -> Reading:
    """The reading after an edit."""
    journal.edit(id_, lambda now: replace_fields(now, fields, TODAY))
    return journal.get(id_)


def test_a_reading_is_told_as_it_was_at_any_moment(journal: Journal, clock: Clock) -> None:
    """What happened at that very moment has happened; before it was added it was not there."""
    states: list[tuple[str, Reading | None]] = [(clock(0), None)]
    states.append((clock(1), journal.get(journal.add(full()))))
    fields = {"title": "Mémoires", "authors": ["V. Serge"], "tags": ["exile"], "quotes": ["the peace"]}
    states.append((clock(2), edited(journal, 1, **fields)))
    states.append((clock(3), edited(journal, 1, quotes=[], tags=[], contributors=[], extra={}, rating=None)))
    uid = journal.get(1).uid
    clock(4)
    journal.delete(1)
    assert uid
    for instant, state in states:
        assert journal.versions().reading_at(uid, instant) == state
        assert journal.versions().reading_at(uid, instant.replace(".000Z", ".999Z")) == state
    assert journal.versions().reading_at(uid, "2026-11-22T04:00:00.000Z") is None
    assert journal.versions().reading_at("r-nobody", "2026-11-22T03:00:00.000Z") is None


def test_a_reading_of_an_empty_journal_was_never_there(journal: Journal) -> None:
    """Nor was it deleted."""
    assert journal.versions().reading_at("r1", "2026-11-22T03:00:00.000Z") is None
    assert journal.versions().deleted_uids(["r1"]) == set()


def test_two_operations_at_one_time_are_both_taken_back(journal: Journal, clock: Clock) -> None:
    """Also where the second one leaves no line of the reading itself, because it is dated already."""
    clock(1)
    journal.add(full())
    before = journal.get(1)
    clock(2)
    edited(journal, 1, review="x")
    edited(journal, 1, quotes=[], tags=["y"])
    assert before.uid
    assert journal.versions().reading_at(before.uid, "2026-11-22T01:00:00.000Z") == before


def test_a_reading_that_went_to_another_book_is_told_with_the_one_that_it_had(journal: Journal, clock: Clock) -> None:
    """Although what became of that book later has no line of this reading."""
    clock(1)
    journal.add(full())
    journal.add(full(finished="1991"), again=True)
    before = journal.get(1)
    clock(2)
    with closing(open_for_writing(journal.path)) as connection, logged_operation(connection, "merge"):
        connection.execute("INSERT INTO books (id, title) VALUES (9, 'Other')")
        connection.execute("UPDATE readings SET book_id = 9 WHERE id = 1")
    clock(3)
    edited(journal, 2, contributors=[], tags=["x"])
    assert before.uid
    assert journal.versions().reading_at(before.uid, "2026-11-22T01:00:00.000Z") == before
    clock(4)
    journal.delete(1)
    assert journal.versions().reading_at(before.uid, "2026-11-22T01:00:00.000Z") == before


def test_a_deleted_reading_is_told_with_a_book_that_went_on(journal: Journal, clock: Clock) -> None:
    """Its other reading had changes of people and tags since."""
    clock(1)
    journal.add(full())
    journal.add(full(finished="1991"), again=True)
    before = journal.get(1)
    clock(2)
    journal.delete(1)
    clock(3)
    edited(journal, 2, authors=["Else"], contributors=[], tags=["x"], title="Y")
    assert before.uid
    assert journal.versions().reading_at(before.uid, "2026-11-22T01:00:00.000Z") == before


def test_what_a_reading_says_of_its_date_finds_it(journal: Journal, clock: Clock) -> None:
    """Also a reading that an import has brought, which was dated when this journal did not have it."""
    clock(5)
    dates = {"created_at": "2020-01-01T00:00:00.000Z", "updated_at": "2020-01-02T00:00:00.000Z"}
    journal.add(full()._replace(uid="r-brought", **dates))
    brought = journal.get(1)
    clock(6)
    now = edited(journal, 1, review="x", tags=["y"], quotes=[])
    past = journal.versions()
    assert past.reading_updated_at("r-brought", "2020-01-02T00:00:00.000Z") == brought
    assert past.reading_updated_at("r-brought", "2026-11-22T06:00:00.000Z") == now
    assert past.reading_updated_at("r-brought", "2026-11-22T05:00:00.000Z") is None
    assert past.reading_updated_at("r-nobody", "2020-01-02T00:00:00.000Z") is None
    assert past.reading_at("r-brought", "2020-01-02T00:00:00.000Z") is None
    journal.delete(1)
    assert journal.versions().reading_updated_at("r-brought", "2020-01-02T00:00:00.000Z") == brought
    assert journal.versions().reading_updated_at("r-brought", "2026-11-22T06:00:00.000Z") == now


def test_it_is_asked_inside_an_operation_too(journal: Journal, clock: Clock) -> None:
    """What is being changed just now is taken back as well, and asked for anew every time."""
    clock(1)
    journal.add(full())
    before = journal.get(1)
    with closing(open_for_writing(journal.path)) as connection:
        past = ReadingVersions(connection)
        clock(2)
        assert before.uid
        with logged_operation(connection, "edit"):
            for statement in ("DELETE FROM quotes WHERE position = 0", "DELETE FROM quotes", "DELETE FROM book_tags"):
                connection.execute(statement)
                connection.execute("UPDATE readings SET updated_at = '2026-11-22T02:00:00.000Z'")
                assert past.reading_at(before.uid, "2026-11-22T01:00:00.000Z") == before
                assert connection.in_transaction


def test_looking_back_takes_no_lock_and_writes_nothing(journal: Journal, path: Path, clock: Clock) -> None:
    """Another program can write at once, and the file is the same to the byte."""
    clock(1)
    journal.add(full())
    uid = journal.get(1).uid
    clock(2)
    edited(journal, 1, review="x")
    before = path.read_bytes()
    assert uid
    with closing(open_for_reading(str(path))) as connection:
        assert ReadingVersions(connection).reading_at(uid, "2026-11-22T01:00:00.000Z")
        assert column_history(connection, "readings", 1, "review")
        assert ReadingVersions(connection).deleted_uids([uid]) == set()
        assert not connection.in_transaction
    assert path.read_bytes() == before


def test_deleted_is_what_does_not_come_back(journal: Journal) -> None:
    """And what this journal had: of what it never had it knows nothing."""
    for title in ("One", "Two", "Three"):
        journal.add(make(title))
    one, two, three = (reading.uid or "" for reading in journal.readings())
    kept = journal.get(2)
    journal.delete(1)
    journal.delete(2)
    journal.add(kept._replace(id=None))
    assert journal.versions().deleted_uids([one, two, three, "r-nobody"]) == {one}
    assert journal.versions().deleted_uids([]) == set()


def test_who_set_a_value_is_known(journal: Journal, path: Path, clock: Clock) -> None:
    """The newest first: what a value was, by which command it came, and when; None stands for another tool."""
    clock(1)
    journal.add(full(rating=5))
    clock(2)
    edited(journal, 1, rating=4.5)
    clock(3)
    edited(journal, 1, review="x")
    with closing(open_for_writing(journal.path)) as connection:
        assert column_history(connection, "readings", 1, "rating") == [
            (4.5, "edit", "2026-11-22T02:00:00.000Z"),
            (5.0, "add", "2026-11-22T01:00:00.000Z"),
        ]
        connection.execute("UPDATE readings SET rating = NULL")
        (latest, *_) = column_history(connection, "readings", 1, "rating")
        assert latest[:2] == (None, None)
        assert column_history(connection, "books", 1, "pages") == [(576, "add", "2026-11-22T01:00:00.000Z")]
        assert column_history(connection, "books", 99, "pages") == []


def test_what_an_operation_sets_back_itself_it_does_not_set(journal: Journal, clock: Clock) -> None:
    """What counts is how the row is when the operation ends; a row may go and come back."""
    clock(1)
    journal.add(make("X", rating=3))
    with closing(open_for_writing(journal.path)) as connection:
        clock(2)
        with logged_operation(connection, "import goodreads"):
            for rating in (1, 2, 3):
                connection.execute("UPDATE readings SET rating = ?", (rating,))
            connection.execute("UPDATE readings SET review = 'x'")
            connection.execute("UPDATE readings SET review = 'y'")
        assert [value[:2] for value in column_history(connection, "readings", 1, "rating")] == [(3.0, "add")]
        assert [value[:2] for value in column_history(connection, "readings", 1, "review")] == [
            ("y", "import goodreads"),
            (None, "add"),
        ]
        clock(3)
        journal.delete(1)
        assert [value[:2] for value in column_history(connection, "readings", 1, "review")] == [
            ("y", "import goodreads"),
            (None, "add"),
        ]
        with logged_operation(connection, "undo"):
            connection.execute("INSERT INTO books (id, title) VALUES (1, 'X')")
            connection.execute("INSERT INTO readings (id, book_id, review) VALUES (1, 1, 'z')")
        assert [value[:2] for value in column_history(connection, "readings", 1, "review")] == [
            ("z", "undo"),
            ("y", "import goodreads"),
            (None, "add"),
        ]


def test_a_row_that_got_another_number_is_the_same_row(journal: Journal, clock: Clock) -> None:
    """Other tools may do that; the reading is told with the number that it had."""
    clock(1)
    journal.add(full())
    before = journal.get(1)
    with closing(open_for_writing(journal.path)) as connection:
        clock(2)
        with logged_operation(connection, "edit"):
            connection.execute("UPDATE quotes SET id = 70 + id")
            connection.execute("PRAGMA defer_foreign_keys = 1")
            connection.execute("UPDATE readings SET id = 77 WHERE id = 1")
            connection.execute("UPDATE quotes SET reading_id = 77")
        assert before.uid
        assert ReadingVersions(connection).reading_at(before.uid, "2026-11-22T01:00:00.000Z") == before
        assert [value[:2] for value in column_history(connection, "readings", 77, "review")] == [("Pétrograd", "add")]


def test_a_row_of_which_the_log_has_not_all_is_not_told(journal: Journal, clock: Clock) -> None:
    """As after an INSERT OR REPLACE without recursive triggers: nothing is made up."""
    clock(1)
    journal.add(full())
    uid = journal.get(1).uid
    with closing(open_for_writing(journal.path)) as connection:
        connection.execute("PRAGMA recursive_triggers = 0")
        clock(2)
        with logged_operation(connection, "edit"):
            connection.execute("UPDATE readings SET rating = 1")
            connection.execute(
                "INSERT OR REPLACE INTO readings (id, uid, book_id, review) SELECT id, uid, book_id, 'new' FROM readings"
            )
        assert uid
        assert ReadingVersions(connection).reading_at(uid, "2026-11-22T01:00:00.000Z") is None


def test_one_reading_of_a_long_log_is_found_by_its_rows(journal: Journal) -> None:
    """No statement reads the log, or the list of operations, from end to end."""
    journal.add(full())
    journal.delete(1)
    journal.add(full())
    journal.edit(2, lambda now: replace_fields(now, {"quotes": []}, TODAY))
    uid, asked = journal.get(2).uid, list[str]()
    assert uid
    with closing(sqlite3.connect(journal.path, isolation_level=None)) as connection:
        connection.set_trace_callback(asked.append)
        ReadingVersions(connection).reading_at(uid, "2026-11-21T00:00:00.000Z")
        ReadingVersions(connection).reading_updated_at(uid, "2026-11-21T00:00:00.000Z")
        column_history(connection, "readings", 2, "review")
        connection.set_trace_callback(None)
        statements = {statement for statement in asked if statement.lstrip().startswith(("SELECT", "WITH"))}
        plans = [row[3] for each in statements for row in connection.execute(f"EXPLAIN QUERY PLAN {each}")]
    scans = {plan for plan in plans if plan.startswith("SCAN")}
    assert len(statements) > 10
    assert scans <= {"SCAN json_each VIRTUAL TABLE INDEX 1:", "SCAN found", "SCAN CONSTANT ROW"}


class AnyReader(RuleBasedStateMachine):
    """Readings added, edited and deleted in any order; every state is remembered with its time."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = TemporaryDirectory()
        make_empty(Path(self._folder.name) / "journal.db")
        self.journal = Journal(f"{self._folder.name}/journal.db")
        self.patch = pytest.MonkeyPatch()
        self.second = 0
        self.states: list[tuple[str, dict[str, Reading]]] = []
        self._later()

    def teardown(self) -> None:
        """Every state is told again, of every reading that there ever was, by a Past that is new and one that is not."""
        uids = {uid for _, state in self.states for uid in state}
        past = self.journal.versions()
        for instant, state in self.states:
            for uid in uids:
                assert past.reading_at(uid, instant) == state.get(uid)
                if uid in state:
                    assert past.reading_updated_at(uid, state[uid].updated_at or "") == self._newest(
                        uid, state[uid].updated_at
                    )
        if self.states:
            instant, state = self.states[len(self.states) // 2]
            for uid in uids:
                assert self.journal.versions().reading_at(uid, instant) == state.get(uid)
            assert self.journal.versions().deleted_uids(uids) == uids - self.states[-1][1].keys()
        self.journal.__exit__(None, None, None)
        self._folder.cleanup()
        self.patch.undo()

    def _newest(self, uid: str, updated_at: str | None) -> Reading | None:
        states = [state[uid] for _, state in self.states if uid in state and state[uid].updated_at == updated_at]
        return states[-1] if states else None

    def _later(self) -> None:
        self.second += 1
        self.patch.setenv("READLOG_NOW", f"2026-11-22T12:{self.second // 60:02}:{self.second % 60:02}+00:00")

    @initialize()
    def begin(self) -> None:
        """A book that is read."""
        self.journal.add(full())

    @rule(fields=st.sampled_from(range(4)), again=st.booleans())
    def add(self, fields: int, again: bool) -> None:
        """A new book, or another reading of one that is there."""
        if again and (ids := ids_in(self.journal)):
            book = self.journal.get(ids[fields % len(ids)]).book
            self.journal.add(make(book.title, review=f"again {fields}", quotes=["a", "b"])._replace(book=book), True)
        else:
            self.journal.add(make(f"Book {fields}", **{**FULL, "tags": ["x", "y"][: fields % 3]}), new_book=True)

    @rule(
        which=st.integers(0, 9),
        key=st.sampled_from("title tags authors contributors quotes review rating extra status finished".split()),
        value=st.integers(0, 3),
    )
    def edit(self, which: int, key: str, value: int) -> None:
        """Anything of it."""
        values: dict[str, list[Any]] = {
            "title": ["A", "B", "C", "D"],
            "tags": [[], ["x"], ["X", "y"], ["é", "history"]],
            "authors": [[], ["Serge"], ["Victor Serge", "Anna"], ["Anna", "Serge"]],
            "contributors": [[], ["Anna:editor"], ["Serge:editor", "Peter:translator"], ["Peter:narrator"]],
            "quotes": [[], ["one"], ["two", "one"], [{"text": "three", "page": "9"}]],
            "review": [None, "a", "b", "c"],
            "rating": [None, 1, 2.5, 5],
            "extra": [{}, {"a": 1}, {"a": [1.5, "x"]}, {"b": None}],
            "status": ["reading", "paused", "to-read", "finished"],
            "finished": [None, "2012", "2012-03", "~2012"],
        }
        if ids := ids_in(self.journal):
            edited(self.journal, ids[which % len(ids)], **{key: values[key][value]})

    @rule(which=st.integers(0, 9))
    def reorder(self, which: int) -> None:
        """Quotes and people the other way round: the rows stay and their places change."""

        def turn(now: Reading) -> Reading:
            people = tuple(Contributor(person.name, person.role) for person in reversed(now.book.contributors))
            return now._replace(quotes=now.quotes[::-1], book=now.book._replace(contributors=people))

        if ids := ids_in(self.journal):
            self.journal.edit(ids[which % len(ids)], turn)

    @rule(which=st.integers(0, 9))
    def delete(self, which: int) -> None:
        """A reading, and its book where it was the last one of it."""
        if ids := ids_in(self.journal):
            self.journal.delete(ids[which % len(ids)])

    @rule(which=st.integers(0, 9), into=st.integers(0, 9))
    def merge(self, which: int, into: int) -> None:
        """Its book with another one."""
        if ids := ids_in(self.journal):
            with suppress(AlreadyExists):
                self.journal.merge_books(ids[which % len(ids)], ids[into % len(ids)])

    @invariant()
    def remember(self) -> None:
        """All that there is, and when."""
        from readlog.core.clock import now

        self.states.append((now(), {reading.uid or "": reading for reading in self.journal.readings()}))
        self._later()


TestAnyReader = AnyReader.TestCase
TestAnyReader.settings = settings(max_examples=10, stateful_step_count=15, deadline=None)

STATEMENTS = (
    "UPDATE books SET title = 'Mémoires {0}'",
    "UPDATE people SET name = 'Anna {0}' WHERE id = 1",
    "INSERT INTO people (name) VALUES ('New {1}'); INSERT OR IGNORE INTO contributions (book_id, person_id) SELECT 1, max(id) FROM people",
    "DELETE FROM people WHERE id = {0}",
    "UPDATE tags SET name = 'tag {1}' WHERE id = 1",
    "DELETE FROM tags WHERE id = {0}",
    "INSERT INTO tags (name) VALUES ('t{1}'); INSERT INTO book_tags (book_id, tag_id) SELECT 1, max(id) FROM tags",
    "DELETE FROM book_tags WHERE tag_id > {0}",
    "UPDATE contributions SET position = 9 - position",
    "DELETE FROM contributions WHERE id = {0}",
    "INSERT INTO books (title) VALUES ('Other'); UPDATE readings SET book_id = (SELECT max(id) FROM books) WHERE id = {0}",
    "UPDATE OR IGNORE contributions SET book_id = (SELECT max(id) FROM books) WHERE id = {0}",
    "UPDATE readings SET review = 'Leningrad {0}', rating = 4.5 WHERE id = {0}",
    "UPDATE readings SET uid = 'r{1}' WHERE id = {0}",
    "DELETE FROM readings WHERE id = {0}",
    "DELETE FROM quotes WHERE id = {0}",
    "UPDATE quotes SET text = 'the {1}', reading_id = (SELECT max(id) FROM readings) WHERE EXISTS (SELECT 1 FROM readings)",
    "INSERT INTO quotes (reading_id, text, position) SELECT id, 'more', {0} FROM readings",
    "INSERT OR IGNORE INTO readings (book_id, review) SELECT max(id), 'x' FROM books",
    "DELETE FROM books WHERE id = {0}",
    "UPDATE readings SET started = '2012~', extra = '{{\"a\": {0}}}'",
)


@settings(max_examples=25)
@given(st.lists(st.tuples(st.sampled_from(STATEMENTS), st.integers(1, 3)), max_size=10))
def test_what_another_tool_changed_is_taken_back_too(steps: list[tuple[str, int]]) -> None:
    """Whatever it did to which table: the log is kept by the file itself."""
    with closing(empty_journal()) as connection:
        for name, arguments, function in SQL_FUNCTIONS:
            connection.create_function(name, arguments, function, deterministic=True)
        connection.execute("PRAGMA query_only = 0")
        states: list[tuple[str, dict[str, Reading]]] = []
        for number, (statement, value) in enumerate([(BOOK, 0), *steps]):
            time.sleep(MOMENT)
            connection.executescript(statement.format(value, number) if number else statement)
            (instant,) = connection.execute(f"SELECT {NOW}").fetchone()
            ids = [id_ for (id_,) in connection.execute("SELECT id FROM readings").fetchall()]
            states.append((instant, {reading.uid or "": reading for reading in load_readings(connection, ids)}))
        past = ReadingVersions(connection)
        for instant, state in states:
            for uid in {uid for _, each in states for uid in each}:
                assert past.reading_at(uid, instant) == state.get(uid)
