import io
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from tests.given import TODAY, make

from readlog.core.errors import UnreadableInput
from readlog.core.import_row import ImportOptions
from readlog.formats.table_rows import column_key, read_table
from readlog.imports.detect_source import open_import_file
from readlog.imports.open_input import describe_table
from readlog.imports.sources import any_csv
from readlog.journal import Journal


def _said(content: bytes | str) -> str:
    """What is said about a file with this content, in one line."""
    stdin = content.encode() if isinstance(content, str) else content
    with pytest.raises(UnreadableInput) as caught:
        list(open_import_file("-", ImportOptions(TODAY), None, stdin))
    assert "\n" not in str(caught.value)
    return str(caught.value).removeprefix("standard input: ")


def _zip(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, b"x")
    return file.getvalue()


def _tar() -> bytes:
    return b"archive.json".ljust(257, b"\0") + b"ustar\x0000" + b"\0" * 300


@pytest.mark.parametrize(
    ("content", "begins", "helps"),
    [
        (_zip("user.json", "review.json"), "this looks like the archive of personal data that Goodreads", "My Books"),
        (_zip("goodreads/a.json", "goodreads/b.json"), "this looks like the archive of personal data", "Export library"),
        (_zip("[Content_Types].xml", "xl/workbook.xml"), "this looks like a spreadsheet of Excel.", "CSV in UTF-8"),
        (_zip("mimetype", "content.xml"), "this looks like a spreadsheet of LibreOffice.", "CSV in UTF-8"),
        (_zip("Index/Document.iwa", "Data/x"), "this looks like a spreadsheet of Numbers.", "CSV in UTF-8"),
        (_zip("[Content_Types].xml", "word/document.xml"), "this looks like a document of Word.", ""),
        (_zip("mimetype", "META-INF/container.xml"), "this looks like a book itself", ""),
        (_zip("books.backup", "info.txt"), "this looks like a backup of Openreads.", "CSV export"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500, "this looks like a spreadsheet of Excel (.xls)", "CSV in UTF-8"),
        (b"%PDF-1.7\n\0", "this looks like a PDF.", "export"),
        (b"\x89PNG\r\n\x1a\n\0", "this looks like an image.", ""),
        (b"\xff\xd8\xff\xe0\0", "this looks like an image.", ""),
        (b"RIFF\0\0\0\0WEBPVP8", "this looks like an image.", ""),
        (b"\x1f\x8b\x08\0", "this looks like a gzip archive.", "gunzip"),
        (_tar(), "this looks like a tar archive.", "Unpack it"),
        (b"7z\xbc\xaf\x27\x1c\0", "this looks like a 7z archive.", "Unpack it"),
        ("title,sort character,Collections\n", "this looks like", ""),
        ("Book Id\tTitle\tSort Character\tPrimary Author\tCollections\n", "this looks like an export of LibraryThing.", '--map "Primary Author=authors"'),
        ("title,author_text,remote_id,review_content\r\n", "this looks like an export of BookWyrm.", '--map "author_text=authors"'),
        ("Title,Author,Hardcover Book ID\n", "this looks like an export of Hardcover.", '--map "Author=authors"'),
        ("title,subtitle,author,olid,my_review,readings\n", "this looks like an export of Openreads.", '--map "my_review=review"'),
        ("\ufeffauthor_sort,title_sort,pubdate,authors\n", "this looks like a catalog of Calibre.", '--map "authors=authors"'),
        ("Work Id,Edition Id,Bookshelf\n", "this looks like a reading log of Open Library", "no titles"),
        ("cover,title,author,publisher,isbn,timestamp,activity,details,library\n", "this looks like a list of Libby.", '--map "title=title"'),
        ('[{"authors": "A & B", "id": 1, "title": "x"}]', "this looks like a list of calibredb.", "--map"),
        ('[\n  {\n    "authors": "A",\n    "author_sort": "A",\n    "id": 1,\n    "title": "x"\n  }\n]', "this looks like a list of calibredb.", ""),
        ('{"17": {"books_id": "17", "title": "x"}}', "this looks like JSON of LibraryThing.", ""),
        ('{"title": "x", "entries": [], "created_on": 1, "version": "json/1.0.0"}', "this looks like highlights of KOReader.", ""),
        ('{"created_on": 1, "documents": [{"title": "x"}]}', "this looks like highlights of KOReader.", ""),
        ('[{"explanation": "Your reviews"}, {"rating": 5, "book": "x"}]', "this looks like the archive of personal data that Goodreads", "Export library"),
        ('{"id": 1, "title": "x", "my_review": ""}@@@@@{"id": 2}', "this looks like a backup of Openreads.", "CSV export"),
        ("\ufeffDune (Frank Herbert)\r\n- Your Highlight on page 7 | Added on Monday\r\n\r\nSand\r\n==========\r\n", "this looks like My Clippings.txt of a Kindle", ""),
        ('-- we can read Lua syntax here!\nreturn {\n    ["stats"] = {}\n}\n', "this looks like a sidecar file of KOReader.", ""),
        ("return {\n}\n", "this looks like a sidecar file of KOReader.", ""),
        ('<?xml version="1.0"?>\n<rss version="2.0" xmlns:wp="https://wordpress.org/export/1.2/">', "this looks like an export of a WordPress blog.", "Markdown"),
        ("<?xml version='1.0'?>\n<calibredb/>", "this looks like XML.", "CSV"),
        ("\n<!DOCTYPE html>\n<html><body>Sign in", "this looks like a web page.", "Download the export again"),
        ("<!-- saved --><html>", "this looks like a web page.", ""),
        ("+++\ntitle = 'x'\n+++\n", "this looks like Markdown with TOML front matter.", "YAML"),
        ("Titel,Jahr\nx,1\n", "a table of no program", '--map "Titel=title"'),
        ("Dear diary, dear me,\n\nrain.\nAnd I, again, read.\n", "readlog does not know what this is", "front matter"),
        ("# Dune\n\nSand.\n", "readlog does not know what this is", "between two lines of ---"),
        ("Rain.\n", "readlog does not know what this is", "no table"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_named(content: bytes | str, begins: str, helps: str) -> None:
    """With what to hand over instead, or how to read it nevertheless."""
    said = _said(content)
    assert said.startswith(begins)
    assert helps in said


def test_a_journal_is_no_import(journal: Journal, path: Path, tmp_path: Path) -> None:
    """It is opened as what it is; the database of another program is not."""
    journal.add(make())
    assert _said(path.read_bytes()).startswith("this is a journal of readlog. Open it with --journal")
    with closing(sqlite3.connect(tmp_path / "other.db")) as other:
        other.execute("CREATE TABLE t (x)")
    assert _said((tmp_path / "other.db").read_bytes()).startswith("this looks like a database (SQLite).")


@pytest.mark.parametrize(
    "header",
    [
        "Title\tSort Character\tPrimary Author\tCollections",
        "title,author_text,isbn_13,finish_date,rating,review_content,shelf",
        "Title,Author,Status,Hardcover Book ID,ISBN 13,Date Finished,Rating",
        "title,author,status,rating,isbn,olid,my_review,readings",
        "author_sort,title_sort,authors,title,isbn",
        "cover,title,author,publisher,isbn,timestamp,activity,details,library",
    ],
)
def test_what_is_said_about_a_table_can_be_typed(header: str) -> None:
    """The columns that it names can be read as the fields that it names."""
    table = read_table("x", lambda: [header + "\n"])
    said = describe_table(table.keys) or ""
    pairs = [part.split('"')[0].split("=") for part in said.split('--map "')[1:]]
    assert pairs
    assert {column_key(column) for column, _ in pairs} <= set(table.keys)
    any_csv.check_mapping(table, ImportOptions(TODAY, columns={column_key(column): field for column, field in pairs}))


def test_a_review_may_have_a_line_of_signs() -> None:
    """A rule in the review of a table does not make clippings of it."""
    text = 'Title,Read Status,Star Rating,Review\n"Dune",read,4.5,"Sand\n- dry\n==========\nand more"\n'
    assert len(list(open_import_file("-", ImportOptions(TODAY), None, text.encode()))) == 1
