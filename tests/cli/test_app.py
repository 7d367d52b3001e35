import sys

import pytest
from tests.golden import same_as_golden
from tests.process import Cli, Program
from tests.terminal import Terminal

from readlog import __version__
from readlog.cli.app import GROUPS, MODULES


@pytest.mark.parametrize("command", ["", *MODULES])
def test_every_command_has_help_with_examples(cli: Cli, command: str) -> None:
    """Under -h and --help, the same, plain, and as the golden file has it."""
    args = [command] if command else []
    ended = cli(*args, "-h")
    assert ended == cli(*args, "--help")
    assert (ended.stderr, ended.code) == ("", 0)
    same_as_golden(f"help-{command or 'readlog'}.txt", ended.stdout)
    assert max(map(len, ended.stdout.splitlines()[: ended.stdout.count("\n") - 6])) <= 80
    assert (f"Examples:\n  readlog {command}" in ended.stdout) == bool(command)


def test_the_commands_stand_in_groups(cli: Cli) -> None:
    """Write, look, move, keep; each with its first sentence, whole."""
    shown = cli("-h").stdout
    assert [line[:-1] for line in shown.splitlines() if line.endswith(":") and line[:-1] in GROUPS] == list(GROUPS)
    for name in MODULES:
        (line,) = [line for line in shown.splitlines() if line.startswith(f"  {name} ")]
        assert line.endswith(".")


def test_the_version_is_told(cli: Cli) -> None:
    """Without a journal, and without looking for one."""
    assert cli("--version") == (f"readlog {__version__}\n", "", 0)


@pytest.mark.parametrize(
    ("args", "stderr"),
    [
        (("liist",), "readlog: No such command 'liist'. Did you mean 'list'?\nSee: readlog -h\n"),
        (("xyzzy",), "readlog: No such command 'xyzzy'.\nSee: readlog -h\n"),
        (("--jurnal", "x"), "readlog: No such option: --jurnal (Possible options: --journal)\nSee: readlog -h\n"),
        (
            ("show", "--sploilers", "1"),
            "readlog: No such option: --sploilers (Possible options: --spoilers)\nSee: readlog show -h\n",
        ),
        (("show",), "readlog: Missing argument 'READING'.\nSee: readlog show -h\n"),
        (("info", "x"), "readlog: Got unexpected extra argument(s) (x)\nSee: readlog info -h\n"),
        (("add", "x", "--rating"), "readlog: Option '--rating' requires an argument.\nSee: readlog -h\n"),
    ],
)
def test_a_slip_is_one_line_and_where_help_is(cli: Cli, args: tuple[str, ...], stderr: str) -> None:
    """Exit code 2, nothing on stdout, and nothing is guessed and done."""
    assert cli(*args) == ("", stderr, 2)


def test_a_slip_with_an_escape_sequence_is_harmless(cli: Cli) -> None:
    """Typer writes the character as an escape from 0.28 on; before that readlog replaces it."""
    ended = cli("info", "\x1b[31m")
    shown = ended.stderr.replace("\ufffd", "\\x1b")
    assert shown == "readlog: Got unexpected extra argument(s) (\\x1b[31m)\nSee: readlog info -h\n"
    assert (ended.stdout, ended.code) == ("", 2)


def test_the_journal_may_be_named_before_the_command_or_behind(program: Program, cli: Cli) -> None:
    """And then it is not the one of the environment."""
    cli("add", "Dune")
    nowhere = {"READLOG_JOURNAL": None}
    assert program("--journal", str(program.path), "list", env=nowhere).stdout == "1\tfinished\t\t\t\tDune\t\n"
    assert program("list", "--journal", str(program.path), env=nowhere).stdout == "1\tfinished\t\t\t\tDune\t\n"


def test_a_test_cannot_touch_the_readers_home(program: Program) -> None:
    """The guard of this suite: a journal that nobody named cannot be made."""
    ended = program("add", "Dune", env={"READLOG_JOURNAL": None})
    assert (ended.stdout, ended.code) == ("", 6)
    assert "this-test-forgot-to-name-a-journal" in ended.stderr


def test_a_module_is_the_program_too(cli: Cli) -> None:
    """`python -m readlog` is `readlog`."""
    import subprocess

    done = subprocess.run([sys.executable, "-m", "readlog", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == cli("--version").stdout


def test_help_on_a_terminal_has_no_boxes(program: Program) -> None:
    """The same words as in a pipe."""
    assert Terminal(program, "list", "-h", width=90).end() == program("list", "-h", env={"COLUMNS": "90"}).stdout
