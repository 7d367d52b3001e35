"""Open what the user wants to import: a text file, a folder or ZIP archive of notes, or standard input.

The content decides what a file is, not its name. Nothing is unpacked to the disk, and files are read
line by line. Files of other kinds are rejected with what they are and what to export instead.
"""

import os
import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE, BOM_UTF32_LE, getincrementaldecoder
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from io import BytesIO, TextIOWrapper
from itertools import chain
from stat import S_ISBLK, S_ISCHR, S_ISDIR, S_ISFIFO, S_ISLNK, S_ISREG
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from readlog.core.errors import UnreadableInput
from readlog.core.normalize_text import printable_line

if TYPE_CHECKING:
    from zipfile import ZipFile, ZipInfo


STDIN = "-"
MAX_FILE_SIZE = 1_000_000_000
"""Bytes; a library of a hundred thousand books with reviews has a tenth of it."""

MAX_LINE_LENGTH = 64_000_000
"""Characters; a line is read into memory as a whole."""

_HEAD_SIZE = 65_536
_MAX_COMPRESSION_RATIO = 400
_MIN_BOMB_SIZE = 10_000_000
_MAX_DIRECTORY_SIZE = 50_000_000
"""Bytes of the table of contents of an archive, which is read into memory as a whole."""

_NOTE_SUFFIXES = (".md", ".markdown")
_TABLE_SUFFIXES = (".csv", ".tsv", ".json")

_BYTE_ORDER_MARKS = (
    (BOM_UTF32_LE, "UTF-32"),
    (BOM_UTF32_BE, "UTF-32"),
    (BOM_UTF16_LE, "UTF-16"),
    (BOM_UTF16_BE, "UTF-16"),
)

_JOURNAL_APPLICATION_ID = b"RDLG"
"""The `application_id` of a journal, which is at byte 68 of a SQLite file."""

_GOODREADS_ARCHIVE = (
    "the archive of personal data that Goodreads sends. "
    "Hand over its library export: on goodreads.com, My Books, Import and export, Export library."
)

_SPREADSHEET = "a spreadsheet of {}. Save it as CSV in UTF-8, and hand over that."
_CALIBRE_LIBRARY = "a library of Calibre. Make a catalog of it as CSV, and name its columns with --map."
_OPENREADS_BACKUP = "a backup of Openreads. Hand over its CSV export."
_BOOK = "a book itself, not a list of books."

_FILE_SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"%PDF", "a PDF. Hand over the export of the program that made it: CSV, JSON or Markdown."),
    (0, b"\x89PNG", "an image."),
    (0, b"\xff\xd8\xff", "an image."),
    (0, b"GIF8", "an image."),
    (8, b"WEBP", "an image."),
    (4, b"ftyp", "an image or a film."),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _SPREADSHEET.format("Excel (.xls) or another old Office file")),
    (0, b"\x1f\x8b", "a gzip archive. Unpack it with gunzip or tar, and hand over the export that is in it."),
    (0, b"BZh", "a bzip2 archive. Unpack it, and hand over the export that is in it."),
    (0, b"\xfd7zXZ\x00", "an xz archive. Unpack it, and hand over the export that is in it."),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7z archive. Unpack it, and hand over the export that is in it."),
    (0, b"Rar!", "a RAR archive. Unpack it, and hand over the export that is in it."),
    (257, b"ustar", "a tar archive. Unpack it with tar, and hand over the export that is in it."),
    (60, b"BOOKMOBI", _BOOK),
)
"""Offset and bytes by which a file format is recognised, and what it is."""

_FOREIGN_ARCHIVES: tuple[tuple[frozenset[str], str], ...] = (
    (frozenset(("[content_types].xml", "workbook.xml")), _SPREADSHEET.format("Excel")),
    (frozenset(("[content_types].xml",)), "a document of Word."),
    (frozenset(("content.xml", "mimetype")), _SPREADSHEET.format("LibreOffice")),
    (frozenset(("container.xml", "mimetype")), _BOOK),
    (frozenset(("document.iwa",)), _SPREADSHEET.format("Numbers")),
    (frozenset(("index.apxl",)), _SPREADSHEET.format("Numbers")),
    (frozenset(("books.backup",)), _OPENREADS_BACKUP),
    (frozenset(("review.json",)), _GOODREADS_ARCHIVE),
)
"""File names (folded) by which an archive or folder is recognised, and what it is; the first match counts."""

_FOREIGN_TABLES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("sort character,collections", "an export of LibraryThing", ("Title=title", "Primary Author=authors")),
    (
        "author_text,review_content",
        "an export of BookWyrm",
        ("title=title", "author_text=authors", "isbn_13=isbn", "rating=rating", "shelf=status", "finish_date=finished"),
    ),
    (
        "hardcover book id",
        "an export of Hardcover",
        ("Title=title", "Author=authors", "ISBN 13=isbn", "Rating=rating", "Status=status", "Date Finished=finished"),
    ),
    (
        "readings,olid,my_review",
        "an export of Openreads",
        ("title=title", "author=authors", "isbn=isbn", "rating=rating", "status=status", "my_review=review"),
    ),
    ("author_sort,title_sort", "a catalog of Calibre", ("title=title", "authors=authors", "isbn=isbn")),
    ("author_sort,library_name", "a catalog of Calibre", ("title=title", "authors=authors", "isbn=isbn")),
    ("title,activity,details,library", "a list of Libby", ("title=title", "author=authors", "isbn=isbn")),
    ("title,cover,publisher,isbn,timestamp", "a list of Libby", ("title=title", "author=authors", "isbn=isbn")),
)
"""Columns (folded) by which the table of another program is recognised, what it is, and the `--map` options for it."""

_FOREIGN_TEXTS: tuple[tuple[str, str], ...] = (
    (
        r"[^\n]*\n[-\u2013\u2014][^\n]*\n(?:[^\n]*\n){0,200}?={10}[ \t]*\r?$",
        "My Clippings.txt of a Kindle: highlights, without the books that you read. readlog does not read it yet.",
    ),
    (
        r"(?:--[^\n]*\n|\s)*return\s*\{",
        "a sidecar file of KOReader. readlog does not read it yet.",
    ),
    (
        r"(?s:.{0,4000}?)<rss\b(?s:.{0,4000}?)wordpress\.org/export/",
        "an export of a WordPress blog. readlog does not read it yet; it reads Markdown with front matter.",
    ),
    (
        r"\s*(?:<!--(?s:.{0,2000}?)-->\s*)?(?i:<!doctype html|<html|<head|<body)",
        "a web page. Perhaps the download asked for a login. Download the export again, as CSV or JSON.",
    ),
    (r"\s*<\?xml|\s*<[A-Za-z!]", "XML. Hand over an export as CSV, JSON or Markdown."),
    (r"\+\+\+[ \t]*\r?$", "Markdown with TOML front matter. readlog reads YAML, between two lines of ---."),
)
"""A pattern for the beginning of a text that is no import file, and what it is."""


class Document(NamedTuple):
    """A text file: its name as shown, and a function that opens it, any number of times."""

    name: str
    open: Callable[[], IO[bytes]]

    def lines(self) -> Iterator[str]:
        """The lines, each with its line break. Raises UnreadableInput where the text is not UTF-8."""
        line = 0
        try:
            with self.open() as file, TextIOWrapper(file, encoding="utf-8-sig", newline="") as text:
                for line, each in enumerate(iter(partial(text.readline, MAX_LINE_LENGTH), ""), 1):
                    if "\0" in each or len(each) >= MAX_LINE_LENGTH:
                        raise self.error(f"line {line} is no line of text. Export it once more.")
                    yield each
        except UnicodeDecodeError as error:
            raise self._not_utf_8_error() from error
        except _reading_errors() as error:
            raise self.error(_reason(error)) from error

    def head(self) -> bytes:
        """The first 64 KiB. Raises UnreadableInput where they cannot be read."""
        try:
            with self.open() as file:
                return file.read(_HEAD_SIZE)
        except _reading_errors() as error:
            raise self.error(_reason(error)) from error

    def line_count(self) -> int:
        """The number of line feeds. Raises UnreadableInput where the file cannot be read."""
        return sum(block.count(b"\n") for block in self._blocks())

    def error(self, reason: str) -> UnreadableInput:
        """The error to raise for this file, with its name before the reason."""
        return UnreadableInput(f"{self.name}: {reason}")

    def _blocks(self) -> Iterator[bytes]:
        try:
            with self.open() as file:
                yield from iter(partial(file.read, 1 << 20), b"")
        except _reading_errors() as error:
            raise self.error(_reason(error)) from error

    def _not_utf_8_error(self) -> UnreadableInput:
        """The error that says where the first byte is that is not UTF-8."""
        decoder = getincrementaldecoder("utf-8")()
        done, line = 0, 1
        for block in chain(self._blocks(), [b""]):
            begins = done - len(decoder.getstate()[0])
            try:
                decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                line += error.object.count(b"\n", 0, error.start)
                return self.error(
                    f"this is not UTF-8 text (byte {begins + error.start + 1}, line {line}). "
                    "Convert it, with: iconv -f WINDOWS-1252 -t UTF-8"
                )
            done += len(block)
            line += block.count(b"\n")
        return self.error("it was changed while it was read. Try again.")


class InputFiles(NamedTuple):
    """One document, or the notes of a folder or archive in the order of their names."""

    name: str
    documents: Sequence[Document]
    are_notes: bool = False


def open_path(path: str, stdin: bytes | None = None) -> InputFiles:
    """Open `path`; `-` is standard input, with the bytes `stdin`.

    Raises UnreadableInput for a path that does not exist, is not readable, is not a regular file, is
    empty or too large, or holds something other than text; the message says what it looks like.
    """
    if path == STDIN:
        return _open_stdin("standard input", stdin or b"")
    name = printable_line(path)
    found = Document(name, partial(_open_file, path))
    try:
        status = os.stat(path)
    except (OSError, ValueError) as error:
        raise found.error(_reason(error)) from error
    if S_ISDIR(status.st_mode):
        return _open_folder(path, name)
    if not S_ISREG(status.st_mode):
        raise found.error(_describe_special_file(status.st_mode))
    _check_size(found, status.st_size)
    return _open_document(found, lambda: _open_zip(path))


def describe_binary_file(head: bytes) -> str | None:
    """What a binary file looks like, by its first bytes; None for an unknown format or text."""
    if head.startswith(b"SQLite format 3\0"):
        if head[68:72] == _JOURNAL_APPLICATION_ID:
            return "this is a journal of readlog. Open it with --journal; nothing has to be imported."
        return "this looks like a database (SQLite). Hand over the export of the program that it belongs to."
    for offset, signature, what in _FILE_SIGNATURES:
        if head.startswith(signature, offset):
            return f"this looks like {what}"
    return None


def describe_file_names(names: Iterable[str]) -> str | None:
    """What an archive or folder of files with these names looks like; None where nothing is known about it."""
    paths = [name.replace("\\", "/").casefold() for name in names]
    files = {path.rpartition("/")[2] for path in paths}
    for required, what in _FOREIGN_ARCHIVES:
        if required <= files:
            return _looks_like(what)
    if len(paths) > 1 and any("goodreads" in path and path.endswith(".json") for path in paths):
        return _looks_like(_GOODREADS_ARCHIVE)
    return _looks_like(_CALIBRE_LIBRARY) if "metadata.db" in files else None


def describe_table(keys: Collection[str]) -> str | None:
    """What a table with these `column_key`s looks like, and how to map its columns; None for an unknown program."""
    for columns, what, pairs in _FOREIGN_TABLES:
        if set(columns.split(",")) <= set(keys):
            options = " ".join(f'--map "{pair}"' for pair in pairs)
            return f"this looks like {what}. Say which of its columns to take: {options}"
    if {"work id", "edition id", "bookshelf"} <= set(keys):
        return _looks_like("a reading log of Open Library, in which books are numbers and have no titles.")
    return None


def describe_text(head: str) -> str | None:
    """What a text with this beginning looks like; None unless it is known not to be an import file."""
    for pattern, what in _FOREIGN_TEXTS:
        if re.match(pattern, head, re.MULTILINE):
            return _looks_like(what)
    return None


def describe_json(first: Mapping[str, Any]) -> str | None:
    """What a JSON file with this `first` object looks like; None for an unknown program."""
    inner = next(iter(first.values()), None)
    if "books_id" in first or (isinstance(inner, Mapping) and "books_id" in inner):
        return _looks_like("JSON of LibraryThing. readlog does not read it yet.")
    if first.keys() & {"entries", "documents"} and first.keys() & {"created_on", "version", "file"}:
        return _looks_like("highlights of KOReader. readlog does not read them yet.")
    if isinstance(first.get("authors"), str) and "id" in first and "uid" not in first:
        return _looks_like("a list of calibredb. Make a catalog as CSV, and name its columns with --map.")
    if "explanation" in first or {"read_status", "book"} <= first.keys():
        return _looks_like(_GOODREADS_ARCHIVE)
    if "my_review" in first or "has_cover" in first:
        return _looks_like(_OPENREADS_BACKUP)
    if first.keys() & {"readthroughs", "inbox", "outbox"} and "books" in first:
        return _looks_like("the archive of a BookWyrm account. Hand over its CSV export.")
    return None


def _open_file(path: str) -> IO[bytes]:
    return open(path, "rb")


def _open_stdin(name: str, content: bytes) -> InputFiles:
    found = Document(name, partial(BytesIO, content))
    _check_size(found, len(content))
    return _open_document(found, lambda: _open_zip(BytesIO(content)))


def _open_document(document: Document, archive: Callable[[], "ZipFile"]) -> InputFiles:
    head = document.head()
    if head.startswith((b"PK\3\4", b"PK\5\6")):
        return _open_archive(document, archive)
    _check_text(document, head)
    return InputFiles(document.name, (document,))


def _check_size(document: Document, size: int) -> None:
    if not size:
        raise document.error("it is empty. Export it once more.")
    if size > MAX_FILE_SIZE:
        raise document.error(f"it has {size / 1e9:.1f} GB; readlog reads files of up to {MAX_FILE_SIZE / 1e9:g} GB.")


def _check_text(document: Document, head: bytes) -> None:
    """Raise UnreadableInput where a file with these first bytes is not UTF-8 text."""
    if what := describe_binary_file(head):
        raise document.error(what)
    if encoding := _detect_utf_16_or_32(head):
        raise document.error(f"this is {encoding} text. Convert it, with: iconv -f {encoding} -t UTF-8")
    if b"\0" in head:
        raise document.error("this is no text. Hand over an export: CSV, JSON or Markdown.")
    if len(head) < _HEAD_SIZE and not head.removeprefix(BOM_UTF8).strip():
        raise document.error("it is empty. Export it once more.")


def _detect_utf_16_or_32(head: bytes) -> str | None:
    """UTF-16 or UTF-32 by its byte order mark; UTF-16 without one by its zeros at every other byte."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return encoding
    sample = head[:400]
    for first, encoding in ((0, "UTF-16BE"), (1, "UTF-16LE")):
        zeros, others = sample[first::2], sample[1 - first :: 2]
        if zeros.count(0) * 10 > len(zeros) * 8 and not others.count(0):
            return encoding
    return None


def _describe_special_file(mode: int) -> str:
    if S_ISFIFO(mode):
        return "this is a pipe. Hand it over on standard input: readlog import -"
    return "this is a device, no file." if S_ISCHR(mode) or S_ISBLK(mode) else "this is no file."


def _open_folder(path: str, name: str) -> InputFiles:
    """The notes in a folder and the folders below it, without hidden ones such as `.obsidian`."""
    found = Document(name, partial(_open_file, path))
    try:
        files = sorted(_files_below(path))
    except OSError as error:
        raise found.error(f"{printable_line(str(error.filename))} cannot be read: {error.strerror}.") from error
    notes = [each for each in files if each.casefold().endswith(_NOTE_SUFFIXES)]
    if not notes:
        raise _no_notes_error(found, "folder", files)
    return InputFiles(
        name, [Document(printable_line(each), partial(_open_file, each)) for each in notes], are_notes=True
    )


def _files_below(folder: str) -> Iterator[str]:
    def stop(error: OSError) -> None:
        raise error

    for directory, folders, files in os.walk(folder, onerror=stop):
        folders[:] = (each for each in folders if not _is_hidden(each))
        paths = (os.path.join(directory, each) for each in files if not _is_hidden(each))
        yield from filter(os.path.isfile, paths)


def _no_notes_error(found: Document, what: str, files: Sequence[str]) -> UnreadableInput:
    if wrong := describe_file_names(files):
        return found.error(wrong)
    tables = [printable_line(each) for each in files if each.casefold().endswith(_TABLE_SUFFIXES)]
    hint = f" Hand over one file, as {tables[0]}" if tables else " Hand over the export itself."
    return found.error(f"there is no Markdown in this {what}.{hint}")


def _is_hidden(name: str) -> bool:
    return name.startswith(".") or name == "__MACOSX"


def _open_archive(document: Document, open_archive: Callable[[], "ZipFile"]) -> InputFiles:
    """The notes in a ZIP archive, or its only table or JSON file. Names in it are never used as paths."""
    try:
        if _central_directory_size(document) > _MAX_DIRECTORY_SIZE:
            raise document.error("there are too many files in it. Unpack it, and hand over the folder.")
        archive = open_archive()
    except _reading_errors() as error:
        raise document.error(_reason(error)) from error
    visible = sorted(filter(_is_visible, archive.infolist()), key=lambda info: info.filename)
    names = [info.filename for info in visible]
    notes = [info for info in visible if info.filename.casefold().endswith(_NOTE_SUFFIXES)]
    tables = [info for info in visible if info.filename.casefold().endswith(_TABLE_SUFFIXES)]
    chosen = notes or (visible if len(visible) == 1 else tables)
    if not notes and (len(chosen) != 1 or describe_file_names(names)):
        raise _no_notes_error(document, "archive", names)
    _check_zip_members(document, chosen)
    members = [
        Document(f"{document.name}/{printable_line(info.filename)}", partial(archive.open, info)) for info in chosen
    ]
    if notes:
        return InputFiles(document.name, members, are_notes=True)
    return _open_member(members[0], chosen[0].file_size)


def _open_member(member: Document, size: int) -> InputFiles:
    _check_size(member, size)
    head = member.head()
    if head.startswith(b"PK\3\4"):
        raise member.error("this is an archive in an archive. Unpack it, and hand over what is in it.")
    _check_text(member, head)
    return InputFiles(member.name, (member,))


def _central_directory_size(archive: Document) -> int:
    """The size of the central directory that the end record of a ZIP archive declares, in bytes."""
    with archive.open() as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _HEAD_SIZE - 22))
        tail = file.read()
    at = tail.rfind(b"PK\5\6")
    return int.from_bytes(tail[at + 12 : at + 16], "little") if at >= 0 else 0


def _is_visible(info: "ZipInfo") -> bool:
    """Whether an entry is a regular file that is not hidden."""
    parts = info.filename.replace("\\", "/").split("/")
    hidden = any(_is_hidden(part) for part in parts if part not in (".", ".."))
    is_file = info.filename and not info.filename.endswith(("/", "\\"))
    return bool(is_file) and not hidden and not S_ISLNK(info.external_attr >> 16)


def _check_zip_members(document: Document, chosen: Sequence["ZipInfo"]) -> None:
    """Raise UnreadableInput for encrypted members and for decompression bombs."""
    if any(info.flag_bits & 1 for info in chosen):
        raise document.error("it is encrypted. Unpack it, and hand over what is in it.")
    _check_size(document, sum(info.file_size for info in chosen) or 1)
    for info in chosen:
        if info.file_size > max(_MIN_BOMB_SIZE, _MAX_COMPRESSION_RATIO * info.compress_size):
            raise document.error(
                f"{printable_line(info.filename)} in it is packed too tightly. Unpack it, and look at it."
            )


def _open_zip(source: str | BytesIO) -> "ZipFile":
    from zipfile import ZipFile

    return ZipFile(source)


def _reading_errors() -> tuple[type[Exception], ...]:
    """The exceptions that reading a file or a compressed member can raise."""
    import struct
    import zlib
    from lzma import LZMAError
    from zipfile import BadZipFile

    return OSError, EOFError, RuntimeError, ValueError, struct.error, zlib.error, LZMAError, BadZipFile


def _reason(error: Exception) -> str:
    if isinstance(error, PermissionError):
        return "you are not allowed to read it."
    if isinstance(error, (FileNotFoundError, NotADirectoryError)) or "embedded null" in str(error):
        return "there is no such file."
    if isinstance(error, OSError) and error.strerror:
        return f"it cannot be read: {error.strerror}."
    if isinstance(error, RuntimeError):
        return "it is packed in a way that cannot be read here. Unpack it, and hand over what is in it."
    return "it is damaged. Download it once more."


def _looks_like(what: str) -> str:
    return f"this looks like {what}"
