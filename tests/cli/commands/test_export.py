import json
import os
from pathlib import Path

import pytest
from tests.given import TODAY
from tests.golden import same_as_golden
from tests.library import fill
from tests.process import Cli, Program
from tests.sql_rows import open_file
from tests.terminal import Terminal

from readlog.core.reading_record import from_record
from readlog.formats.markdown_format import from_markdown, split_documents
from readlog.journal import Journal

LATER = "2026-11-23T12:00:00+00:00"


@pytest.fixture(autouse=True)
def library(path: Path) -> None:
    """A journal with everything."""
    fill(path)


def test_markdown_comes_out_as_one_document(cli: Cli, journal: Journal) -> None:
    """Everything, in the order of the numbers; what comes out can be read back to the letter."""
    text = cli("export", "--md").stdout
    same_as_golden("export.md", text)
    assert [from_markdown(document, TODAY) for document in split_documents(text)] == list(journal.readings())


def test_json_comes_out_as_an_array(cli: Cli, journal: Journal) -> None:
    """The same records as everywhere."""
    text = cli("export", "--json").stdout
    same_as_golden("export.json", text)
    assert [from_record(record, TODAY) for record in json.loads(text)] == list(journal.readings())


@pytest.mark.parametrize("format_", ["--md", "--json"])
def test_a_second_export_is_the_same_bytes(cli: Cli, tmp_path: Path, format_: str) -> None:
    """To a file, twice."""
    path = tmp_path / "out"
    assert cli("export", format_, "-o", str(path)).stderr == f"12 readings in {path}, 1 file written.\n"
    first = path.read_bytes()
    cli("export", format_, "-o", str(path))
    assert path.read_bytes() == first
    assert first.decode() == cli("export", format_).stdout


def test_a_query_chooses_what_comes_out(cli: Cli) -> None:
    """The same language as in list and search."""
    assert [
        record["id"] for record in json.loads(cli("export", "--json", "serge", "rating:4..", "-comrade").stdout)
    ] == [1, 3]
    assert cli("export", "--json", "zzz").stdout == "[]\n"
    assert cli("export", "--md", "zzz").stdout == ""


@pytest.mark.parametrize(("format_", "suffix"), [("--md", ".md"), ("--json", ".json")])
def test_a_folder_gets_a_file_for_each_reading(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, format_: str, suffix: str
) -> None:
    """Named by date and title, never one over the other; a second export leaves them untouched."""
    folder = f"{tmp_path}/notes/"
    assert cli("export", format_, "-o", folder).stderr == f"12 readings in {Path(folder)}, 12 files written.\n"
    names = sorted(os.listdir(folder))
    same_as_golden(f"export{suffix}-names.txt", "".join(f"{name}\n" for name in names))
    assert cli("export", format_, "-o", folder).stderr == f"12 readings in {Path(folder)}, 0 files written.\n"
    assert (
        cli("export", format_, "-o", folder, "status:reading").stderr
        == f"1 reading in {Path(folder)}, 0 files written.\n"
    )
    monkeypatch.setenv("READLOG_NOW", LATER)
    cli("edit", "5", "--rating", "3")
    assert cli("export", format_, "-o", folder).stderr == f"12 readings in {Path(folder)}, 1 file written.\n"
    assert sorted(os.listdir(folder)) == names


def test_what_was_edited_in_a_folder_is_left_and_named(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A field that somebody changed there is not written over: an import takes it up, and then the two agree."""
    folder = tmp_path / "notes"
    cli("export", "--md", "-o", f"{folder}/")
    edited = folder / "undated conquered-city.md"
    edited.write_text(edited.read_text().replace("pages: 224", "pages: 230"))
    monkeypatch.setenv("READLOG_NOW", LATER)
    cli("edit", "5", "--rating", "3")
    assert cli("export", "--md", "-o", str(folder)).stderr == (
        f"12 readings in {folder}, 0 files written.\nLeft as somebody edited it: {edited}\n"
    )
    assert "pages: 230" in edited.read_text()
    assert "merged\t1\nunchanged\t11\nrefused\t0\n" in cli("import", str(folder)).stdout
    assert cli("export", "--md", "-o", str(folder)).stderr == f"12 readings in {folder}, 1 file written.\n"
    assert "pages: 230\n" in edited.read_text()
    assert "rating: 3.0\n" in edited.read_text()


def test_what_was_added_in_a_folder_survives(cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Fields and sections of other programs stay around what readlog writes anew."""
    folder = tmp_path / "notes"
    cli("export", "--md", "-o", f"{folder}/")
    note = folder / "2003 memoirs-of-a-revolutionary.md"
    note.write_text(note.read_text().replace("status:", "cssclass: page\nstatus:") + "\n## Links\n\n[[Serge]]\n")
    monkeypatch.setenv("READLOG_NOW", LATER)
    cli("edit", "3", "--review", "Once more.")
    assert cli("export", "--md", "-o", str(folder)).stderr == f"12 readings in {folder}, 1 file written.\n"
    assert note.read_text().endswith("cssclass: page\n---\n\nOnce more.\n\n## Links\n\n[[Serge]]\n")
    assert cli("export", "--md", "-o", str(folder)).stderr == f"12 readings in {folder}, 0 files written.\n"


def test_files_of_deleted_readings_are_removed_when_asked(cli: Cli, tmp_path: Path) -> None:
    """With `--prune`, and no others."""
    folder = tmp_path / "notes"
    cli("export", "--md", "-o", f"{folder}/")
    (folder / "mine.md").write_text("Mine.\n")
    gone = folder / "undated conquered-city.md"
    cli("delete", "5", "--yes")
    assert cli("export", "--md", "-o", str(folder)).stderr == f"11 readings in {folder}, 0 files written.\n"
    assert gone.exists()
    pruned = cli("export", "--md", "-o", str(folder), "--prune")
    assert pruned.stderr == f"11 readings in {folder}, 0 files written.\nRemoved: {gone}\n"
    assert not gone.exists()
    assert len(list(folder.iterdir())) == 12


@pytest.mark.parametrize("format_", ["--md", "--json", "--csv"])
def test_everything_comes_back(cli: Cli, tmp_path: Path, format_: str) -> None:
    """Export, import into an empty journal, export: the same bytes, and `--verify` has said so."""
    first, second = tmp_path / "first", tmp_path / "second"
    told = cli("export", format_, "-o", str(first), "--verify").stderr
    assert told.endswith("Read back and compared: 12 readings, all as in the journal.\n")
    other = Cli(tmp_path / "other.db")
    assert other("import", str(first)).code == 0
    other("export", format_, "-o", str(second))
    assert second.read_bytes() == first.read_bytes()


def test_verify_says_what_does_not_come_back(cli: Cli, tmp_path: Path) -> None:
    """A file that somebody has edited is not as in the journal: exit code 1, and the field is named."""
    folder = tmp_path / "notes"
    cli("export", "--md", "-o", f"{folder}/")
    edited = folder / "undated conquered-city.md"
    edited.write_text(edited.read_text().replace("pages: 224", "pages: 230"))
    told = cli("export", "--md", "-o", str(folder), "--verify")
    assert told.code == 1
    assert "5 Conquered City, Victor Serge: pages\n" in told.stderr


def test_csv_has_all_fields_or_some(cli: Cli) -> None:
    """A row for each reading; no cell is a formula."""
    lines = cli("export", "--csv").stdout.splitlines()
    assert lines[0].startswith("id,uid,book_uid,title,")
    assert cli("export", "--columns", "title, rating", "serge", "rating:4..4.5").stdout == (
        "title,rating\nMemoirs of a Revolutionary,4\nThe Case of Comrade Tulayev,4.5\n"
    )
    assert cli("export", "--columns", "titel").stderr == ('readlog: "titel" is not a column. Did you mean title?\n')


def test_goodreads_gets_a_row_for_each_book_and_the_rest_is_told(cli: Cli, tmp_path: Path) -> None:
    """In its own columns; what it has no place for is counted on stderr, and it comes in again."""
    told = cli("export", "--goodreads", "-o", str(tmp_path / "goodreads.csv"))
    assert "Not in it: 4 dates without a day\n" in told.stderr
    lines = (tmp_path / "goodreads.csv").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 11
    assert "rows\t10\n" in Cli(tmp_path / "other.db")("import", str(tmp_path / "goodreads.csv")).stdout


def test_what_is_private_stays_when_it_is_for_others(cli: Cli) -> None:
    """No private note, spoilers folded, and it says what it withheld."""
    told = cli("export", "--md", "--public", "title:memoirs")
    assert "Anna" not in told.stdout
    assert "<details><summary>Spoiler</summary>" in told.stdout
    assert told.stderr == "Withheld: 1 private note, 1 spoiler (folded in).\n"


def test_a_public_export_takes_back_what_is_private(cli: Cli, tmp_path: Path) -> None:
    """Also from a folder into which a private one was written before; and the other way round it brings it back."""
    folder = str(tmp_path / "notes") + os.sep
    note = tmp_path / "notes" / "2012-03 memoirs-of-a-revolutionary.md"
    cli("export", "--md", "-o", folder)
    assert "Anna" in note.read_text(encoding="utf-8")
    told = cli("export", "--md", "--public", "-o", folder).stderr
    assert told.endswith("Withheld: 1 private note, 5 notes on progress, 1 spoiler (folded in).\n")
    assert "Anna" not in note.read_text(encoding="utf-8")
    cli("export", "--md", "-o", folder)
    assert "Anna" in note.read_text(encoding="utf-8")


def test_a_folder_of_json_comes_back_too(cli: Cli, tmp_path: Path) -> None:
    """It can be verified, and imported."""
    folder = str(tmp_path / "records") + os.sep
    assert cli("export", "--json", "-o", folder, "--verify").code == 0
    assert "rows\t12\n" in Cli(tmp_path / "other.db")("import", folder).stdout


def test_other_notes_are_not_verified(cli: Cli, tmp_path: Path) -> None:
    """A folder may have notes on readings that are not of this journal."""
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "0.md").write_text("---\ntitle: Mine\nauthors: [Me]\nrating: 9\n---\n")
    assert cli("export", "--md", "-o", str(tmp_path / "notes"), "--verify").code == 0
    assert cli("export", "--md", "-o", str(tmp_path / "none.md"), "--verify", "zzz").code == 0


def test_what_sqlite_puts_beside_the_journal_is_not_written_over(cli: Cli, path: Path) -> None:
    """Its write-ahead log and its rollback journal."""
    for suffix in ("-wal", "-shm", "-journal"):
        assert cli("export", "--json", "-o", f"{path}{suffix}").code == 2


@pytest.mark.parametrize(
    ("args", "line"),
    [
        (("--csv", "-o", "."), "--csv makes one file."),
        (("--md", "--prune"), "--prune is for a folder."),
        (("--md", "--verify"), "--verify is for files"),
        (("--goodreads", "--verify", "-o", "x.csv"), "--verify is for files"),
        (("--md", "--columns", "title"), "--columns is for --csv."),
    ],
)
def test_what_does_not_go_together_is_said(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, args: tuple[str, ...], line: str
) -> None:
    """Before anything is written."""
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.iterdir())
    told = cli("export", *args)
    assert (told.code, told.stdout, line in told.stderr) == (2, "", True)
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    ("args", "line"),
    [
        (("--md", "-o", ""), "The name behind -o is empty."),
        (("--md", "-o", "-"), "-o needs the name of a file, and - is none."),
        (("--md", "-onotes.md"), "Write -o notes.md, or -- -onotes.md"),
        (("--md", "-o", "notes/", "rating:x"), 'In "rating:x"'),
    ],
)
def test_a_slip_makes_no_folder(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, args: tuple[str, ...], line: str
) -> None:
    """What cannot be understood is said before anything is written."""
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.iterdir())
    ended = cli("export", *args)
    assert (ended.code, line in ended.stderr) == (2, True)
    assert sorted(tmp_path.iterdir()) == before


def test_a_folder_can_be_read_back(cli: Cli, tmp_path: Path, journal: Journal) -> None:
    """Each file holds its reading."""
    cli("export", "--md", "-o", str(tmp_path / "notes") + os.sep)
    readings = [from_markdown(path.read_text(encoding="utf-8"), TODAY) for path in (tmp_path / "notes").iterdir()]
    assert sorted(readings, key=lambda reading: reading.id or 0) == list(journal.readings())


def test_one_format_must_be_said(cli: Cli) -> None:
    """Not none and not two."""
    assert cli("export") == ("", "readlog: Choose one format: --md, --json, --csv, --goodreads.\n", 2)
    assert cli("export", "--md", "--json").code == 2


def test_the_journal_is_not_written_over(cli: Cli, path: Path) -> None:
    """Neither under its name nor under another that is the same file."""
    before = path.read_bytes()
    for name in (str(path), f"{path.parent}/./{path.name}"):
        ended = cli("export", "--md", "-o", name)
        assert (ended.code, "is the journal itself" in ended.stderr) == (2, True)
    assert path.read_bytes() == before


def test_what_cannot_be_written_is_said(cli: Cli, tmp_path: Path) -> None:
    """A folder that is not there is named, and nothing is left behind."""
    ended = cli("export", "--md", "-o", str(tmp_path / "missing" / "out.md"))
    assert ended.code == 1
    assert "cannot be written: No such file or directory" in ended.stderr


def test_an_export_to_a_terminal_moves_no_cursor(program: Program, path: Path) -> None:
    """What another tool wrote is harmless on a screen."""
    with Journal(str(path)) as journal, open_file(journal) as connection:
        connection.execute("UPDATE readings SET review = 'a' || char(27) || '[2Jb' WHERE id = 2")
    assert "\x1b" not in Terminal(program, "export", "--md", "id:2").end()
