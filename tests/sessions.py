"""Sessions in documents: blocks of `$ commands` and what they print, run in a terminal, compared or written anew."""

import os
import re
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.golden import without_uids
from tests.process import READLOG, Program

_BLOCK = re.compile(r"(?<=```console\n)(.*?)(?=```)", re.DOTALL)
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


class Step(NamedTuple):
    """A command as typed, its lines with their prompts, and the output that the document shows."""

    typed: str
    shown: str

    @property
    def command(self) -> str:
        """The command without its prompts."""
        return re.sub(r"^[$>] ", "", self.typed, flags=re.MULTILINE)


def steps_in(block: str) -> list[Step]:
    """The steps of one block."""
    steps = re.findall(r"(^\$ (?:.*\\\n> )*.*\n)((?:^(?!\$ ).*\n)*)", block, re.MULTILINE)
    return [Step(typed, shown) for typed, shown in steps]


def session_is_true(document: Path, program: Program, folder: Path) -> None:
    """Run all sessions of a document in `folder`, and assert that they print what it shows, but for uids."""
    text = document.read_text(encoding="utf-8")
    for block in _BLOCK.findall(text):
        steps = [Step(step.typed, _run(step.command, program, folder)) for step in steps_in(block)]
        fresh = "".join(step.typed + step.shown for step in steps)
        if os.environ.get("READLOG_GOLDEN") == "write":
            text = text.replace(block, fresh)
            document.write_text(text, encoding="utf-8")
        else:
            assert without_uids(fresh) == without_uids(block)


def _run(command: str, program: Program, folder: Path) -> str:
    """What a person sees in a terminal of 80 columns."""
    pexpect = pytest.importorskip("pexpect")
    line = f'readlog() {{ {" ".join(READLOG)} "$@"; }}; {command}'
    env = program.environment({"TERM": "xterm-256color", "PAGER": "cat", "TZ": "UTC"})
    child = pexpect.spawn(
        "bash", ["-c", line], env=env, cwd=str(folder), dimensions=(24, 80), encoding="utf-8", timeout=30
    )
    child.expect(pexpect.EOF)
    child.close()
    lines = _COLOURS.sub("", child.before).replace("\r\n", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines)
