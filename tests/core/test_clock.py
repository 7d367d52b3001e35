from datetime import UTC, date, datetime

import pytest

from readlog.core import clock
from readlog.core.errors import BadInput


def test_the_clock_can_be_pinned(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that sessions in the docs print the same every day."""
    monkeypatch.setenv("READLOG_NOW", "2026-11-22T23:30:00-02:00")
    assert clock.now() == "2026-11-23T01:30:00.000Z"
    assert clock.today() == date(2026, 11, 22)


def test_a_pinned_moment_without_a_zone_is_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no zone of the machine in a session that is the same everywhere."""
    monkeypatch.setenv("READLOG_NOW", "2026-11-22T12:00:00")
    assert clock.now() == "2026-11-22T12:00:00.000Z"


def test_the_clock_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a pin it is now, and today is where the reader is."""
    monkeypatch.delenv("READLOG_NOW")
    before = datetime.now(UTC).isoformat(timespec="milliseconds")
    assert before[:19] <= clock.now()[:19]
    assert clock.today() in (date.today(), datetime.now(UTC).date())


def test_a_pin_that_is_no_moment_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rather than taken for now."""
    monkeypatch.setenv("READLOG_NOW", "noon")
    with pytest.raises(BadInput, match="READLOG_NOW"):
        clock.today()


@pytest.mark.parametrize("said", ["2026-11-22T18:03:11.042999+00:00", "2026-11-22T20:03:11.042+02:00"])
def test_every_moment_is_kept_in_one_spelling(said: str) -> None:
    """In UTC and to the millisecond, so that text sorts as time does."""
    assert clock.to_utc_text(datetime.fromisoformat(said)) == "2026-11-22T18:03:11.042Z"


def test_a_day_begins_where_the_reader_is() -> None:
    """Midnight of this place, whatever it is called in Greenwich."""
    moment = datetime.fromisoformat(clock.start_of_day(date(2026, 11, 22)))
    assert moment.astimezone().replace(tzinfo=None) == datetime(2026, 11, 22)  # noqa: DTZ001 (local time is meant)
