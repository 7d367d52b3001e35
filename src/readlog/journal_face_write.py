"""Writing: what a reader does to a reading. Every change is one operation, which `undo` takes back."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from readlog.journal_face_look import Look

if TYPE_CHECKING:
    from readlog.books.results import Kind, Renamed
    from readlog.core.model import Quote, Reading
    from readlog.drafts.results import Saved
    from readlog.progress.results import Moment, Said


class Write(Look):
    """What can be changed by hand."""

    def add(self, reading: "Reading", again: bool = False, new_book: bool = False) -> int:
        """A new reading; returns its id. Raises AlreadyThere where its book is in the journal.

        With `again` it becomes another reading of that book, and raises NotFound where there is none
        and Ambiguous where it can be one of several; with `new_book` it is another book.
        """
        from readlog.readings.add_edit_delete import add

        return self._change("add", lambda connection: add(connection, reading, again, new_book))

    def edit(self, id_: int, change: "Callable[[Reading], Reading]", seen: "Reading | None" = None) -> "Reading | None":
        """Make the reading what `change` makes of it, in one transaction; None where that is what it was.

        What belongs to the book changes for all its readings. `change` runs under the write lock and
        must ask nobody. Raises NotFound, and Overtaken where the reading is no longer as it was `seen`.
        """
        from readlog.readings.add_edit_delete import edit

        self.get(id_)
        return self._change("edit", lambda connection: edit(connection, id_, change, seen))

    def save(self, base: "Reading", edited: "Reading") -> "Saved":
        """Save what a reader has made of `base` in an editor, with what another has changed since.

        Raises NotFound where the reading is not there any more, and InConflict where both have changed the same.
        """
        from readlog.readings.concurrent_edit import save_edit

        return self._change("edit", lambda connection: save_edit(connection, base, edited))

    def delete(self, id_: int, seen: "Reading | None" = None) -> None:
        """Delete the reading with its quotes, and its book where no reading of it is left.

        Raises NotFound, and Overtaken where the reading is no longer as it was `seen`.
        """
        from readlog.readings.add_edit_delete import delete

        self.get(id_)
        self._change("delete", lambda connection: delete(connection, id_, seen))

    def quote(self, id_: int, quotes: "Sequence[Quote]", again: bool = False) -> "Sequence[Quote]":
        """Keep quotes with a reading; returns them as they are there. Marked is now, where they do not say it.

        Raises NotFound, and AlreadyThere where one is there already, unless it is to be kept `again`.
        """
        from readlog.quotes.save_quotes import keep

        self.get(id_)
        return self._change("quote", lambda connection: keep(connection, id_, quotes, again))

    def rename(self, kind: "Kind", old: str, new: str) -> "Renamed | None":
        """Give a tag, or a person in all roles, another name; None where that is the name it has.

        Raises NotFound, Ambiguous, BadInput, and AlreadyThere where another one is called so.
        """
        from readlog.books.author_and_tag_names import find_name, rename

        find_name(self._connection, kind, old)
        return self._change(f"{kind} rename", lambda connection: rename(connection, kind, old, new))

    def merge_names(self, kind: "Kind", names: Sequence[str]) -> "Renamed":
        """Make tags, or people in all roles, the last one of them. Raises NotFound, Ambiguous and BadInput."""
        from readlog.books.author_and_tag_names import find_name, merge

        for name in names:
            find_name(self._connection, kind, name)
        return self._change(f"{kind} merge", lambda connection: merge(connection, kind, names))

    def join(self, gone: int, into: int) -> "Sequence[Reading]":
        """Make two books one: that of reading `gone` becomes that of reading `into`; returns all readings of it.

        Raises NotFound, and AlreadyThere where they are readings of one book.
        """
        from readlog.books.merge_books import join

        self.get(gone), self.get(into)
        return self._change("merge", lambda connection: join(connection, gone, into))

    def moment(self, command: str, said: "Said") -> "Moment":
        """A moment in the life of a reading: `want`, `start`, `at`, `pause`, `finish` or `abandon`.

        Raises NotFound, Misspelt and Ambiguous where it is not clear which reading is meant,
        AlreadyThere where it is in another state than the moment needs, and BadInput.
        """
        from readlog.progress.change_status import DONE, meant

        self._mended(lambda: meant(self._connection, said, command, look_near=True))
        return self._change(command, lambda connection: DONE[command](connection, said))

    def set_goal(self, year: int, books: int | None) -> None:
        """How many books that year shall have; None takes the goal away, and raises NotFound where there is none."""
        from readlog.stats.goals import set_goal

        if books is None:
            self.goal(year).must_be_there()
        self._change("goal", lambda connection: set_goal(connection, year, books))
