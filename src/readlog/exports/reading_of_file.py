"""Which reading a file in an export folder belongs to, read from its first bytes."""

import json
import re
from hashlib import blake2b
from typing import NamedTuple

HEAD_BYTES = 16_384
"""Bytes from the start in which an export says which reading it is of, unless its front matter is longer."""

MAX_BYTES = 64_000_000
"""Bytes; a longer file is not the export of one reading."""

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_FRONT_MATTER = re.compile(rb"---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*$", re.DOTALL | re.MULTILINE)
_UID = re.compile(rb"^uid:[ \t](.*)$", re.MULTILINE)
_NEXT_READING = re.compile(rb"\n<!-- readlog: next reading -->[ \t]*\n")
_RECORD = re.compile(rb'\[\n\{"id": [0-9]+, "uid": "([^"\\]+)"[^\n]*\n\]\n?\Z')


class FileIdentity(NamedTuple):
    """The uid of the reading that a file is an export of, and a digest of its content (see `digest_of`)."""

    uid: str
    digest: bytes


def identify_file(path: str, suffix: str) -> FileIdentity | None:
    """The identity of a file with the suffix `.md` or `.json`; None if it is not the export of one reading.

    None also if it cannot be read. Only the start is read of a file that is neither Markdown nor JSON.
    """
    opening, uid_in = (b"---", _markdown_uid) if suffix == ".md" else (b"[", _json_uid)
    try:
        with open(path, "rb") as file:
            data = file.read(HEAD_BYTES)
            if not data.removeprefix(_BYTE_ORDER_MARK).startswith(opening):
                return None
            if len(data) == HEAD_BYTES:
                data += file.read(MAX_BYTES - HEAD_BYTES + 1)
    except OSError:
        return None
    data = with_line_feeds(data)
    uid = uid_in(data) if len(data) <= MAX_BYTES else None
    return FileIdentity(uid, digest_of(data)) if uid else None


def with_line_feeds(data: bytes) -> bytes:
    """The content of a file with plain line feeds and no byte order mark, which a Git checkout may have added."""
    data = data.removeprefix(_BYTE_ORDER_MARK)
    return data.replace(b"\r\n", b"\n") if b"\r" in data else data


def digest_of(data: bytes) -> bytes:
    """A digest of 16 bytes, for comparing contents."""
    return blake2b(data, digest_size=16).digest()


def _markdown_uid(data: bytes) -> str | None:
    """The uid in front matter, also if the line that closes it is missing."""
    front = _FRONT_MATTER.match(data)
    found = _UID.search(front[1] if front else data[:HEAD_BYTES])
    if not found or _NEXT_READING.search(data):
        return None
    return _parse_scalar(found[1].decode(errors="replace").strip())


def _parse_scalar(text: str) -> str | None:
    """The string that a YAML scalar on one line stands for, quoted or not."""
    if text.startswith("'"):
        return text[1:].partition("'")[0]
    if not text.startswith('"'):
        return text.partition(" #")[0].strip()
    try:
        return str(json.JSONDecoder().raw_decode(text)[0])
    except ValueError:
        return None


def _json_uid(data: bytes) -> str | None:
    if found := _RECORD.match(data):
        return found[1].decode(errors="replace")
    second_line = data[: data.find(b"\n", 2)]
    if b'"book_uid"' not in data or second_line.endswith(b"},"):
        return None
    try:
        records = json.loads(data)
    except (ValueError, RecursionError):
        return None
    record = records[0] if isinstance(records, list) and len(records) == 1 else None
    uid = record.get("uid") if isinstance(record, dict) else None
    return uid if isinstance(uid, str) else None
