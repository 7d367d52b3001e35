import os
import stat
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from readlog.storage.atomic_files import atomic_write, make_private_directory, sync_directory

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes, no FIFOs, and links need rights")


@contextmanager
def no_room(size: int) -> Iterator[None]:
    """No file can have more than `size` bytes: the nearest to a full disk that needs no rights."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def write(path: Path, text: str) -> None:
    """Write a whole file."""
    with atomic_write(path) as file:
        file.write(text)


def names(directory: Path) -> list[str]:
    """What is in a directory, hidden or not."""
    return sorted(each.name for each in directory.iterdir())


def test_a_file_is_utf_8_with_line_feeds_on_every_system(tmp_path: Path) -> None:
    """And nothing else lies beside it."""
    path = tmp_path / "a.md"
    for text in ("Pétrograd\n雪国\n", "shorter\n", ""):
        write(path, text)
        assert path.read_bytes() == text.encode()
        assert names(tmp_path) == ["a.md"]


@posix
def test_a_new_file_is_its_owners_and_an_old_one_keeps_its_mode(tmp_path: Path) -> None:
    """Private notes may be in it; who was let in before is let in still."""
    before = os.umask(0)
    try:
        write(tmp_path / "new", "x")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o600
    for mode in (0o644, 0o640, 0o400, 0o777):
        (tmp_path / "new").chmod(mode)
        write(tmp_path / "new", "y")
        assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == mode
    assert (tmp_path / "new").read_text() == "y"


@posix
@pytest.mark.parametrize("there", [True, False])
def test_a_link_stays_a_link(tmp_path: Path, there: bool) -> None:
    """What it leads to is written, also where it led nowhere yet."""
    (tmp_path / "far").mkdir()
    target, link, second = tmp_path / "far" / "file", tmp_path / "link", tmp_path / "second"
    if there:
        target.write_text("old")
        target.chmod(0o644)
    link.symlink_to(Path("far", "file"))
    second.symlink_to(link)
    write(second, "new")
    assert os.readlink(link) == os.path.join("far", "file")
    assert second.is_symlink()
    assert target.read_text() == "new"
    assert not target.is_symlink()
    assert stat.S_IMODE(target.stat().st_mode) == (0o644 if there else 0o600)
    assert (names(tmp_path), names(target.parent)) == (["far", "link", "second"], ["file"])


@posix
def test_a_link_to_itself_is_an_error_of_the_system(tmp_path: Path) -> None:
    """One that a command can put into words."""
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(OSError):
        write(tmp_path / "loop", "x")
    assert names(tmp_path) == ["loop"]


@pytest.mark.parametrize("there", [True, False])
@pytest.mark.parametrize("error", [KeyboardInterrupt, UnicodeEncodeError, ValueError])
def test_what_fails_in_the_middle_leaves_what_was_there(tmp_path: Path, there: bool, error: type) -> None:
    """The old text to the letter, or nothing, and no stray file."""
    path = tmp_path / "a.json"
    if there:
        path.write_text("old")
    with pytest.raises(error), atomic_write(path) as file:
        file.write("new" * 100_000)
        if error is UnicodeEncodeError:
            file.write("\ud800")
        raise error
    assert names(tmp_path) == (["a.json"] if there else [])
    assert not there or path.read_text() == "old"


@posix
def test_a_full_disk_leaves_what_was_there(tmp_path: Path) -> None:
    """Also where only the last bytes do not fit any more."""
    path = tmp_path / "a.json"
    path.write_text("old")
    for size in (0, 1_000, 100_000):
        with pytest.raises(OSError), no_room(size):
            write(path, "x" * 100_001)
        assert path.read_text() == "old"
        assert names(tmp_path) == ["a.json"]


def test_where_nothing_can_be_made_nothing_is(tmp_path: Path) -> None:
    """A directory that is not there is not made, one that is there is not replaced."""
    (tmp_path / "directory").mkdir()
    (tmp_path / "file").touch()
    for path in (tmp_path / "missing" / "a", tmp_path / "directory", tmp_path / "file" / "a"):
        with pytest.raises(OSError):
            write(path, "x")
    assert names(tmp_path) == ["directory", "file"]
    assert names(tmp_path / "directory") == []


def test_whoever_reads_sees_the_old_text_or_the_new_one(tmp_path: Path) -> None:
    """A backup that runs meanwhile copies no half of it."""
    path = tmp_path / "a.md"
    texts = {"old\n" * 50_000, "new\n" * 60_000}
    write(path, min(texts))
    writer = threading.Thread(target=lambda: [write(path, text) for _ in range(15) for text in texts])
    writer.start()
    while writer.is_alive():
        assert path.read_text(encoding="utf-8") in texts
    writer.join()
    assert names(tmp_path) == ["a.md"]


@posix
def test_it_is_on_the_disk_before_it_takes_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The text is synced first, then it is moved, then the directory is synced, in which its name is."""
    real, synced = os.fsync, []

    def fsync(descriptor: int) -> None:
        found = os.fstat(descriptor)
        synced.append((found.st_ino, found.st_size if stat.S_ISREG(found.st_mode) else path.read_text()))
        real(descriptor)

    path = tmp_path / "a.md"
    path.write_text("old")
    monkeypatch.setattr(os, "fsync", fsync)
    write(path, "x" * 1_000)
    assert synced == [(path.stat().st_ino, 1_000), (tmp_path.stat().st_ino, "x" * 1_000)]


@posix
def test_a_pipe_with_a_name_is_written_to_as_it_is(tmp_path: Path) -> None:
    """Whoever waits at its other end gets the text."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    got: list[str] = []
    reader = threading.Thread(target=lambda: got.append(pipe.read_text(encoding="utf-8")), daemon=True)
    reader.start()
    write(pipe, "Pétrograd\n" * 20_000)
    reader.join(10)
    assert got == ["Pétrograd\n" * 20_000]
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert names(tmp_path) == ["pipe"]


@posix
def test_a_device_is_written_to_as_it_is() -> None:
    """It is no file afterwards, nor any file beside it."""
    before = os.stat(os.devnull)
    write(Path(os.devnull), "x")
    after = os.stat(os.devnull)
    assert (after.st_ino, after.st_mode) == (before.st_ino, before.st_mode)
    assert stat.S_ISCHR(after.st_mode)


@pytest.mark.skipif(not os.path.exists("/dev/fd"), reason="there are no files for descriptors here")
def test_a_pipe_without_a_name_is_written_to_as_it_is() -> None:
    """As in `>(less)` of a shell, and `/dev/stdout`."""
    end, start = os.pipe()
    try:
        write(Path(f"/dev/fd/{start}"), "x")
        assert os.read(end, 10) == b"x"
    finally:
        os.close(start)
        os.close(end)


def test_a_directory_that_cannot_be_synced_is_no_error(tmp_path: Path) -> None:
    """Windows has no such thing, nor have some file systems."""
    sync_directory(tmp_path)
    sync_directory(tmp_path / "missing")


@posix
def test_a_private_directory_is_private_with_all_that_is_made_above_it(tmp_path: Path) -> None:
    """Whatever the umask; what was there stays as it was."""
    (tmp_path / "there").mkdir()
    (tmp_path / "there").chmod(0o755)
    before = os.umask(0)
    try:
        make_private_directory(tmp_path / "there" / "state" / "drafts")
        make_private_directory(tmp_path / "there" / "state" / "drafts")
    finally:
        os.umask(before)
    modes = [
        stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "there", *sorted((tmp_path / "there").rglob("*")))
    ]
    assert modes == [0o755, 0o700, 0o700]
    (tmp_path / "file").touch()
    for beyond in ("file", "file/state"):
        with pytest.raises(OSError, match="File exists|Not a directory"):
            make_private_directory(tmp_path / beyond)
