"""One run of the program in a process of its own, which costs a fork: whoever forks has the program loaded already."""

import gc
import io
import os
import pkgutil
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from typing import IO, NamedTuple, NoReturn

Main = Callable[[Sequence[str]], object]
"""What runs the program with these arguments, and ends with SystemExit, as `readlog` does."""

PATIENCE = 120.0
"""Seconds after which a process that does not end is a failure."""


class Ended(NamedTuple):
    """What a process printed, and its exit code: the number of the signal that ended it, negative; None if it hung."""

    stdout: bytes
    stderr: bytes
    code: int | None

    @property
    def said(self) -> str:
        """What it said on stderr."""
        return self.stderr.decode(errors="backslashreplace")


def readlog(args: Sequence[str]) -> object:
    """The program."""
    from readlog.cli.app import app

    return app(args=list(args))


def load() -> None:
    """Import all that the program may need: a fork has it then, also one that may not read where it is installed."""
    import typer

    import readlog as program

    for package in (program, typer):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith(("__main__", "_winconsole")):
                import_module(module.name)
    for name in ("sqlite_utils", "yaml", "dateutil.parser", "difflib", "csv", "zipfile", "rich.console", "rich.table"):
        import_module(name)
    gc.freeze()


class Child:
    """A process that runs, its output in files."""

    def __init__(
        self,
        main: Main,
        args: Sequence[str],
        *,
        stdin: bytes = b"",
        env: Mapping[str, str] | None = None,
        first: Callable[[], None] | None = None,
        terminal: bool = False,
        patience: float = PATIENCE,
    ) -> None:
        self._out, self._err = tempfile.TemporaryFile(), tempfile.TemporaryFile()  # noqa: SIM115 (until it ends)
        self.began, self._patience = time.monotonic(), patience
        self.pid, self._screen = _forked(terminal)
        if self.pid == 0:
            streams = None if terminal else (_file_of(stdin), self._out, self._err)
            _run(main, args, streams, env or {}, first)

    def kill(self) -> None:
        """End it at once, as the power would."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def wait(self) -> Ended:
        """Wait for its end, and for that of whatever it has started."""
        if self._screen >= 0:
            shown = _read_all(self._screen)
        code = self._code()
        _wait_for_group(self.pid)
        if self._screen >= 0:
            os.close(self._screen)
            return Ended(shown, b"", code)
        return Ended(_content(self._out), _content(self._err), code)

    def _code(self) -> int | None:
        while True:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                return os.waitstatus_to_exitcode(status)
            if time.monotonic() - self.began > self._patience:
                self.kill()
                os.waitpid(self.pid, 0)
                return None
            time.sleep(0.0005)


def _forked(terminal: bool) -> tuple[int, int]:
    """The new process, and its screen if it has one; pytest has threads, of which Python warns, and which a fork leaves."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return _forked_on_terminal() if terminal else (os.fork(), -1)


def _forked_on_terminal() -> tuple[int, int]:
    import fcntl
    import pty
    import struct
    import termios

    pid, screen = pty.fork()
    if pid:
        fcntl.ioctl(screen, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 100, 0, 0))
    else:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 100, 0, 0))
    return pid, screen


def _run(
    main: Main,
    args: Sequence[str],
    streams: tuple[IO[bytes], IO[bytes], IO[bytes]] | None,
    env: Mapping[str, str],
    first: Callable[[], None] | None,
) -> NoReturn:
    """In the child: be what a process of the program is, and end as it does."""
    code = 1
    try:
        _be_alone(streams, env)
        if first:
            first()
        main(args)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else bool(end.code)
    except BaseException:  # noqa: BLE001 (as the interpreter would: a traceback, and 1)
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):
                stream.flush()
        os._exit(code)


def _be_alone(streams: tuple[IO[bytes], IO[bytes], IO[bytes]] | None, env: Mapping[str, str]) -> None:
    if streams:
        os.setpgid(0, 0)
        for number, stream in enumerate(streams):
            os.dup2(stream.fileno(), number)
    os.umask(0)
    os.environ.clear()
    os.environ.update(env)
    tempfile.tempdir = None
    sys.stdin = io.TextIOWrapper(io.FileIO(0, closefd=False), encoding="utf-8")
    binary = [io.BufferedWriter(io.FileIO(number, "w", closefd=False)) for number in (1, 2)]
    sys.stdout = io.TextIOWrapper(binary[0], encoding="utf-8", line_buffering=binary[0].raw.isatty())
    sys.stderr = io.TextIOWrapper(binary[1], encoding="utf-8", errors="backslashreplace", line_buffering=True)


def _file_of(content: bytes) -> IO[bytes]:
    file = tempfile.TemporaryFile()  # noqa: SIM115 (until the process ends)
    file.write(content)
    file.flush()
    file.seek(0)
    return file


def _content(file: IO[bytes]) -> bytes:
    file.seek(0)
    with file:
        return file.read()


def _read_all(screen: int) -> bytes:
    shown = b""
    with suppress(OSError):
        while block := os.read(screen, 65_536):
            shown += block
    return shown


def _wait_for_group(pid: int) -> None:
    """An editor outlives the program that has started it; what it writes belongs to the run."""
    for _ in range(10_000):
        try:
            os.killpg(pid, 0)
        except (ProcessLookupError, PermissionError):
            return
        time.sleep(0.001)
