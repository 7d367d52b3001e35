"""How backups, and what a restore would change, are told: the same in a pipe and on a terminal."""

from collections.abc import Iterator, Mapping, Sequence

from readlog.backups.results import JournalSummary, ReadingTitle, RestorePlan
from readlog.ui.wording import count

_FIRST = 3
"""So many readings are named; the rest is counted."""


def much(counts: Mapping[str, int]) -> str:
    """`812 readings of 745 books, 31 quotes`."""
    words = f"{count(counts.get('readings', 0), 'reading')} of {count(counts.get('books', 0), 'book')}"
    quotes = counts.get("quotes", 0)
    return f"{words}, {count(quotes, 'quote')}" if quotes else words


def moment(at: str | None) -> str:
    """`2026-11-22 20:58 UTC`, of a moment as it is stored."""
    return f"{at[:10]} {at[11:16]} UTC" if at else "never"


def held(what: JournalSummary) -> str:
    """`812 readings of 745 books, 31 quotes; last change 2026-11-22 20:58 UTC`."""
    return f"{much(what.counts._asdict())}; last change {moment(what.last_change)}"


def present(plan: RestorePlan) -> str:
    """What is in the place of the journal now."""
    return held(plan.now) if plan.now else plan.why or "there is none"


def newest(what: JournalSummary) -> str:
    """`412 Memoirs of a Revolutionary, 2026-11-03`."""
    row = what.newest
    return ", ".join(filter(None, (f"{row.id} {row.title}", row.finished))) if row else "nothing"


def some(readings: Sequence[ReadingTitle]) -> str:
    """`3: 12 Dune, 13 Ubik, 14 Solaris`, and for more `40: 12 Dune, 13 Ubik, 14 Solaris and 37 more`."""
    named = ", ".join(f"{each.id} {each.name}" for each in readings[:_FIRST])
    more = f" and {len(readings) - _FIRST:,} more" if len(readings) > _FIRST else ""
    return f"{len(readings):,}: {named}{more}" if readings else "none"


def changes(plan: RestorePlan) -> list[tuple[str, str]]:
    """What goes, what comes, and what becomes as it is in the backup; nothing where nothing can be compared."""
    if not plan.now:
        return []
    if not (plan.goes or plan.comes or plan.differs):
        return [("changes", "no reading")]
    return [("goes", some(plan.goes)), ("comes back", some(plan.comes)), ("changes", some(plan.differs))]


def rows(plan: RestorePlan) -> Iterator[tuple[object, ...]]:
    """The plan for a pipe: a name and its value in each line, and a line for every reading that is concerned."""
    yield "backup", plan.backup
    yield "schema", plan.held.schema
    yield from plan.held.counts._asdict().items()
    yield "newest", newest(plan.held)
    yield "last_change", plan.held.last_change
    yield "journal", plan.journal
    yield "journal_now", present(plan)
    for what, readings in (("goes", plan.goes), ("comes", plan.comes), ("differs", plan.differs)):
        for each in readings:
            yield what, each.id, each.name
