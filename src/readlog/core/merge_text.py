"""A text that two have changed: the lines of both where they can be brought together, and else both between markers.

The library for it, merge3, is under the GPL, and readlog is not.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from readlog.core.errors import BadInput

YOURS, OR, THEIRS = "<<<<<<< yours", "======= or", ">>>>>>> in the journal"
"""The lines between which two texts stand of which one is to be chosen."""

_MOST_LINES = 20_000
"""Lines that are compared; of longer texts what differs stands in one piece."""

_Spans = tuple[slice, slice, slice]


def merge_texts(base: str, ours: str, theirs: str) -> tuple[str, bool]:
    """Both changes of `base` together, and whether there are markers in it because both have changed the same lines."""
    texts = [text.split("\n") for text in (base, ours, theirs)]
    lines, is_conflict = list[str](), False
    for spans in _chunks(*texts):
        before, one, other = (text[span] for text, span in zip(texts, spans, strict=True))
        if other in (one, before):
            lines += one
        elif one == before:
            lines += other
        else:
            lines += [YOURS, *one, OR, *other, THEIRS]
            is_conflict = True
    return "\n".join(lines), is_conflict


def mark_differences(ours: str, theirs: str) -> str:
    """One text out of two, with both versions between markers wherever they differ."""
    one, other = ours.split("\n"), theirs.split("\n")
    lines = list[str]()
    done = (0, 0)
    for at, of_other in [*_common(one, other), (len(one), len(other))]:
        if done != (at, of_other):
            lines += [YOURS, *one[done[0] : at], OR, *other[done[1] : of_other], THEIRS]
        lines += one[at : at + 1]
        done = (at + 1, of_other + 1)
    return "\n".join(lines)


def check_no_markers(text: str, before: str, lines_above: int = 0) -> None:
    """Raises BadInput for a marker left in `text`, unless `before` has had such a line; it counts `lines_above` too."""
    for number, line in enumerate(text.split("\n"), 1 + lines_above):
        if line.rstrip() in (YOURS, OR, THEIRS) and line.rstrip() not in before.split("\n"):
            raise BadInput(
                f'line {number}: two texts stand between markers. Keep what you want of them, and remove "{line}".'
            )


def _chunks(base: Sequence[str], ours: Sequence[str], theirs: Sequence[str]) -> Iterator[_Spans]:
    """Pieces of the three in their order: a line that all have, then what stands before the next such line."""
    of_ours, of_theirs = dict(_common(base, ours)), dict(_common(base, theirs))
    stable = [(at, of_ours[at], of_theirs[at]) for at in of_ours if at in of_theirs]
    ends = [(-1, -1, -1), *stable, (len(base), len(ours), len(theirs))]
    for last, this in pairwise(ends):
        yield _spans([each + 1 for each in last], this)
        yield _spans(this, [each + 1 for each in this])


def _spans(begins: Sequence[int], ends: Sequence[int]) -> _Spans:
    one, two, three = (slice(begin, end) for begin, end in zip(begins, ends, strict=True))
    return one, two, three


def _common(one: Sequence[str], other: Sequence[str]) -> list[tuple[int, int]]:
    """The numbers of the lines that both have in the same order, in either."""
    shortest = min(len(one), len(other))
    head = next((at for at in range(shortest) if one[at] != other[at]), shortest)
    tail = next((at for at in range(shortest - head) if one[-1 - at] != other[-1 - at]), shortest - head)
    return [
        *((at, at) for at in range(head)),
        *_common_inside(one, other, head, tail),
        *((len(one) - at, len(other) - at) for at in range(tail, 0, -1)),
    ]


def _common_inside(one: Sequence[str], other: Sequence[str], head: int, tail: int) -> list[tuple[int, int]]:
    """Of what differs between the first `head` lines and the last `tail` ones."""
    from difflib import SequenceMatcher

    inside, of_other = one[head : len(one) - tail], other[head : len(other) - tail]
    if not inside or not of_other or max(len(inside), len(of_other)) > _MOST_LINES:
        return []
    blocks = SequenceMatcher(None, inside, of_other).get_matching_blocks()
    return [(head + begin + at, head + at_other + at) for begin, at_other, size in blocks for at in range(size)]
