"""Text at the door and on the way out: cleaned once when it comes in, harmless whenever it is shown."""

import re
from functools import cache

from readlog.core.errors import BadInput

_COLOUR_CODES = r"\x1b\[[0-9;:]*m"
"""What comes along when text is copied out of a coloured terminal: the one escape sequence
that is dropped whole. Of any other only the control character goes, so that no word goes with it."""

_LINE_BREAKS = "\r\n|[\r\x0b\x0c\x85\u2028]"

CONTROL_CHARACTERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
"""Controls, line and paragraph separators, bidirectional overrides and isolates, non-characters.
The direction marks U+200E and U+200F stay: Hebrew and Arabic need them, and they move nothing."""

_SURROGATE = "[\ud800-\udfff]"
_ACCENTS = "[\u0300-\u036f]"
_INVISIBLE_EDGES = " \u200b\u200c\u200d\u200e\u200f\u2060"


def remove_controls(text: str) -> str:
    """`text` in Unicode NFC with plain line feeds and no control characters; white space stays.

    Raises BadInput where bytes that are not UTF-8 came in as lone surrogates.
    """
    if not _unusual().search(text):
        return _composed(text)
    if re.search(_SURROGATE, text):
        raise BadInput("this text is not valid UTF-8. Convert it first, with iconv for example.")
    text = text.replace("\u2029", "\n\n")
    return _composed(CONTROL_CHARACTERS.sub("", re.sub(_LINE_BREAKS, "\n", re.sub(_COLOUR_CODES, "", text))))


def clean_text(text: str) -> str:
    """Text of many lines (a review, a note) as the journal keeps it.

    As `remove_controls`, and with no blank lines around it and no white space at its end.
    Cleaning what is clean changes nothing.
    """
    return _without_blank_edges(remove_controls(text))


def clean_line(text: str) -> str:
    """Text of one line (a title, a name) as the journal keeps it: clean, every run of white space one space."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    return " ".join(clean_text(text).split()).strip(_INVISIBLE_EDGES)


def printable(text: str) -> str:
    """`text` with whatever could move the cursor replaced by U+FFFD; line feeds and tabs stay.

    The journal is cleaned at the door, but any SQLite tool can write into the file.
    """
    if text.isprintable():
        return text
    return re.sub(_SURROGATE, "\ufffd", CONTROL_CHARACTERS.sub("\ufffd", text))


def printable_line(text: str) -> str:
    """`text` for one cell of a table: printable, and with no line feed and no tab."""
    return printable(text.replace("\n", " ").replace("\t", " "))


def fold(text: str) -> str:
    """`text` without case and accents, to compare names as readers do: `García` is `garcia`.

    Marks of scripts in which they are vowels stay.
    """
    text = text.casefold()
    if text.isascii():
        return text
    from unicodedata import normalize

    return normalize("NFC", re.sub(_ACCENTS, "", normalize("NFKD", text)))


def match_key(text: str) -> str:
    """`text` reduced to its folded words, to tell whether two titles are the same title."""
    return " ".join(_words(re.sub(r"['\u2019\u02bc]", "", fold(text))))


def slug(text: str, longest: int = 80) -> str:
    """`text` as a part of a file name on any system: lower case, words joined by hyphens.

    Latin letters lose their accents and other scripts keep theirs, at most `longest` UTF-8
    bytes are kept, and a text without a letter or a digit gives an empty slug.
    """
    words = "-".join(_words(_plain_latin(text.casefold())))
    return words.encode()[:longest].decode(errors="ignore").strip("-")


def _words(text: str) -> list[str]:
    """The runs of letters, digits and marks: in Hindi and Thai a vowel is a mark."""
    if text.isascii():
        return re.findall(r"[^\W_]+", text)
    from unicodedata import category

    return "".join(c if c.isalnum() or category(c)[0] == "M" else " " for c in text).split()


@cache
def _unusual() -> re.Pattern[str]:
    """What most texts have none of: one look tells that nothing is to be done. It takes a while to make."""
    return re.compile(f"{CONTROL_CHARACTERS.pattern}|{_SURROGATE}")


def _composed(text: str) -> str:
    if text.isascii():
        return text
    from unicodedata import normalize

    return normalize("NFC", text)


def _without_blank_edges(text: str) -> str:
    return re.sub(r"\A(?:[^\S\n]*\n)+", "", text).rstrip()


def _plain_latin(text: str) -> str:
    if text.isascii():
        return text.replace("'", "")
    from unicodedata import combining, normalize

    plain = ""
    for character in normalize("NFC", re.sub(r"['\u2019]", "", text)):
        base = normalize("NFKD", character)[0]
        lost = combining(character) and plain[-1:].isascii()
        plain += base if base.isascii() else "" if lost else character
    return plain


def pluralize(number: int, one: str, many: str | None = None) -> str:
    """`1 reading`, `1,204 readings`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def ordinal(number: int) -> str:
    """`2nd`, `3rd`, `11th`."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


_LONG = 50
"""Characters; a line of verse is shorter, and a page that is narrower is rare."""


def unwrap_paragraphs(text: str) -> str:
    """`text` with each paragraph of prose in one line: all its lines but the last are long, and none is set in."""
    return "".join(_joined(part) for part in re.split(r"(\n\s*\n)", text)) if "\n" in text else text


def _joined(paragraph: str) -> str:
    lines = paragraph.split("\n")
    is_prose = all(len(line) >= _LONG for line in lines[:-1]) and not any(line[:1].isspace() for line in lines)
    return " ".join(map(str.strip, lines)) if is_prose else paragraph
