"""What the moments of a reading's life do: want, start, at, pause, finish, abandon. Each runs inside an `operation`."""

import sqlite3
from collections.abc import Callable
from typing import Any

from readlog.core.errors import AlreadyThere, BadField, BadInput
from readlog.core.model import Reading
from readlog.core.partial_date import PartialDate, check_order
from readlog.core.text import one_line
from readlog.progress.meant import book_of, is_whole, meant, readings_of
from readlog.progress.results import OF_READING, Moment, Said, with_mark
from readlog.readings import add_edit_delete
from readlog.readings.find_reading import not_there
from readlog.readings.load_rows import load
from readlog.readings.pile import on_top

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
            f"{_named(reading)} was started {reading.started.said()}. "
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
        check_order(reading.started, when)
    except BadInput as error:
        raise BadField(key, str(error)) from error


def _refuse(reading: Reading, statuses: tuple[str, ...], hint: str = "") -> None:
    if reading.status in statuses:
        raise _already(reading, hint)


def _already(reading: Reading, hint: str) -> AlreadyThere:
    """What the reading is already, and what to do: in `hint`, where {0} is its number."""
    assert reading.id is not None
    said = f"{_named(reading)} {_state(reading)}."
    joint = "" if hint.startswith("\n") or not hint else " "
    return AlreadyThere(said + joint + hint.format(reading.id), (reading.id,))


def _or_another(said: Said, reading: Reading) -> str:
    """What to do where another book was meant, whose title is a part of this one's."""
    whole = said.is_title or is_whole(said.words, reading)
    return "" if whole else "\n--new-book adds a book of that title."


def _named(reading: Reading) -> str:
    return f"{reading.id} {one_line(reading.book.name)}"


def _state(reading: Reading) -> str:
    """`is being read since 2 November 2026`, `was finished March 2012`, `is wanted`."""
    if reading.status in ("finished", "abandoned"):
        return " ".join(("was", reading.status, *([reading.finished.said()] if reading.finished else ())))
    words = {"reading": "is being read", "paused": "is paused", "to-read": "is wanted already"}[reading.status]
    since = f", started {reading.started.said()}" if reading.started and reading.status == "paused" else ""
    since = f" since {reading.started.said()}" if reading.started and reading.status == "reading" else since
    return words + since


def _is_paused(reading: Reading) -> bool:
    return reading.status == "paused"
