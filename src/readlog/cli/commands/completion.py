"""`readlog completion`: the script by which a shell completes commands, options, tags, authors and readings."""

import shlex
from collections.abc import Iterable
from typing import Annotated, NamedTuple

import typer

from readlog.cli.typer_setup import Command, new_app
from readlog.core.errors import BadInput
from readlog.core.normalize_text import printable_line
from readlog.ui import streams


class Candidate(NamedTuple):
    """What a word can become, with a help text; `number` is true for an id, which means nothing without its help."""

    value: str
    help: str = ""
    number: bool = False


SCRIPTS = {
    "bash": """
_readlog() {
    local IFS=$'\\n'
    COMPREPLY=($(command readlog complete bash -- "${COMP_LINE:0:COMP_POINT}" 2> /dev/null))
}
complete -o nosort -F _readlog readlog
""",
    "zsh": """
#compdef readlog
_readlog() {
    local -a values shown
    local line
    for line in "${(@f)$(command readlog complete zsh -- "${(@Q)words[2,CURRENT]}" 2> /dev/null)}"; do
        [[ -n $line ]] || continue
        values+=("${line%%$'\\t'*}")
        shown+=("${line//$'\\t'/  -- }")
    done
    (( $#values )) && compadd -U -V readlog -l -d shown -a values
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _readlog "$@"; else compdef _readlog readlog; fi
""",
    "fish": """
complete -c readlog -f -a '(command readlog complete fish -- (commandline -opc)[2..] (commandline -ct) 2> /dev/null)'
""",
}
"""The script for each shell."""


def words_of_line(line: str) -> list[str]:
    """The words of a bash line after the program's name, the last one as far as it is typed."""
    for closing in ("", '"', "'"):
        try:
            words = shlex.split(line + closing)
        except ValueError:
            continue
        return [*words[1:], ""] if line[-1:].isspace() and not closing else words[1:]
    return []


def answer(shell: str, typed: str, candidates: Iterable[Candidate]) -> list[str]:
    """The candidates for the word `typed`, one per line, in the format that the script of the shell expects."""
    found = [each._replace(value=printable_line(each.value), help=printable_line(each.help)) for each in candidates]
    if shell != "bash":
        return [f"{value}\t{help_}" if help_ else value for value, help_, _ in found]
    if len(found) > 1:
        return [f"{each.value}  ({each.help})" if each.number else _after_colon(each.value, typed) for each in found]
    return [_escaped(_after_colon(each.value, typed)) for each in found]


def _after_colon(value: str, typed: str) -> str:
    """The value after the last colon: to bash, a new word begins there."""
    start = typed.rpartition(":")[0]
    return value[len(start) + 1 :] if start and value.startswith(f"{start}:") else value


def _escaped(value: str) -> str:
    return "".join(sign if sign.isalnum() or sign in "-_./:,~" else f"\\{sign}" for sign in value)


app = new_app()


@app.command(
    cls=Command,
    epilog="""
    readlog completion bash >> ~/.bashrc
    readlog completion zsh > ~/.zfunc/_readlog
    readlog completion fish > ~/.config/fish/completions/readlog.fish
    """,
)
def completion(
    shell: Annotated[str, typer.Argument(metavar="SHELL", help="bash, zsh or fish.")],
) -> None:
    """Print a script by which your shell completes with TAB.

    Commands, options, statuses, formats, your tags and authors, and readings by number or title.
    """
    if shell not in SCRIPTS:
        raise BadInput(f'"{shell}" is not a shell that is known here. One of: {", ".join(SCRIPTS)}.')
    streams.put(SCRIPTS[shell].strip())
