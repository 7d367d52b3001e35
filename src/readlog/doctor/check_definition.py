"""What a check is, and what it is given."""

import sqlite3
from collections.abc import Callable, Sequence
from typing import NamedTuple

from readlog.doctor.results import Finding


class CheckedJournal(NamedTuple):
    """The journal that is checked; `connection` may write if something is to be repaired."""

    path: str
    connection: sqlite3.Connection


class Check(NamedTuple):
    """One thing to look at: `label` is shown meanwhile, `repair` repairs the findings that have `fix`."""

    label: str
    find: Callable[[CheckedJournal], Sequence[Finding]]
    repair: Callable[[CheckedJournal], object] | None = None
