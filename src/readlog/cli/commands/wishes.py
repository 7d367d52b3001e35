"""What a reader says about a file with options: which word is which status, which column which field."""

from collections.abc import Iterable, Iterator

from readlog.core.clock import today
from readlog.core.errors import BadInput
from readlog.core.import_row import Wishes
from readlog.core.status import parse_status
from readlog.core.text import fold
from readlog.formats.table_rows import column_key

_ORDERS = {"d/m/y": True, "m/d/y": False}


def wishes_given(statuses: Iterable[str], columns: Iterable[str], dates: str | None) -> Wishes:
    """The wishes in `--status dnf=abandoned`, `--map Note=rating/10` and `--dates d/m/y`. Raises BadInput."""
    if dates is not None and dates.casefold() not in _ORDERS:
        raise BadInput(f'"{dates}" is not an order of dates. Write --dates d/m/y or --dates m/d/y.')
    return Wishes(
        today(),
        statuses={fold(word): parse_status(state) for word, state in _pairs("--status", statuses)},
        columns={column_key(column): field for column, field in _pairs("--map", columns)},
        day_first=_ORDERS[dates.casefold()] if dates else None,
    )


def _pairs(option: str, values: Iterable[str]) -> Iterator[tuple[str, str]]:
    """What stands left and right of the last `=`: a column may have one in its name, a field has none."""
    for value in values:
        left, _, right = (part.strip() for part in value.rpartition("="))
        if not left or not right:
            example = '"dnf=abandoned"' if option == "--status" else '"Titel=title"'
            raise BadInput(f'{option} "{value}" does not say what is what. Write it as {option} {example}.')
        yield left, right
