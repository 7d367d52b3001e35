"""Three-way merge of texts by lines, with both versions between markers where they conflict.

Written here because the library for it, merge3, is under the GPL, and readlog is not.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from readlog.core.errors import BadInput

YOURS, OR, THEIRS = "<<<<<<< yours", "======= or", ">>>>>>> in the journal"
"""The lines before, between and after two versions in conflict."""

_MOST_LINES = 20_000
"""The longest difference, in lines, that is compared line by line; a longer one is a single conflict."""

_SliceTriple = tuple[slice, slice, slice]


def merge_texts(base: str, ours: str, theirs: str) -> tuple[str, bool]:
    """The text with the changes of both sides, and True if both changed the same lines, so that it has markers."""
    texts = [text.split("\n") for text in (base, ours, theirs)]
    lines, is_conflict = list[str](), False
    for spans in _align(*texts):
        old, our, their = (text[span] for text, span in zip(texts, spans, strict=True))
        if their in (our, old):
            lines += our
        elif our == old:
            lines += their
        else:
            lines += [YOURS, *our, OR, *their, THEIRS]
            is_conflict = True
    return "\n".join(lines), is_conflict


def mark_differences(ours: str, theirs: str) -> str:
    """One text with both versions between markers wherever two texts differ."""
    our_lines, their_lines = ours.split("\n"), theirs.split("\n")
    lines = list[str]()
    done = (0, 0)
    for our_at, their_at in [*_common_lines(our_lines, their_lines), (len(our_lines), len(their_lines))]:
        if done != (our_at, their_at):
            lines += [YOURS, *our_lines[done[0] : our_at], OR, *their_lines[done[1] : their_at], THEIRS]
        lines += our_lines[our_at : our_at + 1]
        done = (our_at + 1, their_at + 1)
    return "\n".join(lines)


def check_no_markers(text: str, before: str, lines_above: int = 0) -> None:
    """Raise BadInput for a marker left in `text` that is not also a line of `before`.

    The message has the number of the line; `lines_above` is the number of lines above the text.
    """
    for number, line in enumerate(text.split("\n"), 1 + lines_above):
        if line.rstrip() in (YOURS, OR, THEIRS) and line.rstrip() not in before.split("\n"):
            raise BadInput(
                f'line {number}: two texts stand between markers. Keep what you want of them, and remove "{line}".'
            )


def _align(base: Sequence[str], ours: Sequence[str], theirs: Sequence[str]) -> Iterator[_SliceTriple]:
    """The slices of the three texts that belong together: a line that all have, then what is before the next one."""
    of_ours, of_theirs = dict(_common_lines(base, ours)), dict(_common_lines(base, theirs))
    stable = [(at, of_ours[at], of_theirs[at]) for at in of_ours if at in of_theirs]
    ends = [(-1, -1, -1), *stable, (len(base), len(ours), len(theirs))]
    for last, this in pairwise(ends):
        yield _slices([each + 1 for each in last], this)
        yield _slices(this, [each + 1 for each in this])


def _slices(begins: Sequence[int], ends: Sequence[int]) -> _SliceTriple:
    one, two, three = (slice(begin, end) for begin, end in zip(begins, ends, strict=True))
    return one, two, three


def _common_lines(one: Sequence[str], other: Sequence[str]) -> list[tuple[int, int]]:
    """The indexes, in each text, of the lines that both have in the same order."""
    shortest = min(len(one), len(other))
    head = next((at for at in range(shortest) if one[at] != other[at]), shortest)
    tail = next((at for at in range(shortest - head) if one[-1 - at] != other[-1 - at]), shortest - head)
    return [
        *((at, at) for at in range(head)),
        *_common_lines_between(one, other, head, tail),
        *((len(one) - at, len(other) - at) for at in range(tail, 0, -1)),
    ]


def _common_lines_between(one: Sequence[str], other: Sequence[str], head: int, tail: int) -> list[tuple[int, int]]:
    """The same for what is between the first `head` lines and the last `tail` lines."""
    from difflib import SequenceMatcher

    inside, of_other = one[head : len(one) - tail], other[head : len(other) - tail]
    if not inside or not of_other or max(len(inside), len(of_other)) > _MOST_LINES:
        return []
    blocks = SequenceMatcher(None, inside, of_other).get_matching_blocks()
    return [(head + begin + at, head + at_other + at) for begin, at_other, size in blocks for at in range(size)]
