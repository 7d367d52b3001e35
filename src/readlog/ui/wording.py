"""How things are said, the same in a pipe and on a terminal: bylines, imprints, dates, counts."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from readlog.ground.dates import PartialDate
from readlog.ground.model import Book, Contributor, Quote, Reading
from readlog.ground.ratings import show_stars

if TYPE_CHECKING:
    from readlog.ground.answers import Group, ListedReading, Overview, Undone
    from readlog.ground.past import Done

_BY = {
    "translator": "translated by",
    "editor": "edited by",
    "illustrator": "illustrated by",
    "narrator": "read by",
}
_TIMES = ("no times", "once", "twice", "three times", "four times", "five times", "six times")


def count(number: int, one: str, many: str | None = None) -> str:
    """`1 reading`, `1,204 readings`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def times(number: int) -> str:
    """`once`, `twice`, `three times`, `12 times`."""
    return _TIMES[number] if number < len(_TIMES) else f"{number} times"


def ordinal(number: int) -> str:
    """`2nd`, `3rd`, `11th`."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def size(octets: int) -> str:
    """`152 kB`, `3.1 MB`, in powers of ten."""
    if octets < 1_000:
        return count(octets, "byte")
    return f"{octets / 1e3:,.0f} kB" if octets < 999_500 else f"{octets / 1e6:,.1f} MB"


def sums(group: "Group") -> str:
    """`41 readings of 38 books, 12,345 pages (3 readings without), 4.1 stars on average of 35`."""
    parts = [f"{count(group.readings, 'reading')} of {count(group.books, 'book')}"]
    if group.pages:
        doubt = f" ({group.without_pages:,} without a number)" if group.without_pages else ""
        parts.append(f"{count(group.pages, 'page')}{doubt}")
    if group.rating is not None:
        parts.append(f"{group.rating:.2f} stars on average of {group.rated:,}")
    return ", ".join(parts)


def label(by: str, value: str | float | None) -> str:
    """What a group is called: `2012-03`, `★★★★½`, `1990s`; `unknown` for what has no label."""
    if value is None:
        return "no date" if by in ("year", "month") else f"no {by}" if by in ("rating", "tag") else "unknown"
    if by == "month" and len(str(value)) == len("2012"):
        return f"{value}, no month"
    return show_stars(float(value)) if by == "rating" else f"{value}s" if by == "decade" else str(value)


def names(people: Sequence[str]) -> str:
    """`A`, `A and B`, `A, B and C`."""
    return " and ".join(part for part in (", ".join(people[:-1]), *people[-1:]) if part)


def byline(book: Book) -> str:
    """`Victor Serge, translated by Peter Sedgwick`."""
    parts = [names(book.authors)] if book.authors else []
    roles = dict.fromkeys(person.role for person in book.others)
    return ", ".join(parts + [_role(role, book.others) for role in roles])


def series(book: Book) -> str:
    """`Life in Exile 2`, or nothing."""
    return " ".join(part for part in (book.series, book.series_number) if part and book.series)


def imprint(book: Book) -> str:
    """`New York Review Books 2012 · 576 pages · ISBN 9781590174517 · history, russia`."""
    year = f"{-book.published} BC" if book.published and book.published < 0 else book.published
    published = " ".join(str(part) for part in (book.publisher, year) if part)
    pages = count(book.pages, "page") if book.pages else ""
    isbn = f"ISBN {book.isbn}" if book.isbn else ""
    return " · ".join(part for part in (published, pages, book.language, isbn, ", ".join(book.tags)) if part)


def stars(rating: float | None) -> str:
    """A rating as stars; nothing for none."""
    return show_stars(rating) if rating else ""


def spent(reading: Reading) -> str:
    """What became of the reading and when: `finished March 2012`, `reading since 2 November 2026`."""
    status, started, finished = reading.status, reading.started, reading.finished
    if status in ("reading", "paused", "to-read"):
        words = f"{status} since {started.said()}" if started else status
        return f"{words}, finished {finished.said()}" if finished else words
    words = f"{status} {finished.said()}" if finished else status
    return f"{words}, started {started.said()}" if started else words


def pairs(values: Mapping[str, object]) -> str:
    """`pages 412, isbn 9780441013593`."""
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in values.items())


def withheld(private_notes: int, spoilers: int, fields: int) -> str:
    """`2 private notes, 1 spoiler (folded in)`; nothing for nothing."""
    parts = [count(private_notes, "private note")] if private_notes else []
    parts += [f"{count(spoilers, 'spoiler')} (folded in)"] if spoilers else []
    parts += [f"{count(fields, 'field')} that an import has kept"] if fields else []
    return ", ".join(parts)


def where(quote: Quote) -> str:
    """Where a quote stands: `p. 133`, `location 2040`."""
    page = f"p. {quote.page}" if quote.page else ""
    return ", ".join(part for part in (page, f"location {quote.location}" if quote.location else "") if part)


def how_often(readings: Sequence[Reading]) -> str:
    """`Read three times`, or `Three readings` where not all were finished."""
    number = len(readings)
    if all(reading.status == "finished" for reading in readings):
        return f"Read {times(number)}"
    return count(number, "reading")


def all_of(reading: Reading) -> str:
    """A reading and all that goes with it: `12 Conquered City, finished 2012, with a review of 400 words`."""
    parts = [f"a review of {count(len(reading.review.split()), 'word')}"] if reading.review else []
    parts += [count(len(reading.quotes), "quote")] if reading.quotes else []
    parts += ["a private note"] if reading.private_note else []
    kept = f", with {names(parts)}" if parts else ""
    return f"{reading.id} {reading.book.name}, {spent(reading)}{kept}"


def one_by_one(readings: Sequence[Reading]) -> list[tuple[str, str, str]]:
    """When, stars, and how the rating moved since the last one there was: `+1`, `-0.5`, `=`."""
    lines, last = [], None
    for reading in readings:
        said = reading.finished.said() if reading.finished else reading.status
        moved = "" if reading.rating is None or last is None else f"{reading.rating - last:+g}"
        lines.append((said, stars(reading.rating), "=" if moved == "+0" else moved))
        last = reading.rating if reading.rating is not None else last
    return lines


def when(row: "ListedReading") -> str:
    """The date a list shows: when it was finished, as `2012-03`, else what state it is in."""
    if row.status != "finished":
        return row.status
    return short_date(row.finished)


def short_date(edtf: str | None) -> str:
    """A stored date for a column, as `2012-03` or `summer 2012`."""
    return PartialDate.from_edtf(edtf).short() if edtf else ""


def moment(at: str) -> str:
    """A moment of the log, on the clock of the reader: `2026-11-22 18:03`."""
    from datetime import datetime

    try:
        return datetime.fromisoformat(at).astimezone().strftime("%Y-%m-%d %H:%M")
    except (ValueError, OverflowError):
        return at


def done(operation: "Done") -> str:
    """What an operation did: `Conquered City: rating, review`, `Dune: deleted`, `312 added, 5 changed`."""
    numbers = {"added": operation.added, "changed": operation.changed, "deleted": operation.deleted}
    what = ", ".join(f"{number:,} {verb}" for verb, number in numbers.items() if number)
    if not operation.title:
        return what or "nothing that a reading says"
    if operation.keys:
        what = ", ".join(key.replace("_", " ") for key in operation.keys)
    elif sum(numbers.values()) == 1:
        what = next(verb for verb, number in numbers.items() if number)
    return f"{operation.title}: {what}"


def taken_back(undone: "Undone", this: "Done", *, redo: bool) -> str:
    """What an undo has done: `Took back 41 edit: Conquered City: rating`."""
    verb = "Put back" if redo else "Took back"
    kept = f"; kept what {count(len(undone.later), 'later operation')} changed" if undone.kept else ""
    return f"{verb} operation {undone.operation} ({undone.command or 'another tool'}): {done(this)}{kept}"


class Line(NamedTuple):
    """A line of the dashboard: a label, a reading if it is about one, its stars, and what is said of it."""

    label: str
    reading: "ListedReading | None"
    stars: str
    words: str


def glance(overview: "Overview") -> list[Line]:
    """The dashboard, line by line."""
    lines = [
        Line("Reading", row, "", f"since {_said(row.started)}" if row.started else "") for row in overview.reading_now
    ]
    if last := overview.last_finished:
        lines.append(Line("Finished", last, stars(last.rating), _said(last.finished)))
    lines.append(Line(str(overview.year), None, "", f"{overview.finished_this_year:,} finished"))
    years = [Line("On this day", row, stars(row.rating), (row.finished or "")[:4]) for row in overview.on_this_day]
    return [*lines, *years]


def _said(edtf: str | None) -> str:
    return PartialDate.from_edtf(edtf).said() if edtf else ""


def _role(role: str, people: Sequence[Contributor]) -> str:
    named = names([person.name for person in people if person.role == role])
    return f"{_BY[role]} {named}" if role in _BY else f"{named} ({role})"
