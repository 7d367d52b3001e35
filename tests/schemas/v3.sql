CREATE INDEX book_tags_by_tag ON book_tags (tag_id);
CREATE INDEX books_by_isbn ON books (isbn) WHERE isbn IS NOT NULL;
CREATE INDEX books_by_title ON books (title COLLATE NOCASE);
CREATE INDEX books_twice ON books (subtitle, series, series_number, publisher, published, pages, language);
CREATE INDEX changes_by_operation ON changes (operation_id, action, table_name, row_id);
CREATE INDEX changes_by_row ON changes (table_name, row_id);
CREATE INDEX changes_twice ON changes (before) WHERE before IS NOT NULL;
CREATE INDEX contributions_by_book ON contributions (book_id, role, position, person_id);
CREATE INDEX contributions_by_person ON contributions (person_id);
CREATE INDEX goals_twice ON goals (books);
CREATE INDEX operations_by_undoes ON operations (undoes) WHERE undoes IS NOT NULL;
CREATE INDEX operations_twice ON operations (at, command, running, undoes, added, changed, deleted) WHERE id > 0;
CREATE INDEX people_twice ON people (sort_name) WHERE sort_name IS NOT NULL;
CREATE INDEX quotes_by_reading ON quotes (reading_id, position);
CREATE INDEX quotes_twice ON quotes (page, location, marked_at);
CREATE INDEX readings_by_book ON readings (book_id);
CREATE INDEX readings_by_day ON readings (substr(finished, 6), finished) WHERE length(finished) = 10;
CREATE INDEX readings_by_moment ON readings (moment, id);
CREATE INDEX readings_by_pile ON readings (pile) WHERE pile IS NOT NULL;
CREATE INDEX readings_by_status ON readings (status, finished, rating, book_id);
CREATE INDEX readings_twice ON readings (
    started, format, progress, pile, sources, extra, created_at, updated_at);
CREATE INDEX readings_with_review ON readings (id) WHERE review IS NOT NULL;
CREATE TABLE book_tags (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    book_id INTEGER NOT NULL REFERENCES books (id) ON DELETE CASCADE,
    tag_id INTEGER NOT NULL REFERENCES tags (id) ON DELETE CASCADE,
    UNIQUE (book_id, tag_id)
) STRICT;
CREATE TABLE books (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uid TEXT NOT NULL UNIQUE DEFAULT ('b' || lower(hex(randomblob(8)))) CHECK (uid <> ''),
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
CREATE TABLE changes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    operation_id INTEGER NOT NULL REFERENCES operations (id),
    action TEXT NOT NULL CHECK (action IN ('insert', 'update', 'delete')),
    table_name TEXT NOT NULL,
    row_id INTEGER NOT NULL,
    before TEXT CHECK (before IS NULL OR json_valid(before))
) STRICT;
CREATE TABLE contributions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    book_id INTEGER NOT NULL REFERENCES books (id) ON DELETE CASCADE,
    person_id INTEGER NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    role TEXT NOT NULL DEFAULT 'author' CHECK (role <> ''),
    position INTEGER NOT NULL DEFAULT 0,
    UNIQUE (book_id, person_id, role)
) STRICT;
CREATE TABLE goals (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uid TEXT NOT NULL UNIQUE DEFAULT ('g' || lower(hex(randomblob(8)))) CHECK (uid <> ''),
    year INTEGER NOT NULL UNIQUE,
    books INTEGER NOT NULL CHECK (books > 0)
) STRICT;
CREATE TABLE operations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    command TEXT,
    running INTEGER NOT NULL DEFAULT 0 CHECK (running IN (0, 1))
, undoes INTEGER REFERENCES operations (id), added INTEGER, changed INTEGER, deleted INTEGER) STRICT;
CREATE TABLE people (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE CHECK (name <> ''),
    sort_name TEXT
) STRICT;
CREATE TABLE quotes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uid TEXT NOT NULL UNIQUE DEFAULT ('q' || lower(hex(randomblob(8)))) CHECK (uid <> ''),
    reading_id INTEGER NOT NULL REFERENCES readings (id) ON DELETE CASCADE,
    position INTEGER NOT NULL DEFAULT 0,
    text TEXT NOT NULL CHECK (text <> ''),
    page TEXT,
    location TEXT,
    remark TEXT,
    marked_at TEXT
) STRICT;
CREATE TABLE readings (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uid TEXT NOT NULL UNIQUE DEFAULT ('r' || lower(hex(randomblob(8)))) CHECK (uid <> ''),
    book_id INTEGER NOT NULL REFERENCES books (id) ON DELETE CASCADE,
    status TEXT NOT NULL DEFAULT 'finished' CHECK (status IN ('to-read', 'reading', 'finished', 'abandoned', 'paused')),
    started TEXT CHECK (started IS NULL OR (started IN (rtrim(started, '~'), rtrim(started, '~') || '~') AND (
        rtrim(started, '~') GLOB '[12][0-9][0-9][0-9]'
        OR (rtrim(started, '~') GLOB '[12][0-9][0-9][0-9]-[0-9][0-9]' AND (substr(started, 6, 2) BETWEEN '01' AND '12'
            OR substr(started, 6, 2) BETWEEN '21' AND '24'))
        OR (rtrim(started, '~') GLOB '[12][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]' AND date(rtrim(started, '~'), '+0 days') IS rtrim(started, '~'))))),
    finished TEXT CHECK (finished IS NULL OR (finished IN (rtrim(finished, '~'), rtrim(finished, '~') || '~') AND (
        rtrim(finished, '~') GLOB '[12][0-9][0-9][0-9]'
        OR (rtrim(finished, '~') GLOB '[12][0-9][0-9][0-9]-[0-9][0-9]' AND (substr(finished, 6, 2) BETWEEN '01' AND '12'
            OR substr(finished, 6, 2) BETWEEN '21' AND '24'))
        OR (rtrim(finished, '~') GLOB '[12][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]' AND date(rtrim(finished, '~'), '+0 days') IS rtrim(finished, '~'))))),
    rating REAL CHECK (rating IS NULL OR (rating BETWEEN 0.25 AND 5 AND rating * 4 = round(rating * 4))),
    format TEXT CHECK (format IN ('print', 'ebook', 'audio')),
    review TEXT,
    private_note TEXT,
    sources TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(sources) AND json_type(sources) = 'array'),
    extra TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(extra) AND json_type(extra) = 'object'),
    created_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    updated_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
    started_first TEXT AS (CASE WHEN length(started) >= 10 THEN substr(started, 1, 10)
        WHEN substr(started, 6, 2) BETWEEN '01' AND '12' THEN substr(started, 1, 7) || '-01'
        ELSE substr(started, 1, 4) || '-01-01' END) VIRTUAL,
    started_after TEXT AS (CASE WHEN length(started) >= 10 THEN date(substr(started, 1, 10), '+1 day')
        WHEN substr(started, 6, 2) BETWEEN '01' AND '12'
        THEN date(substr(started, 1, 7) || '-01', '+1 month')
        ELSE date(substr(started, 1, 4) || '-01-01', '+1 year') END) VIRTUAL,
    finished_first TEXT AS (CASE WHEN length(finished) >= 10 THEN substr(finished, 1, 10)
        WHEN substr(finished, 6, 2) BETWEEN '01' AND '12' THEN substr(finished, 1, 7) || '-01'
        ELSE substr(finished, 1, 4) || '-01-01' END) VIRTUAL,
    finished_after TEXT AS (CASE WHEN length(finished) >= 10 THEN date(substr(finished, 1, 10), '+1 day')
        WHEN substr(finished, 6, 2) BETWEEN '01' AND '12'
        THEN date(substr(finished, 1, 7) || '-01', '+1 month')
        ELSE date(substr(finished, 1, 4) || '-01-01', '+1 year') END) VIRTUAL,
    moment TEXT AS (
        CASE WHEN status = 'reading' THEN '9999'
        ELSE coalesce(CASE WHEN substr(finished, 6, 2) > '20'
        THEN substr(finished, 1, 4) || printf('-%02d', (substr(finished, 6, 2) - 20) * 3)
        ELSE rtrim(finished, '~') END, CASE WHEN substr(started, 6, 2) > '20'
        THEN substr(started, 1, 4) || printf('-%02d', (substr(started, 6, 2) - 20) * 3)
        ELSE rtrim(started, '~') END, '') END
    ) VIRTUAL
, progress TEXT NOT NULL DEFAULT '[]'
    CHECK (json_valid(progress) AND json_type(progress) = 'array'), pile INTEGER) STRICT;
CREATE VIRTUAL TABLE search USING fts5 (
    title, contributors, series, tags, review, note, quotes,
    tokenize = "unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'"
);
CREATE TABLE 'search_config'(k PRIMARY KEY, v) WITHOUT ROWID;
CREATE TABLE 'search_content'(id INTEGER PRIMARY KEY, c0, c1, c2, c3, c4, c5, c6);
CREATE TABLE 'search_data'(id INTEGER PRIMARY KEY, block BLOB);
CREATE TABLE 'search_docsize'(id INTEGER PRIMARY KEY, sz BLOB);
CREATE TABLE 'search_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID;
CREATE TABLE sqlite_sequence(name,seq);
CREATE TABLE stale (
    reading_id INTEGER NOT NULL
) STRICT;
CREATE TABLE tags (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE COLLATE NOCASE CHECK (name <> '')
) STRICT;
CREATE TRIGGER book_tags_delete AFTER DELETE ON book_tags BEGIN
    INSERT INTO operations (at) SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE 1 AND NOT EXISTS (SELECT 1 FROM operations WHERE id = (SELECT max(id) FROM operations) AND (running = 1 OR (command IS NULL AND at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))));
    INSERT INTO changes (operation_id, action, table_name, row_id, before) SELECT (SELECT max(id) FROM operations), 'delete', 'book_tags', OLD.id, json_object('id', OLD.id, 'book_id', OLD.book_id, 'tag_id', OLD.tag_id) WHERE 1;
    INSERT INTO stale (reading_id) SELECT id FROM (SELECT id FROM readings WHERE book_id = OLD.book_id);
    UPDATE readings SET updated_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE id IN (SELECT id FROM readings WHERE book_id = OLD.book_id) AND NOT EXISTS (SELECT 1 FROM operations WHERE id = (SELECT max(id) FROM operations) AND running = 1);
END;
CREATE TRIGGER book_tags_insert AFTER INSERT ON book_tags BEGIN
    INSERT INTO operations (at) SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE 1 AND NOT EXISTS (SELECT 1 FROM operations WHERE id = (SELECT max(id) FROM operations) AND (running = 1 OR (command IS NULL AND at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))));
    INSERT INTO changes (operation_id, action, table_name, row_id, before) SELECT (SELECT max(id) FROM operations), 'insert', 'book_tags', NEW.id, NULL WHERE 1;
    INSERT INTO stale (reading_id) SELECT id FROM (SELECT id FROM readings WHERE book_id = NEW.book_id);
    UPDATE readings SET updated_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE id IN (SELECT id FROM readings WHERE book_id = NEW.book_id) AND NOT EXISTS (SELECT 1 FROM operations WHERE id = (SELECT max(id) FROM operations) AND running = 1);
END;
CREATE TRIGGER book_tags_update AFTER UPDATE ON book_tags BEGIN
    INSERT INTO operations (at) SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE (OLD.id IS NOT NEW.id COLLATE BINARY OR OLD.book_id IS NOT NEW.book_id COLLATE BINARY OR OLD.tag_id IS NOT NEW.tag_id COLLATE BINARY) AND NOT EXISTS (SELECT 1 FROM operations WHERE id = (SELECT max(id) FROM operations) AND (running = 1 OR (command IS NULL AND at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))));
    INSERT INTO changes (operation_id, action, table_name, row_id, before) SELECT (SELECT max(id) FROM operations), 'update', 'book_tags', NEW.id, (SELECT json_group_object(name, value) FROM (SELECT 'id' AS name, OLD.id AS value WHERE OLD.id IS NOT NEW.id COLLATE BINARY UNION ALL SELECT 'book_id' AS name, OLD.book_id AS value WHERE OLD.book_id IS NOT NEW.book_id COLLATE BINARY UNION ALL SELECT 'tag_id' AS name, OLD.tag_id AS value WHERE OLD.tag_id IS NOT NEW.tag_id COLLATE BINARY)) WHERE (OLD.id IS NOT NEW.id COLLATE BINARY OR OLD.book_id IS NOT NEW.book_id COLLATE BINARY OR OLD.tag_id IS NOT NEW.tag_id COLLATE BINARY);
    INSERT INTO stale (reading_id) SELECT id FROM (SELECT id FROM readings WHERE book_id = OLD.book_id UNION SELECT id FROM readings WHERE book_id = NEW.book_id) WHERE OLD.book_id IS NOT NEW.book_id COLLATE BINARY OR OLD.tag_id IS NOT NEW.tag_id COLLATE BINARY;
    UPDATE readings SET updated_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE id IN (SELECT id FROM readings WHERE book_id = OLD.book_id UNION SELECT id FROM readings WHERE book_id = NEW.book_id) AND NOT EXISTS (SELECT 1 FROM operations WHERE id = (SELECT max(id) FROM operations) AND running = 1) AND (OLD.id IS NOT NEW.id COLLATE BINARY OR OLD.book_id IS NOT NEW.book_id COLLATE BINARY OR OLD.tag_id IS NOT NEW.tag_id COLLATE BINARY);
END;
CREATE TRIGGER books_cascade BEFORE DELETE ON books BEGIN
    DELETE FROM readings WHERE book_id = OLD.id;
    DELETE FROM contributions WHERE book_id = OLD.id;
    DELETE FROM book_tags WHERE book_id = OLD.id;
END;
CREATE TRIGGER books_delete AFTER DELETE ON books BEGIN
    INSERT INTO operations (at) SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE 1 AND NOT EXISTS (SELECT 1 FROM operations WHERE id = (SELECT max(id) FROM operations) AND (running = 1 OR (command IS NULL AND at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))));
    INSERT INTO changes (operation_id, action, table_name, row_id, before) SELECT (SELECT max(id) FROM operations), 'delete', 'books', OLD.id, json_object('id', OLD.id, 'uid', OLD.uid, 'title', OLD.title, 'subtitle', OLD.subtitle, 'series', OLD.series, 'series_number', OLD.series_number, 'isbn', OLD.isbn, 'publisher', OLD.publisher, 'published', OLD.published, 'pages', OLD.pages, 'language', OLD.language) WHERE 1;
    INSERT INTO stale (reading_id) SELECT id FROM (SELECT id FROM readings WHERE book_id = OLD.id);
    UPDATE readings SET updated_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE id IN (SELECT id FROM readings WHERE book_id = OLD.id) AND NOT EXISTS (SELECT 1 FROM operations WHERE id = (SELECT max(id) FROM operations) AND running = 1);
END;
CREATE TRIGGER books_insert AFTER INSERT ON books BEGIN
    INSERT INTO operations (at) SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE 1 AND NOT EXISTS (SELECT 1 FROM operations WHERE id = (SELECT max(id) FROM operations) AND (running = 1 OR (command IS NULL AND at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))));
    INSERT INTO changes (operation_id, action, table_name, row_id, before) SELECT (SELECT max(id) FROM operations), 'insert', 'books', NEW.id, NULL WHERE 1;
    INSERT INTO stale (reading_id) SELECT id FROM (SELECT id FROM readings WHERE book_id = NEW.id);
    UPDATE readings SET updated_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE id IN (SELECT id FROM readings WHERE book_id = NEW.id) AND NOT EXISTS (SELECT 1 FROM operations WHERE id = (SELECT max(id) FROM operations) AND running = 1);
END;
CREATE TRIGGER books_update AFTER UPDATE ON books BEGIN
    INSERT INTO operations (at) SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE (OLD.id IS NOT NEW.id COLLATE BINARY OR OLD.uid IS NOT NEW.uid COLLATE BINARY OR OLD.title IS NOT NEW.title COLLATE BINARY OR OLD.subtitle IS NOT NEW.subtitle COLLATE BINARY OR OLD.series IS NOT NEW.series COLLATE BINARY OR OLD.series_number IS NOT NEW.series_number COLLATE BINARY OR OLD.isbn IS NOT NEW.isbn COLLATE BINARY OR OLD.publisher IS NOT NEW.publisher COLLATE BINARY OR OLD.published IS NOT NEW.published COLLATE BINARY OR OLD.pages IS NOT NEW.pages COLLATE BINARY OR OLD.language IS NOT NEW.language COLLATE BINARY) AND NOT EXISTS (SELECT 1 FROM operations WHERE id = (SELECT max(id) FROM operations) AND (running = 1 OR (command IS NULL AND at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))));
    INSERT INTO changes (operation_id, action, table_name, row_id, before) SELECT (SELECT max(id) FROM operations), 'update', 'books', NEW.id, (SELECT json_group_object(name, value) FROM (SELECT 'id' AS name, OLD.id AS value WHERE OLD.id IS NOT NEW.id COLLATE BINARY UNION ALL SELECT 'uid' AS name, OLD.uid AS value WHERE OLD.uid IS NOT NEW.uid COLLATE BINARY UNION ALL SELECT 'title' AS name, OLD.title AS value WHERE OLD.title IS NOT NEW.title COLLATE BINARY UNION ALL SELECT 'subtitle' AS name, OLD.subtitle AS value WHERE OLD.subtitle IS NOT NEW.subtitle COLLATE BINARY UNION ALL SELECT 'series' AS name, OLD.series AS value WHERE OLD.series IS NOT NEW.series COLLATE BINARY UNION ALL SELECT 'series_number' AS name, OLD.series_number AS value WHERE OLD.series_number IS NOT NEW.series_number COLLATE BINARY UNION ALL SELECT 'isbn' AS name, OLD.isbn AS value WHERE OLD.isbn IS NOT NEW.isbn COLLATE BINARY UNION ALL SELECT 'publisher' AS name, OLD.publisher AS value WHERE OLD.publisher IS NOT NEW.publisher COLLATE BINARY UNION ALL SELECT 'published' AS name, OLD.published AS value WHERE OLD.published IS NOT NEW.published COLLATE BINARY UNION ALL SELECT 'pages' AS name, OLD.pages AS value WHERE OLD.pages IS NOT NEW.pages COLLATE BINARY UNION ALL SELECT 'language' AS name, OLD.language AS value WHERE OLD.language IS NOT NEW.language COLLATE BINARY)) WHERE (OLD.id IS NOT NEW.id COLLATE BINARY OR OLD.uid IS NOT NEW.uid COLLATE BINARY OR OLD.title IS NOT NEW.title COLLATE BINARY OR OLD.subtitle IS NOT NEW.subtitle COLLATE BINARY OR OLD.series IS NOT NEW.series COLLATE BINARY OR OLD.series_number IS NOT NEW.series_number COLLATE BINARY OR OLD.isbn IS NOT NEW.isbn COLLATE BINARY OR OLD.publisher IS NOT NEW.publisher COLLATE BINARY OR OLD.published IS NOT NEW.published COLLATE BINARY OR OLD.pages IS NOT NEW.pages COLLATE BINARY OR OLD.language IS NOT NEW.language COLLATE BINARY);
    INSERT INTO stale (reading_id) SELECT id FROM (SELECT id FROM readings WHERE book_id = OLD.id UNION SELECT id FROM readings WHERE book_id = NEW.id) WHERE OLD.id IS NOT NEW.id COLLATE BINARY OR OLD.title IS NOT NEW.title COLLATE BINARY OR OLD.subtitle IS NOT NEW.subtitle COLLATE BINARY OR OLD.series IS NOT NEW.series COLLATE BINARY;
    UPDATE readings SET updated_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE id IN (SELECT id FROM readings WHERE book_id = OLD.id UNION SELECT id FROM readings WHERE book_id = NEW.id) AND NOT EXISTS (SELECT 1 FROM operations WHERE id = (SELECT max(id) FROM operations) AND running = 1) AND (OLD.id IS NOT NEW.id COLLATE BINARY OR OLD.uid IS NOT NEW.uid COLLATE BINARY OR OLD.title IS NOT NEW.title COLLATE BINARY OR OLD.subtitle IS NOT NEW.subtitle COLLATE BINARY OR OLD.series IS NOT NEW.series COLLATE BINARY OR OLD.series_number IS NOT NEW.series_number COLLATE BINARY OR OLD.isbn IS NOT NEW.isbn COLLATE BINARY OR OLD.publisher IS NOT NEW.publisher COLLATE BINARY OR OLD.published IS NOT NEW.published COLLATE BINARY OR OLD.pages IS NOT NEW.pages COLLATE BINARY OR OLD.language IS NOT NEW.language COLLATE BINARY);
END;
CREATE TRIGGER contributions_delete AFTER DELETE ON contributions BEGIN
    INSERT INTO operations (at) SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE 1 AND NOT EXISTS (SELECT 1 FROM operations WHERE id = (SELECT max(id) FROM operations) AND (running = 1 OR (command IS NULL AND at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))));
    INSERT INTO changes (operation_id, action, table_name, row_id, before) SELECT (SELECT max(id) FROM operations), 'delete', 'contributions', OLD.id, json_object('id', OLD.id, 'book_id', OLD.book_id, 'person_id', OLD.person_id, 'role', OLD.role, 'position', OLD.position) WHERE 1;
    INSERT INTO stale (reading_id) SELECT id FROM (SELECT id FROM readings WHERE book_id = OLD.book_id);
    UPDATE readings SET updated_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE id IN (SELECT id FROM readings WHERE book_id = OLD.book_id) AND NOT EXISTS (SELECT 1 FROM operations WHERE id = (SELECT max(id) FROM operations) AND running = 1);
END;
CREATE TRIGGER contributions_insert AFTER INSERT ON contributions BEGIN
    INSERT INTO operations (at) SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE 1 AND NOT EXISTS (SELECT 1 FROM operations WHERE id = (SELECT max(id) FROM operations) AND (running = 1 OR (command IS NULL AND at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))));
    INSERT INTO changes (operation_id, action, table_name, row_id, before) SELECT (SELECT max(id) FROM operations), 'insert', 'contributions', NEW.id, NULL WHERE 1;
    INSERT INTO stale (reading_id) SELECT id FROM (SELECT id FROM readings WHERE book_id = NEW.book_id);
    UPDATE readings SET updated_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE id IN (SELECT id FROM readings WHERE book_id = NEW.book_id) AND NOT EXISTS (SELECT 1 FROM operations WHERE id = (SELECT max(id) FROM operations) AND running = 1);
END;
CREATE TRIGGER contributions_update AFTER UPDATE ON contributions BEGIN
    INSERT INTO operations (at) SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE (OLD.id IS NOT NEW.id COLLATE BINARY OR OLD.book_id IS NOT NEW.book_id COLLATE BINARY OR OLD.person_id IS NOT NEW.person_id COLLATE BINARY OR OLD.role IS NOT NEW.role COLLATE BINARY OR OLD.position IS NOT NEW.position COLLATE BINARY) AND NOT EXISTS (SELECT 1 FROM operations WHERE id = (SELECT max(id) FROM operations) AND (running = 1 OR (command IS NULL AND at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))));
    INSERT INTO changes (operation_id, action, table_name, row_id, before) SELECT (SELECT max(id) FROM operations), 'update', 'contributions', NEW.id, (SELECT json_group_object(name, value) FROM (SELECT 'id' AS name, OLD.id AS value WHERE OLD.id IS NOT NEW.id COLLATE BINARY UNION ALL SELECT 'book_id' AS name, OLD.book_id AS value WHERE OLD.book_id IS NOT NEW.book_id COLLATE BINARY UNION ALL SELECT 'person_id' AS name, OLD.person_id AS value WHERE OLD.person_id IS NOT NEW.person_id COLLATE BINARY UNION ALL SELECT 'role' AS name, OLD.role AS value WHERE OLD.role IS NOT NEW.role COLLATE BINARY UNION ALL SELECT 'position' AS name, OLD.position AS value WHERE OLD.position IS NOT NEW.position COLLATE BINARY)) WHERE (OLD.id IS NOT NEW.id COLLATE BINARY OR OLD.book_id IS NOT NEW.book_id COLLATE BINARY OR OLD.person_id IS NOT NEW.person_id COLLATE BINARY OR OLD.role IS NOT NEW.role COLLATE BINARY OR OLD.position IS NOT NEW.position COLLATE BINARY);
    INSERT INTO stale (reading_id) SELECT id FROM (SELECT id FROM readings WHERE book_id = OLD.book_id UNION SELECT id FROM readings WHERE book_id = NEW.book_id) WHERE OLD.id IS NOT NEW.id COLLATE BINARY OR OLD.book_id IS NOT NEW.book_id COLLATE BINARY OR OLD.person_id IS NOT NEW.person_id COLLATE BINARY OR OLD.position IS NOT NEW.position COLLATE BINARY;
    UPDATE readings SET updated_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE id IN (SELECT id FROM readings WHERE book_id = OLD.book_id UNION SELECT id FROM readings WHERE book_id = NEW.book_id) AND NOT EXISTS (SELECT 1 FROM operations WHERE id = (SELECT max(id) FROM operations) AND running = 1) AND (OLD.id IS NOT NEW.id COLLATE BINARY OR OLD.book_id IS NOT NEW.book_id COLLATE BINARY OR OLD.person_id IS NOT NEW.person_id COLLATE BINARY OR OLD.role IS NOT NEW.role COLLATE BINARY OR OLD.position IS NOT NEW.position COLLATE BINARY);
END;
CREATE TRIGGER goals_delete AFTER DELETE ON goals BEGIN
    INSERT INTO operations (at) SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE 1 AND NOT EXISTS (SELECT 1 FROM operations WHERE id = (SELECT max(id) FROM operations) AND (running = 1 OR (command IS NULL AND at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))));
    INSERT INTO changes (operation_id, action, table_name, row_id, before) SELECT (SELECT max(id) FROM operations), 'delete', 'goals', OLD.id, json_object('id', OLD.id, 'uid', OLD.uid, 'year', OLD.year, 'books', OLD.books) WHERE 1;
END;
CREATE TRIGGER goals_insert AFTER INSERT ON goals BEGIN
    INSERT INTO operations (at) SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE 1 AND NOT EXISTS (SELECT 1 FROM operations WHERE id = (SELECT max(id) FROM operations) AND (running = 1 OR (command IS NULL AND at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))));
    INSERT INTO changes (operation_id, action, table_name, row_id, before) SELECT (SELECT max(id) FROM operations), 'insert', 'goals', NEW.id, NULL WHERE 1;
END;
CREATE TRIGGER goals_update AFTER UPDATE ON goals BEGIN
    INSERT INTO operations (at) SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE (OLD.id IS NOT NEW.id COLLATE BINARY OR OLD.uid IS NOT NEW.uid COLLATE BINARY OR OLD.year IS NOT NEW.year COLLATE BINARY OR OLD.books IS NOT NEW.books COLLATE BINARY) AND NOT EXISTS (SELECT 1 FROM operations WHERE id = (SELECT max(id) FROM operations) AND (running = 1 OR (command IS NULL AND at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))));
    INSERT INTO changes (operation_id, action, table_name, row_id, before) SELECT (SELECT max(id) FROM operations), 'update', 'goals', NEW.id, (SELECT json_group_object(name, value) FROM (SELECT 'id' AS name, OLD.id AS value WHERE OLD.id IS NOT NEW.id COLLATE BINARY UNION ALL SELECT 'uid' AS name, OLD.uid AS value WHERE OLD.uid IS NOT NEW.uid COLLATE BINARY UNION ALL SELECT 'year' AS name, OLD.year AS value WHERE OLD.year IS NOT NEW.year COLLATE BINARY UNION ALL SELECT 'books' AS name, OLD.books AS value WHERE OLD.books IS NOT NEW.books COLLATE BINARY)) WHERE (OLD.id IS NOT NEW.id COLLATE BINARY OR OLD.uid IS NOT NEW.uid COLLATE BINARY OR OLD.year IS NOT NEW.year COLLATE BINARY OR OLD.books IS NOT NEW.books COLLATE BINARY);
END;
CREATE TRIGGER people_cascade BEFORE DELETE ON people BEGIN
    DELETE FROM contributions WHERE person_id = OLD.id;
END;
CREATE TRIGGER people_delete AFTER DELETE ON people BEGIN
    INSERT INTO operations (at) SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE 1 AND NOT EXISTS (SELECT 1 FROM operations WHERE id = (SELECT max(id) FROM operations) AND (running = 1 OR (command IS NULL AND at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))));
    INSERT INTO changes (operation_id, action, table_name, row_id, before) SELECT (SELECT max(id) FROM operations), 'delete', 'people', OLD.id, json_object('id', OLD.id, 'name', OLD.name, 'sort_name', OLD.sort_name) WHERE 1;
    INSERT INTO stale (reading_id) SELECT id FROM (SELECT readings.id FROM readings JOIN contributions ON contributions.book_id = readings.book_id WHERE contributions.person_id = OLD.id);
    UPDATE readings SET updated_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE id IN (SELECT readings.id FROM readings JOIN contributions ON contributions.book_id = readings.book_id WHERE contributions.person_id = OLD.id) AND NOT EXISTS (SELECT 1 FROM operations WHERE id = (SELECT max(id) FROM operations) AND running = 1);
END;
CREATE TRIGGER people_insert AFTER INSERT ON people BEGIN
    INSERT INTO operations (at) SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE 1 AND NOT EXISTS (SELECT 1 FROM operations WHERE id = (SELECT max(id) FROM operations) AND (running = 1 OR (command IS NULL AND at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))));
    INSERT INTO changes (operation_id, action, table_name, row_id, before) SELECT (SELECT max(id) FROM operations), 'insert', 'people', NEW.id, NULL WHERE 1;
    INSERT INTO stale (reading_id) SELECT id FROM (SELECT readings.id FROM readings JOIN contributions ON contributions.book_id = readings.book_id WHERE contributions.person_id = NEW.id);
    UPDATE readings SET updated_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE id IN (SELECT readings.id FROM readings JOIN contributions ON contributions.book_id = readings.book_id WHERE contributions.person_id = NEW.id) AND NOT EXISTS (SELECT 1 FROM operations WHERE id = (SELECT max(id) FROM operations) AND running = 1);
END;
CREATE TRIGGER people_update AFTER UPDATE ON people BEGIN
    INSERT INTO operations (at) SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE (OLD.id IS NOT NEW.id COLLATE BINARY OR OLD.name IS NOT NEW.name COLLATE BINARY OR OLD.sort_name IS NOT NEW.sort_name COLLATE BINARY) AND NOT EXISTS (SELECT 1 FROM operations WHERE id = (SELECT max(id) FROM operations) AND (running = 1 OR (command IS NULL AND at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))));
    INSERT INTO changes (operation_id, action, table_name, row_id, before) SELECT (SELECT max(id) FROM operations), 'update', 'people', NEW.id, (SELECT json_group_object(name, value) FROM (SELECT 'id' AS name, OLD.id AS value WHERE OLD.id IS NOT NEW.id COLLATE BINARY UNION ALL SELECT 'name' AS name, OLD.name AS value WHERE OLD.name IS NOT NEW.name COLLATE BINARY UNION ALL SELECT 'sort_name' AS name, OLD.sort_name AS value WHERE OLD.sort_name IS NOT NEW.sort_name COLLATE BINARY)) WHERE (OLD.id IS NOT NEW.id COLLATE BINARY OR OLD.name IS NOT NEW.name COLLATE BINARY OR OLD.sort_name IS NOT NEW.sort_name COLLATE BINARY);
    INSERT INTO stale (reading_id) SELECT id FROM (SELECT readings.id FROM readings JOIN contributions ON contributions.book_id = readings.book_id WHERE contributions.person_id = OLD.id UNION SELECT readings.id FROM readings JOIN contributions ON contributions.book_id = readings.book_id WHERE contributions.person_id = NEW.id) WHERE OLD.id IS NOT NEW.id COLLATE BINARY OR OLD.name IS NOT NEW.name COLLATE BINARY;
    UPDATE readings SET updated_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE id IN (SELECT readings.id FROM readings JOIN contributions ON contributions.book_id = readings.book_id WHERE contributions.person_id = OLD.id UNION SELECT readings.id FROM readings JOIN contributions ON contributions.book_id = readings.book_id WHERE contributions.person_id = NEW.id) AND NOT EXISTS (SELECT 1 FROM operations WHERE id = (SELECT max(id) FROM operations) AND running = 1) AND (OLD.id IS NOT NEW.id COLLATE BINARY OR OLD.name IS NOT NEW.name COLLATE BINARY OR OLD.sort_name IS NOT NEW.sort_name COLLATE BINARY);
END;
CREATE TRIGGER quotes_delete AFTER DELETE ON quotes BEGIN
    INSERT INTO operations (at) SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE 1 AND NOT EXISTS (SELECT 1 FROM operations WHERE id = (SELECT max(id) FROM operations) AND (running = 1 OR (command IS NULL AND at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))));
    INSERT INTO changes (operation_id, action, table_name, row_id, before) SELECT (SELECT max(id) FROM operations), 'delete', 'quotes', OLD.id, json_object('id', OLD.id, 'uid', OLD.uid, 'reading_id', OLD.reading_id, 'position', OLD.position, 'text', OLD.text, 'page', OLD.page, 'location', OLD.location, 'remark', OLD.remark, 'marked_at', OLD.marked_at) WHERE 1;
    INSERT INTO stale (reading_id) SELECT id FROM (SELECT OLD.reading_id AS id);
    UPDATE readings SET updated_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE id IN (SELECT OLD.reading_id AS id) AND NOT EXISTS (SELECT 1 FROM operations WHERE id = (SELECT max(id) FROM operations) AND running = 1);
END;
CREATE TRIGGER quotes_insert AFTER INSERT ON quotes BEGIN
    INSERT INTO operations (at) SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE 1 AND NOT EXISTS (SELECT 1 FROM operations WHERE id = (SELECT max(id) FROM operations) AND (running = 1 OR (command IS NULL AND at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))));
    INSERT INTO changes (operation_id, action, table_name, row_id, before) SELECT (SELECT max(id) FROM operations), 'insert', 'quotes', NEW.id, NULL WHERE 1;
    INSERT INTO stale (reading_id) SELECT id FROM (SELECT NEW.reading_id AS id);
    UPDATE readings SET updated_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE id IN (SELECT NEW.reading_id AS id) AND NOT EXISTS (SELECT 1 FROM operations WHERE id = (SELECT max(id) FROM operations) AND running = 1);
END;
CREATE TRIGGER quotes_update AFTER UPDATE ON quotes BEGIN
    INSERT INTO operations (at) SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE (OLD.id IS NOT NEW.id COLLATE BINARY OR OLD.uid IS NOT NEW.uid COLLATE BINARY OR OLD.reading_id IS NOT NEW.reading_id COLLATE BINARY OR OLD.position IS NOT NEW.position COLLATE BINARY OR OLD.text IS NOT NEW.text COLLATE BINARY OR OLD.page IS NOT NEW.page COLLATE BINARY OR OLD.location IS NOT NEW.location COLLATE BINARY OR OLD.remark IS NOT NEW.remark COLLATE BINARY OR OLD.marked_at IS NOT NEW.marked_at COLLATE BINARY) AND NOT EXISTS (SELECT 1 FROM operations WHERE id = (SELECT max(id) FROM operations) AND (running = 1 OR (command IS NULL AND at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))));
    INSERT INTO changes (operation_id, action, table_name, row_id, before) SELECT (SELECT max(id) FROM operations), 'update', 'quotes', NEW.id, (SELECT json_group_object(name, value) FROM (SELECT 'id' AS name, OLD.id AS value WHERE OLD.id IS NOT NEW.id COLLATE BINARY UNION ALL SELECT 'uid' AS name, OLD.uid AS value WHERE OLD.uid IS NOT NEW.uid COLLATE BINARY UNION ALL SELECT 'reading_id' AS name, OLD.reading_id AS value WHERE OLD.reading_id IS NOT NEW.reading_id COLLATE BINARY UNION ALL SELECT 'position' AS name, OLD.position AS value WHERE OLD.position IS NOT NEW.position COLLATE BINARY UNION ALL SELECT 'text' AS name, OLD.text AS value WHERE OLD.text IS NOT NEW.text COLLATE BINARY UNION ALL SELECT 'page' AS name, OLD.page AS value WHERE OLD.page IS NOT NEW.page COLLATE BINARY UNION ALL SELECT 'location' AS name, OLD.location AS value WHERE OLD.location IS NOT NEW.location COLLATE BINARY UNION ALL SELECT 'remark' AS name, OLD.remark AS value WHERE OLD.remark IS NOT NEW.remark COLLATE BINARY UNION ALL SELECT 'marked_at' AS name, OLD.marked_at AS value WHERE OLD.marked_at IS NOT NEW.marked_at COLLATE BINARY)) WHERE (OLD.id IS NOT NEW.id COLLATE BINARY OR OLD.uid IS NOT NEW.uid COLLATE BINARY OR OLD.reading_id IS NOT NEW.reading_id COLLATE BINARY OR OLD.position IS NOT NEW.position COLLATE BINARY OR OLD.text IS NOT NEW.text COLLATE BINARY OR OLD.page IS NOT NEW.page COLLATE BINARY OR OLD.location IS NOT NEW.location COLLATE BINARY OR OLD.remark IS NOT NEW.remark COLLATE BINARY OR OLD.marked_at IS NOT NEW.marked_at COLLATE BINARY);
    INSERT INTO stale (reading_id) SELECT id FROM (SELECT OLD.reading_id AS id UNION SELECT NEW.reading_id AS id) WHERE OLD.id IS NOT NEW.id COLLATE BINARY OR OLD.reading_id IS NOT NEW.reading_id COLLATE BINARY OR OLD.position IS NOT NEW.position COLLATE BINARY OR OLD.text IS NOT NEW.text COLLATE BINARY OR OLD.remark IS NOT NEW.remark COLLATE BINARY;
    UPDATE readings SET updated_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE id IN (SELECT OLD.reading_id AS id UNION SELECT NEW.reading_id AS id) AND NOT EXISTS (SELECT 1 FROM operations WHERE id = (SELECT max(id) FROM operations) AND running = 1) AND (OLD.id IS NOT NEW.id COLLATE BINARY OR OLD.uid IS NOT NEW.uid COLLATE BINARY OR OLD.reading_id IS NOT NEW.reading_id COLLATE BINARY OR OLD.position IS NOT NEW.position COLLATE BINARY OR OLD.text IS NOT NEW.text COLLATE BINARY OR OLD.page IS NOT NEW.page COLLATE BINARY OR OLD.location IS NOT NEW.location COLLATE BINARY OR OLD.remark IS NOT NEW.remark COLLATE BINARY OR OLD.marked_at IS NOT NEW.marked_at COLLATE BINARY);
END;
CREATE TRIGGER readings_cascade BEFORE DELETE ON readings BEGIN
    DELETE FROM quotes WHERE reading_id = OLD.id;
END;
CREATE TRIGGER readings_delete AFTER DELETE ON readings BEGIN
    INSERT INTO operations (at) SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE 1 AND NOT EXISTS (SELECT 1 FROM operations WHERE id = (SELECT max(id) FROM operations) AND (running = 1 OR (command IS NULL AND at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))));
    INSERT INTO changes (operation_id, action, table_name, row_id, before) SELECT (SELECT max(id) FROM operations), 'delete', 'readings', OLD.id, json_object('id', OLD.id, 'uid', OLD.uid, 'book_id', OLD.book_id, 'status', OLD.status, 'started', OLD.started, 'finished', OLD.finished, 'rating', OLD.rating, 'format', OLD.format, 'review', OLD.review, 'private_note', OLD.private_note, 'sources', OLD.sources, 'extra', OLD.extra, 'created_at', OLD.created_at, 'updated_at', OLD.updated_at, 'progress', OLD.progress, 'pile', OLD.pile) WHERE 1;
    INSERT INTO stale (reading_id) SELECT id FROM (SELECT OLD.id AS id);
END;
CREATE TRIGGER readings_insert AFTER INSERT ON readings BEGIN
    INSERT INTO operations (at) SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE 1 AND NOT EXISTS (SELECT 1 FROM operations WHERE id = (SELECT max(id) FROM operations) AND (running = 1 OR (command IS NULL AND at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))));
    INSERT INTO changes (operation_id, action, table_name, row_id, before) SELECT (SELECT max(id) FROM operations), 'insert', 'readings', NEW.id, NULL WHERE 1;
    INSERT INTO stale (reading_id) SELECT id FROM (SELECT NEW.id AS id);
END;
CREATE TRIGGER readings_update AFTER UPDATE ON readings BEGIN
    INSERT INTO operations (at) SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE (OLD.id IS NOT NEW.id COLLATE BINARY OR OLD.uid IS NOT NEW.uid COLLATE BINARY OR OLD.book_id IS NOT NEW.book_id COLLATE BINARY OR OLD.status IS NOT NEW.status COLLATE BINARY OR OLD.started IS NOT NEW.started COLLATE BINARY OR OLD.finished IS NOT NEW.finished COLLATE BINARY OR OLD.rating IS NOT NEW.rating COLLATE BINARY OR OLD.format IS NOT NEW.format COLLATE BINARY OR OLD.review IS NOT NEW.review COLLATE BINARY OR OLD.private_note IS NOT NEW.private_note COLLATE BINARY OR OLD.sources IS NOT NEW.sources COLLATE BINARY OR OLD.extra IS NOT NEW.extra COLLATE BINARY OR OLD.created_at IS NOT NEW.created_at COLLATE BINARY OR OLD.updated_at IS NOT NEW.updated_at COLLATE BINARY OR OLD.progress IS NOT NEW.progress COLLATE BINARY OR OLD.pile IS NOT NEW.pile COLLATE BINARY) AND NOT EXISTS (SELECT 1 FROM operations WHERE id = (SELECT max(id) FROM operations) AND (running = 1 OR (command IS NULL AND at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))));
    INSERT INTO changes (operation_id, action, table_name, row_id, before) SELECT (SELECT max(id) FROM operations), 'update', 'readings', NEW.id, (SELECT json_group_object(name, value) FROM (SELECT 'id' AS name, OLD.id AS value WHERE OLD.id IS NOT NEW.id COLLATE BINARY UNION ALL SELECT 'uid' AS name, OLD.uid AS value WHERE OLD.uid IS NOT NEW.uid COLLATE BINARY UNION ALL SELECT 'book_id' AS name, OLD.book_id AS value WHERE OLD.book_id IS NOT NEW.book_id COLLATE BINARY UNION ALL SELECT 'status' AS name, OLD.status AS value WHERE OLD.status IS NOT NEW.status COLLATE BINARY UNION ALL SELECT 'started' AS name, OLD.started AS value WHERE OLD.started IS NOT NEW.started COLLATE BINARY UNION ALL SELECT 'finished' AS name, OLD.finished AS value WHERE OLD.finished IS NOT NEW.finished COLLATE BINARY UNION ALL SELECT 'rating' AS name, OLD.rating AS value WHERE OLD.rating IS NOT NEW.rating COLLATE BINARY UNION ALL SELECT 'format' AS name, OLD.format AS value WHERE OLD.format IS NOT NEW.format COLLATE BINARY UNION ALL SELECT 'review' AS name, OLD.review AS value WHERE OLD.review IS NOT NEW.review COLLATE BINARY UNION ALL SELECT 'private_note' AS name, OLD.private_note AS value WHERE OLD.private_note IS NOT NEW.private_note COLLATE BINARY UNION ALL SELECT 'sources' AS name, OLD.sources AS value WHERE OLD.sources IS NOT NEW.sources COLLATE BINARY UNION ALL SELECT 'extra' AS name, OLD.extra AS value WHERE OLD.extra IS NOT NEW.extra COLLATE BINARY UNION ALL SELECT 'created_at' AS name, OLD.created_at AS value WHERE OLD.created_at IS NOT NEW.created_at COLLATE BINARY UNION ALL SELECT 'updated_at' AS name, OLD.updated_at AS value UNION ALL SELECT 'progress' AS name, OLD.progress AS value WHERE OLD.progress IS NOT NEW.progress COLLATE BINARY UNION ALL SELECT 'pile' AS name, OLD.pile AS value WHERE OLD.pile IS NOT NEW.pile COLLATE BINARY)) WHERE (OLD.id IS NOT NEW.id COLLATE BINARY OR OLD.uid IS NOT NEW.uid COLLATE BINARY OR OLD.book_id IS NOT NEW.book_id COLLATE BINARY OR OLD.status IS NOT NEW.status COLLATE BINARY OR OLD.started IS NOT NEW.started COLLATE BINARY OR OLD.finished IS NOT NEW.finished COLLATE BINARY OR OLD.rating IS NOT NEW.rating COLLATE BINARY OR OLD.format IS NOT NEW.format COLLATE BINARY OR OLD.review IS NOT NEW.review COLLATE BINARY OR OLD.private_note IS NOT NEW.private_note COLLATE BINARY OR OLD.sources IS NOT NEW.sources COLLATE BINARY OR OLD.extra IS NOT NEW.extra COLLATE BINARY OR OLD.created_at IS NOT NEW.created_at COLLATE BINARY OR OLD.updated_at IS NOT NEW.updated_at COLLATE BINARY OR OLD.progress IS NOT NEW.progress COLLATE BINARY OR OLD.pile IS NOT NEW.pile COLLATE BINARY);
    INSERT INTO stale (reading_id) SELECT id FROM (SELECT OLD.id AS id UNION SELECT NEW.id AS id) WHERE OLD.id IS NOT NEW.id COLLATE BINARY OR OLD.book_id IS NOT NEW.book_id COLLATE BINARY OR OLD.review IS NOT NEW.review COLLATE BINARY OR OLD.private_note IS NOT NEW.private_note COLLATE BINARY OR OLD.progress IS NOT NEW.progress COLLATE BINARY;
    UPDATE readings SET updated_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE id IN (SELECT OLD.id AS id UNION SELECT NEW.id AS id) AND NOT EXISTS (SELECT 1 FROM operations WHERE id = (SELECT max(id) FROM operations) AND running = 1) AND (OLD.id IS NOT NEW.id COLLATE BINARY OR OLD.uid IS NOT NEW.uid COLLATE BINARY OR OLD.book_id IS NOT NEW.book_id COLLATE BINARY OR OLD.status IS NOT NEW.status COLLATE BINARY OR OLD.started IS NOT NEW.started COLLATE BINARY OR OLD.finished IS NOT NEW.finished COLLATE BINARY OR OLD.rating IS NOT NEW.rating COLLATE BINARY OR OLD.format IS NOT NEW.format COLLATE BINARY OR OLD.review IS NOT NEW.review COLLATE BINARY OR OLD.private_note IS NOT NEW.private_note COLLATE BINARY OR OLD.sources IS NOT NEW.sources COLLATE BINARY OR OLD.extra IS NOT NEW.extra COLLATE BINARY OR OLD.created_at IS NOT NEW.created_at COLLATE BINARY OR OLD.updated_at IS NOT NEW.updated_at COLLATE BINARY OR OLD.progress IS NOT NEW.progress COLLATE BINARY OR OLD.pile IS NOT NEW.pile COLLATE BINARY) AND NEW.updated_at IS OLD.updated_at;
END;
CREATE TRIGGER stale_insert AFTER INSERT ON stale WHEN NOT EXISTS (SELECT 1 FROM operations WHERE id = (SELECT max(id) FROM operations) AND running = 1) BEGIN
    DELETE FROM search WHERE rowid = NEW.reading_id;
    INSERT INTO search (rowid, title, contributors, series, tags, review, note, quotes) SELECT id, title, contributors, series, tags, review, note, quotes FROM search_text WHERE id = NEW.reading_id;
    DELETE FROM stale WHERE reading_id = NEW.reading_id;
END;
CREATE TRIGGER tags_cascade BEFORE DELETE ON tags BEGIN
    DELETE FROM book_tags WHERE tag_id = OLD.id;
END;
CREATE TRIGGER tags_delete AFTER DELETE ON tags BEGIN
    INSERT INTO operations (at) SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE 1 AND NOT EXISTS (SELECT 1 FROM operations WHERE id = (SELECT max(id) FROM operations) AND (running = 1 OR (command IS NULL AND at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))));
    INSERT INTO changes (operation_id, action, table_name, row_id, before) SELECT (SELECT max(id) FROM operations), 'delete', 'tags', OLD.id, json_object('id', OLD.id, 'name', OLD.name) WHERE 1;
    INSERT INTO stale (reading_id) SELECT id FROM (SELECT readings.id FROM readings JOIN book_tags ON book_tags.book_id = readings.book_id WHERE book_tags.tag_id = OLD.id);
    UPDATE readings SET updated_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE id IN (SELECT readings.id FROM readings JOIN book_tags ON book_tags.book_id = readings.book_id WHERE book_tags.tag_id = OLD.id) AND NOT EXISTS (SELECT 1 FROM operations WHERE id = (SELECT max(id) FROM operations) AND running = 1);
END;
CREATE TRIGGER tags_insert AFTER INSERT ON tags BEGIN
    INSERT INTO operations (at) SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE 1 AND NOT EXISTS (SELECT 1 FROM operations WHERE id = (SELECT max(id) FROM operations) AND (running = 1 OR (command IS NULL AND at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))));
    INSERT INTO changes (operation_id, action, table_name, row_id, before) SELECT (SELECT max(id) FROM operations), 'insert', 'tags', NEW.id, NULL WHERE 1;
    INSERT INTO stale (reading_id) SELECT id FROM (SELECT readings.id FROM readings JOIN book_tags ON book_tags.book_id = readings.book_id WHERE book_tags.tag_id = NEW.id);
    UPDATE readings SET updated_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE id IN (SELECT readings.id FROM readings JOIN book_tags ON book_tags.book_id = readings.book_id WHERE book_tags.tag_id = NEW.id) AND NOT EXISTS (SELECT 1 FROM operations WHERE id = (SELECT max(id) FROM operations) AND running = 1);
END;
CREATE TRIGGER tags_update AFTER UPDATE ON tags BEGIN
    INSERT INTO operations (at) SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE (OLD.id IS NOT NEW.id COLLATE BINARY OR OLD.name IS NOT NEW.name COLLATE BINARY) AND NOT EXISTS (SELECT 1 FROM operations WHERE id = (SELECT max(id) FROM operations) AND (running = 1 OR (command IS NULL AND at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))));
    INSERT INTO changes (operation_id, action, table_name, row_id, before) SELECT (SELECT max(id) FROM operations), 'update', 'tags', NEW.id, (SELECT json_group_object(name, value) FROM (SELECT 'id' AS name, OLD.id AS value WHERE OLD.id IS NOT NEW.id COLLATE BINARY UNION ALL SELECT 'name' AS name, OLD.name AS value WHERE OLD.name IS NOT NEW.name COLLATE BINARY)) WHERE (OLD.id IS NOT NEW.id COLLATE BINARY OR OLD.name IS NOT NEW.name COLLATE BINARY);
    INSERT INTO stale (reading_id) SELECT id FROM (SELECT readings.id FROM readings JOIN book_tags ON book_tags.book_id = readings.book_id WHERE book_tags.tag_id = OLD.id UNION SELECT readings.id FROM readings JOIN book_tags ON book_tags.book_id = readings.book_id WHERE book_tags.tag_id = NEW.id) WHERE OLD.id IS NOT NEW.id COLLATE BINARY OR OLD.name IS NOT NEW.name COLLATE BINARY;
    UPDATE readings SET updated_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE id IN (SELECT readings.id FROM readings JOIN book_tags ON book_tags.book_id = readings.book_id WHERE book_tags.tag_id = OLD.id UNION SELECT readings.id FROM readings JOIN book_tags ON book_tags.book_id = readings.book_id WHERE book_tags.tag_id = NEW.id) AND NOT EXISTS (SELECT 1 FROM operations WHERE id = (SELECT max(id) FROM operations) AND running = 1) AND (OLD.id IS NOT NEW.id COLLATE BINARY OR OLD.name IS NOT NEW.name COLLATE BINARY);
END;
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
    CASE WHEN readings.progress = '[]' THEN readings.private_note ELSE (
        SELECT group_concat(words, char(10)) FROM (
            SELECT readings.private_note AS words
            UNION ALL SELECT json_extract(value, '$.remark') FROM json_each(readings.progress)
            WHERE type = 'object')) END AS note,
    (SELECT group_concat(words, char(10)) FROM (
        SELECT quotes.text || coalesce(char(10) || quotes.remark, '') AS words FROM quotes
        WHERE quotes.reading_id = readings.id ORDER BY quotes.position, quotes.id)) AS quotes
FROM readings JOIN books ON books.id = readings.book_id;
