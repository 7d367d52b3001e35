"""Updating an exported file without losing what a user wrote in it.

What readlog wrote is known from the reading as it was when the file was written. All else in the file is
the user's: it is kept around what readlog writes now, or the file is left as it is.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from io import StringIO
from typing import Any, NamedTuple

from readlog.core.clock import today
from readlog.core.domain_model import Reading
from readlog.core.errors import BadInput
from readlog.core.normalize_text import remove_controls
from readlog.core.reading_record import ASSIGNED_KEYS, KEYS, to_record
from readlog.exports.markdown_document import extract_entries, has_passage, replace_passage, split_document
from readlog.formats.markdown_format import from_markdown, to_markdown

VersionLookup = Callable[[str, str], Reading | None]
"""Finds a reading by its uid as it was with a certain `updated_at`; None if no such version is known."""

_EDITABLE_KEYS = [key for key in KEYS if key not in (*ASSIGNED_KEYS, "book_uid", "review", "extra")]
"""The keys of front matter that a user may have edited, without those that are compared in another way."""

_UPDATED_IN_MARKDOWN = re.compile(r"^updated_at: *[\"']?([-0-9T:.Z]{20,30})[\"']? *$", re.MULTILINE)
_UPDATED_IN_JSON = re.compile(r'"updated_at": *"([-0-9T:.Z]{20,30})"')
_FIELD = re.compile(r"([A-Za-z_][\w-]*)[ \t]*:(?:[ \t]|$)")


class MergedFile(NamedTuple):
    """The new text of a file, and the reading with the values that the file had before."""

    text: str
    previous: Reading


def merge_markdown_file(text: str, reading: Reading, export: str, find_version: VersionLookup) -> MergedFile | None:
    """The file `text` updated to `reading`, whose `export` it is not; None if it must be left as it is.

    Entries and passages that a user added stay. The file must be left where a user edited what readlog wrote, or
    where the two cannot be told apart.
    """
    if _only_adds_to(text, reading, export):
        return MergedFile(text, reading)
    past = _find_past(text, reading, find_version)
    if past and text == to_markdown(past):
        return MergedFile(export, past)
    try:
        return _merge_additions(text, reading, past, find_version)
    except BadInput:
        return None


def merge_json_file(text: str, reading: Reading, export: str, find_version: VersionLookup) -> MergedFile | None:
    """The file `text` updated to `reading`, whose `export` it is not; None if it must be left as it is.

    It must be left where it has other values than readlog wrote; its layout does not matter.
    """
    if _is_same_json(text, export):
        return MergedFile(text, reading)
    past = _find_past(text, reading, find_version)
    return MergedFile(export, past) if past and _is_same_json(text, _to_json(past)) else None


def is_untouched(text: str, uid: str, to_text: Callable[[Reading], str], find_version: VersionLookup) -> bool:
    """True if the file of the reading with this uid is exactly what readlog once wrote, by `to_text`."""
    updated_at = _find_updated_at(text)
    past = find_version(uid, updated_at) if updated_at else None
    return past is not None and text == to_text(past)


def _to_json(reading: Reading) -> str:
    from readlog.formats.json_format import write

    file = StringIO()
    write([reading], file)
    return file.getvalue()


def _find_past(text: str, reading: Reading, find_version: VersionLookup) -> Reading | None:
    updated_at = _find_updated_at(text)
    return find_version(reading.uid, updated_at) if updated_at and reading.uid else None


def _find_updated_at(text: str) -> str | None:
    """The `updated_at` of a file: in Markdown above the review, in JSON at the end."""
    in_markdown = _UPDATED_IN_MARKDOWN.search(text) if text.startswith("---") else None
    return in_markdown[1] if in_markdown else next(iter(_UPDATED_IN_JSON.findall(text)[-1:]), None)


def _only_adds_to(text: str, reading: Reading, export: str) -> bool:
    """True if the file is the export to the letter, with entries below its own and text around its review.

    Most files that a user added to are of this kind, and parsing their YAML takes a hundred times as long.
    """
    ours, review = split_document(export)
    if not text.startswith(f"---\n{ours}"):
        return False
    try:
        front, body = split_document(text)
    except BadInput:
        return False
    return _has_only_other_entries(front[len(ours) :], {*KEYS, *reading.extra}) and has_passage(body, review)


def _has_only_other_entries(lines: str, taken: Iterable[str]) -> bool:
    """True if lines of front matter are comments and entries whose names are not taken."""
    is_in_entry = False
    for line in filter(str.strip, lines.split("\n")):
        if is_in_entry and line.startswith((" ", "\t", "- ")):
            continue
        field = _FIELD.match(line)
        if not line.startswith("#") and (not field or field[1] in taken):
            return False
        is_in_entry = is_in_entry or field is not None
    return True


def _merge_additions(text: str, reading: Reading, past: Reading | None, find_version: VersionLookup) -> MergedFile:
    """The export with what a user added to the file; raises BadInput where the file must be left."""
    front, body = split_document(text)
    in_file = _read_front_matter(front)
    if in_file.uid != reading.uid or in_file.review:
        raise BadInput("it tells of another reading, or has its review in another place.")
    if not past and in_file.updated_at and reading.uid:  # another tool may have reformatted the timestamp
        past = find_version(reading.uid, in_file.updated_at)
    record = to_record(in_file)
    versions = _match_versions(record, [version for version in (past, reading) if version])
    exported_names = {name for version in versions for name in version.extra}
    added = {name: value for name, value in in_file.extra.items() if name not in exported_names}
    new_body = replace_passage(body, _review_in_file(past) if past else None, _review_in_file(reading))
    if new_body == body and _is_up_to_date(record, versions[-1], added):
        return MergedFile(text, in_file)
    ours, _ = split_document(to_markdown(reading))
    lines = ours + extract_entries(front, lambda name: name not in KEYS and remove_controls(name) in added)
    if added or lines != ours:
        _check_nothing_is_lost(lines, reading, ours, added)
    return MergedFile(f"---\n{lines}---\n{new_body}", in_file)


def _match_versions(record: Mapping[str, Any], versions: list[Reading]) -> list[Reading]:
    """The versions, if need be as they are when read back from a file, of which the record has all its values.

    Raises BadInput if it has another value: a user edited it.
    """
    if _has_only_values_of(record, versions):
        return versions
    read_back = [_read_front_matter(split_document(to_markdown(version))[0]) for version in versions]
    if not _has_only_values_of(record, read_back):
        raise BadInput("somebody has edited its fields.")
    return read_back


def _has_only_values_of(record: Mapping[str, Any], versions: Iterable[Reading]) -> bool:
    """True if each field, and each value that readlog exported from `extra`, is that of one of the versions."""
    records = [to_record(version) for version in versions]
    if not all(any(record[key] == each[key] for each in records) for key in _EDITABLE_KEYS):
        return False
    names = {name for each in records for name in each["extra"]}
    return all(any(_extra_as_text(record, name) == _extra_as_text(each, name) for each in records) for name in names)


def _extra_as_text(record: Mapping[str, Any], name: str) -> str | None:
    """A value in `extra` as JSON, in which `true` differs from 1; None if there is none."""
    extra = record["extra"]
    return json.dumps(extra[name], sort_keys=True) if name in extra else None


def _read_front_matter(front: str) -> Reading:
    return from_markdown(f"---\n{front}---\n", today())


def _review_in_file(reading: Reading) -> str:
    return split_document(to_markdown(reading))[1].strip("\n")


def _is_up_to_date(record: Mapping[str, Any], reading: Reading, added: Mapping[str, Any]) -> bool:
    """True if front matter has the present values of the reading and, in `extra`, those that a user added."""
    now = to_record(reading) | {"review": None}
    return now | {"extra": {**now["extra"], **added}} == record


def _check_nothing_is_lost(lines: str, reading: Reading, ours: str, added: Mapping[str, Any]) -> None:
    """Raise BadInput unless front matter reads back as the values of the reading and those that a user added."""
    record = to_record(_read_front_matter(lines))
    if not (_is_up_to_date(record, reading, added) or _is_up_to_date(record, _read_front_matter(ours), added)):
        raise BadInput("what somebody has added cannot be told from the rest.")


def _is_same_json(text: str, other: str) -> bool:
    try:
        return text == other or json.dumps(json.loads(text)) == json.dumps(json.loads(other))
    except (ValueError, RecursionError):
        return False
