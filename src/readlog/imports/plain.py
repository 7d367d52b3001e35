"""The account of an import in a pipe: a word and a number, then what somebody may want to look at, line by line."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from readlog.core.spoilers import hide_spoilers
from readlog.core.text import one_line
from readlog.imports.results import Account, Conflict
from readlog.ui import streams, wording

_LONGEST = 60
"""Characters of a value in a line: a review is not told whole."""


class Section(NamedTuple):
    """Something to look at: a heading for a person, a word for a program, and entries of two parts: where, and what."""

    heading: str
    word: str
    entries: Sequence[tuple[str, str]]


def put_account(account: Account) -> None:
    """Print the account as tab-separated lines; the five numbers first, of which the last four add up to the first."""
    for word in ("rows", "added", "merged", "unchanged"):
        streams.put(f"{word}\t{getattr(account, word)}")
    streams.put(f"refused\t{len(account.refused)}")
    for section in sections(account):
        streams.put_lines("\t".join((section.word, *map(one_line, entry))) for entry in section.entries)


def sections(account: Account, one_file: bool = False) -> list[Section]:
    """What there is to look at; of rows of `one_file` only the line is told."""

    def where(entry: tuple[object, ...]) -> str:
        place = entry[0]
        return str(place).rpartition(", ")[2] if one_file else str(place)

    named = [
        Section("Refused", "refused", [(where(row), row.reason) for row in account.refused]),
        Section("Guessed", "guessed", [(wording.count(rows, "row"), note) for note, rows in account.notes.items()]),
        Section(
            "Kept as it is here; what the file says is noted with the reading",
            "kept",
            [(where(each), f"{each.id} {each.name}: {said}") for each, said in _conflicts(account)],
        ),
        Section(
            "Added as another book; it may be one that is here",
            "doubt",
            [(where(each), f"{each.name}: {each.why}: {each.id} {each.there}") for each in account.doubts],
        ),
    ]
    return [section for section in named if section.entries]


def what_is_new(account: Account, *, written: bool) -> str:
    """A sentence on what came into the journal."""
    if not account.readings:
        return ""
    verb = "would be" if not written else "is" if account.readings == 1 else "are"
    said = f"{wording.count(account.readings, 'reading')} {verb} new"
    books = f"of {wording.count(account.books, 'new book')}" if account.books else "of books that were here"
    undated = f" {account.undated:,} finished without a date: the file has none." if account.undated else ""
    return f"{said}, {books}.{undated}"


def _conflicts(account: Account) -> Iterator[tuple[Conflict, str]]:
    for each in account.conflicts:
        yield each, f"{each.key.replace('_', ' ')} {_short(each.ours)}, not {_short(each.theirs)}"


def _short(value: object) -> str:
    said = f"{value:g}" if isinstance(value, float) else hide_spoilers(str(value))
    text = " ".join(said.split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
