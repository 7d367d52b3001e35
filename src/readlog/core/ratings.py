"""Ratings from 0.25 to 5 stars, in quarters. No rating is None, never 0."""

import re

from readlog.core.errors import BadInput

_UNIT = 10_000
"""Ratings are computed in ten-thousandths of a star, as integers, so that nothing is ever rounded."""

_FRACTIONS = {"": 0, "¼": 2_500, "½": 5_000, "¾": 7_500}
_FRACTION_SIGNS = ("", "¼", "½", "¾")

_STARS = r"([★⭐*]*)([¼½¾]?)[☆✩]*"
_NUMBER = r"([0-9]{1,4})?(?:[.,]([0-9]{1,4}))?\s*([¼½¾]?)(?:\s*(?:/|out of)\s*([0-9]{1,3}))?(?:\s*stars?)?"
"""Compiled on first use: most commands only show ratings."""


def parse_rating(text: str) -> float:
    """Stars from `4.5`, `4,5`, `4½`, `★★★★½`, `9/10`, `4 stars`; raises BadInput for anything else."""
    parts = _number_and_scale(text.strip().replace("\ufe0f", "").casefold())
    if parts is None:
        raise BadInput(f'"{text}" is not a rating. Write 0.25 to 5 stars, as 4.5, 4½, ★★★★½ or 9/10.')
    number, scale = parts
    if number == 0:
        raise BadInput("0 is not a rating. Leave the rating out where there is none.")
    quarters, rest = divmod(number * 20, scale * _UNIT)
    if quarters > 20 or (quarters == 20 and rest) or quarters == 0:
        raise BadInput(f'"{text}" is out of range: ratings go from 0.25 to 5 stars.')
    if rest:
        raise BadInput(
            f'"{text}" is not a quarter of a star. The nearest are {quarters / 4:g} and {(quarters + 1) / 4:g}.'
        )
    return quarters / 4


def show_stars(rating: float) -> str:
    """A rating as stars: 4.25 is `★★★★¼`."""
    whole, quarters = divmod(round(rating * 4), 4)
    return "★" * whole + _FRACTION_SIGNS[quarters]


def _number_and_scale(text: str) -> tuple[int, int] | None:
    """The number, in ten-thousandths, and the highest on its scale: `9/10` is (90000, 10)."""
    if (stars := re.fullmatch(_STARS, text)) and (stars[1] or stars[2]):
        return len(stars[1]) * _UNIT + _FRACTIONS[stars[2]], 5
    match = re.fullmatch(_NUMBER, text)
    if not match or not any(match.group(1, 2, 3)) or (match[2] and match[3]):
        return None
    number = int(match[1] or 0) * _UNIT + int((match[2] or "").ljust(4, "0")) + _FRACTIONS[match[3]]
    scale = int(match[4]) if match[4] else 5
    return (number, scale) if scale else None
