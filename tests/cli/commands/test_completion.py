import shutil
import sys
from pathlib import Path

import pytest
from tests.library import fill
from tests.process import Cli, Program

pexpect = pytest.importorskip("pexpect", reason="there are no pseudo-terminals")

LINES = [
    ("readlog comp", "readlog completion"),
    ("readlog show memo", "readlog show 1"),
    ("readlog edit 5 --stat", "readlog edit 5 --status"),
    ("readlog edit 5 --status pau", "readlog edit 5 --status paused"),
    ("readlog add --format eb", "readlog add --format ebook"),
    ("readlog edit 5 --tag rus", "readlog edit 5 --tag russia"),
    ("readlog add --author vict", "readlog add --author Victor\\ Serge"),
    ("readlog add conq", "readlog add Conquered\\ City"),
    ("readlog list tag:hist", "readlog list tag:history"),
    ("readlog list -tag:hist", "readlog list -tag:history"),
    ("readlog search trans", "readlog search translator:"),
    ("readlog finish conq", "readlog finish 5"),
    ("readlog list --sort publ", "readlog list --sort published"),
    ("readlog stats --by deca", "readlog stats --by decade"),
]


@pytest.fixture
def shell_of(program: Program, path: Path, tmp_path: Path) -> object:
    """A shell of that name, at a terminal, in which readlog is installed."""
    fill(path)
    (tmp_path / "bin").mkdir()
    command = tmp_path / "bin" / "readlog"
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m readlog "$@"\n')
    command.chmod(0o755)
    env = program.environment({"TERM": "dumb", "PS1": "$ ", "INPUTRC": "/dev/null", "ZDOTDIR": str(tmp_path)})
    env["PATH"] = f"{command.parent}:{env['PATH']}"

    def start(*words: str) -> "pexpect.spawn[str]":
        if not shutil.which(words[0]):
            pytest.skip(f"there is no {words[0]} here")
        return pexpect.spawn(words[0], list(words[1:]), env=env, encoding="utf-8", timeout=30, dimensions=(40, 160))

    return start


def typed_with_tab(shell: "pexpect.spawn[str]", line: str, reset: str) -> str:
    """What stands on the line after TAB; the shell is asked itself, so that no echo is in the way."""
    shell.send(f"{line}\t")
    shell.send(reset)
    shell.expect(r"LINE<(.*?)>", timeout=30)
    return str(shell.match[1])


@pytest.mark.parametrize(("typed", "completed"), LINES)
def test_bash_completes(shell_of: object, typed: str, completed: str) -> None:
    """Commands, options and their values, tags, authors and titles, from the journal, with TAB."""
    bash = shell_of("bash", "--norc", "--noprofile", "-i")  # type: ignore[operator]
    bash.sendline(
        'bind -x \'"\\C-x\\C-l": echo "LINE<$READLINE_LINE>"\'; eval "$(readlog completion bash)"; echo REA\'\'DY'
    )
    bash.expect("READY")
    assert typed_with_tab(bash, typed, "\x18\x0c").rstrip() == completed


@pytest.mark.parametrize(("typed", "completed"), LINES)
def test_zsh_completes(shell_of: object, typed: str, completed: str) -> None:
    """The same in zsh."""
    zsh = shell_of("zsh", "-f", "-i")  # type: ignore[operator]
    zsh.sendline(
        "autoload -Uz compinit; compinit -u -D; show() { echo \"LINE<$BUFFER>\" }; zle -N show; bindkey '^X^L' show; "
        'eval "$(readlog completion zsh)"; echo REA""DY'
    )
    zsh.expect("READY")
    assert typed_with_tab(zsh, typed, "\x18\x0c").rstrip() == completed


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("readlog show ", "12\tThe Odyssey"),
        ("readlog edit 5 --status pau", "paused"),
        ("readlog list tag:hist", "tag:history"),
    ],
)
def test_fish_completes(shell_of: object, typed: str, completed: str) -> None:
    """With what a number stands for beside it."""
    fish = shell_of("fish", "--no-config", "-c", f"readlog completion fish | source; complete -C '{typed}'")  # type: ignore[operator]
    assert completed in fish.read().replace("\r\n", "\n").splitlines()


def test_many_candidates_are_listed_with_their_titles(cli: Cli, path: Path) -> None:
    """A number alone tells nobody anything."""
    fill(path)
    lines = cli("complete", "bash", "--", "readlog show ").stdout.splitlines()
    assert "5  (Conquered City)" in lines
    assert "12\tThe Odyssey" in cli("complete", "zsh", "--", "show", "1").stdout.splitlines()


def test_a_page_is_no_reading(cli: Cli, path: Path) -> None:
    """Behind the book nothing that is known can be typed."""
    fill(path)
    assert cli("complete", "zsh", "--", "at", "1").stdout
    assert cli("complete", "zsh", "--", "at", "5", "1").stdout == ""


@pytest.mark.parametrize(
    "line",
    [
        "",
        "readlog",
        "readlog show 'memo",
        'readlog add "Conq',
        "readlog \\",
        "readlog --journal x show ",
        "readlog show \x1b[31m",
        "readlog nonsense x",
    ],
)
def test_a_line_in_the_middle_of_being_typed_is_no_error(cli: Cli, line: str) -> None:
    """An open quote, a journal that is not there, a command that does not exist: perhaps nothing, never a word on stderr."""
    ended = cli("complete", "bash", "--", line)
    assert (ended.stderr, ended.code) == ("", 0)
    assert "\x1b" not in ended.stdout


def test_a_missing_journal_is_not_made_by_tab(cli: Cli) -> None:
    """To complete is to read."""
    cli("complete", "bash", "--", "readlog show ")
    assert not cli.path.exists()


def test_a_shell_that_is_not_known_is_said(cli: Cli) -> None:
    """With those that are."""
    assert cli("completion", "csh") == (
        "",
        'readlog: "csh" is not a shell that is known here. One of: bash, zsh, fish.\n',
        2,
    )
