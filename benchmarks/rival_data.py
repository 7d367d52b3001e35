"""Writes the readings of a journal as another tool keeps them; run in a process of its own, which may grow.

It is started with a kind of data, the journal, and the path of what is to be written.
"""

import sqlite3
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

_READINGS = """
SELECT readings.id, title, (
        SELECT name FROM contributions JOIN people ON people.id = person_id WHERE book_id = books.id LIMIT 1),
    published, pages, coalesce(finished_first, '2000-01-01'), coalesce(CAST(rating AS INTEGER), 3), review
FROM readings JOIN books ON books.id = readings.book_id ORDER BY readings.id
"""


def jrnl(rows: Iterator[tuple[str, ...]], target: Path) -> None:
    """Its journal: a text with an entry below each date."""
    with target.open("w", encoding="utf-8") as file:
        for _, title, author, _, _, day, _, review in rows:
            file.write(f"[{day} 09:00 AM] {title}, {author}.\n{review}\n\n")


def libro(rows: Iterator[tuple[str, ...]], target: Path) -> None:
    """Its database, which it has made itself."""
    with sqlite3.connect(target) as connection:
        for id_, title, author, published, pages, day, rating, review in rows:
            book = (id_, title, author, published, pages)
            connection.execute("INSERT INTO books (id, title, author, pub_year, pages) VALUES (?, ?, ?, ?, ?)", book)
            reading = (id_, day, rating, review)
            connection.execute("INSERT INTO reviews (book_id, date_read, rating, review) VALUES (?, ?, ?, ?)", reading)


def table(rows: Iterator[tuple[str, ...]], target: Path) -> None:
    """One table, as from a spreadsheet."""
    with sqlite3.connect(target) as connection:
        connection.execute("CREATE TABLE reviews (id INTEGER PRIMARY KEY, title TEXT, author TEXT, review TEXT)")
        values = ((id_, title, author, review) for id_, title, author, *_, review in rows)
        connection.executemany("INSERT INTO reviews VALUES (?, ?, ?, ?)", values)


def folder(rows: Iterator[tuple[str, ...]], target: Path) -> None:
    """A folder with a Markdown file for each review."""
    target.mkdir()
    for id_, title, author, _, _, day, _, review in rows:
        text = f"---\ntitle: {title}\nauthors: [{author}]\nfinished: {day}\n---\n\n{review}\n"
        (target / f"{id_}.md").write_text(text, encoding="utf-8")


KINDS: dict[str, Callable[[Iterator[tuple[str, ...]], Path], None]] = {
    "jrnl": jrnl,
    "libro": libro,
    "table": table,
    "folder": folder,
}


def write(kind: str, journal: str, target: str) -> None:
    """Write the readings of `journal` as that kind of data, at `target`."""
    KINDS[kind](sqlite3.connect(journal).execute(_READINGS), Path(target))


if __name__ == "__main__":
    write(*sys.argv[1:])
