import os
import random
import sqlite3
from contextlib import closing
from pathlib import Path
from shutil import copy

import pytest
from tests.library import fill
from tests.sql_rows import contents, index_is_true

from readlog.core.errors import AlreadyExists, JournalUnusable
from readlog.doctor.results import Salvage, SavedTable
from readlog.doctor.salvage.btree import BTreeReader
from readlog.doctor.salvage.salvage import salvage
from readlog.journal import Journal
from readlog.storage.integrity import find_problems

PAGE = 4096


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A journal of 12 readings and 300 more, in which something was edited and deleted."""
    path = tmp_path_factory.mktemp("whole") / "journal.db"
    os.environ["READLOG_NOW"] = "2026-11-22T12:00:00+00:00"
    fill(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE operations SET running = 1 WHERE id = (SELECT max(id) FROM operations)")
        for number in range(300):
            connection.execute("INSERT INTO books (title, publisher) VALUES (?, 'House')", (f"Book {number}",))
            book = connection.execute("SELECT max(id) FROM books").fetchone()[0]
            connection.execute("INSERT INTO contributions (book_id, person_id) VALUES (?, 1)", (book,))
            review = f"Review {number} " + "words and more words " * (number % 40)
            connection.execute(
                "INSERT INTO readings (book_id, finished, rating, review) VALUES (?, '2012', 4, ?)", (book, review)
            )
            connection.execute(
                "INSERT INTO quotes (reading_id, text) SELECT max(id), ? FROM readings", (f"Quote {number}",)
            )
        connection.execute("UPDATE operations SET running = 0")
    with Journal(str(path)) as journal:
        journal.delete(40)
    return path


@pytest.fixture
def damaged(whole: Path, tmp_path: Path) -> Path:
    """A copy of it, to be damaged."""
    return Path(copy(whole, tmp_path / "damaged.db"))


def zero(path: Path, *pages: int) -> None:
    """Fill pages with zeros."""
    data = bytearray(path.read_bytes())
    for page in pages:
        data[(page - 1) * PAGE : page * PAGE] = bytes(PAGE)
    path.write_bytes(data)


def pages_of(path: Path, table: str) -> tuple[int, list[int]]:
    """The first page of a table, and those that it leads to."""
    with path.open("rb") as file:
        pages = BTreeReader(file)
        root = {row.values[1]: int(str(row.values[3])) for row in pages.read_rows(1)}[table]
        return root, list(pages.child_pages(root, pages.read_page(root)))


def saved(path: Path, new: Path) -> tuple[Salvage, dict[str, SavedTable]]:
    """Salvage what there is, and see that the damaged file was not touched, and that the new one is whole and private."""
    before = path.read_bytes()
    account = salvage(str(path), str(new))
    assert path.read_bytes() == before
    assert new.stat().st_mode & 0o777 == 0o600
    assert not [each for each in new.parent.iterdir() if each.name.startswith(".readlog-")]
    with closing(sqlite3.connect(new, isolation_level=None)) as connection:
        assert find_problems(connection) == []
        index_is_true(connection)
    with Journal(str(new)) as journal:
        assert len(list(journal.readings())) == journal.list().total
    return account, {each.table: each for each in account.tables}


def rows(path: Path) -> dict[str, dict[int, tuple[object, ...]]]:
    """Every row, by table and number."""
    with closing(sqlite3.connect(path)) as connection:
        return {table: {int(row[0]): row for row in found} for table, found in contents(connection).items()}


def test_a_whole_journal_is_saved_whole(whole: Path, tmp_path: Path) -> None:
    """Every row of every table as it was, and no number is given again."""
    account, _ = saved(whole, tmp_path / "new.db")
    assert account.unreadable == 0
    assert rows(tmp_path / "new.db") == rows(whole)
    assert not any(each.lost or each.pieced or each.blank or each.cut for each in account.tables)
    with closing(sqlite3.connect(whole)) as old, closing(sqlite3.connect(tmp_path / "new.db")) as new:
        for query in (
            "SELECT * FROM operations",
            "SELECT * FROM changes",
            "SELECT * FROM sqlite_sequence ORDER BY name",
        ):
            assert new.execute(query).fetchall() == old.execute(query).fetchall()


@pytest.mark.parametrize("table", ["readings", "books", "changes", "quotes"])
def test_rows_are_found_without_the_way_to_them(damaged: Path, whole: Path, tmp_path: Path, table: str) -> None:
    """A page that only led to others takes nothing with it, and what was deleted stays deleted."""
    root, children = pages_of(damaged, table)
    assert children
    zero(damaged, root)
    _, tables = saved(damaged, tmp_path / "new.db")
    assert rows(tmp_path / "new.db") == rows(whole)
    assert tables[table].lost == ()


@pytest.mark.parametrize("other", ["books", "readings"])
def test_a_page_in_the_place_of_another_one_is_noticed(damaged: Path, whole: Path, tmp_path: Path, other: str) -> None:
    """What stood there is had from indexes and log, with its status and its number, and nothing is made up for it."""
    page, written = pages_of(damaged, "readings")[1][2], pages_of(damaged, other)[1][-1]
    data = bytearray(damaged.read_bytes())
    data[(page - 1) * PAGE : page * PAGE] = data[(written - 1) * PAGE : written * PAGE]
    damaged.write_bytes(data)
    _, tables = saved(damaged, tmp_path / "new.db")
    assert tables["readings"].pieced
    before, after = rows(whole)["readings"], rows(tmp_path / "new.db")["readings"]
    assert before.keys() == after.keys()
    for id_ in tables["readings"].pieced:
        assert after[id_] == before[id_]


@pytest.mark.parametrize("page", [0, 2])
def test_lost_readings_are_pieced_together(damaged: Path, whole: Path, tmp_path: Path, page: int) -> None:
    """All that says something is in an index, too, and the words in the search index; nothing is lost with a page.

    A remark made while reading, which stands there behind the private note, does not become a part of it.
    """
    zero(damaged, pages_of(damaged, "readings")[1][page])
    _, tables = saved(damaged, tmp_path / "new.db")
    then, now = rows(whole)["readings"], rows(tmp_path / "new.db")["readings"]
    assert len(tables["readings"].pieced) > 3
    assert tables["readings"].lost == ()
    assert now == then


def test_lost_books_get_their_titles_back(damaged: Path, whole: Path, tmp_path: Path) -> None:
    """And all the rest: indexes have it, too."""
    zero(damaged, pages_of(damaged, "books")[1][0])
    _, tables = saved(damaged, tmp_path / "new.db")
    then, now = rows(whole)["books"], rows(tmp_path / "new.db")["books"]
    assert tables["books"].pieced
    assert now == then


def test_lost_quotes_get_their_words_back(damaged: Path, whole: Path, tmp_path: Path) -> None:
    """From the search index, which has them too."""
    zero(damaged, pages_of(damaged, "quotes")[1][1])
    _, tables = saved(damaged, tmp_path / "new.db")
    then, now = rows(whole)["quotes"], rows(tmp_path / "new.db")["quotes"]
    assert tables["quotes"].pieced
    assert {id_: row[1:5] for id_, row in now.items()} == {id_: row[1:5] for id_, row in then.items()}


def test_what_is_lost_is_said(damaged: Path, whole: Path, tmp_path: Path) -> None:
    """A file cut in half: every row that is not in the new journal is counted, by its number."""
    damaged.write_bytes(damaged.read_bytes()[: damaged.stat().st_size // 2])
    account, tables = saved(damaged, tmp_path / "new.db")
    then, now = rows(whole), rows(tmp_path / "new.db")
    for table in then:
        assert then[table].keys() - now[table].keys() <= set(tables[table].lost)
        assert set(tables[table].lost).isdisjoint(now[table])
    assert account.unreadable > 0
    assert len(now["readings"]) > 100


@pytest.mark.parametrize("end", [100, PAGE])
def test_rows_are_known_by_their_looks(damaged: Path, whole: Path, tmp_path: Path, end: int) -> None:
    """Without the header of the file, and without the list of its tables."""
    damaged.write_bytes(bytes(end) + damaged.read_bytes()[end:])
    saved(damaged, tmp_path / "new.db")
    assert rows(tmp_path / "new.db") == rows(whole)


def test_a_value_that_breaks_a_rule_is_left_out(damaged: Path, tmp_path: Path) -> None:
    """The rest of the row is kept, and the value is named."""
    with closing(sqlite3.connect(damaged)) as connection, connection:
        connection.execute("PRAGMA ignore_check_constraints = 1")
        connection.execute("UPDATE readings SET finished = '9999-99-99', rating = 77 WHERE id = 100")
    _, tables = saved(damaged, tmp_path / "new.db")
    assert set(tables["readings"].blank) == {(100, "finished"), (100, "rating")}
    assert rows(tmp_path / "new.db")["readings"][100][8] is not None


def test_broken_letters_are_had_from_the_index(damaged: Path, tmp_path: Path) -> None:
    """Each text from its own place there; what another tool has written with control characters stays as it is."""
    with closing(sqlite3.connect(damaged)) as connection, connection:
        connection.execute("UPDATE readings SET review = 'a xyzzy b', private_note = 'mine' WHERE id = 50")
        connection.execute("UPDATE readings SET review = 'x\x1b[1m', private_note = 'y\x07' WHERE id = 51")
        connection.execute("INSERT INTO quotes (reading_id, text) VALUES (50, 'said'), (51, 'too')")
    page = next(page for page in pages_of(damaged, "readings")[1] if _has(damaged, page, b"xyzzy"))
    data = bytearray(damaged.read_bytes())
    place = data.index(b"xyzzy", (page - 1) * PAGE)
    data[place : place + 2] = b"\xff\xfe"
    damaged.write_bytes(data)
    saved(damaged, tmp_path / "new.db")
    with Journal(str(tmp_path / "new.db")) as journal:
        assert [(each.review, each.private_note) for each in map(journal.get, (50, 51))] == [
            ("a xyzzy b", "mine"), ("x\x1b[1m", "y\x07"),
        ]  # fmt: skip


def test_what_other_tools_have_added_is_told_of(damaged: Path, tmp_path: Path) -> None:
    """It is not in the new journal, and whoever puts that in place of the old one knows it before."""
    with closing(sqlite3.connect(damaged)) as connection, connection:
        connection.execute("CREATE TABLE shelves AS SELECT 7 AS n")
        connection.execute("ALTER TABLE readings ADD COLUMN mood TEXT")
        connection.execute("UPDATE readings SET mood = 'glad' WHERE id = 50")
    account, _ = saved(damaged, tmp_path / "new.db")
    assert account.notes == [
        "Tables of other tools are not in the new journal: shelves.",
        "Columns of other tools are not in the new journal: in readings.",
    ]


def _has(path: Path, page: int, words: bytes) -> bool:
    return words in path.read_bytes()[(page - 1) * PAGE : page * PAGE]


def test_an_interrupted_command_is_taken_back_first(damaged: Path, whole: Path, tmp_path: Path) -> None:
    """In a copy: neither the file nor what lies beside it is touched."""
    connection = sqlite3.connect(damaged, isolation_level=None)
    connection.execute("PRAGMA cache_size = 1")
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("UPDATE readings SET review = 'half done ' || review")
    copy(damaged, tmp_path / "hot.db")
    copy(f"{damaged}-journal", tmp_path / "hot.db-journal")
    connection.close()
    beside = (tmp_path / "hot.db-journal").read_bytes()
    saved(tmp_path / "hot.db", tmp_path / "new.db")
    assert rows(tmp_path / "new.db") == rows(whole)
    assert (tmp_path / "hot.db-journal").read_bytes() == beside


def test_nothing_is_written_over_and_nothing_is_made_of_nothing(whole: Path, tmp_path: Path) -> None:
    """A file that is there stays, and where no row can be read no journal is made."""
    (tmp_path / "there").write_text("mine")
    with pytest.raises(AlreadyExists):
        salvage(str(whole), str(tmp_path / "there"))
    assert (tmp_path / "there").read_text() == "mine"
    for content in (b"", b"no journal at all" * 1000):
        (tmp_path / "nothing").write_bytes(content)
        with pytest.raises(JournalUnusable):
            salvage(str(tmp_path / "nothing"), str(tmp_path / "new.db"))
        assert not (tmp_path / "new.db").exists()


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_damaged_no_more_is_lost_than_is_said(whole: Path, tmp_path: Path, seed: int) -> None:
    """Pages at random, zeroed or full of rubbish: the new journal is whole, and its losses are told."""
    chance = random.Random(seed)
    data = bytearray(whole.read_bytes())
    for _ in range(3):
        at = chance.randrange(len(data) // PAGE) * PAGE
        data[at : at + PAGE] = bytes(PAGE) if seed % 2 else chance.randbytes(PAGE)
    (tmp_path / "damaged.db").write_bytes(data)
    _, tables = saved(tmp_path / "damaged.db", tmp_path / "new.db")
    then, now = rows(whole), rows(tmp_path / "new.db")
    for table in then:
        assert then[table].keys() - now[table].keys() <= set(tables[table].lost)
