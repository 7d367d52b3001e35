"""Writing: what a reader does to a reading. Every change is one operation, which `undo` takes back."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from readlog.journal.face.look import Look

if TYPE_CHECKING:
    from readlog.ground.drafts import Saved
    from readlog.ground.model import Reading


class Write(Look):
    """What can be changed by hand."""

    def add(self, reading: "Reading", again: bool = False, new_book: bool = False) -> int:
        """A new reading; returns its id. Raises AlreadyThere where its book is in the journal.

        With `again` it becomes another reading of that book, and raises NotFound where there is none
        and Ambiguous where it can be one of several; with `new_book` it is another book.
        """
        from readlog.journal.changing import add

        return self._change("add", lambda connection: add(connection, reading, again, new_book))

    def edit(self, id_: int, change: "Callable[[Reading], Reading]", seen: "Reading | None" = None) -> "Reading | None":
        """Make the reading what `change` makes of it, in one transaction; None where that is what it was.

        What belongs to the book changes for all its readings. `change` runs under the write lock and
        must ask nobody. Raises NotFound, and Overtaken where the reading is no longer as it was `seen`.
        """
        from readlog.journal.changing import edit

        self.get(id_)
        return self._change("edit", lambda connection: edit(connection, id_, change, seen))

    def save(self, base: "Reading", edited: "Reading") -> "Saved":
        """Save what a reader has made of `base` in an editor, with what another has changed since.

        Raises NotFound where the reading is not there any more, and InConflict where both have changed the same.
        """
        from readlog.journal.two_edits import save_edit

        return self._change("edit", lambda connection: save_edit(connection, base, edited))

    def delete(self, id_: int, seen: "Reading | None" = None) -> None:
        """Delete the reading with its quotes, and its book where no reading of it is left.

        Raises NotFound, and Overtaken where the reading is no longer as it was `seen`.
        """
        from readlog.journal.changing import delete

        self.get(id_)
        self._change("delete", lambda connection: delete(connection, id_, seen))
