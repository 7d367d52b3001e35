"""A review inside of a page on which somebody has written too: found by its lines, and put in place of another."""

from readlog.core.errors import BadInput


def has_passage(page: str, passage: str) -> bool:
    """Whether the passage stands on the page, parted from what else is there; an empty one stands everywhere."""
    passage = passage.strip("\n")
    return not passage or any(_stands_alone(page, at, passage) for at in _places(page, passage))


def with_passage(page: str, old: str | None, new: str) -> str:
    """The page with the passage `new` in place of `old`, and all else as it is; `old` is None where it is not known.

    Where nothing stood, the new one comes on top. Raises BadInput where it cannot be told what
    belongs to the old one: it is not there, or several times, or somebody has written on in it.
    """
    if old is None or old == new:
        if has_passage(page, new):
            return page
        raise BadInput("its review is not there any more.")
    if not old:
        return page if has_passage(page, new) else _on_top(page, new)
    places = _places(page, old)
    if not places and has_passage(page, new):
        return page
    if len(places) != 1 or not _stands_alone(page, places[0], old):
        raise BadInput("it cannot be told which words are the review.")
    with_new = page[: places[0]] + new + page[places[0] + len(old) :]
    return with_new if with_new.strip() else ""


def _on_top(page: str, passage: str) -> str:
    if not page.strip():
        return f"\n{passage}\n"
    return f"\n{passage}\n{page}" if page.startswith("\n") else f"\n{passage}\n\n{page}"


def _places(page: str, passage: str) -> list[int]:
    """Where on the page the lines of the passage stand."""
    lines, wanted = f"\n{page}\n", f"\n{passage}\n"
    places: list[int] = []
    at = lines.find(wanted)
    while at >= 0:
        places.append(at)
        at = lines.find(wanted, at + 1)
    return places


def _stands_alone(page: str, at: int, passage: str) -> bool:
    """Whether an empty line, a heading or the edge of the page stands on both sides of a passage."""
    above = page[: max(at - 1, 0)].rpartition("\n")[2]
    below = page[at + len(passage) + 1 :].partition("\n")[0]
    return all(not line.strip() or line.startswith("#") for line in (above, below))
