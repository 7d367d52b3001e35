"""What a moment has made of a reading, in a line for whoever said it."""

from readlog.core.model import Reading
from readlog.core.reading_progress import fraction_read
from readlog.core.reading_progress import position_text as place_said
from readlog.core.text import printable_line
from readlog.progress.results import Moment
from readlog.ui.wording import ordinal, stars

_VERBS = {"want": "Wanted", "start": "Started", "pause": "Paused", "finish": "Finished", "abandon": "Abandoned"}


def said(moment: str, done: Moment, *, on_top: bool) -> str:
    """`Started 12  Conquered City, Victor Serge  2nd time`, `Conquered City, Victor Serge  p. 133 of 224, 59 %`."""
    reading, before = done.reading, done.before
    goes_on = moment in ("start", "at") and before is not None and before.status == "paused"
    verb = "Going on with" if goes_on and moment == "start" else _VERBS.get(moment)
    parts = [f"{verb} {reading.id}" if verb else "", reading.book.name, *_told(moment, reading)]
    parts += ["(a new book)"] if done.is_new_book else []
    parts += [f"{ordinal(done.time)} time"] if done.time > 1 and moment in ("start", "finish", "abandon") else []
    parts += ["to be read again"] if moment == "want" and done.time > 1 and not before else []
    parts += ["on top of the pile"] if on_top else []
    parts += ["reading again"] if goes_on and moment == "at" else []
    return printable_line("  ".join(part for part in parts if part))


def place(at: str, pages: int | None) -> str:
    """`p. 133 of 224, 59 %`, `40 %`, `Chapter 3`."""
    part = fraction_read(at, pages)
    percent = f", {int(part * 100 + 1e-9)} %" if part is not None and not at.endswith("%") else ""
    return place_said(at, pages) + percent


def _told(moment: str, reading: Reading) -> list[str]:
    """What else there is to say: when it was started or ended, how many stars it has, how far it has come."""
    if moment == "want":
        return []
    if moment == "start":
        return [f"since {reading.started.long_text()}" if reading.started else ""]
    last = reading.progress[-1].at if reading.progress else None
    come = place(last, reading.book.pages) if last and moment != "finish" else ""
    ended = reading.finished.long_text() if reading.finished and moment in ("finish", "abandon") else ""
    return [ended, stars(reading.rating), come] if moment in ("finish", "abandon") else [come]
