"""What the moments of a reading's life do: want, start, at, pause, finish, abandon. Each runs inside an `operation`."""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from readlog.core.errors import AlreadyExists, Ambiguous, BadField, BadInput, DidYouMean, NotFound
from readlog.core.model import Book, Reading
from readlog.core.partial_date import PartialDate, check_date_order
from readlog.core.text import clean_line, match_key, printable, printable_line
from readlog.progress.results import BEGINS, CAN_BE_NEW, OF_READING, OPEN, Moment, Said, with_mark
from readlog.query.id_list import to_json_array
from readlog.query.query_parser import Field
from readlog.readings import add_edit_delete
from readlog.readings.add_edit_delete import on_top
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
    begins. Raises NotFound and Ambiguous, and DidYouMean if it shall `look_near`, which takes a while.
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
        name = printable_line(books[0].name)
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
    ids = {id_ for (id_,) in connection.execute(_BEING_READ, (to_json_array(book.id for book in books),))}
    return [book for book in books if book.id in ids] if len(ids) == 1 else []


def _check_new(connection: sqlite3.Connection, said: Said, moment: str, *, look_near: bool) -> None:
    """Raise NotFound unless words that fit nothing can be a new title, and DidYouMean where a title comes near."""
    if number_in(clean_line(said.words)) is not None:
        raise NotFound(str(not_there(said.words)) + _or_new(said, moment))
    if look_near and (near := _near(connection, said.words)):
        named = " or ".join(f"{book.reading} {printable_line(book.name)}" for book in near)
        raise DidYouMean(
            printable(f'No title has "{clean_line(said.words)}". Did you mean {named}?') + _or_new(said, moment),
            _choices(connection, near),
        )
    if not _can_be_new(said, moment):
        raise NotFound(str(not_there(said.words)) + _or_new(said, moment))


def _near(connection: sqlite3.Connection, named: str) -> list[FoundBook]:
    """The books whose title, or whose author, has all of the words, some of them misspelt."""
    from readlog.query.query_to_sql import match_word_or_field
    from readlog.search.spelling import correct_word, is_in_index

    for name in ("title", "author"):
        words = [Field(name, word) for word in clean_line(named).split() if any(map(str.isalnum, word))]
        right = [word if is_in_index(connection, word) else correct_word(connection, word) for word in words]
        matches = [match for word in right if word and (match := match_word_or_field(word))]
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


_OTHERWISE = "readlog start {0} begins another reading; readlog edit {0} corrects this one."


def want(connection: sqlite3.Connection, said: Said) -> Moment:
    """A book to be read, or read again. One that is wanted already can be laid on top, or get a remark."""
    reading = meant(connection, said, "want")
    if reading and reading.status == "to-read":
        if not said.on_top and not said.mark:
            raise _already(
                reading, "--next puts it on top of the pile, --why adds a remark." + _or_another(said, reading)
            )
        return _changed(connection, reading, said, **_height(connection, reading, said))
    if reading:
        hint = "readlog start {0} goes on with it." if _is_paused(reading) else ""
        _refuse(reading, ("reading", "paused"), hint + _or_another(said, reading))
    wanted = said.reading._replace(status="to-read")
    return _begun(connection, reading, said, status="to-read", **_height(connection, wanted, said))


def start(connection: sqlite3.Connection, said: Said) -> Moment:
    """A reading begins or goes on; a book that was read before gets another one, and nothing changes in the old one."""
    reading = meant(connection, said, "start")
    if not reading:
        return _begun(connection, None, said, status="reading", started=said.when)
    for each in readings_of(connection, book_of(connection, reading)):
        _refuse(each, ("reading",), _or_another(said, each))
    if reading.status == "to-read":
        return _changed(connection, reading, said, status="reading", started=said.when)
    if not _is_paused(reading):
        return _begun(connection, reading, said, status="reading", started=said.when)
    if said.is_dated and reading.started:
        raise BadInput(
            f"{_named(reading)} was started {reading.started.long_text()}. "
            f"readlog edit {reading.id} --started {said.when.edtf if said.when else 'none'} corrects that."
        )
    return _changed(connection, reading, said, status="reading", **({"started": said.when} if said.is_dated else {}))


def finish(connection: sqlite3.Connection, said: Said) -> Moment:
    """A reading ends at the last page; when it began is not made up where nobody knows it."""
    return _ended(connection, said, "finish", "finished")


def abandon(connection: sqlite3.Connection, said: Said) -> Moment:
    """A reading ends before the last page."""
    return _ended(connection, said, "abandon", "abandoned")


def pause(connection: sqlite3.Connection, said: Said) -> Moment:
    """A reading rests. Nothing is dated by it but a remark."""
    reading = _known(connection, said, "pause")
    _refuse(reading, ("to-read",), "readlog start {0} begins it.")
    _refuse(reading, ("paused",))
    _refuse(reading, ("finished", "abandoned"), _OTHERWISE)
    _check_begun(reading, "on", said.when)
    return _changed(connection, reading, said, status="paused")


def mark(connection: sqlite3.Connection, said: Said) -> Moment:
    """How far a reading has come; one that was paused goes on by it."""
    reading = _known(connection, said, "at")
    _refuse(reading, ("to-read",), "readlog start {0} begins it.")
    _refuse(reading, ("finished", "abandoned"), _OTHERWISE)
    _check_begun(reading, "on", said.when)
    return _changed(connection, reading, said, status="reading")


DONE: dict[str, Callable[[sqlite3.Connection, Said], Moment]] = {
    "want": want,
    "start": start,
    "finish": finish,
    "abandon": abandon,
    "pause": pause,
    "at": mark,
}
"""What is done at a moment, by the command that says it."""


def _ended(connection: sqlite3.Connection, said: Said, moment: str, status: str) -> Moment:
    reading = meant(connection, said, moment)
    if not reading:
        return _begun(connection, None, said, status=status, finished=said.when)
    _refuse(reading, ("finished", "abandoned"), _OTHERWISE)
    return _changed(connection, reading, said, status=status, finished=said.when)


def _known(connection: sqlite3.Connection, said: Said, moment: str) -> Reading:
    reading = meant(connection, said, moment)
    if not reading:
        raise not_there(said.words)
    return reading


def _changed(connection: sqlite3.Connection, now: Reading, said: Said, **values: Any) -> Moment:
    """The reading with these values, and with what was said of it and of its book."""
    assert now.id is not None
    own = {key: getattr(said.reading, key) for key in said.given & OF_READING}
    title = said.reading.book if said.is_title else said.reading.book._replace(title=now.book.title)
    new = add_edit_delete.with_what_is_known(_checked(now._replace(**own, **values)), now.book, title)
    if said.mark:
        new = new._replace(progress=with_mark(now.progress, said.mark))
    add_edit_delete.edit(connection, now.id, lambda _: new, None)
    return _told(connection, now.id, now, is_new_book=False)


def _begun(connection: sqlite3.Connection, other: Reading | None, said: Said, **values: Any) -> Moment:
    """A new reading with these values: of a new book, or of the book of an `other` one."""
    new = _checked(said.reading._replace(**values, progress=(said.mark,) if said.mark else ()))
    if not other:
        return _told(
            connection, add_edit_delete.add(connection, new, again=False, new_book=True), None, is_new_book=True
        )
    if not said.is_title:
        new = new._replace(book=new.book._replace(title=other.book.title))
    id_ = add_edit_delete.add_to(connection, book_of(connection, other), other.book, new)
    return _told(connection, id_, None, is_new_book=False)


def _told(connection: sqlite3.Connection, id_: int, before: Reading | None, *, is_new_book: bool) -> Moment:
    """What has become of it: which time it is, in the order of a list; a wish comes after all that were begun."""
    (reading,) = load(connection, [id_])
    readings = readings_of(connection, book_of(connection, reading))
    if reading.status != "to-read":
        readings = readings[[each.id for each in readings].index(id_) :]
    time = sum(each.status != "to-read" or each.id == id_ for each in readings)
    return Moment(reading, before, is_new_book, time)


def _height(connection: sqlite3.Connection, reading: Reading, said: Said) -> dict[str, int]:
    return {"pile": on_top(connection, reading)} if said.on_top else {}


def _checked(reading: Reading) -> Reading:
    """The reading, if its dates can be. Raises BadField."""
    _check_begun(reading, "finished", reading.finished)
    return reading


def _check_begun(reading: Reading, key: str, when: PartialDate | None) -> None:
    """Raise BadField where what has this date was surely before the reading began."""
    try:
        check_date_order(reading.started, when)
    except BadInput as error:
        raise BadField(key, str(error)) from error


def _refuse(reading: Reading, statuses: tuple[str, ...], hint: str = "") -> None:
    if reading.status in statuses:
        raise _already(reading, hint)


def _already(reading: Reading, hint: str) -> AlreadyExists:
    """What the reading is already, and what to do: in `hint`, where {0} is its number."""
    assert reading.id is not None
    said = f"{_named(reading)} {_state(reading)}."
    joint = "" if hint.startswith("\n") or not hint else " "
    return AlreadyExists(said + joint + hint.format(reading.id), (reading.id,))


def _or_another(said: Said, reading: Reading) -> str:
    """What to do where another book was meant, whose title is a part of this one's."""
    whole = said.is_title or is_whole(said.words, reading)
    return "" if whole else "\n--new-book adds a book of that title."


def _named(reading: Reading) -> str:
    return f"{reading.id} {printable_line(reading.book.name)}"


def _state(reading: Reading) -> str:
    """`is being read since 2 November 2026`, `was finished March 2012`, `is wanted`."""
    if reading.status in ("finished", "abandoned"):
        return " ".join(("was", reading.status, *([reading.finished.long_text()] if reading.finished else ())))
    words = {"reading": "is being read", "paused": "is paused", "to-read": "is wanted already"}[reading.status]
    since = f", started {reading.started.long_text()}" if reading.started and reading.status == "paused" else ""
    since = f" since {reading.started.long_text()}" if reading.started and reading.status == "reading" else since
    return words + since


def _is_paused(reading: Reading) -> bool:
    return reading.status == "paused"
