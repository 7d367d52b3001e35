import shlex
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from shutil import which

import pytest
from tests.given import make
from tests.process import READLOG, Program
from tests.storage.test_atomic_files_write import posix

from readlog.journal import Journal

Found = list[tuple[str, tuple[int, ...], str | None]]


@pytest.fixture
def told(journal: Journal, state: Path) -> Callable[..., Found]:
    """Adds readings, each as a title and its fields, and tells what the doctor remarks of the record."""

    def tell(*readings: tuple[str, dict[str, object]]) -> Found:
        for title, fields in readings:
            journal.add(make(title, **fields), new_book=True)
        checkup = journal.check(lambda label: None)
        assert checkup.is_healthy
        return [(each.where, each.ids, each.command) for each in checkup.findings if each.part == "record"]

    return tell


def test_dates_that_cannot_be(told: Callable[..., Found]) -> None:
    """Finished before it was started, whatever it can mean; and what is still to come. What may be is let be."""
    assert told(
        ("A", {"started": "2013-02", "finished": "2012"}),
        ("B", {"started": "2012-05", "finished": "2012"}),
        ("C", {"finished": "2030-01"}),
        ("D", {"status": "reading", "started": "2026-11-23"}),
        ("E", {"finished": "2026"}),
    ) == [
        ("dates", (1,), "readlog edit 1 --started DATE --finished DATE"),
        ("future", (3,), "readlog edit 3 --finished DATE"),
        ("future", (4,), "readlog edit 4 --started DATE"),
    ]


def heap(day: str, known: str) -> str:
    """What makes the date of each of a heap what is known of it."""
    return (
        f"readlog list finished:{day} | awk -F'\\t' '$4 == \"{day}\" {{ print $1 }}' | "
        f"xargs -n1 readlog edit --finished {known}"
    )


def test_dates_by_the_heap(told: Callable[..., Found]) -> None:
    """Five on a 1 January or on the day they were written down, ten on any other day."""
    four = [(f"Few {number}", {"finished": "2008-01-01"}) for number in range(4)]
    new_year = [(f"New {number}", {"finished": "2009-01-01"}) for number in range(5)]
    at_once = [(f"Once {number}", {"finished": "2026-11-22"}) for number in range(5)]
    nine = [(f"Nine {number}", {"finished": "2010-05-05"}) for number in range(9)]
    ten = [(f"Ten {number}", {"finished": "2011-05-05"}) for number in range(10)]
    assert told(*four, *new_year, *at_once, *nine, *ten) == [
        ("heap", (5, 6, 7, 8, 9), heap("2009-01-01", "2009")),
        ("heap", tuple(range(24, 34)), heap("2011-05-05", "none")),
        ("heap", (10, 11, 12, 13, 14), heap("2026-11-22", "none")),
    ]


@posix
@pytest.mark.skipif(not (which("awk") and which("xargs")), reason="there is no awk here")
def test_a_crowded_day_is_repaired_by_a_line_of_shell(
    told: Callable[..., Found], journal: Journal, program: Program
) -> None:
    """All of it, and nothing that is known otherwise: what was finished in that month, or about that day."""
    others = {"month": "2009-01", "about": "~2009-01-01", "next": "2009-01-02"}
    ((_, _, command),) = told(
        *((f"New {number}", {"finished": "2009-01-01"}) for number in range(5)),
        *((title, {"finished": when}) for title, when in others.items()),
    )
    line = (command or "").replace("readlog", shlex.join(READLOG))
    subprocess.run(["sh", "-c", line], env=program.environment(), check=True, capture_output=True)
    found = [reading.finished.edtf for id_ in range(1, 9) if (reading := journal.get(id_)).finished]
    assert found == [*["2009"] * 5, "2009-01", "2009-01-01~", "2009-01-02"]


def test_books_that_may_be_one(told: Callable[..., Found]) -> None:
    """By title and author, by ISBN, or where one of them has no author; a reading that says nothing can go."""
    assert told(
        ("Dune", {"authors": ["Frank Herbert"], "finished": "2012"}),
        ("Dune", {"status": "to-read"}),
        ("Otoño", {"authors": ["Ana Ruiz"], "finished": "2010", "review": "x"}),
        ("Otoño: novela", {"authors": ["Ana Ruiz"], "finished": "2011", "review": "y"}),
        ("Poems", {"authors": ["John Donne"]}),
        ("Poems", {"authors": ["Emily Dickinson"]}),
        ("Nana", {"authors": ["Émile Zola"], "finished": "2010"}),
        ("Nana", {"status": "to-read", "progress": [{"at": None, "date": None, "remark": "Anna said so."}]}),
    ) == [
        ("books", (1, 2), "readlog delete 2"),
        ("books", (3, 4), "readlog merge 4 3"),
        ("books", (7, 8), "readlog merge 8 7"),
    ]


def test_authors_that_may_be_one(told: Callable[..., Found]) -> None:
    """By accents, order and initials; the command keeps the better spelling."""
    assert told(
        ("A", {"authors": ["Gabriel García"], "finished": "2010"}),
        ("B", {"authors": ["Gabriel Garcia", "Flann O'Brien"], "finished": "2011"}),
        ("C", {"authors": ["Serge, Victor"], "finished": "2011"}),
        ("D", {"authors": ["Victor Serge"], "finished": "2011"}),
        ("E", {"authors": ["V. Serge"], "finished": "2011"}),
        ("F", {"authors": ["Ada Serge"], "finished": "2011"}),
    ) == [
        ("authors", (2,), "readlog authors merge 'Gabriel Garcia' 'Gabriel García'"),
        ("authors", (3,), "readlog authors merge 'Serge, Victor' 'Victor Serge'"),
        ("authors", (5,), "readlog authors merge 'V. Serge' 'Victor Serge'"),
    ]


def test_texts_that_another_tool_wrote(journal: Journal, path: Path, state: Path) -> None:
    """Control characters are remarked upon; what is no text at all, and a time that is none, is damage."""
    journal.add(make("A", authors=["B"], publisher="C"))
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE books SET publisher = 'C' || char(27) || '[31m'")
    (remark,) = journal.check(lambda label: None).findings
    assert (remark.level, remark.what, remark.command) == (
        "remark",
        "1: publisher (books 1) has control characters.",
        "readlog edit 1",
    )
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE books SET publisher = CAST(x'41ff' AS TEXT)")
        connection.execute("UPDATE readings SET created_at = 'never'")
    found = [each for each in journal.check(lambda label: None).findings if each.level == "damage"]
    assert [(each.where, each.command) for each in found] == [
        ("text", "readlog doctor --salvage NEW"),
        ("times", "readlog doctor --salvage NEW"),
    ]
    new = str(path.with_name("new.db"))
    journal.salvage(new)
    with Journal(new) as saved:
        assert saved.check(lambda label: None).findings == []
