"""What is named in figures, on a terminal: a label, title and author, stars, and what is said of it."""

from collections.abc import Iterator

from rich.cells import cell_len
from rich.text import Text

from readlog.stats.charts import Line, Lines
from readlog.ui.console import QUIET, STARS, TITLE, cut, text, title_and_author

_GAP = 2
_WORDS_SHARE = 0.4
"""Of the width, for words that would take more: somebody may have given up in a chapter with a long name."""
_NARROWEST = 16
"""Columns for title and author below which the words stand in a line of their own."""


def named_lines(section: Lines, width: int) -> Iterator[Text]:
    """A line each; where words and names do not fit into one, the words come below."""
    lines = [line._replace(words=cut(line.words, int(width * _WORDS_SHARE))) for line in section.lines]
    columns = zip(*((line.label, line.stars, line.words) for line in lines), strict=True)
    before, stars, words = (max(map(cell_len, column)) for column in columns)
    longest = max(map(_name_width, lines))
    left = width - sum(column + _GAP for column in (before, stars) if column)
    behind = words + _GAP if words else 0
    beside = left - behind >= min(_NARROWEST, longest)
    names = min(max(left - behind if beside else left, 1), longest)
    for line in lines:
        shown = Text.assemble((f"{line.label:{before}}{'':{_GAP}}" if before else "", QUIET))
        shown.append_text(_name(line, names))
        shown.append(f"{'':{_GAP}}{line.stars:{stars}}" if stars else "", STARS)
        if words and beside:
            indent = _GAP + (words - cell_len(line.words) if section.numbers else 0)
            shown.append_text(text(" " * indent + line.words, QUIET))
        shown.rstrip()
        yield shown
        if words and not beside and line.words:
            yield text(" " * (before + _GAP if before else _GAP) + line.words, QUIET)


def _name_width(line: Line) -> int:
    return cell_len(line.title) + (len(", ") if line.title and line.authors else 0) + cell_len(line.authors)


def _name(line: Line, width: int) -> Text:
    """Title and author, or an author alone, in exactly so many columns."""
    if line.title:
        title, author = title_and_author(line.title, line.authors, width)
        shown = Text.assemble((title, TITLE), author)
    else:
        shown = Text(cut(line.authors, width))
    return shown.append(" " * max(width - shown.cell_len, 0))
