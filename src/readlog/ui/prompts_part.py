"""Questions at a terminal: one line each, answers completed with TAB, a wrong one explained and asked again."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from readlog.core.errors import BadInput
from readlog.core.text import fold, printable
from readlog.ui.streams import say

T = TypeVar("T")


def ask(question: str, read: Callable[[str], T], names: Iterable[str] = (), separator: str = "") -> T:
    """Ask until `read` takes the answer. TAB completes with `names`, after each `separator` anew.

    Raises KeyboardInterrupt at the end of input: nobody can be asked any more.
    """
    while True:
        try:
            return read(_line(f"{question}: ", list(names), separator))
        except BadInput as error:
            say(f"  {error}")


def confirm(question: str, default: bool = False) -> bool:
    """Ask for yes or no; an empty answer is `default`."""
    choices = "Y/n" if default else "y/N"
    return ask(f"{question} [{choices}]", lambda answer: _yes_or_no(answer, default))


def _yes_or_no(answer: str, default: bool) -> bool:
    word = answer.strip().casefold()
    if word not in ("", "y", "yes", "n", "no"):
        raise BadInput("Answer y or n.")
    return word[0] == "y" if word else default


def _line(question: str, names: list[str], separator: str) -> str:
    sys.stdout.flush()
    try:
        with _completing(names, separator):
            return input(printable(question))
    except EOFError:
        raise KeyboardInterrupt from None


@contextmanager
def _completing(names: list[str], separator: str) -> Iterator[None]:
    """TAB completes names, where Python has readline; everywhere else the question is just asked."""
    try:
        import readline
    except ImportError:
        yield
        return

    def complete(typed: str, state: int) -> str | None:
        start = fold(typed.lstrip())
        space = typed[: len(typed) - len(typed.lstrip())]
        fitting = [space + name for name in names if fold(name).startswith(start)]
        return fitting[state] if state < len(fitting) else None

    libedit = "libedit" in (readline.__doc__ or "")
    readline.parse_and_bind("bind ^I rl_complete" if libedit else "tab: complete")
    readline.set_completer_delims(separator)
    readline.set_completer(complete)
    try:
        yield
    finally:
        readline.set_completer(None)
