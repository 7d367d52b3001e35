"""Questions to a person at a terminal."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from readlog.core.errors import BadInput
from readlog.core.normalize_text import fold, printable, printable_line
from readlog.ui.streams import say

T = TypeVar("T")

_NEW = "new"
_MAX_CHOICES = 20


def ask(question: str, parse: Callable[[str], T], completions: Iterable[str] = (), separator: str = "") -> T:
    """Ask until `parse` accepts the answer, and return its result; it rejects one by raising BadInput.

    TAB completes the text after the last `separator`. Raises KeyboardInterrupt at the end of input.
    """
    while True:
        try:
            return parse(_read_line(f"{question}: ", list(completions), separator))
        except BadInput as error:
            say(f"  {error}")


def confirm(question: str, default: bool = False) -> bool:
    """Ask for yes or no; an empty answer is `default`."""
    choices = "Y/n" if default else "y/N"
    return ask(f"{question} [{choices}]", lambda answer: _parse_yes_or_no(answer, default))


def choose_book(words: str, choices: Sequence[tuple[int, str]], *, or_new: bool) -> int | None:
    """Ask which of the numbered books the words mean. Returns its number, 0 for a new book, None for none of them."""
    rows = [(str(number), printable_line(name)) for number, name in choices[:_MAX_CHOICES]]
    if or_new:
        rows.append((_NEW, f'a new book, "{words}"'))
    say(f'"{words}" can be:')
    width = max(len(number) for number, _ in rows)
    for number, name in rows:
        say(f"  {number.rjust(width)}  {name}")
    if len(choices) > _MAX_CHOICES:
        say(f"  and {len(choices) - _MAX_CHOICES:,} more; another word of the title tells them apart")
    numbers = [number for number, _ in rows]
    return ask("Which one? (Enter for none)", lambda answer: _parse_choice(answer, numbers), numbers)


def _parse_yes_or_no(answer: str, default: bool) -> bool:
    word = answer.strip().casefold()
    if word not in ("", "y", "yes", "n", "no"):
        raise BadInput("Answer y or n.")
    return word[0] == "y" if word else default


def _parse_choice(answer: str, numbers: Sequence[str]) -> int | None:
    word = answer.strip().casefold().removeprefix("#")
    if word and word not in numbers:
        raise BadInput(f"Answer {numbers[0]}, for example, or press Enter.")
    return None if not word else 0 if word == _NEW else int(word)


def _read_line(question: str, completions: list[str], separator: str) -> str:
    sys.stdout.flush()
    try:
        with _tab_completion(completions, separator):
            return input(printable(question))
    except EOFError:
        raise KeyboardInterrupt from None


@contextmanager
def _tab_completion(completions: list[str], separator: str) -> Iterator[None]:
    """Let TAB complete, if Python has readline."""
    try:
        import readline
    except ImportError:
        yield
        return

    def complete(typed: str, state: int) -> str | None:
        start = fold(typed.lstrip())
        space = typed[: len(typed) - len(typed.lstrip())]
        matching = [space + text for text in completions if fold(text).startswith(start)]
        return matching[state] if state < len(matching) else None

    libedit = "libedit" in (readline.__doc__ or "")
    readline.parse_and_bind("bind ^I rl_complete" if libedit else "tab: complete")
    readline.set_completer_delims(separator)
    readline.set_completer(complete)
    try:
        yield
    finally:
        readline.set_completer(None)
