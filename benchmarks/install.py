"""What is measured, as a reader would have it: installed from a wheel, in an environment of its own, and compiled."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
FLOORS = {
    "typer-floor": "typer_floor",
    "rich-floor": "rich_floor",
    "sqlite-floor": "sqlite_floor",
    "import-floor": "import_goodreads",
    "parse-floor": "parse_only",
    "json-floor": "dump_json",
}
PATIENCE = 600
"""Seconds for one installation."""


class Failed(Exception):
    """Something could not be installed or made; the message says why in a few words."""


class Environment(NamedTuple):
    """A virtual environment."""

    folder: Path

    @property
    def python(self) -> str:
        """Its interpreter."""
        return str(self.folder / "bin" / "python")

    def program(self, name: str) -> str:
        """A command that was installed in it."""
        return str(self.folder / "bin" / name)

    def packages(self) -> Path:
        """Where the packages are."""
        (found,) = (self.folder / "lib").glob("python*/site-packages")
        return found

    def version(self, package: str) -> str:
        """The version of an installed package."""
        code = f"from importlib.metadata import version; print(version({package!r}))"
        return done([self.python, "-c", code]).strip()


def environment(folder: Path) -> Environment:
    """A virtual environment of this Python, new unless there is one."""
    if not (folder / "bin" / "python").exists():
        done([sys.executable, "-m", "venv", str(folder)])
    return Environment(folder)


def install(folder: Path) -> Environment:
    """The project, not editable, with the floors beside it."""
    shutil.rmtree(folder, ignore_errors=True)
    made = environment(folder)
    add(made, str(ROOT))
    _add_floors(made)
    _compile(made)
    return made


def add(to: Environment, *packages: str) -> None:
    """Install packages; raises Failed."""
    quiet = ["--quiet", "--disable-pip-version-check", "--no-input"]
    done([to.python, "-m", "pip", "install", *quiet, *packages])
    _compile(to)


def done(command: list[str], **settings: str) -> str:
    """What a command prints, run by the environment of the caller without what would change Python; raises Failed."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    try:
        ended = subprocess.run(
            command, env=clean | settings, capture_output=True, text=True, timeout=PATIENCE, check=False, cwd=ROOT
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Failed(type(error).__name__) from error
    if ended.returncode:
        said = (ended.stderr or ended.stdout).strip().splitlines() or [f"exit code {ended.returncode}"]
        raise Failed(f"{Path(command[0]).name}: {said[-1][:200]}")
    return ended.stdout


def _add_floors(made: Environment) -> None:
    """Copy the floors in as a package; their commands are readlog's own script with another import in it."""
    target = made.packages() / "readlog_floors"
    shutil.copytree(Path(__file__).parent / "floors", target, ignore=shutil.ignore_patterns("__pycache__"))
    script = Path(made.program("readlog")).read_text(encoding="utf-8")
    ours = "from readlog.cli import main"
    if ours not in script:
        raise Failed("the script of readlog is not one that could be copied for the floors")
    for name, module in FLOORS.items():
        path = Path(made.program(name))
        path.write_text(script.replace(ours, f"from readlog_floors.{module} import main"), encoding="utf-8")
        path.chmod(0o755)


def _compile(made: Environment) -> None:
    """Write all bytecode now, so that no measured run has to; a package may bring files that are no Python of today."""
    subprocess.run(
        [made.python, "-m", "compileall", "-q", str(made.packages())],
        env={"PATH": os.environ.get("PATH", os.defpath)},
        stdout=subprocess.DEVNULL,
        check=False,
    )
