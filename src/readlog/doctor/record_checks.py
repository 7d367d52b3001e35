"""What in the record looks wrong: dates that cannot be or are too many, texts that are none, and orphans."""

import re
from collections.abc import Iterator

from readlog.core.clock import today
from readlog.core.text import CONTROLS
from readlog.doctor.file_checks import Case
from readlog.doctor.results import DAMAGE, FIX, RECORD, REMARK, SALVAGE, Finding
from readlog.storage.transaction import operation

_NAME = "readings.id, title"
_READINGS = "FROM readings JOIN books ON books.id = readings.book_id"
_TURNED = f"""
SELECT {_NAME}, started, finished {_READINGS} WHERE finished_after <= started_first ORDER BY readings.id
"""
_FUTURE = f"""
SELECT {_NAME}, started, finished {_READINGS} WHERE max(ifnull(started_first, ''), ifnull(finished_first, '')) > ?
ORDER BY readings.id
"""
_HEAPS = """
SELECT finished, count(*), count(*) FILTER (
    WHERE finished IN (substr(created_at, 1, 10), date(created_at, 'localtime'))), json_group_array(id)
FROM readings WHERE length(finished) = 10 GROUP BY finished HAVING count(*) >= ? ORDER BY finished
"""
_HEAP, _HEAP_OF_MADE_UP = 10, 5
"""Books finished on one day. Ten nobody reads in a day. Five are enough on a 1 January, which services write for a
year, and where they were written down on that very day, which is what an import without dates leaves."""
_OF_HEAP = (
    "readlog list finished:{day} | awk -F'\\t' '$4 == \"{day}\" {{ print $1 }}' | "
    "xargs -n1 readlog edit --finished {known}"
)
"""All of a heap, and not what was finished in some month or about that day, which the query finds too."""

_ORPHANS = {
    "books": ("book", "without a reading", "NOT EXISTS (SELECT 1 FROM readings WHERE book_id = books.id)"),
    "people": ("person", "of no book", "NOT EXISTS (SELECT 1 FROM contributions WHERE person_id = people.id)"),
    "tags": ("tag", "of no book", "NOT EXISTS (SELECT 1 FROM book_tags WHERE tag_id = tags.id)"),
}
_MANY = {"book": "books", "person": "people", "tag": "tags"}

_TEXTS = {
    "books": (
        "title subtitle series series_number publisher language",
        "SELECT min(id) FROM readings WHERE book_id = {}",
    ),
    "people": (
        "name sort_name",
        "SELECT min(readings.id) FROM readings JOIN contributions USING (book_id) WHERE person_id = {}",
    ),
    "contributions": (
        "role",
        "SELECT min(readings.id) FROM readings JOIN contributions USING (book_id) WHERE contributions.id = {}",
    ),
    "tags": ("name", "SELECT min(readings.id) FROM readings JOIN book_tags USING (book_id) WHERE tag_id = {}"),
    "readings": ("review private_note sources extra created_at updated_at", "SELECT {}"),
    "quotes": ("text page location remark marked_at", "SELECT reading_id FROM quotes WHERE id = {}"),
}
"""The columns with somebody's words, and the reading by which one comes to a row."""

_GIVEN = ("created_at", "updated_at")

_PLAIN = bytes(range(0x20, 0x7F)) + b"\t\n"
_NO_TIME = "SELECT id FROM readings WHERE datetime(created_at) IS NULL OR datetime(updated_at) IS NULL"


def find_turned_dates(case: Case) -> list[Finding]:
    """Readings that were finished before they were started."""
    return [
        Finding(
            RECORD,
            REMARK,
            "dates",
            f"{id_} {title}: finished {finished}, before it was started, {started}.",
            f"readlog edit {id_} --started DATE --finished DATE",
            ids=(id_,),
        )
        for id_, title, started, finished in case.connection.execute(_TURNED)
    ]


def find_future_dates(case: Case) -> list[Finding]:
    """Readings of days that are still to come."""
    day = today().isoformat()
    return [
        Finding(
            RECORD,
            REMARK,
            "future",
            f"{id_} {title}: {_later(started, finished, day)}, which is still to come.",
            f"readlog edit {id_} --{_later(started, finished, day).split()[0]} DATE",
            ids=(id_,),
        )
        for id_, title, started, finished in case.connection.execute(_FUTURE, (day,))
    ]


def find_heaps(case: Case) -> list[Finding]:
    """Days on which more was finished than anybody reads in one."""
    found = []
    for day, count, at_once, ids in case.connection.execute(_HEAPS, (_HEAP_OF_MADE_UP,)):
        new_year = day.endswith("-01-01")
        if not (new_year or at_once >= _HEAP_OF_MADE_UP or count >= _HEAP):
            continue
        numbers = tuple(sorted(map(int, re.findall(r"\d+", ids))))
        why = "services write that for a year" if new_year else "it may be the day of an import"
        known = day[:4] if new_year else "none"
        what = f"{count:,} readings are finished on {day}: {why}. See: readlog list finished:{day}"
        command = _OF_HEAP.format(day=day, known=known)
        found.append(Finding(RECORD, REMARK, "heap", what, command, count, numbers))
    return found


def find_orphans(case: Case) -> list[Finding]:
    """Books, people and tags that nothing leads to; readlog leaves none, other tools do."""
    found = []
    for table, (one, how, none) in _ORPHANS.items():
        ids = tuple(id_ for (id_,) in case.connection.execute(f"SELECT id FROM {table} WHERE {none} ORDER BY id"))
        if ids:
            number = f"1 {one} {how} is" if len(ids) == 1 else f"{len(ids):,} {_MANY[one]} {how} are"
            what = f"{number} left over. What is removed, readlog undo brings back."
            found.append(Finding(RECORD, REMARK, f"orphans, {table}", what, FIX, len(ids), ids, fix=True))
    return found


def remove_orphans(case: Case) -> None:
    """Remove them, in one operation."""
    with operation(case.connection, "doctor"):
        for table, (_, _, none) in _ORPHANS.items():
            case.connection.execute(f"DELETE FROM {table} WHERE {none}")


def find_unclean_texts(case: Case) -> list[Finding]:
    """Texts with characters that act on a terminal, and what is no text at all."""
    found: list[Finding] = []
    for table, (columns, _) in _TEXTS.items():
        raw = ", ".join(f"CAST({column} AS BLOB)" for column in columns.split())
        for id_, *texts in case.connection.execute(f"SELECT id, {raw} FROM {table}"):
            for column, text in zip(columns.split(), texts, strict=True):
                if text and text.translate(None, _PLAIN):
                    found += _unclean(case, table, id_, column, text)
    return found


def find_untimed(case: Case) -> list[Finding]:
    """Readings of which it is not known when they were written down."""
    ids = tuple(id_ for (id_,) in case.connection.execute(_NO_TIME))
    what = f"created_at or updated_at of {', '.join(map(str, ids[:5]))} is not a time."
    return [Finding(RECORD, DAMAGE, "times", what, SALVAGE, len(ids), ids)] if ids else []


def _later(started: str | None, finished: str | None, day: str) -> str:
    return f"finished {finished}" if finished and finished > day else f"started {started}"


def _unclean(case: Case, table: str, id_: int, column: str, raw: bytes) -> Iterator[Finding]:
    said = _what_is_wrong(raw)
    if said:
        (reading,) = case.connection.execute(_TEXTS[table][1].format(int(id_))).fetchone() or (None,)
        of = f"{reading}: " if reading else ""
        level = REMARK if "control" in said else DAMAGE
        command = _cleaning(reading, column, level)
        what = f"{of}{column} ({table} {id_}) {said}."
        yield Finding(RECORD, level, "text", what, command, ids=(reading,) if reading else ())


def _cleaning(reading: int | None, column: str, level: str) -> str:
    """An edit cleans what it reads; it cannot read what is no text, and the journal's own moments nobody edits."""
    if reading is None:
        return FIX
    return SALVAGE if level == DAMAGE or column in _GIVEN else f"readlog edit {reading}"


def _what_is_wrong(raw: bytes) -> str | None:
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return "has bytes that are no text"
    return "has control characters" if CONTROLS.search(text) else None
