"""What became of a field, in words: the same in a pipe and on a terminal."""

import json
from typing import Any

from readlog.core.ratings import show_stars
from readlog.core.reading_progress import position_text as place
from readlog.core.spoilers import hide_spoilers, hide_spoilers_before
from readlog.core.word_diff import GONE, NEW, Piece, word_diff
from readlog.history.results import Change

_TEXTS = ("review", "private_note")
_MARKS = {GONE: "[-{}-]", NEW: "{{+{}+}}"}


def command(name: str | None) -> str:
    """By which command something was done."""
    return name or "another tool"


def label(key: str) -> str:
    """A field as it is called in a sentence."""
    return key.replace("_", " ")


def said(change: Change, spoilers: bool) -> str:
    """`★★★★ → ★★★★½`, `history → history, exile`; what was not there before, alone."""
    before, after = (_value(change.key, value, spoilers) for value in (change.before, change.after))
    return after if not before else f"{before} → {after or 'none'}"


def pieces(change: Change, spoilers: bool) -> list[Piece] | None:
    """The versions of a text word by word; None where one of them is none, or where only spoilers differ."""
    if change.key not in _TEXTS or not change.before or not change.after:
        return None
    before, after = change.before, change.after
    if not spoilers:
        before, after = hide_spoilers_before(before, after), hide_spoilers(after)
    return word_diff(before, after) if before != after else None


def marked(kind: str, text: str) -> str:
    """A piece of a text with marks for what went and what came: `[-gone-]`, `{+new+}`."""
    return _MARKS[kind].format(text) if kind in _MARKS else text


def mark(at: str | None, remark: str | None) -> str:
    """A note made while reading: `p. 133: the remark`."""
    return ": ".join(part for part in (place(at) if at else "", remark or "") if part)


def _value(key: str, value: Any, spoilers: bool) -> str:
    if not value:
        return ""
    if key in _TEXTS:
        words = len(value.split())
        return f"{words:,} {'word' if words == 1 else 'words'}"
    if key == "rating":
        return show_stars(value)
    if key == "quotes":
        return " ".join(f"“{_shown(quote['text'], spoilers)}”" for quote in value)
    if key == "progress":
        return ", ".join(mark(each["at"], _shown(each["remark"], spoilers)) for each in value)
    if key == "contributors":
        return ", ".join(f"{person['name']} ({person['role']})" for person in value)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)


def _shown(text: str | None, spoilers: bool) -> str:
    """A text with its bars, or with what they hide hidden: each by its own, since bars of another are no partner."""
    return (text or "") if spoilers else hide_spoilers(text or "")
