from collections.abc import Sequence

import pytest
from rich.cells import cell_len
from tests.screen import drawn

from readlog.core.import_row import FilePosition, RejectedRow
from readlog.imports.plain import print_report
from readlog.imports.results import ImportConflict, ImportReport, PossibleDuplicate
from readlog.imports.terminal import show_report

FILES = [("library.csv", "Goodreads")]


def place(line: int) -> FilePosition:
    """A line of the one file."""
    return FilePosition("library.csv", line)


def report() -> ImportReport:
    """Everything that can happen to a row."""
    return ImportReport(
        added=1_204,
        merged=38,
        unchanged=193,
        new_readings=1_260,
        new_books=1_204,
        undated=402,
        rejected=[
            RejectedRow(place(17), "has no title.", ("17", "")),
            RejectedRow(place(230), "My Rating: \x1b[2J", ()),
        ],
        notes={'shelf "literature" is not one that readlog knows: taken as finished': 14},
        conflicts=[
            ImportConflict(place(3), 12, "Conquered City, Victor Serge", "review", "||She dies.|| a\tb\nc " * 9, 5.0)
        ],
        possible_duplicates=[
            PossibleDuplicate(place(9), "Emma, John Austen", 4, "Emma, Jane Austen", "the author may be another")
        ],
    )


def test_a_program_gets_numbers_first_and_a_line_for_each_thing(capsys: pytest.CaptureFixture[str]) -> None:
    """Tab-separated, the first word says what it is, nothing is cut off but long values, and nothing moves a cursor."""
    print_report(report())
    lines = capsys.readouterr().out.splitlines()
    assert lines[:5] == ["rows\t1437", "added\t1204", "merged\t38", "unchanged\t193", "refused\t2"]
    assert [line.split("\t")[0] for line in lines[5:]] == ["refused", "refused", "guessed", "kept", "doubt"]
    assert all(line.count("\t") == 2 for line in lines[5:])
    assert not any("dies" in line for line in lines)
    assert not any(ord(sign) < 32 and sign != "\t" for line in lines for sign in line)


@pytest.mark.parametrize("width", [40, 60, 80, 140])
def test_a_person_gets_a_page_that_fits(width: int) -> None:
    """Words below each other, numbers at the right, and what may be looked at below; no line is too long."""
    lines = drawn(lambda: show_report(report(), FILES, written=True), width)
    text = " ".join(" ".join(lines).split())
    assert lines[0] == "library.csv  Goodreads, 1,437 rows"
    assert lines[1].split() == ["added", "1,204"]
    assert "1,260 readings are new, of 1,204 new books. 402 finished without a date" in text
    assert "line 17 has no title." in text
    assert "14 rows shelf" in text
    assert all(cell_len(line) <= width for line in lines)
    assert not any(ord(sign) < 32 for line in lines for sign in line)


@pytest.mark.parametrize(
    ("report", "files", "words"),
    [
        (ImportReport(unchanged=1), FILES, ["library.csv  Goodreads, 1 row", "unchanged"]),
        (ImportReport(added=1, new_readings=1, new_books=1), FILES, ["1 reading is new, of 1 new book."]),
        (ImportReport(merged=1, new_readings=2), FILES * 2, ["2 files  Goodreads", "into what was here", "of books that were here"]),
    ],
)  # fmt: skip
def test_what_is_not_there_is_not_said(
    report: ImportReport, files: Sequence[tuple[str, str]], words: list[str]
) -> None:
    """No zeros, no empty headings."""
    text = "\n".join(drawn(lambda: show_report(report, files, written=True)))
    assert all(word in text for word in words)
    assert "Refused" not in text
    assert " 0" not in text


def test_of_very_many_some_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """Twenty on a terminal, with how many more there are; in a pipe all."""
    many = ImportReport(rejected=[RejectedRow(place(line), "has no title.", ()) for line in range(50)])
    lines = drawn(lambda: show_report(many, FILES, written=False))
    assert len([line for line in lines if "has no title." in line]) == 20
    assert "  30 more: --json tells all" in lines
    assert lines[-1] == "Nothing was written."
    print_report(many)
    assert capsys.readouterr().out.count("has no title.") == 50
