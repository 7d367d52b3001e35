"""The form in which quotes are typed in an editor; what is typed has the syntax of `quote_text`."""

import re

from readlog.core.errors import BadInput
from readlog.core.normalize_text import printable_line
from readlog.ui.editor_instructions import SCISSORS

_ERROR = re.compile(r"^<!-- readlog: .* -->$\n?", re.MULTILINE)
_HEADING = "Quotes of "
_INSTRUCTIONS = """
stand above the scissors line, one or many, with a line of --- between two.
The last line of a quote may say where it stands, and a remark:
p. 133    or    location 2040    or    p. 133: what I thought of it
A line with > in front is the passage, whatever it says.
Save and close the editor to keep them; leave it empty to keep nothing.
"""


def write_form(name: str) -> str:
    """The empty form in which the user types quotes of the book with this name."""
    return f"\n\n{SCISSORS}\n{_HEADING}{printable_line(name)}\n{_INSTRUCTIONS.lstrip()}"


def read_form(form: str) -> str:
    """The text that was typed above the scissors line. Raises BadInput if there is other text below it."""
    above, below = _split_form(form)
    if below:
        raise BadInput(f'what stands below the scissors line is not kept: "{below[0].strip()[:40]}". Write above it.')
    return above


def without_instructions(form: str) -> str:
    """The text that was typed, also below the scissors line."""
    above, below = _split_form(form)
    return "\n---\n".join((above, "\n".join(below))) if below else above


def _split_form(form: str) -> tuple[str, list[str]]:
    """The text above the scissors line without errors, and the lines below it that are no instructions."""
    text = _ERROR.sub("", form.replace("\r\n", "\n"))
    above, scissors, below = text.rpartition(SCISSORS)
    return (above, [line for line in below.split("\n") if not _is_instruction(line)]) if scissors else (text, [])


def _is_instruction(line: str) -> bool:
    return not line.strip() or line.startswith(_HEADING) or line.strip() in _INSTRUCTIONS.split("\n")
