"""The user's editor: which program it is, running it, and reading the file that it leaves."""

import os
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from stat import S_ISREG
from typing import TypeVar

from readlog.core.errors import BadInput, ConflictingChange, ReadlogError, UnreadableInput
from readlog.ui.run_program import run_child, split_command

T = TypeVar("T")

_MAX_OPENINGS = 20
_MAX_BYTES = 32_000_000
"""The size of the largest reading that can be imported, too."""


def edit_until_valid(
    draft: Path, command: Sequence[str], submit: Callable[[str], T], reject: Callable[[str, ReadlogError], str]
) -> T:
    """Open the draft in the editor until `submit` accepts its text, and return what `submit` does.

    `command` starts the editor. When `submit` raises BadInput or ConflictingChange, `reject(text, error)` writes
    the reason into the draft, returns what the draft says then, and the editor opens again. Closing it
    with a text that was rejected before is giving up, and so is the twentieth rejection, because an
    editor may be a script; then the last error is raised again. Raises UnreadableInput if the file is
    gone or cannot be read. The draft always stays.
    """
    rejected: set[str] = set()
    for _ in range(_MAX_OPENINGS):
        text = _run_editor(draft, command)
        if text in rejected:
            break
        try:
            return submit(text)
        except (BadInput, ConflictingChange) as error:
            kind, reason = ConflictingChange if isinstance(error, ConflictingChange) else BadInput, str(error)
            rejected |= {text, reject(text, error)}
    raise kind(f"{reason} Nothing was changed.")


def editor_command() -> list[str]:
    """$VISUAL, $EDITOR, or an installed editor, as words; raises BadInput if there is none that can be started."""
    for variable in ("VISUAL", "EDITOR"):
        if command := split_command(os.environ.get(variable, "")):
            if not shutil.which(command[0]):
                raise BadInput(f'The editor "{command[0]}" in {variable} is not there. Name another one.')
            return command
    for name in ("notepad",) if sys.platform == "win32" else ("nano", "vim", "vi"):
        if shutil.which(name):
            return [name]
    raise BadInput("There is no editor. Name one, as in: export EDITOR=nano")


def _run_editor(draft: Path, command: Sequence[str]) -> str:
    code = run_child([*command, str(draft)])
    if code is None:
        raise BadInput(f'The editor "{command[0]}" could not be started.')
    if code != 0:
        raise BadInput(f'The editor "{command[0]}" failed ({code}). Nothing was changed.')
    return read_draft(draft)


def read_draft(draft: Path) -> str:
    """The text of a draft. Raises UnreadableInput if there is no regular file, or it is too large or not UTF-8."""
    try:
        with open(draft, "rb", opener=_open_without_following) as file:
            found = os.fstat(file.fileno())
            if not S_ISREG(found.st_mode):
                raise UnreadableInput("The editor left no file in the place of the draft. Nothing was changed.")
            if found.st_size > _MAX_BYTES:
                raise UnreadableInput(
                    f"The text has {found.st_size:,} bytes; {_MAX_BYTES:,} is the most. Nothing was changed."
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


def _open_without_following(path: str, flags: int) -> int:
    """Open the file itself and not the target of a link, and do not wait for a writer to a pipe."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
