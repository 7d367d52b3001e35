"""The journals that are measured; kept from run to run where nothing that makes them has changed."""

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.install import Environment, done

_MAKERS = ("invented.py", "filling.py")


def journal(installed: Environment, folder: Path, size: int) -> Path:
    """A journal of so many readings, in a folder of its own, with no other of its size left beside it."""
    home = folder / f"journal-{size}-{_fingerprint(installed)}"
    path = home / "journal.db"
    if not path.exists():
        for old in folder.glob(f"journal-{size}-*"):
            shutil.rmtree(old)
        home.mkdir()
        fresh = path.with_suffix(".new")
        done([installed.python, "-m", "benchmarks.filling", str(fresh), str(size)])
        fresh.rename(path)
    return path


@contextmanager
def copies(path: Path, count: int) -> Iterator[list[Path]]:
    """Copies to write into, gone afterwards."""
    made = [path.with_name(f"copy-{number}.db") for number in range(count)]
    try:
        for copy in made:
            shutil.copyfile(path, copy)
        yield made
    finally:
        for copy in made:
            copy.unlink(missing_ok=True)


def _fingerprint(installed: Environment) -> str:
    """What tells one kind of journal from another: the sources that make it."""
    here = Path(__file__).parent
    storage = installed.packages() / "readlog" / "storage"
    sources = [*(here / name for name in _MAKERS), *sorted(storage.glob("*.py"))]
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:8]
