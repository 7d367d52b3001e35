"""The books of a journal by their titles, so that those of one title are found at once however many books there are."""

import sqlite3
from collections.abc import Callable, Iterable

from readlog.core.model import Book
from readlog.identity.people import words_of_name
from readlog.identity.similarity import TitleKeys, makers, title_keys
from readlog.query.id_list import array

_CROWD = 8
"""Books of one title from which on they are told apart by their authors before one looks at them."""

_TITLES = "SELECT id, title, subtitle FROM books"
_FORMER_TITLES = """
SELECT books.id, ifnull(json_extract(before, '$.title'), title), coalesce(json_extract(before, '$.subtitle'), subtitle)
FROM changes JOIN books ON books.id = row_id
WHERE table_name = 'books' AND action = 'update'
AND coalesce(json_extract(before, '$.title'), json_extract(before, '$.subtitle')) IS NOT NULL
"""
_MAKERS = """
SELECT book_id, name FROM contributions JOIN people ON people.id = person_id
WHERE book_id IN (SELECT value FROM json_each(?))
"""


class Titles:
    """The ids of books by the keys of the titles that they have, or had before a reader respelled them.

    `flush` has everything in the tables that is to be read from them.
    """

    def __init__(self, connection: sqlite3.Connection, flush: Callable[[], None]) -> None:
        self._connection = connection
        self._flush = flush
        self._books: dict[str, list[int]] = {}
        self._crowded: dict[str, dict[str, list[int]]] = {}
        self.former: dict[int, set[TitleKeys]] = {}
        for id_, title, subtitle in connection.execute(_TITLES):
            self._add(id_, title_keys(title, subtitle))
        for id_, title, subtitle in connection.execute(_FORMER_TITLES):
            self.former.setdefault(id_, set()).add(title_keys(title, subtitle))
            self._add(id_, title_keys(title, subtitle))

    def add(self, id_: int, book: Book) -> None:
        """Know a book, or a title that it has got."""
        keys = title_keys(book.title, book.subtitle)
        self._add(id_, keys)
        for key in keys:
            if key in self._crowded:
                _enter(self._crowded[key], id_, makers(book))

    def alike(self, book: Book) -> Iterable[int]:
        """The books that have this title, or that of one without its subtitle; of very many those by such an author."""
        for key in dict.fromkeys(title_keys(book.title, book.subtitle)):
            ids = self._books.get(key, [])
            yield from ids if len(ids) <= _CROWD else self._of_authors(key, ids, makers(book))

    def _add(self, id_: int, keys: TitleKeys) -> None:
        for key in set(keys):
            ids = self._books.setdefault(key, [])
            if id_ not in ids[-_CROWD:]:
                ids.append(id_)

    def _of_authors(self, key: str, ids: list[int], names: list[str]) -> Iterable[int]:
        if key not in self._crowded:
            crowd = self._crowded[key] = {}
            people: dict[int, list[str]] = {id_: [] for id_ in ids}
            self._flush()
            for id_, name in self._connection.execute(_MAKERS, (array(ids),)):
                people[id_].append(name)
            for id_ in ids:
                _enter(crowd, id_, people[id_])
        crowd = self._crowded[key]
        words = {word for name in names for word in (words_of_name(name)[0], words_of_name(name)[-1])}
        found = [id_ for word in words for id_ in crowd.get(word, ())]
        return sorted({*found, *crowd.get("", ())[:_CROWD], *(() if names else ids[:_CROWD])})


def _enter(crowd: dict[str, list[int]], id_: int, names: list[str]) -> None:
    """Put a book under the last word of each name; it is looked for by the first as well, for names that are turned."""
    for word in {words_of_name(name)[-1] for name in names} or {""}:
        crowd.setdefault(word, []).append(id_)
