import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.given import TODAY, make

from readlog.core.errors import BadInput, UnreadableInput
from readlog.core.import_row import ImportOptions, ImportRow, RejectedRow
from readlog.formats import csv_format, json_format, markdown_format
from readlog.imports.detect_source import FORMAT_NAMES, ImportFile, open_import_file

WISHES = ImportOptions(TODAY)
GOODREADS = (
    "Book Id,Title,Author,Author l-f,Additional Authors,ISBN,ISBN13,My Rating,Publisher,Binding,Number of Pages,"
    "Year Published,Original Publication Year,Date Read,Date Added,Bookshelves,Bookshelves with positions,"
    "Exclusive Shelf,My Review,Spoiler,Private Notes,Read Count,Owned Copies\n"
)
GOODREADS_ROW = '7,Dune,Frank Herbert,"Herbert, Frank",,"=""""","=""""",5,,,,,,2012/03/17,2012/01/01,,,read,,,,1,0\n'
STORYGRAPH = "Title,Authors,ISBN/UID,Format,Read Status,Dates Read,Star Rating\nDune,Frank Herbert,,,read,,4.75\n"


def _import(text: str | bytes, named: str | None = None, wishes: ImportOptions = WISHES) -> ImportFile:
    return open_import_file("-", wishes, named, text.encode() if isinstance(text, str) else text)


def _written(format_: object) -> str:
    file = io.StringIO()
    format_.write([make("Dune"), make("Emma")], file)  # type: ignore[attr-defined]
    return file.getvalue()


def _titles(rows: ImportFile) -> list[str]:
    return [row.readings[0].book.title if isinstance(row, ImportRow) else f"refused: {row.reason}" for row in rows]


def _refusal(text: str | bytes, named: str | None = None, wishes: ImportOptions = WISHES) -> str:
    with pytest.raises(UnreadableInput) as caught:
        list(_import(text, named, wishes))
    assert "\n" not in str(caught.value)
    return str(caught.value)


def _zip(entries: dict[str, str]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in entries.items():
            archive.writestr(name, text)
    return file.getvalue()


@pytest.mark.parametrize(
    ("text", "name", "format_", "service", "titles"),
    [
        (GOODREADS + GOODREADS_ROW, "goodreads", "Goodreads", "goodreads", ["Dune"]),
        ("\ufeff" + (GOODREADS + GOODREADS_ROW).replace("\n", "\r\n"), "goodreads", "Goodreads", "goodreads", ["Dune"]),
        (GOODREADS_ROW, "goodreads", "Goodreads", "goodreads", ["Dune"]),
        (STORYGRAPH, "storygraph", "StoryGraph", "storygraph", ["Dune"]),
        (_written(csv_format), "csv", "readlog CSV", "readlog", ["Dune", "Emma"]),
        (_written(json_format), "json", "readlog JSON", "readlog", ["Dune", "Emma"]),
        ('{"title": "Dune", "status": "to-read"}', "json", "readlog JSON", "readlog", ["Dune"]),
        ("[]\n", "json", "readlog JSON", "readlog", []),
        ("\ufeff\n [ ]", "json", "readlog JSON", "readlog", []),
        (_written(markdown_format), "markdown", "readlog Markdown", "readlog", ["Dune", "Emma"]),
        ("\ufeff---\r\ntitle: Dune\r\n---\r\n", "markdown", "readlog Markdown", "readlog", ["Dune"]),
    ],
)  # fmt: skip
def test_a_file_is_known_by_what_is_in_it(text: str, name: str, format_: str, service: str, titles: list[str]) -> None:
    """Nobody has to say what it is, and who says it is right; it can be read again."""
    for named in (None, name, name.upper()):
        found = _import(text, named)
        assert (found.format, found.service, found.name) == (format_, service, "standard input")
        assert _titles(found) == _titles(found) == titles


@pytest.mark.parametrize(("content", "said"), [(GOODREADS + GOODREADS_ROW, "Goodreads"), (_written(json_format), "readlog JSON")])  # fmt: skip
def test_the_name_of_a_file_says_nothing(tmp_path: Path, content: str, said: str) -> None:
    """Not even where it says something else."""
    for name in ("a.md", "b.json", "c.csv", "export", "f.db"):
        (tmp_path / name).write_text(content)
        assert open_import_file(str(tmp_path / name), WISHES).format == said


def test_the_one_table_in_an_archive_is_imported() -> None:
    """It is named with the archive."""
    found = _import(_zip({"export.csv": STORYGRAPH, "read.txt": "me"}))
    assert found.name == "standard input/export.csv"
    assert _titles(found) == ["Dune"]
    assert [row.position.file for row in found] == ["standard input/export.csv"]


def test_columns_that_are_named_make_any_table_readable() -> None:
    """Whatever program it is of."""
    wishes = WISHES._replace(columns={"titel": "title"})
    for named in (None, "csv"):
        found = _import("Titel;Jahr\nDer Prozess;1925\n", named, wishes)
        assert (found.service, _titles(found)) == ("csv", ["Der Prozess"])
    with pytest.raises(BadInput, match="Leave out --from goodreads"):
        _import(GOODREADS, "goodreads", wishes)
    with pytest.raises(BadInput, match="title"):
        _import("a,b\n1,2\n", None, WISHES._replace(columns={"a": "authors"}))
    assert "--map does not fit, this is JSON. Leave it out" in _refusal("[]", None, wishes)
    assert "--map does not fit, this is Markdown" in _refusal("---\ntitle: x\n---\n", None, wishes)
    assert "--map does not fit, this is Markdown" in _refusal(_zip({"a.md": ""}), None, wishes)
    assert "a web page" in _refusal("<!DOCTYPE html>\n<p>", None, wishes)


def test_another_name_than_those_there_are_is_no_format() -> None:
    """They are listed."""
    with pytest.raises(BadInput, match=f"One of: {', '.join(FORMAT_NAMES)}"):
        _import("[]", "xml")


@pytest.mark.parametrize(
    ("text", "named", "words"),
    [
        (STORYGRAPH, "goodreads", "--from goodreads does not fit, this is StoryGraph. Leave it out."),
        (GOODREADS, "csv", "--from csv does not fit, this is Goodreads."),
        (GOODREADS, "json", "--from json does not fit, this is Goodreads."),
        (GOODREADS, "markdown", "--from markdown does not fit, this is Goodreads."),
        ("[]", "goodreads", "--from goodreads does not fit, this is readlog JSON."),
        ("[1]", "storygraph", "--from storygraph does not fit, this is JSON."),
        ("hello", "json", "--from json does not fit, this is no JSON."),
        ("---\ntitle: x\n---\n", "csv", "--from csv does not fit, this is readlog Markdown."),
        ("a,b\n1,2\n", "goodreads", "a table of no program that readlog knows"),
        ("author_text,review_content\n", "goodreads", "this looks like an export of BookWyrm"),
        (_zip({"a.md": ""}), "goodreads", "--from goodreads does not fit, this is Markdown"),
    ],
)  # fmt: skip
def test_what_is_said_and_what_is_there_must_agree(text: str, named: str, words: str) -> None:
    """Or else it is said what is there."""
    assert words in _refusal(text, named)


def test_what_nobody_knows_is_what_the_reader_says() -> None:
    """As far as it can be: a table with titles, JSON and Markdown of which every part is refused with its reason."""
    assert _titles(_import("Title,Author\nDune,Frank Herbert\n", "goodreads")) == ["Dune"]
    assert _titles(_import("title,publisher\nDune,x\n", "csv")) == ["Dune"]
    assert _titles(_import('[1, {"name": "x"}]', "json")) == [
        "refused: 1 is no record of a reading.",
        "refused: title: a book needs a title.",
    ]
    assert _titles(_import("# Dune\n", "markdown")) == [
        "refused: the fields must stand first, between two lines of ---."
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Titel;Autor;Note\nx;y;1\n", "Its columns are Titel, Autor, Note; looked for were Exclusive Shelf and"),
        ("Titel;Autor;Note\nx;y;1\n", '--map "Titel=title"'),
        (",".join("abcdefghij") + "\n", "a, b, c, d, e, f, g, h, ...;"),
        ("Dear diary\n", "no table, no JSON, and no Markdown that begins with front matter between two lines of ---"),
        ("[1, 2]", "this is JSON, but none of its first values is a record"),
        ('[{"name": "x"}]', "this is JSON, but none of its first values is a record"),
        ('[{"title": 1}, {"title": ', "line 1: this is not whole JSON: the file is cut off in the record"),
        ('[{"title": 1 "a"}]', "line 1: this is not whole JSON: expecting ',' delimiter"),
        ('Title,"Exclusive Shelf', "a quotation mark in the row of line 1 is never closed"),
        ("Title,Exclusive Shelf,Bookshelves\n" + "x,y,z\n" * 20_000 + "\xff\n", "not UTF-8 text (byte 120035, line 20002)"),
    ],
)  # fmt: skip
def test_what_nobody_knows_is_not_understood(text: str, words: str) -> None:
    """It is said what is there, what was looked for, and what can be done."""
    content = text.encode("latin-1")
    assert words in _refusal(content)


def test_a_program_is_known_where_its_file_is_no_unicode() -> None:
    """Its columns are read first."""
    said = _refusal(b"Book Id\tTitle\tSort Character\tCollections\tSubjects\n1\tx\t1\t\tV\xe5tsy\xe5yana\n")
    assert "LibraryThing" in said


NOTES = {
    "2012-03 dune.md": "---\ntitle: Dune\nstatus: finished\n---\n",
    "diary.md": "Rain again.\n",
    "sub/broken.md": "---\ntitle: Emma: a novel\nrating: 4\n---\n",
    "sub/task.md": "---\ntitle: Mend the door\nstatus: done\n---\n",
    "sub/empty.md": "",
    "two.md": "---\ntitle: A\nrating: 3\n---\n\n<!-- readlog: next reading -->\n---\ntitle: B\n---\n",
}


def test_notes_about_something_else_are_passed_over(tmp_path: Path) -> None:
    """In a folder of notes, and in an archive of one; they are named, and the numbers add up."""
    for name, text in NOTES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    for found in (open_import_file(str(tmp_path), WISHES), _import(_zip(NOTES))):
        assert (found.format, found.service, found.total()) == ("readlog Markdown", "readlog", 6)
        titles = _titles(found)
        assert (titles[0], titles[2:]) == ("Dune", ["A", "B"])
        assert titles[1].startswith("refused: line 2: mapping values are not allowed here.")
        assert [name.rpartition("/")[2] for name in found.skipped] == ["diary.md", "empty.md", "task.md"]
        assert found.done == found.total()
        assert len(list(found)) == 4
        assert len(found.skipped) == 3


def test_a_note_that_cannot_be_read_stops_no_other(tmp_path: Path) -> None:
    """It is refused, with the reason, whatever it is about."""
    (tmp_path / "a.md").write_bytes(b"---\ntitle: Dune\nrating: 4\n---\n\xff")
    (tmp_path / "b.md").write_text("---\ntitle: Emma\nrating: 4\n---\n")
    first, second = open_import_file(str(tmp_path), WISHES)
    assert isinstance(first, RejectedRow)
    assert str(first.position) == f"{tmp_path / 'a.md'}, line 1"
    assert first.reason.startswith("this is not UTF-8 text (byte 31, line 5)")
    assert isinstance(second, ImportRow)


def test_a_folder_without_readings_is_not_nothing() -> None:
    """That no reading is in it is said, for it was meant to have some."""
    assert "no note in it tells of a reading" in _refusal(_zip({"a.md": "x", "b.md": "---\ntitle: Recipe\n---\n"}))


def test_how_far_it_is_can_be_told() -> None:
    """For a bar: how many lines there are, and on which a row begins."""
    found = _import(GOODREADS + GOODREADS_ROW * 3)
    assert found.total() == 4
    assert [found.done for _ in found] == [2, 3, 4]


@settings(max_examples=150)
@given(
    st.text(max_size=60)
    | st.lists(st.sampled_from(["---\n", "title: x\n", "[", "{", '"title"', ":", ",", '"', "title,uid\n", "Exclusive Shelf,Bookshelves\n", "\n", "]", "}", "a"]), max_size=12).map("".join),
    st.sampled_from([None, *FORMAT_NAMES]),
)  # fmt: skip
def test_any_text_is_read_or_refused(text: str, named: str | None) -> None:
    """Whatever it is said to be; the file or its rows, always with a reason."""
    try:
        for row in _import(text, named):
            assert isinstance(row, ImportRow) or row.reason
    except UnreadableInput as error:
        assert str(error).startswith("standard input")
