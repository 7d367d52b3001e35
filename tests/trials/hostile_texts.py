"""Texts that have broken programs, put together at random: for terminals, SQL, FTS, YAML, spreadsheets, file names."""

import random
from collections.abc import Sequence

from tests.given import HOSTILE

PIECES: dict[str, Sequence[str]] = {
    "escapes": ("\x1b[31m", "\x1b[0m", "\x1b[2J", "\x1b[H", "\x1b]0;title\x07", "\x1b]8;;http://x\x1b\\", "\x1bP", "\x1b_", "\x1b(0", "\x1b[?1049h", "\x1b[6n", "\x1b"),
    "C1": ("\x9b31m", "\x9d0;x\x9c", "\x90", "\x85", "\x80", "\x9f"),
    "controls": ("\x00", "\x07", "\x08", "\r", "\x0b", "\x0c", "\x1f", "\x7f", "\t", "\n", "\x1a", "\x04"),
    "direction": ("\u202e", "\u202d", "\u202c", "\u2066", "\u2067", "\u2069", "\u200f", "\u061c"),
    "invisible": ("\u2028", "\u2029", "\ufeff", "\u200b", "\u200d", "\u2060", "\ufffe", "\uffff", "\U000e0041", "\u00ad"),
    "surrogates": ("caf\udce9", "\udcff", "\ud800", "\udc80\udc81"),
    "markup": ("[red]", "[/red]", "[/]", "[link=http://x]", "[rec]", ":smile:", "\\[", "[@click=x]", "||", "<b>", "<!-- readlog: next reading -->", "&amp;"),
    "SQL": ("'; DROP TABLE readings; --", '" OR 1=1', "%", "_", "NULL", "x'00'", "?1", ":a", "\\"),
    "FTS": ('"', "NEAR(", "AND", "OR", "NOT", "*", "^", "title:", "-", "(", ")", "{a b}:"),
    "YAML": ("---", "--- ", "...", ": ", " #", "- ", "&a", "*a", "!!python/object", "!", "|", ">", "? ", "{", "[", "~", "null", "no", "%YAML", "@", "`", "<<"),
    "CSV": ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "=cmd|' /C calc'!A0", "＝1", "＋1", "－1", "＠x", "'=1", "''=1", ",", ";", '"', '""', '=HYPERLINK("x")'),
    "paths": ("../", "../../etc/passwd", "/etc/passwd", "..\\", "C:\\", "~", "~/", ".", "..", "CON", "NUL.md", "a/b", "$HOME", "`id`", "$(id)", "|id", ";id", "file://", "a" * 300),
    "letters": ("雪国", "é", "e\u0301", "שלום", "שָׁלוֹם", "👩\u200d👧", "ﬁ", "İ", "ß", "Ǆ", "\U0001d54f", "Пётр", "z\u0335\u0336\u0337" * 8),
    "words": ("Dune", "the bread", "a", "1984", "0", "-0", "1e999", "true"),
}  # fmt: skip
_KINDS = tuple(PIECES)


class Hostile:
    """One who makes such texts, the same ones for the same chance, and counts them."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self.made = 0

    def text(self, lines: int = 1) -> str:
        """A text of pieces of all kinds."""
        self.made += 1
        if self._chance.random() < 0.05:
            return self._chance.choice(HOSTILE)
        parts = [self._line() for _ in range(self._chance.randint(1, lines))]
        return "\n".join(parts)

    def whole(self, lines: int = 1) -> str:
        """A text that is Unicode: without halves of characters."""
        return self.text(lines).encode(errors="ignore").decode()

    def name(self) -> str:
        """A name that a file can have, or that an archive says."""
        return (self.whole().replace("\0", "") or "x")[:60]

    def _line(self) -> str:
        pieces = [self._chance.choice(PIECES[self._chance.choice(_KINDS)]) for _ in range(self._chance.randint(1, 5))]
        return self._chance.choice(("", " ", "x")).join(pieces)
