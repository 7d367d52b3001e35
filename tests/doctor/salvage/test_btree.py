import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from readlog.doctor.salvage.btree import BTreeReader, UnreadablePage, decode_record, read_varint

VALUES = [
    None,
    0,
    1,
    -1,
    127,
    -128,
    2**15,
    -(2**23),
    2**31,
    2**47,
    -(2**63),
    2**63 - 1,
    1.5,
    "",
    "Pétrograd 雪国",
    b"\x00\xff",
    "x" * 20_000,
]


def made(path: Path, size: int) -> list[tuple[object, ...]]:
    """A file of pages of this size, with values of every kind, an index, and a free page; its rows."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA page_size = {size}")
        connection.execute("CREATE TABLE things (id INTEGER PRIMARY KEY, value, more)")
        connection.execute("CREATE INDEX by_more ON things (more)")
        connection.execute("CREATE TABLE gone (text)")
        connection.execute("INSERT INTO gone VALUES (?)", ("deleted" * 10_000,))
        connection.execute("DROP TABLE gone")
        connection.execute("BEGIN")
        for number in range(400):
            values = (VALUES[number % len(VALUES)], f"{number} " + "y" * (number * 7 % 900))
            connection.execute("INSERT INTO things (value, more) VALUES (?, ?)", values)
        connection.execute("COMMIT")
        return connection.execute("SELECT * FROM things").fetchall()


def roots(pages: BTreeReader) -> dict[object, int]:
    """Where each table and index begins."""
    return {row.values[1]: int(str(row.values[3])) for row in pages.read_rows(1)}


@pytest.mark.parametrize("size", [512, 4096, 65536])
def test_rows_are_read_as_sqlite_reads_them(tmp_path: Path, size: int) -> None:
    """Of pages of every size, with values of every kind, with and without the header of the file; and an index too."""
    path = tmp_path / "things.db"
    rows = made(path, size)
    for header in (True, False):
        if not header:
            path.write_bytes(bytes(16) + b"?" * 84 + path.read_bytes()[100:])
        with path.open("rb") as file:
            pages = BTreeReader(file)
            assert pages.page_size == size
            begin = roots(pages)
            assert [(row.id, *row.values[1:]) for row in pages.read_rows(begin["things"])] == rows
            assert sorted(row.values[-1] for row in pages.read_rows(begin["by_more"])) == [row[0] for row in rows]
            assert pages.unreadable == set()
            if header:
                assert list(pages.read_unreached_rows()) == []


def test_a_row_that_goes_on_in_a_lost_page_is_cut(tmp_path: Path) -> None:
    """What there is of its last text is read, and it is said not to be whole."""
    path = tmp_path / "things.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE things (id INTEGER PRIMARY KEY, text)")
        connection.execute("INSERT INTO things (text) VALUES (?)", ("word " * 5_000,))
    path.write_bytes(path.read_bytes()[: 4096 * 4])
    with path.open("rb") as file:
        pages = BTreeReader(file)
        (row,) = pages.read_rows(roots(pages)["things"])
    assert not row.complete
    assert str(row.values[1]).startswith("word word")
    assert 4096 < len(str(row.values[1])) < 25_000


def test_pages_that_lead_in_a_circle_end(tmp_path: Path) -> None:
    """No page is read twice."""
    path = tmp_path / "things.db"
    made(path, 512)
    data = bytearray(path.read_bytes())
    with path.open("rb") as file:
        root = roots(BTreeReader(file))["things"]
    at = (root - 1) * 512
    assert data[at] == 5
    data[at + 8 : at + 12] = root.to_bytes(4)
    path.write_bytes(data)
    with path.open("rb") as file:
        pages = BTreeReader(file)
        found = list(pages.read_rows(root))
        assert 0 < len(found) < 400
        assert root in pages.unreadable
        assert len(found) + len(list(pages.read_unreached_rows())) == 400


@pytest.mark.parametrize("payload", [b"\x02\x0a", b"\x03\x01", b"\x02\x0b!", b"\x05\x17abc"])
def test_what_cannot_be_a_row_is_none(payload: bytes) -> None:
    """Kinds of values that SQLite does not have, and lengths that do not add up."""
    with pytest.raises((UnreadablePage, IndexError)):
        decode_record(1, payload, len(payload))


def test_numbers_of_variable_length() -> None:
    """From one byte to nine."""
    assert read_varint(b"\x7f", 0) == (127, 1)
    assert read_varint(b"\x81\x00", 0) == (128, 2)
    assert read_varint(b"\xff" * 9, 0) == (-1, 9)
