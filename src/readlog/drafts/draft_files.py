"""Drafts: what is being written is on the disk before anything can go wrong, and until it is in the journal."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from readlog.core.errors import ConflictingChange, JournalUnusable
from readlog.drafts.results import DraftTarget, UnsavedDraft
from readlog.storage.atomic_files import atomic_write, make_private_directory, sync_directory
from readlog.storage.paths import drafts_directory

_FOLDER = "drafts-for"
_TRIES = 5
_MAY_BE_NONE = {"journal": str, "begun": str, "uid": str, "untouched": str, "named": str, "given": dict}
_KINDS = _MAY_BE_NONE | {"number": int, "again": bool, "new_book": bool}


def write_purpose(draft: Path, purpose: DraftTarget) -> int | None:
    """Write down what the draft is for; returns the descriptor by which it is claimed, None where nothing can be.

    It takes its place whole, and claimed already. Raises OSError.
    """
    path = _path(draft)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    fresh = path.with_name(f".{os.urandom(8).hex()}")
    descriptor = os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
    try:
        _lock(descriptor)
        for line in _lines(purpose):
            _write_all(descriptor, line)
        os.fsync(descriptor)
        kept = _kept(descriptor)
        os.replace(fresh, path)
    except BaseException:
        os.unlink(fresh)
        with suppress(OSError):
            os.close(descriptor)
        raise
    sync_directory(path.parent)
    return kept


def read_purpose(draft: Path, *, whole: bool = False) -> DraftTarget:
    """What is known of the draft; `whole` has the record that was edited too. Of an older one nothing is known."""
    import json

    try:
        with open(_path(draft), encoding="utf-8") as file:
            known = json.loads(file.readline())
            base = json.loads(file.readline() or "null") if whole else None
    except (OSError, ValueError, RecursionError):
        return DraftTarget()
    return DraftTarget(**known, base=base if isinstance(base, dict) else None) if _is_purpose(known) else DraftTarget()


def forget_purpose(draft: Path) -> None:
    """Remove what is known of a draft that is not there any more."""
    _path(draft).unlink(missing_ok=True)


def next_number(drafts: Path) -> int:
    """A number that no draft has."""
    return max((read_purpose(path).number for path in drafts.glob("*.md")), default=0) + 1


def is_claimed(draft: Path) -> bool:
    """Whether a process works on the draft now."""
    try:
        descriptor = os.open(_path(draft), os.O_RDONLY)
    except OSError:
        return False
    try:
        return not _lock(descriptor)
    finally:
        os.close(descriptor)


def claim(draft: Path) -> tuple[int | None, bool]:
    """Claim a draft; the descriptor to hold on to, and whether it is nobody else's. Raises OSError."""
    from time import sleep

    path = _path(draft)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    for _ in range(_TRIES):
        if _lock(descriptor):
            return _kept(descriptor), True
        sleep(0.02)
    return descriptor, False


def _path(draft: Path) -> Path:
    return draft.parent.parent / _FOLDER / f"{draft.stem}.json"


def _is_purpose(known: Any) -> bool:
    """Whether what stands in a file is what is written there: a failing disk may have made it something else."""
    if not isinstance(known, dict) or not known.keys() <= _KINDS.keys():
        return False
    fits = all(type(value) is _KINDS[name] or (value is None and name in _MAY_BE_NONE) for name, value in known.items())
    return fits and known.get("number", 0) >= 0


def _lines(purpose: DraftTarget) -> Iterator[bytes]:
    import json

    known = {name: getattr(purpose, name) for name in DraftTarget._fields if name != "base"}
    for value in (known, purpose.base):
        yield f"{json.dumps(value)}\n".encode()


def _write_all(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]


def _lock(descriptor: int) -> bool:
    """Whether the lock is ours; where there are no locks it is everybody's."""
    try:
        import fcntl
    except ImportError:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def _kept(descriptor: int) -> int | None:
    """The descriptor, where a lock hangs on it; elsewhere it is closed, so that the file can be replaced."""
    if os.name == "posix":
        return descriptor
    os.close(descriptor)
    return None


_SUFFIX = ".md"


class Draft:
    """A draft that this process works on: others see that it is open, and leave it alone.

    A context manager; leaving it lets others have it.
    """

    def __init__(self, path: Path, purpose: DraftTarget, claimed: int | None = None) -> None:
        self.path, self.purpose = path, purpose
        self._claimed = claimed

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._let_go()

    def rewrite(self, text: str) -> None:
        """Put `text` in the place of what the draft says, whatever an editor may have left there."""
        with suppress(OSError):
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        is_link = self.path.is_symlink()
        if is_link or (self.path.exists() and not (self.path.is_file() or self.path.is_dir())):
            self.path.unlink()
        elif self.path.is_dir():
            forget_purpose(self.path)
            self.path = _free_path(self.path.parent, self.path.stem)
            self.rewrite_purpose(self.purpose)
        rewrite_draft(self.path, text)

    def rewrite_purpose(self, purpose: DraftTarget) -> None:
        """Say anew what the draft is for."""
        self.purpose = purpose
        try:
            claimed = write_purpose(self.path, purpose)
        except OSError as error:
            raise JournalUnusable(f"The draft {self.path} cannot be written: {error.strerror}.") from error
        self._let_go()
        self._claimed = claimed

    def remove(self) -> None:
        """Remove the draft: its text is in the journal now."""
        with suppress(OSError):
            remove_draft(self.path)
            forget_purpose(self.path)

    def discard(self) -> None:
        """Remove the draft: its text is not wanted. Raises JournalUnusable where it stays."""
        try:
            remove_draft(self.path)
        except OSError as error:
            raise JournalUnusable(f"The draft {self.path} cannot be removed: {error.strerror}.") from error
        with suppress(OSError):
            forget_purpose(self.path)

    def _let_go(self) -> None:
        if self._claimed is not None:
            os.close(self._claimed)
            self._claimed = None


def find_drafts(name: str = "*") -> list[Path]:
    """The drafts of that name, or all, that there are, the oldest first."""
    directory = Path(drafts_directory())
    there = {*directory.glob(f"{name}{_SUFFIX}"), *directory.glob(f"{name}.[0-9]*{_SUFFIX}")}
    return sorted((each for each in there if each.name[0] != "."), key=_changed)


def list_unsaved_drafts(journal: str) -> list[UnsavedDraft]:
    """The drafts for this journal in which somebody has written, with what each is for, by their numbers."""
    found = _written()
    here = {None, journal, _real(journal)}
    mine = [each for each in found if here & {each.purpose.journal, _real(each.purpose.journal)}]
    taken, given, numbered = {each.purpose.number for each in found}, {0}, []
    for each in mine:
        number = each.purpose.number
        if number in given:  # one of an earlier version has none; two that began at once have the same
            number = next(n for n in range(1, len(found) + len(taken) + 1) if n not in taken)
        taken.add(number)
        given.add(number)
        numbered.append(each._replace(purpose=each.purpose.at(number)))
    return sorted(numbered, key=lambda each: each.purpose.number)


def other_journals_with_drafts(journal: str) -> list[str]:
    """The journals, but for this one, for which drafts are waiting: it may have had another name then."""
    named = {each.purpose.journal for each in _written()}
    return sorted(each for each in named if each and _real(each) != _real(journal))


def create_draft(name: str, text: str | bytes, purpose: DraftTarget) -> Draft:
    """A new draft, on the disk when this returns, which only its owner can read; never in the place of another.

    Raises JournalUnusable where none can be kept.
    """
    directory = Path(drafts_directory())
    try:
        make_private_directory(directory)
        purpose = purpose.at(next_number(directory))
        path, descriptor = _new_file(directory, name)
        try:
            claimed = write_purpose(path, purpose)
            _write(descriptor, text)
        except BaseException:
            forget_purpose(path)
            path.unlink()
            raise
    except OSError as error:
        raise JournalUnusable(f"No draft can be kept in {directory}: {error.strerror}.") from error
    sync_directory(directory)
    return Draft(path, purpose, claimed)


def check_drafts_writable() -> None:
    """Raises JournalUnusable where no draft can be kept."""
    with create_draft(".trial", "", DraftTarget()) as draft:
        draft.remove()


def create_temporary_draft(name: str, text: str | bytes) -> Draft:
    """A draft among the temporary files, for a text that is in no other place when no draft can be kept.

    Raises OSError.
    """
    import tempfile

    descriptor, path = tempfile.mkstemp(prefix=f"readlog {name} ", suffix=_SUFFIX)
    _write(descriptor, text)
    return Draft(Path(path), DraftTarget())


def open_draft(waiting: UnsavedDraft) -> Draft:
    """A waiting draft, to work on it. Raises ConflictingChange where another process does."""
    try:
        claimed, is_mine = claim(waiting.path)
    except OSError:
        claimed, is_mine = None, True
    if not is_mine or not waiting.path.exists():
        if claimed is not None:
            os.close(claimed)
        raise ConflictingChange(f"The draft {waiting.path} is open in another terminal, or was saved there.")
    purpose = read_purpose(waiting.path, whole=True)
    return Draft(waiting.path, purpose if purpose.number else waiting.purpose, claimed)


def remove_unchanged_forms(name: str) -> None:
    """Remove the drafts of that name in which nobody has written anything."""
    for path in find_drafts(name):
        each = UnsavedDraft(path, read_purpose(path), is_claimed(path))
        if not each.is_open and _is_text(path) and _is_untouched(each):
            with open_draft(each) as draft:
                draft.remove()


def rewrite_draft(path: Path, text: str) -> None:
    """Put `text` in the place of what the draft says; at every moment it is wholly the one or the other."""
    try:
        with atomic_write(path) as file:
            file.write(text)
    except OSError as error:
        raise JournalUnusable(f"The draft {path} cannot be written: {error.strerror}.") from error


def remove_draft(path: Path) -> None:
    """Remove a draft that is not needed any more."""
    path.unlink(missing_ok=True)


def form_digest(text: str) -> str:
    """What tells whether a draft is still the form that it began as."""
    import hashlib

    data = text.encode()
    return f"{len(data)} {hashlib.sha256(data).hexdigest()}"


def _write(descriptor: int, text: str | bytes) -> None:
    with open(descriptor, "wb") as file:
        file.write(text.encode() if isinstance(text, str) else text)
        file.flush()
        os.fsync(descriptor)


def _new_file(directory: Path, name: str) -> tuple[Path, int]:
    while True:
        path = _free_path(directory, name)
        try:
            return path, os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:
            continue


def _free_path(directory: Path, name: str) -> Path:
    path, number = directory / f"{name}{_SUFFIX}", 1
    while os.path.lexists(path):
        number += 1
        path = directory / f"{name}.{number}{_SUFFIX}"
    return path


def _written() -> list[UnsavedDraft]:
    """The drafts of all journals in which somebody has written."""
    try:
        paths = find_drafts()
    except (OSError, JournalUnusable):
        return []
    found = [UnsavedDraft(path, read_purpose(path), is_claimed(path)) for path in paths if _is_text(path)]
    return [each for each in found if not _is_untouched(each)]


def _real(journal: str | None) -> str | None:
    """A journal by the one name that it has, whatever links lead to it."""
    with suppress(OSError, ValueError):
        return journal and os.path.realpath(journal)
    return journal


def _changed(path: Path) -> float:
    """When a draft was changed; one that has just gone, or is a link that leads nowhere, is as old as can be."""
    try:
        return path.lstat().st_mtime
    except OSError:
        return 0


def _is_text(path: Path) -> bool:
    """Whether there is a file with something in it."""
    try:
        found = path.lstat()
    except OSError:
        return False
    from stat import S_ISREG

    return S_ISREG(found.st_mode) and found.st_size > 0


def _is_untouched(each: UnsavedDraft) -> bool:
    look = each.purpose.untouched
    if not look or each.is_open:
        return False
    try:
        size = each.path.stat().st_size
        return look.startswith(f"{size} ") and look == form_digest(each.path.read_bytes().decode())
    except (OSError, ValueError):
        return False
