"""What the trials found, as it is printed and as `docs/reliability.md` has it between its markers."""

import os
import platform
import re
import sqlite3
from pathlib import Path
from typing import NamedTuple

from benchmarks.report import table

from tests.trials.trial import Found, Trial

DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "reliability.md"
BEGIN, END = "<!-- figures of python -m tests.trials --write -->", "<!-- end of the figures -->"

_PATH = re.compile(r"/\S*/(?=[^/\s]+\.py)")
"""Where a module lies on this machine is nobody's business."""


class Outcome(NamedTuple):
    """A trial, what it found, and how long it took."""

    trial: Trial
    found: Found
    seconds: float

    @property
    def verdict(self) -> str:
        """Whether everything held."""
        return f"{self.found.wrong:,} did not hold" if self.found.wrong else "held"


def report(outcomes: list[Outcome], command: str) -> str:
    """All figures, as Markdown."""
    parts = [f"`{command}` printed this, on {_machine()}."]
    rows = [[outcome.trial.name, outcome.verdict, f"{outcome.seconds:,.0f} s"] for outcome in outcomes]
    parts.append(table(["trial", "", "time"], rows, "llr"))
    for outcome in outcomes:
        told = [
            f"- {what}: {f'{each:,}' if isinstance(each, int) else each}"
            for what, each in outcome.found.figures.items()
        ]
        told += [f"- did not hold: {_PATH.sub('', ' '.join(failure.split()))}" for failure in outcome.found.failures]
        parts += [f"### {outcome.trial.name}\n\n{outcome.trial.promise}", "\n".join(told)]
    return "\n\n".join(parts) + "\n"


def written_into(document: str, text: str) -> str:
    """The document with `text` between its markers."""
    above, _, rest = document.partition(BEGIN)
    _, _, below = rest.partition(END)
    return f"{above}{BEGIN}\n\n{text}\n{END}{below}"


def _machine() -> str:
    who = "as root" if hasattr(os, "geteuid") and os.geteuid() == 0 else "as an ordinary user"
    return f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {platform.system()}, {who}"
