"""The form in which quotes are typed in the editor: a blank page, with instructions below a scissors line."""

import re

from readlog.core.errors import BadInput
from readlog.core.text import one_line
from readlog.readings.editor_form import SCISSORS

_ERROR = re.compile(r"^<!-- readlog: .* -->$\n?", re.MULTILINE)
_OF = "Quotes of "
_INSTRUCTIONS = """
stand above the scissors line, one or many, with a line of --- between two.
The last line of a quote may say where it stands, and a remark:
p. 133    or    location 2040    or    p. 133: what I thought of it
A line with > in front is the passage, whatever it says.
Save and close the editor to keep them; leave it empty to keep nothing.
"""


def write_form(name: str) -> str:
    """The form for quotes of the book of this name."""
    return f"\n\n{SCISSORS}\n{_OF}{one_line(name)}\n{_INSTRUCTIONS.lstrip()}"


def read_form(form: str) -> str:
    """What was typed into a form. Raises BadInput where it stands below the scissors line, where nothing is kept."""
    above, strange = _parted(form)
    if strange:
        raise BadInput(f'what stands below the scissors line is not kept: "{strange[0].strip()[:40]}". Write above it.')
    return above


def without_instructions(form: str) -> str:
    """What was typed into a form, also below the scissors line."""
    above, strange = _parted(form)
    return "\n---\n".join((above, "\n".join(strange))) if strange else above


def _parted(form: str) -> tuple[str, list[str]]:
    """The text, without an error, around which somebody may have typed, and the lines typed below the scissors."""
    text = _ERROR.sub("", form.replace("\r\n", "\n"))
    above, scissors, below = text.rpartition(SCISSORS)
    return (above, [line for line in below.split("\n") if not _is_ours(line)]) if scissors else (text, [])


def _is_ours(line: str) -> bool:
    return not line.strip() or line.startswith(_OF) or line.strip() in _INSTRUCTIONS.split("\n")
