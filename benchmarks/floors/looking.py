"""What a day with the journal asks SQLite for: the first page, quotes, names, a goal, a year, a book through the years.

Loaded only where one of them is measured. As in `statements`, it is what readlog asks.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

from .statements import AUTHORS, Row

YEAR, TODAY = "2025", "2025-12-28"
_DAY = "12-28"
_MIDNIGHT = f"{TODAY}T00:00:00.000Z"

_TIMES = """(SELECT count(*) FROM readings AS earlier WHERE earlier.book_id = readings.book_id
    AND earlier.status <> 'to-read' AND (earlier.moment, earlier.id) <= (readings.moment, readings.id))"""
_PLACE = """CASE WHEN progress <> '[]' THEN (SELECT json_extract(value, '$.at') FROM json_each(progress)
    WHERE json_extract(value, '$.at') IS NOT NULL ORDER BY key DESC LIMIT 1) END"""
_LISTED = f"""
SELECT readings.id, status, started, finished, rating, title, {AUTHORS}, {_TIMES}, {_PLACE}, pages
FROM readings JOIN books ON books.id = readings.book_id WHERE readings.id IN ({{}})
"""
_OVERVIEW = (
    "SELECT id FROM readings WHERE moment >= '9999' ORDER BY moment DESC, id DESC LIMIT 3",
    "SELECT id FROM readings WHERE status = 'paused' ORDER BY moment DESC, id DESC LIMIT 2",
    "SELECT id FROM readings WHERE pile IS NOT NULL AND status = 'to-read' ORDER BY pile DESC, id LIMIT 1",
    """SELECT id FROM readings WHERE moment < '9999' AND +status = 'finished' AND finished IS NOT NULL
    ORDER BY moment DESC, id DESC LIMIT 1""",
)
_SAME_DAY = f"""
SELECT id FROM readings WHERE length(finished) = 10 AND substr(finished, 6) = '{_DAY}' AND finished < '{TODAY}'
ORDER BY finished DESC LIMIT 3
"""
_GOAL = (
    f"""SELECT count(*) FROM readings
    WHERE moment >= '{YEAR}' AND moment < '{int(YEAR) + 1}' AND status = 'finished' AND finished IS NOT NULL""",
    f"SELECT books FROM goals WHERE year = {YEAR}",
)
_NEW_QUOTES = f"""
SELECT min(row_id) FROM changes
WHERE operation_id IN (SELECT id FROM operations WHERE at >= '{_MIDNIGHT}')
    AND action = 'insert' AND table_name = 'quotes'
"""
_QUOTE = f"""
SELECT reading_id, page, location, text, title, {AUTHORS}, remark
FROM quotes JOIN readings ON readings.id = reading_id JOIN books ON books.id = book_id
"""
_NEWEST_FIRST = "ORDER BY moment DESC, reading_id DESC, quotes.position, quotes.id"
_CANDIDATES = """
SELECT id, text || coalesce(char(10) || remark, '') FROM quotes
WHERE reading_id IN (SELECT rowid FROM search WHERE search MATCH ?)
"""
_NAMED = """
SELECT named.name, count(*) AS books, sum(ended) AS ended, max(last) AS last, sum(stars) / sum(rated), sum(rated)
FROM (
    SELECT readings.book_id AS book_id, count(*) FILTER (WHERE status = 'finished') AS ended,
        max(CASE WHEN status = 'finished' THEN moment || ' ' || finished END) AS last,
        sum(rating) AS stars, count(rating) AS rated
    FROM readings GROUP BY readings.book_id) AS known {}
GROUP BY named.id ORDER BY books DESC, ended DESC, named.name COLLATE NOCASE, named.name
"""
_TAGS = "JOIN book_tags AS link ON link.book_id = known.book_id JOIN tags AS named ON named.id = tag_id"
_AUTHORS = """JOIN contributions AS link ON link.book_id = known.book_id AND role = 'author'
    JOIN people AS named ON named.id = person_id"""
_PILE = "SELECT id FROM readings WHERE status = 'to-read' ORDER BY pile DESC NULLS LAST, id"
_THROUGH_THE_YEARS = """
SELECT readings.id, readings.uid, status, started, finished, rating, format, review, private_note, sources, extra,
    created_at, updated_at, progress, pile,
    books.id, books.uid, title, subtitle, series, series_number, isbn, publisher, published, pages, language
FROM readings JOIN books ON books.id = readings.book_id
WHERE book_id = (SELECT book_id FROM readings WHERE id = ?) ORDER BY moment, readings.id
"""
_OF_BOOK = (
    "SELECT name, role FROM contributions JOIN people ON people.id = person_id WHERE book_id = ? ORDER BY position",
    "SELECT name FROM book_tags JOIN tags ON tags.id = tag_id WHERE book_id = ? ORDER BY name",
    "SELECT text, page, location, remark FROM quotes JOIN readings ON readings.id = reading_id WHERE book_id = ?",
)


def dashboard(connection: sqlite3.Connection, _: str) -> Iterator[Row]:
    """What is read, paused, next, and was finished last; this year, this day in others with reviews, a quote."""
    yield connection.execute("SELECT count(*) FROM readings").fetchone()
    for statement in _OVERVIEW:
        yield from connection.execute(_LISTED.format(statement))
    yield from goal(connection, "")
    for row in connection.execute(_LISTED.format(_SAME_DAY)).fetchall():
        yield row + connection.execute("SELECT substr(review, 1, 100) FROM readings WHERE id = ?", row[:1]).fetchone()
    connection.execute(_NEW_QUOTES).fetchone()
    (last,) = connection.execute("SELECT max(id) FROM quotes").fetchone()
    yield from connection.execute(f"{_QUOTE} WHERE quotes.id >= ? ORDER BY quotes.id LIMIT 1", (last // 2,))


def goal(connection: sqlite3.Connection, _: str) -> Iterator[Row]:
    """How many books the year shall have, and has."""
    yield tuple((connection.execute(statement).fetchone() or (None,))[0] for statement in _GOAL)


def quotes(connection: sqlite3.Connection, limit: str) -> Iterator[Row]:
    """The quotes of the newest readings, so many or all, and how many there are."""
    connection.execute("SELECT count(*) FROM quotes").fetchone()
    return connection.execute(f"{_QUOTE} {_NEWEST_FIRST} LIMIT ?", (int(limit or -1),))


def quotes_as_markdown(connection: sqlite3.Connection, _: str) -> Iterator[Row]:
    """Every quote as a block quote, with the book and who wrote it, an empty line between two."""
    import re

    active, between = re.compile(r"([<\[\]`&])"), ""
    for _id, page, location, *texts, authors, remark in quotes(connection, ""):
        text, title = (active.sub(r"\\\1", str(each)) for each in texts)
        passage = text.replace("\n", "\n> ")
        source = ", ".join([f"*{title}*", *(str(each) for each in (authors, page, location) if each)])
        yield (f"{between}> {passage}\n>\n> — {source}" + (f"\n\n{remark}" if remark else ""),)
        between = "\n"


def any_quote(connection: sqlite3.Connection, _: str) -> Iterator[Row]:
    """Any one quote."""
    from random import randrange

    (count,) = connection.execute("SELECT count(*) FROM quotes").fetchone()
    any_id = "SELECT id FROM quotes LIMIT 1 OFFSET ?"
    return connection.execute(f"{_QUOTE} WHERE quotes.id = ({any_id})", (randrange(count),))


def quotes_with(connection: sqlite3.Connection, word: str) -> Iterator[Row]:
    """The quotes with a word, which an index of its own finds in those of the readings that have it in one."""
    candidates = connection.execute(_CANDIDATES, (f'{{quotes}} : "{word}" *',))
    (index,) = connection.execute("SELECT sql FROM sqlite_schema WHERE name = 'search'").fetchone()
    with closing(sqlite3.connect(":memory:")) as memory:
        memory.execute(index)
        memory.executemany("INSERT INTO search (rowid, quotes) VALUES (?, ?)", candidates)
        found = [
            str(id_) for (id_,) in memory.execute("SELECT rowid FROM search WHERE search MATCH ?", (f'"{word}" *',))
        ]
    named = f'{{title contributors series tags}} : "{word}" *'
    fitting = f"quotes.id IN ({','.join(found)}) OR reading_id IN (SELECT rowid FROM search WHERE search MATCH ?)"
    return connection.execute(f"{_QUOTE} WHERE {fitting} {_NEWEST_FIRST}", (named,))


def any_reading(connection: sqlite3.Connection, _: str) -> Iterator[Row]:
    """All that is known of any one reading and of its book."""
    from random import randrange

    (count,) = connection.execute("SELECT count(*) FROM readings").fetchone()
    any_id = connection.execute("SELECT id FROM readings LIMIT 1 OFFSET ?", (randrange(count),)).fetchone()
    return through_the_years(connection, str(any_id[0]))


def through_the_years(connection: sqlite3.Connection, id_: str) -> Iterator[Row]:
    """All readings of a book, the people, the tags, the quotes."""
    readings = connection.execute(_THROUGH_THE_YEARS, (int(id_),)).fetchall()
    for reading in readings:
        for value in reading:
            yield (value,)
    for statement in _OF_BOOK:
        yield from connection.execute(statement, (readings[0][15],))


def tags(connection: sqlite3.Connection, _: str) -> Iterator[Row]:
    """Every tag, with what was read of it."""
    return connection.execute(_NAMED.format(_TAGS))


def authors(connection: sqlite3.Connection, limit: str) -> Iterator[Row]:
    """Every author, or the first so many, with what was read of them."""
    return iter(connection.execute(_NAMED.format(_AUTHORS)).fetchall()[: int(limit) if limit else None])


def pile(connection: sqlite3.Connection, _: str) -> Iterator[Row]:
    """The wants, from the top of the pile down."""
    ids = [id_ for (id_,) in connection.execute(_PILE)]
    rows = connection.execute(
        f"""SELECT readings.id, status, started, finished, rating, title, {AUTHORS}
        FROM readings JOIN books ON books.id = readings.book_id
        WHERE readings.id IN (SELECT value FROM json_each(?))""",
        ("[" + ",".join(map(str, ids)) + "]",),
    )
    known = {row[0]: row for row in rows}
    return (known[id_] for id_ in ids)


def year(connection: sqlite3.Connection, _: str) -> Iterator[Row]:
    """A year in numbers, all of them: the readings of it first, then everything that is said of them."""
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("CREATE TEMP TABLE chosen (id INTEGER PRIMARY KEY, book_id, finished, rating, pages)")
    connection.execute(f"INSERT INTO chosen {_OF_YEAR.format('finished')}")
    for statement in _YEAR:
        yield from connection.execute(statement)


_OF_YEAR = f"""
SELECT readings.id AS id, readings.book_id AS book_id, finished, rating, pages
FROM readings JOIN books ON books.id = readings.book_id
WHERE finished_after > '{YEAR}-01-01' AND finished_first < '{int(YEAR) + 1}-01-01' AND readings.status = '{{}}'
    AND readings.finished >= '{YEAR}' AND readings.finished < '{int(YEAR) + 1}'
"""
_FIGURES = "count(*), count(DISTINCT book_id), sum(pages), count(*) - count(pages), avg(rating), count(rating)"
_WRITTEN = "CROSS JOIN contributions ON contributions.book_id = {}.book_id AND role = 'author'"
_READ = f"""
SELECT name, count(*) AS readings, count(DISTINCT chosen.book_id), avg(rating) AS stars, count(rating) AS rated
FROM chosen {_WRITTEN.format("chosen")} JOIN people ON people.id = person_id GROUP BY person_id
"""
_SPENT = """
WITH spent AS MATERIALIZED (
    SELECT chosen.id AS id, julianday(chosen.finished) - julianday(started) AS days
    FROM readings CROSS JOIN chosen ON chosen.id = readings.id
    WHERE started > '' AND length(started) = 10 AND length(chosen.finished) = 10)
SELECT avg(days), max(days), min(days), (SELECT id FROM spent ORDER BY days LIMIT 1),
    (SELECT id FROM spent ORDER BY days DESC LIMIT 1)
FROM spent
"""
_YEAR = (
    f"SELECT NULL, {_FIGURES} FROM chosen",
    f"SELECT substr(finished, 1, 7), {_FIGURES} FROM chosen GROUP BY 1 ORDER BY 1",
    "SELECT rating, count(*) FROM chosen GROUP BY 1",
    "SELECT finished, count(*) FROM chosen WHERE length(finished) = 10 GROUP BY 1 ORDER BY 1",
    f"{_READ} ORDER BY readings DESC, name LIMIT 10",
    f"{_READ} HAVING count(rating) > 1 ORDER BY stars DESC, rated DESC, name LIMIT 10",
    f"""SELECT count(*), count(*) FILTER (WHERE first < '{YEAR}') FROM (
        SELECT person_id, substr(min(finished), 1, 4) AS first
        FROM readings {_WRITTEN.format("readings")} WHERE status = 'finished' GROUP BY 1)
    WHERE person_id IN (SELECT person_id FROM chosen {_WRITTEN.format("chosen")})""",
    "SELECT max(pages), id FROM chosen UNION ALL SELECT min(pages), id FROM chosen",
    _SPENT,
    f"""SELECT abandoned.id, title, progress, abandoned.pages FROM ({_OF_YEAR.format("abandoned")}) AS abandoned
    JOIN readings ON readings.id = abandoned.id JOIN books ON books.id = abandoned.book_id
    ORDER BY moment DESC LIMIT 10""",
    """SELECT id, time, count(*) OVER () FROM (
        SELECT id, moment, row_number() OVER (PARTITION BY book_id ORDER BY moment, id) AS time FROM readings
        WHERE book_id IN (SELECT chosen.book_id FROM chosen
            CROSS JOIN readings AS other ON other.book_id = chosen.book_id AND other.id <> chosen.id))
    WHERE time > 1 AND id IN (SELECT id FROM chosen) ORDER BY time DESC, moment DESC LIMIT 10""",
)
