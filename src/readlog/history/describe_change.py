"""How a field of a reading changed, in words: the same in a pipe and on a terminal."""

import json
from typing import Any

from readlog.core.ratings import show_stars
from readlog.core.reading_progress import position_text
from readlog.core.spoilers import hide_spoilers, hide_spoilers_before
from readlog.core.word_diff import ADDED, REMOVED, Piece, word_diff
from readlog.history.results import Change

_TEXT_KEYS = ("review", "private_note")
_MARKS = {REMOVED: "[-{}-]", ADDED: "{{+{}+}}"}


def field_label(key: str) -> str:
    """The key of a record as words."""
    return key.replace("_", " ")


def describe_change(change: Change, spoilers: bool) -> str:
    """As `★★★★ → ★★★★½` or `history → history, exile`; the new value alone if there was none before."""
    before, after = (_value(change.key, value, spoilers) for value in (change.before, change.after))
    return after if not before else f"{before} → {after or 'none'}"


def compare_texts(change: Change, spoilers: bool) -> list[Piece] | None:
    """The word diff of a review or note; None if one version is empty, or if only hidden spoilers differ."""
    if change.key not in _TEXT_KEYS or not change.before or not change.after:
        return None
    before, after = change.before, change.after
    if not spoilers:
        before, after = hide_spoilers_before(before, after), hide_spoilers(after)
    return word_diff(before, after) if before != after else None


def mark_piece(kind: str, text: str) -> str:
    """A piece of a word diff with marks: `[-deleted-]`, `{+inserted+}`."""
    return _MARKS[kind].format(text) if kind in _MARKS else text


def _value(key: str, value: Any, spoilers: bool) -> str:
    if not value:
        return ""
    if key in _TEXT_KEYS:
        words = len(value.split())
        return f"{words:,} {'word' if words == 1 else 'words'}"
    if key == "rating":
        return show_stars(value)
    if key == "quotes":
        return " ".join(f"“{_mask(quote['text'], spoilers)}”" for quote in value)
    if key == "progress":
        return ", ".join(_progress_note(each["at"], _mask(each["remark"], spoilers)) for each in value)
    if key == "contributors":
        return ", ".join(f"{person['name']} ({person['role']})" for person in value)
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)


def _progress_note(at: str | None, remark: str) -> str:
    """As `p. 133: the remark`."""
    return ": ".join(part for part in (position_text(at) if at else "", remark) if part)


def _mask(text: str | None, spoilers: bool) -> str:
    # Each text by itself: a spoiler mark in one text must not pair with a mark in another.
    return (text or "") if spoilers else hide_spoilers(text or "")
