"""The one place that asks what time it is."""

import os
from datetime import UTC, date, datetime

from readlog.core.errors import BadInput

NOW_VARIABLE = "READLOG_NOW"
"""An environment variable that stands for the present moment, for sessions that must print the same every day."""


def now() -> str:
    """The present moment as the journal stores it: UTC, ISO 8601, to the millisecond, as `2026-11-22T18:03:11.042Z`."""
    return to_utc_text(_pinned() or datetime.now(UTC))


def to_utc_text(moment: datetime) -> str:
    """A moment, which knows its zone or is local, as the journal stores it."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def start_of_day(day: date) -> str:
    """The moment at which `day` begins where the reader is, as the journal stores it."""
    return to_utc_text(datetime(day.year, day.month, day.day))  # noqa: DTZ001 (local time is meant)


def today() -> date:
    """Today's date where the reader is."""
    moment = _pinned()
    return moment.date() if moment else date.today()


def _pinned() -> datetime | None:
    text = os.environ.get(NOW_VARIABLE)
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput(f'{NOW_VARIABLE}="{text}" is not a moment. Write it as 2026-11-22T18:00:00+00:00.') from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
