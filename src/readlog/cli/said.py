"""What was said about a reading, from options to a reading that can be kept."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from readlog.ground.dates import PartialDate, check_not_future, check_order
from readlog.ground.errors import BadField, BadInput
from readlog.ground.model import Reading
from readlog.ui import streams


def given(options: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that options gave, by their names in the record. A review of `-` is read from standard input."""
    said = {key: value for key, value in options.items() if value is not None}
    if said.get("review") == "-":
        said["review"] = streams.read_stdin("review")
    return said


def check(reading: Reading, today: date, force: bool) -> Reading:
    """`reading`, if its dates can be. A finished date in the future needs `force`, or a yes of who is asked.

    Raises BadField.
    """
    try:
        check_order(reading.started, reading.finished)
        if reading.finished and reading.finished.first > today and not force and not _keep_future(reading.finished):
            check_not_future(reading.finished, today)
    except BadInput as error:
        raise BadField("finished", str(error)) from error
    return reading


def _keep_future(finished: PartialDate) -> bool:
    if not streams.can_ask():
        return False
    from readlog.ui.prompts import confirm

    return confirm(f"{finished.said()} is in the future. Keep it?")
