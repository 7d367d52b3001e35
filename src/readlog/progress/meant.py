"""Which reading a moment is about: as `finding` has it, and of several readings of a book the one that can go on."""

import sqlite3
from collections.abc import Iterable, Sequence

from readlog.core.errors import Ambiguous, Misspelt, NotFound
from readlog.core.model import Book, Reading
from readlog.core.text import clean_line, match_key, one_line, printable
from readlog.progress.results import BEGINS, CAN_BE_NEW, OPEN, Said
from readlog.query.id_list import array
from readlog.query.query_parser import Field
from readlog.readings.find_reading import FoundBook, books_fitting, candidates, find_fitting, not_there, number_in
from readlog.readings.load_rows import load

_OF_BOOK = "SELECT id FROM readings WHERE book_id = ? ORDER BY moment DESC, id DESC"
_BEING_READ = (
    "SELECT DISTINCT book_id FROM readings WHERE status = 'reading' AND book_id IN (SELECT value FROM json_each(?))"
)
_MOST_NEAR = 8


def meant(connection: sqlite3.Connection, said: Said, moment: str, *, look_near: bool = False) -> Reading | None:
    """The reading that is meant; None where what was said is a book that is not in the journal.

    Who names an author or an ISBN names the whole title. Else words, or a number, mean what they
    always mean, and where they fit several books the only one that is being read, unless a reading
    begins. Raises NotFound and Ambiguous, and Misspelt if it shall `look_near`, which takes a while.
    """
    if said.new_book:
        return None
    if said.is_title:
        return _by_title(connection, said.reading.book)
    number, books = find_fitting(connection, said.words)
    if number:
        return _by_number(connection, number, moment)
    if len(books) > 1 and moment not in BEGINS:
        books = _only_being_read(connection, books) or books
    if len(books) > 1:
        raise Ambiguous(candidates(said.words, books) + _or_new(said, moment), _choices(connection, books))
    if not books:
        _check_new(connection, said, moment, look_near=look_near)
        return None
    reading = that_goes_on(readings_of(connection, books[0].id))
    if moment in BEGINS and reading.status not in OPEN and not is_whole(said.words, reading):
        name = one_line(books[0].name)
        raise Ambiguous(
            f'"{clean_line(said.words)}" is not all of the title of {reading.id} {name}. '
            f"If it is meant: readlog {moment} {reading.id}\n--new-book adds a book of that title.",
            _choices(connection, books),
        )
    return reading


def readings_of(connection: sqlite3.Connection, book_id: int) -> list[Reading]:
    """The readings of a book, the latest first."""
    return load(connection, [id_ for (id_,) in connection.execute(_OF_BOOK, (book_id,)).fetchall()])


def book_of(connection: sqlite3.Connection, reading: Reading) -> int:
    """The id of the book that the reading is of."""
    (id_,) = connection.execute("SELECT book_id FROM readings WHERE id = ?", (reading.id,)).fetchone()
    return int(id_)


def that_goes_on(readings: Sequence[Reading]) -> Reading:
    """The one that is being read, else is paused, else is wanted; the first where none of them is."""
    return min(readings, key=lambda each: OPEN.index(each.status) if each.status in OPEN else len(OPEN))


def _can_be_new(said: Said, moment: str) -> bool:
    """Whether a book that is not there can be meant; one in which somebody is on page 133 must be."""
    return moment in BEGINS or (moment in CAN_BE_NEW and said.tells_of_book)


def _by_title(connection: sqlite3.Connection, book: Book) -> Reading | None:
    from readlog.identity.same_book import find_same_books, the_one

    found = the_one(find_same_books(connection, book))
    return that_goes_on(load(connection, found.readings)) if found else None


def _by_number(connection: sqlite3.Connection, number: int, moment: str) -> Reading:
    """That reading; where one is to begin and this one is over, the one of its book that can go on."""
    (reading,) = load(connection, [number])
    if moment in BEGINS and reading.status not in OPEN:
        others = readings_of(connection, book_of(connection, reading))
        return that_goes_on([reading, *others])
    return reading


def _only_being_read(connection: sqlite3.Connection, books: Sequence[FoundBook]) -> list[FoundBook]:
    """The only one of the books that is being read; none where more of them are."""
    ids = {id_ for (id_,) in connection.execute(_BEING_READ, (array(book.id for book in books),))}
    return [book for book in books if book.id in ids] if len(ids) == 1 else []


def _check_new(connection: sqlite3.Connection, said: Said, moment: str, *, look_near: bool) -> None:
    """Raise NotFound unless words that fit nothing can be a new title, and Misspelt where a title comes near."""
    if number_in(clean_line(said.words)) is not None:
        raise NotFound(str(not_there(said.words)) + _or_new(said, moment))
    if look_near and (near := _near(connection, said.words)):
        named = " or ".join(f"{book.reading} {one_line(book.name)}" for book in near)
        raise Misspelt(
            printable(f'No title has "{clean_line(said.words)}". Did you mean {named}?') + _or_new(said, moment),
            _choices(connection, near),
        )
    if not _can_be_new(said, moment):
        raise NotFound(str(not_there(said.words)) + _or_new(said, moment))


def _near(connection: sqlite3.Connection, named: str) -> list[FoundBook]:
    """The books whose title, or whose author, has all of the words, some of them misspelt."""
    from readlog.query.query_to_sql import match_text
    from readlog.search.spelling import corrected_word, is_there

    for name in ("title", "author"):
        words = [Field(name, word) for word in clean_line(named).split() if any(map(str.isalnum, word))]
        right = [word if is_there(connection, word) else corrected_word(connection, word) for word in words]
        matches = [match for word in right if word and (match := match_text(word))]
        if matches and len(matches) == len(words):
            return books_fitting(connection, " AND ".join(f"({match})" for match in matches))[:_MOST_NEAR]
    return []


def _choices(connection: sqlite3.Connection, books: Iterable[FoundBook]) -> list[tuple[int, str]]:
    """Of each book the reading that would be meant, and its name."""
    found = []
    for book in books:
        reading = that_goes_on(readings_of(connection, book.id))
        found.append((reading.id or 0, book.name))
    return found


def is_whole(words: str, reading: Reading) -> bool:
    """Whether the words are a number, or all of the title of a reading, with or without its subtitle and its author."""
    book = reading.book
    if clean_line(words).removeprefix("#") == str(reading.id):
        return True
    titles = (book.title, f"{book.title} {book.subtitle}" if book.subtitle else book.title)
    return match_key(words) in {match_key(" ".join((title, *more))) for title in titles for more in ((), book.authors)}


def _or_new(said: Said, moment: str) -> str:
    return "\n--new-book adds a book of that title." if moment in CAN_BE_NEW else ""
