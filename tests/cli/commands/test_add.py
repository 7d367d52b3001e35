import stat
import sys
from pathlib import Path

import pytest
from tests.given import EXAMPLE, HOSTILE
from tests.process import Cli, Program
from tests.terminal import Terminal

from readlog.journal import Journal

MEMOIRS = (
    "add", "Memoirs of a Revolutionary", "--author", "Victor Serge", "--contributor", "Peter Sedgwick:translator",
    "--isbn", "9781590174517", "--published", "2012", "--pages", "576", "--tag", "history", "--tag", "russia",
    "--rating", "5", "--finished", "2012-03",
)  # fmt: skip


def test_the_first_book_is_written_down_whole(program: Program) -> None:
    """A real review from standard input; a pipe gets the number and nothing else."""
    assert program(*MEMOIRS, "--review", "-", stdin=EXAMPLE.read_bytes()) == ("1\n", "", 0)
    with Journal(str(program.path)) as journal:
        reading = journal.get(1)
    assert reading.review == EXAMPLE.read_text(encoding="utf-8").strip()
    assert (reading.book.name, reading.book.isbn, reading.rating) == (
        "Memoirs of a Revolutionary, Victor Serge",
        "9781590174517",
        5,
    )
    assert reading.finished
    assert reading.finished.edtf == "2012-03"
    if sys.platform != "win32":
        assert stat.S_IMODE(program.path.stat().st_mode) == 0o600


def test_a_title_needs_no_quotes_and_keeps_its_colon(cli: Cli, journal: Journal) -> None:
    """Nothing is cut, nothing is guessed."""
    assert cli("add", "Sapiens:", "A", "Brief", "History").stdout == "1\n"
    assert cli("add", "1984: Orwell").stdout == "2\n"
    assert [row.title for row in journal.list(sort="id").rows] == ["Sapiens: A Brief History", "1984: Orwell"]


def test_every_option_is_kept(cli: Cli, journal: Journal) -> None:
    """Each field of a record that a person can say."""
    cli("add", "Dune", "--subtitle", "S", "--author", "A", "--author", "B", "--contributor", "N:narrator", "--series", "Dune", "--series-number", "1",
        "--isbn", "0441013597", "--publisher", "P", "--published", "1965", "--pages", "412", "--language", "en", "--tag", "sf", "--status", "dnf",
        "--started", "2012-01", "--finished", "~2012", "--rating", "4½", "--format", "kindle", "--review", "r", "--note", "n")  # fmt: skip
    reading = journal.get(1)
    assert (reading.status, reading.rating, reading.format, reading.review, reading.private_note) == (
        "abandoned",
        4.5,
        "ebook",
        "r",
        "n",
    )
    assert reading.started
    assert reading.finished
    assert (reading.started.edtf, reading.finished.edtf) == ("2012-01", "2012~")
    book = reading.book
    assert (book.subtitle, book.authors, book.others[0].role, book.series, book.series_number) == (
        "S",
        ("A", "B"),
        "narrator",
        "Dune",
        "1",
    )
    assert (book.isbn, book.publisher, book.published, book.pages, book.language, book.tags) == (
        "9780441013593",
        "P",
        1965,
        412,
        "en",
        ("sf",),
    )


def test_a_reading_is_finished_unless_it_has_only_begun(cli: Cli, journal: Journal) -> None:
    """With a beginning and no end it is being read; no date is made up for any of them."""
    for args in ((), ("--started", "2026-11"), ("--started", "2026-11", "--finished", "2026-11"), ("--status", "tbr")):
        cli("add", f"Book {len(args)} {args}", *args)
    assert [(row.status, row.started, row.finished) for row in journal.list(sort="id").rows] == [
        ("finished", None, None),
        ("reading", "2026-11", None),
        ("finished", "2026-11", "2026-11"),
        ("to-read", None, None),
    ]


def test_a_book_that_is_there_is_not_doubled(cli: Cli, journal: Journal) -> None:
    """In a pipe it is an error that says how to mean it; --again and --new-book mean it."""
    cli("add", "Dune", "--author", "Frank Herbert", "--finished", "1991")
    again = ("add", "dune", "--author", "frank herbert", "--finished", "2012")
    ended = cli(*again)
    assert (ended.stdout, ended.code) == ("", 4)
    assert ended.stderr == (
        "readlog: Dune, Frank Herbert is in the journal once: 1.\n"
        "Log another reading with --again, or a different book of that name with --new-book.\n"
    )
    assert cli(*again, "--again").stdout == "2\n"
    assert cli(*again, "--new-book").stdout == "3\n"
    assert (journal.counts().books, journal.counts().readings) == (2, 3)


@pytest.mark.parametrize(
    ("args", "line", "code"),
    [
        (("--rating", "6"), 'rating: "6" is out of range', 2),
        (("--isbn", "9781590174518"), "the last digit should be 7, not 8", 2),
        (("--finished", "03/04/2012"), "could be 3 April or 4 March. Write 2012-04-03 or 2012-03-04.", 2),
        (("--finished", "2099"), "finished: 2099 is in the future. --force keeps it.", 2),
        (("--started", "2099"), "started: 2099 is in the future. --force keeps it.", 2),
        (("--review", "-", "--note", "-"), "the review or the note, not both", 2),
        (("--review", "-"), "Nothing came on standard input.", 5),
        (("--note", "-"), "Nothing came on standard input.", 5),
        (("--finished", "2011", "--started", "2012"), "finished: 2011 is before the start, 2012.", 2),
        (("--status", "perused"), "One of: to-read, reading", 2),
        (("--contributor", "Peter"), '"Peter Sedgwick:translator"', 2),
        (("--pages", "many"), "pages: ", 2),
        (("--ratign", "5"), "No such option: --ratign", 2),
    ],
)
def test_what_cannot_be_is_said_in_a_line(cli: Cli, args: tuple[str, ...], line: str, code: int) -> None:
    """On stderr, with the exit code of a slip, and nothing is written."""
    ended = cli("add", "Dune", *args)
    assert (ended.stdout, ended.code) == ("", code)
    assert line in ended.stderr
    assert ended.stderr.startswith("readlog: ")
    assert ended.stderr.count("\n") <= 2
    assert not cli.path.exists()


def test_options_may_have_several_values_in_one(cli: Cli, journal: Journal) -> None:
    """As a reader would write them at the questions."""
    cli("add", "Good Omens", "--author", "Terry Pratchett; Neil Gaiman", "--tag", "funny, angels", "--tag", "end")
    book = journal.get(1).book
    assert (book.authors, book.tags) == (("Terry Pratchett", "Neil Gaiman"), ("angels", "end", "funny"))


def test_a_note_may_come_on_standard_input(cli: Cli, journal: Journal) -> None:
    """Like a review."""
    cli("add", "Dune", "--note", "-", stdin="for me\nalone\n")
    assert journal.get(1).private_note == "for me\nalone"


def test_a_future_date_can_be_meant(cli: Cli) -> None:
    """Whoever says --force is believed."""
    assert cli("add", "Dune", "--finished", "2099", "--force").stdout == "1\n"


def test_a_terminal_is_asked_about_the_future(program: Program) -> None:
    """No is the answer of who just presses Enter, and then nothing is added."""
    for answer, line, code in (
        ("", "finished: 2099 is in the future. --force keeps it.", 2),
        ("y", "Added 1  Dune  finished 2099", 0),
    ):
        person = Terminal(program, "add", "Dune", "--finished", "2099")
        person.wait_for("2099 is in the future. Keep it? [y/N]: ")
        person.type(answer)
        assert line in person.end()
        assert person.code == code


def test_without_a_title_and_without_a_terminal_it_says_how(cli: Cli) -> None:
    """It does not wait for answers that cannot come."""
    ended = cli("add")
    assert ended == ("", 'readlog: Give the title, as in: readlog add "Conquered City" --author "Victor Serge"\n', 2)
    assert cli("add", " \t").code == 2


@pytest.mark.parametrize(
    ("data", "review"),
    [
        ("\ufeffPétrograd\r\n".encode(), "Pétrograd"),
        ("Pétrograd".encode("utf-16"), "Pétrograd"),
    ],
)
def test_a_review_may_come_in_any_unicode(program: Program, data: bytes, review: str) -> None:
    """UTF-8 with a mark or without, UTF-16 with one."""
    assert program("add", "Dune", "--review", "-", stdin=data).code == 0
    with Journal(str(program.path)) as journal:
        assert journal.get(1).review == review


def test_a_review_that_is_no_unicode_is_refused(program: Program) -> None:
    """Nothing of it is guessed: the byte is named, and how to convert it."""
    ended = program("add", "Dune", "--review", "-", stdin="Pétrograd".encode("latin-1"))
    assert (ended.stdout, ended.code) == ("", 5)
    assert "not UTF-8 text (byte 2). Convert it" in ended.stderr


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_hostile_title_is_a_title(cli: Cli, hostile: str) -> None:
    """It comes out in one row of one line, in a list, a search and a page."""
    title = f"x {hostile}".replace("\0", "")
    assert cli("add", title, "--review", hostile.replace("\0", "")).code == 0
    listed = cli("list").stdout
    assert listed.count("\n") == 1
    assert listed.count("\t") == 6
    for args in (("list",), ("search", "x"), ("show", "1"), ("export", "--md"), ("list", "--json"), ("info",), ()):
        ended = cli(*args)
        assert ended.code == 0
        assert not set(ended.stdout + ended.stderr) & set("\x1b\x9b\x07\x00\r\u202e\u2066")


def test_questions_are_asked_again_until_they_are_answered(program: Program, state: Path, tmp_path: Path) -> None:
    """Title, author with completion, rating, dates and tags, each validated; then the editor, for the review."""
    program("add", "Conquered City", "--author", "Victor Serge", "--tag", "history")
    editor = tmp_path / "editor.py"
    editor.write_text(
        "import sys\np = sys.argv[1]\ns = open(p).read()\nopen(p, 'w').write(s.replace('---\\n\\n', '---\\n\\nA cold book.\\n\\n', 1))\n"
    )
    person = Terminal(program, "add", env={"EDITOR": f"{sys.executable} {editor}", "XDG_STATE_HOME": str(state.parent)})
    person.wait_for("Title: ")
    person.type("")
    assert "a book needs a title" in person.wait_for("Title: ")
    person.type("Birth of Our Power")
    person.wait_for("Author: ")
    person.press("vic\t")
    person.wait_for("Victor Serge")
    person.type("")
    person.wait_for("Rating: ")
    person.type("9")
    assert "out of range" in person.wait_for("Rating: ")
    person.type("4½")
    person.wait_for("Started: ")
    person.type("03/04/2012")
    assert "could be 3 April or 4 March" in person.wait_for("Started: ")
    person.type("2012-02")
    person.wait_for("Finished: ")
    person.type("2011")
    assert "2011 is before the start, 2012-02." in person.wait_for("Finished: ")
    person.type("2099")
    person.wait_for("Keep it? [y/N]: ")
    person.type("n")
    assert "in the future" in person.wait_for("Finished: ")
    person.type("march 2012")
    person.wait_for("Tags: ")
    person.press("his\t")
    person.wait_for("history")
    person.type(", novel")
    assert "Added 2  Birth of Our Power, Victor Serge" in person.end()
    assert person.code == 0
    with Journal(str(program.path)) as journal:
        reading = journal.get(2)
    assert (reading.book.authors, reading.book.tags, reading.rating, reading.review) == (
        ("Victor Serge",),
        ("history", "novel"),
        4.5,
        "A cold book.",
    )
    assert list((state / "drafts").iterdir()) == []


def test_a_book_that_is_there_is_noticed_while_asking(program: Program, state: Path) -> None:
    """Another reading is offered with what is known of the others; who says no has changed nothing."""
    program("add", "Dune", "--author", "Frank Herbert", "--finished", "1991", "--rating", "4")
    for answer, total in (("n", 1), ("", 2)):
        person = Terminal(program, "add", env={"EDITOR": "true", "XDG_STATE_HOME": str(state.parent)})
        person.wait_for("Title: ")
        person.type("dune")
        person.wait_for("Author: ")
        person.type("")
        assert "Dune, Frank Herbert is in the journal (1991 ★★★★)." in person.wait_for(
            "Log another reading of it? [Y/n]: "
        )
        person.type(answer)
        if not answer:
            for question in ("Rating: ", "Started: ", "Finished: ", "Tags: ", "Finished, no date known? [Y/n]: "):
                person.wait_for(question)
                person.type("")
        person.end()
        assert person.code == 0
        with Journal(str(program.path)) as journal:
            assert journal.counts()[:2] == (total, 1)


def test_options_answer_questions_before_they_are_asked(program: Program) -> None:
    """Only what is missing is asked, and with a review no editor is opened."""
    person = Terminal(
        program,
        "add",
        "--author",
        "A",
        "--rating",
        "4",
        "--finished",
        "2012",
        "--tag",
        "x",
        "--review",
        "short",
        env={"EDITOR": "false"},
    )
    person.wait_for("Title: ")
    person.type("Dune")
    person.wait_for("Started: ")
    person.type("")
    assert "Added 1  Dune, A  finished 2012  ★★★★" in person.end()


def test_a_title_on_the_command_line_is_noticed_too(program: Program) -> None:
    """On a terminal it is a question, and not an error."""
    program("add", "Dune")
    person = Terminal(program, "add", "Dune", "--finished", "2012")
    person.wait_for("Log another reading of it? [Y/n]: ")
    person.type("maybe")
    assert "Answer y or n." in person.wait_for("[Y/n]: ")
    person.type("y")
    assert "Added 2  Dune  finished 2012" in person.end()


@pytest.mark.parametrize("key", ["\x03", "\x04"])
def test_who_stops_in_the_middle_has_added_nothing(program: Program, state: Path, key: str) -> None:
    """Ctrl-C and Ctrl-D end it at once, with the exit code of an interrupt; what was answered is in a draft."""
    person = Terminal(program, "add", width=300, env={"XDG_STATE_HOME": str(state.parent)})
    person.wait_for("Title: ")
    person.type("Dune")
    person.wait_for("Author: ")
    shown = person.press_until_it_ends(key)
    assert person.code == 130
    assert "Traceback" not in shown
    assert not program.path.exists()
    assert f"readlog: your text is in {state / 'drafts' / 'new dune' / 'new dune.md'}" in shown
    assert "title: Dune\n" in (state / "drafts" / "new dune" / "new dune.md").read_text()


def test_an_editor_that_is_not_there_is_said_before_anything_is_asked(program: Program) -> None:
    """And not after all the answers."""
    person = Terminal(program, "add", env={"EDITOR": "no-such-editor"})
    assert person.end() == 'readlog: The editor "no-such-editor" in EDITOR is not there. Name another one.\n'
    assert person.code == 2


def test_where_the_editor_fails_what_was_said_is_in_a_draft(program: Program, state: Path) -> None:
    """The answers are on the disk before the editor starts."""
    person = Terminal(program, "add", "--author", "A", "--rating", "4", "--finished", "2012", "--tag", "x", "--started", "2011",
                      width=200, env={"EDITOR": "false", "XDG_STATE_HOME": str(state.parent)})  # fmt: skip
    person.wait_for("Title: ")
    person.type("Dune")
    shown = person.end()
    draft = state / "drafts" / "new dune" / "new dune.md"
    assert f"readlog: your text is in {draft}" in shown
    assert 'readlog: The editor "false" failed (1). Nothing was changed.' in shown
    assert "title: Dune\nauthors: [A]\n" in draft.read_text()
    assert person.code == 2
