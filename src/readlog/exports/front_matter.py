"""The front matter of a note that several hands write in: which lines are whose, to the letter."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from readlog.core.errors import BadInput

if TYPE_CHECKING:
    from yaml.nodes import MappingNode, Node

_DOCUMENT = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)

Span = tuple[int, int]


def split(text: str) -> tuple[str, str]:
    """The front matter of a document, without the lines around it, and what stands below. Raises BadInput."""
    match = _DOCUMENT.match(text)
    if not match:
        raise BadInput("the fields must stand first, between two lines of ---.")
    return match[1], text[match.end() :]


def kept_lines(front: str, is_theirs: Callable[[str], bool]) -> str:
    """The lines of those entries whose names are `theirs`, with the comments above them, behind all other comments.

    Raises BadInput where the entries do not stand below each other.
    """
    root = _root(front)
    begins = [key.start_mark.index for key, _ in root.value]
    if any(begin and front[begin - 1] != "\n" for begin in begins) or root.flow_style:
        raise BadInput("the fields do not stand on lines of their own.")
    comments = list(_comments(front, sorted(_scalars(root, front))))
    begins = [_above(front, begin, {begin for begin, _ in comments}) for begin in begins]
    chunks = list(zip(begins, [*begins[1:], len(front)], strict=True))
    theirs = [chunk for chunk, (key, _) in zip(chunks, root.value, strict=True) if is_theirs(str(key.value))]
    loose = [front[begin:end] + "\n" for begin, end in comments if not _is_within(begin, theirs)]
    return "".join(loose) + "".join(front[begin:end] for begin, end in theirs)


def _root(front: str) -> "MappingNode":
    from yaml import MappingNode, SafeLoader, YAMLError, compose

    try:
        root = compose(front, Loader=SafeLoader)
    except (YAMLError, RecursionError) as error:
        raise BadInput("the front matter is not understood.") from error
    if not isinstance(root, MappingNode):
        raise BadInput("the front matter has no fields.")
    return root


def _scalars(node: "Node", front: str) -> Iterator[Span]:
    """Where scalars stand; of a block only what is below its first line, which can have a comment."""
    from yaml import ScalarNode, SequenceNode

    if isinstance(node, ScalarNode):
        begin, end = node.start_mark.index, node.end_mark.index
        yield (_line_end(front, begin) if node.style in ("|", ">") else begin), end
        return
    pairs = node.value if isinstance(node, SequenceNode) else [item for pair in node.value for item in pair]
    for item in pairs:
        yield from _scalars(item, front)


def _comments(front: str, scalars: list[Span]) -> Iterator[Span]:
    """Where comments stand: what begins with a sharp outside of every scalar."""
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


def _above(front: str, begin: int, comments: set[int]) -> int:
    """Where the comments begin that stand on lines of their own directly above a field, not indented."""
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
