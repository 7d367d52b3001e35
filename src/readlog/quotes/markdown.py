"""Quotes as text: many at a time as somebody types or pastes them, and as Markdown for others to read.

Typed or pasted, quotes are parted by lines of `---`. A quote is the passage, and may end in a line
that says where it stands, and a remark: `p. 133`, `-- p. 133: remark`, `location 2040`,
`p. 133, location 2040`, `remark: ...`. What has `> ` in front is the passage whatever it says; what
is not understood belongs to the passage too, so that nothing is lost.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from readlog.core.errors import BadInput
from readlog.core.model import Quote
from readlog.core.spoilers import render_spoilers
from readlog.core.text import clean_text, printable, printable_line, remove_controls, unwrap_paragraphs
from readlog.quotes.results import BookQuote
from readlog.ui.edit_form import SCISSORS

NEXT = "---"

_ROMAN = "(?=[ivxlc])c{0,3}(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})"
_PAGE = rf"[0-9]+(?:ff?|[a-z])?(?:[-–][0-9]+[a-z]?)?|(?<=[.\s]){_ROMAN}(?:[-–]{_ROMAN})?"
"""Pages of a preface have Roman numbers, apart from the word before them: `pill` and `Page d` are no pages."""
_LOCATION = r"[0-9]+(?:[-–][0-9]+)?%?"
_WHERE = re.compile(
    rf"""(?:(?:--|—|–)\s*)?
    (?:(?:pp?\.?|pages?)\s*(?P<page>{_PAGE})(?:,?\s*(?=loc))?)?
    (?:loc(?:ation|\.)?\s*(?P<location>{_LOCATION}))?
    (?:\s*:\s(?P<remark>.*\S.*))?\s*""",
    re.VERBOSE | re.IGNORECASE,
)
_REMARK = re.compile(r"(?:(?:--|—|–)\s*)?remark:\s(?P<remark>.*\S.*)")
_FIELD = re.compile(r"(page|location): (.+)")
_INDENT = "  "
"""In front of the further lines of a remark, so that none of them parts two quotes or belongs to a passage."""

_ACTIVE = re.compile(r"(?<!\\)((?:\\\\)*)([<\[\]`]|&(?=#?\w+;))")
"""What is more than emphasis in Markdown, unless it has its backslash already."""
_PERHAPS_ACTIVE = re.compile(r"[<\[\]`&]")
"""Most lines have none of these, and a search for one sign is the fastest."""
_ANY_SIGN = re.compile(r"([\\`*_{}\[\]<>#|~&])")
_BEGINS_A_BLOCK = re.compile(r"(?=[#>]|[-+*](?:\s|$)|~~~|[-=|:+*_~\s]+$)")
_NUMBERED = re.compile(r"\A([0-9]+)([.)])(?=\s|$)")


def read_quotes(text: str) -> list[Quote]:
    """The quotes in a text, in their order; none where it is blank. Raises BadInput for what is no Unicode."""
    lines = remove_controls(text).split("\n")
    return [quote for block in _blocks(lines) if (quote := _quote(block))]


def write_quotes(quotes: Iterable[Quote]) -> str:
    """Quotes as `read_quotes` reads them, but for what the journal gives them: uid and moment."""
    return f"{NEXT}\n\n".join(map(_block, quotes))


def write_markdown(quotes: Iterable[BookQuote], *, spoilers: bool) -> Iterator[str]:
    """Each quote as `to_markdown` has it, with an empty line between two."""
    for number, kept in enumerate(quotes):
        yield ("\n" if number else "") + to_markdown(kept, spoilers=spoilers)


def to_markdown(kept: BookQuote, *, spoilers: bool) -> str:
    """A quote as a block quote, with the book, who wrote it and where it stands, and the remark below.

    Emphasis is that of the passage; whatever else in it means something to Markdown is text here.
    """
    source = [f"*{_escaped(kept.title)}*", *map(_escaped, kept.authors), *_places(kept, _escaped)]
    passage = [*_lines(render_spoilers(kept.text, reveal=spoilers)), "", f"— {', '.join(source)}"]
    blocks = ["\n".join(f"> {line}".rstrip() if not line.strip() else f"> {line}" for line in passage)]
    if kept.remark:
        blocks.append("\n".join(_lines(render_spoilers(kept.remark, reveal=spoilers))))
    return "\n\n".join(blocks)


def _blocks(lines: Iterable[str]) -> Iterator[list[str]]:
    """The lines between those of `---`."""
    block: list[str] = []
    for line in lines:
        if line.rstrip() == NEXT:
            yield block
            block = []
        else:
            block.append(line)
    yield block


def _quote(lines: list[str]) -> Quote | None:
    lines = clean_text("\n".join(lines)).split("\n")
    if not any(lines):
        return None
    is_marked = lines[0].startswith(">")
    end = max(place for place, line in enumerate(lines) if line.startswith(">")) + 1 if is_marked else len(lines) - 1
    passage = clean_text("\n".join(_unmarked(line) if is_marked else line for line in lines[:end]))
    where = _marked_where(lines[end:]) if is_marked else _where(lines[end])
    if passage and where is not None:
        return Quote(passage, **where)
    text = clean_text("\n".join(map(_unmarked, lines) if is_marked else lines))
    return Quote(text) if text else None


def _unmarked(line: str) -> str:
    return line.removeprefix(">").removeprefix(" ") if line.startswith(">") else line


def _where(line: str) -> dict[str, str] | None:
    """What a line says of a place, and a remark; None where it is no such line."""
    line = line.lstrip()
    found = _REMARK.fullmatch(line) or _WHERE.fullmatch(line)
    said = {key: value for key, value in found.groupdict().items() if value} if found else {}
    return said if found and (found.re is _REMARK or said.keys() - {"remark"}) else None


def _marked_where(lines: Sequence[str]) -> dict[str, str] | None:
    """What the lines below a passage say, where the passage is marked: a field a line too, a remark of many lines."""
    left = clean_text("\n".join(lines)).split("\n")
    said: dict[str, str] = {}
    while left and (field := _FIELD.fullmatch(left[0])) and field[1] not in said:
        said[field[1]] = field[2]
        left = left[1:]
    if not any(left):
        return said
    where = _where(left[0])
    if where is None or where.keys() & said.keys() or (left[1:] and "remark" not in where):
        return None
    said |= where
    if left[1:]:
        said["remark"] = "\n".join([said["remark"], *(line.removeprefix(_INDENT) for line in left[1:])])
    return said


def _block(quote: Quote) -> str:
    passage = "\n".join(f"> {line}" if line else ">" for line in quote.text.split("\n"))
    below = "\n".join(_below(quote))
    return f"{passage}\n\n{below}\n\n" if below else f"{passage}\n\n"


def _below(quote: Quote) -> Iterator[str]:
    """Where it stands and the remark, in one line where that would be read as it is meant."""
    first, *others = (quote.remark or "").split("\n")
    where = ", ".join(_places(quote))
    together = f"{where}: {first}" if first else where
    said = {"page": quote.page, "location": quote.location, "remark": first or None}
    if where and _where(together) == {key: value for key, value in said.items() if value}:
        yield together
    else:
        yield from (f"{key}: {said[key]}" for key in said if said[key])
    yield from (_INDENT + line if line else "" for line in others)


def _places(quote: Quote | BookQuote, written: Callable[[str], str] = str) -> list[str]:
    page = [f"p. {written(quote.page)}"] if quote.page else []
    return page + ([f"location {written(quote.location)}"] if quote.location else [])


def _lines(text: str) -> list[str]:
    """The lines of a text in Markdown, in which they stay lines of their own; nothing in them acts on a terminal."""
    lines = [_line(line) for line in unwrap_paragraphs(printable(text)).split("\n")]
    if len(lines) == 1:
        return lines
    return [
        f"{line}  " if line.strip() and after.strip() else line
        for line, after in zip(lines, [*lines[1:], ""], strict=True)
    ]


def _line(line: str) -> str:
    """A line that is no heading, no item, no code, no table: indented by blanks that do not break."""
    words = line.strip()
    if _PERHAPS_ACTIVE.search(words):
        words = _ACTIVE.sub(r"\1\\\2", words)
    indent = "\u00a0" * (len(line) - len(line.lstrip())) if words else ""
    if _BEGINS_A_BLOCK.match(words):
        words = f"\\{words}"
    return indent + (_NUMBERED.sub(r"\1\\\2", words) if words[:1].isdecimal() else words)


def _escaped(text: str) -> str:
    """A text of one line, of which no sign means anything to Markdown."""
    return _ANY_SIGN.sub(r"\\\1", printable_line(text))


_ERROR = re.compile(r"^<!-- readlog: .* -->$\n?", re.MULTILINE)
_HEADING = "Quotes of "
_INSTRUCTIONS = """
stand above the scissors line, one or many, with a line of --- between two.
The last line of a quote may say where it stands, and a remark:
p. 133    or    location 2040    or    p. 133: what I thought of it
A line with > in front is the passage, whatever it says.
Save and close the editor to keep them; leave it empty to keep nothing.
"""


def write_form(name: str) -> str:
    """The empty form in which the user types quotes of the book with this name."""
    return f"\n\n{SCISSORS}\n{_HEADING}{printable_line(name)}\n{_INSTRUCTIONS.lstrip()}"


def read_form(form: str) -> str:
    """The text that was typed above the scissors line. Raises BadInput if there is other text below it."""
    above, below = _split_form(form)
    if below:
        raise BadInput(f'what stands below the scissors line is not kept: "{below[0].strip()[:40]}". Write above it.')
    return above


def without_instructions(form: str) -> str:
    """The text that was typed, also below the scissors line."""
    above, below = _split_form(form)
    return "\n---\n".join((above, "\n".join(below))) if below else above


def _split_form(form: str) -> tuple[str, list[str]]:
    """The text above the scissors line without errors, and the lines below it that are no instructions."""
    text = _ERROR.sub("", form.replace("\r\n", "\n"))
    above, scissors, below = text.rpartition(SCISSORS)
    return (above, [line for line in below.split("\n") if not _is_instruction(line)]) if scissors else (text, [])


def _is_instruction(line: str) -> bool:
    return not line.strip() or line.startswith(_HEADING) or line.strip() in _INSTRUCTIONS.split("\n")
