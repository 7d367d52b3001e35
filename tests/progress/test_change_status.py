"""What each command does to a reading in each status, and which reading it refers to."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.full_reading import dump, full
from tests.given import TODAY, make
from tests.sql_rows import index_is_true

from readlog.core.domain_model import ProgressNote, Reading
from readlog.core.errors import AlreadyExists, Ambiguous, BadField, BadInput, DidYouMean, NotFound
from readlog.core.partial_date import PartialDate
from readlog.core.reading_record import from_record, to_record
from readlog.core.status import STATUSES
from readlog.journal import Journal
from readlog.progress.results import StatusChange, StatusChangeRequest

TODAYS = PartialDate.from_date(TODAY)
COMMANDS = ("want", "start", "at", "pause", "finish", "abandon")


def change_status(
    journal: Journal,
    command: str,
    words: str,
    on: PartialDate | None = TODAYS,
    note: ProgressNote | None = None,
    new_book: bool = False,
    on_top: bool = False,
    **fields: Any,
) -> StatusChange:
    """Change the status as the command would with these options."""
    if command == "at" and not note:
        note = ProgressNote("133", TODAYS)
    reading = make(words, **fields)
    return journal.change_status(
        command, StatusChangeRequest(words, reading, frozenset(fields), on, on != TODAYS, note, new_book, on_top)
    )


def row(path: Path, id_: int) -> tuple[object, ...]:
    """The reading as it stands in the file."""
    with closing(sqlite3.connect(path)) as connection:
        found: tuple[object, ...] = connection.execute("SELECT * FROM readings WHERE id = ?", (id_,)).fetchone()
        return found


BECOMES = {
    "want": {"finished": "again", "abandoned": "again"},
    "start": {"to-read": "reading", "paused": "reading", "finished": "again", "abandoned": "again"},
    "at": {"reading": "reading", "paused": "reading"},
    "pause": {"reading": "paused"},
    "finish": {"to-read": "finished", "reading": "finished", "paused": "finished"},
    "abandon": {"to-read": "abandoned", "reading": "abandoned", "paused": "abandoned"},
}
"""The status that a command gives a reading, by its present status; combinations not listed are rejected."""


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("status", STATUSES)
def test_a_command_accepts_some_statuses(journal: Journal, path: Path, command: str, status: str) -> None:
    """It changes a reading that can go on, begins another one of a book that is done, and refuses what is so already."""
    journal.add(make("Dune", status=status, started="2012"))
    before, rows = row(path, 1), dump(path)
    becomes = BECOMES[command].get(status)
    if becomes is None:
        with pytest.raises(AlreadyExists) as refused:
            change_status(journal, command, "dune")
        assert refused.value.ids == (1,)
        assert dump(path) == rows
    elif becomes == "again":
        done = change_status(journal, command, "dune")
        assert (done.reading.id, done.reading.status) == (2, {"want": "to-read", "start": "reading"}[command])
        assert row(path, 1) == before
        assert len(journal.readings_of_same_book(1)) == 2
    else:
        assert change_status(journal, command, "1").reading.status == becomes
        assert journal.list().total == 1


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("status", STATUSES)
def test_every_status_change_can_be_undone(journal: Journal, path: Path, command: str, status: str) -> None:
    """Whole, in one step, and the history names its command; search is true before and after."""
    if status not in BECOMES[command]:
        return
    journal.add(full(status=status, started="", finished="", pile=3 if status == "to-read" else None))
    before = dump(path)
    note = ProgressNote("40%", TODAYS, "so cold")
    fields: dict[str, Any] = {} if command in ("at", "pause") else {"authors": ["Victor Serge"], "tags": ["cold"]}
    change_status(journal, command, "Memoirs of a Revolutionary", note=note, on=PartialDate(2026), **fields)
    assert journal.counts().books == 1
    assert dump(path) != before
    assert next(iter(journal.history(1).rows)).command == command
    journal.undo()
    assert dump(path) == before
    with closing(sqlite3.connect(path)) as connection:
        index_is_true(connection)


def test_only_the_change_itself_has_a_date(journal: Journal) -> None:
    """Nothing is said of the beginning by who says when it ended, nor of the end by who begins."""
    for words, command, dates in (
        ("A", "want", (None, None)),
        ("B", "start", (TODAYS, None)),
        ("C", "finish", (None, TODAYS)),
        ("D", "abandon", (None, TODAYS)),
    ):
        reading = change_status(journal, command, words, authors=["Anon"]).reading
        assert (reading.started, reading.finished) == dates
    assert change_status(journal, "finish", "B").reading.started == TODAYS
    assert change_status(journal, "finish", "E", on=None, authors=["Anon"]).reading.finished is None


def test_a_pause_keeps_when_it_began(journal: Journal) -> None:
    """Who goes on has not begun again; who had no date of it can say one now."""
    journal.add(make("Dune", status="paused", started="2012"))
    journal.add(make("Emma", status="paused"))
    assert change_status(journal, "start", "dune").reading.started == PartialDate(2012)
    assert change_status(journal, "start", "emma").reading.started is None
    change_status(journal, "pause", "emma")
    assert change_status(journal, "start", "emma", on=PartialDate(1999)).reading.started == PartialDate(1999)
    change_status(journal, "pause", "dune")
    with pytest.raises(BadInput, match="was started 2012"):
        change_status(journal, "start", "dune", on=PartialDate(2013))
    assert journal.get(1).status == "paused"


def test_dates_must_be_possible(journal: Journal, path: Path) -> None:
    """What ended before it began is refused, and nothing is changed."""
    journal.add(make("Dune", status="reading", started="2012"))
    before = dump(path)
    with pytest.raises(BadField, match="finished: 2011 is before the start, 2012"):
        change_status(journal, "finish", "dune", on=PartialDate(2011), rating=4)
    assert dump(path) == before


def test_a_note_is_not_older_than_its_reading(journal: Journal) -> None:
    """Where both dates are known well enough."""
    journal.add(make("Dune", status="reading", started="2026-03-05"))
    for command in ("at", "pause"):
        with pytest.raises(BadField, match="2025-12 is before the start, 2026-03-05"):
            change_status(
                journal, command, "dune", on=PartialDate(2025, 12), note=ProgressNote("40%", PartialDate(2025, 12))
            )
    change_status(journal, "at", "dune", on=PartialDate(2026, 3), note=ProgressNote("40%", PartialDate(2026, 3)))


def test_which_time_it_was_is_by_its_date(journal: Journal) -> None:
    """As in a list, and not by when it was written down; a wish comes after all that was read."""
    journal.add(make("Dune", finished="2012"))
    journal.add(make("Dune", status="reading"), again=True)
    assert change_status(journal, "finish", "2", on=PartialDate(2006)).nth_reading == 1
    assert [(row.id, row.nth_reading) for row in journal.list(with_progress=True).rows] == [(1, 2), (2, 1)]
    assert change_status(journal, "want", "dune").nth_reading == 3


def test_a_whole_life(journal: Journal) -> None:
    """From the wish to the second time, with everything that was noted on the way."""
    change_status(
        journal, "want", "Conquered City", note=ProgressNote(None, TODAYS, "Anna said so"), authors=["Victor Serge"]
    )
    change_status(journal, "start", "conquered city")
    change_status(journal, "at", "conquered", note=ProgressNote("40%", TODAYS))
    change_status(journal, "pause", "1", note=ProgressNote("Chapter 7", TODAYS, "left on the train"))
    change_status(journal, "at", "1", note=ProgressNote("133", None))
    done = change_status(journal, "finish", "1", rating=4.5, review="Cold.")
    assert [(each.at, each.remark) for each in done.reading.progress] == [
        (None, "Anna said so"),
        ("40%", None),
        ("Chapter 7", "left on the train"),
        ("133", None),
    ]
    assert (done.nth_reading, done.is_new_book, done.reading.rating, done.reading.review) == (1, False, 4.5, "Cold.")
    again = change_status(journal, "start", "Conquered City")
    assert (again.nth_reading, again.previous, again.reading.progress, again.reading.rating) == (2, None, (), None)
    assert journal.search("train").total == 1


def test_a_new_book_is_one_line(journal: Journal) -> None:
    """The title as it was typed, with what was said of it; of the same title and another author it is another book."""
    one = change_status(journal, "start", "Dune: a  Novel", authors=["Frank Herbert"], pages=500, tags=["sf"])
    assert (one.is_new_book, one.reading.book.title, one.reading.book.pages) == (True, "Dune: a Novel", 500)
    other = change_status(journal, "finish", "Dune: a Novel", authors=["Somebody Else"])
    assert other.is_new_book
    same = change_status(journal, "finish", "dune: a novel", authors=["frank herbert"], tags=["sand"], pages=612)
    assert (same.reading.id, same.is_new_book, same.reading.book.tags) == (1, False, ("sand", "sf"))
    assert (same.reading.book.pages, same.reading.extra) == (500, {"edition": {"pages": 612}})
    assert change_status(journal, "want", "Emma").is_new_book
    assert journal.counts().books == 3


def test_only_what_begins_may_be_new(journal: Journal) -> None:
    """A reader who ends, pauses or marks has begun; what was never written down needs to be said to be new."""
    for command in ("at", "pause", "finish", "abandon"):
        with pytest.raises(NotFound, match='No title and no author has "Dune"'):
            change_status(journal, command, "Dune")
    assert change_status(journal, "finish", "Dune", new_book=True).is_new_book
    assert change_status(journal, "abandon", "Emma", pages=300).is_new_book
    assert change_status(journal, "start", "Dune", new_book=True).is_new_book
    assert journal.counts().books == 3


def test_a_slip_makes_no_book(journal: Journal) -> None:
    """What is near a title or a name is asked about; a number that is no reading is no title either."""
    journal.add(make("Conquered City", authors=["Victor Serge"]))
    for words in ("conqered city", "Victor Sergee", "conquerd"):
        with pytest.raises(DidYouMean, match="Did you mean 1 Conquered City, Victor Serge") as refused:
            change_status(journal, "want", words)
        assert refused.value.choices == ((1, "Conquered City, Victor Serge"),)
        assert refused.value.exit_code == 3
    with pytest.raises(NotFound, match=r"no reading 1984\.[^\n]*\n--new-book adds"):
        change_status(journal, "start", "1984")
    for number, words in enumerate(("Conquered Memoirs", "The City of Glass"), 2):
        assert change_status(journal, "start", words).reading.id == number
    assert change_status(journal, "start", "conqered city", new_book=True).is_new_book
    assert change_status(journal, "start", "1984", new_book=True).is_new_book


def test_a_part_of_a_title_does_not_begin_again(journal: Journal) -> None:
    """`want dune` may be another book than Dune Messiah, which was read; what goes on anyway may be named by a part."""
    journal.add(make("Dune Messiah", authors=["Frank Herbert"], subtitle="Two", finished="1999"))
    for command in ("want", "start"):
        with pytest.raises(Ambiguous, match='"dune" is not all of the title of 1 Dune Messiah, Frank Herbert') as asked:
            change_status(journal, command, "dune")
        assert asked.value.choices == ((1, "Dune Messiah, Frank Herbert"),)
    for words in ("1", "dune messiah", "Dune Messiah: Two", "dune messiah frank herbert"):
        done = change_status(journal, "want", words)
        assert (done.is_new_book, journal.counts().readings) == (False, 2)
        journal.undo()
    change_status(journal, "want", "1")
    with pytest.raises(AlreadyExists, match=r"is wanted already\..*\n--new-book adds"):
        change_status(journal, "want", "dune")
    assert change_status(journal, "start", "dune").reading.status == "reading"
    for words, hint in (("dune", True), ("dune messiah", False)):
        with pytest.raises(AlreadyExists, match="is being read since") as refused:
            change_status(journal, "start", words)
        assert ("--new-book" in str(refused.value)) == hint


def test_of_several_readings_the_one_that_can_go_on_is_meant(journal: Journal) -> None:
    """The one that is being read, else is paused, else is wanted; a number means just that reading."""
    journal.add(make("Dune", finished="2026-11"))
    journal.add(make("Dune", status="to-read"), again=True)
    assert change_status(journal, "start", "1").reading.id == 2
    change_status(journal, "pause", "dune")
    journal.add(make("Dune", status="to-read"), again=True)
    assert change_status(journal, "at", "dune").reading.id == 2
    with pytest.raises(AlreadyExists, match="3 Dune is wanted already"):
        change_status(journal, "pause", "3")
    with pytest.raises(AlreadyExists, match="2 Dune is being read since 22 November 2026"):
        change_status(journal, "start", "3")
    with pytest.raises(AlreadyExists, match="1 Dune was finished November 2026"):
        change_status(journal, "finish", "1")
    assert change_status(journal, "finish", "dune").reading.id == 2
    assert change_status(journal, "finish", "dune").reading.id == 3


def test_of_several_books_the_one_that_is_being_read_is_meant(journal: Journal) -> None:
    """Which is no guess; where two are being read, or something is to begin, the reader is asked."""
    journal.add(make("Conquered City", authors=["Victor Serge"], status="reading"))
    journal.add(make("Memoirs", authors=["Victor Serge"], finished="2012"))
    journal.add(make("Tulayev", authors=["Victor Serge"], status="to-read"))
    for command in ("at", "pause"):
        assert change_status(journal, command, "serge").reading.id == 1
    change_status(journal, "start", "1")
    for command in ("want", "start"):
        with pytest.raises(Ambiguous, match='3 books match "serge"') as asked:
            change_status(journal, command, "serge")
        assert sorted(number for number, _ in asked.value.choices) == [1, 2, 3]
    change_status(journal, "start", "tulayev")
    for command in ("at", "pause", "finish", "abandon"):
        with pytest.raises(Ambiguous):
            change_status(journal, command, "serge")
    assert change_status(journal, "abandon", "conquered").reading.id == 1
    assert change_status(journal, "finish", "serge").reading.id == 3


def test_the_pile_has_an_order(journal: Journal) -> None:
    """What was laid on top lies there; what never was lies below, in the order in which it came."""
    for title in ("A", "B", "C", "D"):
        change_status(journal, "want", title, authors=["Anon"])
    change_status(journal, "want", "2", on_top=True)
    change_status(journal, "want", "4", on_top=True)
    change_status(journal, "want", "E", on_top=True, authors=["Anon"])

    def pile() -> list[str]:
        return [each.title for each in journal.list("status:to-read", "pile").rows]

    assert pile() == ["E", "D", "B", "A", "C"]
    change_status(journal, "want", "B", on_top=True)
    assert pile() == ["B", "E", "D", "A", "C"]
    with pytest.raises(AlreadyExists, match="--next puts it on top of the pile"):
        change_status(journal, "want", "B")
    change_status(journal, "want", "B", on_top=True)
    assert next(iter(journal.history(1).rows)).operation == 8, "nothing was left to be done"
    change_status(journal, "want", "C", note=ProgressNote(None, TODAYS, "for the train"))
    assert (journal.get(3).progress[0].remark, journal.get(3).pile) == ("for the train", None)


@pytest.mark.parametrize("height", [-1, 10**9, 2**63 - 1])
def test_a_want_comes_to_lie_in_a_pile_of_any_height(
    journal: Journal, height: int, connection: sqlite3.Connection
) -> None:
    """Another tool may have written whatever a column holds; it goes out and comes in again as it is."""
    change_status(journal, "want", "A", authors=["Anon"])
    connection.execute("UPDATE readings SET pile = ?", (height,))
    connection.commit()
    assert change_status(journal, "want", "B", authors=["Anon"], on_top=True).reading.pile == min(height + 1, 2**63 - 1)
    for reading in journal.readings():
        assert from_record(to_record(reading), TODAY) == reading


@pytest.mark.parametrize("command", ["start", "finish", "abandon", "edit", "save"])
def test_what_is_no_want_any_more_lies_in_no_pile(journal: Journal, command: str) -> None:
    """By whatever command, and in the editor."""
    change_status(journal, "want", "Dune", on_top=True)
    wanted = journal.get(1)
    assert wanted.pile == 1
    done = wanted._replace(status="finished")
    if command == "edit":
        journal.edit(1, lambda now: done)
    elif command == "save":
        journal.save(wanted, done)
    else:
        change_status(journal, command, "dune")
    assert journal.get(1).pile is None
    journal.undo()
    assert journal.get(1).pile == 1


def test_nothing_is_made_where_nothing_is_meant(tmp_path: Path) -> None:
    """A slip in a journal that is not there makes none."""
    with Journal(str(tmp_path / "journal.db")) as journal, pytest.raises(NotFound):
        change_status(journal, "finish", "dune")
    assert list(tmp_path.iterdir()) == []


def test_another_terminal_is_looked_at_under_the_lock(journal: Journal, path: Path) -> None:
    """What was started there a moment ago is being read."""
    change_status(journal, "want", "Dune")
    said = StatusChangeRequest("dune", make("dune"), date=TODAYS)
    with Journal(str(path)) as other:
        assert other.get(1).status == "to-read"
        change_status(journal, "start", "dune")
        with pytest.raises(AlreadyExists):
            other.change_status("start", said)


def test_a_uid_comes_once(journal: Journal) -> None:
    """A draft that outlives the commit is not added twice."""
    reading: Reading = make("Dune", authors=["Frank Herbert"])._replace(uid="r1")
    said = StatusChangeRequest("Dune", reading, frozenset(["authors"]), TODAYS)
    assert journal.change_status("finish", said).reading.uid == "r1"
    with pytest.raises(AlreadyExists, match="This very reading"):
        journal.change_status("start", said)
