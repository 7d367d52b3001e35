"""Keeping: what was done, taking it back, backups, and the soundness of the file."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from readlog.core.errors import NotFound
from readlog.journal_face_write import Write

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from readlog.backups.restore_plan import Restoring
    from readlog.backups.results import Kept
    from readlog.core.model import Reading
    from readlog.core.partial_date import PartialDate
    from readlog.doctor.results import Checkup, Salvage
    from readlog.history.results import Done, History, Undone, Version


class Keep(Write):
    """What keeps the words safe."""

    def history(self, limit: int = 0) -> "History":
        """The operations, the newest first; at most `limit`, where 0 is all."""
        from readlog.history.list_history import all_operations

        return all_operations(self._connection, limit)

    def done(self, operation: int) -> "Done":
        """What an operation that is there has done."""
        from readlog.history.list_history import one_operation

        return one_operation(self._connection, operation)

    def life(self, id_: int) -> "Sequence[Version]":
        """The versions of a reading, the first one first, also of one that is deleted; raises NotFound."""
        from readlog.history.list_history import life

        versions = life(self._connection, id_)
        if not versions:
            raise NotFound(f"There never was a reading {id_}. See what was done with: readlog history")
        return versions

    def reading_at(self, id_: int, when: "PartialDate") -> "Reading":
        """The reading as it was at the end of that day, month or year; raises NotFound where it was not there."""
        from readlog.core.clock import midnight

        end = midnight(when.after)
        readings = [version.reading for version in self.life(id_) if version.at < end]
        if not readings or not readings[-1]:
            said = f"{'on' if when.day else 'in'} {when.said()}"
            raise NotFound(f"Reading {id_} was not in the journal {said}. See: readlog history {id_}")
        return readings[-1]

    def restore_version(self, id_: int, operation: int) -> "Reading | None":
        """Make the reading what that operation left it as; None where it is that. Raises NotFound."""
        left = [version.reading for version in self.life(id_) if version.operation == operation]
        if not left or not left[0]:
            raise NotFound(f"Operation {operation} left no version of reading {id_}. See: readlog history {id_}")
        return self.edit(id_, lambda now: left[0] or now)

    def undo(self, number: int | None = None, *, redo: bool = False, force: bool = False) -> "Undone":
        """Take back the operation of this number, else the last one; with `redo`, put back what was taken back.

        Raises NotFound and AlreadyThere, and Overtaken where later operations have changed the same:
        with `force` these changes stay, and the rest is taken back.
        """
        from readlog.history.changelog import to_redo, to_undo
        from readlog.history.undo import take_back

        target = (to_redo if redo else to_undo)(self._connection, number)
        return self._change(
            target.command, lambda connection: take_back(connection, target, force=force), target.operation
        )

    def kept_backups(self) -> "Sequence[Kept]":
        """The backups of this journal in the state directory, the newest first."""
        from readlog.backups.backup import kept_backups

        return kept_backups(self.path)

    def restoring(self, backup: str) -> "AbstractContextManager[Restoring]":
        """A backup, checked, and what it would change; the journal need not be one any more.

        Raises NotFound, NotUnderstood for what cannot be restored, BadInput and JournalUnusable.
        """
        from readlog.backups.restore_plan import restoring

        return restoring(self.path, backup)

    def examine(self, tell: Callable[[str], None], *, fix: bool = False) -> "Checkup":
        """Look whether file and record are sound, and with `fix` mend what can be; `tell` is told of each look.

        Raises NotFound where there is no journal, and JournalUnusable for what is none or cannot be reached.
        """
        from readlog.doctor.run_checks import examine

        self._must_be_there()
        return examine(self.path, tell, fix=fix)

    def salvage(self, new: str) -> "Salvage":
        """Make a journal at `new` of what can be read of this one, which stays as it is.

        Raises NotFound, AlreadyThere where something is at `new`, and JournalUnusable where nothing can be read.
        """
        from readlog.doctor.salvage.salvage import salvage

        self._must_be_there()
        return salvage(self.path, new)
