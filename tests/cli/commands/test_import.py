import csv
import errno
import json
import os
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from tests.process import Cli, Program
from tests.terminal import Terminal

from readlog.journal import Journal

HEADER = (
    "Book Id,Title,Author,Author l-f,Additional Authors,ISBN,ISBN13,My Rating,Publisher,Binding,Number of Pages,"
    "Year Published,Original Publication Year,Date Read,Date Added,Bookshelves,Bookshelves with positions,"
    "Exclusive Shelf,My Review,Spoiler,Private Notes,Read Count,Owned Copies"
)


def row(number: int, title: str, rating: int = 0, read: str = "", shelf: str = "read", review: str = "") -> str:
    """A row of a Goodreads export."""
    return f'{number},"{title}",Mira Oduya,"Oduya, Mira",,,,{rating},,,,,,{read},2020/02/02,,,{shelf},"{review}",,,1,0'


ROWS = (
    row(101, "Salt and Lanterns (Harbour, #2)", 4, "2019/05/03", review="Fine.<br/><br/>I <i>loved</i> it. <3"),
    row(102, "No Such Tower", shelf="to-read"),
    row(103, "Litter", 3, shelf="literature"),
    row(104, ""),
)


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """A Goodreads export of four rows, one of which has no title."""
    path = tmp_path / "library.txt"
    path.write_text("\n".join((HEADER, *ROWS)) + "\n", encoding="utf-8")
    return path


def account(text: str) -> dict[str, int]:
    """The five numbers that an account in a pipe begins with."""
    return {word: int(number) for word, number in (line.split("\t") for line in text.splitlines()[:5])}


def test_an_import_tells_what_became_of_every_row(cli: Cli, export: Path, journal: Journal) -> None:
    """The numbers add up to the rows of the file, and what was refused or guessed is told with its line."""
    told = cli("import", str(export))
    assert (told.code, told.stderr) == (0, "")
    numbers = account(told.stdout)
    assert numbers == {"rows": 4, "added": 3, "merged": 0, "unchanged": 0, "refused": 1}
    assert f"refused\t{export}, line 5\t" in told.stdout
    assert 'guessed\t1 row\tshelf "literature"' in told.stdout
    first = journal.get(1)
    assert (first.book.title, first.book.series, first.book.series_number) == ("Salt and Lanterns", "Harbour", "2")
    assert (first.rating, first.finished and first.finished.edtf, first.started) == (4, "2019-05-03", None)
    assert first.review == "Fine.\n\nI *loved* it. <3"


def test_the_same_file_again_changes_nothing(cli: Cli, export: Path, path: Path) -> None:
    """Not a byte of the journal, and it says so."""
    cli("import", str(export))
    before = path.read_bytes()
    assert account(cli("import", str(export)).stdout) == {
        "rows": 4,
        "added": 0,
        "merged": 0,
        "unchanged": 3,
        "refused": 1,
    }
    assert path.read_bytes() == before


def test_a_dry_run_tells_the_same_and_writes_nothing(cli: Cli, export: Path, path: Path) -> None:
    """Where there is no journal none is made, and where there is one it stays as it is."""
    foreseen = cli("import", str(export), "--dry-run").stdout
    assert not path.exists()
    cli("add", "Dune")
    before = path.read_bytes()
    assert cli("import", str(export), "-n").stdout == foreseen
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    assert path.read_bytes() == before
    assert cli("import", str(export)).stdout == foreseen


def test_json_tells_all_of_it(cli: Cli, export: Path) -> None:
    """With stable keys, and places as a file and a line."""
    told = json.loads(cli("import", str(export), "--json").stdout)
    assert list(told) == [
        "rows", "added", "merged", "unchanged", "refused", "readings", "books", "undated", "notes", "conflicts", "doubts",
    ]  # fmt: skip
    assert (told["readings"], told["books"], told["undated"]) == (3, 3, 1)
    assert [(each["file"], each["line"]) for each in told["refused"]] == [(str(export), 5)]


def test_strict_writes_nothing_where_a_row_is_refused(cli: Cli, export: Path, path: Path) -> None:
    """Exit code 5, the account all the same; without the bad row everything comes in."""
    told = cli("import", str(export), "--strict")
    assert told.code == 5
    assert told.stderr == "readlog: 1 row refused, and so nothing was written.\n"
    assert account(told.stdout)["refused"] == 1
    with Journal(str(path)) as journal:
        assert journal.list().total == 0
    export.write_text("\n".join((HEADER, *ROWS[:3])) + "\n", encoding="utf-8")
    assert cli("import", str(export), "--strict").code == 0


def test_refused_rows_are_kept_to_be_mended(cli: Cli, export: Path, journal: Journal) -> None:
    """As they stand, with line and reason behind them; mended, the file can be imported, and no file is written over."""
    refused = export.with_name(f"{export.name}.refused.csv")
    told = cli("import", str(export), "--keep-refused")
    assert told.stderr == f"Rows that were refused are in {refused}\n"
    with refused.open(encoding="utf-8", newline="") as file:
        header, kept = csv.reader(file)
    assert header == [*HEADER.split(","), "Line", "Refused because"]
    assert (kept[0], kept[-2]) == ("104", "5")
    again = cli("import", str(export), "--keep-refused")
    assert (again.code, again.stdout) == (2, "")
    refused.write_text(refused.read_text(encoding="utf-8").replace("104,,", "104,Found again,"), encoding="utf-8")
    assert account(cli("import", str(refused)).stdout)["added"] == 1
    assert journal.get(4).book.title == "Found again"
    assert journal.get(4).extra == {"goodreads": {"Date Added": "2020/02/02"}}


def test_refused_rows_that_cannot_be_kept_do_not_undo_the_import(
    cli: Cli, export: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which is said, with what went wrong."""

    def fails(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", fails)
    told = cli("import", str(export), "--keep-refused")
    assert told.code == 1
    assert told.stderr == (
        "Only the rows that were refused could not be written down; all else is as told above.\n"
        f"readlog: {export}.refused.csv cannot be written: No space left on device.\n"
    )
    assert journal.list().total == account(told.stdout)["added"] == 3
    assert not list(export.parent.glob("*.refused.csv"))


def test_the_reader_says_what_a_shelf_means_and_tags_the_books(cli: Cli, export: Path, journal: Journal) -> None:
    """With `--status` for words, with `--tag` for all books of the file."""
    told = cli("import", str(export), "--status", "Literature=dnf", "--tag", "imported, 2026")
    assert "guessed" not in told.stdout
    assert journal.get(3).status == "abandoned"
    assert journal.get(1).book.tags == ("2026", "imported")


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--status", "literature"], '--status "literature" does not say what is what.'),
        (["--status", "literature=burnt"], '"burnt" is not a status.'),
        (["--map", "=title"], '--map "=title" does not say what is what.'),
        (["--dates", "y/d/m"], '"y/d/m" is not an order of dates.'),
        (["--from", "librarycat"], '"librarycat" is not a format to import.'),
    ],
)
def test_an_option_that_says_nothing_is_an_error(
    cli: Cli, export: Path, path: Path, args: list[str], words: str
) -> None:
    """Exit code 2, one line that says what to write, nothing imported."""
    told = cli("import", str(export), *args)
    assert told.code == 2
    assert words in told.stderr
    assert not path.exists()


def test_any_table_comes_in_by_its_columns(cli: Cli, tmp_path: Path, journal: Journal) -> None:
    """Named with --map; what has no field is kept."""
    table = tmp_path / "books.csv"
    table.write_text("Titel;Autor;Note;Ort\nSalz;Mira Oduya;9;Hafen\n", encoding="utf-8")
    args = ("--map", "Titel=title", "--map", "Autor=author", "--map", "Note=rating/10")
    assert account(cli("import", str(table), *args).stdout)["added"] == 1
    reading = journal.get(1)
    assert (reading.book.name, reading.rating) == ("Salz, Mira Oduya", 4.5)
    assert "Hafen" in json.dumps(reading.extra)


def test_files_of_one_service_come_in_together_and_of_two_do_not(cli: Cli, export: Path, tmp_path: Path) -> None:
    """One operation, which is of one service."""
    more = tmp_path / "more.csv"
    more.write_text(f"{HEADER}\n{row(105, 'Ferry')}\n", encoding="utf-8")
    assert account(cli("import", str(export), str(more), str(export)).stdout) == {
        "rows": 9, "added": 4, "merged": 0, "unchanged": 3, "refused": 2,
    }  # fmt: skip
    other = tmp_path / "other.json"
    other.write_text('[{"title": "Dune"}]')
    told = cli("import", str(more), str(other))
    assert told.code == 2
    assert "of several services" in told.stderr


def test_standard_input_is_a_file_too(program: Program) -> None:
    """Of any format, under the name of a hyphen."""
    told = program("import", "-", stdin='[{"title": "Dune"}]')
    assert account(told.stdout)["added"] == 1
    assert program("list").stdout.endswith("\tDune\t\n")


@pytest.mark.parametrize("name", ["nowhere.csv", "empty.csv", "photo.csv", "utf-16.csv", "cut.csv", "other.csv"])
def test_what_cannot_be_read_is_one_line_and_nothing_is_written(
    cli: Cli, tmp_path: Path, path: Path, name: str
) -> None:
    """Exit code 5, and the file is named."""
    (tmp_path / "empty.csv").touch()
    (tmp_path / "photo.csv").write_bytes(b"\xff\xd8\xff\xe0" * 100)
    (tmp_path / "utf-16.csv").write_bytes(f"{HEADER}\n".encode("utf-16"))
    (tmp_path / "cut.csv").write_text(f'{HEADER}\n{ROWS[0]}\n106,"Open')
    (tmp_path / "other.csv").write_text("a,b,c\n1,2,3\n")
    told = cli("import", str(tmp_path / name))
    assert told.code == 5, told
    assert name in told.stderr
    assert told.stdout == ""
    assert told.stderr.count("\n") <= 2
    with Journal(str(path)) as journal:
        assert journal.list().total == 0


def test_an_import_is_one_operation(cli: Cli, export: Path, path: Path) -> None:
    """Which the log calls by its service."""
    cli("import", str(export))
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT command, running FROM operations").fetchall() == [("import goodreads", 0)]


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C is a signal on POSIX")
def test_ctrl_c_in_the_middle_leaves_nothing(program: Program, tmp_path: Path, state: Path) -> None:
    """Exit code 130, and the journal has none of the rows."""
    big = tmp_path / "big.csv"
    big.write_text(
        "\n".join((HEADER, *(row(number, f"Book {number}") for number in range(1, 30_000)))), encoding="utf-8"
    )
    program("add", "Dune")
    terminal = Terminal(program, "import", str(big))
    terminal.wait_for("rows")
    terminal.child.kill(signal.SIGINT)
    terminal.end()
    assert terminal.code == 130
    with Journal(str(program.path)) as journal:
        assert [row.id for row in journal.list().rows] == [1]


def test_a_terminal_gets_a_page_and_a_bar(program: Program, export: Path) -> None:
    """Words instead of columns of numbers; what there is to look at below."""
    terminal = Terminal(program, "import", str(export), "--dry-run", width=80)
    text = terminal.end()
    assert terminal.code == 0
    assert "Goodreads, 4 rows" in text
    assert "Nothing was written." in text


def test_rows_that_share_a_number_are_a_reading_each(cli: Cli, tmp_path: Path, journal: Journal) -> None:
    """StoryGraph gives one to several rows; none is lost, and the same file again changes nothing."""
    table = tmp_path / "graph.csv"
    years = ("2011", "2013", "2015")
    rows = [f"Emma,Jane Austen,9780441013593,read,{year}/01/01,rev{year}" for year in years]
    head = "Title,Authors,ISBN/UID,Read Status,Dates Read,Review,Star Rating"
    table.write_text("\n".join((head, *(f"{row}," for row in rows))) + "\n")
    assert account(cli("import", str(table)).stdout)["unchanged"] == 0
    told = [(str(reading.finished and reading.finished.year), reading.review) for reading in journal.readings()]
    assert told == [(year, f"rev{year}") for year in years]
    assert account(cli("import", str(table)).stdout)["unchanged"] == 3


def test_a_guess_gives_way_to_what_was_said(cli: Cli, export: Path, journal: Journal) -> None:
    """What `--status` has said of a shelf stays, also where a later import does not say it again."""
    cli("import", str(export), "--status", "literature=abandoned")
    assert account(cli("import", str(export)).stdout)["unchanged"] == 3
    assert journal.get(3).status == "abandoned"


def test_a_dry_run_keeps_no_refused_rows(cli: Cli, export: Path) -> None:
    """It writes nothing at all."""
    cli("import", str(export), "--dry-run", "--keep-refused")
    assert sorted(file.name for file in export.parent.iterdir() if file.is_file()) == [export.name]


def test_a_table_of_obvious_columns_is_read_by_their_names(cli: Cli, tmp_path: Path, journal: Journal) -> None:
    """Where it is said to be CSV."""
    (tmp_path / "books.csv").write_text("title,author,rating,date_read\nSalt,Mira Oduya,4.5,2019-03-04\n")
    cli("import", str(tmp_path / "books.csv"), "--from", "csv")
    reading = journal.get(1)
    assert (reading.book.name, reading.rating) == ("Salt, Mira Oduya", 4.5)
    assert reading.finished
    assert reading.finished.edtf == "2019-03-04"


def test_what_was_only_begun_is_being_read(cli: Cli, tmp_path: Path, journal: Journal) -> None:
    """A record that says when it was started, and no status and no end, is of a reading that goes on."""
    (tmp_path / "books.json").write_text('[{"title": "Dune", "started": "2020"}]')
    assert "taken for reading" in cli("import", str(tmp_path / "books.json")).stdout
    assert journal.get(1).status == "reading"


def test_a_large_import_wants_a_backup(cli: Cli, tmp_path: Path, state: Path) -> None:
    """Where none can be kept it says so, with exit code 6, and how to go on without."""
    cli("add", "Emma")
    big = tmp_path / "big.csv"
    big.write_text(
        "\n".join((HEADER, *(row(number, f"Book {number}") for number in range(1, 1_003)))), encoding="utf-8"
    )
    state.parent.write_text("a file in the place of the directory")
    ended = cli("import", str(big))
    assert (ended.stdout, ended.code) == ("", 6)
    assert ended.stderr.endswith("Nothing was imported. Without a backup: --no-backup.\n")
    assert "added\t1002\n" in cli("import", str(big), "--no-backup").stdout
