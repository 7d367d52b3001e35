"""What a word that no reading has may mean: a part of a word, or a misspelt word.

A misspelling is one or two edits away from the word that is meant. An edit inserts, deletes or
replaces a letter, or swaps two neighbours (optimal string alignment).
"""

import re
import sqlite3
from collections.abc import Iterator
from typing import NamedTuple
from unicodedata import category

from readlog.core.normalize_text import fold
from readlog.query.query_fields import TEXT_FIELDS
from readlog.query.query_parser import And, Field, Node, Or, Substring, Word
from readlog.query.query_to_sql import NAME_COLUMNS, match_word_or_field, substring_condition
from readlog.storage.schema import INDEX_COLUMNS

MIN_LETTERS = 4
"""Letters of a word that is corrected at all; a shorter one could mean anything."""
MIN_LETTERS_FOR_TWO_EDITS = 7
"""Letters of a word that is recognisable after two edits."""

_MAX_LETTERS = 30
"""A longer word has too many possible misspellings to try them all."""
_LATIN = "abcdefghijklmnopqrstuvwxyz"
_FIRST_LARGE_SCRIPT = 0x0E00
"""Thai: from there on, scripts have no spaces between words, or too many letters to try them all."""
_MIN_SUBSTRING_LETTERS = 4
"""ASCII letters of a part of a word; in scripts without spaces, one character is enough."""
_COMMON_PREFIX = 3
"""Letters at the beginning that a word with two edits has in common with the one that is meant."""
_MAX_NAMES = 5_000


class CorrectedQuery(NamedTuple):
    """A query with some words replaced; `corrected` has each misspelt word as typed, and the one used instead."""

    node: Node
    corrected: tuple[tuple[str, str], ...]


def correct_query(connection: sqlite3.Connection, node: Node) -> CorrectedQuery | None:
    """Replace each word that no reading has by what it may mean; None if there is nothing to replace."""
    new, corrected = _correct_node(connection, node)
    return CorrectedQuery(new, tuple(dict.fromkeys(corrected))) if new != node else None


def is_in_index(connection: sqlite3.Connection, part: Word | Field) -> bool:
    """True if any reading has the word. Also true for a field that is not text, where no word can be misspelt."""
    match = match_word_or_field(part)
    if not match:
        return True
    return connection.execute("SELECT 1 FROM search WHERE search MATCH ? LIMIT 1", (match,)).fetchone() is not None


def correct_word(connection: sqlite3.Connection, part: Word | Field) -> Word | Field | None:
    """The word, or the field with the word, that some reading has and that is one or two edits away."""
    word = _text(part)
    if not can_be_corrected(word):
        return None
    column = TEXT_FIELDS[part.name] if isinstance(part, Field) else None
    right = _find_one_edit_away(connection, word, column) or _find_two_edits_away(connection, word, column)
    if not right:
        return None
    return Field(part.name, right) if isinstance(part, Field) else Word(right)


def can_be_corrected(word: str) -> bool:
    """True if the misspellings of `word` can be tried: only letters of an alphabet, neither too few nor too many."""
    return MIN_LETTERS <= len(word) <= _MAX_LETTERS and all(
        _is_letter(letter) and ord(letter) < _FIRST_LARGE_SCRIPT for letter in word
    )


def one_edit_away(word: str) -> list[str]:
    """Every text that is one edit away from `word`, each once."""
    word = fold(word) if fold(word).isascii() else word.casefold()
    return list(dict.fromkeys(text for text in _edits(word) if text != word))


def edit_distance(one: str, other: str, limit: int) -> int:
    """The number of edits between two texts, or `limit` + 1 if there are more."""
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    previous_row: list[int] = []
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, 1):
        row_before_previous, previous_row, row = previous_row, row, [place]
        for column, other_letter in enumerate(other, 1):
            replaced = previous_row[column - 1] + (letter != other_letter)
            cost = min(previous_row[column] + 1, row[-1] + 1, replaced)
            if place > 1 and column > 1 and letter == other[column - 2] and one[place - 2] == other_letter:
                cost = min(cost, row_before_previous[column - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
    return min(row[-1], limit + 1)


def _correct_node(connection: sqlite3.Connection, node: Node) -> tuple[Node, list[tuple[str, str]]]:
    if isinstance(node, (And, Or)):
        parts = [_correct_node(connection, part) for part in node.nodes]
        return type(node)(tuple(part for part, _ in parts)), [pair for _, pairs in parts for pair in pairs]
    if not isinstance(node, (Word, Field)) or node.is_phrase or is_in_index(connection, node):
        return node, []
    if substring := _find_substring(connection, node):
        return substring, []
    if right := correct_word(connection, node):
        return right, [(_text(node), _spelling_in_journal(connection, right))]
    return node, []


def _find_substring(connection: sqlite3.Connection, part: Word | Field) -> Substring | None:
    text = _text(part)
    if len(text) < _MIN_SUBSTRING_LETTERS and text.isascii():
        return None
    substring = Substring(text, part.name if isinstance(part, Field) else None)
    where, params = substring_condition(substring)
    found = connection.execute(f"SELECT 1 FROM readings WHERE {where} LIMIT 1", params).fetchone()
    return substring if found else None


def _find_one_edit_away(connection: sqlite3.Connection, word: str, column: str | None) -> str | None:
    """The most frequent word one edit away: complete words before beginnings, titles and names before other texts."""
    import json

    candidates = json.dumps(one_edit_away(word))
    all_columns = "{" + " ".join(INDEX_COLUMNS) + "}"
    for star in ("", "*"):
        for columns in (_column_filter(column) or NAME_COLUMNS, _column_filter(column) or all_columns):
            expression = f"'{columns} : \"' || value || '\"{star}'"
            found = connection.execute(
                f"SELECT value FROM json_each(?) WHERE EXISTS (SELECT 1 FROM search WHERE search MATCH {expression})",
                (candidates,),
            ).fetchall()
            if found:
                words: list[str] = [word for (word,) in found]
                return max(words, key=lambda each: _count_readings(connection, f'"{each}"{star}'))
    return None


def _find_two_edits_away(connection: sqlite3.Connection, word: str, column: str | None) -> str | None:
    """The nearest word with the same beginning in titles and names."""
    folded = fold(word)
    if len(folded) < MIN_LETTERS_FOR_TWO_EDITS:
        return None
    prefixes = " OR ".join(f'"{text[:_COMMON_PREFIX]}"*' for text in dict.fromkeys((word.casefold(), folded)))
    names = connection.execute(
        "SELECT DISTINCT title || ' ' || coalesce(contributors, '') FROM search WHERE search MATCH ? LIMIT ?",
        (f"{_column_filter(column) or NAME_COLUMNS} : ({prefixes})", _MAX_NAMES),
    ).fetchall()
    words = {each for (text,) in names for each in re.findall(r"\w+", text)}
    distances = [
        (edit_distance(folded, fold(each), 2), each)
        for each in words
        if fold(each)[:_COMMON_PREFIX] == folded[:_COMMON_PREFIX]
    ]
    distance, right = min(distances, default=(3, ""))
    return right if distance <= 2 else None


def _spelling_in_journal(connection: sqlite3.Connection, part: Word | Field) -> str:
    """The word with the accents and capitals that some reading has, preferably in a title or name."""
    anywhere, folded = match_word_or_field(part), fold(_text(part))
    sql = f"SELECT {', '.join(INDEX_COLUMNS)} FROM search WHERE search MATCH ? LIMIT 1"
    for match in (f"{NAME_COLUMNS} : {anywhere}", anywhere) if isinstance(part, Word) else (anywhere,):
        for row in connection.execute(sql, (match,)):
            for word in re.findall(r"\w+", " ".join(text for text in row if text)):
                if fold(word).startswith(folded):
                    return str(word)
    return _text(part)


def _count_readings(connection: sqlite3.Connection, match: str) -> int:
    (count,) = connection.execute("SELECT count(*) FROM search WHERE search MATCH ?", (match,)).fetchone()
    return int(count)


def _column_filter(column: str | None) -> str:
    return "{" + column + "}" if column else ""


def _text(part: Word | Field) -> str:
    """The text to search for, without the punctuation around it."""
    text = part.text if isinstance(part, Word) else part.value
    return re.sub(r"\A\W+|\W+\Z", "", text) or text


def _edits(word: str) -> Iterator[str]:
    letters = _alphabet(word)
    for place in range(len(word) + 1):
        head, tail = word[:place], word[place:]
        if tail:
            yield head + tail[1:]
            yield from (head + letter + tail[1:] for letter in letters)
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
        yield from (head + letter + tail for letter in letters)


def _alphabet(word: str) -> str:
    """The small letters of the scripts of a word: Latin ones without accents, else those of the Unicode blocks."""
    if word.isascii():
        return _LATIN
    blocks = sorted({ord(letter) & ~0x7F for letter in word})
    characters = (chr(code) for block in blocks for code in range(block, block + 0x80))
    return "".join(character for character in characters if _is_letter(character) and character == character.casefold())


def _is_letter(character: str) -> bool:
    return category(character)[0] in "LM"
