"""The schema of the journal in version 1 of the file, and facts about it. `docs/schema.md` says what each table is for.

It is SQL and not sqlite-utils' `create`, which has no AUTOINCREMENT, CHECKs and generated columns. Released SQL never
changes: a later version is a further step in `migrations`.
"""

from readlog.core.normalize_text import SEARCH_TOKENIZER

STATUSES = ("to-read", "reading", "finished", "abandoned", "paused")
FORMATS = ("print", "ebook", "audio")

TABLE_NAMES = (
    "operations", "changes", "books", "people", "tags", "readings", "contributions", "book_tags", "quotes", "goals",
)  # fmt: skip
"""The tables that hold what users have entered, and its log, in the order in which their rows need each other."""

INDEX_COLUMNS = ("title", "contributors", "series", "tags", "review", "note", "quotes")
"""The columns of `search`, the search index, and of `search_text`, the view that it is filled from."""

FILL_SEARCH = (
    f"INSERT INTO search (rowid, {', '.join(INDEX_COLUMNS)}) SELECT id, {', '.join(INDEX_COLUMNS)} FROM search_text"
)
"""Put readings into the search index; a WHERE clause may follow."""

NOW = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"
"""SQL for the present time as `core.clock.now` writes it; it is the same throughout one statement."""


def _uid(kind: str) -> str:
    """A permanent name: a letter for its kind, so that YAML never takes it for a number, and 64 random bits."""
    return f"uid TEXT NOT NULL UNIQUE DEFAULT ('{kind}' || lower(hex(randomblob(8)))) CHECK (uid <> '')"


def _one_of(column: str, values: tuple[str, ...]) -> str:
    listed = ", ".join(f"'{value}'" for value in values)
    return f"CHECK ({column} IN ({listed}))"


def _edtf(column: str) -> str:
    """A date column: the subset of EDTF that `core.partial_date` reads, with days that exist."""
    year, two = "[12][0-9][0-9][0-9]", "[0-9][0-9]"
    plain = f"rtrim({column}, '~')"
    return (
        f"{column} TEXT CHECK ({column} IS NULL OR ({column} IN ({plain}, {plain} || '~') AND (\n"
        f"        {plain} GLOB '{year}'\n"
        f"        OR ({plain} GLOB '{year}-{two}' AND (substr({column}, 6, 2) BETWEEN '01' AND '12'\n"
        f"            OR substr({column}, 6, 2) BETWEEN '21' AND '24'))\n"
        f"        OR ({plain} GLOB '{year}-{two}-{two}' AND date({plain}, '+0 days') IS {plain}))))"
    )


def _first(column: str) -> str:
    """SQL for `PartialDate.first_day`: the first day that the date can mean; of a season only the year is certain."""
    return (
        f"CASE WHEN length({column}) >= 10 THEN substr({column}, 1, 10)\n"
        f"        WHEN substr({column}, 6, 2) BETWEEN '01' AND '12' THEN substr({column}, 1, 7) || '-01'\n"
        f"        ELSE substr({column}, 1, 4) || '-01-01' END"
    )


def _after(column: str) -> str:
    """SQL for `PartialDate.day_after`: the day after the last one that the date can mean."""
    return (
        f"CASE WHEN length({column}) >= 10 THEN date(substr({column}, 1, 10), '+1 day')\n"
        f"        WHEN substr({column}, 6, 2) BETWEEN '01' AND '12'\n"
        f"        THEN date(substr({column}, 1, 7) || '-01', '+1 month')\n"
        f"        ELSE date(substr({column}, 1, 4) || '-01-01', '+1 year') END"
    )


def _order(column: str) -> str:
    """SQL for `PartialDate.sort_key`: text that sorts as the dates do, a season by the month in which it begins."""
    return (
        f"CASE WHEN substr({column}, 6, 2) > '20'\n"
        f"        THEN substr({column}, 1, 4) || printf('-%02d', (substr({column}, 6, 2) - 20) * 3)\n"
        f"        ELSE rtrim({column}, '~') END"
    )


SCHEMA_V1 = f"""
CREATE TABLE books (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    {_uid("b")},
    title TEXT NOT NULL CHECK (trim(title) <> ''),
    subtitle TEXT,
    series TEXT,
    series_number TEXT,
    isbn TEXT CHECK (isbn IS NULL OR (length(isbn) = 13 AND isbn NOT GLOB '*[^0-9]*')),
    publisher TEXT,
    published INTEGER,
    pages INTEGER CHECK (pages IS NULL OR pages > 0),
    language TEXT
) STRICT;

CREATE TABLE people (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE CHECK (name <> ''),
    sort_name TEXT
) STRICT;

CREATE TABLE contributions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    book_id INTEGER NOT NULL REFERENCES books (id) ON DELETE CASCADE,
    person_id INTEGER NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    role TEXT NOT NULL DEFAULT 'author' CHECK (role <> ''),
    position INTEGER NOT NULL DEFAULT 0,
    UNIQUE (book_id, person_id, role)
) STRICT;

CREATE TABLE tags (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE COLLATE NOCASE CHECK (name <> '')
) STRICT;

CREATE TABLE book_tags (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    book_id INTEGER NOT NULL REFERENCES books (id) ON DELETE CASCADE,
    tag_id INTEGER NOT NULL REFERENCES tags (id) ON DELETE CASCADE,
    UNIQUE (book_id, tag_id)
) STRICT;

CREATE TABLE readings (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    {_uid("r")},
    book_id INTEGER NOT NULL REFERENCES books (id) ON DELETE CASCADE,
    status TEXT NOT NULL DEFAULT 'finished' {_one_of("status", STATUSES)},
    {_edtf("started")},
    {_edtf("finished")},
    rating REAL CHECK (rating IS NULL OR (rating BETWEEN 0.25 AND 5 AND rating * 4 = round(rating * 4))),
    format TEXT {_one_of("format", FORMATS)},
    review TEXT,
    private_note TEXT,
    sources TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(sources) AND json_type(sources) = 'array'),
    extra TEXT NOT NULL DEFAULT '{{}}' CHECK (json_valid(extra) AND json_type(extra) = 'object'),
    created_at TEXT NOT NULL DEFAULT ({NOW}),
    updated_at TEXT NOT NULL DEFAULT ({NOW}),
    started_first TEXT AS ({_first("started")}) VIRTUAL,
    started_after TEXT AS ({_after("started")}) VIRTUAL,
    finished_first TEXT AS ({_first("finished")}) VIRTUAL,
    finished_after TEXT AS ({_after("finished")}) VIRTUAL,
    moment TEXT AS (
        CASE WHEN status = 'reading' THEN '9999'
        ELSE coalesce({_order("finished")}, {_order("started")}, '') END
    ) VIRTUAL
) STRICT;

CREATE TABLE quotes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    {_uid("q")},
    reading_id INTEGER NOT NULL REFERENCES readings (id) ON DELETE CASCADE,
    position INTEGER NOT NULL DEFAULT 0,
    text TEXT NOT NULL CHECK (text <> ''),
    page TEXT,
    location TEXT,
    remark TEXT,
    marked_at TEXT
) STRICT;

CREATE TABLE operations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    command TEXT,
    running INTEGER NOT NULL DEFAULT 0 CHECK (running IN (0, 1))
) STRICT;

CREATE TABLE changes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    operation_id INTEGER NOT NULL REFERENCES operations (id),
    action TEXT NOT NULL CHECK (action IN ('insert', 'update', 'delete')),
    table_name TEXT NOT NULL,
    row_id INTEGER NOT NULL,
    before TEXT CHECK (before IS NULL OR json_valid(before))
) STRICT;

CREATE TABLE stale (
    reading_id INTEGER NOT NULL
) STRICT;

CREATE INDEX books_by_title ON books (title COLLATE NOCASE);
CREATE INDEX books_by_isbn ON books (isbn) WHERE isbn IS NOT NULL;
CREATE INDEX contributions_by_book ON contributions (book_id, role, position, person_id);
CREATE INDEX contributions_by_person ON contributions (person_id);
CREATE INDEX book_tags_by_tag ON book_tags (tag_id);
CREATE INDEX readings_by_moment ON readings (moment, id);
CREATE INDEX readings_by_book ON readings (book_id);
CREATE INDEX readings_by_day ON readings (substr(finished, 6), finished) WHERE length(finished) = 10;
CREATE INDEX readings_by_status ON readings (status, finished, rating, book_id);
CREATE INDEX readings_with_review ON readings (id) WHERE review IS NOT NULL;
CREATE INDEX quotes_by_reading ON quotes (reading_id, position);
CREATE INDEX changes_by_operation ON changes (operation_id);
CREATE INDEX changes_by_row ON changes (table_name, row_id);

CREATE VIEW search_text AS
SELECT readings.id AS id,
    books.title || coalesce(' ' || books.subtitle, '') AS title,
    (SELECT group_concat(name, ', ') FROM (
        SELECT people.name FROM contributions JOIN people ON people.id = contributions.person_id
        WHERE contributions.book_id = books.id ORDER BY contributions.position, contributions.id)) AS contributors,
    books.series AS series,
    (SELECT group_concat(name, ', ') FROM (
        SELECT tags.name FROM book_tags JOIN tags ON tags.id = book_tags.tag_id
        WHERE book_tags.book_id = books.id ORDER BY tags.name)) AS tags,
    readings.review AS review,
    readings.private_note AS note,
    (SELECT group_concat(words, char(10)) FROM (
        SELECT quotes.text || coalesce(char(10) || quotes.remark, '') AS words FROM quotes
        WHERE quotes.reading_id = readings.id ORDER BY quotes.position, quotes.id)) AS quotes
FROM readings JOIN books ON books.id = readings.book_id;

CREATE VIRTUAL TABLE search USING fts5 (
    title, contributors, series, tags, review, note, quotes,
    tokenize = "{SEARCH_TOKENIZER}"
);
"""
