"""Real processes of readlog, their streams in pipes."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

READLOG = (sys.executable, "-m", "readlog")


class Ended(NamedTuple):
    """What a process printed, and its exit code."""

    stdout: str
    stderr: str
    code: int


class Program:
    """`readlog` on the journal at `path`: `program("list", stdin="...", env={...})` runs it to its end."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __call__(self, *args: str, stdin: str | bytes = "", env: Mapping[str, str | None] | None = None) -> Ended:
        """Run it; None in `env` takes a variable away."""
        data = stdin.encode() if isinstance(stdin, str) else stdin
        done = subprocess.run(
            [*READLOG, *args], input=data, capture_output=True, env=self.environment(env), timeout=60, check=False
        )
        return Ended(done.stdout.decode(), done.stderr.decode(), done.returncode)

    def environment(self, more: Mapping[str, str | None] | None = None) -> dict[str, str]:
        """The environment of such a process."""
        values = {**os.environ, "READLOG_JOURNAL": str(self.path), "LANG": "C.UTF-8"} | dict(more or {})
        return {name: value for name, value in values.items() if value is not None}


class Cli:
    """The same program inside this process, where coverage sees it: `cli("list", stdin="...")`."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __call__(self, *args: str, stdin: str | bytes = "") -> Ended:
        """Run it; an error that is not meant for a reader comes through."""
        from typer.testing import CliRunner

        from readlog.cli.app import app

        done = CliRunner().invoke(app, ["--journal", str(self.path), *args], input=stdin, catch_exceptions=False)
        return Ended(done.stdout, done.stderr, done.exit_code)
