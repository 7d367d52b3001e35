"""The line that confirms a status change."""

from readlog.core.domain_model import Reading
from readlog.core.normalize_text import ordinal, printable_line
from readlog.core.reading_progress import fraction_read, position_text
from readlog.progress.results import StatusChange
from readlog.ui.wording import stars

_VERBS = {"want": "Wanted", "start": "Started", "pause": "Paused", "finish": "Finished", "abandon": "Abandoned"}
_ENDING_COMMANDS = ("finish", "abandon")


def status_change_line(command: str, change: StatusChange, *, on_top: bool) -> str:
    """`Started 12  Conquered City, Victor Serge  2nd time`, `Conquered City, Victor Serge  p. 133 of 224, 59 %`."""
    reading, previous, is_new_book, nth_reading = change
    is_resumed = command in ("start", "at") and previous is not None and previous.status == "paused"
    verb = "Going on with" if is_resumed and command == "start" else _VERBS.get(command)
    parts = [f"{verb} {reading.id}" if verb else "", reading.book.name, *_details(command, reading)]
    if is_new_book:
        parts.append("(a new book)")
    if nth_reading > 1 and command in ("start", *_ENDING_COMMANDS):
        parts.append(f"{ordinal(nth_reading)} time")
    if nth_reading > 1 and command == "want" and not previous:
        parts.append("to be read again")
    if on_top:
        parts.append("on top of the pile")
    if is_resumed and command == "at":
        parts.append("reading again")
    return printable_line("  ".join(part for part in parts if part))


def progress_text(position: str, pages: int | None) -> str:
    """`p. 133 of 224, 59 %`, `40 %`, `Chapter 3`."""
    fraction = fraction_read(position, pages)
    percent = f", {int(fraction * 100 + 1e-9)} %" if fraction is not None and not position.endswith("%") else ""
    return position_text(position, pages) + percent


def _details(command: str, reading: Reading) -> list[str]:
    if command == "want":
        return []
    if command == "start":
        return [f"since {reading.started.long_text()}" if reading.started else ""]
    last_position = reading.progress[-1].at if reading.progress else None
    progress = progress_text(last_position, reading.book.pages) if last_position and command != "finish" else ""
    if command not in _ENDING_COMMANDS:
        return [progress]
    return [reading.finished.long_text() if reading.finished else "", stars(reading.rating), progress]
