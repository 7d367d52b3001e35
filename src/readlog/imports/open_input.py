"""What a person hands over: a file, a folder of notes, a ZIP archive, standard input; never told by its name.

Nothing is unpacked to the disk, and a file is read as it is needed.
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
from readlog.core.text import printable_line

if TYPE_CHECKING:
    from zipfile import ZipFile, ZipInfo


_JOURNAL = b"RDLG"
"""The application id of a journal, as `storage` sets it; it stands at byte 68 of a SQLite file."""

_GOODREADS = (
    "the archive of personal data that Goodreads sends. "
    "Hand over its library export: on goodreads.com, My Books, Import and export, Export library."
)
_SPREADSHEET = "a spreadsheet of {}. Save it as CSV in UTF-8, and hand over that."
_BOOK = "a book itself, not a list of books."

_BEGINNINGS: tuple[tuple[int, bytes, str], ...] = (
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
"""The bytes that say what a file is, and where they stand."""

_TABLES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
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
"""By the columns that decide, what a table is, and what to say with --map."""

_TEXTS: tuple[tuple[str, str], ...] = (
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
"""How a text begins, and what it is."""


def of_bytes(head: bytes) -> str | None:
    """What a file with these first bytes looks like, if it is no text."""
    if head.startswith(b"SQLite format 3\0"):
        if head[68:72] == _JOURNAL:
            return "this is a journal of readlog. Open it with --journal; nothing has to be imported."
        return "this looks like a database (SQLite). Hand over the export of the program that it belongs to."
    for at, sign, what in _BEGINNINGS:
        if head.startswith(sign, at):
            return f"this looks like {what}"
    return None


def of_names(names: Iterable[str]) -> str | None:
    """What an archive or a folder that holds files of these names looks like, if it is not one of exports."""
    whole = [name.replace("\\", "/").casefold() for name in names]
    files = {name.rpartition("/")[2] for name in whole}
    if "[content_types].xml" in files:
        return _looks_like(_SPREADSHEET.format("Excel") if "workbook.xml" in files else "a document of Word.")
    if "content.xml" in files and "mimetype" in files:
        return _looks_like(_SPREADSHEET.format("LibreOffice"))
    if "container.xml" in files and "mimetype" in files:
        return _looks_like(_BOOK)
    if "document.iwa" in files or "index.apxl" in files:
        return _looks_like(_SPREADSHEET.format("Numbers"))
    if "books.backup" in files:
        return _looks_like("a backup of Openreads. Hand over its CSV export.")
    if "review.json" in files or (len(whole) > 1 and any("goodreads" in n and n.endswith(".json") for n in whole)):
        return _looks_like(_GOODREADS)
    if "metadata.db" in files:
        return _looks_like("a library of Calibre. Make a catalog of it as CSV, and name its columns with --map.")
    return None


def of_columns(keys: Collection[str]) -> str | None:
    """What a table with columns of these names, folded, looks like, if it is of a program that readlog knows by name.

    Any table can be read by naming its columns: the answer says how.
    """
    for columns, what, pairs in _TABLES:
        if set(columns.split(",")) <= set(keys):
            said = " ".join(f'--map "{pair}"' for pair in pairs)
            return f"this looks like {what}. Say which of its columns to take: {said}"
    if {"work id", "edition id", "bookshelf"} <= set(keys):
        return _looks_like("a reading log of Open Library, in which books are numbers and have no titles.")
    return None


def of_text(head: str) -> str | None:
    """What a text that begins so looks like, if it is neither a table, nor JSON, nor Markdown with front matter."""
    for pattern, what in _TEXTS:
        if re.match(pattern, head, re.MULTILINE):
            return _looks_like(what)
    return None


def of_json(first: Mapping[str, Any]) -> str | None:
    """What a file of JSON looks like in which this object stands first, if it is of a program known by name."""
    inner = next(iter(first.values()), None)
    if "books_id" in first or (isinstance(inner, Mapping) and "books_id" in inner):
        return _looks_like("JSON of LibraryThing. readlog does not read it yet.")
    if first.keys() & {"entries", "documents"} and first.keys() & {"created_on", "version", "file"}:
        return _looks_like("highlights of KOReader. readlog does not read them yet.")
    if isinstance(first.get("authors"), str) and "id" in first and "uid" not in first:
        return _looks_like("a list of calibredb. Make a catalog as CSV, and name its columns with --map.")
    if "explanation" in first or {"read_status", "book"} <= first.keys():
        return _looks_like(_GOODREADS)
    if "my_review" in first or "has_cover" in first:
        return _looks_like("a backup of Openreads. Hand over its CSV export.")
    if first.keys() & {"readthroughs", "inbox", "outbox"} and "books" in first:
        return _looks_like("the archive of a BookWyrm account. Hand over its CSV export.")
    return None


def _looks_like(what: str) -> str:
    return f"this looks like {what}"


STDIN = "-"

LARGEST = 1_000_000_000
"""Bytes of a file; a hundred thousand books with their reviews are a tenth of it."""

LONGEST_LINE = 64_000_000
"""Characters; a file without line breaks would be in memory whole."""

_HEAD = 65_536
_MOST_SHRUNK = 400
_WORTH_A_BOMB = 10_000_000
_LONGEST_DIRECTORY = 50_000_000
"""Bytes of the table of contents of an archive, which is in memory whole."""

_NOTES = (".md", ".markdown")
_TABLE_SUFFIXES = (".csv", ".tsv", ".json")

_UNICODE = (
    (BOM_UTF32_LE, "UTF-32"),
    (BOM_UTF32_BE, "UTF-32"),
    (BOM_UTF16_LE, "UTF-16"),
    (BOM_UTF16_BE, "UTF-16"),
)


class Document(NamedTuple):
    """A text that was handed over: its name as it is shown, and what gives its bytes whenever it is called."""

    name: str
    open: Callable[[], IO[bytes]]

    def lines(self) -> Iterator[str]:
        """The lines as they stand, each with its line break. Raises UnreadableInput where it is no UTF-8 text."""
        line = 0
        try:
            with self.open() as file, TextIOWrapper(file, encoding="utf-8-sig", newline="") as text:
                for line, each in enumerate(iter(partial(text.readline, LONGEST_LINE), ""), 1):
                    if "\0" in each or len(each) >= LONGEST_LINE:
                        raise self.wrong(f"line {line} is no line of text. Export it once more.")
                    yield each
        except UnicodeDecodeError as error:
            raise self._not_utf_8() from error
        except _reading_errors() as error:
            raise self.wrong(_why(error)) from error

    def head(self) -> bytes:
        """The first bytes. Raises UnreadableInput where they cannot be read."""
        try:
            with self.open() as file:
                return file.read(_HEAD)
        except _reading_errors() as error:
            raise self.wrong(_why(error)) from error

    def line_count(self) -> int:
        """How many lines there are. Raises UnreadableInput where they cannot be read."""
        return sum(block.count(b"\n") for block in self._blocks())

    def wrong(self, why: str) -> UnreadableInput:
        """What is to be said where it cannot be read."""
        return UnreadableInput(f"{self.name}: {why}")

    def _blocks(self) -> Iterator[bytes]:
        try:
            with self.open() as file:
                yield from iter(partial(file.read, 1 << 20), b"")
        except _reading_errors() as error:
            raise self.wrong(_why(error)) from error

    def _not_utf_8(self) -> UnreadableInput:
        """Where the first byte stands that is not UTF-8."""
        decoder = getincrementaldecoder("utf-8")()
        done, line = 0, 1
        for block in chain(self._blocks(), [b""]):
            begins = done - len(decoder.getstate()[0])
            try:
                decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                line += error.object.count(b"\n", 0, error.start)
                return self.wrong(
                    f"this is not UTF-8 text (byte {begins + error.start + 1}, line {line}). "
                    "Convert it, with: iconv -f WINDOWS-1252 -t UTF-8"
                )
            done += len(block)
            line += block.count(b"\n")
        return self.wrong("it was changed while it was read. Try again.")


class Opened(NamedTuple):
    """What a path stands for: one document, or the notes of a folder or an archive, in the order of their names."""

    name: str
    documents: Sequence[Document]
    are_notes: bool = False


def open_path(path: str, stdin: bytes | None = None) -> Opened:
    """What `path` stands for; `-` is standard input, whose bytes are `stdin`.

    Raises UnreadableInput for what is not there, is not to be read, is no file, is empty, too large,
    or no text, with what it looks like.
    """
    if path == STDIN:
        return _of_bytes("standard input", stdin or b"")
    name = printable_line(path)
    found = Document(name, partial(_file, path))
    try:
        status = os.stat(path)
    except (OSError, ValueError) as error:
        raise found.wrong(_why(error)) from error
    if S_ISDIR(status.st_mode):
        return _folder(path, name)
    if not S_ISREG(status.st_mode):
        raise found.wrong(_no_file(status.st_mode))
    _check_size(found, status.st_size)
    return _opened(found, lambda: _zip(path))


def _file(path: str) -> IO[bytes]:
    return open(path, "rb")


def _of_bytes(name: str, content: bytes) -> Opened:
    found = Document(name, partial(BytesIO, content))
    _check_size(found, len(content))
    return _opened(found, lambda: _zip(BytesIO(content)))


def _opened(document: Document, archive: Callable[[], "ZipFile"]) -> Opened:
    head = document.head()
    if head.startswith((b"PK\3\4", b"PK\5\6")):
        return _archive(document, archive)
    _check_text(document, head)
    return Opened(document.name, (document,))


def _check_size(document: Document, size: int) -> None:
    if not size:
        raise document.wrong("it is empty. Export it once more.")
    if size > LARGEST:
        raise document.wrong(f"it has {size / 1e9:.1f} GB; readlog reads files of up to {LARGEST / 1e9:g} GB.")


def _check_text(document: Document, head: bytes) -> None:
    """Raise UnreadableInput where these first bytes are not those of a text in UTF-8."""
    if what := of_bytes(head):
        raise document.wrong(what)
    if encoding := _other_unicode(head):
        raise document.wrong(f"this is {encoding} text. Convert it, with: iconv -f {encoding} -t UTF-8")
    if b"\0" in head:
        raise document.wrong("this is no text. Hand over an export: CSV, JSON or Markdown.")
    if len(head) < _HEAD and not head.removeprefix(BOM_UTF8).strip():
        raise document.wrong("it is empty. Export it once more.")


def _other_unicode(head: bytes) -> str | None:
    """UTF-16 or UTF-32 by its mark, and UTF-16 without one by the zeros at every other byte."""
    for mark, encoding in _UNICODE:
        if head.startswith(mark):
            return encoding
    sample = head[:400]
    for first, encoding in ((0, "UTF-16BE"), (1, "UTF-16LE")):
        zeros, others = sample[first::2], sample[1 - first :: 2]
        if zeros.count(0) * 10 > len(zeros) * 8 and not others.count(0):
            return encoding
    return None


def _no_file(mode: int) -> str:
    if S_ISFIFO(mode):
        return "this is a pipe. Hand it over on standard input: readlog import -"
    return "this is a device, no file." if S_ISCHR(mode) or S_ISBLK(mode) else "this is no file."


def _folder(path: str, name: str) -> Opened:
    """The notes in a folder and all folders below it, but for hidden ones as `.obsidian`."""
    found = Document(name, partial(_file, path))
    try:
        files = sorted(_files_below(path))
    except OSError as error:
        raise found.wrong(f"{printable_line(str(error.filename))} cannot be read: {error.strerror}.") from error
    notes = [each for each in files if each.casefold().endswith(_NOTES)]
    if not notes:
        raise _without_notes(found, "folder", files)
    return Opened(name, [Document(printable_line(each), partial(_file, each)) for each in notes], are_notes=True)


def _files_below(folder: str) -> Iterator[str]:
    def stop(error: OSError) -> None:
        raise error

    for directory, folders, files in os.walk(folder, onerror=stop):
        folders[:] = (each for each in folders if not _is_hidden(each))
        paths = (os.path.join(directory, each) for each in files if not _is_hidden(each))
        yield from filter(os.path.isfile, paths)


def _without_notes(found: Document, what: str, files: Sequence[str]) -> UnreadableInput:
    if wrong := of_names(files):
        return found.wrong(wrong)
    tables = [printable_line(each) for each in files if each.casefold().endswith(_TABLE_SUFFIXES)]
    hint = f" Hand over one file, as {tables[0]}" if tables else " Hand over the export itself."
    return found.wrong(f"there is no Markdown in this {what}.{hint}")


def _is_hidden(name: str) -> bool:
    return name.startswith(".") or name == "__MACOSX"


def _archive(document: Document, open_archive: Callable[[], "ZipFile"]) -> Opened:
    """The notes in a ZIP archive, or the one table or JSON that is in it. Names in it are names, never paths."""
    try:
        if _directory_size(document) > _LONGEST_DIRECTORY:
            raise document.wrong("there are too many files in it. Unpack it, and hand over the folder.")
        archive = open_archive()
    except _reading_errors() as error:
        raise document.wrong(_why(error)) from error
    visible = sorted(filter(_is_visible, archive.infolist()), key=lambda info: info.filename)
    names = [info.filename for info in visible]
    notes = [info for info in visible if info.filename.casefold().endswith(_NOTES)]
    tables = [info for info in visible if info.filename.casefold().endswith(_TABLE_SUFFIXES)]
    chosen = notes or (visible if len(visible) == 1 else tables)
    if not notes and (len(chosen) != 1 or of_names(names)):
        raise _without_notes(document, "archive", names)
    _check_members(document, chosen)
    members = [
        Document(f"{document.name}/{printable_line(info.filename)}", partial(archive.open, info)) for info in chosen
    ]
    if notes:
        return Opened(document.name, members, are_notes=True)
    return _opened_member(members[0], chosen[0].file_size)


def _opened_member(member: Document, size: int) -> Opened:
    _check_size(member, size)
    head = member.head()
    if head.startswith(b"PK\3\4"):
        raise member.wrong("this is an archive in an archive. Unpack it, and hand over what is in it.")
    _check_text(member, head)
    return Opened(member.name, (member,))


def _directory_size(archive: Document) -> int:
    """How large the table of contents of an archive says it is."""
    with archive.open() as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _HEAD - 22))
        tail = file.read()
    at = tail.rfind(b"PK\5\6")
    return int.from_bytes(tail[at + 12 : at + 16], "little") if at >= 0 else 0


def _is_visible(info: "ZipInfo") -> bool:
    """Whether an entry is a file that its reader would see: no folder, no link, nothing hidden."""
    parts = info.filename.replace("\\", "/").split("/")
    hidden = any(_is_hidden(part) for part in parts if part not in (".", ".."))
    is_file = info.filename and not info.filename.endswith(("/", "\\"))
    return bool(is_file) and not hidden and not S_ISLNK(info.external_attr >> 16)


def _check_members(document: Document, chosen: Sequence["ZipInfo"]) -> None:
    """Raise UnreadableInput for what is encrypted, and for what is a thousand times larger than it looks."""
    if any(info.flag_bits & 1 for info in chosen):
        raise document.wrong("it is encrypted. Unpack it, and hand over what is in it.")
    _check_size(document, sum(info.file_size for info in chosen) or 1)
    for info in chosen:
        if info.file_size > max(_WORTH_A_BOMB, _MOST_SHRUNK * info.compress_size):
            raise document.wrong(
                f"{printable_line(info.filename)} in it is packed too tightly. Unpack it, and look at it."
            )


def _zip(source: str | BytesIO) -> "ZipFile":
    from zipfile import ZipFile

    return ZipFile(source)


def _reading_errors() -> tuple[type[Exception], ...]:
    """What reading a file, or something packed, can end in."""
    import struct
    import zlib
    from lzma import LZMAError
    from zipfile import BadZipFile

    return OSError, EOFError, RuntimeError, ValueError, struct.error, zlib.error, LZMAError, BadZipFile


def _why(error: Exception) -> str:
    if isinstance(error, PermissionError):
        return "you are not allowed to read it."
    if isinstance(error, (FileNotFoundError, NotADirectoryError)) or "embedded null" in str(error):
        return "there is no such file."
    if isinstance(error, OSError) and error.strerror:
        return f"it cannot be read: {error.strerror}."
    if isinstance(error, RuntimeError):
        return "it is packed in a way that cannot be read here. Unpack it, and hand over what is in it."
    return "it is damaged. Download it once more."
