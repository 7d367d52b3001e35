"""Editing an exported Markdown document around what a user added: entries of its front matter, passages of its text."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from readlog.core.errors import BadInput

if TYPE_CHECKING:
    from yaml.nodes import MappingNode, Node

_DOCUMENT = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)

Span = tuple[int, int]


def split_document(text: str) -> tuple[str, str]:
    """The front matter of a document, without the lines of `---`, and the text below it. Raises BadInput."""
    match = _DOCUMENT.match(text)
    if not match:
        raise BadInput("the fields must stand first, between two lines of ---.")
    return match[1], text[match.end() :]


def extract_entries(front: str, is_wanted: Callable[[str], bool]) -> str:
    """The lines of the entries of front matter whose names are wanted, each with the comments directly above it.

    All other comments come first. Raises BadInput where the entries are not on lines of their own.
    """
    root = _parse_mapping(front)
    begins = [key.start_mark.index for key, _ in root.value]
    if any(begin and front[begin - 1] != "\n" for begin in begins) or root.flow_style:
        raise BadInput("the fields do not stand on lines of their own.")
    comments = list(_find_comments(front, sorted(_scalar_spans(root, front))))
    begins = [_start_with_comments(front, begin, {begin for begin, _ in comments}) for begin in begins]
    chunks = list(zip(begins, [*begins[1:], len(front)], strict=True))
    wanted = [chunk for chunk, (key, _) in zip(chunks, root.value, strict=True) if is_wanted(str(key.value))]
    loose = [front[begin:end] + "\n" for begin, end in comments if not _is_within(begin, wanted)]
    return "".join(loose) + "".join(front[begin:end] for begin, end in wanted)


def _parse_mapping(front: str) -> "MappingNode":
    from yaml import MappingNode, SafeLoader, YAMLError, compose

    try:
        root = compose(front, Loader=SafeLoader)
    except (YAMLError, RecursionError) as error:
        raise BadInput("the front matter is not understood.") from error
    if not isinstance(root, MappingNode):
        raise BadInput("the front matter has no fields.")
    return root


def _scalar_spans(node: "Node", front: str) -> Iterator[Span]:
    """The places of all scalars; of a block scalar without its first line, which may end in a comment."""
    from yaml import ScalarNode, SequenceNode

    if isinstance(node, ScalarNode):
        begin, end = node.start_mark.index, node.end_mark.index
        yield (_line_end(front, begin) if node.style in ("|", ">") else begin), end
        return
    pairs = node.value if isinstance(node, SequenceNode) else [item for pair in node.value for item in pair]
    for item in pairs:
        yield from _scalar_spans(item, front)


def _find_comments(front: str, scalars: list[Span]) -> Iterator[Span]:
    """The places of comments: from a `#` outside of all scalars to the end of its line."""
    begins = [begin for begin, _ in scalars]
    at = front.find("#")
    while at >= 0:
        before = bisect_right(begins, at) - 1
        if before >= 0 and at < scalars[before][1]:
            at = front.find("#", scalars[before][1])
            continue
        end = _line_end(front, at)
        yield at, end
        at = front.find("#", end)


def _start_with_comments(front: str, begin: int, comments: set[int]) -> int:
    """Where an entry begins together with the comments directly above it that are not indented."""
    while begin:
        line = front.rfind("\n", 0, begin - 1) + 1
        if line not in comments:
            break
        begin = line
    return begin


def _is_within(at: int, chunks: list[Span]) -> bool:
    before = bisect_right(chunks, (at, len(chunks) and chunks[-1][1])) - 1
    return before >= 0 and at < chunks[before][1]


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def has_passage(page: str, passage: str) -> bool:
    """True if the passage is on the page, separate from other text (see `replace_passage`), or is empty."""
    passage = passage.strip("\n")
    return not passage or any(_is_separate(page, at, passage) for at in _find_passage(page, passage))


def replace_passage(page: str, old: str | None, new: str) -> str:
    """The page with `new` in place of the passage `old`; `old` is None where it is not known.

    If `old` is empty, `new` comes first on the page. Raises BadInput where the old passage cannot be told from
    other text: it is missing, there more than once, or not separated by an empty line, a heading or the edge of
    the page.
    """
    if old is None or old == new:
        if has_passage(page, new):
            return page
        raise BadInput("its review is not there any more.")
    if not old:
        return page if has_passage(page, new) else _put_first(page, new)
    places = _find_passage(page, old)
    if not places and has_passage(page, new):
        return page
    if len(places) != 1 or not _is_separate(page, places[0], old):
        raise BadInput("it cannot be told which words are the review.")
    with_new = page[: places[0]] + new + page[places[0] + len(old) :]
    return with_new if with_new.strip() else ""


def _put_first(page: str, passage: str) -> str:
    if not page.strip():
        return f"\n{passage}\n"
    return f"\n{passage}\n{page}" if page.startswith("\n") else f"\n{passage}\n\n{page}"


def _find_passage(page: str, passage: str) -> list[int]:
    """The offsets at which the passage is on the page as whole lines."""
    lines, wanted = f"\n{page}\n", f"\n{passage}\n"
    places: list[int] = []
    at = lines.find(wanted)
    while at >= 0:
        places.append(at)
        at = lines.find(wanted, at + 1)
    return places


def _is_separate(page: str, at: int, passage: str) -> bool:
    above = page[: max(at - 1, 0)].rpartition("\n")[2]
    below = page[at + len(passage) + 1 :].partition("\n")[0]
    return all(not line.strip() or line.startswith("#") for line in (above, below))
