"""How things are said, the same in a pipe and on a terminal: bylines, imprints, dates, counts."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from readlog.core import text as in_words
from readlog.core.partial_date import PartialDate
from readlog.core.ratings import show_stars

if TYPE_CHECKING:
    from readlog.books.results import Renamed
    from readlog.core.model import Book, Contributor, Reading
    from readlog.readings.results import ListedReading

count, ordinal = in_words.pluralize, in_words.ordinal

_BY = {
    "translator": "translated by",
    "editor": "edited by",
    "illustrator": "illustrated by",
    "narrator": "read by",
}
_TIMES = ("no times", "once", "twice", "three times", "four times", "five times", "six times")


def times(number: int) -> str:
    """`once`, `twice`, `three times`, `12 times`."""
    return _TIMES[number] if number < len(_TIMES) else f"{number} times"


def size(octets: int) -> str:
    """`152 kB`, `3.1 MB`, in powers of ten."""
    if octets < 1_000:
        return count(octets, "byte")
    return f"{octets / 1e3:,.0f} kB" if octets < 999_500 else f"{octets / 1e6:,.1f} MB"


def names(people: Sequence[str]) -> str:
    """`A`, `A and B`, `A, B and C`."""
    return " and ".join(part for part in (", ".join(people[:-1]), *people[-1:]) if part)


def byline(book: "Book") -> str:
    """`Victor Serge, translated by Peter Sedgwick`."""
    parts = [names(book.authors)] if book.authors else []
    roles = dict.fromkeys(person.role for person in book.others)
    return ", ".join(parts + [_role(role, book.others) for role in roles])


def series(book: "Book") -> str:
    """`Life in Exile 2`, or nothing."""
    return " ".join(part for part in (book.series, book.series_number) if part and book.series)


def imprint(book: "Book") -> str:
    """`New York Review Books 2012 · 576 pages · ISBN 9781590174517 · history, russia`."""
    year = f"{-book.published} BC" if book.published and book.published < 0 else book.published
    published = " ".join(str(part) for part in (book.publisher, year) if part)
    pages = count(book.pages, "page") if book.pages else ""
    isbn = f"ISBN {book.isbn}" if book.isbn else ""
    return " · ".join(part for part in (published, pages, book.language, isbn, ", ".join(book.tags)) if part)


def stars(rating: float | None) -> str:
    """A rating as stars; nothing for none."""
    return show_stars(rating) if rating else ""


def spent(reading: "Reading") -> str:
    """What became of the reading and when: `finished March 2012`, `reading since 2 November 2026, at p. 133 of 224`."""
    status, started, finished = reading.status, reading.started, reading.finished
    place = _reached(reading)
    if status in ("reading", "paused", "to-read"):
        words = f"{status} since {started.long_text()}" if started else status
        words += f", finished {finished.long_text()}" if finished else ""
        return f"{words}{',' if words != status else ''} {place}" if place else words
    words = " ".join(part for part in (status, finished.long_text() if finished else "", place) if part)
    return f"{words}, started {started.long_text()}" if started else words


def so_far(reading: "Reading") -> str:
    """Its status, and where it is: `abandoned at p. 40 of 628`."""
    return " ".join(part for part in (reading.status, _reached(reading)) if part)


def _reached(reading: "Reading") -> str:
    """The place noted last, of what has not come to its end: `at p. 40 of 628`, `at Chapter 3`."""
    places = [mark.at for mark in reading.progress if mark.at]
    if not places or reading.status in ("finished", "to-read"):
        return ""
    from readlog.core.reading_progress import position_text

    return f"at {position_text(places[-1], reading.book.pages)}"


def pairs(values: Mapping[str, object]) -> str:
    """`pages 412, isbn 9780441013593`."""
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in values.items())


def withheld(private_notes: int, spoilers: int, fields: int, progress: int) -> str:
    """`2 private notes, 1 spoiler (folded in)`; nothing for nothing."""
    parts = [count(private_notes, "private note")] if private_notes else []
    parts += [count(progress, "note on progress", "notes on progress")] if progress else []
    parts += [f"{count(spoilers, 'spoiler')} (folded in)"] if spoilers else []
    parts += [f"{count(fields, 'field')} that an import has kept"] if fields else []
    return ", ".join(parts)


def page_and_location(page: str | None, location: str | None) -> str:
    """Where a quote stands in its book: `p. 133`, `location 2040`, `p. 133, location 2040`; empty if unknown."""
    return ", ".join(filter(None, (f"p. {page}" if page else "", f"location {location}" if location else "")))


def how_often(readings: Sequence["Reading"]) -> str:
    """`Read three times`, or `3 readings` where not all were finished; a wish is none: `Read once, wanted again`."""
    begun = [reading.status for reading in readings if reading.status != "to-read"]
    is_read = all(status == "finished" for status in begun)
    said = f"Read {times(len(begun))}" if is_read else count(len(begun), "reading")
    return f"{said}, wanted again" if len(begun) < len(readings) else said


def all_of(reading: "Reading") -> str:
    """A reading and all that goes with it: `12 Conquered City, finished 2012, with a review of 400 words`."""
    parts = [f"a review of {count(len(reading.review.split()), 'word')}"] if reading.review else []
    parts += [count(len(reading.quotes), "quote")] if reading.quotes else []
    parts += [f"{count(len(reading.progress), 'note')} on progress"] if reading.progress else []
    parts += ["a private note"] if reading.private_note else []
    kept = f", with {names(parts)}" if parts else ""
    return f"{reading.id} {reading.book.name}, {spent(reading)}{kept}"


def one_by_one(readings: Sequence["Reading"]) -> list[tuple[str, str, str]]:
    """When, stars, and how the rating moved since the last one there was: `+1`, `-0.5`, `=`."""
    lines, last = [], None
    for reading in readings:
        said = reading.finished.long_text() if reading.finished else reading.status
        moved = "" if reading.rating is None or last is None else f"{reading.rating - last:+g}"
        lines.append((said, stars(reading.rating), "=" if moved == "+0" else moved))
        last = reading.rating if reading.rating is not None else last
    return lines


def when(row: "ListedReading") -> str:
    """The date a list shows: when it was finished, as `2012-03`, else what state it is in."""
    if row.status != "finished":
        return row.status
    return short_date(row.finished)


def how_far(row: "ListedReading") -> str:
    """Where a list says that a reading is: `59 %` of a book that is being read, else as it was said: `p. 40`."""
    if not row.position:
        return ""
    from readlog.core.reading_progress import fraction_read, position_text

    behind = fraction_read(row.position, row.pages) if row.status == "reading" else None
    if behind is None or row.position.endswith("%"):
        return position_text(row.position)
    return f"{int(behind * 100 + 1e-9)} %"


def short_date(edtf: str | None) -> str:
    """A stored date for a column, as `2012-03` or `summer 2012`."""
    return PartialDate.from_edtf(edtf).short_text() if edtf else ""


def renamed(change: "Renamed") -> str:
    """What a renaming or a merging has done: `Serge and V. Serge: now Victor Serge, in 12 books`."""
    books = f", in {count(change.books, 'book')}" if change.books else ""
    return f"{names(change.was)}: now {change.name}{books}"


def joined(readings: Sequence["Reading"]) -> str:
    """What two books have become: `Conquered City, Victor Serge: 2 readings, 12 and 3`."""
    return f"{readings[0].book.name}: {count(len(readings), 'reading')}, {names([str(each.id) for each in readings])}"


def _role(role: str, people: Sequence["Contributor"]) -> str:
    named = names([person.name for person in people if person.role == role])
    return f"{_BY[role]} {named}" if role in _BY else f"{named} ({role})"
