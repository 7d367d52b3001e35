"""Making a new journal from every row that can be read of a damaged one, which stays unchanged.

SQLite gives up on a table at its first broken page. Here every page is read by itself, even if the tree, the schema
or the header is lost. Lost rows are reconstructed from other places in the file.
"""

import os
import shutil
import sqlite3
import tempfile
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from typing import BinaryIO

from readlog.core.errors import AlreadyExists, JournalUnusable
from readlog.doctor.results import Salvage
from readlog.doctor.salvage.btree import MAGIC, BTreeReader, Row
from readlog.doctor.salvage.identify_table import TABLES_OF_LATER_VERSIONS, WORDS_TABLE, current_shapes, is_words_row
from readlog.doctor.salvage.reconstruct import RowReconstructor
from readlog.doctor.salvage.salvage_writer import SalvageWriter
from readlog.storage.atomic_files import link_new, sync_file
from readlog.storage.connection import SCHEMA_VERSION
from readlog.storage.create_journal import create_journal
from readlog.storage.integrity import find_problems
from readlog.storage.schema import FILL_SEARCH, TABLE_NAMES

_REBUILT_TABLES = (
    "_sqlite_migrations",
    "sqlite_sequence",
    "search_data",
    WORDS_TABLE,
    "search_docsize",
    "search_config",
)
"""Tables that are rebuilt. Their pages are visited, so that none is taken for a lost page of another table."""
_REQUIRED_TABLES = {*TABLE_NAMES, WORDS_TABLE} - TABLES_OF_LATER_VERSIONS
_LOG_TABLES = ("operations", "changes")
"""They say which rows were deleted, and are read first."""
_MAX_ID = 2**40
"""A higher id was never used."""


def salvage(path: str, new: str) -> Salvage:
    """Make a journal at `new` of what can be read of the damaged one at `path`.

    Raises AlreadyExists if something is at `new`, and JournalUnusable if nothing can be read or written.
    """
    if os.path.lexists(new):
        raise _already_there(new)
    try:
        with _open_file(path, os.path.dirname(new)) as file, _temporary_journal(new) as fresh:
            found = _fill_new_journal(BTreeReader(file), file, fresh)
            sync_file(fresh)
            link_new(fresh, new)
    except FileExistsError as error:
        raise _already_there(new) from error
    except OSError as error:
        raise JournalUnusable(f"The journal {path} cannot be salvaged: {error.strerror}: {error.filename}.") from error
    except sqlite3.Error as error:
        raise JournalUnusable(f"{new} could not be written: {error}. {path} is as it was.") from error
    return found._replace(journal=path, new=new)


def _already_there(new: str) -> AlreadyExists:
    return AlreadyExists(f"{new} is there already. Name a file that is not there.", ())


def _fill_new_journal(pages: BTreeReader, file: BinaryIO, fresh: str) -> Salvage:
    with closing(sqlite3.connect(fresh, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = EXTRA")
        connection.execute("PRAGMA cache_size = -65536")
        connection.execute("BEGIN IMMEDIATE")
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        writer, notes = SalvageWriter(connection, current_shapes()), list[str]()
        roots = _save_rows(pages, file, writer, notes)
        if not any(writer.row_counts()):
            raise JournalUnusable("No row of a journal can be read in this file. Restore a backup.")
        whole = not pages.unreadable and not writer.has_misplaced_rows and roots.keys() >= _REQUIRED_TABLES
        _raise_counters(connection, BTreeReader(file), roots)
        RowReconstructor(writer, BTreeReader(file), roots, everything=whole).reconstruct()
        writer.fill_timestamps()
        notes += _other_tools_notes(BTreeReader(file), writer)
        if not whole:
            writer.find_gaps()
        _raise_counters(connection, BTreeReader(file), roots)
        connection.execute(FILL_SEARCH)
        for _, statement in triggers:
            connection.execute(statement)
        connection.execute("COMMIT")
        if wrong := find_problems(connection):
            raise JournalUnusable(f"What could be read does not make a whole journal: {wrong[0]}.")
        return Salvage("", "", writer.report(), pages.page_count, len(pages.unreadable), notes)


def _save_rows(pages: BTreeReader, file: BinaryIO, writer: SalvageWriter, notes: list[str]) -> dict[str, int]:
    """Save the rows of all trees, then those of lost pages; returns the root pages by the names of their tables."""
    roots = _root_pages(pages)
    if not roots:
        notes.append("The list of tables is lost: rows were known by their looks.")
    for table in (each for each in TABLE_NAMES if each in roots):
        for row in pages.read_rows(roots[table]):
            writer.save_row(table, row)
    for table in roots.keys() & {*_REBUILT_TABLES}:
        deque(pages.read_rows(roots[table]), maxlen=0)
    if pages.unreadable or writer.has_misplaced_rows or not roots.keys() >= _REQUIRED_TABLES:
        for tables in (_LOG_TABLES, TABLE_NAMES):
            for row in pages.read_unreached_rows():
                _save_by_shape(row, writer, tables)
    if WORDS_TABLE in roots:
        for row in BTreeReader(file).read_rows(roots[WORDS_TABLE]):
            writer.save_words(row)
    return roots


def _other_tools_notes(pages: BTreeReader, writer: SalvageWriter) -> Iterator[str]:
    """Notes about tables and columns of other tools, which are not saved."""
    tables = (str(row.values[1]) for row in pages.read_rows(1) if row.values[:1] == ["table"] and len(row.values) >= 5)
    ours = {*TABLE_NAMES, *_REBUILT_TABLES, "stale", "search", "search_idx"}
    others = [name for name in tables if name not in ours and not name.startswith("sqlite_")]
    if others:
        yield f"Tables of other tools are not in the new journal: {', '.join(others)}."
    if writer.tables_with_extra_columns:
        tables_named = ", ".join(sorted(writer.tables_with_extra_columns))
        yield f"Columns of other tools are not in the new journal: in {tables_named}."


def _save_by_shape(row: Row, writer: SalvageWriter, wanted: Sequence[str]) -> None:
    """Save a row of a lost page if it matches one of the `wanted` tables and no other."""
    tables = [name for name, shape in writer.shapes.items() if shape.matches(row)]
    if not tables and wanted is not _LOG_TABLES and is_words_row(row):
        writer.save_words(row)
    elif len(tables) == 1 and tables[0] in wanted and not writer.was_deleted(tables[0], row.id):
        writer.save_row(tables[0], row)


def _root_pages(pages: BTreeReader) -> dict[str, int]:
    """The root page of each table and index, as far as the schema can be read."""
    found = {}
    for row in pages.read_rows(1):
        if len(row.values) >= 4 and isinstance(row.values[1], str) and isinstance(row.values[3], int):
            found[row.values[1]] = row.values[3]
    return {name: root for name, root in found.items() if root}


def _raise_counters(connection: sqlite3.Connection, pages: BTreeReader, roots: dict[str, int]) -> None:
    """Raise the counters of the tables so that no id is used a second time."""
    for row in pages.read_rows(roots["sqlite_sequence"]) if "sqlite_sequence" in roots else ():
        if len(row.values) == 2 and row.values[0] in TABLE_NAMES and isinstance(row.values[1], int):
            known = {"name": row.values[0], "seq": min(row.values[1], _MAX_ID)}
            connection.execute("UPDATE sqlite_sequence SET seq = max(seq, :seq) WHERE name = :name", known)
            connection.execute(
                "INSERT INTO sqlite_sequence (name, seq) SELECT :name, :seq "
                "WHERE :name NOT IN (SELECT name FROM sqlite_sequence)",
                known,
            )
    for table in TABLE_NAMES:
        connection.execute(
            "UPDATE sqlite_sequence SET seq = max(seq, (SELECT ifnull(max(row_id), 0) FROM changes "
            "WHERE table_name = :name)) WHERE name = :name",
            {"name": table},
        )


@contextmanager
def _open_file(path: str, directory: str) -> Iterator[BinaryIO]:
    """The journal as a binary file; after an interrupted command, a copy in which that was rolled back."""
    if not any(os.path.exists(path + ending) for ending in ("-journal", "-wal")):
        with open(path, "rb") as file:
            yield _check_version(file, path)
        return
    with tempfile.TemporaryDirectory(prefix=".readlog-", dir=directory) as room:
        copy = os.path.join(room, "journal.db")
        for ending in ("", "-journal", "-wal"):
            with suppress(FileNotFoundError):
                shutil.copyfile(path + ending, copy + ending)
        with suppress(sqlite3.Error), closing(sqlite3.connect(copy)) as connection:
            connection.execute("SELECT * FROM sqlite_master").fetchall()
        with open(copy, "rb") as file:
            yield _check_version(file, path)


def _check_version(file: BinaryIO, path: str) -> BinaryIO:
    """The file itself; raises JournalUnusable if a newer readlog has written it."""
    header = file.read(64)
    version = int.from_bytes(header[60:64])
    if header[:16] == MAGIC and SCHEMA_VERSION < version < 1_000:
        raise JournalUnusable(f"The journal {path} was made by a newer readlog. Upgrade readlog.")
    return file


@contextmanager
def _temporary_journal(new: str) -> Iterator[str]:
    """The path of an empty journal in a temporary directory next to `new`."""
    os.makedirs(os.path.dirname(new), mode=0o700, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".readlog-", dir=os.path.dirname(new)) as room:
        fresh = os.path.join(room, "salvaged.db")
        create_journal(fresh)
        yield fresh
