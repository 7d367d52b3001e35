"""The passage of a hit: an excerpt around the found words, with spoilers masked."""

import re
from collections.abc import Iterable, Sequence

from readlog.readings.results import ListedReading
from readlog.search.results import MARK_OFF, MARK_ON, Hit, without_marks

PLACES = {"review": "review", "quote": "quotes", "note": "note", "tag": "tags", "series": "series"}
"""The texts that a passage can be from, the most informative first, and their columns in the index."""

SNIPPET_WORDS = 14
"""Words of a passage, as FTS5 counts them."""

_MAX_SNIPPET_LENGTH = 10_000
"""A snippet of so many words is never longer than this."""
_CHARACTERS_BEFORE = 20
_CHARACTERS_AFTER = 80

_COLUMN_NUMBERS = {"series": 2, "tags": 3, "review": 4, "note": 5, "quotes": 6}
_SNIPPET = "snippet(search, {}, char(2), char(3), '...', {})"
_HIGHLIGHT = "highlight(search, {}, char(2), char(3))"
_LONG_TEXT = 50_000
"""Characters from which on `highlight` replaces `snippet`, which takes quadratic time."""


def _snippet_sql(column: str) -> str:
    number = _COLUMN_NUMBERS[column]
    snippet, highlight = _SNIPPET.format(number, SNIPPET_WORDS), _HIGHLIGHT.format(number)
    return f"CASE WHEN length(search.{column}) > {_LONG_TEXT} THEN {highlight} ELSE {snippet} END"


QUOTES_WITH_SPOILERS = """CASE WHEN instr(search.quotes, '||') THEN (
    SELECT json_group_array(json_array(text, remark)) FROM (
    SELECT text, remark FROM quotes WHERE quotes.reading_id = search.rowid ORDER BY position, id)) END"""
"""SQL for a JSON list of all quotes, each a text and a remark; NULL if they have no spoiler."""

NOTES_WITH_SPOILERS = """CASE WHEN instr(readings.progress, '||') THEN (
    SELECT json_group_array(json_array(words)) FROM (
    SELECT readings.private_note AS words UNION ALL
    SELECT json_extract(value, '$.remark') FROM json_each(readings.progress) WHERE type = 'object')) END"""
"""SQL for a JSON list of the private note and the progress notes; NULL if the progress notes have no spoiler."""

SNIPPETS = ", ".join(
    [
        *map(_snippet_sql, PLACES.values()),
        "CASE WHEN instr(readings.review, '||') THEN readings.review END",
        QUOTES_WITH_SPOILERS,
        NOTES_WITH_SPOILERS,
    ]
)
"""SQL for a snippet from each of `PLACES`, then the complete review, quotes and notes if they may have a spoiler."""


def hit_from_snippets(reading: ListedReading, score: float, reading_count: int, snippets: Sequence[str | None]) -> Hit:
    """The hit with the first snippet that has a found word; `snippets` are the values of `SNIPPETS`."""
    *by_place, review, quotes, notes = snippets
    for place, snippet in zip(PLACES, by_place, strict=True):
        if snippet and MARK_ON in snippet:
            passage = _mask_spoilers(shorten_around_mark(snippet), _full_texts(place, review, quotes, notes))
            return Hit(reading, score, place, _join_lines(place, passage), reading_count)
    return Hit(reading, score, None, None, reading_count)


def hit_from_substrings(
    reading: ListedReading, reading_count: int, texts: Sequence[str | None], substrings: Sequence[str]
) -> Hit:
    """The hit for text inside of words; `texts` are those of `PLACES`, then QUOTES_ and NOTES_WITH_SPOILERS."""
    *by_place, quotes, notes = texts
    for place, text in zip(PLACES, by_place, strict=True):
        if text and (passage := excerpt(text, substrings)):
            passage = _mask_spoilers(passage, _full_texts(place, texts[0], quotes, notes))
            return Hit(reading, 0.0, place, _join_lines(place, passage), reading_count)
    return Hit(reading, 0.0, None, None, reading_count)


def excerpt(text: str, substrings: Iterable[str]) -> str | None:
    """An excerpt of `text` around the first of `substrings`, with all of them marked; None if there is none."""
    pattern = re.compile("|".join(map(re.escape, substrings)), re.IGNORECASE)
    found = pattern.search(text)
    if not found:
        return None
    begin, end = _window(text, *found.span())
    marked = pattern.sub(lambda match: f"{MARK_ON}{match[0]}{MARK_OFF}", text[begin:end])
    return ("..." if begin else "") + marked.strip() + ("..." if end < len(text) else "")


def shorten_around_mark(marked: str) -> str:
    """A text with marked words, or an excerpt around the first of them if the text is too long for a passage."""
    if len(marked) <= _MAX_SNIPPET_LENGTH:
        return marked
    begin, end = _window(marked, marked.index(MARK_ON), marked.index(MARK_OFF))
    last = marked.rfind(MARK_ON, begin, end)
    if marked.find(MARK_OFF, last, end) < 0:
        end = marked.index(MARK_OFF, last) + 1
    return ("..." if begin else "") + marked[begin:end].strip() + ("..." if end < len(marked) else "")


def _window(text: str, found_begin: int, found_end: int) -> tuple[int, int]:
    """Begin and end of an excerpt that contains the found word, at spaces if there are any near."""
    begin = max(found_begin - _CHARACTERS_BEFORE, 0)
    end = min(max(found_begin + _CHARACTERS_AFTER, found_end + 1), len(text))
    word_begin = text.find(" ", begin, found_begin) + 1 if begin else 0
    word_end = text.rfind(" ", found_end, end) if end < len(text) else end
    return word_begin or begin, word_end if word_end >= found_end else end


def _join_lines(place: str, passage: str) -> str:
    """The passage in one line; that of a quote keeps its lines."""
    separator = "\n" if place == "quote" else " "
    return separator.join(" ".join(line.split()) for line in passage.split("\n") if line.strip())


def _full_texts(place: str, review: str | None, quotes: str | None, notes: str | None) -> list[str]:
    """The texts that a passage is an excerpt of, if they may have a spoiler."""
    if json_list := {"quote": quotes, "note": notes}.get(place):
        from json import loads

        return [text for texts in loads(json_list) for text in texts if text]
    return [review] if place == "review" and review and "||" in review else []


def _mask_spoilers(passage: str, full_texts: Sequence[str]) -> str:
    """Mask what is a spoiler in the full texts, even if the excerpt has only one of its two `||`."""
    if not full_texts:
        return passage
    from readlog.core.spoilers import mask_spoilers_in

    parts = re.fullmatch(r"(\.\.\.)?(.*?)(\.\.\.)?", passage, re.DOTALL)
    assert parts
    before, middle, after = (part or "" for part in parts.groups())
    masked = iter(mask_spoilers_in(without_marks(middle), *full_texts))
    with_marks = (character if character in (MARK_ON, MARK_OFF) else next(masked) for character in middle)
    return before + "".join(with_marks) + after
