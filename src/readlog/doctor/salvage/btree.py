"""The pages of an SQLite file read one by one, in whatever state the file is: what SQLite itself refuses to read.

The format is sqlite.org/fileformat2.html: trees of pages, with a table's rows in their leaves.
"""

import struct
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

Value = None | int | float | str | bytes

_INTEGERS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}
_FLOAT, _ZERO, _ONE, _FIRST_OF_BYTES = 7, 8, 9, 12


class Unreadable(Exception):
    """What should be a page or a row of the file is none."""


class Row(NamedTuple):
    """A row as it is in the file. Where it is not `whole` the last text may be cut, and the rest is lost."""

    id: int
    values: list[Value]
    whole: bool


def varint(data: bytes, at: int) -> tuple[int, int]:
    """The number of variable length at a place, and the place behind it."""
    value = 0
    for place in range(at, at + 8):
        value = value << 7 | data[place] & 0x7F
        if data[place] < 0x80:
            return value, place + 1
    value = value << 8 | data[at + 8]
    return value - 2**64 if value >= 2**63 else value, at + 9


def decoded(rowid: int, payload: bytes, length: int) -> Row:
    """The row in a payload that should be `length` bytes long. Raises Unreadable where it is none."""
    end, at = varint(payload, 0)
    kinds = []
    while at < end:
        kind, at = varint(payload, at)
        kinds.append(kind)
    if at != end or end + sum(map(_width, kinds)) != length:
        raise Unreadable
    values: list[Value] = []
    for kind in kinds:
        if len(payload) < end + _width(kind) and kind < _FIRST_OF_BYTES:
            break
        raw = payload[end : end + _width(kind)]
        values.append(_value(kind, raw))
        end += _width(kind)
        if len(payload) < end:
            break
    return Row(rowid, values, len(payload) == length)


def _width(kind: int) -> int:
    if kind >= _FIRST_OF_BYTES:
        return (kind - _FIRST_OF_BYTES) // 2
    if kind < 0 or kind in (10, 11):
        raise Unreadable
    return 8 if kind == _FLOAT else _INTEGERS.get(kind, 0)


def _value(kind: int, raw: bytes) -> Value:
    if kind == 0:
        return None
    if kind in _INTEGERS:
        return int.from_bytes(raw, signed=True)
    if kind == _FLOAT:
        return float(struct.unpack(">d", raw)[0])
    if kind in (_ZERO, _ONE):
        return kind - _ZERO
    return raw.decode("utf-8", "replace") if kind % 2 else raw


HEADER = 100
MAGIC = b"SQLite format 3\0"
MARK = b"RDLG"
_TRACES = (b"CREATE TABLE readings", b"contributions", b"search_content")
_BLOCK = 2**20
_LONGEST = 2**30
"""Bytes of a row; SQLite allows no more either."""
_INDEX_INNER, _TABLE_INNER, _INDEX_LEAF, _TABLE_LEAF = 2, 5, 10, 13
_SIZES = (512, 1024, 2048, 4096, 8192, 16384, 32768, 65536)
_USUAL_SIZE = 4096
_ENOUGH = 2_000
"""Pages that are looked at to tell how large they are."""


class BTreeReader:
    """The pages of a file. `seen` are those that have been read, `bad` those that should have been readable."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        file.seek(0)
        header = file.read(HEADER)
        self.size = _size_said(header) or _size_guessed(file)
        self.usable = self.size - (header[20] if header[:16] == MAGIC and header[20] <= 32 else 0)
        file.seek(0, 2)
        self.count = -(-file.tell() // self.size)
        self.seen = bytearray(self.count + 1)
        self.bad: set[int] = set()
        if header[:16] == MAGIC:
            self._see_free(int.from_bytes(header[32:36]))

    def page(self, number: int) -> bytes:
        """A page, filled with zeros where the file ends in it. Raises Unreadable where there is none."""
        if not 0 < number <= self.count:
            raise Unreadable
        try:
            self.file.seek((number - 1) * self.size)
            return self.file.read(self.size).ljust(self.size, b"\0")
        except OSError:
            raise Unreadable from None

    def rows(self, root: int) -> Iterator[Row]:
        """Every row that can be read of the tree at `root`, table or index, each page once."""
        waiting = [root]
        while waiting:
            number = waiting.pop()
            try:
                page = self.page(number)
            except Unreadable:
                self.bad.add(number)
                continue
            if self.seen[number]:
                self.bad.add(number)
                continue
            self.seen[number] = 1
            waiting += reversed(list(self._children(number, page)))
            yield from self._cells(number, page)

    def unreached(self) -> Iterator[Row]:
        """The rows of leaves of tables to which no way leads."""
        for number in range(2, self.count + 1):
            if not self.seen[number]:
                page = self.page(number)
                if page[0] == _TABLE_LEAF:
                    yield from self._cells(number, page)

    def _children(self, number: int, page: bytes) -> Iterator[int]:
        at = HEADER if number == 1 else 0
        if page[at] not in (_INDEX_INNER, _TABLE_INNER):
            return
        for pointer in _pointers(page, at):
            yield int.from_bytes(page[pointer : pointer + 4])
        yield int.from_bytes(page[at + 8 : at + 12])

    def _cells(self, number: int, page: bytes) -> Iterator[Row]:
        at = HEADER if number == 1 else 0
        kind = page[at]
        if kind == _TABLE_INNER:
            return
        if kind not in (_INDEX_INNER, _INDEX_LEAF, _TABLE_LEAF):
            self.bad.add(number)
            if not _is_sane(page[:at] + bytes([_TABLE_LEAF]) + page[at + 1 :], at):
                return
            kind = _TABLE_LEAF
        for pointer in _pointers(page, at):
            try:
                yield self._cell(page, pointer + (4 if kind == _INDEX_INNER else 0), kind != _TABLE_LEAF)
            except (Unreadable, IndexError, ValueError, OverflowError):
                self.bad.add(number)

    def _cell(self, page: bytes, at: int, index: bool) -> Row:
        length, at = varint(page, at)
        rowid = 0
        if not index:
            rowid, at = varint(page, at)
        local = self._local(length, index)
        if length > _LONGEST or at + local > len(page):
            raise Unreadable
        payload = page[at : at + local]
        if length > local:
            payload += self._overflow(int.from_bytes(page[at + local : at + local + 4]), length - local)
        return decoded(rowid, payload, length)

    def _local(self, length: int, index: bool) -> int:
        """How much of a payload is in the page itself."""
        most = (self.usable - 12) * 64 // 255 - 23 if index else self.usable - 35
        if length <= most:
            return length
        least = (self.usable - 12) * 32 // 255 - 23
        local = least + (length - least) % (self.usable - 4)
        return local if local <= most else least

    def _overflow(self, number: int, length: int) -> bytes:
        """The rest of a payload; less than `length` where the chain of its pages is broken."""
        parts, left = [], length
        while left > 0:
            try:
                page = self.page(number)
            except Unreadable:
                self.bad.add(number)
                break
            if self.seen[number] or page.count(0) == len(page):
                self.bad.add(number)
                break
            self.seen[number] = 1
            parts.append(page[4 : min(self.usable, 4 + left)])
            left -= len(parts[-1])
            number = int.from_bytes(page[:4])
        return b"".join(parts)

    def _see_free(self, trunk: int) -> None:
        """Note the free pages, whose rows are deleted ones."""
        while 0 < trunk <= self.count and not self.seen[trunk]:
            self.seen[trunk] = 1
            page = self.page(trunk)
            for place in range(min(int.from_bytes(page[4:8]), self.usable // 4 - 2)):
                number = int.from_bytes(page[8 + 4 * place : 12 + 4 * place])
                if number <= self.count:
                    self.seen[number] = 1
            trunk = int.from_bytes(page[:4])


def looks_like_a_journal(path: str) -> bool:
    """Whether a file that SQLite refuses has something of a journal: its name for itself, or its tables'."""
    with open(path, "rb") as file:
        header = file.read(HEADER)
        if header[68:72] == MARK:
            return True
        while block := file.read(_BLOCK):
            if any(each in block for each in _TRACES):
                return True
    return False


def _pointers(page: bytes, at: int) -> list[int]:
    """Where the cells of a page begin; one that cannot be is left out."""
    head = at + (12 if page[at] in (_INDEX_INNER, _TABLE_INNER) else 8)
    most = (len(page) - head) // 2
    number = min(int.from_bytes(page[at + 3 : at + 5]), most)
    found = (int.from_bytes(page[head + 2 * place : head + 2 * place + 2]) for place in range(number))
    return [pointer for pointer in found if head <= pointer <= len(page) - 4]


def _size_said(header: bytes) -> int | None:
    size = int.from_bytes(header[16:18])
    size = 65536 if size == 1 else size
    return size if header[:16] == MAGIC and size in _SIZES else None


def _size_guessed(file: BinaryIO) -> int:
    """The smallest size at odd multiples of which pages begin."""
    for size in _SIZES:
        found = 0
        for place in range(1, _ENOUGH, 2):
            file.seek(place * size)
            found += 1 if _is_sane(file.read(size), 0) else 0
            if found > 1:
                return size
    return _USUAL_SIZE


def _is_sane(page: bytes, at: int) -> bool:
    """Whether it can be a page of a tree."""
    if len(page) < 512 or page[at] not in (_INDEX_INNER, _TABLE_INNER, _INDEX_LEAF, _TABLE_LEAF):
        return False
    number, start = int.from_bytes(page[at + 3 : at + 5]), int.from_bytes(page[at + 5 : at + 7])
    pointers = _pointers(page, at)
    return bool(0 < number == len(pointers) and start >= at + 8 + 2 * number and min(pointers) >= start)
