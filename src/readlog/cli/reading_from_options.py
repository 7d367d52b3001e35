"""What was given about a reading: from options to fields, and what its dates say of its state and ask of the reader."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from readlog.core.clock import today
from readlog.core.errors import BadField, BadInput, UnreadableInput
from readlog.core.fields import parse_field
from readlog.core.model import Reading
from readlog.core.partial_date import PartialDate, check_date_order, check_not_future
from readlog.core.record import from_record
from readlog.ui import streams

_SEPARATORS = {"authors": ";", "tags": ",", "untag": ",", "contributors": ";"}
_DATES = ("started", "finished")
TEXT_FIELDS = ("review", "private_note")
"""The fields in which somebody writes at length."""


def fields_from_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that options gave, by their names in the record.

    An option that can be repeated may have several values in one. A review or a note of `-` is read
    from standard input.
    """
    given = {key: value for key, value in options.items() if value is not None}
    for key, separator in _SEPARATORS.items():
        if key in given:
            given[key] = _split(given[key], separator)
    piped = [key for key in TEXT_FIELDS if given.get(key) == "-"]
    if len(piped) > 1:
        raise BadInput("Standard input can be the review or the note, not both.")
    for key in piped:
        given[key] = _piped(key)
    return given


def reading_from_fields(given: Mapping[str, Any]) -> Reading:
    """The reading that was given; without a status it is finished, unless it has a beginning and no end.

    Raises BadField.
    """
    reading = from_record(given, today())
    if "status" not in given and reading.started and not reading.finished:
        return reading._replace(status="reading")
    return reading


def reads_standard_input(options: Mapping[str, Any]) -> bool:
    """Whether the options say that a text comes by standard input."""
    return "-" in [options.get(key) for key in TEXT_FIELDS]


def infer_status(reading: Reading, given: Mapping[str, Any]) -> Reading:
    """`reading` in the state that a date given implies, where no state was: who says when it ended has finished it."""
    if "status" in given:
        return reading
    if "finished" in given and reading.finished and reading.status in ("to-read", "reading", "paused"):
        return reading._replace(status="finished")
    if "started" in given and reading.started and reading.status == "to-read":
        return reading._replace(status="reading")
    return reading


def confirm_dates(reading: Reading, today: date, force: bool) -> bool:
    """Whether dates in the future are meant: with `force`, or if somebody at a terminal says so.

    Raises BadField where the dates cannot be, and where nobody says that the future is meant.
    """
    later = [when for key in _DATES if (when := getattr(reading, key)) and when.first_day > today]
    force = force or bool(later and _is_meant(later[-1]))
    check_dates(reading, today, force)
    return force


def status_change_date(text: str | None, force: bool) -> PartialDate | None:
    """The date of a moment: what `text` says, None where that is "unknown", and today where there is none.

    Raises BadField, also for a date in the future where nobody says that it is meant.
    """
    if text is None:
        return PartialDate.from_date(today())
    try:
        when: PartialDate | None = parse_field("finished", text, today())
        if when and when.first_day > today() and not force and not _is_meant(when):
            check_not_future(when, today())
    except BadField as error:
        raise BadField("on", error.reason) from error
    except BadInput as error:
        raise BadField("on", str(error)) from error
    return when


def _is_meant(later: PartialDate) -> bool:
    """Whether somebody at a terminal says that a date in the future is meant."""
    if not streams.can_ask():
        return False
    from readlog.ui.prompts import confirm

    return confirm(f"{later.long_text()} is in the future. Keep it?")


def check_dates(reading: Reading, today: date, force: bool, before: Reading | None = None) -> Reading:
    """`reading`, if its dates can be; raises BadField. Asks nobody, and not about a date that was there `before`."""
    key = "finished"
    try:
        check_date_order(reading.started, reading.finished)
        for key in _DATES:
            when = getattr(reading, key)
            if when and not force and when != getattr(before, key, None):
                check_not_future(when, today)
    except BadInput as error:
        raise BadField(key, str(error)) from error
    return reading


def _split(values: list[str], separator: str) -> list[str]:
    return [part.strip() for value in values for part in value.split(separator) if part.strip()]


def _piped(key: str) -> str:
    text = read_piped_text("review" if key == "review" else "note")
    if not text.strip():
        raise UnreadableInput('Nothing came on standard input. An empty text is written as "".')
    return text


def read_piped_text(what: str) -> str:
    """What comes on standard input; raises UnreadableInput for what is no Unicode, and tells of a draft that has it."""
    raw = streams.read_bytes(what)
    try:
        return streams.as_text(raw, what)
    except UnreadableInput:
        _keep(raw)
        raise


def _keep(raw: bytes) -> None:
    """What cannot be read may be in no other place."""
    from readlog.cli.draft_on_error import draft_of
    from readlog.core.clock import now
    from readlog.drafts.results import DraftTarget

    with draft_of("standard input", raw, DraftTarget(begun=now())) as draft:
        streams.say(f"readlog: your text is in {draft.path}")
