"""The world a command can be started in: no locale, no home, closed streams, full disks, huge texts, bytes that are no text."""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest

from readlog.cli.app import MODULES
from readlog.journal import Journal
from tests.given import CONTROLS, make
from tests.process import READLOG, Cli, Program
from tests.terminal import Terminal

posix = pytest.mark.skipif(sys.platform == "win32", reason="a matter of POSIX shells")


@pytest.fixture
def petrograd(cli: Cli) -> None:
    """One reading with letters of many alphabets."""
    cli("add", "Пётр 雪国 Pétrograd", "--author", "García", "--rating", "4.5", "--review", "naïveté 📚")


def shell(program: Program, command: str, env: Mapping[str, str | None] | None = None) -> tuple[str, str, int]:
    """Run a line of bash in which `readlog` is the program."""
    line = f'readlog() {{ {" ".join(READLOG)} "$@"; }}; {command}'
    done = subprocess.run(
        ["bash", "-c", line], capture_output=True, env=program.environment(env), timeout=120, check=False
    )
    return done.stdout.decode(), done.stderr.decode(), done.returncode


@pytest.mark.usefixtures("petrograd")
@pytest.mark.parametrize(
    "env",
    [
        {"LC_ALL": "C", "LANG": None},
        {"LC_ALL": "POSIX"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "latin-1"},
        {"LC_ALL": "nonsense.UTF-9"},
    ],
)
def test_no_locale_takes_a_letter_away(program: Program, env: dict[str, str | None]) -> None:
    """In a pipe text is UTF-8, whatever the machine believes."""
    for args in (("list",), ("show", "1"), ("search", "petrograd"), ("export", "--md"), ("list", "--json")):
        ended = program(*args, env=env)
        assert ended.code == 0, ended.stderr
        assert "Пётр 雪国 Pétrograd" in ended.stdout
    assert program("add", "Émile", "--review", "-", stdin="été", env=env).code == 0
    with Journal(str(program.path)) as journal:
        assert journal.get(2).review == "été"
        assert journal.get(2).book.title == "Émile"


@posix
def test_a_name_that_the_locale_cannot_write_is_said(program: Program, tmp_path: Path) -> None:
    """Where Python can spell no file with an accent, it says what to set."""
    env = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    program("add", "Dune", env=env)
    ended = program("export", "--md", "-o", str(tmp_path / "été.md"), env=env)
    assert ended == ("", "readlog: '\\xe9' cannot be written in this locale. Try LC_ALL=C.UTF-8.\n", 1)


@posix
def test_without_a_home_a_named_journal_works(program: Program) -> None:
    """As in a container, or from cron."""
    ended = program("add", "Dune", env={"HOME": None})
    assert (ended.stdout, ended.code) == ("1\n", 0)
    assert program("list", env={"HOME": None, "TERM": None, "LANG": None}).code == 0


@posix
@pytest.mark.usefixtures("petrograd")
def test_closed_streams_are_no_crash(program: Program) -> None:
    """Any of stdin, stdout and stderr may not be there at all."""
    assert shell(program, "readlog list <&-")[2] == 0
    assert shell(program, "readlog add Emma --review - <&-")[1:] == (
        "readlog: There is no standard input to read the review from.\n",
        5,
    )
    assert shell(program, "readlog add <&-")[2] == 2
    assert shell(program, "readlog list >&-")[2] in (0, 1)
    assert shell(program, "readlog show nothing 2>&-") == ("", "", 3)
    assert shell(program, "readlog delete 1 --yes <&- >&- 2>&-")[2] == 0


@posix
@pytest.mark.usefixtures("petrograd")
@pytest.mark.parametrize(
    "command",
    ["list", "list --json", "search petrograd", "show 1", "export --md", "export --json", "info", "--version", ""],
)
def test_a_closed_stdout_is_quiet(program: Program, command: str) -> None:
    """What would be shown goes nowhere, and nothing is said of it."""
    assert shell(program, f"readlog {command} >&-") == ("", "", 0)


@posix
@pytest.mark.usefixtures("petrograd")
@pytest.mark.parametrize(
    "stream",
    [
        "2>&-",
        pytest.param(
            "2>/dev/full",
            marks=pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full here"),
        ),
    ],
)
def test_where_nobody_listens_the_exit_code_still_speaks(program: Program, stream: str) -> None:
    """A script may throw all talk away and ask what became of it."""
    assert shell(program, f"readlog list {stream}")[2] == 0
    assert shell(program, f"readlog show nothing {stream}")[2] == 3
    assert shell(program, f"readlog list --sort colour {stream}")[2] == 2


@posix
def test_whoever_reads_a_pipe_may_leave(program: Program, journal: Journal, connection: sqlite3.Connection) -> None:
    """`| head -1` is quiet, and ends as every program does whose reader went away."""
    for number in range(3_000):
        connection.execute("INSERT INTO books (title) VALUES (?)", (f"Volume {number}",))
    connection.execute("INSERT INTO readings (book_id) SELECT id FROM books")
    for command in ("list", "list --json", "export --md", "search volume --limit 0"):
        stdout, stderr, _ = shell(program, f"readlog {command} | head -1")
        assert (stdout.count("\n"), stderr) == (1, "")
    assert shell(program, "set -o pipefail; readlog list | head -1")[2] == 141
    assert shell(program, "readlog list --limit 1 | true")[1] == ""


@posix
@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no /dev/full here")
@pytest.mark.usefixtures("petrograd")
def test_a_full_disk_behind_stdout_is_said(program: Program) -> None:
    """Not passed over, and not a traceback."""
    for command in (
        "list",
        "list --json",
        "export --md",
        "show 1",
        "info",
        "search petrograd",
        "",
        "--version",
        "-h",
        "add Emma",
    ):
        stdout, stderr, code = shell(program, f"readlog {command} > /dev/full")
        assert (stdout, code) == ("", 1)
        assert stderr == "readlog: No space left on device.\n"


@posix
def test_bytes_that_are_no_text_are_refused(program: Program) -> None:
    """An argument in Latin-1 is not guessed at; a file may have any name."""
    stdout, stderr, code = shell(program, "readlog add $'Caf\\xe9'")
    assert (stdout, code) == ("", 2)
    assert "not valid UTF-8" in stderr
    assert shell(program, "readlog search $'Caf\\xe9'")[2] in (0, 2)
    assert shell(program, "readlog show $'Caf\\xe9'")[2] in (2, 3)
    assert (
        shell(
            program, "readlog add Dune; readlog export --md -o $'/tmp/readlog-\\xe9.md' && rm $'/tmp/readlog-\\xe9.md'"
        )[2]
        == 0
    )


def test_a_megabyte_is_a_review(program: Program, journal: Journal) -> None:
    """It comes in by a pipe, is found, shown, and comes out, and not a word less."""
    review = "\n".join(f"{number} Pétrograd in winter, and the bread." for number in range(26_000))
    assert len(review.encode()) > 1_000_000
    assert program("add", "Long", "--review", "-", stdin=review).code == 0
    assert journal.get(1).review == review
    assert program("show", "1", "--raw").stdout == review + "\n"
    assert program("search", "25999").stdout.startswith("1\t")
    assert program("export", "--json").code == program("list").code == 0


def test_five_thousand_readings_are_a_list(program: Program, journal: Journal, connection: sqlite3.Connection) -> None:
    """All of them in a pipe, twenty on a terminal, each found."""
    connection.execute("BEGIN")
    connection.executemany("INSERT INTO books (title) VALUES (?)", [(f"Volume {number}",) for number in range(5_000)])
    connection.execute(
        "INSERT INTO readings (book_id, review, finished) SELECT id, 'about ' || title, 1000 + id % 1000 FROM books"
    )
    connection.execute("COMMIT")
    assert program("list").stdout.count("\n") == 5_000
    assert program("search", "4321").stdout.count("\n") == 1
    assert "20 of 5,000, newest first" in Terminal(program, "list").end()
    assert len(program("export", "--md").stdout) > 5_000 * 100


@pytest.mark.parametrize("damage", ["empty", "half", "zeros", "text", "directory", "middle"])
def test_a_broken_journal_is_a_line_and_is_left_alone(program: Program, damage: str) -> None:
    """Exit code 6 for whatever is asked, and not a byte of it is changed."""
    with Journal(str(program.path)) as journal:
        for number in range(50):
            journal.add(make(f"Volume {number}", review="words " * 200))
    whole = program.path.read_bytes()
    middle = len(whole) // 2
    broken = {"empty": b"", "half": whole[:middle], "zeros": bytes(100) + whole[100:], "text": b"my notes\n" * 500,
              "middle": whole[: 4096 * 2] + bytes(len(whole) - 4096 * 4) + whole[-4096 * 2 :]}  # fmt: skip
    program.path.unlink()
    if damage == "directory":
        program.path.mkdir()
    else:
        program.path.write_bytes(broken[damage])
    for args in (
        ("list",),
        ("search", "words"),
        ("show", "3"),
        ("add", "Dune"),
        ("edit", "3", "--rating", "4"),
        ("export", "--md"),
        ("info",),
        (),
    ):
        ended = program(*args)
        assert (ended.code, "Traceback" in ended.stderr, ended.stderr.count("\n")) == (6, False, 1), (args, ended)
        assert str(program.path) in ended.stderr
    if damage != "directory":
        assert program.path.read_bytes() == broken[damage]


def test_a_journal_that_cannot_be_reached_is_a_line(tmp_path: Path) -> None:
    """Exit code 6 from every command, and no empty answer: a file stands where its folder should be."""
    (tmp_path / "file").write_text("mine")
    (tmp_path / "books.json").write_text('[{"title": "Dune"}]')
    program = Program(tmp_path / "file" / "journal.db")
    asked = [("add", "Dune"), ("edit", "1", "--rating", "4"), ("delete", "1", "--yes"), ("merge", "1", "2"), ("show", "1"), ("search", "dune"),
             ("list",), ("export", "--md"), ("info",), ("stats",), ("stats", "--svg", str(tmp_path / "a.svg")),
             ("stats", "--year-in-review", "2012"), ("random",), ("want", "Dune"), ("start", "Dune"), ("at", "1", "5"),
             ("pause", "1"), ("finish", "1"), ("abandon", "1"), ("goal", "40"), ("tags",), ("authors",), ("quote", "1", "One"), ("quotes",),
             ("import", str(tmp_path / "books.json")), ("backup",), ("restore", str(tmp_path / "books.json"), "--yes"),
             ("doctor",), ("undo",), ("history",)]  # fmt: skip
    needs_no_journal = {"completion", "recover"}
    assert {args[0] for args in asked} == set(MODULES) - needs_no_journal, "a new command is asked too"
    for args in [*asked, ()]:
        ended = program(*args)
        lines = [line for line in ended.stderr.splitlines() if not line.startswith("readlog: your text is in ")]
        assert (ended.stdout, ended.code, len(lines)) == ("", 6, 1), args
        assert ended.stderr.startswith("readlog: ")
        assert str(tmp_path / "file") in ended.stderr
    assert (tmp_path / "file").read_text() == "mine"


@posix
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() != 0, reason="only root can make a file system read-only")
def test_a_read_only_journal_is_read(program: Program, cli: Cli, tmp_path: Path) -> None:
    """From a memory card with its lock on; a write is refused with exit code 6."""
    cli("add", "Dune")
    card = tmp_path / "card"
    card.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "none", str(card)], capture_output=True, check=False).returncode:
        pytest.skip("nothing can be mounted here")
    try:
        shutil.copy(program.path, card / "journal.db")
        subprocess.run(["mount", "-o", "remount,ro", str(card)], check=True)
        on_card = Program(card / "journal.db")
        assert on_card("list").stdout == "1\tfinished\t\t\t\tDune\t\n"
        assert on_card("search", "dune").code == on_card("show", "1").code == on_card("info").code == 0
        for args in (("add", "Emma"), ("edit", "1", "--rating", "4"), ("delete", "1", "--yes")):
            ended = on_card(*args)
            assert (ended.code, "read-only" in ended.stderr) == (6, True)
    finally:
        subprocess.run(["umount", str(card)], check=True)


def seen(program: Program, *args: str) -> str:
    """What a person at a terminal sees, without its colours."""
    return re.sub(r"\x1b\[[0-9;]*m", "", Terminal(program, *args, width=400).end())


FORGED = (
    "x"
    + "".join(map(chr, range(1, 0x20)))
    + "\n 2  2012  Forged\r 3  2013  Forged\x85\u2028\u2029\x9b2J\x7f\u202e\u2066\ufeff\x00"
)


NAMES = (("books", "title"), ("people", "name"), ("tags", "name"))
TEXTS = (("readings", "review"), ("quotes", "text"), ("quotes", "remark"))
"""Where readers have words: in a name they are one line, and a text may have many."""
MOMENTS = (
    ("want", "1", "--why", "Anna\x1b[2J"),
    ("start", "1"),
    ("at", "3", "Chapter\x1b[2J", "so\u202e cold"),
    ("pause", "3", "--at", "5"),
    ("finish", "3", "--review", "Again\x1b[2J"),
    ("start", "1"),
    ("abandon", "4", "--why", "no\x9b31m"),
)
"""The life of a reading, again and again: the book is wanted, and read."""


@pytest.mark.parametrize("place", ["title", "author"])
def test_nothing_in_a_row_can_forge_another(program: Program, cli: Cli, place: str) -> None:
    """Whatever tool wrote it: no control character comes out, and there are as many lines as readings."""
    for number in range(3):
        cli("add", f"Volume {number}", "--author", "Victor Serge", "--finished", "2012")
    connection = sqlite3.connect(program.path)
    table, column = {"title": ("books", "title"), "author": ("people", "name")}[place]
    connection.execute(f"UPDATE {table} SET {column} = ? WHERE id = 1", (FORGED,))
    connection.commit()
    connection.close()
    for args, lines in (
        ((), 2),
        (("list",), 5),
        (("search",), 4),
        (("search", "forged"), 2 if place == "title" else 4),
    ):
        shown = seen(program, *args)
        assert not set(shown) & set(CONTROLS), args
        assert shown.count("\n") == lines, shown
        assert not re.search(r"^ *[23]  2012  Forged", shown, re.MULTILINE)
    for args in (("list",), ("search", "forged")):
        assert {line.count("\t") for line in cli(*args).stdout.splitlines()} == {6 if args == ("list",) else 8}
    for args in (
        ("show", "1"),
        ("export", "--md"),
        ("export", "--json"),
        ("list", "--json"),
        ("stats", "author:forged OR title:forged"),
        ("stats", "--year-in-review", "2012"),
        ("edit", "1", "--rating", "4"),
    ):
        assert not set(seen(program, *args)) & set(CONTROLS), args


@pytest.fixture
def forged(cli: Cli, path: Path, tmp_path: Path, state: Path) -> None:
    """A journal, and a backup of it, in which everything that has words says what acts on a terminal."""
    cli("add", "Volume", "--author", "Victor Serge", "--tag", "memoir", "--finished", "2012", "--review", "Cold.")
    cli("quote", "1", "The winter.", "--remark", "Anna")
    cli("want", "Another", "--why", "Anna said so")
    with closing(sqlite3.connect(path)) as connection, connection:
        for words, text in ((NAMES, FORGED), (TEXTS, FORGED.replace("Forged", "Said"))):
            for table, column in words:
                connection.execute(f"UPDATE {table} SET {column} = 'Forger ' || {column} || ?", (text,))
        said = json.dumps([{"at": FORGED, "date": "2012", "remark": FORGED}])
        connection.execute("UPDATE readings SET progress = ?", (said,))
    cli("backup", str(tmp_path / "backup.db"))
    cli("delete", "2", "--yes")
    cli("edit", "1", "--rating", "4", "--title", "Tome")
    cli("undo")


def acts(shown: str) -> bool:
    """Whether anything in what was shown acts on a terminal."""
    return bool(set(shown) & set(CONTROLS + "\r"))


@pytest.mark.usefixtures("forged")
def test_no_output_of_a_pipe_can_be_forged(cli: Cli, tmp_path: Path) -> None:
    """Nor what is written to a file, nor what a shell is told at TAB, nor what an operation is said to have been."""
    picture = tmp_path / "stats.svg"
    for args in (
        ("tags",),
        ("tags", "--json"),
        ("authors",),
        ("authors", "--json"),
        ("goal", "3"),
        ("stats",),
        ("stats", "--json"),
        ("stats", "--svg", str(picture)),
        ("stats", "--year-in-review", "2012"),
        ("quotes",),
        ("quotes", "--md"),
        ("quotes", "--random"),
        ("quotes", "--random", "--json"),
        ("random",),
        ("history",),
        ("history", "1"),
        ("history", "1", "--at", "2999"),
        ("complete", "bash", "--", "readlog show forg"),
        ("complete", "bash", "--", "readlog list tag:"),
        ("complete", "zsh", "--", "list", "author:"),
        ("complete", "fish", "--", "add", "--tag", ""),
        ("complete", "fish", "--", "show", ""),
        ("restore", str(tmp_path / "backup.db"), "--dry-run"),
        ("restore", str(tmp_path / "backup.db"), "--dry-run", "--json"),
        ("doctor",),
        ("undo",),
        ("undo", "--redo"),
        *MOMENTS,
    ):
        ended = cli(*args)
        assert (ended.code, acts(ended.stdout + ended.stderr)) == (0, False), args
        rows = "" if args[0] == "random" or "--at" in args else ended.stdout + ended.stderr
        assert not re.search(r"^ *[23]\s+201[23]\s+Forged", rows, re.MULTILINE), args
        assert ended.stdout or ended.stderr, args
    assert not acts(picture.read_text(encoding="utf-8"))


@pytest.mark.usefixtures("forged")
def test_no_answer_of_a_terminal_can_be_forged(program: Program, tmp_path: Path) -> None:
    """Not at any moment of a reading's life either: what it says is one line, of the book that is meant."""
    for args in (
        ("tags",),
        ("authors",),
        ("quotes", "--random"),
        ("history", "1", "--at", "2999"),
        ("restore", str(tmp_path / "backup.db"), "--dry-run"),
    ):
        shown = seen(program, *args)
        assert "Forger" in shown, args
        assert not acts(shown), args
    for args in (*MOMENTS, ("pause", "1"), ("finish", "forger")):
        shown = seen(program, *args)
        assert ("Forger" in shown, acts(shown), shown.count("\n")) == (True, False, 1), (args, shown)


def test_no_question_can_be_forged(program: Program, cli: Cli) -> None:
    """Not of `delete` either: what is about to go is what the line says."""
    cli("add", "Dune")
    connection = sqlite3.connect(program.path)
    connection.execute("UPDATE books SET title = 'Dune' || char(27) || '[1D' || char(155) || '2K' || char(8238)")
    connection.commit()
    connection.close()
    person = Terminal(program, "delete", "1")
    assert not set(person.wait_for("[y/N]: ")) & set(CONTROLS)


@posix
@pytest.mark.parametrize("key", ["\x03", "\x04"])
def test_ctrl_c_at_a_question_is_no(program: Program, cli: Cli, key: str) -> None:
    """Nothing is deleted, and the exit code is that of an interrupt."""
    cli("add", "Dune")
    person = Terminal(program, "delete", "1")
    person.wait_for("[y/N]: ")
    shown = person.press_until_it_ends(key)
    assert person.code == 130
    assert ("Traceback" in shown, "Deleted" in shown) == (False, False)
    assert cli("list").stdout.startswith("1\t")


def test_two_terminals_lose_nothing(program: Program) -> None:
    """Four at once, each adding and editing: every answer that was given is true."""
    script = "for n in $(seq 12); do readlog add Book-$1-$n --review words && readlog edit Book-$1-$n --rating 4 || exit 1; done"
    children = [
        subprocess.Popen(["bash", "-c", f"readlog() {{ {' '.join(READLOG)} \"$@\"; }}; {script}", "sh", str(number)], env=program.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for number in range(4)
    ]  # fmt: skip
    ended = [child.communicate(timeout=240) for child in children]
    assert [child.returncode for child in children] == [0] * 4, ended
    ids = sorted(int(line) for stdout, _ in ended for line in stdout.decode().splitlines())
    assert ids == list(range(1, 49))
    with Journal(str(program.path)) as journal:
        assert journal.list("rating:4").total == 48
