"""Operations taken back and put back, one after the other and out of turn."""

from contextlib import closing, suppress
from itertools import pairwise
from pathlib import Path
from shutil import copy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.full_reading import dump, full
from tests.given import TODAY, ids_in, make
from tests.import_files import rows_of_file
from tests.sql_rows import contents, index_is_true

from readlog.core.errors import AlreadyExists, ConflictingChange, NotFound, ReadlogError
from readlog.core.parse_fields import replace_fields
from readlog.journal import Journal
from readlog.storage.open_journal import open_for_reading, open_for_writing

DUNE = {"authors": ["Frank Herbert"], "tags": ["sand"]}


def edit(journal: Journal, id_: int, **fields: Any) -> None:
    """Edit a reading, as a reader does."""
    assert journal.edit(id_, lambda now: replace_fields(now, fields, TODAY))


def bring(journal: Journal, *titles: str, **fields: Any) -> None:
    """Import some readings."""
    journal.import_rows(lambda: rows_of_file([make(title, **fields) for title in titles], "f.csv"), "goodreads")


def state(journal: Journal) -> dict[str, list[tuple[Any, ...]]]:
    """All that a reader can change."""
    with closing(open_for_reading(journal.path)) as connection:
        return contents(connection)


def of_use(journal: Journal) -> dict[str, list[tuple[Any, ...]]]:
    """All but the people and tags that another tool has left without a book: whoever tidies up does not look for them."""
    said = state(journal)
    people = {row[2] for row in said["contributions"]}
    tags = {row[2] for row in said["book_tags"]}
    said["people"] = [row for row in said["people"] if row[0] in people]
    said["tags"] = [row for row in said["tags"] if row[0] in tags]
    return said


def commands(journal: Journal) -> list[str | None]:
    """What the log says was done."""
    with closing(open_for_reading(journal.path)) as connection:
        return [command for (command,) in connection.execute("SELECT command FROM operations ORDER BY id")]


def is_sound(journal: Journal) -> None:
    """Every row has what it needs, nothing is left that nobody needs, and the index is true."""
    with closing(open_for_writing(journal.path)) as connection:
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        index_is_true(connection)


def test_an_empty_journal_has_nothing_to_take_back(path: Path) -> None:
    """Nor is one made for it."""
    with Journal(str(path)) as journal:
        with pytest.raises(NotFound, match="nothing to take back"):
            journal.undo()
        with pytest.raises(NotFound, match="put back"):
            journal.undo(redo=True)
        with pytest.raises(NotFound, match="no operation 7"):
            journal.undo(7)
    assert not path.exists()


def test_an_edit_is_taken_back_and_put_back(journal: Journal) -> None:
    """Fields, people, tags and quotes are as they were, down to when the reading was last changed."""
    journal.add(full())
    before = state(journal)
    edit(journal, 1, rating=1, authors=["V. Serge"], tags=["exile"], quotes=["the peace"], title="Mémoires", review="")
    after = state(journal)
    assert journal.undo().operation == 2
    assert state(journal) == before
    assert journal.undo(redo=True).operation == 2
    assert state(journal) == after
    assert commands(journal) == ["add", "edit", "undo 2", "redo 2"]
    is_sound(journal)


def test_a_deleted_reading_comes_again_with_its_quotes(journal: Journal) -> None:
    """Under its old number, with its uid, its book and everybody who made it."""
    journal.add(full())
    before = state(journal)
    journal.delete(1)
    journal.undo()
    assert state(journal) == before
    is_sound(journal)


def test_an_added_reading_goes_with_all_that_came_with_it(journal: Journal) -> None:
    """What others need stays, and goes with the last of them."""
    journal.add(make("Dune", **DUNE))
    first = state(journal)
    journal.add(make("Dune Messiah", **DUNE))
    journal.undo()
    assert state(journal) == first
    journal.undo(redo=True)
    journal.undo(1)
    assert [reading.book.title for reading in journal.readings()] == ["Dune Messiah"]
    assert journal.names("people") == ["Frank Herbert"]
    journal.undo(2)
    assert dump(Path(journal.path)) == []
    is_sound(journal)


def test_an_import_is_taken_back_whole(journal: Journal) -> None:
    """What it added goes, what it filled in is empty again; the next import brings it all once more."""
    journal.add(make("Dune", **DUNE))
    before = state(journal)
    bring(journal, "Dune", "Emma", "Emma", "Solaris", tags=["classic"], rating=4, review="good", pages=300)
    after = list(journal.readings())
    journal.undo()
    assert state(journal) == before
    bring(journal, "Dune", "Emma", "Emma", "Solaris", tags=["classic"], rating=4, review="good", pages=300)
    assert len(after) == len(list(journal.readings()))
    is_sound(journal)


def test_undo_again_and_again_walks_back_to_the_beginning(journal: Journal) -> None:
    """And redo forward, to the last."""
    journal.add(make("Dune", rating=3))
    edit(journal, 1, rating=4)
    edit(journal, 1, rating=5)
    assert [journal.undo().operation for _ in range(2)] == [3, 2]
    assert journal.get(1).rating == 3
    assert [journal.undo(redo=True).operation for _ in range(2)] == [2, 3]
    assert journal.get(1).rating == 5
    with pytest.raises(NotFound):
        journal.undo(redo=True)
    journal.undo()
    assert journal.get(1).rating == 4
    assert commands(journal)[3:] == ["undo 3", "undo 2", "redo 2", "redo 3", "undo 3"]


def test_an_operation_is_named_by_its_number(journal: Journal) -> None:
    """Others since are no hindrance where they have changed something else; what is taken back is so once."""
    journal.add(make("Dune"))
    edit(journal, 1, rating=4)
    edit(journal, 1, review="sand")
    assert journal.undo(2).operation == 2
    assert (journal.get(1).rating, journal.get(1).review) == (None, "sand")
    with pytest.raises(AlreadyExists, match="readlog undo --redo 2"):
        journal.undo(2)
    with pytest.raises(NotFound, match="3 is not taken back"):
        journal.undo(3, redo=True)
    journal.undo(2, redo=True)
    assert (journal.get(1).rating, journal.get(1).review) == (4, "sand")


def test_what_was_changed_later_is_named(journal: Journal) -> None:
    """Nothing is taken back then; with force all else is."""
    journal.add(make("Dune"))
    edit(journal, 1, rating=4, review="sand", tags=["a"])
    edit(journal, 1, rating=5)
    before = state(journal)
    with pytest.raises(ConflictingChange, match="by operation 3"):
        journal.undo(2)
    assert state(journal) == before
    undone = journal.undo(2, force=True)
    assert (undone.kept, undone.later) == (1, [3])
    now = journal.get(1)
    assert (now.rating, now.review, now.book.tags) == (5, None, ())
    is_sound(journal)


def test_a_reading_that_was_changed_later_is_not_taken_away(journal: Journal) -> None:
    """Of an import only what nobody has worked on goes, by force."""
    bring(journal, "Dune", "Emma", "Solaris", "Ubik")
    edit(journal, 1, review="my own words")
    edit(journal, 2, title="Emma, again")
    edit(journal, 3, quotes=["a line"])
    with pytest.raises(ConflictingChange, match="by operations 2, 3, 4"):
        journal.undo(1)
    assert journal.undo(1, force=True).later == [2, 3, 4]
    assert [reading.book.name for reading in journal.readings()] == ["Dune", "Emma, again", "Solaris"]
    is_sound(journal)


def test_a_change_that_came_to_nothing_is_no_hindrance(journal: Journal) -> None:
    """What counts is whether the field says something else now."""
    journal.add(make("Dune", rating=3))
    edit(journal, 1, rating=4)
    edit(journal, 1, rating=5)
    edit(journal, 1, rating=4)
    journal.undo(2)
    assert journal.get(1).rating == 3


def test_authors_are_taken_back_together_or_not_at_all(journal: Journal) -> None:
    """A book never gets the authors of two states."""
    journal.add(make("Dune", authors=["F. Herbert"]))
    edit(journal, 1, authors=["Frank Herbert"], rating=4)
    edit(journal, 1, authors=["Frank Patrick Herbert"])
    with pytest.raises(ConflictingChange):
        journal.undo(2)
    journal.undo(2, force=True)
    assert [person.name for person in journal.get(1).book.contributors] == ["Frank Patrick Herbert"]
    assert journal.get(1).rating is None
    is_sound(journal)


def test_a_name_that_came_again_meanwhile_is_the_same_name(journal: Journal) -> None:
    """An author who was gone, and was written down anew, is one author."""
    journal.add(make("Dune", **DUNE))
    journal.delete(1)
    journal.add(make("Soul Catcher", **DUNE))
    journal.undo(2)
    assert journal.names("people") == ["Frank Herbert"]
    assert journal.names("tags") == ["sand"]
    assert {reading.book.tags for reading in journal.readings()} == {("sand",)}
    is_sound(journal)


def test_a_reading_comes_again_with_a_book_that_went_later(journal: Journal) -> None:
    """The book is brought again too, with its people and tags."""
    journal.add(make("Dune", **DUNE, rating=3))
    journal.add(make("Dune", rating=4), again=True)
    journal.delete(1)
    journal.delete(2)
    journal.undo(3)
    assert journal.get(1).rating == 3
    assert (journal.get(1).book.tags, journal.get(1).book.contributors[0].name) == (("sand",), "Frank Herbert")
    journal.undo(4)
    assert journal.get(2).book == journal.get(1).book
    is_sound(journal)


def test_a_reading_that_is_back_by_another_way_is_not_brought_twice(journal: Journal) -> None:
    """Its uid is in the journal only once."""
    journal.add(full())
    kept = journal.get(1)
    journal.delete(1)
    journal.add(kept)
    with pytest.raises(ConflictingChange):
        journal.undo(2)
    assert len(list(journal.readings())) == 1


def test_what_another_tool_did_is_taken_back(journal: Journal) -> None:
    """It is in the log like everything else, a statement an operation."""
    journal.add(make("Dune", **DUNE))
    before = state(journal)
    with closing(open_for_writing(journal.path)) as connection:
        connection.execute("UPDATE people SET name = 'F. Herbert'")
        connection.execute("DELETE FROM tags")
    journal.undo()
    journal.undo()
    assert [row[:2] for row in state(journal)["people"]] == [row[:2] for row in before["people"]]
    assert state(journal)["book_tags"] == before["book_tags"]
    is_sound(journal)


def test_an_operation_tells_of_how_many_readings_it_is(journal: Journal) -> None:
    """Added, changed, deleted; also when it takes back."""
    journal.add(make("Dune"))
    bring(journal, "Dune", "Emma", "Solaris", rating=4)
    journal.undo()
    with closing(open_for_reading(journal.path)) as connection:
        figures = connection.execute("SELECT undoes, added, changed, deleted FROM operations").fetchall()
    assert figures == [(None, 1, 0, 0), (None, 2, 1, 0), (2, 0, 1, 2)]


BOOKS = st.sampled_from(["Dune", "Emma", "Solaris"])
FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "rating": st.sampled_from([3, 4, None]),
        "authors": st.sampled_from([["Ann"], ["Bob"], ["Ann", "Bob"], []]),
        "contributors": st.sampled_from([["Cid:translator"], []]),
        "tags": st.sampled_from([["a"], ["A", "b"], []]),
        "quotes": st.sampled_from([["one"], ["two", "one"], []]),
        "review": st.sampled_from(["good", "bad"]),
        "pages": st.sampled_from([300, 301]),
    },
)
ACTS = st.one_of(
    st.tuples(st.just("add"), BOOKS, FIELDS),
    st.tuples(st.just("again"), BOOKS, FIELDS),
    st.tuples(st.just("edit"), st.integers(0, 5), FIELDS),
    st.tuples(st.just("edit"), st.integers(0, 5), st.fixed_dictionaries({"title": BOOKS})),
    st.tuples(st.just("delete"), st.integers(0, 5), st.none()),
    st.tuples(st.just("merge"), st.integers(0, 5), st.integers(0, 5)),
    st.tuples(st.just("import"), st.lists(BOOKS, min_size=1, max_size=3), FIELDS),
    st.tuples(
        st.just("sql"),
        st.none(),
        st.sampled_from(
            [
                "UPDATE readings SET rating = 1",
                "DELETE FROM tags",
                "DELETE FROM books WHERE id = 1",
                "DELETE FROM people WHERE name = 'Ann'",
                "UPDATE people SET name = name || '!' WHERE id % 2",
                "UPDATE readings SET book_id = (SELECT min(id) FROM books)",
            ]
        ),
    ),
)
QUICK = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)


def do(journal: Journal, act: tuple[str, Any, Any]) -> None:
    """Do something; what cannot be done is left."""
    kind, what, how = act
    ids = ids_in(journal)
    if kind in ("edit", "delete", "merge") and not ids:
        return
    with suppress(ReadlogError):
        if kind in ("add", "again"):
            journal.add(make(what, **how), again=kind == "again", new_book=False)
        elif kind == "edit":
            journal.edit(ids[what % len(ids)], lambda now: replace_fields(now, how, TODAY))
        elif kind == "delete":
            journal.delete(ids[what % len(ids)])
        elif kind == "merge":
            journal.merge_books(ids[what % len(ids)], ids[how % len(ids)])
        elif kind == "import":
            bring(journal, *what, **how)
        else:
            with closing(open_for_writing(journal.path)) as connection:
                connection.execute(how)


@QUICK
@given(acts=st.lists(ACTS, min_size=1, max_size=7))
def test_whatever_was_done_is_taken_back_step_by_step_and_put_back(
    empty: Path, tmp_path: Path, acts: list[tuple[str, Any, Any]]
) -> None:
    """To the letter, and to the beginning."""
    copy(empty, tmp_path / "any.db")
    with Journal(str(tmp_path / "any.db")) as journal:
        states = [of_use(journal)]
        for act in acts:
            before = len(commands(journal))
            do(journal, act)
            if len(commands(journal)) > before:
                states.append(of_use(journal))
        forward = list(pairwise(states))
        for then, _ in reversed(forward):
            journal.undo()
            assert of_use(journal) == then
            with closing(open_for_writing(journal.path)) as connection:
                index_is_true(connection)
        for _, then in forward:
            journal.undo(redo=True)
            assert of_use(journal) == then
        is_sound(journal)


@QUICK
@given(acts=st.lists(ACTS, min_size=2, max_size=7), number=st.integers(1, 7), force=st.booleans())
def test_whatever_is_taken_back_out_of_turn_leaves_a_sound_journal(
    empty: Path, tmp_path: Path, acts: list[tuple[str, Any, Any]], number: int, force: bool
) -> None:
    """Or is refused, and then nothing has changed; what it took back can be put back."""
    copy(empty, tmp_path / "any.db")
    with Journal(str(tmp_path / "any.db")) as journal:
        for act in acts:
            do(journal, act)
        before = state(journal)
        try:
            journal.undo(number, force=force)
        except (ConflictingChange, NotFound):
            assert state(journal) == before
            return
        is_sound(journal)
        journal.undo(redo=True)
        after = state(journal)
        assert [row[:-1] for row in after["readings"]] == [row[:-1] for row in before["readings"]]
        assert {table: rows for table, rows in after.items() if table not in ("readings", "people", "tags")} == {
            table: rows for table, rows in before.items() if table not in ("readings", "people", "tags")
        }
        is_sound(journal)


def test_an_import_that_was_put_back_is_still_what_the_service_said(journal: Journal) -> None:
    """A later export of it may change what it had set; it is not taken for an edit of the reader."""
    row = make("Dune", rating=3, sources=["goodreads:1"])
    journal.import_rows(lambda: rows_of_file([row], "f.csv"), "goodreads")
    journal.undo()
    journal.undo(redo=True)
    report = journal.import_rows(
        lambda: rows_of_file([make("Dune", rating=4, sources=["goodreads:1"])], "f.csv"), "goodreads"
    )
    assert (report.conflicts, journal.get(1).rating) == ([], 4)


def test_a_change_of_an_import_that_was_put_back_is_its_own(journal: Journal) -> None:
    """Also where the reading was there before."""
    journal.add(make("Dune", sources=["goodreads:1"]))
    journal.import_rows(lambda: rows_of_file([make("Dune", rating=3, sources=["goodreads:1"])], "f.csv"), "goodreads")
    journal.undo()
    journal.undo(redo=True)
    report = journal.import_rows(
        lambda: rows_of_file([make("Dune", rating=4, sources=["goodreads:1"])], "f.csv"), "goodreads"
    )
    assert (report.conflicts, journal.get(1).rating) == ([], 4)


def test_what_another_tool_has_replaced_is_not_taken_for_its_own(journal: Journal) -> None:
    """An INSERT OR REPLACE deletes without a line in the log: the row was there before, and nobody knows how it was."""
    journal.add(full())
    with closing(open_for_writing(journal.path)) as connection:
        connection.execute("PRAGMA recursive_triggers = 0")
        connection.execute("INSERT OR REPLACE INTO books (id, uid, title) SELECT id, uid, 'Other' FROM books")
        assert list(journal.readings()) == [], "they went with the book"
        with pytest.raises(ConflictingChange, match="log does not tell"):
            journal.undo()
        journal.undo(force=True)
        [reading] = journal.readings()
        assert (reading.book.title, reading.review, len(reading.quotes)) == ("Other", full().review, len(full().quotes))
        is_sound(journal)


def test_what_has_gone_without_a_trace_does_not_come_again(journal: Journal) -> None:
    """An author that another tool has deleted past the triggers; the rest comes if one wants it."""
    journal.add(make("Dune", **DUNE))
    journal.delete(1)
    with closing(open_for_writing(journal.path)) as connection:
        connection.execute("DELETE FROM changes WHERE table_name = 'people' AND action = 'delete'")
    with pytest.raises(ConflictingChange, match="log does not tell"):
        journal.undo()
    journal.undo(force=True)
    assert [(reading.book.authors, reading.book.tags) for reading in journal.readings()] == [((), ("sand",))]
    is_sound(journal)


def test_numbers_that_another_tool_has_changed_are_no_traceback(journal: Journal) -> None:
    """What cannot be without the other is refused in words, and nothing is changed."""
    journal.add(full())
    edit(journal, 1, review="z")
    with closing(open_for_writing(journal.path)) as connection:
        connection.execute("PRAGMA foreign_keys = 0")
        connection.execute("UPDATE readings SET id = 100")
        connection.execute("UPDATE quotes SET reading_id = 100")
        connection.execute("PRAGMA foreign_keys = 1")
        before = state(journal)
        for number in (None, 3, 2, 1):
            with pytest.raises(ConflictingChange, match="cannot be taken back"):
                journal.undo(number)
        assert state(journal) == before
        assert [version.operation for version in journal.versions_of(100)] == [1, 2, 3, 4]


@pytest.mark.parametrize("before", ["NULL", "'[]'"])
def test_a_broken_line_of_the_log_is_no_traceback(journal: Journal, before: str) -> None:
    """What it says cannot be taken back; the history is told as far as it is known."""
    journal.add(make("Dune", **DUNE))
    edit(journal, 1, rating=4)
    with closing(open_for_writing(journal.path)) as connection:
        connection.execute(f"UPDATE changes SET before = {before} WHERE before IS NOT NULL")
    with pytest.raises(ConflictingChange, match="log does not tell"):
        journal.undo()
    assert [done.operation for done in journal.history().rows] == [2, 1]
    assert journal.versions_of(1)
    with pytest.raises(ConflictingChange, match="Name another one"):
        journal.undo(2, force=True)
    assert journal.get(1).rating == 4


@pytest.mark.usefixtures("state")
def test_an_operation_that_takes_back_itself_ends(journal: Journal) -> None:
    """A number that went wrong on the disk is no reason to look for ever."""
    journal.add(make("Dune"))
    journal.undo()
    with closing(open_for_writing(journal.path)) as connection:
        connection.execute("UPDATE operations SET undoes = 3 - id")
    for redo in (False, True):
        with suppress(NotFound, AlreadyExists):
            journal.undo(1, redo=redo)
    assert journal.check(str, fix=True).is_healthy
    with closing(open_for_reading(journal.path)) as connection:
        undoes = connection.execute("SELECT undoes FROM operations WHERE id < 3").fetchall()
    assert undoes == [(None,), (1,)]
