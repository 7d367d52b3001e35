"""Which reading a file in an export folder is of, and whether it says what it should, without understanding it."""

import json
import re
from hashlib import blake2b
from typing import NamedTuple

HEAD = 16_384
"""Bytes in which a file that is an export tells whose it is, but for front matter that goes on longer."""

LONGEST = 64_000_000
"""Bytes; a file that is longer is not the export of one reading."""

_MARK = b"\xef\xbb\xbf"
_FRONT = re.compile(rb"---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*$", re.DOTALL | re.MULTILINE)
_UID = re.compile(rb"^uid:[ \t](.*)$", re.MULTILINE)
_NEXT = re.compile(rb"\n<!-- readlog: next reading -->[ \t]*\n")
_RECORD = re.compile(rb'\[\n\{"id": [0-9]+, "uid": "([^"\\]+)"[^\n]*\n\]\n?\Z')


class Label(NamedTuple):
    """The uid of the reading that a file is of, and a digest of what it says."""

    uid: str
    digest: bytes


def read_label(path: str, suffix: str) -> Label | None:
    """The label of a file; None where it is not the export of one reading, or cannot be read.

    Of a file that is none only the beginning is read.
    """
    opening, uid_in = (b"---", _markdown_uid) if suffix == ".md" else (b"[", _json_uid)
    try:
        with open(path, "rb") as file:
            data = file.read(HEAD)
            if not data.removeprefix(_MARK).startswith(opening):
                return None
            if len(data) == HEAD:
                data += file.read(LONGEST - HEAD + 1)
    except OSError:
        return None
    data = with_line_feeds(data)
    uid = uid_in(data) if len(data) <= LONGEST else None
    return Label(uid, digest_of(data)) if uid else None


def with_line_feeds(data: bytes) -> bytes:
    """What a file says, with plain line feeds and no mark at its beginning: a checkout may have given it others."""
    data = data.removeprefix(_MARK)
    return data.replace(b"\r\n", b"\n") if b"\r" in data else data


def digest_of(data: bytes) -> bytes:
    """A digest by which two texts are told apart."""
    return blake2b(data, digest_size=16).digest()


def _markdown_uid(data: bytes) -> str | None:
    """The uid in front matter, also in one that somebody has forgotten to close."""
    front = _FRONT.match(data)
    found = _UID.search(front[1] if front else data[:HEAD])
    if not found or _NEXT.search(data):
        return None
    return _scalar(found[1].decode(errors="replace").strip())


def _scalar(text: str) -> str | None:
    """A text of YAML, as readlog or another tool has quoted it or not."""
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
