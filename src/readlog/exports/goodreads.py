"""Goodreads' CSV, written: a row a book, as in its own export, for Goodreads, StoryGraph and BookWyrm.

The columns are those of 2026, which all three read by their names. Goodreads has one date, one
review and whole stars for a book; what it has no place for is counted, so that it can be said.
What an import from there has kept (`extra`, `sources`) comes out as it came in where it still fits.

A text that a spreadsheet would take for a formula gets a blank in front, which every importer drops.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from readlog.core.errors import BadInput
from readlog.core.isbn import check_digit_10
from readlog.core.model import Book, Reading
from readlog.core.partial_date import PartialDate
from readlog.core.spoilers import spoiler_spans
from readlog.core.status import parse_status
from readlog.core.text_output import TextOutput
from readlog.imports.sources.goodreads import parse_title

_BREAK = "<br/>"
_TAGS = {("*", 2): "b", ("*", 1): "i", ("~", 2): "s"}

_TOKEN = re.compile(
    r"(?P<code>`[^`\n]*`)|(?P<star>\\\*)|(?P<marks>\*+|~+)|(?P<blank>\n[ \t]*(?=\n))"
    r"|(?<!\\)(?P<image>!?)\[(?P<words>(?:[^\[\]\n\\]|\\[^\n])*)\]"
    r'\((?P<address>(?:(?:https?|ftp)://|mailto:|/)[^\s()<>"]*)\)'
)
_SIGN = re.compile(r"[*~`\[]")
_HARD_BREAK = re.compile(r"(?<=[^\s\\])(?:\\| {2,})\Z")
_BEGINS_ANEW = re.compile(r"\s*(?:[-*+][ \t]|[0-9]{1,9}[.)][ \t]|#|[-*_](?:[ \t]*[-*_]){2,}[ \t]*\Z|[|`~>]|\Z)")
_STANDS_ALONE = re.compile(r"\s*(?:#|[-*_](?:[ \t]*[-*_]){2,}[ \t]*\Z|[|`~]|\Z)")
_QUOTE = re.compile(r" {0,3}((?:> ?)*>)(?: |$)")
_ESCAPED_BRACKET = re.compile(r"\\([\[\]])")


def to_html(markdown: str) -> str:
    """The review `markdown` with the tags that Goodreads knows, in one line.

    A mark in the middle of a word is none: reviewers write f**k more often than un**believ**able.
    """
    return _in_one_line(_with_marks(_with_spoilers(markdown)))


def _with_spoilers(text: str) -> str:
    parts, end = [], 0
    for begin, after in spoiler_spans(text):
        parts += [text[end:begin], "<spoiler>", text[begin + 2 : after - 2], "</spoiler>"]
        end = after
    return "".join([*parts, text[end:]])


def _with_marks(text: str) -> str:
    """`text` with tags for links, and for the marks that have a partner in the same paragraph."""
    if not _SIGN.search(text):
        return text
    parts: list[str] = []
    marks = _Marks(parts)
    end = 0
    for token in _TOKEN.finditer(text):
        parts.append(text[end : token.start()])
        end = token.end()
        if token["marks"]:
            marks.take(token)
        elif token["address"]:
            parts.append(_link(token))
        elif token["star"]:
            parts.append("*")
        else:
            if token["blank"] is not None:
                marks.forget()
            parts.append(token[0])
    return "".join([*parts, text[end:]])


def _link(token: "re.Match[str]") -> str:
    address = token["address"]
    if token["image"]:
        alternative = _without_escapes(token["words"]).replace('"', "'")
        return f'<img src="{address}" alt="{alternative}"/>'
    words = _without_escapes(_with_marks(token["words"]))
    return f'<a href="{address}">{words or address}</a>'


def _without_escapes(words: str) -> str:
    return _ESCAPED_BRACKET.sub(r"\1", words)


class _Marks:
    """The marks among the parts of a text that may open something: where each stands, and its signs that are left."""

    def __init__(self, parts: list[str]) -> None:
        self._parts = parts
        self._opened: dict[str, list[list[int]]] = {"*": [], "~": []}

    def forget(self) -> None:
        """What was not closed before a paragraph ends is text."""
        for opened in self._opened.values():
            opened.clear()

    def take(self, token: "re.Match[str]") -> None:
        """Close with these marks what they can close; the rest may open something."""
        sign, left = token[0][0], len(token[0])
        start, end = token.span()
        before, after = token.string[max(0, start - 1) : start], token.string[end : end + 1]
        self._parts.append("")
        if before.strip() and not after.isalnum():
            left = self._close(sign, left)
        self._parts[-1] += sign * left
        if left and after.strip() and not before.isalnum() and (sign == "*" or left == 2):
            self._opened[sign].append([len(self._parts) - 1, left])

    def _close(self, sign: str, left: int) -> int:
        """Close as much as there is; returns how many signs are left."""
        opened = self._opened[sign]
        while left and opened and (sign == "*" or left == 2):
            place, there = opened[-1]
            size = 1 if left == there == 3 else min(left, there, 2)
            tag = _TAGS[sign, size]
            self._parts[place] = sign * (there - size) + f"<{tag}>" + self._parts[place][there:]
            self._parts[-1] += f"</{tag}>"
            left -= size
            opened[-1][1] -= size
            if there == size:
                opened.pop()
            self._forget_since(place)
        return left

    def _forget_since(self, place: int) -> None:
        """What was opened inside of what is closed now stays text."""
        for opened in self._opened.values():
            while opened and opened[-1][0] > place:
                opened.pop()


def _in_one_line(text: str) -> str:
    """`text` with its line breaks as tags, and around the lines that begin with `>` those of a quote."""
    parts: list[str] = []
    depth = 0
    lines = map(_quoted, text.split("\n"))
    runs = [(there, _joined([line for _, line in run])) for there, run in groupby(lines, key=lambda line: line[0])]
    for place, (there, run) in enumerate(runs):
        parts.append("<blockquote>" * (there - depth) + "</blockquote>" * (depth - there))
        depth = there
        parts.append(_BREAK.join(_trimmed(run, start=place > 0, end=place < len(runs) - 1)))
    return "".join([*parts, "</blockquote>" * depth])


def _joined(lines: list[str]) -> list[str]:
    """`lines` with those in one that Markdown shows as one, and the signs of a hard break gone."""
    joined: list[str] = []
    goes_on = False
    for line in lines:
        if goes_on and not _BEGINS_ANEW.match(line):
            joined[-1] += f" {_HARD_BREAK.sub('', line).strip()}"
        else:
            joined.append(_HARD_BREAK.sub("", line))
        goes_on = not _HARD_BREAK.search(line) and not (_STANDS_ALONE.match(line) and joined[-1] == line)
    return joined


def _quoted(line: str) -> tuple[int, str]:
    """How many quotes within each other a line stands in, and what it says there."""
    match = _QUOTE.match(line)
    return (match[1].count(">"), line[match.end() :]) if match else (0, line)


def _trimmed(lines: list[str], *, start: bool, end: bool) -> list[str]:
    """`lines` without the blank ones at the ends where a quote begins or ends: the tag breaks the line."""
    filled = [place for place, line in enumerate(lines) if line.strip()]
    if not filled:
        return [] if start or end else lines
    return lines[filled[0] if start else 0 : filled[-1] + 1 if end else None]


NAME = "Goodreads"
SERVICE = "goodreads"
SUFFIX = ".csv"

COLUMNS = (
    "Book Id,Title,Author,Author l-f,Additional Authors,ISBN,ISBN13,My Rating,Publisher,Binding,Number of Pages,"
    "Year Published,Original Publication Year,Date Read,Date Added,Bookshelves,Bookshelves with positions,"
    "Exclusive Shelf,My Review,Spoiler,Private Notes,Read Count,Owned Copies"
).split(",")

_SHELVES = {
    "reading": "currently-reading",
    "paused": "on-hold",
    "to-read": "to-read",
    "finished": "read",
    "abandoned": "did-not-finish",
}
_STATES = ("read", "to-read", "currently-reading")
_BINDINGS = {"print": "Print", "ebook": "ebook", "audio": "Audiobook"}
_IN_A_BINDING = re.compile("(?P<audio>audi)|(?P<ebook>kindle|e-?book|nook|epub|digital)", re.IGNORECASE)

_LIKE_A_FORMULA = re.compile("[=+\\-@\t\r＝＋－＠]")
_NUMBER = re.compile(r"-?[0-9]+")
_DAY = re.compile(r"[0-9]{4}/[0-9]{2}/[0-9]{2}")
_PLACED = re.compile(r"(.*) \(#([0-9]+)\)")


class GoodreadsReport(NamedTuple):
    """How many readings went out as how many books, and how often each thing was lost, by the words that say it."""

    readings: int
    books: int
    lost: Mapping[str, int]


def write(readings: Iterable[Reading], file: TextOutput) -> int:
    """Write a row for each book of the readings to `file`; returns how many readings there were."""
    return write_books(readings, file).readings


def write_books(readings: Iterable[Reading], file: TextOutput) -> GoodreadsReport:
    """Write a row for each book, in the order in which the first of its readings comes; returns the account."""
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow(COLUMNS)
    shelf = _by_book(readings)
    lost: Counter[str] = Counter()
    for several in shelf:
        row = _Row(several)
        rows.writerow(map(_cell, COLUMNS, row.cells()))
        lost.update(row.lost())
    return GoodreadsReport(sum(map(len, shelf)), len(shelf), {what: count for what, count in lost.items() if count})


def _by_book(readings: Iterable[Reading]) -> list[list[Reading]]:
    """The readings of each book, in the order in which the books first appear."""
    books: dict[object, list[Reading]] = {}
    for reading in readings:
        books.setdefault(reading.book.uid or reading.book, []).append(reading)
    return list(books.values())


class _Row:
    """The readings of one book, and what a row can say of them."""

    def __init__(self, readings: Sequence[Reading]) -> None:
        self._readings = readings
        self._book = readings[-1].book
        self._kept = _kept(readings)
        finished = _latest_first(readings, "finished")
        ended = finished or _latest_first(readings, "abandoned")
        over = ended[0].status if ended else None
        self._told = [*ended, *(each for each in reversed(readings) if each.status != over)]
        """The readings in the order in which they are asked for a rating, a review, a note."""
        self._status = _status_of(readings, finished)
        self._count = len(finished)
        self._date = ended[0].finished if finished or self._status == "abandoned" else None
        self._rating = next((each.rating for each in self._told if each.rating), None)
        self._review = next((each.review for each in self._told if each.review), None)
        self._note = next((each.private_note for each in self._told if each.private_note), None)

    def cells(self) -> tuple[str, ...]:
        """The cells, in the order of `COLUMNS`."""
        book, kept = self._book, self._kept
        shelf, shelves = self._shelves()
        review = self._review or ""
        return (
            self._book_id(),
            _title(book, kept.get("Title", "")),
            *_people(book),
            _excel_text(_isbn10(book.isbn) if book.isbn else kept.get("ISBN", "")),
            _excel_text(book.isbn or kept.get("ISBN13", "")),
            str(_stars(self._rating)),
            book.publisher or "",
            self._binding(),
            str(book.pages or kept.get("Number of Pages", "")),
            str(kept.get("Year Published", "") if book.published is None else book.published),
            kept.get("Original Publication Year", ""),
            _day(self._date),
            self._added(),
            ", ".join(shelves),
            ", ".join(self._placed(shelves)),
            shelf,
            to_html(review),
            "true" if review and spoiler_spans(review) == [(0, len(review))] else "",
            to_html(self._note or ""),
            str(self._count + (self._status in ("reading", "paused"))),
            kept.get("Owned Copies", "0"),
        )

    def lost(self) -> Mapping[str, int]:
        """How often each thing of these readings is not in the row, by the words that say it."""
        unfinished = sum(each.status != "finished" for each in self._readings)
        return {
            "ratings rounded to whole stars": int(self._rating is not None and self._rating % 1 > 0),
            "other ratings of a book": _count(each.rating for each in self._told) - bool(self._rating),
            "other reviews of a book": _count(each.review for each in self._told) - bool(self._review),
            "other private notes on a book": _count(each.private_note for each in self._told) - bool(self._note),
            "dates without a day": int(bool(self._date) and not _day(self._date)),
            "dates of other readings": _count(each.finished for each in self._told) - bool(self._date),
            "dates on which a reading was started": _count(each.started for each in self._readings),
            "readings that were not finished": unfinished - (self._status != "finished"),
            "quotes": sum(len(each.quotes) for each in self._readings),
            "series without a number": int(bool(self._book.series) and not self._book.series_number),
            "roles of contributors": sum(person.role != "contributor" for person in self._book.others),
            "languages": int(bool(self._book.language)),
        }

    def _book_id(self) -> str:
        """The number of the reading that gives the date, if it has one: another would make it another reading."""
        readings = [*self._told, *self._readings]
        sources = (source.partition(":") for each in readings for source in each.sources)
        ids = (number for service, _, number in sources if service == SERVICE and _NUMBER.fullmatch(number))
        return next(ids, self._kept.get("Book Id", ""))

    def _binding(self) -> str:
        """The binding as an import had it, where it still is of the format of the reading."""
        format_ = next((each.format for each in self._told if each.format), None)
        binding = self._kept.get("Binding", "")
        match = _IN_A_BINDING.search(binding)
        if binding and format_ in (None, match.lastgroup if match else "print"):
            return binding
        return _BINDINGS[format_] if format_ else ""

    def _added(self) -> str:
        """The day on which the book came into the journal, or onto a shelf long before."""
        if _DAY.fullmatch(self._kept.get("Date Added", "")):
            return self._kept["Date Added"]
        moments = [each.created_at for each in self._readings if each.created_at]
        return f"{datetime.fromisoformat(min(moments)).astimezone():%Y/%m/%d}" if moments else ""

    def _shelves(self) -> tuple[str, list[str]]:
        """The exclusive shelf, and all that are listed: the tags and, unless it is `read`, that one."""
        shelf = self._kept.get("Exclusive Shelf", "")
        if not _says(shelf, self._status):
            shelf = _SHELVES[self._status]
        tags = (re.sub(r"[\s,]+", "-", tag.lower()).strip("-") for tag in self._book.tags)
        listed = dict.fromkeys(tag for tag in tags if tag and tag not in _STATES)
        if shelf != "read":
            listed[shelf] = None
        before = [name for name in self._positions() if name in listed]
        return shelf, list(dict.fromkeys([*before, *listed]))

    def _placed(self, shelves: Iterable[str]) -> list[str]:
        """The shelves on which the book has a position, as Goodreads gave it."""
        positions = self._positions()
        return [f"{name} (#{positions[name]})" for name in shelves if name in positions]

    def _positions(self) -> dict[str, str]:
        listed = self._kept.get("Bookshelves with positions", "").split(", ")
        return {match[1]: match[2] for match in map(_PLACED.fullmatch, listed) if match}


def _kept(readings: Iterable[Reading]) -> dict[str, str]:
    """What an import from Goodreads had for these readings and readlog no field, by the names of the columns."""
    kept: dict[str, str] = {}
    for reading in readings:
        there = reading.extra.get(SERVICE)
        if isinstance(there, Mapping):
            kept |= {name: " ".join(text.split()) for name, text in there.items() if isinstance(text, str)}
    return kept


def _latest_first(readings: Iterable[Reading], status: str) -> list[Reading]:
    """The readings of this status, those of which no date is known last."""
    several = [reading for reading in readings if reading.status == status]
    return sorted(several, key=lambda each: each.finished.sort_key if each.finished else ())[::-1]


def _status_of(readings: Iterable[Reading], finished: Sequence[Reading]) -> str:
    """The status that the one shelf says: what is going on before what is over.

    A wish to read again needs no more than the date to tell that the book was read; without one,
    the shelf must tell it.
    """
    there = [reading.status for reading in readings]
    is_told = not finished or (len(finished) == 1 and _day(finished[0].finished) != "")
    wished = ("to-read",) if is_told else ()
    order = ("reading", "paused", *wished, "finished", "abandoned", "to-read")
    return min(there, key=order.index)


def _says(shelf: str, status: str) -> bool:
    try:
        return bool(shelf) and parse_status(shelf) == status
    except BadInput:
        return False


def _title(book: Book, original: str) -> str:
    """The title with its series behind it, in the words of Goodreads if they say the same."""
    if original and not book.subtitle and parse_title(original) == (book.title, book.series, book.series_number):
        return original
    title = f"{book.title}: {book.subtitle}" if book.subtitle else book.title
    return f"{title} ({book.series}, #{book.series_number})" if book.series and book.series_number else title


def _people(book: Book) -> tuple[str, str, str]:
    """The author, the author by the last name, and everybody else."""
    author = book.authors[0] if book.authors else ""
    first, _, last = author.rpartition(" ")
    others = dict.fromkeys(re.sub(r"\s*,\s*", " ", person.name) for person in book.contributors)
    return author, f"{last}, {first}" if first else last, ", ".join(name for name in others if name != author)


def _isbn10(isbn: str) -> str:
    """The ISBN-10 of an ISBN-13; those that begin with 979 have none."""
    return isbn[3:12] + check_digit_10(isbn[3:12]) if isbn.startswith("978") else ""


def _excel_text(number: str) -> str:
    """A number as Goodreads keeps it from being read as one."""
    return '="' + number.replace('"', "") + '"'


def _stars(rating: float | None) -> int:
    """Whole stars, a half being one more; 0 is no rating, so a quarter of a star is one."""
    return max(1, int(rating + 0.5)) if rating else 0


def _day(when: PartialDate | None) -> str:
    return when.edtf.replace("-", "/") if when and when.day and not when.is_approximate else ""


def _count(values: Iterable[object]) -> int:
    return sum(1 for value in values if value)


def _cell(column: str, text: str) -> str:
    """A cell that no spreadsheet takes for a formula, but for those that Goodreads writes as one."""
    if column.startswith("ISBN") or not _LIKE_A_FORMULA.match(text) or _NUMBER.fullmatch(text):
        return text
    return f" {text}"
