"""What somebody at a terminal is asked: by `add` what it was not told, by others which book is meant."""

import sys
from collections import UserDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any, TypeVar

from readlog.core.errors import BadField, BadInput
from readlog.core.fields import parse_field
from readlog.core.model import Reading
from readlog.core.partial_date import PartialDate, check_date_order, check_not_future
from readlog.core.text import fold, printable, printable_line
from readlog.ui import wording
from readlog.ui.streams import say

T = TypeVar("T")


def ask(question: str, read: Callable[[str], T], names: Iterable[str] = (), separator: str = "") -> T:
    """Ask until `read` takes the answer. TAB completes with `names`, after each `separator` anew.

    Raises KeyboardInterrupt at the end of input: nobody can be asked any more.
    """
    while True:
        try:
            return read(_line(f"{question}: ", list(names), separator))
        except BadInput as error:
            say(f"  {error}")


def confirm(question: str, default: bool = False) -> bool:
    """Ask for yes or no; an empty answer is `default`."""
    choices = "Y/n" if default else "y/N"
    return ask(f"{question} [{choices}]", lambda answer: _yes_or_no(answer, default))


def _yes_or_no(answer: str, default: bool) -> bool:
    word = answer.strip().casefold()
    if word not in ("", "y", "yes", "n", "no"):
        raise BadInput("Answer y or n.")
    return word[0] == "y" if word else default


def _line(question: str, names: list[str], separator: str) -> str:
    sys.stdout.flush()
    try:
        with _completing(names, separator):
            return input(printable(question))
    except EOFError:
        raise KeyboardInterrupt from None


@contextmanager
def _completing(names: list[str], separator: str) -> Iterator[None]:
    """TAB completes names, where Python has readline; everywhere else the question is just asked."""
    try:
        import readline
    except ImportError:
        yield
        return

    def complete(typed: str, state: int) -> str | None:
        start = fold(typed.lstrip())
        space = typed[: len(typed) - len(typed.lstrip())]
        fitting = [space + name for name in names if fold(name).startswith(start)]
        return fitting[state] if state < len(fitting) else None

    libedit = "libedit" in (readline.__doc__ or "")
    readline.parse_and_bind("bind ^I rl_complete" if libedit else "tab: complete")
    readline.set_completer_delims(separator)
    readline.set_completer(complete)
    try:
        yield
    finally:
        readline.set_completer(None)


INTRODUCTION = "Only the title is needed. TAB completes. Several: authors A; B, tags a, b."

_NEW = "new"
_MOST_CHOICES = 20

Keep = Callable[[Mapping[str, Any]], None]
"""Is told of all that was answered, after each answer."""


def ask_for_book(given: Mapping[str, Any], people: Sequence[str], today: date, keep: Keep) -> dict[str, Any]:
    """Title and authors, as answered, where `given` has none; TAB completes the names of `people`."""
    say(INTRODUCTION)
    answers = _Answers(given, keep)
    answers["title"] = ask("Title", lambda answer: _understood("title", answer, today))
    if "authors" not in given:
        answers["authors"] = ask("Author", _names_in, people, ";")
    return dict(answers)


def ask_for_reading(given: Mapping[str, Any], tags: Sequence[str], today: date, keep: Keep) -> dict[str, Any]:
    """Rating, dates and tags, as answered, where `given` has none; TAB completes `tags`. Nothing is an answer too."""
    answers = _Answers(given, keep)
    if "rating" not in given:
        answers["rating"] = ask("Rating", lambda answer: _understood("rating", answer, today))
    if "started" not in given:
        answers["started"] = ask("Started", lambda answer: _started(answer, given.get("finished", ""), today))
    if "finished" not in given:
        answers["finished"] = ask("Finished", lambda answer: _finished(answer, answers["started"], today))
    if "tags" not in given:
        answers["tags"] = ask("Tags", lambda answer: _understood("tags", answer, today), tags, ",")
    if not answers["finished"] and "status" not in given:
        answers["status"] = "finished" if confirm("Finished, no date known?", not answers["started"]) else "reading"
    return dict(answers)


def offer_another(name: str, readings: Sequence[Reading]) -> bool:
    """Say that the book is there, and ask whether this is another reading of it."""
    before = ", ".join(" ".join(part for part in line if part) for line in wording.one_by_one(readings[::-1]))
    return confirm(f"{name} is in the journal ({before}).\nLog another reading of it?", default=True)


def which_one(words: str, choices: Sequence[tuple[int, str]], *, or_new: bool) -> int | None:
    """Show what words may mean: numbers with names, or a new book of that title. Returns the number chosen, 0 for new.

    None where the answer is that it is none of them.
    """
    rows = [(str(number), printable_line(name)) for number, name in choices[:_MOST_CHOICES]]
    if or_new:
        rows.append((_NEW, f'a new book, "{words}"'))
    say(f'"{words}" can be:')
    width = max(len(number) for number, _ in rows)
    for number, name in rows:
        say(f"  {number.rjust(width)}  {name}")
    if len(choices) > _MOST_CHOICES:
        say(f"  and {len(choices) - _MOST_CHOICES:,} more; another word of the title tells them apart")
    numbers = [number for number, _ in rows]
    return ask("Which one? (Enter for none)", lambda answer: _chosen(answer, numbers), numbers)


def _chosen(answer: str, numbers: Sequence[str]) -> int | None:
    word = answer.strip().casefold().removeprefix("#")
    if word and word not in numbers:
        raise BadInput(f"Answer {numbers[0]}, for example, or press Enter.")
    return None if not word else 0 if word == _NEW else int(word)


class _Answers(UserDict[str, Any]):
    """What was given and answered; each answer is kept at once."""

    def __init__(self, given: Mapping[str, Any], keep: Keep) -> None:
        super().__init__()
        self.data = dict(given)
        self._keep = keep

    def __setitem__(self, key: str, value: Any) -> None:
        self.data[key] = value
        self._keep(self.data)


def _understood(key: str, answer: str, today: date) -> str:
    """The answer as it was given, if the field understands it."""
    _value(key, answer, today)
    return answer


def _started(answer: str, finished: str, today: date) -> str:
    started = _value("started", answer, today)
    check_date_order(started, _value("finished", finished, today))
    _check_meant(started, today)
    return answer


def _finished(answer: str, started: str, today: date) -> str:
    finished = _value("finished", answer, today)
    check_date_order(_value("started", started, today), finished)
    _check_meant(finished, today)
    return answer


def _check_meant(when: PartialDate | None, today: date) -> None:
    """Raises BadInput for a date in the future that the reader does not want to keep."""
    if when and when.first_day > today and not confirm(f"{when.long_text()} is in the future. Keep it?"):
        check_not_future(when, today)


def _value(key: str, answer: str, today: date) -> Any:
    try:
        return parse_field(key, answer, today)
    except BadField as error:
        raise BadInput(error.reason) from error


def _names_in(answer: str) -> list[str]:
    return [name for part in answer.split(";") if (name := part.strip())]
