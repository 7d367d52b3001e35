"""The reader's editor on a draft: opened again until what was written can be saved; the draft always stays."""

import os
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from stat import S_ISREG
from typing import TypeVar

from readlog.core.errors import BadInput, ConflictingChange, UnreadableInput
from readlog.ui.run_program import run_child, words_of

T = TypeVar("T")

_MOST_OPENINGS = 20
LONGEST = 32_000_000
"""Bytes of a draft, as of a reading that is imported."""


def edit_until_valid(
    draft: Path, command: Sequence[str], read: Callable[[str], T], refuse: Callable[[str, str], str]
) -> T:
    """Open the draft in the editor until `read` takes what is in it, and return what it makes of it.

    `command` starts the editor. What `read` does not take is opened again, at the reader's own text,
    after `refuse(text, reason)` has put the reason into the draft and told what it says now. Leaving
    it as it was is giving up, and so is the twentieth time: an editor may be a program. Raises
    BadInput, UnreadableInput, and ConflictingChange where `read` did at last; the draft always stays.
    """
    seen: set[str] = set()
    for _ in range(_MOST_OPENINGS):
        text = _edited(draft, command)
        if text in seen:
            break
        try:
            return read(text)
        except (BadInput, ConflictingChange) as error:
            kind, reason = ConflictingChange if isinstance(error, ConflictingChange) else BadInput, str(error)
            seen |= {text, refuse(text, reason)}
    raise kind(f"{reason} Nothing was changed.")


def editor_command() -> list[str]:
    """$VISUAL, $EDITOR, or an editor that is there; raises BadInput where there is none to start."""
    for variable in ("VISUAL", "EDITOR"):
        if command := words_of(os.environ.get(variable, "")):
            if not shutil.which(command[0]):
                raise BadInput(f'The editor "{command[0]}" in {variable} is not there. Name another one.')
            return command
    for name in ("notepad",) if sys.platform == "win32" else ("nano", "vim", "vi"):
        if shutil.which(name):
            return [name]
    raise BadInput("There is no editor. Name one, as in: export EDITOR=nano")


def _edited(draft: Path, command: Sequence[str]) -> str:
    """What the draft says after the editor has been closed."""
    code = run_child([*command, str(draft)])
    if code is None:
        raise BadInput(f'The editor "{command[0]}" could not be started.')
    if code != 0:
        raise BadInput(f'The editor "{command[0]}" failed ({code}). Nothing was changed.')
    return read_draft(draft)


def read_draft(draft: Path) -> str:
    """What a draft says. Raises UnreadableInput where there is no text in its place, or one without end."""
    try:
        with open(draft, "rb", opener=_open_itself) as file:
            found = os.fstat(file.fileno())
            if not S_ISREG(found.st_mode):
                raise UnreadableInput("The editor left no file in the place of the draft. Nothing was changed.")
            if found.st_size > LONGEST:
                raise UnreadableInput(
                    f"The text has {found.st_size:,} bytes; {LONGEST:,} is the most. Nothing was changed."
                )
            return file.read().decode().removeprefix("\ufeff")
    except FileNotFoundError:
        raise UnreadableInput("The editor removed the draft. Nothing was changed.") from None
    except UnicodeDecodeError as error:
        raise UnreadableInput(
            f"What the editor wrote is not UTF-8 (byte {error.start + 1}). Nothing was changed."
        ) from None
    except OSError as error:
        raise UnreadableInput(
            f"The editor left no file in the place of the draft ({error.strerror}). Nothing was changed."
        ) from None


def _open_itself(path: str, flags: int) -> int:
    """Open the file of that name, and not what a link leads to; and wait for nobody."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
