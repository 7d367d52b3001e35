"""A new journal made of every row that can be read of a damaged one, which is not touched.

SQLite gives up a table at its first broken page. Here every page is read by itself: the way to it may be
lost, the schema and the header too. What a table has lost is looked for where the file has it twice.
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
from readlog.doctor.salvage.reconstruct import RowReconstructor
from readlog.doctor.salvage.row_shapes import ADDED_LATER, WORDS, is_of_words, shapes
from readlog.doctor.salvage.salvage_writer import SalvageWriter
from readlog.storage.atomic_files import link_new, sync_file
from readlog.storage.connection import SCHEMA_VERSION
from readlog.storage.create_journal import create_journal
from readlog.storage.integrity import find_problems
from readlog.storage.schema import FILL_SEARCH, TABLE_NAMES

_OTHERS = ("_sqlite_migrations", "sqlite_sequence", "search_data", WORDS, "search_docsize", "search_config")
"""Tables that are made anew: their pages are known, so that none of them is taken for a lost one."""
_ALWAYS_THERE = {*TABLE_NAMES, WORDS} - ADDED_LATER
_LOG = ("operations", "changes")
"""What tells that a row was deleted, and is looked for first."""
_MOST = 2**40
"""A number of a row that is higher was never given."""


def salvage(path: str, new: str) -> Salvage:
    """Make a journal at `new` of what can be read of the damaged one at `path`.

    Raises AlreadyExists where something is at `new`, and JournalUnusable where nothing can be read or written.
    """
    if os.path.lexists(new):
        raise _already_there(new)
    try:
        with _as_it_is(path, os.path.dirname(new)) as file, _room(new) as fresh:
            found = _salvaged(BTreeReader(file), file, fresh)
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


def _salvaged(pages: BTreeReader, file: BinaryIO, fresh: str) -> Salvage:
    with closing(sqlite3.connect(fresh, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = EXTRA")
        connection.execute("PRAGMA cache_size = -65536")
        connection.execute("BEGIN IMMEDIATE")
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        saving, notes = SalvageWriter(connection, shapes()), list[str]()
        roots = _take_all(pages, file, saving, notes)
        if not any(saving.counts()):
            raise JournalUnusable("No row of a journal can be read in this file. Restore a backup.")
        whole = not pages.bad and not saving.misplaced and roots.keys() >= _ALWAYS_THERE
        _keep_numbers(connection, BTreeReader(file), roots)
        RowReconstructor(saving, BTreeReader(file), roots, everything=whole).piece()
        saving.date_by_log()
        notes += _of_other_tools(BTreeReader(file), saving)
        if not whole:
            saving.look_for_gaps()
        _keep_numbers(connection, BTreeReader(file), roots)
        connection.execute(FILL_SEARCH)
        for _, statement in triggers:
            connection.execute(statement)
        connection.execute("COMMIT")
        if wrong := find_problems(connection):
            raise JournalUnusable(f"What could be read does not make a whole journal: {wrong[0]}.")
        return Salvage("", "", saving.account(), pages.count, len(pages.bad), notes)


def _take_all(pages: BTreeReader, file: BinaryIO, saving: SalvageWriter, notes: list[str]) -> dict[str, int]:
    """Save the rows to which a way leads, then those to which none does; returns the pages where the ways begin."""
    roots = _roots(pages)
    if not roots:
        notes.append("The list of tables is lost: rows were known by their looks.")
    for table in (each for each in TABLE_NAMES if each in roots):
        for row in pages.rows(roots[table]):
            saving.put(table, row)
    for table in roots.keys() & {*_OTHERS}:
        deque(pages.rows(roots[table]), maxlen=0)
    if pages.bad or saving.misplaced or not roots.keys() >= _ALWAYS_THERE:
        for tables in (_LOG, TABLE_NAMES):
            for row in pages.unreached():
                _take(row, saving, tables)
    if WORDS in roots:
        for row in BTreeReader(file).rows(roots[WORDS]):
            saving.put_words(row)
    return roots


def _of_other_tools(pages: BTreeReader, saving: SalvageWriter) -> Iterator[str]:
    """What is said of tables and columns that are not readlog's: they are not looked for."""
    tables = (str(row.values[1]) for row in pages.rows(1) if row.values[:1] == ["table"] and len(row.values) >= 5)
    ours = {*TABLE_NAMES, *_OTHERS, "stale", "search", "search_idx"}
    others = [name for name in tables if name not in ours and not name.startswith("sqlite_")]
    if others:
        yield f"Tables of other tools are not in the new journal: {', '.join(others)}."
    if saving.wider:
        yield f"Columns of other tools are not in the new journal: in {', '.join(sorted(saving.wider))}."


def _take(row: Row, saving: SalvageWriter, wanted: Sequence[str]) -> None:
    """Save a row of a table that is `wanted` and known only by its looks; of two that it can be of, none."""
    tables = [name for name, shape in saving.shapes.items() if shape.is_of(row)]
    if not tables and wanted is not _LOG and is_of_words(row):
        saving.put_words(row)
    elif len(tables) == 1 and tables[0] in wanted and not saving.was_deleted(tables[0], row.id):
        saving.put(tables[0], row)


def _roots(pages: BTreeReader) -> dict[str, int]:
    """The page at which each table and each index begins, as far as that can be read."""
    found = {}
    for row in pages.rows(1):
        if len(row.values) >= 4 and isinstance(row.values[1], str) and isinstance(row.values[3], int):
            found[row.values[1]] = row.values[3]
    return {name: root for name, root in found.items() if root}


def _keep_numbers(connection: sqlite3.Connection, pages: BTreeReader, roots: dict[str, int]) -> None:
    """Let no number be given again that was given before."""
    for row in pages.rows(roots["sqlite_sequence"]) if "sqlite_sequence" in roots else ():
        if len(row.values) == 2 and row.values[0] in TABLE_NAMES and isinstance(row.values[1], int):
            known = {"name": row.values[0], "seq": min(row.values[1], _MOST)}
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
def _as_it_is(path: str, directory: str) -> Iterator[BinaryIO]:
    """The bytes of the journal; where a command was interrupted, of a copy in which that is taken back."""
    if not any(os.path.exists(path + ending) for ending in ("-journal", "-wal")):
        with open(path, "rb") as file:
            yield _known(file, path)
        return
    with tempfile.TemporaryDirectory(prefix=".readlog-", dir=directory) as room:
        copy = os.path.join(room, "journal.db")
        for ending in ("", "-journal", "-wal"):
            with suppress(FileNotFoundError):
                shutil.copyfile(path + ending, copy + ending)
        with suppress(sqlite3.Error), closing(sqlite3.connect(copy)) as connection:
            connection.execute("SELECT * FROM sqlite_master").fetchall()
        with open(copy, "rb") as file:
            yield _known(file, path)


def _known(file: BinaryIO, path: str) -> BinaryIO:
    """The file, if no newer readlog has written it. Raises JournalUnusable."""
    header = file.read(64)
    version = int.from_bytes(header[60:64])
    if header[:16] == MAGIC and SCHEMA_VERSION < version < 1_000:
        raise JournalUnusable(f"The journal {path} was made by a newer readlog. Upgrade readlog.")
    return file


@contextmanager
def _room(new: str) -> Iterator[str]:
    """A path beside `new` at which an empty journal is; what is left there is removed."""
    os.makedirs(os.path.dirname(new), mode=0o700, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".readlog-", dir=os.path.dirname(new)) as room:
        fresh = os.path.join(room, "salvaged.db")
        create_journal(fresh)
        yield fresh
