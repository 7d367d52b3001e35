"""Wording that more than one feature uses."""

from collections.abc import Sequence

from readlog.core.normalize_text import pluralize
from readlog.core.partial_date import PartialDate
from readlog.core.ratings import show_stars


def file_size(octets: int) -> str:
    """`152 kB`, `3.1 MB`, in powers of ten."""
    if octets < 1_000:
        return pluralize(octets, "byte")
    return f"{octets / 1e3:,.0f} kB" if octets < 999_500 else f"{octets / 1e6:,.1f} MB"


def join_names(names: Sequence[str]) -> str:
    """`A`, `A and B`, `A, B and C`."""
    return " and ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def stars(rating: float | None) -> str:
    """A rating as stars; empty for none."""
    return show_stars(rating) if rating else ""


def page_and_location(page: str | None, location: str | None) -> str:
    """Where a quote stands in its book: `p. 133`, `location 2040`, `p. 133, location 2040`; empty if unknown."""
    return ", ".join(filter(None, (f"p. {page}" if page else "", f"location {location}" if location else "")))


def short_date(edtf: str | None) -> str:
    """A stored date for a table column, as `2012-03` or `summer 2012`; empty for none."""
    return PartialDate.from_edtf(edtf).short_text() if edtf else ""
