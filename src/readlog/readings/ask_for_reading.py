"""The questions that `add` asks at a terminal."""

from collections import UserDict
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from readlog.core.domain_model import Reading
from readlog.core.errors import BadField, BadInput
from readlog.core.parse_fields import parse_field
from readlog.core.partial_date import PartialDate, check_date_order, check_not_future
from readlog.readings.describe_reading import rating_changes
from readlog.ui.prompts import ask, confirm
from readlog.ui.streams import say

_INTRODUCTION = "Only the title is needed. TAB completes. Several: authors A; B, tags a, b."

SaveAnswers = Callable[[Mapping[str, Any]], None]
"""Called with all answers so far after each answer."""


def ask_for_book(given: Mapping[str, Any], people: Sequence[str], today: date, save: SaveAnswers) -> dict[str, Any]:
    """The `given` fields with title and authors, as typed; asks for the missing ones. TAB completes `people`."""
    say(_INTRODUCTION)
    answers = _Answers(given, save)
    answers["title"] = ask("Title", lambda answer: _checked("title", answer, today))
    if "authors" not in given:
        answers["authors"] = ask("Author", _split_names, people, ";")
    return dict(answers)


def ask_for_reading(given: Mapping[str, Any], tags: Sequence[str], today: date, save: SaveAnswers) -> dict[str, Any]:
    """The `given` fields with rating, dates, tags and status, as typed; asks for the missing ones.

    TAB completes `tags`. An empty answer leaves a field empty.
    """
    answers = _Answers(given, save)
    if "rating" not in given:
        answers["rating"] = ask("Rating", lambda answer: _checked("rating", answer, today))
    if "started" not in given:
        answers["started"] = ask("Started", lambda answer: _checked_start(answer, given.get("finished", ""), today))
    if "finished" not in given:
        answers["finished"] = ask("Finished", lambda answer: _checked_finish(answer, answers["started"], today))
    if "tags" not in given:
        answers["tags"] = ask("Tags", lambda answer: _checked("tags", answer, today), tags, ",")
    if not answers["finished"] and "status" not in given:
        answers["status"] = "finished" if confirm("Finished, no date known?", not answers["started"]) else "reading"
    return dict(answers)


def confirm_another_reading(name: str, readings: Sequence[Reading]) -> bool:
    """Show the readings of the book, and ask whether to add another one."""
    earlier = ", ".join(" ".join(part for part in line if part) for line in rating_changes(readings[::-1]))
    return confirm(f"{name} is in the journal ({earlier}).\nLog another reading of it?", default=True)


class _Answers(UserDict[str, Any]):
    """The given fields and the answers; every new answer is saved at once."""

    def __init__(self, given: Mapping[str, Any], save: SaveAnswers) -> None:
        super().__init__()
        self.data = dict(given)
        self._save = save

    def __setitem__(self, key: str, value: Any) -> None:
        self.data[key] = value
        self._save(self.data)


def _checked(key: str, answer: str, today: date) -> str:
    """The answer as typed, if it is valid for the field; raises BadInput."""
    _parse(key, answer, today)
    return answer


def _checked_start(answer: str, finished: str, today: date) -> str:
    started = _parse("started", answer, today)
    check_date_order(started, _parse("finished", finished, today))
    _check_or_confirm_future(started, today)
    return answer


def _checked_finish(answer: str, started: str, today: date) -> str:
    finished = _parse("finished", answer, today)
    check_date_order(_parse("started", started, today), finished)
    _check_or_confirm_future(finished, today)
    return answer


def _check_or_confirm_future(when: PartialDate | None, today: date) -> None:
    """Raise BadInput for a date in the future that the user does not confirm."""
    if when and when.first_day > today and not confirm(f"{when.long_text()} is in the future. Keep it?"):
        check_not_future(when, today)


def _parse(key: str, answer: str, today: date) -> Any:
    try:
        return parse_field(key, answer, today)
    except BadField as error:
        raise BadInput(error.reason) from error


def _split_names(answer: str) -> list[str]:
    return [name for part in answer.split(";") if (name := part.strip())]
