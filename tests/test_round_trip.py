"""What goes out comes in again: the same bytes, whatever was written down."""

import tempfile
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readlog.core.domain_model import Reading
from readlog.core.import_row import FilePosition, ImportOptions, ImportRow
from readlog.exports.export_format import ExportFormat
from readlog.exports.write_export import write_folder
from readlog.formats import csv_format, json_format, markdown_format
from readlog.imports.detect_source import open_import_file
from readlog.journal import Journal
from tests.given import TODAY, make
from tests.made import make_empty
from tests.strategies import readings

FORMATS: dict[str, ExportFormat] = {"json": json_format, "markdown": markdown_format, "csv": csv_format}


def exported(journal: Journal, format_: ExportFormat) -> str:
    """All readings of the journal as one text."""
    text = StringIO()
    format_.write(journal.readings(), text)
    return text.getvalue()


def fill(journal: Journal, books: list[list[Reading]]) -> None:
    """Each of the lists as the readings of one book."""
    for first, *more in books:
        id_ = journal.add(first, new_book=True)
        for reading in more:
            journal.add(
                reading._replace(book=journal.get(id_).book._replace(uid=journal.get(id_).book.uid)), again=True
            )


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=10)
@given(books=st.lists(st.lists(readings(), min_size=1, max_size=3), max_size=3))
def test_an_export_comes_back_to_the_byte(name: str, books: list[list[Reading]]) -> None:
    """Into an empty journal, and out again; a second time it changes nothing, and neither does a folder of files."""
    format_ = FORMATS[name]
    with tempfile.TemporaryDirectory() as folder, Journal(f"{folder}/a.db") as here, Journal(f"{folder}/b.db") as there:
        make_empty(Path(here.path))
        make_empty(Path(there.path))
        fill(here, books)
        text = exported(here, format_)
        file = Path(folder) / "export"
        file.write_text(text, encoding="utf-8", newline="")
        if not books:
            assert text in ("", "[]\n") or name == "csv"
            return
        rows = open_import_file(str(file), ImportOptions(TODAY))
        report = there.import_rows(lambda: rows, rows.service)
        assert (report.rejected, report.conflicts, report.possible_duplicates) == ([], [], [])
        assert report.new_readings == sum(map(len, books))
        assert exported(there, format_) == text
        assert there.import_rows(lambda: rows, rows.service).unchanged == report.rows
        if name == "markdown":
            write_folder(
                Path(folder) / "notes",
                here.readings(),
                markdown_format.file_names(here.outline()),
                format_,
                find_version=here.versions().reading_updated_at,
            )
            notes = open_import_file(f"{folder}/notes", ImportOptions(TODAY))
            assert there.import_rows(lambda: notes, notes.service).unchanged == report.rows


@pytest.mark.parametrize("name", FORMATS)
def test_what_was_merged_comes_back_to_the_byte(name: str, journal: Journal, tmp_path: Path) -> None:
    """What an import has noted beside a reading stands in the same order wherever it comes from."""
    first = make(
        "Dune",
        authors=["A"],
        pages=9,
        publisher="P",
        published=1990,
        sources=["goodreads:1"],
        extra={"goodreads": {"z": "1"}},
    )
    other = make(
        "Dune",
        authors=["A"],
        pages=8,
        publisher="Q",
        published=1980,
        sources=["goodreads:2"],
        extra={"goodreads": {"a": "1"}},
    )
    rows = [ImportRow(FilePosition("f", line), (reading,)) for line, reading in enumerate((first, other), 2)]
    journal.import_rows(lambda: rows, "goodreads")
    text = exported(journal, FORMATS[name])
    assert "edition" in text
    (tmp_path / "export").write_text(text, encoding="utf-8", newline="")
    read = open_import_file(str(tmp_path / "export"), ImportOptions(TODAY))
    with Journal(str(tmp_path / "other.db")) as there:
        there.import_rows(lambda: read, read.service)
        assert exported(there, FORMATS[name]) == text
