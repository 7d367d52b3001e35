"""What may have been meant by a word that no reading has: a part of a word, or a word misspelt."""

import re
import sqlite3
from collections.abc import Iterator
from typing import NamedTuple
from unicodedata import category

from readlog.core.text import fold
from readlog.query.query_fields import TEXT_FIELDS
from readlog.query.query_parser import And, Field, Node, Or, Substring, Word
from readlog.query.query_to_sql import match_word_or_field, substring_condition
from readlog.storage.schema import INDEX_COLUMNS

MIN_LETTERS = 4
"""Letters of a word that is corrected at all; of a shorter one nobody knows what was meant."""
MIN_LETTERS_FOR_TWO_EDITS = 7
"""Letters from which on two slips still leave a word to be recognised by."""

_LONGEST = 30
"""Letters of a word beyond which there are too many slips to try them all."""
_LATIN = "abcdefghijklmnopqrstuvwxyz"
_SMALL_SCRIPTS_END = 0x0E00
"""Where Thai begins: from there on scripts have no spaces between words, or too many letters to try them all."""


def can_be_corrected(word: str) -> bool:
    """Whether a slip in `word` can be looked for: letters of a script that has an alphabet, and enough of them."""
    return MIN_LETTERS <= len(word) <= _LONGEST and all(
        _is_letter(sign) and ord(sign) < _SMALL_SCRIPTS_END for sign in word
    )


def one_edit_away(word: str) -> list[str]:
    """Every text that is one slip away from `word`, each once."""
    word = fold(word) if fold(word).isascii() else word.casefold()
    return list(dict.fromkeys(text for text in _slips(word) if text != word))


def edit_distance(one: str, other: str, most: int) -> int:
    """How many slips lie between two texts, or `most` + 1 where there are more (optimal string alignment)."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for place, sign in enumerate(one, 1):
        earlier, before, row = before, row, [place]
        for column, letter in enumerate(other, 1):
            cost = min(before[column] + 1, row[-1] + 1, before[column - 1] + (sign != letter))
            if place > 1 and column > 1 and sign == other[column - 2] and one[place - 2] == letter:
                cost = min(cost, earlier[column - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)


def _slips(word: str) -> Iterator[str]:
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
    """The small letters of the scripts of a word: of Latin those without accents, else of its block in Unicode."""
    if word.isascii():
        return _LATIN
    blocks = sorted({ord(sign) & ~0x7F for sign in word})
    signs = (chr(code) for block in blocks for code in range(block, block + 0x80))
    return "".join(sign for sign in signs if _is_letter(sign) and sign == sign.casefold())


def _is_letter(sign: str) -> bool:
    return category(sign)[0] in "LM"


_NAMES = "{title contributors}"
_SHORTEST_PART = 4
"""Letters of a part of a word; in scripts without spaces every sign is a word, and one is enough."""
_FEWEST_IN_COMMON = 3
"""Letters that a word with two slips has in common with the one that was meant, at its beginning."""
_MOST_NAMES = 5_000


class CorrectedQuery(NamedTuple):
    """A query in another way, and the words in it that were `corrected`: as typed, and as shown."""

    node: Node
    corrected: tuple[tuple[str, str], ...]


def correct_query(connection: sqlite3.Connection, node: Node) -> CorrectedQuery | None:
    """The query with what no reading has replaced by what may have been meant; None where nothing is near."""
    meant, corrected = _meant(connection, node)
    return CorrectedQuery(meant, tuple(dict.fromkeys(corrected))) if meant != node else None


def _meant(connection: sqlite3.Connection, node: Node) -> tuple[Node, list[tuple[str, str]]]:
    if isinstance(node, (And, Or)):
        parts = [_meant(connection, part) for part in node.nodes]
        return type(node)(tuple(part for part, _ in parts)), [pair for _, pairs in parts for pair in pairs]
    if not isinstance(node, (Word, Field)) or node.is_phrase or is_in_index(connection, node):
        return node, []
    if inside := _inside(connection, node):
        return inside, []
    if right := correct_word(connection, node):
        return right, [(_text(node), _as_spelled(connection, right))]
    return node, []


def is_in_index(connection: sqlite3.Connection, part: Word | Field) -> bool:
    """Whether any reading has the word; a condition that is no text is no word that could be misspelt."""
    match = match_word_or_field(part)
    return not match or _any(connection, match)


def _any(connection: sqlite3.Connection, match: str) -> bool:
    return connection.execute("SELECT 1 FROM search WHERE search MATCH ? LIMIT 1", (match,)).fetchone() is not None


def _inside(connection: sqlite3.Connection, part: Word | Field) -> Substring | None:
    text = _text(part)
    if len(text) < _SHORTEST_PART and text.isascii():
        return None
    inside = Substring(text, part.name if isinstance(part, Field) else None)
    where, params = substring_condition(inside)
    found = connection.execute(f"SELECT 1 FROM readings WHERE {where} LIMIT 1", params).fetchone()
    return inside if found else None


def correct_word(connection: sqlite3.Connection, part: Word | Field) -> Word | Field | None:
    """The word, or what a field shall have, as some reading has it and somebody may have misspelt it."""
    word = _text(part)
    if not can_be_corrected(word):
        return None
    column = TEXT_FIELDS[part.name] if isinstance(part, Field) else None
    right = _one_slip(connection, word, column) or _two_slips(connection, word, column)
    if not right:
        return None
    return Field(part.name, right) if isinstance(part, Field) else Word(right)


def _one_slip(connection: sqlite3.Connection, word: str, column: str | None) -> str | None:
    """The word one slip away that titles and names have, else that most readings have; whole, else as a beginning."""
    import json

    candidates = json.dumps(one_edit_away(word))
    for star in ("", "*"):
        for columns in (_of(column) or _NAMES, _of(column) or "{" + " ".join(INDEX_COLUMNS) + "}"):
            expression = f"'{columns} : \"' || value || '\"{star}'"
            there = connection.execute(
                f"SELECT value FROM json_each(?) WHERE EXISTS (SELECT 1 FROM search WHERE search MATCH {expression})",
                (candidates,),
            ).fetchall()
            if there:
                words: list[str] = [word for (word,) in there]
                return max(words, key=lambda each: _count(connection, f'"{each}"{star}'))
    return None


def _two_slips(connection: sqlite3.Connection, word: str, column: str | None) -> str | None:
    """The nearest word with the same beginning that titles and names have."""
    folded = fold(word)
    if len(folded) < MIN_LETTERS_FOR_TWO_EDITS:
        return None
    begins = " OR ".join(f'"{text[:_FEWEST_IN_COMMON]}"*' for text in dict.fromkeys((word.casefold(), folded)))
    names = connection.execute(
        "SELECT DISTINCT title || ' ' || coalesce(contributors, '') FROM search WHERE search MATCH ? LIMIT ?",
        (f"{_of(column) or _NAMES} : ({begins})", _MOST_NAMES),
    ).fetchall()
    words = {each for (text,) in names for each in re.findall(r"\w+", text)}
    near = [(edit_distance(folded, fold(each), 2), each) for each in words if fold(each)[:3] == folded[:3]]
    fewest, right = min(near, default=(3, ""))
    return right if fewest <= 2 else None


def _as_spelled(connection: sqlite3.Connection, part: Word | Field) -> str:
    """The word as some reading has it, with its accents and capitals; in a title or a name, if it is there."""
    anywhere, wanted = match_word_or_field(part), fold(_text(part))
    sql = f"SELECT {', '.join(INDEX_COLUMNS)} FROM search WHERE search MATCH ? LIMIT 1"
    for match in (f"{_NAMES} : {anywhere}", anywhere) if isinstance(part, Word) else (anywhere,):
        for row in connection.execute(sql, (match,)):
            for word in re.findall(r"\w+", " ".join(text for text in row if text)):
                if fold(word).startswith(wanted):
                    return str(word)
    return _text(part)


def _count(connection: sqlite3.Connection, match: str) -> int:
    (count,) = connection.execute("SELECT count(*) FROM search WHERE search MATCH ?", (match,)).fetchone()
    return int(count)


def _of(column: str | None) -> str:
    return "{" + column + "}" if column else ""


def _text(part: Word | Field) -> str:
    """What is looked for, without the signs around it."""
    text = part.text if isinstance(part, Word) else part.value
    return re.sub(r"\A\W+|\W+\Z", "", text) or text
