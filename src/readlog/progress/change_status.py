"""Change the status of a reading: want, start, at, pause, finish, abandon. Each runs inside an operation."""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from readlog.core.domain_model import Book, Reading
from readlog.core.errors import AlreadyExists, Ambiguous, BadField, BadInput, DidYouMean, NotFound
from readlog.core.normalize_text import clean_line, match_key, printable, printable_line
from readlog.core.partial_date import PartialDate, check_date_order
from readlog.progress.results import (
    COMMANDS_FOR_NEW_BOOKS,
    OPEN_STATUSES,
    READING_FIELDS,
    STARTING_COMMANDS,
    StatusChange,
    StatusChangeRequest,
    insert_progress_note,
)
from readlog.query.id_list import to_json_array
from readlog.query.query_parser import Field
from readlog.readings import add_edit_delete
from readlog.readings.add_book_details import with_completed_book
from readlog.readings.add_edit_delete import top_pile_position
from readlog.readings.find_reading import (
    BookMatch,
    ambiguity_message,
    find_id_or_books,
    find_matching_books,
    not_found_error,
    parse_reading_number,
)
from readlog.readings.load_rows import find_book_id, load_readings, load_readings_of_book

_BEING_READ = (
    "SELECT DISTINCT book_id FROM readings WHERE status = 'reading' AND book_id IN (SELECT value FROM json_each(?))"
)
_MAX_SUGGESTIONS = 8
_NEW_BOOK_HINT = "\n--new-book adds a book of that title."
_ENDED_HINT = "readlog start {0} begins another reading; readlog edit {0} corrects this one."


def resolve_reading(
    connection: sqlite3.Connection, request: StatusChangeRequest, command: str, *, suggest_spelling: bool = False
) -> Reading | None:
    """The reading that the request refers to, None for a book that is not in the journal.

    A request with an author or ISBN must give the full title. Otherwise the words are resolved as
    in `find_id_or_books`; if several books match, the only one being read wins, except for want and
    start. Raises NotFound and Ambiguous, and, with `suggest_spelling` (slower), DidYouMean.
    """
    if request.is_new_book:
        return None
    if request.is_full_title:
        return _find_by_title(connection, request.reading.book)
    number, books = find_id_or_books(connection, request.words)
    if number:
        return _load_by_number(connection, number, command)
    if len(books) > 1 and command not in STARTING_COMMANDS:
        books = _only_book_being_read(connection, books) or books
    if len(books) > 1:
        message = ambiguity_message(request.words, books) + _new_book_hint(command)
        raise Ambiguous(message, _choices(connection, books))
    if not books:
        _check_can_be_new(connection, request, command, suggest_spelling=suggest_spelling)
        return None
    reading = pick_reading_to_continue(load_readings_of_book(connection, books[0].id))
    if (
        command in STARTING_COMMANDS
        and reading.status not in OPEN_STATUSES
        and not is_full_title(request.words, reading)
    ):
        name = printable_line(books[0].name)
        raise Ambiguous(
            f'"{clean_line(request.words)}" is not all of the title of {reading.id} {name}. '
            f"If it is meant: readlog {command} {reading.id}{_NEW_BOOK_HINT}",
            _choices(connection, books),
        )
    return reading


def pick_reading_to_continue(readings: Sequence[Reading]) -> Reading:
    """The first reading with the first of OPEN_STATUSES that occurs, otherwise the first reading."""
    return min(
        readings,
        key=lambda each: OPEN_STATUSES.index(each.status) if each.status in OPEN_STATUSES else len(OPEN_STATUSES),
    )


def is_full_title(words: str, reading: Reading) -> bool:
    """True if the words are the reading's id or full title, with or without its subtitle and authors."""
    book = reading.book
    if clean_line(words).removeprefix("#") == str(reading.id):
        return True
    titles = (book.title, f"{book.title} {book.subtitle}" if book.subtitle else book.title)
    return match_key(words) in {match_key(" ".join((title, *more))) for title in titles for more in ((), book.authors)}


def _find_by_title(connection: sqlite3.Connection, book: Book) -> Reading | None:
    from readlog.readings.find_same_book import find_same_books, require_single

    same_book = require_single(find_same_books(connection, book))
    return pick_reading_to_continue(load_readings(connection, same_book.reading_ids)) if same_book else None


def _load_by_number(connection: sqlite3.Connection, number: int, command: str) -> Reading:
    """That reading; for want and start, if it has ended, an open reading of the same book instead."""
    (reading,) = load_readings(connection, [number])
    if command in STARTING_COMMANDS and reading.status not in OPEN_STATUSES:
        others = load_readings_of_book(connection, find_book_id(connection, reading))
        return pick_reading_to_continue([reading, *others])
    return reading


def _only_book_being_read(connection: sqlite3.Connection, books: Sequence[BookMatch]) -> list[BookMatch]:
    """The matches of the one book that is being read; empty if there are several such books, or none."""
    ids = {id_ for (id_,) in connection.execute(_BEING_READ, (to_json_array(book.id for book in books),))}
    return [book for book in books if book.id in ids] if len(ids) == 1 else []


def _check_can_be_new(
    connection: sqlite3.Connection, request: StatusChangeRequest, command: str, *, suggest_spelling: bool
) -> None:
    """Raise NotFound unless words that match nothing can be a new title, and DidYouMean if a title is similar."""
    words = clean_line(request.words)
    if parse_reading_number(words) is not None:
        raise NotFound(str(not_found_error(words)) + _new_book_hint(command))
    if suggest_spelling and (similar := _find_similar_books(connection, words)):
        names = " or ".join(f"{book.latest_reading_id} {printable_line(book.name)}" for book in similar)
        message = printable(f'No title has "{words}". Did you mean {names}?')
        raise DidYouMean(message + _new_book_hint(command), _choices(connection, similar))
    is_new = command in STARTING_COMMANDS or (command in COMMANDS_FOR_NEW_BOOKS and request.describes_book)
    if not is_new:
        raise NotFound(str(not_found_error(words)) + _new_book_hint(command))


def _find_similar_books(connection: sqlite3.Connection, words: str) -> list[BookMatch]:
    """Books whose title, or else whose author, contains all of the words after spelling correction."""
    from readlog.query.query_to_sql import match_word_or_field
    from readlog.search.spelling import correct_word, is_in_index

    for field in ("title", "author"):
        terms = [Field(field, word) for word in words.split() if any(map(str.isalnum, word))]
        corrected = [term if is_in_index(connection, term) else correct_word(connection, term) for term in terms]
        matches = [match for term in corrected if term and (match := match_word_or_field(term))]
        if matches and len(matches) == len(terms):
            return find_matching_books(connection, " AND ".join(f"({match})" for match in matches))[:_MAX_SUGGESTIONS]
    return []


def _choices(connection: sqlite3.Connection, books: Iterable[BookMatch]) -> list[tuple[int, str]]:
    """For each book the id of the reading that would be continued, and the book's name."""
    choices = []
    for book in books:
        reading = pick_reading_to_continue(load_readings_of_book(connection, book.id))
        choices.append((reading.id or 0, book.name))
    return choices


def _new_book_hint(command: str) -> str:
    return _NEW_BOOK_HINT if command in COMMANDS_FOR_NEW_BOOKS else ""


def want(connection: sqlite3.Connection, request: StatusChangeRequest) -> StatusChange:
    """Add a book to the to-read list, or move one that is on it to the top or give it a comment."""
    reading = resolve_reading(connection, request, "want")
    if reading and reading.status == "to-read":
        if not request.to_top and not request.note:
            hint = "--next puts it on top of the pile, --why adds a remark." + _other_book_hint(request, reading)
            raise _already_error(reading, hint)
        return _update_reading(connection, reading, request, **_pile_position(connection, reading, request))
    if reading:
        hint = "readlog start {0} goes on with it." if _is_paused(reading) else ""
        _reject_status(reading, ("reading", "paused"), hint + _other_book_hint(request, reading))
    wanted = request.reading._replace(status="to-read")
    pile_position = _pile_position(connection, wanted, request)
    return _add_reading(connection, reading, request, status="to-read", **pile_position)


def start(connection: sqlite3.Connection, request: StatusChangeRequest) -> StatusChange:
    """Start or resume a reading; a book that was read before gets another one, and the old one stays unchanged."""
    reading = resolve_reading(connection, request, "start")
    if not reading:
        return _add_reading(connection, None, request, status="reading", started=request.date)
    for each in load_readings_of_book(connection, find_book_id(connection, reading)):
        _reject_status(each, ("reading",), _other_book_hint(request, each))
    if reading.status == "to-read":
        return _update_reading(connection, reading, request, status="reading", started=request.date)
    if not _is_paused(reading):
        return _add_reading(connection, reading, request, status="reading", started=request.date)
    if request.is_date_explicit and reading.started:
        raise BadInput(
            f"{_id_and_name(reading)} was started {reading.started.long_text()}. "
            f"readlog edit {reading.id} --started {request.date.edtf if request.date else 'none'} corrects that."
        )
    started = {"started": request.date} if request.is_date_explicit else {}
    return _update_reading(connection, reading, request, status="reading", **started)


def finish(connection: sqlite3.Connection, request: StatusChangeRequest) -> StatusChange:
    """Finish a reading; an unknown start date stays unknown."""
    return _end(connection, request, "finish", "finished")


def abandon(connection: sqlite3.Connection, request: StatusChangeRequest) -> StatusChange:
    """End a reading before the end of the book."""
    return _end(connection, request, "abandon", "abandoned")


def pause(connection: sqlite3.Connection, request: StatusChangeRequest) -> StatusChange:
    """Pause a reading; the request's date is that of its note."""
    reading = _resolve_existing(connection, request, "pause")
    _reject_status(reading, ("to-read",), "readlog start {0} begins it.")
    _reject_status(reading, ("paused",))
    _reject_status(reading, ("finished", "abandoned"), _ENDED_HINT)
    _check_not_before_start(reading, "on", request.date)
    return _update_reading(connection, reading, request, status="paused")


def record_progress(connection: sqlite3.Connection, request: StatusChangeRequest) -> StatusChange:
    """Record the request's note; a paused reading is resumed."""
    reading = _resolve_existing(connection, request, "at")
    _reject_status(reading, ("to-read",), "readlog start {0} begins it.")
    _reject_status(reading, ("finished", "abandoned"), _ENDED_HINT)
    _check_not_before_start(reading, "on", request.date)
    return _update_reading(connection, reading, request, status="reading")


ACTIONS: dict[str, Callable[[sqlite3.Connection, StatusChangeRequest], StatusChange]] = {
    "want": want,
    "start": start,
    "finish": finish,
    "abandon": abandon,
    "pause": pause,
    "at": record_progress,
}
"""The functions above by the name of their command. Errors: as `resolve_reading`, and AlreadyExists and BadInput."""


def _end(connection: sqlite3.Connection, request: StatusChangeRequest, command: str, status: str) -> StatusChange:
    reading = resolve_reading(connection, request, command)
    if not reading:
        return _add_reading(connection, None, request, status=status, finished=request.date)
    _reject_status(reading, ("finished", "abandoned"), _ENDED_HINT)
    return _update_reading(connection, reading, request, status=status, finished=request.date)


def _resolve_existing(connection: sqlite3.Connection, request: StatusChangeRequest, command: str) -> Reading:
    reading = resolve_reading(connection, request, command)
    if not reading:
        raise not_found_error(request.words)
    return reading


def _update_reading(
    connection: sqlite3.Connection, reading: Reading, request: StatusChangeRequest, **values: Any
) -> StatusChange:
    """Give the reading these values, and everything else that the request says about it and its book."""
    assert reading.id is not None
    given = {key: getattr(request.reading, key) for key in request.given_fields & READING_FIELDS}
    book = request.reading.book if request.is_full_title else request.reading.book._replace(title=reading.book.title)
    new = with_completed_book(_checked(reading._replace(**given, **values)), reading.book, book)
    if request.note:
        new = new._replace(progress=insert_progress_note(reading.progress, request.note))
    add_edit_delete.edit_reading(connection, reading.id, lambda _: new, None)
    return _status_change(connection, reading.id, reading, is_new_book=False)


def _add_reading(
    connection: sqlite3.Connection, previous_reading: Reading | None, request: StatusChangeRequest, **values: Any
) -> StatusChange:
    """Add a reading with these values: of the book of `previous_reading`, or of a new book if that is None."""
    new = _checked(request.reading._replace(**values, progress=(request.note,) if request.note else ()))
    if not previous_reading:
        id_ = add_edit_delete.add_reading(connection, new, again=False, new_book=True)
        return _status_change(connection, id_, None, is_new_book=True)
    book = previous_reading.book
    if not request.is_full_title:
        new = new._replace(book=new.book._replace(title=book.title))
    id_ = add_edit_delete.add_reading_to_book(connection, find_book_id(connection, previous_reading), book, new)
    return _status_change(connection, id_, None, is_new_book=False)


def _status_change(
    connection: sqlite3.Connection, id_: int, previous: Reading | None, *, is_new_book: bool
) -> StatusChange:
    """The result, with the ordinal of the reading among those of its book; a wanted one comes after all begun ones."""
    (reading,) = load_readings(connection, [id_])
    readings = load_readings_of_book(connection, find_book_id(connection, reading))
    if reading.status != "to-read":
        readings = readings[[each.id for each in readings].index(id_) :]
    nth_reading = sum(each.status != "to-read" or each.id == id_ for each in readings)
    return StatusChange(reading, previous, is_new_book, nth_reading)


def _pile_position(connection: sqlite3.Connection, reading: Reading, request: StatusChangeRequest) -> dict[str, int]:
    return {"pile": top_pile_position(connection, reading)} if request.to_top else {}


def _checked(reading: Reading) -> Reading:
    """`reading`, if its dates are in order; raises BadField."""
    _check_not_before_start(reading, "finished", reading.finished)
    return reading


def _check_not_before_start(reading: Reading, key: str, date: PartialDate | None) -> None:
    """Raise BadField for the field `key` if its date is certainly before the reading was started."""
    try:
        check_date_order(reading.started, date)
    except BadInput as error:
        raise BadField(key, str(error)) from error


def _reject_status(reading: Reading, statuses: tuple[str, ...], hint: str = "") -> None:
    if reading.status in statuses:
        raise _already_error(reading, hint)


def _already_error(reading: Reading, hint: str) -> AlreadyExists:
    """The reading's present status and what to do instead: `hint`, in which {0} is the id."""
    assert reading.id is not None
    message = f"{_id_and_name(reading)} {_status_text(reading)}."
    separator = "" if hint.startswith("\n") or not hint else " "
    return AlreadyExists(message + separator + hint.format(reading.id), (reading.id,))


def _other_book_hint(request: StatusChangeRequest, reading: Reading) -> str:
    """A hint for the case that the words are the full title of another book and only part of this one's."""
    return "" if request.is_full_title or is_full_title(request.words, reading) else _NEW_BOOK_HINT


def _id_and_name(reading: Reading) -> str:
    return f"{reading.id} {printable_line(reading.book.name)}"


def _status_text(reading: Reading) -> str:
    """`is being read since 2 November 2026`, `was finished March 2012`, `is wanted already`."""
    started = f" {reading.started.long_text()}" if reading.started else ""
    if reading.status == "reading":
        return f"is being read{f' since{started}' if started else ''}"
    if reading.status == "paused":
        return f"is paused{f', started{started}' if started else ''}"
    if reading.status == "to-read":
        return "is wanted already"
    return f"was {reading.status}{f' {reading.finished.long_text()}' if reading.finished else ''}"


def _is_paused(reading: Reading) -> bool:
    return reading.status == "paused"
