"""Parsers for the fields of a record, one for each key: user or file input in, value of the model out.

All input goes through these: options, prompts, the editor's front matter, JSON, CSV. A parser takes
a string, number, list or mapping, whatever the source has, and returns the value that the model
holds, or None for "unknown"; it raises BadInput with a message that says what to write.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from readlog.core.clock import to_utc_text
from readlog.core.domain_model import AUTHOR, BOOK_FIELDS, FORMATS, Contributor, ProgressNote, Quote, Reading
from readlog.core.errors import BadField, BadInput
from readlog.core.isbn import parse_isbn
from readlog.core.normalize_text import clean_line, clean_text, fold, remove_controls
from readlog.core.partial_date import PartialDate
from readlog.core.ratings import parse_rating
from readlog.core.status import parse_status

EMPTY_WORDS = frozenset(("", "none", "null", "~", "unknown", "-"))
"""What people write for "unknown", in a field that is not free text."""

BOOK_KEYS = (*BOOK_FIELDS, "tags")
READING_KEYS = "status started finished rating format review private_note quotes progress pile sources extra".split()
QUOTE_KEYS = ("uid", "text", "page", "location", "remark", "marked_at")
PROGRESS_KEYS = ("at", "date", "remark")

_FORMAT_WORDS = {
    "print": "paperback hardback hardcover book paper",
    "ebook": "e-book kindle epub digital",
    "audio": "audiobook audible",
}
_MAX_DEPTH = 20
"""How many levels of lists and mappings `extra` may have."""
_MAX_NAME_LENGTH = 200
"""Characters of a name in `extra`; YAML has a limit, and no format has such names."""


def parse_field(key: str, value: Any, today: date) -> Any:
    """The value of the field `key`, parsed from `value`; relative dates count from `today`.

    Raises BadField for a value that does not fit, KeyError for an unknown key.
    """
    try:
        return _PARSERS[key](value, today)
    except BadField:
        raise
    except BadInput as error:
        raise BadField(key, str(error)) from error


def replace_fields(reading: Reading, new: Mapping[str, Any], today: date) -> Reading:
    """`reading` with the fields in `new` replaced and all others unchanged.

    `authors` replaces the authors, `contributors` everyone else. Raises BadField.
    """
    values = {key: parse_field(key, value, today) for key, value in new.items()}
    book = reading.book._replace(**{key: values[key] for key in BOOK_KEYS if key in values})
    if "authors" in values or "contributors" in values:
        authors = values.get("authors", tuple(person for person in book.contributors if person.role == AUTHOR))
        book = book._replace(contributors=_distinct(authors + values.get("contributors", book.others)))
    return reading._replace(book=book, **{key: values[key] for key in READING_KEYS if key in values})


def apply_edits(reading: Reading, new: Mapping[str, Any], today: date) -> Reading:
    """Like `replace_fields`, but tags and contributors are added to the existing ones.

    The tags in `untag` are removed first; empty `contributors` remove everyone but the authors.
    Raises BadField, and BadInput for a tag that the book does not have.
    """
    replaced = {key: value for key, value in new.items() if key not in ("tags", "untag", "contributors")}
    edited = replace_fields(reading, replaced, today)
    book = edited.book
    if "contributors" in new:
        people = parse_field("contributors", new["contributors"], today)
        others = book.others + people if people else ()
        authors = tuple(person for person in book.contributors if person.role == AUTHOR)
        book = book._replace(contributors=_distinct(authors + others))
    tags = remove_tags(book.tags, tuple(new.get("untag", ())))
    book = book._replace(tags=add_tags(tags, parse_field("tags", new.get("tags"), today)))
    return edited._replace(book=book)


def parse_contributor(text: str) -> Contributor:
    """A person and a role, from `Peter Sedgwick:translator`; raises BadInput."""
    name, _, role = text.rpartition(":")
    if not clean_line(name) or not clean_line(role):
        raise BadInput(f'"{text}" is not a name and a role. Write "Peter Sedgwick:translator".')
    return Contributor(clean_line(name), clean_line(role).casefold())


def parse_format(text: str) -> str:
    """`print`, `ebook` or `audio`, from any word for it; raises BadInput for another word."""
    word = text.casefold()
    for name, words in _FORMAT_WORDS.items():
        if word == name or word in words.split():
            return name
    raise BadInput(f'"{text}" is not a format. One of: {", ".join(FORMATS)}.')


def add_tags(tags: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    """`tags` and `more` in alphabetical order, each once, in its first spelling; case and accents do not count."""
    by_folded: dict[str, str] = {}
    for tag in tags + more:
        by_folded.setdefault(fold(tag), tag)
    return tuple(by_folded[key] for key in sorted(by_folded))


def remove_tags(tags: tuple[str, ...], unwanted: tuple[str, ...]) -> tuple[str, ...]:
    """`tags` without `unwanted`, ignoring case and accents; raises BadInput for one that is not among them."""
    for tag in unwanted:
        if fold(tag) not in map(fold, tags):
            there = f"It has: {', '.join(tags)}." if tags else "It has none."
            raise BadInput(f'there is no tag "{tag}" on this book. {there}')
    return tuple(tag for tag in tags if fold(tag) not in map(fold, unwanted))


def _line(value: Any, today: date) -> str | None:
    return clean_line(_text_of(value)) or None


def _title(value: Any, today: date) -> str:
    title = _line(value, today)
    if not title:
        raise BadInput("a book needs a title.")
    return title


def _long_text(value: Any, today: date) -> str | None:
    return clean_text(_text_of(value)) or None


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, str) and clean_line(value).casefold() in EMPTY_WORDS)


def _or_none(parse: Callable[[str, date], Any]) -> Callable[[Any, date], Any]:
    """The parser for a field in which "none" and "" mean that it is unknown."""

    def parser(value: Any, today: date) -> Any:
        return None if _is_empty(value) else parse(clean_line(_text_of(value)), today)

    return parser


def _text_of(value: Any) -> str:
    """A scalar as text: YAML and JSON read a title such as 1984 as a number."""
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise BadInput(f"{_shortened_repr(value)} is not a text.")
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _whole_number(low: int, high: int) -> Callable[[str, date], int]:
    def parse(text: str, today: date) -> int:
        if not re.fullmatch(r"-?[0-9]{1,19}", text) or not low <= int(text) <= high:
            raise BadInput(f'"{text}" is not a whole number from {low} on.')
        return int(text)

    return parse


def _date(text: str, today: date) -> PartialDate:
    from readlog.core.date_parser import parse_date

    return parse_date(text, today)


def _year(text: str, today: date) -> int:
    if not re.fullmatch(r"-?[0-9]{1,4}", text):
        raise BadInput(f'"{text}" is not a year. Write 2012, or -700 for 700 BC.')
    return int(text)


def _items(value: Any) -> list[Any]:
    if value is None or value == "":
        return []
    if isinstance(value, (list, tuple)):
        return list(value)
    return [value]


def _authors(value: Any, today: date) -> tuple[Contributor, ...]:
    names = (clean_line(_text_of(item)) for item in _items(value))
    return tuple(Contributor(name) for name in names if name)


def _contributors(value: Any, today: date) -> tuple[Contributor, ...]:
    return tuple(_contributor(item) for item in _items(value))


def _contributor(item: Any) -> Contributor:
    if isinstance(item, Contributor):
        return item
    if not isinstance(item, Mapping):
        return parse_contributor(_text_of(item))
    _only_keys(item, ("name", "role"))
    return parse_contributor(f"{_text_of(item.get('name'))}:{_text_of(item.get('role'))}")


def _distinct(people: tuple[Contributor, ...]) -> tuple[Contributor, ...]:
    """`people`, authors first, each name once in each role."""
    return tuple(dict.fromkeys(sorted(people, key=lambda person: person.role != AUTHOR)))


def _tags(value: Any, today: date) -> tuple[str, ...]:
    items = value.split(",") if isinstance(value, str) else _items(value)
    labels = (clean_line(clean_line(_text_of(item)).lstrip("# ")) for item in items)
    return add_tags((), tuple(label for label in labels if label))


def _quotes(value: Any, today: date) -> tuple[Quote, ...]:
    return tuple(_quote(item, today) for item in _items(value))


def _quote(item: Any, today: date) -> Quote:
    parts = item if isinstance(item, Mapping) else {"text": item}
    _only_keys(parts, QUOTE_KEYS)
    text = _long_text(parts.get("text"), today)
    if not text:
        raise BadInput("a quote needs its text.")
    lines = {key: _line(parts.get(key), today) for key in ("page", "location", "marked_at")}
    return Quote(text, remark=_long_text(parts.get("remark"), today), uid=_uid(parts.get("uid"), today), **lines)


def _progress(value: Any, today: date) -> tuple[ProgressNote, ...]:
    return tuple(_progress_note(item, today) for item in _items(value))


def _progress_note(item: Any, today: date) -> ProgressNote:
    """A stored note; its position was checked when it was entered."""
    parts = item if isinstance(item, Mapping) else {"remark": item}
    _only_keys(parts, PROGRESS_KEYS)
    at, when = _line(parts.get("at"), today), _PARSERS["finished"](parts.get("date"), today)
    remark = _long_text(parts.get("remark"), today)
    if not at and not remark:
        raise BadInput("a note on progress needs a place or a remark.")
    return ProgressNote(at, when, remark)


def _only_keys(parts: Mapping[Any, Any], known: tuple[str, ...]) -> None:
    if unknown := [key for key in parts if key not in known]:
        raise BadInput(f'"{unknown[0]}" is not one of: {", ".join(known)}.')


def _sources(value: Any, today: date) -> tuple[str, ...]:
    lines = (clean_line(_text_of(item)) for item in _items(value))
    return tuple(dict.fromkeys(line for line in lines if line))


def _extra(value: Any, today: date) -> dict[str, Any]:
    if _is_empty(value):
        return {}
    if not isinstance(value, Mapping):
        raise BadInput(f"{_shortened_repr(value)} is not a mapping of names to values.")
    plain: dict[str, Any] = _to_json_value(value, 0)
    return plain


def _to_json_value(value: Any, depth: int) -> Any:
    """`value` with the types of JSON, keys in order, texts without control characters."""
    if depth > _MAX_DEPTH:
        raise BadInput(f"nested more than {_MAX_DEPTH} levels deep.")
    if isinstance(value, Mapping):
        named = {_name(key): item for key, item in value.items()}
        return {name: _to_json_value(named[name], depth + 1) for name in sorted(named)}
    if isinstance(value, (list, tuple)):
        return [_to_json_value(item, depth + 1) for item in value]
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, float) and value - value == 0:
        return value
    if isinstance(value, str):
        return remove_controls(value)
    raise BadInput(f"{_shortened_repr(value)} cannot be kept.")


def _name(key: Any) -> str:
    name = remove_controls(_text_of(key))
    if not name or len(name) > _MAX_NAME_LENGTH:
        raise BadInput(f"a name in it has {len(name)} characters; 1 to {_MAX_NAME_LENGTH} can be kept.")
    return name


def _uid(value: Any, today: date) -> str | None:
    text = clean_line(_text_of(value))
    if text and not re.fullmatch(r"[0-9A-Za-z_-]{1,64}", text):
        raise BadInput(f'"{text}" is not a uid.')
    return text or None


def _timestamp(text: str, today: date) -> str:
    """A time in UTC, in the one spelling that sorts chronologically."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        time = None
    if not time or not time.tzinfo:
        raise BadInput(f'"{text}" is not a moment with its zone. Write 2026-11-22T18:00:00Z.')
    return to_utc_text(time)


def _shortened_repr(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


_PARSERS: dict[str, Callable[[Any, date], Any]] = {
    "id": _or_none(_whole_number(1, 2**63 - 1)),
    "uid": _uid,
    "book_uid": _uid,
    "title": _title,
    "subtitle": _line,
    "authors": _authors,
    "contributors": _contributors,
    "series": _line,
    "series_number": _line,
    "isbn": _or_none(lambda text, today: parse_isbn(text)),
    "publisher": _line,
    "published": _or_none(_year),
    "pages": _or_none(_whole_number(1, 10**9)),
    "language": _line,
    "tags": _tags,
    "status": lambda value, today: parse_status(clean_line(_text_of(value))),
    "started": _or_none(_date),
    "finished": _or_none(_date),
    "rating": _or_none(lambda text, today: parse_rating(text)),
    "format": _or_none(lambda text, today: parse_format(text)),
    "review": _long_text,
    "private_note": _long_text,
    "quotes": _quotes,
    "progress": _progress,
    "pile": _or_none(_whole_number(-(2**63), 2**63 - 1)),
    "sources": _sources,
    "extra": _extra,
    "created_at": _or_none(_timestamp),
    "updated_at": _or_none(_timestamp),
}
