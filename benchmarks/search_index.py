"""Whether the search index should have its own text or read it from a view, and an index of beginnings: side by side.

    python benchmarks/search_index.py [READINGS]

Makes the journal's own tables three times: as they are, with an index whose content is the view
`search_text`, and with FTS5's index of the first two and three letters of words. Fills them with the
same invented readings from a fixed seed, and writes what it finds to `docs/search-index.md`. Times
are CPU seconds of this process.
"""

import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from readlog.storage.schema import SCHEMA_V1
from readlog.storage.triggers import TABLES_V1, all_triggers

DOCUMENT = Path(__file__).parent.parent / "docs" / "search-index.md"
COLUMNS = "title, contributors, series, tags, review, note, quotes"
OWN = "INSERT INTO search (rowid, {0}) SELECT id, {0} FROM search_text"
REBUILD = "INSERT INTO search (search) VALUES ('rebuild')"
FROM_VIEW = SCHEMA_V1.replace("    tokenize =", "    content = 'search_text', content_rowid = 'id', tokenize =")
WITH_BEGINNINGS = SCHEMA_V1.replace("    tokenize =", "    prefix = '2 3', tokenize =")
SEARCH = """
SELECT rowid, bm25(search, 10, 8, 4, 4, 1, 1, 1), snippet(search, 4, '[', ']', '...', 14)
FROM search WHERE search MATCH ? ORDER BY 2 LIMIT 20
"""


def reviews(count: int) -> list[tuple[str, str]]:
    """Titles and reviews of 50 to 800 words out of 20,000, the same ones every time."""
    chance = random.Random(1905)
    words = ["".join(chance.choices("abcdefghijklmnoprstuvwyzé", k=chance.randint(2, 10))) for _ in range(20_000)]
    weights = [1 / (rank + 3) for rank in range(len(words))]
    return [
        (
            " ".join(chance.choices(words, weights, k=3)),
            " ".join(chance.choices(words, weights, k=chance.randint(50, 800))),
        )
        for _ in range(count)
    ]


def journal(path: Path, tables: str, rows: list[tuple[str, str]]) -> sqlite3.Connection:
    """A journal with these rows and no index yet."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.executescript(tables)
    connection.execute("BEGIN")
    for title, review in rows:
        book = connection.execute("INSERT INTO books (title) VALUES (?)", (title,)).lastrowid
        connection.execute("INSERT INTO readings (book_id, review) VALUES (?, ?)", (book, review))
    connection.execute("COMMIT")
    return connection


def seconds(work: Callable[[], object], times: int = 1) -> float:
    """CPU time of one run of `work`, the best of `times`."""
    best = float("inf")
    for _ in range(times):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def measure(folder: Path, name: str, tables: str, rows: list[tuple[str, str]]) -> dict[str, float]:
    """What one kind of index costs."""
    path = folder / f"{name}.db"
    connection = journal(path, tables, rows)
    build = REBUILD if tables == FROM_VIEW else OWN.format(COLUMNS)
    costs = {"build, s": seconds(lambda: connection.execute(build))}
    rare = connection.execute(
        "SELECT substr(review, 1, instr(review, ' ') - 1) FROM readings WHERE id = 77"
    ).fetchone()[0]
    costs["rare word with passage, ms"] = 1000 * seconds(
        lambda: connection.execute(SEARCH, (f'"{rare}"',)).fetchall(), 20
    )
    for letters in (2, 3, 5):
        beginning = f'"{rare[:letters]}"*'
        costs[f"beginning of {letters} letters, ms"] = 1000 * seconds(partial(found, connection, beginning), 5)
    common = max(rows[0][1].split(), key=rows[0][1].split().count)
    costs["common word with passage, ms"] = 1000 * seconds(
        lambda: connection.execute(SEARCH, (f'"{common}"',)).fetchall(), 5
    )
    connection.close()
    costs["file, MB"] = path.stat().st_size / 1e6
    return costs


def found(connection: sqlite3.Connection, expression: str) -> list[tuple[object, ...]]:
    """What a search finds."""
    return connection.execute(SEARCH, (expression,)).fetchall()


def survives(folder: Path, name: str, tables: str) -> str:
    """What happens to the index when another tool replaces a row."""
    connection = journal(folder / f"{name}-replaced.db", tables, [("Dune", "sand")])
    if tables != FROM_VIEW:
        connection.executescript(all_triggers(TABLES_V1))
        connection.execute(OWN.format(COLUMNS))
    else:
        connection.execute(REBUILD)
        connection.executescript(
            f"""
            CREATE TRIGGER readings_delete BEFORE DELETE ON readings BEGIN
                INSERT INTO search (search, rowid, {COLUMNS})
                SELECT 'delete', id, {COLUMNS} FROM search_text WHERE id = OLD.id;
            END;
            CREATE TRIGGER readings_insert AFTER INSERT ON readings BEGIN
                INSERT INTO search (rowid, {COLUMNS}) SELECT id, {COLUMNS} FROM search_text WHERE id = NEW.id;
            END;
            """
        )
    connection.execute("INSERT OR REPLACE INTO readings (id, book_id, review) VALUES (1, 1, 'spice')")
    stale = connection.execute("SELECT count(*) FROM search WHERE search MATCH 'sand'").fetchone()[0]
    connection.close()
    return "finds words that are gone" if stale else "true"


def main(count: int) -> None:
    """Measure both and write the document."""
    rows = reviews(count)
    kinds = {"own text": SCHEMA_V1, "text from the view": FROM_VIEW, "own text and beginnings": WITH_BEGINNINGS}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        costs = {kind: measure(folder, kind, tables, rows) for kind, tables in kinds.items()}
        after = {kind: survives(folder, kind, tables) for kind, tables in kinds.items()}
    lines = [
        f"| {what} | " + " | ".join(f"{costs[kind][what]:.2f}" for kind in kinds) + " |" for what in costs["own text"]
    ]
    text = (
        "# The search index: its own text, the view's, or more\n\n"
        f"Written by `python benchmarks/search_index.py {count}`: {count:,} invented readings, SQLite "
        f"{sqlite3.sqlite_version}.\nCPU times. What we made of it is in [architecture.md](architecture.md).\n\n"
        f"| | {' | '.join(kinds)} |\n|---|--:|--:|--:|\n"
        + "\n".join(lines)
        + f"\n| after `INSERT OR REPLACE` by another tool | {' | '.join(after.values())} |\n"
    )
    DOCUMENT.write_text(text, encoding="utf-8")
    sys.stdout.write(text)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
