"""Short texts about a reading or its book, the same in a pipe and on a terminal."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from readlog.core.normalize_text import pluralize
from readlog.ui.wording import join_names, short_date, stars

if TYPE_CHECKING:
    from readlog.core.domain_model import Book, Contributor, Reading
    from readlog.readings.results import ListedReading

_ROLE_PHRASES = {
    "translator": "translated by",
    "editor": "edited by",
    "illustrator": "illustrated by",
    "narrator": "read by",
}
_TIMES = ("no times", "once", "twice", "three times", "four times", "five times", "six times")


def byline(book: "Book") -> str:
    """`Victor Serge, translated by Peter Sedgwick`."""
    parts = [join_names(book.authors)] if book.authors else []
    roles = dict.fromkeys(person.role for person in book.others)
    return ", ".join(parts + [_names_with_role(role, book.others) for role in roles])


def series_text(book: "Book") -> str:
    """`Life in Exile 2`; empty without a series."""
    return " ".join(part for part in (book.series, book.series_number) if part and book.series)


def imprint(book: "Book") -> str:
    """`New York Review Books 2012 · 576 pages · ISBN 9781590174517 · history, russia`."""
    year = f"{-book.published} BC" if book.published and book.published < 0 else book.published
    published = " ".join(str(part) for part in (book.publisher, year) if part)
    pages = pluralize(book.pages, "page") if book.pages else ""
    isbn = f"ISBN {book.isbn}" if book.isbn else ""
    return " · ".join(part for part in (published, pages, book.language, isbn, ", ".join(book.tags)) if part)


def status_and_dates(reading: "Reading") -> str:
    """`finished March 2012`, `reading since 2 November 2026, at p. 133 of 224`."""
    status, started, finished = reading.status, reading.started, reading.finished
    position = _last_position(reading)
    if status in ("reading", "paused", "to-read"):
        words = f"{status} since {started.long_text()}" if started else status
        words += f", finished {finished.long_text()}" if finished else ""
        return f"{words}{',' if words != status else ''} {position}" if position else words
    words = " ".join(part for part in (status, finished.long_text() if finished else "", position) if part)
    return f"{words}, started {started.long_text()}" if started else words


def status_and_position(reading: "Reading") -> str:
    """`abandoned at p. 40 of 628`."""
    return " ".join(part for part in (reading.status, _last_position(reading)) if part)


def summarize_contents(reading: "Reading") -> str:
    """`12 Conquered City, Victor Serge, finished 2012, with a review of 400 words and 2 quotes`."""
    parts = [f"a review of {pluralize(len(reading.review.split()), 'word')}"] if reading.review else []
    parts += [pluralize(len(reading.quotes), "quote")] if reading.quotes else []
    parts += [f"{pluralize(len(reading.progress), 'note')} on progress"] if reading.progress else []
    parts += ["a private note"] if reading.private_note else []
    contents = f", with {join_names(parts)}" if parts else ""
    return f"{reading.id} {reading.book.name}, {status_and_dates(reading)}{contents}"


def times_read(readings: Sequence["Reading"]) -> str:
    """`Read three times`, `3 readings` if not all were finished, `Read once, wanted again`."""
    begun = [reading.status for reading in readings if reading.status != "to-read"]
    are_finished = all(status == "finished" for status in begun)
    number = len(begun)
    if are_finished:
        text = f"Read {_TIMES[number] if number < len(_TIMES) else f'{number} times'}"
    else:
        text = pluralize(number, "reading")
    return f"{text}, wanted again" if number < len(readings) else text


def rating_changes(readings: Sequence["Reading"]) -> list[tuple[str, str, str]]:
    """For each reading the date finished (or status), the stars, and the change since the last rating: `+1`, `=`."""
    rows, last = [], None
    for reading in readings:
        date = reading.finished.long_text() if reading.finished else reading.status
        change = "" if reading.rating is None or last is None else f"{reading.rating - last:+g}"
        rows.append((date, stars(reading.rating), "=" if change == "+0" else change))
        last = reading.rating if reading.rating is not None else last
    return rows


def fields_text(values: Mapping[str, object]) -> str:
    """`pages 412, isbn 9780441013593`."""
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in values.items())


def list_date(row: "ListedReading") -> str:
    """The date column of a list: the date finished, as `2012-03`, or the status of an unfinished reading."""
    return short_date(row.finished) if row.status == "finished" else row.status


def list_progress(row: "ListedReading") -> str:
    """The progress in a list: `59 %` while the book is being read and its length known, otherwise `p. 40`."""
    if not row.position:
        return ""
    from readlog.core.reading_progress import fraction_read, position_text

    fraction = fraction_read(row.position, row.pages) if row.status == "reading" else None
    if fraction is None or row.position.endswith("%"):
        return position_text(row.position)
    return f"{int(fraction * 100 + 1e-9)} %"


def _names_with_role(role: str, people: Sequence["Contributor"]) -> str:
    names = join_names([person.name for person in people if person.role == role])
    return f"{_ROLE_PHRASES[role]} {names}" if role in _ROLE_PHRASES else f"{names} ({role})"


def _last_position(reading: "Reading") -> str:
    """The last recorded position of an unfinished reading: `at p. 40 of 628`, `at Chapter 3`."""
    positions = [note.at for note in reading.progress if note.at]
    if not positions or reading.status in ("finished", "to-read"):
        return ""
    from readlog.core.reading_progress import position_text

    return f"at {position_text(positions[-1], reading.book.pages)}"
