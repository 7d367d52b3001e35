"""What readings are counted by, the figures as a picture, and a year as a page.

Loaded only where one of them is measured. As in `statements`, it is what readlog asks.
"""

import sqlite3
from collections.abc import Iterator

from .looking import YEAR, year
from .statements import AUTHORS, Row

_MONTH = "substr(chosen.finished, 6, 2) BETWEEN '01' AND '12'"
_RATING = "chosen.rating"
_FIGURES = f"""count(*) AS readings, count(DISTINCT chosen.book_id), sum(chosen.pages), count(*) - count(chosen.pages),
    avg({_RATING}), count({_RATING}), avg({_RATING} * {_RATING}) - avg({_RATING}) * avg({_RATING}),
    count(*) - count(chosen.finished), count(*) FILTER (WHERE chosen.finished IS NOT NULL AND NOT {_MONTH}),
    count(*) FILTER (WHERE substr(chosen.finished, -1) = '~')"""
_FINISHED = "readings.status = 'finished'"
_CHOSEN = """
INSERT INTO chosen SELECT readings.id, book_id, status, finished, rating, pages
FROM readings JOIN books ON books.id = book_id WHERE {} ORDER BY readings.id
"""
_READING = "JOIN readings ON readings.id = chosen.id"
_BOOK = "JOIN books ON books.id = chosen.book_id"
_AUTHORS = """CROSS JOIN contributions ON contributions.book_id = chosen.book_id AND role = 'author'
    JOIN people ON people.id = person_id"""
_TAGS = "JOIN book_tags ON book_tags.book_id = chosen.book_id JOIN tags ON tags.id = tag_id"
_IN_ORDER, _MOST_FIRST = "label IS NULL, label", "readings DESC, label IS NULL, label"
_BY_MONTH = "label IS NULL, substr(label, 1, 4), length(label) = 4, label"
_BY = {
    "year": ("substr(chosen.finished, 1, 4)", "", _IN_ORDER),
    "month": (f"substr(chosen.finished, 1, CASE WHEN {_MONTH} THEN 7 ELSE 4 END)", "", _BY_MONTH),
    "rating": ("chosen.rating", "", "label DESC"),
    "status": ("chosen.status", "", _MOST_FIRST),
    "format": ("format", _READING, _MOST_FIRST),
    "language": ("language", _BOOK, _MOST_FIRST),
    "publisher": ("publisher", _BOOK, _MOST_FIRST),
    "decade": ("published - published % 10", _BOOK, _IN_ORDER),
    "tag": ("tags.name", _TAGS, _MOST_FIRST),
    "author": ("people.name", _AUTHORS, _MOST_FIRST),
}
_STATS = (
    f"SELECT NULL, {_FIGURES} FROM chosen",
    f"SELECT substr(finished, 1, 4), {_FIGURES} FROM chosen GROUP BY 1 ORDER BY 1",
    "SELECT rating, count(*) FROM chosen GROUP BY 1",
    "SELECT count(DISTINCT person_id) FROM years",
    """SELECT name, sum(readings) AS readings, sum(stars) / sum(rated) FROM years JOIN people ON people.id = person_id
    GROUP BY person_id ORDER BY readings DESC, name LIMIT 10""",
    """SELECT name, sum(readings), sum(stars) / sum(rated) AS stars, sum(rated) AS rated
    FROM years JOIN people ON people.id = person_id
    GROUP BY person_id HAVING sum(rated) > 1 ORDER BY stars DESC, 4 DESC, name LIMIT 10""",
    """SELECT year, sum(first = year), sum(first < year) FROM (
        SELECT year, min(year) OVER (PARTITION BY person_id) AS first FROM years) GROUP BY 1""",
    "SELECT max(pages), min(pages) FROM chosen",
    """WITH spent AS MATERIALIZED (
        SELECT chosen.id AS id, julianday(chosen.finished) - julianday(started) AS days
        FROM readings CROSS JOIN chosen ON chosen.id = readings.id
        WHERE started > '' AND length(started) = 10 AND length(chosen.finished) = 10)
    SELECT count(*), (SELECT days FROM spent ORDER BY days LIMIT 1 OFFSET (SELECT count(*) / 2 FROM spent)),
        min(days), max(days) FROM spent""",
    "SELECT count(*), count(DISTINCT book_id), sum(progress <> '[]') FROM readings WHERE status = 'abandoned'",
    """SELECT readings.id, title, progress, pages FROM readings JOIN books ON books.id = readings.book_id
    WHERE status = 'abandoned' ORDER BY moment DESC, readings.id DESC LIMIT 10""",
    """SELECT id, time, count(*) OVER () FROM (
        SELECT id, moment, row_number() OVER (PARTITION BY book_id ORDER BY moment, id) AS time FROM readings
        WHERE +status = 'finished' AND book_id IN (SELECT book_id FROM readings GROUP BY 1 HAVING count(*) > 1))
    WHERE time > 1 ORDER BY time DESC, moment DESC LIMIT 10""",
)
_YEARS = """
INSERT INTO years SELECT person_id, substr(finished, 1, 4), count(*), sum(rating), count(rating)
FROM chosen CROSS JOIN contributions ON contributions.book_id = chosen.book_id AND role = 'author' GROUP BY 1, 2
"""
_NEW = f"""
SELECT name FROM (
    SELECT person_id, min(finished) AS first, avg(rating) FILTER (WHERE substr(finished, 1, 4) = '{YEAR}') AS stars
    FROM readings CROSS JOIN contributions ON contributions.book_id = readings.book_id AND role = 'author'
    WHERE {_FINISHED} GROUP BY 1)
JOIN people ON people.id = person_id WHERE first >= '{YEAR}' AND first < '{int(YEAR) + 1}' ORDER BY stars DESC, name
"""
_UNDATED = f"SELECT count(*) FROM readings WHERE {_FINISHED} AND finished IS NULL"
_LOVED = f"""
SELECT chosen.id, chosen.rating, title, {AUTHORS}, substr(review, 1, 300)
FROM chosen JOIN readings ON readings.id = chosen.id JOIN books ON books.id = chosen.book_id
ORDER BY chosen.rating DESC, moment DESC LIMIT 10
"""
_KEPT = """
SELECT text, title FROM chosen CROSS JOIN quotes ON reading_id = chosen.id JOIN books ON books.id = book_id
WHERE chosen.rating >= 4 GROUP BY chosen.id ORDER BY chosen.rating DESC LIMIT 3
"""


def stats(connection: sqlite3.Connection, _: str) -> Iterator[Row]:
    """The journal in numbers, all of them."""
    _choose(connection, _FINISHED)
    connection.execute(
        "CREATE TEMP TABLE years (person_id, year, readings, stars, rated, PRIMARY KEY (person_id, year))"
    )
    connection.execute(_YEARS)
    for statement in _STATS:
        yield from connection.execute(statement)


def _choose(connection: sqlite3.Connection, where: str) -> None:
    """Keep the readings that are counted in a table of this connection, in memory."""
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("CREATE TEMP TABLE chosen (id INTEGER PRIMARY KEY, book_id, status, finished, rating, pages)")
    connection.execute(_CHOSEN.format(where))


def by(connection: sqlite3.Connection, word: str) -> Iterator[Row]:
    """What is finished, or all, chosen once; then the figures of all of it, which are not told, and of each group."""
    label, joined, order = _BY[word]
    _choose(connection, "1" if word == "status" else _FINISHED)
    connection.execute(f"SELECT {_FIGURES} FROM chosen").fetchone()
    return connection.execute(f"SELECT {label} AS label, {_FIGURES} FROM chosen {joined} GROUP BY 1 ORDER BY {order}")


def picture(connection: sqlite3.Connection, path: str) -> Iterator[Row]:
    """The journal in numbers as an SVG file: a line and a bar for each."""
    from html import escape

    with open(path, "w", encoding="utf-8") as file:
        file.write('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 2600">\n')
        for number, row in enumerate(stats(connection, ""), 1):
            words = escape(" ".join(str(value) for value in row if value is not None))
            length = row[-1] if isinstance(row[-1], int) else 1
            file.write(f'<text x="32" y="{20 * number}">{words}</text>\n')
            file.write(f'<rect x="300" y="{20 * number}" width="{length}" height="13"/>\n')
        file.write("</svg>\n")
    yield (path,)


def page(connection: sqlite3.Connection, path: str) -> Iterator[Row]:
    """A year as a page of Markdown: all of its numbers, the best loved, who was new, some lines that were kept."""
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(_page(connection))
    yield (path,)


def _page(connection: sqlite3.Connection) -> Iterator[str]:
    for row in year(connection, ""):
        yield "- " + ", ".join(str(value) for value in row if value is not None) + "\n"
    for _, rating, title, authors, review in connection.execute(_LOVED):
        yield f"- {rating} **{title}**, {authors}  \n  {review.partition('.')[0]}\n"
    yield ", ".join(name for (name,) in connection.execute(_NEW)) + "\n"
    for text, title in connection.execute(_KEPT):
        yield f"> {text}\n>\n> — *{title}*\n\n"
    yield f"{connection.execute(_UNDATED).fetchone()[0]} without a date\n"
