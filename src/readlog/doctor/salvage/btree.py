"""Reading an SQLite file page by page, also a damaged one that SQLite itself rejects.

The format is described in sqlite.org/fileformat2.html: B-trees of pages, with a table's rows in their leaves.
"""

import struct
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

Value = None | int | float | str | bytes

HEADER_SIZE = 100
MAGIC = b"SQLite format 3\0"
APPLICATION_MARK = b"RDLG"
_JOURNAL_TRACES = (b"CREATE TABLE readings", b"contributions", b"search_content")
_BLOCK = 2**20
_MAX_RECORD_SIZE = 2**30
"""Bytes of a row, as in SQLite."""
_INDEX_INNER, _TABLE_INNER, _INDEX_LEAF, _TABLE_LEAF = 2, 5, 10, 13
_PAGE_SIZES = (512, 1024, 2048, 4096, 8192, 16384, 32768, 65536)
_DEFAULT_PAGE_SIZE = 4096
_MAX_SAMPLED_PAGES = 2_000
"""Pages that are read to guess their size."""
_INTEGERS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}
_FLOAT, _ZERO, _ONE, _FIRST_OF_BYTES = 7, 8, 9, 12
"""Serial types of values: the sizes of integers by type, and the types that are not integers."""


class UnreadablePage(Exception):
    """A page or a row of the file cannot be read."""


class Row(NamedTuple):
    """A row of a table or an index. If it is not `complete`, its last text may be cut, and later values are lost."""

    id: int
    values: list[Value]
    complete: bool


def read_varint(data: bytes, at: int) -> tuple[int, int]:
    """The integer of variable length at an offset, and the offset after it."""
    value = 0
    for place in range(at, at + 8):
        value = value << 7 | data[place] & 0x7F
        if data[place] < 0x80:
            return value, place + 1
    value = value << 8 | data[at + 8]
    return value - 2**64 if value >= 2**63 else value, at + 9


def decode_record(rowid: int, payload: bytes, length: int) -> Row:
    """The row in a payload that should be `length` bytes long; the payload may be cut. Raises UnreadablePage."""
    end, at = read_varint(payload, 0)
    kinds = []
    while at < end:
        kind, at = read_varint(payload, at)
        kinds.append(kind)
    if at != end or end + sum(map(_value_size, kinds)) != length:
        raise UnreadablePage
    values: list[Value] = []
    for kind in kinds:
        if len(payload) < end + _value_size(kind) and kind < _FIRST_OF_BYTES:
            break
        raw = payload[end : end + _value_size(kind)]
        values.append(_decode_value(kind, raw))
        end += _value_size(kind)
        if len(payload) < end:
            break
    return Row(rowid, values, len(payload) == length)


def _value_size(kind: int) -> int:
    if kind >= _FIRST_OF_BYTES:
        return (kind - _FIRST_OF_BYTES) // 2
    if kind < 0 or kind in (10, 11):
        raise UnreadablePage
    return 8 if kind == _FLOAT else _INTEGERS.get(kind, 0)


def _decode_value(kind: int, raw: bytes) -> Value:
    if kind == 0:
        return None
    if kind in _INTEGERS:
        return int.from_bytes(raw, signed=True)
    if kind == _FLOAT:
        return float(struct.unpack(">d", raw)[0])
    if kind in (_ZERO, _ONE):
        return kind - _ZERO
    return raw.decode("utf-8", "replace") if kind % 2 else raw


class BTreeReader:
    """Reads the rows of each B-tree of a file, every page once.

    `visited` has a nonzero byte for each page that was read, `unreadable` the numbers of damaged pages.
    """

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        file.seek(0)
        header = file.read(HEADER_SIZE)
        self.page_size = _page_size_from_header(header) or _guess_page_size(file)
        self.usable_size = self.page_size - (header[20] if header[:16] == MAGIC and header[20] <= 32 else 0)
        file.seek(0, 2)
        self.page_count = -(-file.tell() // self.page_size)
        self.visited = bytearray(self.page_count + 1)
        self.unreadable: set[int] = set()
        if header[:16] == MAGIC:
            self._skip_free_pages(int.from_bytes(header[32:36]))

    def read_page(self, number: int) -> bytes:
        """The bytes of a page, padded with zeros if the file ends in it. Raises UnreadablePage if there is none."""
        if not 0 < number <= self.page_count:
            raise UnreadablePage
        try:
            self.file.seek((number - 1) * self.page_size)
            return self.file.read(self.page_size).ljust(self.page_size, b"\0")
        except OSError:
            raise UnreadablePage from None

    def read_rows(self, root: int) -> Iterator[Row]:
        """Every readable row of the B-tree, of a table or an index, whose root is the page `root`."""
        waiting = [root]
        while waiting:
            number = waiting.pop()
            try:
                page = self.read_page(number)
            except UnreadablePage:
                self.unreadable.add(number)
                continue
            if self.visited[number]:
                self.unreadable.add(number)
                continue
            self.visited[number] = 1
            waiting += reversed(list(self.child_pages(number, page)))
            yield from self._read_cells(number, page)

    def read_unreached_rows(self) -> Iterator[Row]:
        """The rows of table leaves that no tree led to."""
        for number in range(2, self.page_count + 1):
            if not self.visited[number]:
                page = self.read_page(number)
                if page[0] == _TABLE_LEAF:
                    yield from self._read_cells(number, page)

    def child_pages(self, number: int, page: bytes) -> Iterator[int]:
        """The numbers of the pages below the inner page `page`; none for a leaf."""
        at = HEADER_SIZE if number == 1 else 0
        if page[at] not in (_INDEX_INNER, _TABLE_INNER):
            return
        for pointer in _cell_pointers(page, at):
            yield int.from_bytes(page[pointer : pointer + 4])
        yield int.from_bytes(page[at + 8 : at + 12])

    def _read_cells(self, number: int, page: bytes) -> Iterator[Row]:
        at = HEADER_SIZE if number == 1 else 0
        kind = page[at]
        if kind == _TABLE_INNER:
            return
        if kind not in (_INDEX_INNER, _INDEX_LEAF, _TABLE_LEAF):
            self.unreadable.add(number)
            if not _looks_like_btree_page(page[:at] + bytes([_TABLE_LEAF]) + page[at + 1 :], at):
                return
            kind = _TABLE_LEAF
        for pointer in _cell_pointers(page, at):
            try:
                yield self._read_cell(page, pointer + (4 if kind == _INDEX_INNER else 0), kind != _TABLE_LEAF)
            except (UnreadablePage, IndexError, ValueError, OverflowError):
                self.unreadable.add(number)

    def _read_cell(self, page: bytes, at: int, index: bool) -> Row:
        length, at = read_varint(page, at)
        rowid = 0
        if not index:
            rowid, at = read_varint(page, at)
        local = self._local_size(length, index)
        if length > _MAX_RECORD_SIZE or at + local > len(page):
            raise UnreadablePage
        payload = page[at : at + local]
        if length > local:
            payload += self._read_overflow(int.from_bytes(page[at + local : at + local + 4]), length - local)
        return decode_record(rowid, payload, length)

    def _local_size(self, length: int, index: bool) -> int:
        """How many bytes of a payload are in the page itself."""
        most = (self.usable_size - 12) * 64 // 255 - 23 if index else self.usable_size - 35
        if length <= most:
            return length
        least = (self.usable_size - 12) * 32 // 255 - 23
        local = least + (length - least) % (self.usable_size - 4)
        return local if local <= most else least

    def _read_overflow(self, number: int, length: int) -> bytes:
        """The rest of a payload; less than `length` bytes if the chain of its pages is broken."""
        parts, left = [], length
        while left > 0:
            try:
                page = self.read_page(number)
            except UnreadablePage:
                self.unreadable.add(number)
                break
            if self.visited[number] or page.count(0) == len(page):
                self.unreadable.add(number)
                break
            self.visited[number] = 1
            parts.append(page[4 : min(self.usable_size, 4 + left)])
            left -= len(parts[-1])
            number = int.from_bytes(page[:4])
        return b"".join(parts)

    def _skip_free_pages(self, trunk: int) -> None:
        """Mark the free pages as visited: their rows were deleted."""
        while 0 < trunk <= self.page_count and not self.visited[trunk]:
            self.visited[trunk] = 1
            page = self.read_page(trunk)
            for place in range(min(int.from_bytes(page[4:8]), self.usable_size // 4 - 2)):
                number = int.from_bytes(page[8 + 4 * place : 12 + 4 * place])
                if number <= self.page_count:
                    self.visited[number] = 1
            trunk = int.from_bytes(page[:4])


def looks_like_a_journal(path: str) -> bool:
    """Whether a file that SQLite rejects has traces of a journal: its application id, or the names of its tables."""
    with open(path, "rb") as file:
        header = file.read(HEADER_SIZE)
        if header[68:72] == APPLICATION_MARK:
            return True
        while block := file.read(_BLOCK):
            if any(each in block for each in _JOURNAL_TRACES):
                return True
    return False


def _cell_pointers(page: bytes, at: int) -> list[int]:
    """The offsets of the cells of a page, without impossible ones."""
    head = at + (12 if page[at] in (_INDEX_INNER, _TABLE_INNER) else 8)
    most = (len(page) - head) // 2
    number = min(int.from_bytes(page[at + 3 : at + 5]), most)
    found = (int.from_bytes(page[head + 2 * place : head + 2 * place + 2]) for place in range(number))
    return [pointer for pointer in found if head <= pointer <= len(page) - 4]


def _page_size_from_header(header: bytes) -> int | None:
    size = int.from_bytes(header[16:18])
    size = 65536 if size == 1 else size
    return size if header[:16] == MAGIC and size in _PAGE_SIZES else None


def _guess_page_size(file: BinaryIO) -> int:
    """The smallest size at whose odd multiples pages begin."""
    for size in _PAGE_SIZES:
        found = 0
        for place in range(1, _MAX_SAMPLED_PAGES, 2):
            file.seek(place * size)
            found += 1 if _looks_like_btree_page(file.read(size), 0) else 0
            if found > 1:
                return size
    return _DEFAULT_PAGE_SIZE


def _looks_like_btree_page(page: bytes, at: int) -> bool:
    """Whether the bytes can be a page of a B-tree, with its header at the offset `at`."""
    if len(page) < 512 or page[at] not in (_INDEX_INNER, _TABLE_INNER, _INDEX_LEAF, _TABLE_LEAF):
        return False
    number, start = int.from_bytes(page[at + 3 : at + 5]), int.from_bytes(page[at + 5 : at + 7])
    pointers = _cell_pointers(page, at)
    return bool(0 < number == len(pointers) and start >= at + 8 + 2 * number and min(pointers) >= start)
