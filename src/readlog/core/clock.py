"""The current time, which READLOG_NOW can pin, and how the journal stores timestamps."""

import os
from datetime import UTC, date, datetime

from readlog.core.errors import BadInput

NOW_VARIABLE = "READLOG_NOW"
"""An environment variable with a timestamp (ISO 8601) to use as the current time, for output that is reproducible."""


def now() -> str:
    """The current time as the journal stores it: UTC, ISO 8601, in milliseconds, as `2026-11-22T18:03:11.042Z`."""
    return to_utc_text(_pinned_time() or datetime.now(UTC))


def to_utc_text(time: datetime) -> str:
    """A time as the journal stores it; one without a time zone is local."""
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def start_of_day(day: date) -> str:
    """Midnight at the beginning of `day` in the local time zone, as the journal stores it."""
    return to_utc_text(datetime(day.year, day.month, day.day))  # noqa: DTZ001 (local time is meant)


def today() -> date:
    """Today's date in the local time zone, or the pinned one."""
    time = _pinned_time()
    return time.date() if time else date.today()


def _pinned_time() -> datetime | None:
    text = os.environ.get(NOW_VARIABLE)
    if not text:
        return None
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput(f'{NOW_VARIABLE}="{text}" is not a moment. Write it as 2026-11-22T18:00:00+00:00.') from None
    return time if time.tzinfo else time.replace(tzinfo=UTC)
