"""What becomes of a file in an export folder that somebody may have written in: nobody's words are lost.

What readlog wrote itself is known from the reading as it was when the file was written. Whatever
else is in a file is somebody's own, and is kept around what readlog writes, or the file is left.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from io import StringIO
from typing import Any, NamedTuple

from readlog.core.clock import today
from readlog.core.errors import BadInput
from readlog.core.model import Reading
from readlog.core.record import GIVEN_KEYS, KEYS, to_record
from readlog.core.text import without_controls
from readlog.exports.front_matter import kept_lines, split
from readlog.exports.pages import has_passage, with_passage
from readlog.formats.markdown_format import from_markdown, to_markdown

At = Callable[[str, str], Reading | None]
"""Gives the reading of a uid as it was when it said a certain `updated_at`; None where that is not known."""

_TOLD = [key for key in KEYS if key not in (*GIVEN_KEYS, "book_uid", "review", "extra")]
"""The fields that a person can have edited, but for those that are looked at apart."""

_DATED = re.compile(r"^updated_at: *[\"']?([-0-9T:.Z]{20,30})[\"']? *$", re.MULTILINE)
_DATED_JSON = re.compile(r'"updated_at": *"([-0-9T:.Z]{20,30})"')
_FIELD = re.compile(r"([A-Za-z_][\w-]*)[ \t]*:(?:[ \t]|$)")


class Verdict(NamedTuple):
    """What a file shall say, and the reading of which it has told so far."""

    text: str
    told: Reading


def judged_markdown(text: str, reading: Reading, fresh: str, at: At) -> Verdict | None:
    """What a file of `reading` that says `text`, and not just `fresh`, becomes; None where it is left as it is.

    Fields and passages that somebody has added stay. Where somebody has edited what readlog wrote,
    or it cannot be told, the file is left.
    """
    if _has_all_of(text, reading, fresh):
        return Verdict(text, reading)
    past = _past(text, reading, at)
    if past and text == to_markdown(past):
        return Verdict(fresh, past)
    try:
        return _with_theirs(text, reading, past, at)
    except BadInput:
        return None


def judged_json(text: str, reading: Reading, fresh: str, at: At) -> Verdict | None:
    """What a file of `reading` that says `text`, and not just `fresh`, becomes; None where it is left as it is.

    It is left where it says anything else than what readlog wrote, however that is laid out.
    """
    if _is_same_json(text, fresh):
        return Verdict(text, reading)
    past = _past(text, reading, at)
    return Verdict(fresh, past) if past and _is_same_json(text, to_json(past)) else None


def to_json(reading: Reading) -> str:
    """The file of one reading, as readlog JSON."""
    from readlog.formats.json_format import write

    file = StringIO()
    write([reading], file)
    return file.getvalue()


def is_untouched(text: str, uid: str, export: Callable[[Reading], str], at: At) -> bool:
    """Whether the file of the reading of this uid is just what readlog has written once."""
    dated = _dated(text)
    past = at(uid, dated) if dated else None
    return past is not None and text == export(past)


def _dated(text: str) -> str | None:
    """When its reading was changed last, as an export says: in Markdown above the review, in JSON at the end."""
    said = _DATED.search(text) if text.startswith("---") else None
    return said[1] if said else next(iter(_DATED_JSON.findall(text)[-1:]), None)


def _past(text: str, reading: Reading, at: At) -> Reading | None:
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


def _with_theirs(text: str, reading: Reading, past: Reading | None, at: At) -> Verdict:
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
        return Verdict(text, told)
    lines = ours + kept_lines(front, lambda name: name not in KEYS and without_controls(name) in theirs)
    if theirs or lines != ours:
        _check_nothing_is_lost(lines, reading, ours, theirs)
    return Verdict(f"---\n{lines}---\n{below}", told)


def _front_as_told(front: str) -> Reading:
    return from_markdown(f"---\n{front}---\n", today())


def _past_as_told(told: Reading, reading: Reading, at: At) -> Reading | None:
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
