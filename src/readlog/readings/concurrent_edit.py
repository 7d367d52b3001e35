"""Saving an edit of a reading that another session may have changed meanwhile."""

import sqlite3

from readlog.core.domain_model import Reading
from readlog.core.errors import BadInput, NotFound
from readlog.core.merge_text import merge_texts
from readlog.core.partial_date import check_date_order
from readlog.core.reading_record import ASSIGNED_KEYS, changed_keys
from readlog.core.three_way_merge import FieldConflict, MergedRecord, merge_record
from readlog.drafts.results import EditConflict, SavedEdit
from readlog.readings import save_rows
from readlog.readings.add_edit_delete import without_stale_pile_position
from readlog.readings.load_rows import load_readings


def save_edit(connection: sqlite3.Connection, base: Reading, edited: Reading) -> SavedEdit:
    """Save what an editor session made of `base`, merged with what other sessions saved since.

    Runs inside an `operation`. Raises NotFound if the reading was deleted, and EditConflict.
    """
    assert base.id is not None
    found = load_readings(connection, [base.id])
    if not found or found[0].uid != base.uid:
        raise NotFound(
            f"Reading {base.id} was deleted meanwhile. readlog undo brings it back; readlog recover adds yours anew."
        )
    now, before = found[0], connection.total_changes
    new = without_stale_pile_position(now, merge_edits(base, edited, now))
    (book_id,) = connection.execute("SELECT book_id FROM readings WHERE id = ?", (base.id,)).fetchone()
    save_rows.update_book(connection, book_id, now.book, new.book)
    save_rows.update_reading(connection, now, new)
    saved = None if connection.total_changes == before else load_readings(connection, [base.id])[0]
    return SavedEdit(saved, now, changed_keys(base, now))


def merge_edits(base: Reading, edited: Reading, now: Reading) -> Reading:
    """The changes of an editor session and those saved meanwhile, as one reading with the ids and timestamps of `now`.

    A quote that one side changed and the other removed stays as changed. Raises EditConflict.
    """
    ours, theirs = _with_changed_quotes(edited, base, now), _with_changed_quotes(now, base, edited)
    merged = _check_merged_dates(_mark_review(merge_record(base, ours, theirs), base), edited, now)
    yours = _identified_as(now, merged.reading)
    if merged.conflicts:
        keys = [conflict.key for conflict in merged.conflicts]
        raise EditConflict(now, yours, _identified_as(now, merged.with_theirs(now)), keys)
    return yours


def _with_changed_quotes(reading: Reading, base: Reading, other: Reading) -> Reading:
    """The reading with the quotes that it lacks and the other side changed."""
    before, present = {quote.uid: quote for quote in base.quotes if quote.uid}, {quote.uid for quote in reading.quotes}
    changed = [
        quote
        for quote in other.quotes
        if quote.uid in before and quote.uid not in present and quote != before[quote.uid]
    ]
    return reading._replace(quotes=(*reading.quotes, *changed)) if changed else reading


def _mark_review(merged: MergedRecord, base: Reading) -> MergedRecord:
    """With the lines in conflict between markers, if the review is in conflict and neither side removed it."""
    conflict = next((each for each in merged.conflicts if each.key == "review"), None)
    if not conflict or not conflict.ours or not conflict.theirs:
        return merged
    review, _ = merge_texts(base.review or "", conflict.ours, conflict.theirs)
    marked = FieldConflict("review", review, review)
    conflicts = tuple(marked if each is conflict else each for each in merged.conflicts)
    return MergedRecord(merged.reading._replace(review=review), conflicts)


def _check_merged_dates(merged: MergedRecord, edited: Reading, now: Reading) -> MergedRecord:
    """With both dates in conflict, if the start of one side and the end of the other are in the wrong order."""
    dates = [(each.started, each.finished) for each in (merged.reading, edited, now)]
    if dates[0] in dates[1:]:
        return merged
    try:
        check_date_order(*dates[0])
    except BadInput:
        if not {conflict.key for conflict in merged.conflicts} & {"started", "finished"}:
            started = FieldConflict("started", edited.started, now.started)
            finished = FieldConflict("finished", edited.finished, now.finished)
            reading = merged.reading._replace(started=edited.started, finished=edited.finished)
            return MergedRecord(reading, (*merged.conflicts, started, finished))
    return merged


def _identified_as(now: Reading, reading: Reading) -> Reading:
    given = {key: getattr(now, key) for key in ASSIGNED_KEYS}
    return reading._replace(book=reading.book._replace(uid=now.book.uid), **given)
