"""The rows in the pages of an SQLite file, decoded as far as they are whole."""

import struct
from typing import NamedTuple

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
