"""User text: cleaned when it comes in, made harmless when it is shown, folded when it is compared, and set in words."""

import re
from functools import cache

from readlog.core.errors import BadInput

CONTROL_CHARACTERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
"""Controls, line and paragraph separators, bidirectional overrides and isolates, non-characters.
The direction marks U+200E and U+200F are not among them: Hebrew and Arabic need them, and they move nothing."""

SEARCH_TOKENIZER = "unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'"
"""How FTS5 folds the words of the search index; see `fold` for the differences. Part of the journal's schema."""

_COLOUR_CODES = r"\x1b\[[0-9;:]*m"
"""Text copied out of a coloured terminal has these: the one escape sequence that is dropped as a whole.
Of any other only the control character goes, so that no word goes with it."""
_LINE_BREAKS = "\r\n|[\r\x0b\x0c\x85\u2028]"
_SURROGATE = "[\ud800-\udfff]"
_ACCENTS = "[\u0300-\u036f]"
_INVISIBLE_EDGES = " \u200b\u200c\u200d\u200e\u200f\u2060"
_SHORTEST_PROSE_LINE = 50
"""Characters; a line of verse is shorter, and a page that is narrower is rare."""


def remove_controls(text: str) -> str:
    """`text` in Unicode NFC with plain line feeds and without control characters; white space stays.

    Raises BadInput where bytes that are not UTF-8 came in as lone surrogates.
    """
    if not _needs_cleaning().search(text):
        return _to_nfc(text)
    if re.search(_SURROGATE, text):
        raise BadInput("this text is not valid UTF-8. Convert it first, with iconv for example.")
    text = text.replace("\u2029", "\n\n")
    return _to_nfc(CONTROL_CHARACTERS.sub("", re.sub(_LINE_BREAKS, "\n", re.sub(_COLOUR_CODES, "", text))))


def clean_text(text: str) -> str:
    """Text of many lines (a review, a note) as the journal stores it.

    Like `remove_controls`, and without blank lines at its beginning and white space at its end.
    Idempotent. Raises BadInput.
    """
    return re.sub(r"\A(?:[^\S\n]*\n)+", "", remove_controls(text)).rstrip()


def clean_line(text: str) -> str:
    """Text of one line (a title, a name) as the journal stores it: clean, each run of white space one space.

    Idempotent. Raises BadInput.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    return " ".join(clean_text(text).split()).strip(_INVISIBLE_EDGES)


def printable(text: str) -> str:
    """`text` with every character that could act on a terminal replaced by U+FFFD; line feeds and tabs stay.

    Needed although text is cleaned on the way in: any SQLite tool can write to the journal.
    """
    if text.isprintable():
        return text
    return re.sub(_SURROGATE, "\ufffd", CONTROL_CHARACTERS.sub("\ufffd", text))


def printable_line(text: str) -> str:
    """`text` made `printable` for one cell of a table: line feeds and tabs become spaces."""
    return printable(text.replace("\n", " ").replace("\t", " "))


def fold(text: str) -> str:
    """`text` without case and accents, to compare names and titles: `García` is `garcia`.

    All Python code compares names with this function. It is case folding, then compatibility
    decomposition (NFKD) without the accents U+0300 to U+036F, in NFC: marks of scripts in which
    they are vowels stay.

    The search index has its own folding (`SEARCH_TOKENIZER`), in SQLite. The two agree on ASCII and
    on Latin letters with accents. SQLite lower-cases letter by letter, and removes only Latin
    accents, so that `Straße`, `й`, `ά`, `ﬁ`, `Ａ` and `²` stay what they are there and become
    `strasse`, `и`, `α`, `fi`, `a` and `2` here.
    """
    text = text.casefold()
    if text.isascii():
        return text
    from unicodedata import normalize

    return normalize("NFC", re.sub(_ACCENTS, "", normalize("NFKD", text)))


def match_key(text: str) -> str:
    """The folded words of `text`, one space between them: two titles with the same key are the same title."""
    return " ".join(_words(re.sub(r"['\u2019\u02bc]", "", fold(text))))


def slug(text: str, longest: int = 80) -> str:
    """`text` as a part of a file name on any system: lower case, words joined by hyphens.

    Latin letters lose their accents, other scripts keep theirs. At most `longest` UTF-8 bytes;
    empty for a text without letters and digits.
    """
    words = "-".join(_words(_without_latin_accents(text.casefold())))
    return words.encode()[:longest].decode(errors="ignore").strip("-")


def pluralize(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun: `1 reading`, `1,204 readings`; the default for `many` is `one` with an s."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def ordinal(number: int) -> str:
    """`2nd`, `3rd`, `11th`."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def unwrap_paragraphs(text: str) -> str:
    """`text` with each paragraph of hard-wrapped prose in one line.

    A paragraph is prose if all its lines but the last are long and none is indented: verse, lists and code stay.
    """
    return "".join(map(_unwrapped, re.split(r"(\n\s*\n)", text))) if "\n" in text else text


@cache
def _needs_cleaning() -> re.Pattern[str]:
    """Matches what `remove_controls` would change; compiled on first use, because compiling it is slow."""
    return re.compile(f"{CONTROL_CHARACTERS.pattern}|{_SURROGATE}")


def _to_nfc(text: str) -> str:
    if text.isascii():
        return text
    from unicodedata import normalize

    return normalize("NFC", text)


def _words(text: str) -> list[str]:
    """The runs of letters, digits and marks: in Hindi and Thai a vowel is a mark."""
    if text.isascii():
        return re.findall(r"[^\W_]+", text)
    from unicodedata import category

    return "".join(c if c.isalnum() or category(c)[0] == "M" else " " for c in text).split()


def _without_latin_accents(text: str) -> str:
    if text.isascii():
        return text.replace("'", "")
    from unicodedata import combining, normalize

    plain = ""
    for character in normalize("NFC", re.sub(r"['\u2019]", "", text)):
        base = normalize("NFKD", character)[0]
        is_accent_of_latin = combining(character) and plain[-1:].isascii()
        plain += base if base.isascii() else "" if is_accent_of_latin else character
    return plain


def _unwrapped(paragraph: str) -> str:
    lines = paragraph.split("\n")
    is_long = all(len(line) >= _SHORTEST_PROSE_LINE for line in lines[:-1])
    is_prose = is_long and not any(line[:1].isspace() for line in lines)
    return " ".join(map(str.strip, lines)) if is_prose else paragraph
