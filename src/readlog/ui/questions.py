"""The questions that `add` asks about what it was not told."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from readlog.ground.dates import check_not_future, check_order
from readlog.ground.errors import BadField, BadInput
from readlog.ground.fields import parse_field
from readlog.ground.model import Reading
from readlog.ui import wording
from readlog.ui.prompts import ask, confirm
from readlog.ui.streams import say

INTRODUCTION = "Only the title is needed. TAB completes. Several authors are A; B, several tags a, b."


def ask_for_book(said: Mapping[str, Any], people: Sequence[str], today: date) -> dict[str, Any]:
    """Title and authors, as answered, where `said` has none; TAB completes the names of `people`."""
    say(INTRODUCTION)
    answers: dict[str, Any] = {"title": ask("Title", lambda answer: _understood("title", answer, today))}
    if "authors" not in said:
        answers["authors"] = ask("Author", _names_in, people, ";")
    return answers


def ask_for_reading(said: Mapping[str, Any], tags: Sequence[str], today: date) -> dict[str, Any]:
    """Rating, dates and tags, as answered, where `said` has none; TAB completes `tags`. Nothing is an answer too."""
    answers = dict(said)
    if "rating" not in said:
        answers["rating"] = ask("Rating", lambda answer: _understood("rating", answer, today))
    if "started" not in said:
        answers["started"] = ask("Started", lambda answer: _understood("started", answer, today))
    if "finished" not in said:
        answers["finished"] = ask("Finished", lambda answer: _finished(answer, answers["started"], today))
    if "tags" not in said:
        answers["tags"] = ask("Tags", lambda answer: _understood("tags", answer, today), tags, ",")
    if not answers["finished"] and "status" not in said:
        answers["status"] = "finished" if confirm("Finished, no date known?", not answers["started"]) else "reading"
    return answers


def offer_another(name: str, readings: Sequence[Reading]) -> bool:
    """Say that the book is there, and ask whether this is another reading of it."""
    before = ", ".join(" ".join(part for part in line if part) for line in wording.one_by_one(readings[::-1]))
    return confirm(f"{name} is in the journal ({before}).\nLog another reading of it?", default=True)


def _understood(key: str, answer: str, today: date) -> str:
    """The answer as it was given, if the field understands it."""
    _value(key, answer, today)
    return answer


def _finished(answer: str, started: str, today: date) -> str:
    finished = _value("finished", answer, today)
    check_order(_value("started", started, today), finished)
    if finished and finished.first > today and not confirm(f"{finished.said()} is in the future. Keep it?"):
        check_not_future(finished, today)
    return answer


def _value(key: str, answer: str, today: date) -> Any:
    try:
        return parse_field(key, answer, today)
    except BadField as error:
        raise BadInput(error.reason) from error


def _names_in(answer: str) -> list[str]:
    return [name for part in answer.split(";") if (name := part.strip())]
