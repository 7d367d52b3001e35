"""Hits: a reading that was found, with the most telling of its passages, and no spoiler in it."""

import re
from collections.abc import Iterable, Sequence

from readlog.readings.results import ListedReading
from readlog.search.results import MARK_OFF, MARK_ON, Hit

WORDS_AROUND = 14
"""Words of a passage, as FTS5 counts them."""
_LETTERS_BEFORE = 20
_LETTERS = 80
_LONGEST = 10_000
"""Characters that a passage of so many words never has."""


def cut_out(text: str, parts: Iterable[str]) -> str | None:
    """A passage of `text` with every one of `parts` in it marked, from before the first; None where none is in it."""
    pattern = re.compile("|".join(map(re.escape, parts)), re.IGNORECASE)
    found = pattern.search(text)
    if not found:
        return None
    begin, end = _window(text, *found.span())
    marked = pattern.sub(lambda match: f"{MARK_ON}{match[0]}{MARK_OFF}", text[begin:end])
    return ("..." if begin else "") + marked.strip() + ("..." if end < len(text) else "")


def around_mark(marked: str) -> str:
    """A text with marks in it, if it is no longer than a passage, else what stands around the first mark."""
    if len(marked) <= _LONGEST:
        return marked
    begin, end = _window(marked, marked.index(MARK_ON), marked.index(MARK_OFF))
    last = marked.rfind(MARK_ON, begin, end)
    if marked.find(MARK_OFF, last, end) < 0:
        end = marked.index(MARK_OFF, last) + 1
    return ("..." if begin else "") + marked[begin:end].strip() + ("..." if end < len(marked) else "")


def _window(text: str, place: int, behind: int) -> tuple[int, int]:
    """From a little before `place` to some way after it, not before `behind`, at the edges of words if any are near."""
    begin, end = max(place - _LETTERS_BEFORE, 0), min(max(place + _LETTERS, behind + 1), len(text))
    first = text.find(" ", begin, place) + 1 if begin else 0
    last = text.rfind(" ", behind, end) if end < len(text) else end
    return first or begin, last if last >= behind else end


PLACES = {"review": "review", "quote": "quotes", "note": "note", "tag": "tags", "series": "series"}
"""Where a passage can come from, the most telling first, and its column in the index."""

_NUMBERS = {"series": 2, "tags": 3, "review": 4, "note": 5, "quotes": 6}
_SNIPPET = "snippet(search, {}, char(2), char(3), '...', {})"

_HIGHLIGHT = "highlight(search, {}, char(2), char(3))"
_LONG = 50_000
"""Characters of a text from which `snippet`, which takes the square of its length, gives way to `highlight`."""


def _passage(column: str) -> str:
    number = _NUMBERS[column]
    snippet, highlight = _SNIPPET.format(number, WORDS_AROUND), _HIGHLIGHT.format(number)
    return f"CASE WHEN length(search.{column}) > {_LONG} THEN {highlight} ELSE {snippet} END"


QUOTED = """CASE WHEN instr(search.quotes, '||') THEN (SELECT json_group_array(json_array(text, remark)) FROM (
    SELECT text, remark FROM quotes WHERE quotes.reading_id = search.rowid ORDER BY position, id)) END"""
"""SQL for the passages and remarks of all quotes, one by one, where they may have a spoiler."""
NOTED = """CASE WHEN instr(readings.progress, '||') THEN (SELECT json_group_array(json_array(words)) FROM (
    SELECT readings.private_note AS words UNION ALL
    SELECT json_extract(value, '$.remark') FROM json_each(readings.progress) WHERE type = 'object')) END"""
"""SQL for the private note and the remarks on the way, where one of these may have a spoiler."""

PASSAGES = ", ".join(
    [*map(_passage, PLACES.values()), "CASE WHEN instr(readings.review, '||') THEN readings.review END", QUOTED, NOTED]
)
"""SQL for a passage of each place, and for the review, the quotes and the notes where they may have a spoiler."""


def hit(reading: ListedReading, score: float, readings: int, passages: Sequence[str | None]) -> Hit:
    """The hit with what `PASSAGES` gave."""
    *cut, review, quoted, noted = passages
    for place, passage in zip(PLACES, cut, strict=True):
        if passage and MARK_ON in passage:
            shown = _without_spoilers(around_mark(passage), _whole(place, review, quoted, noted))
            return Hit(reading, score, place, _in_lines(place, shown), readings)
    return Hit(reading, score, None, None, readings)


def hit_inside(reading: ListedReading, readings: int, texts: Sequence[str | None], parts: Sequence[str]) -> Hit:
    """The hit for text that stands inside of words; `texts` are those of `PLACES`, `QUOTED` and `NOTED`."""
    *found, quoted, noted = texts
    for place, text in zip(PLACES, found, strict=True):
        if text and (passage := cut_out(text, parts)):
            shown = _without_spoilers(passage, _whole(place, texts[0], quoted, noted))
            return Hit(reading, 0.0, place, _in_lines(place, shown), readings)
    return Hit(reading, 0.0, None, None, readings)


def _in_lines(place: str, passage: str) -> str:
    """A passage without its line breaks, but for those of quotes."""
    joint = "\n" if place == "quote" else " "
    return joint.join(" ".join(line.split()) for line in passage.split("\n") if line.strip())


def _whole(place: str, review: str | None, quoted: str | None, noted: str | None) -> list[str]:
    """The texts out of which a passage was cut, in so far as they can have a spoiler."""
    if many := {"quote": quoted, "note": noted}.get(place):
        from json import loads

        return [text for texts in loads(many) for text in texts if text]
    return [review] if place == "review" and review and "||" in review else []


def _without_spoilers(passage: str, texts: Sequence[str]) -> str:
    """A passage that was cut out of these texts, with what is hidden there masked, even where it was cut in two."""
    if not texts:
        return passage
    from readlog.core.spoilers import mask_spoilers_in

    ends = re.fullmatch(r"(\.\.\.)?(.*?)(\.\.\.)?", passage, re.DOTALL)
    assert ends
    before, middle, after = (part or "" for part in ends.groups())
    masked = iter(mask_spoilers_in(middle.replace(MARK_ON, "").replace(MARK_OFF, ""), *texts))
    marked = (character if character in (MARK_ON, MARK_OFF) else next(masked) for character in middle)
    return before + "".join(marked) + after
