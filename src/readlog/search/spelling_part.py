"""Words that a misspelt one may have been meant for: one slip of the finger away, or two.

A slip is a letter too many, too few, or wrong, or two letters in each other's place (Damerau, 1964).
"""

from collections.abc import Iterator
from unicodedata import category

from readlog.core.text import fold

SHORTEST = 4
"""Letters of a word that is corrected at all; of a shorter one nobody knows what was meant."""
SHORTEST_FOR_TWO = 7
"""Letters from which on two slips still leave a word to be recognised by."""

_LONGEST = 30
"""Letters of a word beyond which there are too many slips to try them all."""
_LATIN = "abcdefghijklmnopqrstuvwxyz"
_SMALL_SCRIPTS_END = 0x0E00
"""Where Thai begins: from there on scripts have no spaces between words, or too many letters to try them all."""


def can_be_corrected(word: str) -> bool:
    """Whether a slip in `word` can be looked for: letters of a script that has an alphabet, and enough of them."""
    return SHORTEST <= len(word) <= _LONGEST and all(
        _is_letter(sign) and ord(sign) < _SMALL_SCRIPTS_END for sign in word
    )


def one_slip_away(word: str) -> list[str]:
    """Every text that is one slip away from `word`, each once."""
    word = fold(word) if fold(word).isascii() else word.casefold()
    return list(dict.fromkeys(text for text in _slips(word) if text != word))


def slips_between(one: str, other: str, most: int) -> int:
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
