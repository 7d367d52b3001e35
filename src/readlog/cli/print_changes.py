"""What `edit` prints when it is done."""

from readlog.core.domain_model import Reading
from readlog.core.reading_record import changed_keys
from readlog.journal import Journal
from readlog.ui import streams


def print_changes(
    before: Reading, after: Reading | None, journal: Journal, if_unchanged: str = "Nothing was changed."
) -> None:
    """Print which fields of a reading an edit changed, or `if_unchanged`; `after` is None if nothing did."""
    assert before.id is not None
    if after is None:
        streams.say(if_unchanged)
    elif streams.on_terminal():
        keys = ", ".join(changed_keys(before, after))
        streams.put(f"Changed {before.id}  {after.book.name}: {keys}")
        shared = len(journal.readings_of_same_book(before.id))
        if after.book != before.book and shared > 1:
            streams.say_quietly(f"All {shared} readings of this book show it.")
