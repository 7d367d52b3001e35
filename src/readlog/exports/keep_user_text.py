"""What becomes of a file in an export folder that somebody may have written in: nobody's words are lost.

What readlog wrote itself is known from the reading as it was when the file was written. Whatever
else is in a file is somebody's own, and is kept around what readlog writes, or the file is left.
"""

import json
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import blake2b
from io import StringIO
from typing import TYPE_CHECKING, Any, NamedTuple

from readlog.core.clock import today
from readlog.core.errors import BadInput
from readlog.core.model import Reading
from readlog.core.record import ASSIGNED_KEYS, KEYS, to_record
from readlog.core.text import remove_controls
from readlog.formats.markdown_format import from_markdown, to_markdown

if TYPE_CHECKING:
    from yaml.nodes import MappingNode, Node


def has_passage(page: str, passage: str) -> bool:
    """Whether the passage stands on the page, parted from what else is there; an empty one stands everywhere."""
    passage = passage.strip("\n")
    return not passage or any(_stands_alone(page, at, passage) for at in _places(page, passage))


def with_passage(page: str, old: str | None, new: str) -> str:
    """The page with the passage `new` in place of `old`, and all else as it is; `old` is None where it is not known.

    Where nothing stood, the new one comes on top. Raises BadInput where it cannot be told what
    belongs to the old one: it is not there, or several times, or somebody has written on in it.
    """
    if old is None or old == new:
        if has_passage(page, new):
            return page
        raise BadInput("its review is not there any more.")
    if not old:
        return page if has_passage(page, new) else _on_top(page, new)
    places = _places(page, old)
    if not places and has_passage(page, new):
        return page
    if len(places) != 1 or not _stands_alone(page, places[0], old):
        raise BadInput("it cannot be told which words are the review.")
    with_new = page[: places[0]] + new + page[places[0] + len(old) :]
    return with_new if with_new.strip() else ""


def _on_top(page: str, passage: str) -> str:
    if not page.strip():
        return f"\n{passage}\n"
    return f"\n{passage}\n{page}" if page.startswith("\n") else f"\n{passage}\n\n{page}"


def _places(page: str, passage: str) -> list[int]:
    """Where on the page the lines of the passage stand."""
    lines, wanted = f"\n{page}\n", f"\n{passage}\n"
    places: list[int] = []
    at = lines.find(wanted)
    while at >= 0:
        places.append(at)
        at = lines.find(wanted, at + 1)
    return places


def _stands_alone(page: str, at: int, passage: str) -> bool:
    """Whether an empty line, a heading or the edge of the page stands on both sides of a passage."""
    above = page[: max(at - 1, 0)].rpartition("\n")[2]
    below = page[at + len(passage) + 1 :].partition("\n")[0]
    return all(not line.strip() or line.startswith("#") for line in (above, below))


_DOCUMENT = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)

Span = tuple[int, int]


def split(text: str) -> tuple[str, str]:
    """The front matter of a document, without the lines around it, and what stands below. Raises BadInput."""
    match = _DOCUMENT.match(text)
    if not match:
        raise BadInput("the fields must stand first, between two lines of ---.")
    return match[1], text[match.end() :]


def kept_lines(front: str, is_theirs: Callable[[str], bool]) -> str:
    """The lines of those entries whose names are `theirs`, with the comments above them, behind all other comments.

    Raises BadInput where the entries do not stand below each other.
    """
    root = _root(front)
    begins = [key.start_mark.index for key, _ in root.value]
    if any(begin and front[begin - 1] != "\n" for begin in begins) or root.flow_style:
        raise BadInput("the fields do not stand on lines of their own.")
    comments = list(_comments(front, sorted(_scalars(root, front))))
    begins = [_above(front, begin, {begin for begin, _ in comments}) for begin in begins]
    chunks = list(zip(begins, [*begins[1:], len(front)], strict=True))
    theirs = [chunk for chunk, (key, _) in zip(chunks, root.value, strict=True) if is_theirs(str(key.value))]
    loose = [front[begin:end] + "\n" for begin, end in comments if not _is_within(begin, theirs)]
    return "".join(loose) + "".join(front[begin:end] for begin, end in theirs)


def _root(front: str) -> "MappingNode":
    from yaml import MappingNode, SafeLoader, YAMLError, compose

    try:
        root = compose(front, Loader=SafeLoader)
    except (YAMLError, RecursionError) as error:
        raise BadInput("the front matter is not understood.") from error
    if not isinstance(root, MappingNode):
        raise BadInput("the front matter has no fields.")
    return root


def _scalars(node: "Node", front: str) -> Iterator[Span]:
    """Where scalars stand; of a block only what is below its first line, which can have a comment."""
    from yaml import ScalarNode, SequenceNode

    if isinstance(node, ScalarNode):
        begin, end = node.start_mark.index, node.end_mark.index
        yield (_line_end(front, begin) if node.style in ("|", ">") else begin), end
        return
    pairs = node.value if isinstance(node, SequenceNode) else [item for pair in node.value for item in pair]
    for item in pairs:
        yield from _scalars(item, front)


def _comments(front: str, scalars: list[Span]) -> Iterator[Span]:
    """Where comments stand: what begins with a sharp outside of every scalar."""
    begins = [begin for begin, _ in scalars]
    at = front.find("#")
    while at >= 0:
        before = bisect_right(begins, at) - 1
        if before >= 0 and at < scalars[before][1]:
            at = front.find("#", scalars[before][1])
            continue
        end = _line_end(front, at)
        yield at, end
        at = front.find("#", end)


def _above(front: str, begin: int, comments: set[int]) -> int:
    """Where the comments begin that stand on lines of their own directly above a field, not indented."""
    while begin:
        line = front.rfind("\n", 0, begin - 1) + 1
        if line not in comments:
            break
        begin = line
    return begin


def _is_within(at: int, chunks: list[Span]) -> bool:
    before = bisect_right(chunks, (at, len(chunks) and chunks[-1][1])) - 1
    return before >= 0 and at < chunks[before][1]


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


HEAD = 16_384
"""Bytes in which a file that is an export tells whose it is, but for front matter that goes on longer."""

LONGEST = 64_000_000
"""Bytes; a file that is longer is not the export of one reading."""

_MARK = b"\xef\xbb\xbf"
_FRONT = re.compile(rb"---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*$", re.DOTALL | re.MULTILINE)
_UID = re.compile(rb"^uid:[ \t](.*)$", re.MULTILINE)
_NEXT = re.compile(rb"\n<!-- readlog: next reading -->[ \t]*\n")
_RECORD = re.compile(rb'\[\n\{"id": [0-9]+, "uid": "([^"\\]+)"[^\n]*\n\]\n?\Z')


class FileIdentity(NamedTuple):
    """The uid of the reading that a file is of, and a digest of what it says."""

    uid: str
    digest: bytes


def identify_file(path: str, suffix: str) -> FileIdentity | None:
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
    return FileIdentity(uid, digest_of(data)) if uid else None


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


VersionLookup = Callable[[str, str], Reading | None]
"""Gives the reading of a uid as it was when it said a certain `updated_at`; None where that is not known."""

_TOLD = [key for key in KEYS if key not in (*ASSIGNED_KEYS, "book_uid", "review", "extra")]
"""The fields that a person can have edited, but for those that are looked at apart."""

_DATED = re.compile(r"^updated_at: *[\"']?([-0-9T:.Z]{20,30})[\"']? *$", re.MULTILINE)
_DATED_JSON = re.compile(r'"updated_at": *"([-0-9T:.Z]{20,30})"')
_FIELD = re.compile(r"([A-Za-z_][\w-]*)[ \t]*:(?:[ \t]|$)")


class MergedFile(NamedTuple):
    """What a file shall say, and the reading of which it has told so far."""

    text: str
    told: Reading


def merge_markdown_file(text: str, reading: Reading, fresh: str, at: VersionLookup) -> MergedFile | None:
    """What a file of `reading` that says `text`, and not just `fresh`, becomes; None where it is left as it is.

    Fields and passages that somebody has added stay. Where somebody has edited what readlog wrote,
    or it cannot be told, the file is left.
    """
    if _has_all_of(text, reading, fresh):
        return MergedFile(text, reading)
    past = _past(text, reading, at)
    if past and text == to_markdown(past):
        return MergedFile(fresh, past)
    try:
        return _with_theirs(text, reading, past, at)
    except BadInput:
        return None


def merge_json_file(text: str, reading: Reading, fresh: str, at: VersionLookup) -> MergedFile | None:
    """What a file of `reading` that says `text`, and not just `fresh`, becomes; None where it is left as it is.

    It is left where it says anything else than what readlog wrote, however that is laid out.
    """
    if _is_same_json(text, fresh):
        return MergedFile(text, reading)
    past = _past(text, reading, at)
    return MergedFile(fresh, past) if past and _is_same_json(text, to_json(past)) else None


def to_json(reading: Reading) -> str:
    """The file of one reading, as readlog JSON."""
    from readlog.formats.json_format import write

    file = StringIO()
    write([reading], file)
    return file.getvalue()


def is_untouched(text: str, uid: str, export: Callable[[Reading], str], at: VersionLookup) -> bool:
    """Whether the file of the reading of this uid is just what readlog has written once."""
    dated = _dated(text)
    past = at(uid, dated) if dated else None
    return past is not None and text == export(past)


def _dated(text: str) -> str | None:
    """When its reading was changed last, as an export says: in Markdown above the review, in JSON at the end."""
    said = _DATED.search(text) if text.startswith("---") else None
    return said[1] if said else next(iter(_DATED_JSON.findall(text)[-1:]), None)


def _past(text: str, reading: Reading, at: VersionLookup) -> Reading | None:
    dated = _dated(text)
    return at(reading.uid, dated) if dated and reading.uid else None


def _has_all_of(text: str, reading: Reading, fresh: str) -> bool:
    """Whether the file is the export to the letter, with fields below its own and words around its review.

    This is what most files are that somebody has added to; YAML takes a hundred times as long to tell.
    """
    ours, review = split(fresh)
    if not text.startswith(f"---\n{ours}"):
        return False
    try:
        front, body = split(text)
    except BadInput:
        return False
    taken = {*KEYS, *reading.extra}
    return _adds_only_fields(front[len(ours) :], taken) and has_passage(body, review)


def _adds_only_fields(lines: str, taken: Iterable[str]) -> bool:
    """Whether lines of front matter are of fields, and comments, that have other names than those that are taken."""
    begun = False
    for line in filter(str.strip, lines.split("\n")):
        if begun and line.startswith((" ", "\t", "- ")):
            continue
        field = _FIELD.match(line)
        if not line.startswith("#") and (not field or field[1] in taken):
            return False
        begun = begun or field is not None
    return True


def _with_theirs(text: str, reading: Reading, past: Reading | None, at: VersionLookup) -> MergedFile:
    """The export with what somebody has added to the file; raises BadInput where the file is to be left."""
    front, body = split(text)
    told = _front_as_told(front)
    past = past or _past_as_told(told, reading, at)
    if told.uid != reading.uid or told.review:
        raise BadInput("it tells of another reading, or has its review in another place.")
    ours, _ = split(to_markdown(reading))
    bases = [base for base in (past, reading) if base]
    record = to_record(told)
    if not _says_nothing_else(record, bases):
        bases = [_front_as_told(split(to_markdown(base))[0]) for base in bases]
        if not _says_nothing_else(record, bases):
            raise BadInput("somebody has edited its fields.")
    known = {key for base in bases for key in base.extra}
    theirs = {key: value for key, value in told.extra.items() if key not in known}
    below = with_passage(body, _review_of(past) if past else None, _review_of(reading))
    if below == body and _is_up_to_date(record, bases[-1], theirs):
        return MergedFile(text, told)
    lines = ours + kept_lines(front, lambda name: name not in KEYS and remove_controls(name) in theirs)
    if theirs or lines != ours:
        _check_nothing_is_lost(lines, reading, ours, theirs)
    return MergedFile(f"---\n{lines}---\n{below}", told)


def _front_as_told(front: str) -> Reading:
    return from_markdown(f"---\n{front}---\n", today())


def _past_as_told(told: Reading, reading: Reading, at: VersionLookup) -> Reading | None:
    """The past reading of a file in which another tool has written the date in its own way."""
    return at(reading.uid, told.updated_at) if told.updated_at and reading.uid else None


def _review_of(reading: Reading) -> str:
    """The review as it stands in a file."""
    return split(to_markdown(reading))[1].strip("\n")


def _says_nothing_else(record: Mapping[str, Any], bases: Iterable[Reading]) -> bool:
    """Whether each field of a file, and each value that readlog wrote among its `extra`, is of one of the readings."""
    records = [to_record(base) for base in bases]
    if not all(any(record[key] == each[key] for each in records) for key in _TOLD):
        return False
    names = {name for each in records for name in each["extra"]}
    return all(any(_value(record, name) == _value(each, name) for each in records) for name in names)


def _value(record: Mapping[str, Any], name: str) -> str | None:
    """A value in `extra` as text, so that true is not 1; None where there is none."""
    extra = record["extra"]
    return json.dumps(extra[name], sort_keys=True) if name in extra else None


def _is_up_to_date(record: Mapping[str, Any], reading: Reading, theirs: Mapping[str, Any]) -> bool:
    """Whether the fields of a file, but for those that are somebody's own, say what the reading says now."""
    now = to_record(reading) | {"review": None}
    return now | {"extra": {**now["extra"], **theirs}} == record


def _check_nothing_is_lost(lines: str, reading: Reading, ours: str, theirs: Mapping[str, Any]) -> None:
    """Raise BadInput unless front matter says just what the reading and somebody else say."""
    record = to_record(_front_as_told(lines))
    if not (_is_up_to_date(record, reading, theirs) or _is_up_to_date(record, _front_as_told(ours), theirs)):
        raise BadInput("what somebody has added cannot be told from the rest.")


def _is_same_json(text: str, other: str) -> bool:
    try:
        return text == other or json.dumps(json.loads(text)) == json.dumps(json.loads(other))
    except (ValueError, RecursionError):
        return False
