"""The disk that fails: a library of `disk.c` stands between this process and its files, where there is a C compiler."""

import ctypes
import errno
import mmap
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SOURCE = Path(__file__).with_name("disk.c")
_LOADED = "READLOG_TRIALS_DISK"
KILL, KILL_HALF = -1, -2
"""What the n-th call may end in besides an error: the process is killed, before it or when half of it is done."""

ERRORS = {
    "ENOSPC once": (errno.ENOSPC, False),
    "ENOSPC from then on": (errno.ENOSPC, True),
    "EIO once": (errno.EIO, False),
    "EIO from then on": (errno.EIO, True),
    "EROFS from then on": (errno.EROFS, True),
}


def stand_between() -> None:
    """Start this program anew with the library loaded; return where it is, or where it cannot be had."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if sys.platform != "linux" or not compiler or _LOADED in os.environ:
        os.environ.pop("LD_PRELOAD", None)
        return
    library = Path(tempfile.mkdtemp(prefix="readlog-disk-"), "disk.so")
    made = subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, SOURCE, "-ldl"], check=False)
    if made.returncode == 0:
        os.environ |= {"LD_PRELOAD": str(library), _LOADED: str(library)}
        os.execv(sys.executable, [sys.executable, "-m", "tests.trials", *sys.argv[1:]])


def remove_library() -> None:
    """Take the library away that `stand_between` has made; it stays loaded."""
    if library := os.environ.pop(_LOADED, None):
        shutil.rmtree(Path(library).parent, ignore_errors=True)


class Disk:
    """The disk below a folder, as a process sees it that has called `arm`."""

    def __init__(self, folder: Path) -> None:
        self._folder = os.fsencode(folder)
        self._told = mmap.mmap(-1, mmap.PAGESIZE)
        self._library = ctypes.CDLL(None)

    @property
    def is_there(self) -> bool:
        """Whether the library is loaded."""
        return hasattr(self._library, "arm")

    def arm(self, nth: int, what: int, *, from_then_on: bool = False) -> None:
        """Let the n-th call that changes a file fail with this error; 0 only counts. To be called in the child."""
        self._told[:64] = bytes(64)
        shared = ctypes.c_char.from_buffer(self._told)
        self._library.arm(ctypes.byref(shared), self._folder, nth, what, int(from_then_on))

    @property
    def calls(self) -> int:
        """How many calls the last process has made."""
        return int.from_bytes(self._told[:4], sys.byteorder)

    @property
    def fired(self) -> bool:
        """Whether one of them has failed."""
        return any(self._told[4:8])

    @property
    def last(self) -> str:
        """The name of the last call that has failed."""
        return self._told[8:56].rstrip(b"\0").decode()
