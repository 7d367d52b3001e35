"""From options to the fields of a reading, the status that its dates imply, and questions about future dates."""

from collections.abc import Mapping
from datetime import date
from os import urandom
from typing import Any

from readlog.core.clock import today
from readlog.core.domain_model import Reading
from readlog.core.errors import BadField, BadInput, UnreadableInput
from readlog.core.parse_fields import parse_field
from readlog.core.partial_date import PartialDate, check_date_order, check_not_future
from readlog.core.reading_record import from_record
from readlog.ui import streams

TEXT_FIELDS = ("review", "private_note")
"""The fields with long texts; only these can be read from standard input."""
_SEPARATORS = {"authors": ";", "tags": ",", "untag": ",", "contributors": ";"}
_DATES = ("started", "finished")


def fields_from_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that options gave, by their keys in the record.

    A repeatable option may have several values in one argument. A review or a note of `-` is read
    from standard input. Raises BadInput and UnreadableInput.
    """
    fields = {key: value for key, value in options.items() if value is not None}
    for key, separator in _SEPARATORS.items():
        if key in fields:
            fields[key] = _split(fields[key], separator)
    piped = [key for key in TEXT_FIELDS if fields.get(key) == "-"]
    if len(piped) > 1:
        raise BadInput("Standard input can be the review or the note, not both.")
    for key in piped:
        fields[key] = _read_piped_field(key)
    return fields


def reads_standard_input(options: Mapping[str, Any]) -> bool:
    """True if an option says that its text comes from standard input."""
    return "-" in [options.get(key) for key in TEXT_FIELDS]


def read_piped_text(name: str) -> str:
    """The text on standard input; `name` says in an error what it is.

    Raises UnreadableInput if it is not UTF-8; its bytes are in a draft then, because they may be in no other place.
    """
    raw = streams.read_bytes(name)
    try:
        return streams.as_text(raw, name)
    except UnreadableInput:
        _save_bytes(raw)
        raise


def reading_from_fields(fields: Mapping[str, Any]) -> Reading:
    """A new reading; without a status it is finished, unless it has a start and no end. Raises BadField."""
    reading = from_record(fields, today())
    if "status" not in fields and reading.started and not reading.finished:
        return reading._replace(status="reading")
    return reading


def new_reading_uid() -> str:
    """A uid for a new reading, in the format that the database uses."""
    return f"r{urandom(8).hex()}"


def infer_status(reading: Reading, fields: Mapping[str, Any]) -> Reading:
    """The reading after an edit that gave `fields`: a new date changes its status, unless a status was given."""
    if "status" in fields:
        return reading
    if "finished" in fields and reading.finished and reading.status in ("to-read", "reading", "paused"):
        return reading._replace(status="finished")
    if "started" in fields and reading.started and reading.status == "to-read":
        return reading._replace(status="reading")
    return reading


def check_dates(reading: Reading, today: date, force: bool, before: Reading | None = None) -> Reading:
    """The reading itself, if its dates are possible.

    Raises BadField if they are not, or are in the future; not with `force`, or if `before` has that date.
    """
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


def confirm_dates(reading: Reading, today: date, force: bool) -> bool:
    """True if dates in the future are allowed: by `force`, or by the user, who is asked at a terminal.

    Raises BadField if the dates are not possible, or are in the future and not allowed.
    """
    future = [when for key in _DATES if (when := getattr(reading, key)) and when.first_day > today]
    force = force or bool(future and _confirm_future(future[-1]))
    check_dates(reading, today, force)
    return force


def status_change_date(text: str | None, force: bool) -> PartialDate | None:
    """The date of `--on`: today without the option, None for "unknown".

    Raises BadField, also for a date in the future that neither `force` nor the user at a terminal allows.
    """
    if text is None:
        return PartialDate.from_date(today())
    try:
        when: PartialDate | None = parse_field("finished", text, today())
        if when and when.first_day > today() and not force and not _confirm_future(when):
            check_not_future(when, today())
    except BadField as error:
        raise BadField("on", error.reason) from error
    except BadInput as error:
        raise BadField("on", str(error)) from error
    return when


def _confirm_future(when: PartialDate) -> bool:
    if not streams.can_ask():
        return False
    from readlog.ui.prompts import confirm

    return confirm(f"{when.long_text()} is in the future. Keep it?")


def _split(values: list[str], separator: str) -> list[str]:
    return [part.strip() for value in values for part in value.split(separator) if part.strip()]


def _read_piped_field(key: str) -> str:
    text = read_piped_text("review" if key == "review" else "note")
    if not text.strip():
        raise UnreadableInput('Nothing came on standard input. An empty text is written as "".')
    return text


def _save_bytes(raw: bytes) -> None:
    from readlog.core.clock import now
    from readlog.drafts.draft_files import create_draft_anywhere
    from readlog.drafts.results import DraftTarget

    with create_draft_anywhere("standard input", raw, DraftTarget(created_at=now())) as draft:
        streams.say(f"readlog: your text is in {draft.path}")
