"""Drafts on the disk: a folder for each, with its text, its target and a lock.

The folder `drafts/12 dune/` has the text in `12 dune.md`, which an editor may replace with another file; a
`DraftTarget` in `draft.json`; and `lock`, which is locked while a process works on the draft. Earlier
versions wrote the text to `drafts/12 dune.md` and the target to `drafts-for/12 dune.json`, which was the
lock too. Such drafts are listed, saved and discarded where they are.
"""

import os
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple, Self

from readlog.core.errors import ConflictingChange, JournalUnusable
from readlog.drafts.file_lock import acquire_lock, is_locked, release_lock
from readlog.drafts.results import DraftTarget, UnsavedDraft
from readlog.storage.atomic_files import atomic_write, make_private_directory, sync_directory
from readlog.storage.paths import drafts_directory

_SUFFIX = ".md"
_EARLIER_TARGETS = "drafts-for"
_EARLIER_KEYS = {"begun": "created_at", "named": "reference", "given": "fields", "untouched": "form_digest"}
_OPTIONAL_TYPES = {
    "journal": str, "created_at": str, "uid": str, "form_digest": str, "reference": str, "fields": dict,
}  # fmt: skip
_TYPES = _OPTIONAL_TYPES | {"number": int, "again": bool, "new_book": bool}


class DraftFiles(NamedTuple):
    """The paths of one draft."""

    text: Path
    target: Path
    lock: Path

    @classmethod
    def in_folder(cls, folder: Path) -> "DraftFiles":
        """The files of the draft in this folder."""
        return cls(folder / f"{folder.name}{_SUFFIX}", folder / "draft.json", folder / "lock")

    @classmethod
    def of_earlier_version(cls, text: Path) -> "DraftFiles":
        """The files of a draft that an earlier version wrote directly into the directory of drafts."""
        target = text.parent.parent / _EARLIER_TARGETS / f"{text.stem}.json"
        return cls(text, target, target)

    @property
    def has_folder(self) -> bool:
        """True if the draft has a folder of its own."""
        return self.lock.parent == self.text.parent

    def remove(self) -> None:
        """Remove the text, then the rest; what an editor left in the folder stays. Raises OSError."""
        for path in self:
            path.unlink(missing_ok=True)
        if self.has_folder:
            with suppress(OSError):
                self.text.parent.rmdir()


class Draft:
    """A draft that this process works on; others see that it is open, and leave it alone.

    A context manager: leaving it releases the lock. `lock` is the descriptor that holds it.
    """

    def __init__(self, files: DraftFiles, target: DraftTarget, lock: int | None = None) -> None:
        self.target = target
        self._files, self._lock = files, lock

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        release_lock(self._lock)
        self._lock = None

    @property
    def path(self) -> Path:
        """The file with the text."""
        return self._files.text

    def write_text(self, text: str) -> None:
        """Replace the text in one step, whatever an editor left in its place. Raises JournalUnusable."""
        try:
            self._restore_folder()
            self._clear_path()
            with atomic_write(self.path) as file:
                file.write(text)
        except OSError as error:
            raise self._unwritable(error) from error

    def write_target(self, target: DraftTarget) -> None:
        """Replace the target in one step. Raises JournalUnusable.

        The file of an earlier version stays as it is: replacing it would drop the lock. The form has
        the version of its reading in `updated_at`, from which the base can be found too.
        """
        self.target = target
        try:
            if self._files.has_folder:
                self._write_target_file()
        except OSError as error:
            raise self._unwritable(error) from error

    def remove(self) -> None:
        """Remove the draft after its text was saved; errors are ignored, because the text is safe."""
        with suppress(OSError):
            self._files.remove()

    def discard(self) -> None:
        """Remove a draft that nobody wants. Raises JournalUnusable if its text cannot be removed."""
        try:
            self.path.unlink(missing_ok=True)
        except OSError as error:
            raise JournalUnusable(f"The draft {self.path} cannot be removed: {error.strerror}.") from error
        self.remove()

    def _restore_folder(self) -> None:
        """Create again what an editor may have removed with the text."""
        make_private_directory(self.path.parent)
        if not self._files.has_folder:
            return
        if not self._files.lock.exists():
            release_lock(self._lock)
            self._lock = acquire_lock(self._files.lock)
        if not self._files.target.exists():
            self._write_target_file()

    def _clear_path(self) -> None:
        if self.path.is_symlink() or (self.path.exists() and not (self.path.is_file() or self.path.is_dir())):
            self.path.unlink()
        elif self.path.is_dir():
            self.path.rename(f"{self.path}.{os.urandom(4).hex()}")

    def _write_target_file(self) -> None:
        with atomic_write(self._files.target) as file:
            file.write(_target_to_json(self.target))

    def _unwritable(self, error: OSError) -> JournalUnusable:
        return JournalUnusable(f"The draft {self.path} cannot be written: {error.strerror}.")


def create_draft(name: str, text: str | bytes, target: DraftTarget) -> Draft:
    """A new draft, on the disk when this returns; never in the place of another.

    Its number is the next free one. Raises JournalUnusable if it cannot be written.
    """
    drafts = Path(drafts_directory())
    try:
        make_private_directory(drafts)
        target = target._replace(number=_next_number())
        files, lock, descriptor = _claim_folder(drafts, name)
        draft = Draft(files, target, lock)
        try:
            files.target.unlink(missing_ok=True)
            _write(_create_file(files.target), _target_to_json(target))
            _write(descriptor, text)
        except BaseException:
            with draft:
                draft.remove()
            raise
    except OSError as error:
        raise JournalUnusable(f"No draft can be kept in {drafts}: {error.strerror}.") from error
    sync_directory(files.text.parent)
    sync_directory(drafts)
    return draft


def create_temporary_draft(name: str, text: str | bytes) -> Draft:
    """A draft among the temporary files, for a text that would be lost otherwise. Raises OSError."""
    import tempfile

    files = DraftFiles.in_folder(Path(tempfile.mkdtemp(prefix=f"readlog {name} ")))
    _write(_create_file(files.text), text)
    return Draft(files, DraftTarget())


def create_draft_anywhere(name: str, text: str | bytes, target: DraftTarget) -> Draft:
    """A new draft, among the temporary files if the directory of drafts cannot take it. Raises JournalUnusable."""
    try:
        return create_draft(name, text, target)
    except JournalUnusable:
        with suppress(OSError):
            return create_temporary_draft(name, text)
        raise


def check_drafts_writable() -> None:
    """Raises JournalUnusable if no draft can be written."""
    with create_draft(".trial", "", DraftTarget()) as draft:
        draft.remove()


def list_unsaved_drafts(journal: str, name: str | None = None) -> list[UnsavedDraft]:
    """The drafts for the journal at this path with text in them, by number; of this name, if one is given."""
    found = _all_unsaved_drafts()
    names = {None, journal, _real_path(journal)}
    mine = [each for each in found if names & {each.target.journal, _real_path(each.target.journal)}]
    taken, used, numbered = {each.target.number for each in found}, {0}, []
    for each in mine:
        number = each.target.number
        if number in used:  # an old draft has no number; two that were created at once have the same
            number = next(n for n in range(1, len(found) + len(taken) + 1) if n not in taken)
        taken.add(number)
        used.add(number)
        numbered.append(each._replace(target=each.target._replace(number=number)))
    numbered.sort(key=lambda each: each.target.number)
    return [each for each in numbered if name is None or _has_name(each.path, name)]


def other_journals_with_drafts(journal: str) -> list[str]:
    """The paths of other journals that have drafts: the journal may have been renamed."""
    journals = {each.target.journal for each in _all_unsaved_drafts()}
    return sorted(each for each in journals if each and _real_path(each) != _real_path(journal))


def open_draft(unsaved: UnsavedDraft) -> Draft:
    """Open a draft for work. Raises ConflictingChange if another process works on it, or has saved or removed it."""
    files = _files_of(unsaved.path)
    overtaken = ConflictingChange(f"The draft {unsaved.path} is open in another terminal, or was saved there.")
    lock = None
    try:
        if not files.has_folder:
            make_private_directory(files.lock.parent)
        lock = acquire_lock(files.lock)
    except BlockingIOError:
        raise overtaken from None
    except OSError:
        pass
    if not unsaved.path.exists():
        with Draft(files, unsaved.target, lock) as draft:
            draft.remove()
        raise overtaken
    target = _read_target(files)
    return Draft(files, target if target.number else unsaved.target, lock)


def remove_unchanged_forms(name: str) -> None:
    """Remove the drafts of this name that are still the form that was shown."""
    for files in _find_drafts():
        if _has_name(files.text, name) and _has_text(files.text):
            unsaved = _unsaved_draft(files)
            if not unsaved.is_open and _is_unchanged(unsaved):
                with suppress(ConflictingChange), open_draft(unsaved) as draft:
                    draft.remove()


def form_digest(form: str) -> str:
    """Size in bytes and SHA-256 of a form, to recognise one in which nothing was typed."""
    import hashlib

    data = form.encode()
    return f"{len(data)} {hashlib.sha256(data).hexdigest()}"


def _claim_folder(drafts: Path, name: str) -> tuple[DraftFiles, int | None, int]:
    """The first free folder for a draft of this name, its lock, and the descriptor of its empty text.

    A folder without a text is free unless it is locked: an editor may have left a backup in it.
    """
    for number in count(1):
        folder = drafts / (name if number == 1 else f"{name}.{number}")
        files = DraftFiles.in_folder(folder)
        if folder.is_symlink() or os.path.lexists(files.text):
            continue
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
        except FileExistsError:
            continue
        try:
            lock = acquire_lock(files.lock, tries=1)
        except (BlockingIOError, FileNotFoundError):  # another process creates or removes a draft there
            continue
        try:
            return files, lock, _create_file(files.text)
        except FileExistsError:
            release_lock(lock)
        except BaseException:
            release_lock(lock)
            with suppress(OSError):
                files.remove()
            raise
    raise AssertionError


def _find_drafts() -> list[DraftFiles]:
    """The files of all drafts, of earlier versions too, the oldest text first."""
    try:
        with os.scandir(drafts_directory()) as entries:
            found = [files for entry in entries if (files := _files_in(entry))]
    except OSError:
        return []
    return sorted(found, key=lambda files: _modified(files.text))


def _files_in(entry: os.DirEntry[str]) -> DraftFiles | None:
    if entry.name.startswith("."):
        return None
    if entry.is_dir(follow_symlinks=False):
        return DraftFiles.in_folder(Path(entry.path))
    return DraftFiles.of_earlier_version(Path(entry.path)) if entry.name.endswith(_SUFFIX) else None


def _files_of(text: Path) -> DraftFiles:
    """The files of the draft with this text."""
    if text.parent == Path(drafts_directory()):
        return DraftFiles.of_earlier_version(text)
    return DraftFiles.in_folder(text.parent)


def _all_unsaved_drafts() -> list[UnsavedDraft]:
    try:
        found = [_unsaved_draft(files) for files in _find_drafts() if _has_text(files.text)]
    except JournalUnusable:
        return []
    return [each for each in found if not _is_unchanged(each)]


def _unsaved_draft(files: DraftFiles) -> UnsavedDraft:
    return UnsavedDraft(files.text, _read_target(files), is_locked(files.lock))


def _next_number() -> int:
    return max((_read_target(files).number for files in _find_drafts()), default=0) + 1


def _has_name(text: Path, name: str) -> bool:
    """True if a draft was created with this name; another one of the name ends in a number, as `12 dune.2`."""
    stem, _, number = text.stem.rpartition(".")
    return text.stem == name or (stem == name and number.isdecimal())


def _has_text(path: Path) -> bool:
    """True if this is a regular file that is not empty."""
    from stat import S_ISREG

    try:
        found = path.lstat()
    except OSError:
        return False
    return S_ISREG(found.st_mode) and found.st_size > 0


def _is_unchanged(unsaved: UnsavedDraft) -> bool:
    """True if nobody works on the draft and its text is the form that was shown."""
    digest = unsaved.target.form_digest
    if not digest or unsaved.is_open:
        return False
    try:
        size = unsaved.path.stat().st_size
        return digest.startswith(f"{size} ") and digest == form_digest(unsaved.path.read_bytes().decode())
    except (OSError, ValueError):
        return False


def _modified(path: Path) -> float:
    """The time of the last change in seconds; 0 for a file that has just been removed."""
    try:
        return path.lstat().st_mtime
    except OSError:
        return 0


def _real_path(journal: str | None) -> str | None:
    with suppress(OSError, ValueError):
        return journal and os.path.realpath(journal)
    return journal


def _read_target(files: DraftFiles) -> DraftTarget:
    """The target of a draft; an empty one if its file is missing or damaged: the text matters more."""
    import json

    try:
        with open(files.target, encoding="utf-8") as file:
            values, *other_lines = map(json.loads, file)
        if not files.has_folder:  # other keys, and the base on the second line
            values = {_EARLIER_KEYS.get(key, key): value for key, value in values.items()} | {"base": other_lines[0]}
        base = values.pop("base")
    except (OSError, ValueError, RecursionError, AttributeError, TypeError, LookupError):
        return DraftTarget()
    if not _is_valid_target(values):
        return DraftTarget()
    return DraftTarget(**values, base=base if isinstance(base, dict) else None)


def _is_valid_target(values: Any) -> bool:
    """True if names and types are those of a target: a failing disk may have changed them."""
    if not isinstance(values, dict) or not values.keys() <= _TYPES.keys():
        return False
    for name, value in values.items():
        if type(value) is not _TYPES[name] and not (value is None and name in _OPTIONAL_TYPES):
            return False
    number: int = values.get("number", 0)
    return number >= 0


def _target_to_json(target: DraftTarget) -> str:
    import json

    return f"{json.dumps(target._asdict())}\n"


def _create_file(path: Path) -> int:
    """The descriptor of a new file that only its owner can read. Raises FileExistsError, also for a link."""
    return os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)


def _write(descriptor: int, text: str | bytes) -> None:
    """Write the whole file, sync it and close it. Raises OSError."""
    with open(descriptor, "wb") as file:
        file.write(text.encode() if isinstance(text, str) else text)
        file.flush()
        os.fsync(descriptor)
