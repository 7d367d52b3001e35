"""Lines of prose that were broken to fit another page flow anew; lines of verse stay."""

import re

_LONG = 50
"""Characters; a line of verse is shorter, and a page that is narrower is rare."""


def flowing(text: str) -> str:
    """`text` with each paragraph of prose in one line: all its lines but the last are long, and none is set in."""
    return "".join(_joined(part) for part in re.split(r"(\n\s*\n)", text)) if "\n" in text else text


def _joined(paragraph: str) -> str:
    lines = paragraph.split("\n")
    is_prose = all(len(line) >= _LONG for line in lines[:-1]) and not any(line[:1].isspace() for line in lines)
    return " ".join(map(str.strip, lines)) if is_prose else paragraph
