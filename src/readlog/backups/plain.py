"""Backups and restore plans in words, for a terminal and for a pipe."""

from collections.abc import Iterator, Mapping, Sequence

from readlog.backups.results import JournalSummary, ReadingTitle, RestorePlan
from readlog.core.normalize_text import pluralize

_MOST_TITLES = 3
"""Further readings are only counted."""


def describe_counts(counts: Mapping[str, int]) -> str:
    """`812 readings of 745 books, 31 quotes`."""
    text = f"{pluralize(counts.get('readings', 0), 'reading')} of {pluralize(counts.get('books', 0), 'book')}"
    quotes = counts.get("quotes", 0)
    return f"{text}, {pluralize(quotes, 'quote')}" if quotes else text


def format_time(timestamp: str | None) -> str:
    """`2026-11-22 20:58 UTC` for a stored timestamp."""
    return f"{timestamp[:10]} {timestamp[11:16]} UTC" if timestamp else "never"


def describe_contents(summary: JournalSummary) -> str:
    """`812 readings of 745 books, 31 quotes; last change 2026-11-22 20:58 UTC`."""
    return f"{describe_counts(summary.counts._asdict())}; last change {format_time(summary.last_change)}"


def describe_current(plan: RestorePlan) -> str:
    """What the present journal contains, or why it cannot be read."""
    return describe_contents(plan.in_journal) if plan.in_journal else plan.unreadable or "there is none"


def describe_newest(summary: JournalSummary) -> str:
    """`412 Memoirs of a Revolutionary, 2026-11-03`."""
    reading = summary.newest
    return ", ".join(filter(None, (f"{reading.id} {reading.title}", reading.finished))) if reading else "nothing"


def list_titles(readings: Sequence[ReadingTitle]) -> str:
    """`3: 12 Dune, 13 Ubik, 14 Solaris`, and for more `40: 12 Dune, 13 Ubik, 14 Solaris and 37 more`."""
    named = ", ".join(f"{each.id} {each.name}" for each in readings[:_MOST_TITLES])
    more = f" and {len(readings) - _MOST_TITLES:,} more" if len(readings) > _MOST_TITLES else ""
    return f"{len(readings):,}: {named}{more}" if readings else "none"


def change_lines(plan: RestorePlan) -> list[tuple[str, str]]:
    """Labels and texts for the readings that a restore removes, brings back and changes, if they were compared."""
    if not plan.in_journal:
        return []
    if not (plan.only_in_journal or plan.only_in_backup or plan.changed):
        return [("changes", "no reading")]
    return [
        ("goes", list_titles(plan.only_in_journal)),
        ("comes back", list_titles(plan.only_in_backup)),
        ("changes", list_titles(plan.changed)),
    ]


def plan_rows(plan: RestorePlan) -> Iterator[tuple[object, ...]]:
    """The plan for a pipe: rows of a name and its value, then a row for every affected reading."""
    yield "backup", plan.backup
    yield "schema", plan.in_backup.schema
    yield from plan.in_backup.counts._asdict().items()
    yield "newest", describe_newest(plan.in_backup)
    yield "last_change", plan.in_backup.last_change
    yield "journal", plan.journal
    yield "journal_now", describe_current(plan)
    for change, readings in (("goes", plan.only_in_journal), ("comes", plan.only_in_backup), ("differs", plan.changed)):
        for each in readings:
            yield change, each.id, each.name
