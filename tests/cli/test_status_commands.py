import subprocess
import sys
from pathlib import Path

import pytest
from tests.full_reading import dump
from tests.given import make
from tests.process import READLOG, Cli, Program
from tests.terminal import Terminal

from readlog.core.errors import NotFound
from readlog.journal import Journal


@pytest.fixture
def shelf(journal: Journal) -> Journal:
    """Three books of one author: one that is being read, one that was read, one that is wanted."""
    serge = {"authors": ["Victor Serge"]}
    journal.add(make("Conquered City", status="reading", started="2026-11-02", pages=224, **serge))
    journal.add(make("Memoirs of a Revolutionary", finished="2012-03", rating=5, review="Cold.", **serge))
    journal.add(make("The Case of Comrade Tulayev", status="to-read", **serge))
    return journal


def test_a_life_in_a_pipe(cli: Cli, journal: Journal) -> None:
    """A line for each moment, and for a program the number of the reading."""
    for args in (
        ("want", "Conquered City", "--author", "Victor Serge", "--why", "Anna said so", "--pages", "224"),
        ("want", "conquered", "--next"),
        ("start", "conquered", "--on", "2026-11-01", "--format", "ebook"),
        ("at", "conquered", "city", "133", "the", "winter", "--on", "yesterday"),
        ("pause", "1", "--at", "50 %", "--why", "left on the train"),
        ("at", "serge", "Chapter 7", "--on", "unknown"),
        ("finish", "serge", "--rating", "4½", "--on", "2026-11", "--note", "for Anna"),
    ):
        assert cli(*args) == ("1\n", "", 0)
    found = journal.get(1)
    assert [each.edtf for each in (found.started, found.finished) if each] == ["2026-11-01", "2026-11"]
    assert (found.rating, found.format, found.private_note, found.pile) == (4.5, "ebook", "for Anna", None)
    assert [(each.at, each.date.edtf if each.date else None, each.remark) for each in found.progress] == [
        ("133", "2026-11-21", "the winter"),
        (None, "2026-11-22", "Anna said so"),
        ("50%", "2026-11-22", "left on the train"),
        ("Chapter 7", None, None),
    ]
    assert [line.split("\t")[2] for line in cli("history").stdout.splitlines()] == [
        "finish", "at", "pause", "at", "start", "want", "want",
    ]  # fmt: skip


def test_a_book_that_was_never_written_down(cli: Cli, journal: Journal) -> None:
    """Its beginning stays unknown, and so does what nobody said."""
    assert cli("finish", "Dune", "--author", "Frank Herbert", "--on", "2012-03").stdout == "1\n"
    assert cli("abandon", "Finnegans Wake", "--new-book", "--on", "unknown", "--at", "40").stdout == "2\n"
    assert cli("list").stdout == (
        "1\tfinished\t\t2012-03\t\tDune\tFrank Herbert\n2\tabandoned\t\t\t\tFinnegans Wake\t\n"
    )
    assert [(each.at, each.date) for each in journal.get(2).progress] == [("40", None)]


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (("1", "133"), ("133", None)),
        (("conquered", "city", "p. 133", "so", "cold"), ("133", "so cold")),
        (("conquered", "40%", "133"), ("40%", "133")),
        (("conquered city", "Chapter 3", "how he sees them"), ("Chapter 3", "how he sees them")),
        (("1", "Epilogue"), ("Epilogue", None)),
        (("conquered", "40", "%"), ("40%", None)),
        (("1", "133", "40", "pages", "of", "fog"), ("133", "40 pages of fog")),
        (("#1", "133", "40", "pages", "of", "fog"), ("133", "40 pages of fog")),
        (("conquered city", "133", "40 pages of fog"), ("133", "40 pages of fog")),
        (("conquered", "133", "40 pages of fog"), ("133", "40 pages of fog")),
        (("conquered", "city", "p.", "133", "so", "cold"), ("133", "so cold")),
    ],
)
def test_words_in_front_of_a_page_name_the_book(
    cli: Cli, shelf: Journal, words: tuple[str, ...], meant: tuple[str, str | None]
) -> None:
    """In front of a chapter it is the first; what stands behind is the remark."""
    assert cli("at", *words).code == 0
    (mark,) = shelf.get(1).progress
    assert (mark.at, mark.remark) == meant


@pytest.mark.parametrize(
    ("args", "line", "code"),
    [
        (("at", "1"), "Say which book and where you are, as in: readlog at 12 133", 2),
        (("at", "1", "0"), "here is no page 0.", 2),
        (("at", "conquered", "140%"), "140% is more than all of a book.", 2),
        (("at", "1", "133", "--on", "2030"), "on: 2030 is in the future. --force keeps it.", 2),
        (("at", "1", "133", "--on", "soon"), 'on: "soon" is not a date.', 2),
        (("finish", "1", "--on", "2025"), "finished: 2025 is before the start, 2026-11-02.", 2),
        (("finish", "1", "--rating", "6"), 'rating: "6" is out of range', 2),
        (("start", "conquered"), "1 Conquered City, Victor Serge is being read since 2 November 2026.", 4),
        (("finish", "2"), "2 Memoirs of a Revolutionary, Victor Serge was finished March 2012. readlog start 2 begins", 4),
        (("pause", "tulayev"), "is wanted already. readlog start 3 begins it.", 4),
        (("at", "3", "5"), "is wanted already. readlog start 3 begins it.", 4),
        (("want", "tulayev"), "is wanted already. --next puts it on top of the pile, --why adds a remark.", 4),
        (("want", "1"), "1 Conquered City, Victor Serge is being read since 2 November 2026.", 4),
        (("start", "serge"), '3 books match "serge": ', 4),
        (("start", "revolutionary"), '"revolutionary" is not all of the title of 2 Memoirs', 4),
        (("finish", "Dune"), 'No title and no author has "Dune". Try: readlog search Dune', 3),
        (("start", "conqered"), "Did you mean 1 Conquered City, Victor Serge?", 3),
        (("want", ""), "title: a book needs a title.", 2),
        (("pause", "1", "--on", "2026-11-20"), "pause itself has no date: --on is that of a remark.", 2),
        (("want", "Dune", "--on", "2012"), "want itself has no date: --on is that of a remark.", 2),
        (("at", "conquered", "22", "100"), "Where are you, at 22 or at 100? Put the title, or the remark, into", 2),
    ],
)  # fmt: skip
def test_what_cannot_be_is_a_line(
    cli: Cli, shelf: Journal, path: Path, args: tuple[str, ...], line: str, code: int
) -> None:
    """With what there is, and what to do; nothing is changed."""
    assert shelf.list().total == 3
    before = dump(path)
    ended = cli(*args)
    assert (ended.stdout, ended.code) == ("", code)
    assert line in ended.stderr
    assert ended.stderr.count("\n") <= 2
    assert dump(path) == before


def test_a_page_beyond_the_last_is_of_another_edition(cli: Cli, shelf: Journal) -> None:
    """It is said, and kept."""
    ended = cli("at", "1", "300")
    assert ended == ("1\n", "readlog: p. 300 is beyond the 224 pages of this book; it is kept\n", 0)
    assert shelf.get(1).progress[0].at == "300"


def test_a_beginning_that_nobody_knows_stays_unknown(cli: Cli, shelf: Journal) -> None:
    """Of a book that is new, was wanted, or was read before: no day is made up for it, and today is none."""
    assert [cli("start", words, "--on", "unknown").code for words in ("Dune", "3", "2")] == [0, 0, 0]
    assert [(shelf.get(id_).status, shelf.get(id_).started) for id_ in (4, 3, 5)] == [("reading", None)] * 3
    assert shelf.get(2).status == "finished"


def test_the_future_can_be_meant(cli: Cli, shelf: Journal) -> None:
    """As with every date."""
    assert cli("start", "3", "--on", "2030", "--force").code == 0
    assert str(shelf.get(3).started and shelf.get(3).started.edtf) == "2030"  # type: ignore[union-attr]


def test_what_came_by_a_pipe_is_never_lost(cli: Cli, shelf: Journal, state: Path) -> None:
    """Where the book is not found, the review waits in a draft, and goes where it belonged when it is."""
    ended = cli("finish", "tulayef", "--review", "-", stdin="Every page.")
    assert ended.code == 3
    (draft,) = (state / "drafts").glob("*/*.md")
    assert ended.stderr.startswith(f"readlog: your text is in {draft}\n")
    assert "Every page." in draft.read_text(encoding="utf-8")
    assert cli("finish", "tulayev", "--review", "-", stdin="Every page.").code == 0
    assert (shelf.get(3).review, shelf.get(3).status) == ("Every page.", "finished")
    assert len(list((state / "drafts").glob("*/*.md"))) == 1


def test_a_review_that_waits_finishes_its_reading(cli: Cli, shelf: Journal, state: Path, path: Path) -> None:
    """What the command would have made of the reading is kept with the text."""
    path.chmod(0o600)
    whole = path.read_bytes()
    path.write_bytes(b"no journal")
    ended = cli("finish", "conquered", "--on", "2026-11", "--rating", "4", "--review", "-", stdin="So cold.")
    assert ended.code == 6
    path.write_bytes(whole)
    assert cli("recover", "--apply", "1").code == 0
    found = shelf.get(1)
    assert (found.status, found.finished and found.finished.edtf, found.rating) == ("finished", "2026-11", 4)
    assert found.review == "So cold."
    assert list((state / "drafts").glob("*/*.md")) == []


def test_what_a_person_is_told(program: Program, shelf: Journal) -> None:
    """The number, the book, and what has become of it."""
    for args, line in (
        (("at", "conquered", "133"), "Conquered City, Victor Serge  p. 133 of 224, 59 %\n"),
        (("pause", "1", "--at", "50%"), "Paused 1  Conquered City, Victor Serge  50 %\n"),
        (("start", "1"), "Going on with 1  Conquered City, Victor Serge  since 2 November 2026\n"),
        (("abandon", "1", "--at", "120"), "Abandoned 1  Conquered City, Victor Serge  22 November 2026  p. 120 of 224, 53 %\n"),
        (("start", "2"), "Started 4  Memoirs of a Revolutionary, Victor Serge  since 22 November 2026  2nd time\n"),
        (("want", "1", "--next"), "Wanted 5  Conquered City, Victor Serge  to be read again  on top of the pile\n"),
        (("finish", "4", "--review", "Again.", "--rating", "5"), "Finished 4  Memoirs of a Revolutionary, Victor Serge  22 November 2026  ★★★★★  2nd time\n"),
    ):  # fmt: skip
        assert Terminal(program, *args, width=200).end() == line
    assert shelf.list().total == 5


def test_who_is_at_a_terminal_is_asked_which_one(program: Program, shelf: Journal) -> None:
    """By number, or as a new book, or none of them."""
    for answer, line, total in (
        ("", "Nothing was changed.", 3),
        ("9\r2", "Started 4  Memoirs of a Revolutionary", 4),
        ("new", "Started 5  serge  since 22 November 2026  (a new book)", 5),
    ):
        person = Terminal(program, "start", "serge", width=200)
        assert "    1  Conquered City, Victor Serge\r\n" in person.wait_for("Which one? (Enter for none): ")
        person.type(answer)
        assert line in person.end()
        assert (person.code, shelf.list().total) == (0, total)


@pytest.mark.parametrize(
    ("moment", "of", "refused", "answer", "line", "changed"),
    [
        ("want", "serge", "", "2", "Wanted 4  Memoirs of a Revolutionary, Victor Serge  to be read again", (4, "to-read")),
        ("finish", "serge", "", "3", "Finished 3  The Case of Comrade Tulayev, Victor Serge  22 November 2026", (3, "finished")),
        ("abandon", "serge", "", "new", "Abandoned 4  serge  22 November 2026  (a new book)", (4, "abandoned")),
        ("pause", "serge", "new", "1", "Paused 1  Conquered City, Victor Serge", (1, "paused")),
        ("at", "serge 133", "new", "3", "The Case of Comrade Tulayev, Victor Serge  p. 133", (3, "reading")),
    ],
)  # fmt: skip
def test_every_moment_asks_which_one(
    program: Program,
    shelf: Journal,
    moment: str,
    of: str,
    refused: str,
    answer: str,
    line: str,
    changed: tuple[int, str],
) -> None:
    """Two are being read; where there must be a book, a new one is no answer, and whoever gives it is asked again."""
    shelf.edit(3, lambda now: now._replace(status="reading"))
    person = Terminal(program, moment, *of.split(), width=200)
    shown = person.wait_for("Which one? (Enter for none): ")
    assert shown.startswith('"serge" can be:')
    assert ("a new book" in shown) != bool(refused)
    if refused:
        person.type(refused)
        person.wait_for("for example, or press Enter.")
    person.type(answer)
    shown = person.wait_for("Write a review now? [Y/n]: ") if moment == "finish" else person.end()
    assert line in shown
    if moment == "finish":
        person.type("n")
        person.end()
    assert (person.code, shelf.get(changed[0]).status) == (0, changed[1])


def editor(tmp_path: Path, script: str) -> str:
    """An editor that is a program."""
    (tmp_path / "editor.py").write_text(f"import sys\npath = sys.argv[1]\n{script}\n")
    return f"{sys.executable} {tmp_path / 'editor.py'}"


@pytest.mark.parametrize(
    ("answer", "script", "review", "code"),
    [
        ("", "t = open(path).read().replace('<!-- ---', 'So cold.\\n<!-- ---', 1); open(path, 'w').write(t)", "So cold.", 0),
        ("n", "sys.exit(1)", None, 0),
        ("y", "sys.exit(1)", None, 2),
    ],
)  # fmt: skip
def test_who_has_finished_may_write_at_once(
    program: Program,
    shelf: Journal,
    state: Path,
    tmp_path: Path,
    answer: str,
    script: str,
    review: str | None,
    code: int,
) -> None:
    """In the editor, which opens when the reading is finished: whatever becomes of it, that stays."""
    env = {"EDITOR": editor(tmp_path, script), "XDG_STATE_HOME": str(state.parent)}
    person = Terminal(program, "finish", "conquered", "--rating", "4.5", width=120, env=env)
    person.wait_for("Write a review now? [Y/n]: ")
    assert shelf.get(1).status == "finished"
    person.type(answer)
    person.end()
    assert person.code == code
    assert (shelf.get(1).status, shelf.get(1).rating, shelf.get(1).review) == ("finished", 4.5, review)


def test_who_writes_nothing_is_told_that_the_book_is_finished(
    program: Program, shelf: Journal, state: Path, tmp_path: Path
) -> None:
    """And not that nothing was changed."""
    env = {"EDITOR": editor(tmp_path, "pass"), "XDG_STATE_HOME": str(state.parent)}
    person = Terminal(program, "finish", "conquered", width=120, env=env)
    person.wait_for("Write a review now? [Y/n]: ")
    person.type("y")
    assert "It is finished, without a review." in person.end()


def test_two_terminals_start_a_book_once(program: Program, shelf: Journal) -> None:
    """One begins to read, the others are told that it is being read."""
    children = [
        subprocess.Popen([*READLOG, "start", "The Case of Comrade Tulayev"], env=program.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(3)
    ]  # fmt: skip
    ended = [(child.communicate(), child.returncode) for child in children]
    assert sorted(code for _, code in ended) == [0, 4, 4]
    assert sum(stdout == b"3\n" for (stdout, _), _ in ended) == 1
    assert shelf.list("tulayev").total == 1


def test_a_slip_in_an_empty_journal_makes_none(cli: Cli) -> None:
    """Nothing is there to be finished."""
    assert cli("finish", "dune").code == NotFound.exit_code
    assert not cli.path.exists()
