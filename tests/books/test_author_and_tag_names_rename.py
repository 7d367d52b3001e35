"""Tags and people named anew, and made one; and all of it taken back."""

import sqlite3
import unicodedata
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.given import make
from tests.made import make_empty
from tests.sql_rows import contents, found, index_is_true, open_file

from readlog.books.author_and_tag_names import merge_command
from readlog.books.results import NameKind
from readlog.core.domain_model import Book, Contributor, Reading
from readlog.core.errors import AlreadyExists, Ambiguous, BadInput, NotFound
from readlog.journal import Journal

LATER = "2027-01-01T00:00:00+00:00"


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Lets a year go by."""
    return lambda: monkeypatch.setenv("READLOG_NOW", LATER)


def by_another_tool(journal: Journal, script: str) -> None:
    """Write into the file as any SQLite tool can."""
    with closing(sqlite3.connect(journal.path)) as connection, connection:
        connection.executescript(script)


def there_and_back(journal: Journal, change: Callable[[], object]) -> None:
    """Make the change, and assert that it is one operation which undo takes back, and redo puts back, to the letter."""
    with open_file(journal) as connection:
        before = contents(connection)
    operations = len(list(journal.history().rows))
    change()
    with open_file(journal) as connection:
        after = contents(connection)
        index_is_true(connection)
    assert after != before
    assert len(list(journal.history().rows)) == operations + 1
    for redo, expected in ((False, before), (True, after), (False, before), (True, after)):
        journal.undo(redo=redo)
        with open_file(journal) as connection:
            assert contents(connection) == expected
            index_is_true(connection)
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def people(journal: Journal, id_: int) -> list[tuple[str, str]]:
    """Who made the book of a reading."""
    return [(person.name, person.role) for person in journal.get(id_).book.contributors]


def test_an_author_is_renamed_in_all_roles(
    journal: Journal, connection: sqlite3.Connection, later: Callable[[], None]
) -> None:
    """In every book, of which the readings are dated; search finds the new name, and how it is sorted stays."""
    journal.add(make("A", authors=["V. Serge"], contributors=["X:translator"]))
    journal.add(make("A", authors=["V. Serge"]), again=True)
    journal.add(make("B", authors=["X"], contributors=["V. Serge:translator", "V. Serge:editor"]))
    journal.add(make("C", authors=["X"]))
    by_another_tool(journal, "UPDATE people SET sort_name = 'serge' WHERE name = 'V. Serge'")
    later()
    there_and_back(journal, lambda: journal.rename(NameKind.AUTHORS, "V. Serge", "  Victor  Serge "))
    assert people(journal, 1) == [("Victor Serge", "author"), ("X", "translator")]
    assert people(journal, 3) == [("X", "author"), ("Victor Serge", "translator"), ("Victor Serge", "editor")]
    dated = [(journal.get(id_).updated_at or "") >= LATER[:4] for id_ in (1, 2, 3, 4)]
    assert dated == [True, True, True, False]
    assert found(connection, "victor") == {1, 2, 3}
    assert connection.execute("SELECT name, sort_name FROM people WHERE sort_name IS NOT NULL").fetchall() == [
        ("Victor Serge", "serge")
    ]


def test_a_tag_is_renamed_or_only_spelled_otherwise(journal: Journal) -> None:
    """Case alone is a change too, though the file takes both spellings for one."""
    journal.add(make("A", tags=["scifi", "good"]))
    there_and_back(journal, lambda: journal.rename(NameKind.TAGS, "SCIFI", "# science fiction"))
    assert journal.get(1).book.tags == ("good", "science fiction")
    for spelled in ("Science Fiction", "sciénce fiction"):
        there_and_back(journal, partial(journal.rename, NameKind.TAGS, "science fiction", spelled))
        assert journal.get(1).book.tags == ("good", spelled)
    assert journal.list('tag:"Science Fiction"').total == 1


def test_what_a_renaming_tells(journal: Journal, connection: sqlite3.Connection) -> None:
    """What was called so, what it is called now, and on how many books; nothing, where that is its name."""
    for title in "AB":
        journal.add(make(title, authors=["Garcia"], tags=["x"]))
    assert journal.rename(NameKind.AUTHORS, "garcia", "García") == (("Garcia",), "García", 2, 0)
    rows = contents(connection)
    assert journal.rename(NameKind.AUTHORS, "garcia", "García") is None
    assert journal.rename(NameKind.TAGS, "x", "x") is None
    assert contents(connection) == rows
    assert next(iter(journal.history().rows)).command == "authors rename"


def test_a_name_that_is_there_is_not_given_twice(journal: Journal, connection: sqlite3.Connection) -> None:
    """The two would be one from then on: that is a merge, which is named. People may differ by an accent."""
    journal.add(make("A", authors=["V. Serge", "Victor Serge"], tags=["café", "sf"]))
    rows = contents(connection)
    with pytest.raises(AlreadyExists, match=r"readlog authors merge 'V. Serge' 'Victor Serge'$"):
        journal.rename(NameKind.AUTHORS, "v. serge", "Victor Serge")
    with pytest.raises(AlreadyExists, match=r'There is "café" already. .*: readlog tags merge sf \'café\'$'):
        journal.rename(NameKind.TAGS, "sf", "CAFE")
    assert contents(connection) == rows
    journal.rename(NameKind.AUTHORS, "V. Serge", "Víctor Serge")
    assert people(journal, 1) == [("Víctor Serge", "author"), ("Victor Serge", "author")]


@pytest.mark.parametrize(
    ("kind", "new"), [(NameKind.TAGS, " "), (NameKind.TAGS, "#"), (NameKind.TAGS, "a, b"), (NameKind.AUTHORS, ""), (NameKind.AUTHORS, "A; B")]
)  # fmt: skip
def test_what_is_no_single_name_is_refused(journal: Journal, kind: NameKind, new: str) -> None:
    """Nothing, and what would be two names wherever else it is typed."""
    journal.add(make("A", authors=["X"], tags=["X"]))
    with pytest.raises(BadInput):
        journal.rename(kind, "X", new)


def test_a_name_that_is_not_there_is_told_with_those_that_are_near(journal: Journal, path: Path) -> None:
    """Those that have it among their words, or as the beginning of one, then those of nearly the same letters; nothing is guessed and done."""
    journal.add(make("A", authors=["Victor Serge", "Ada Serge", "Sergei Dovlatov", "Homer"], tags=["memoir"]))
    for named, said in {
        "serge": "Did you mean: Ada Serge · Victor Serge · Sergei Dovlatov",
        "Homre": "Did you mean: Homer",
        "Nobody": "See them all with: readlog authors",
        "": "See them all with: readlog authors",
    }.items():
        with pytest.raises(NotFound) as refused:
            journal.rename(NameKind.AUTHORS, named, "X")
        assert str(refused.value) == f'There is no author "{named}". {said}'
    with pytest.raises(NotFound, match="Did you mean: memoir"):
        journal.merge_names(NameKind.TAGS, ["memoirs", "memoir"])
    with Journal(f"{path}-none") as none, pytest.raises(NotFound):
        none.merge_names(NameKind.TAGS, ["a", "b"])
    assert not Path(f"{path}-none").exists()


def test_names_match_to_the_letter_first(journal: Journal) -> None:
    """Then without case and accents, where that is only one: else the candidates are named."""
    journal.add(make("A", authors=["García", "Garcia", "Ünal"]))
    journal.rename(NameKind.AUTHORS, "Garcia", "Garcia Lorca")
    assert people(journal, 1)[:2] == [("García", "author"), ("Garcia Lorca", "author")]
    journal.undo()
    with pytest.raises(Ambiguous, match=r'"GARCIA" can be one of these authors: Garcia · García\. Write it to'):
        journal.rename(NameKind.AUTHORS, "GARCIA", "X")
    journal.rename(NameKind.AUTHORS, "unal", "Ünal Y")
    assert people(journal, 1)[2] == ("Ünal Y", "author")
    by_another_tool(journal, "UPDATE people SET name = 'a' || char(27) || ' b' WHERE name = 'Garcia'")
    journal.rename(NameKind.AUTHORS, "a\x1b b", "Ab")
    assert people(journal, 1)[1] == ("Ab", "author")


def test_an_accent_may_be_typed_apart_from_its_letter(journal: Journal) -> None:
    """As some keyboards and files have it: it is the same name."""
    for title, author in (("A", "Garcia"), ("B", "García")):
        journal.add(make(title, authors=[author]))
    journal.rename("authors", unicodedata.normalize("NFD", "García"), "García Márquez")
    assert [reading.book.authors for reading in journal.readings()] == [("Garcia",), ("García Márquez",)]


def test_authors_become_the_last_one(
    journal: Journal, connection: sqlite3.Connection, later: Callable[[], None]
) -> None:
    """Whoever stood first keeps that place; roles are not mixed, and of one role nobody stands twice."""
    journal.add(make("A", authors=["Garcia", "X", "García"]))
    journal.add(make("B", authors=["García", "X", "Garcia"], contributors=["Garcia:translator"]))
    journal.add(make("C", authors=["Garcia", "X", "G. Garcia"]))
    journal.add(make("D", authors=["García"]))
    by_another_tool(
        journal,
        "UPDATE people SET sort_name = 'stays' WHERE name = 'García'; UPDATE people SET sort_name = 'goes' WHERE name = 'Garcia'",
    )
    later()
    there_and_back(
        journal, lambda: journal.merge_names(NameKind.AUTHORS, ["Garcia", "G. Garcia", "García", "Garcia", "García"])
    )
    assert people(journal, 1) == people(journal, 3) == [("García", "author"), ("X", "author")]
    assert people(journal, 2) == [("García", "author"), ("X", "author"), ("García", "translator")]
    assert [(journal.get(id_).updated_at or "") >= LATER[:4] for id_ in (1, 2, 3, 4)] == [True, True, True, False]
    assert journal.names("people") == ["García", "X"]
    assert connection.execute("SELECT sort_name FROM people WHERE name = 'García'").fetchone() == ("stays",)
    assert found(connection, "contributors:garcia") == {1, 2, 3, 4}


def test_tags_become_the_last_one(journal: Journal) -> None:
    """Also on books that had both."""
    journal.add(make("A", tags=["sf", "scifi", "science fiction"]))
    journal.add(make("B", tags=["sf", "scifi"]))
    journal.add(make("C", tags=["science fiction"]))
    there_and_back(journal, lambda: journal.merge_names(NameKind.TAGS, ["SF", "scifi", "Science Fiction"]))
    assert [journal.get(id_).book.tags for id_ in (1, 2, 3)] == [("science fiction",)] * 3
    journal.undo()
    told = journal.merge_names(NameKind.TAGS, ["sf", "scifi", "science fiction"])
    assert told == (("sf", "scifi"), "science fiction", 2, 0)


def test_twins_of_another_tool_can_be_merged(journal: Journal) -> None:
    """Tags that differ in an accent, which readlog itself takes for one."""
    journal.add(make("A", tags=["été"]))
    by_another_tool(
        journal, "INSERT INTO tags (name) VALUES ('Été'); INSERT INTO book_tags (book_id, tag_id) VALUES (1, 2)"
    )
    there_and_back(journal, lambda: journal.merge_names(NameKind.TAGS, ["été", "Été"]))
    assert journal.get(1).book.tags == ("Été",)


def test_one_name_is_nothing_to_merge(journal: Journal) -> None:
    """However often it is said."""
    journal.add(make("A", tags=["sf"]))
    for names in (["sf"], ["sf", "SF"]):
        with pytest.raises(BadInput, match="name two or more that differ; .* readlog tags rename OLD NEW"):
            journal.merge_names(NameKind.TAGS, names)


def test_books_that_look_like_one_are_told_of(journal: Journal, state: Path) -> None:
    """Titles that stand twice under the name now; they stay two books, and the doctor finds them."""
    journal.add(make("Poems", authors=["Garcia"]))
    journal.add(make("poems", authors=["García"]), new_book=True)
    journal.add(make("Poems", authors=["García"]), new_book=True)
    journal.add(make("Other", authors=["García"]))
    journal.add(make("Other", authors=["García"]), new_book=True)
    assert journal.merge_names(NameKind.AUTHORS, ["Garcia", "García"]).duplicate_titles == 1
    assert journal.counts().books == 5
    pairs = [each.ids for each in journal.check(lambda label: None).findings if each.where == "books"]
    assert (1, 2) in pairs


def test_what_the_doctor_names_does_it(journal: Journal, state: Path) -> None:
    """The two names of one person are one when it was typed, and nothing is left to remark."""
    journal.add(make("A", authors=["Gabriel García"], finished="2010"))
    journal.add(make("B", authors=["Gabriel Garcia", "Flann O'Brien"], finished="2011"))
    (command,) = [each.command for each in journal.check(lambda label: None).findings if each.where == "authors"]
    assert command == "readlog authors merge 'Gabriel Garcia' 'Gabriel García'"
    journal.merge_names(NameKind.AUTHORS, ["Gabriel Garcia", "Gabriel García"])
    assert not [each for each in journal.check(lambda label: None).findings if each.where == "authors"]
    assert merge_command(NameKind.AUTHORS, "-X", "O'Brien") == "readlog authors merge -- -X 'O'\"'\"'Brien'"


def test_what_came_between_is_not_undone_blindly(journal: Journal) -> None:
    """A later change of the same names stays, or is taken back first."""
    journal.add(make("A", tags=["a", "b"]))
    journal.merge_names(NameKind.TAGS, ["a", "b"])
    journal.rename(NameKind.TAGS, "b", "c")
    journal.undo()
    journal.undo()
    assert journal.get(1).book.tags == ("a", "b")


def test_two_terminals_rename_one_after_the_other(journal: Journal, path: Path) -> None:
    """Whoever comes second looks again when it is their turn: the name is not there any more, and nothing is lost."""
    journal.add(make("A", tags=["a"]))
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        raised: list[BaseException] = []

        def second() -> None:
            try:
                with Journal(str(path)) as mine:
                    mine.rename(NameKind.TAGS, "a", "b")
            except NotFound as error:
                raised.append(error)

        waiting = Thread(target=second)
        waiting.start()
        waiting.join(0.3)
        other.execute("UPDATE tags SET name = 'z' WHERE name = 'a'")
        other.execute("COMMIT")
        waiting.join()
    assert [str(error) for error in raised] == ['There is no tag "a". See them all with: readlog tags']
    assert journal.get(1).book.tags == ("z",)


_NAMES = st.sampled_from(["A", "a", "á", "B", "C"])
_PEOPLE = st.lists(st.builds(Contributor, _NAMES, st.sampled_from(["author", "translator"])), max_size=5, unique=True)


@settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
@given(books=st.lists(_PEOPLE, min_size=1, max_size=3), names=st.lists(_NAMES, min_size=2, max_size=4))
def test_any_merge_is_what_it_would_be_by_hand(
    tmp_path_factory: pytest.TempPathFactory, books: list[list[Contributor]], names: list[str]
) -> None:
    """Each name replaced by the last one, each person once in each role, where it first stands; and back again."""
    path = tmp_path_factory.mktemp("merge") / "journal.db"
    make_empty(path)
    with Journal(str(path)) as journal:
        for number, people in enumerate(books):
            in_order = tuple(sorted(people, key=lambda person: person.role))
            journal.add(Reading(Book(f"Book {number}", contributors=in_order)), new_book=True)
        there = set(journal.names("people"))
        if not {*names} <= there or len({*names}) < 2:
            return
        by_hand = [
            tuple(dict.fromkeys(Contributor(names[-1] if p.name in names else p.name, p.role) for p in reading.book.contributors))
            for reading in journal.readings()
        ]  # fmt: skip
        there_and_back(journal, lambda: journal.merge_names(NameKind.AUTHORS, names))
        assert [reading.book.contributors for reading in journal.readings()] == by_hand
        assert {*journal.names("people")} == (there - {*names}) | {names[-1]}
