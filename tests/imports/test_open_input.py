import io
import itertools
import os
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readlog.core.errors import UnreadableInput
from readlog.imports.open_input import MAX_FILE_SIZE, MAX_LINE_LENGTH, InputFiles, open_path


def _refusal(path: Path | str, stdin: bytes | None = None) -> str:
    """What is said about a path that is not understood, wherever in it that shows."""
    with pytest.raises(UnreadableInput) as caught:
        for document in open_path(str(path), stdin).documents:
            list(document.lines())
    assert "\n" not in str(caught.value)
    return str(caught.value)


def _texts(opened: InputFiles) -> list[str]:
    return ["".join(document.lines()) for document in opened.documents]


def _zip(entries: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return file.getvalue()


def _names(content: bytes) -> list[str]:
    return [document.name for document in open_path("-", content).documents]


def test_a_file_gives_its_lines_again_and_again(tmp_path: Path) -> None:
    """As they stand, with the ends that they have, and without the mark at the beginning."""
    path = tmp_path / "any.name"
    path.write_bytes("\ufeffTitel;Jahr\r\nFrüh\nam\rTag".encode())
    [document] = open_path(str(path)).documents
    assert document.name == str(path)
    assert list(document.lines()) == ["Titel;Jahr\r\n", "Früh\n", "am\r", "Tag"]
    assert list(document.lines())[1] == "Früh\n"
    assert document.line_count() == 2


def test_a_file_is_read_as_it_is_needed(tmp_path: Path) -> None:
    """Who has seen enough of it has not read the rest."""
    path = tmp_path / "long"
    path.write_bytes(b"good\n" * 100_000 + b"\xff")
    lines = open_path(str(path)).documents[0].lines()
    assert next(lines) == "good\n"


def test_standard_input_is_a_file_without_a_name() -> None:
    """Also where an archive is piped in."""
    assert _texts(open_path("-", b"a\nb")) == ["a\nb"]
    assert _texts(open_path("-", _zip({"a.md": b"A"}))) == ["A"]
    assert _refusal("-", b"") == "standard input: it is empty. Export it once more."
    assert _refusal("-", None) == "standard input: it is empty. Export it once more."


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "it is empty"),
        (b"\xef\xbb\xbf \r\n\n", "it is empty"),
        ("title\n".encode("utf-16"), "UTF-16 text. Convert it, with: iconv -f UTF-16 -t UTF-8"),
        ("title\n".encode("utf-16-le"), "UTF-16LE text"),
        ("title\n".encode("utf-16-be"), "UTF-16BE text"),
        ("title\n".encode("utf-32"), "UTF-32 text"),
        ("a\nb\ntitle,Gefühl\n".encode("cp1252"), "not UTF-8 text (byte 14, line 3). Convert it, with: iconv -f WINDOWS-1252"),
        ("\ufeffa\n".encode() + b"\xe4", "(byte 6, line 2)"),
        ("title\nà".encode()[:-1], "(byte 7, line 2)"),
        (b"title\x00\x01\x02", "this is no text"),
    ],
)  # fmt: skip
def test_what_is_no_text_is_said(tmp_path: Path, content: bytes, words: str) -> None:
    """In one line, with the place and with what helps."""
    path = tmp_path / "file"
    path.write_bytes(content)
    said = _refusal(path)
    assert said.startswith(f"{path}: ")
    assert words in said


def test_the_first_bad_byte_of_a_large_file_is_found(tmp_path: Path) -> None:
    """Also where a character lies across two of the blocks in which the file is read, or a line never ends."""
    path = tmp_path / "file"
    for content, words in (
        ("ü\n".encode() * 1_000_000 + b"\xfc", "(byte 3000001, line 1000001)"),
        (b"x" * ((1 << 20) - 1) + "€".encode() + b"\n\xff", f"(byte {(1 << 20) + 4}, line 2)"),
        (b"a\n" * 200_000 + b"\0\n", "line 200001 is no line of text"),
        (b"x" * (MAX_LINE_LENGTH + 1), "line 1 is no line of text"),
    ):
        path.write_bytes(content)
        assert words in _refusal(path)


def test_a_file_larger_than_any_is_not_begun(tmp_path: Path) -> None:
    """It is said how large it is."""
    path = tmp_path / "file"
    with path.open("wb") as file:
        file.truncate(2 * MAX_FILE_SIZE)
    assert "it has 2.0 GB; readlog reads files of up to 1 GB" in _refusal(path)


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    """Also where the path goes through a file, or is no path at all."""
    (tmp_path / "file").write_text("x")
    for path in (tmp_path / "no", tmp_path / "file" / "x", f"{tmp_path}/a\0b"):
        assert "there is no such file" in _refusal(path)


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="nothing is forbidden to root")
def test_what_may_not_be_read_is_said(tmp_path: Path) -> None:
    """A file, and a folder somewhere below."""
    path = tmp_path / "file"
    path.write_text("x")
    path.chmod(0)
    assert "you are not allowed to read it" in _refusal(path)
    folder = tmp_path / "notes" / "closed"
    folder.mkdir(parents=True)
    folder.chmod(0)
    assert "closed cannot be read: Permission denied" in _refusal(tmp_path / "notes")
    folder.chmod(0o700)


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such devices")
def test_a_device_and_a_pipe_are_not_waited_for(tmp_path: Path) -> None:
    """They have no end, or no beginning."""
    os.mkfifo(tmp_path / "pipe")
    assert "this is a pipe. Hand it over on standard input: readlog import -" in _refusal(tmp_path / "pipe")
    assert "this is a device" in _refusal("/dev/zero")


def test_a_folder_is_its_notes(tmp_path: Path) -> None:
    """With those in folders below, in the order of their names; nothing hidden, nothing else."""
    for name in ("b.md", "a.MD", "sub/c.markdown", ".hidden.md", ".obsidian/d.md", "cover.jpg", "e.md.bak"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(name)
    (tmp_path / "folder.md").mkdir()
    opened = open_path(str(tmp_path))
    assert opened.are_notes
    assert [document.name for document in opened.documents] == [
        str(tmp_path / name) for name in ("a.MD", "b.md", "sub/c.markdown")
    ]
    assert _texts(opened) == ["a.MD", "b.md", "sub/c.markdown"]


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights")
def test_links_in_a_folder_lead_nowhere_bad(tmp_path: Path) -> None:
    """Neither in a circle, nor to a device, nor to what is gone; a link to a note is a note."""
    (tmp_path / "a.md").write_text("A")
    (tmp_path / "circle").symlink_to(tmp_path)
    (tmp_path / "gone.md").symlink_to(tmp_path / "x")
    (tmp_path / "zero.md").symlink_to("/dev/zero")
    (tmp_path / "b.md").symlink_to(tmp_path / "a.md")
    assert _texts(open_path(str(tmp_path))) == ["A", "A"]


def test_a_folder_without_notes_is_no_folder_of_notes(tmp_path: Path) -> None:
    """It is said which file may be meant, or what the folder is."""
    assert "there is no Markdown in this folder. Hand over the export itself." in _refusal(tmp_path)
    (tmp_path / "books.csv").write_text("x")
    assert f"Hand over one file, as {tmp_path / 'books.csv'}" in _refusal(tmp_path)
    (tmp_path / "review.json").write_text("[]")
    assert "the archive of personal data that Goodreads sends" in _refusal(tmp_path)


def test_an_archive_is_its_notes() -> None:
    """As a folder is, without what only a Mac sees."""
    entries = {name: name.encode() for name in ("b.md", "a/c.md", "__MACOSX/._b.md", ".trash/x.md", "a.png")}
    opened = open_path("-", _zip(entries))
    assert opened.are_notes
    assert _names(_zip(entries)) == ["standard input/a/c.md", "standard input/b.md"]
    assert _texts(opened) == _texts(opened) == ["a/c.md", "b.md"]


def test_the_one_export_in_an_archive_is_taken(tmp_path: Path) -> None:
    """As services pack them, with a text or an image beside it."""
    path = tmp_path / "export.zip"
    path.write_bytes(_zip({"goodreads.csv": b"Title\r\n", "readme.txt": b"hello", "x/": b""}))
    opened = open_path(str(path))
    assert not opened.are_notes
    assert opened.name == f"{path}/goodreads.csv"
    assert list(opened.documents[0].lines()) == ["Title\r\n"]
    assert _texts(open_path("-", _zip({"no name": b"x"}))) == ["x"]


def test_names_in_an_archive_are_only_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """None leads anywhere, and nothing is written anywhere; a link is no note."""
    monkeypatch.chdir(tmp_path)
    link = zipfile.ZipInfo("link.md")
    link.external_attr = 0o120777 << 16
    names = ["../../up.md", "/etc/passwd.md", "C:\\x.md", "..\\y.md"]
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(link, "/etc/passwd")
        for name in names:
            archive.writestr(name, "x")
        archive.writestr("twice.md", "1")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("twice.md", "2")
    assert sorted(_names(file.getvalue())) == sorted(f"standard input/{name}" for name in [*names, *["twice.md"] * 2])
    assert sorted(_texts(open_path("-", file.getvalue()))) == ["1", "2", "x", "x", "x", "x"]
    assert list(tmp_path.iterdir()) == []


def _encrypted() -> bytes:
    content = bytearray(_zip({"a.md": b"x"}))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    content[6] |= 1
    return bytes(content)


def _of_an_odd_kind() -> bytes:
    content = bytearray(_zip({"a.md": b"x"}))
    content[content.index(b"PK\x01\x02") + 10] = content[8] = 97
    return bytes(content)


def _huge() -> bytes:
    content = bytearray(_zip({"a.csv": b"title\n"}, zipfile.ZIP_STORED))
    at = content.index(b"PK\x01\x02")
    content[at + 24 : at + 28] = content[22:26] = (2 * MAX_FILE_SIZE).to_bytes(4, "little")
    return bytes(content)


def _with_a_long_directory() -> bytes:
    content = bytearray(_zip({"a.csv": b"title\n"}))
    at = content.index(b"PK\x05\x06")
    content[at + 12 : at + 16] = b"\xff\xff\xff\xff"
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (_zip({}), "there is no Markdown in this archive"),
        (_zip({"a.md": b"x"}).replace(b"a.md", b"\0.md"), "there is no Markdown in this archive"),
        (_zip({"a.csv": b"x", "b.csv": b"y"}), "Hand over one file, as a.csv"),
        (_zip({"a.csv": b""}), "it is empty"),
        (_zip({"a.csv": "x\n".encode("utf-16")}), "a.csv: this is UTF-16 text"),
        (_zip({"a.csv": _zip({"b.csv": b"x"})}), "an archive in an archive"),
        (_zip({"a.csv": b"0" * 20_000_000}), "a.csv in it is packed too tightly"),
        (_zip({"a.csv": b"title\n" * 9})[:-30], "it is damaged"),
        (_zip({"a.csv": b"title\n" * 9})[:60], "it is damaged"),
        (_zip({"a.csv": os.urandom(99)}, zipfile.ZIP_STORED).replace(b"a.csv", b"b.csv", 1), "it is damaged"),
        (_encrypted(), "it is encrypted. Unpack it"),
        (_of_an_odd_kind(), "a way that cannot be read here. Unpack it"),
        (_huge(), "it has 2.0 GB"),
        (_with_a_long_directory(), "too many files"),
        (_zip({"review.json": b"[]", "user.json": b"[]"}), "the archive of personal data that Goodreads sends"),
        (_zip({"[Content_Types].xml": b"", "xl/workbook.xml": b""}), "a spreadsheet of Excel. Save it as CSV in UTF-8"),
    ],
    ids=itertools.count(),
)
def test_an_archive_that_cannot_be_read_is_said(content: bytes, words: str) -> None:
    """Whatever is wrong with it, before anything is unpacked."""
    assert words in _refusal("-", content)


def test_what_was_changed_in_an_archive_is_noticed() -> None:
    """Its checksum says so."""
    content = _zip({"a.csv": b"title,rating\nDune,5\n"}, zipfile.ZIP_STORED).replace(b"Dune,5", b"Dune,1")
    assert "it is damaged" in _refusal("-", content)


@settings(max_examples=150)
@given(st.binary(max_size=200) | st.text(max_size=100).map(str.encode))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    """With a reason, and with no other end."""
    try:
        for document in open_path("-", content).documents:
            assert document.line_count() <= len(list(document.lines()))
    except UnreadableInput as error:
        assert str(error).startswith("standard input")


@settings(max_examples=150)
@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=6), st.integers(0, 400))
def test_any_damage_of_an_archive_is_read_or_refused(changes: list[tuple[int, int]], cut: int) -> None:
    """Whichever of its bytes are others, and wherever it ends."""
    content = bytearray(_zip({"a.md": b"one\n", "b/c.md": b"two\n" * 50}))
    for at, byte in changes:
        content[at % len(content)] = byte
    try:
        _texts(open_path("-", bytes(content[: 400 - cut] if cut < 200 else content)))
    except UnreadableInput as error:
        assert str(error).startswith("standard input")
