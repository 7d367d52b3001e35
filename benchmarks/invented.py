"""Readings that nobody wrote: the same ones every time, with words as frequent and as rare as in a real journal."""

import json
import random
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import accumulate
from typing import NamedTuple

SEED = 1905

COMMON = "the"
"""In every review, and in no title or name: a search that ranks titles first must rank all reviews for it."""
RARE = "petrograd"
"""In three reviews, however many there are."""
PREFIX = "Conq"
"""What somebody types of a title before TAB; few titles begin so."""
KEPT = "samovar"
"""In three quotes, and in no review."""
SHOWN = 78
"""The id of the reading whose page is shown: it has a review, tags and quotes, and was read twice."""
OFTEN = 501
"""The id of the fifth reading of a book, whose page tells of all five."""
BEGUN = 80
"""The id of a reading that has begun, with two notes made in it, of a book that is read for the first time."""
AUTHOR = "Victor Serge"
"""The name of the author with the id 1."""
TAG = "scifi"
"""The tag with the id 1: on a few books, however many there are."""
YEAR = 2025
TODAY = date(YEAR, 12, 28)
"""The day on which all of it is looked at: the last on which anything was finished."""

_RARE_IN = (7, 333, 801)
_OFTEN_IN = (101, 202, 303, 404, 500)
_TAGGED = range(40, 50)
_TITLES = {3: "Conquered City", 12: "Conquests of Bread", 58: "Conquered Time", 402: "Conqueror of the North"}
_NEW = (*_TITLES, BEGUN - 1)
_FREQUENT = """
the of and to a in that is was it he as for with on his be at by had not but from or have an they which one you were
all her she there would their we him been has when who will no more if out so up said what its about than into them can
only other time new some could these two may first then do any like my now over such our man me even most made after
also did many off before must well back through years where much your way down should because long each just those
people how too little state good very make world still see own men work here life get both between under never day same
another know while last might us great old year since against go came right used three himself few house use during
without again place around however home small found thought went say part once high general upon school every
""".split()
_STATUSES = {BEGUN - 1: "reading", SHOWN - 1: "finished", **dict.fromkeys(_OFTEN_IN, "finished")}
_HEADS = "b br c ch cl d dr f fl g gr h j k l m n p pl pr qu r s sh sl st t th tr v w z".split()
_VOWELS = "a a a e e e e i i o o o u ai ea ou é".split()
_TAILS = ["", "", "", "l", "m", "n", "n", "nd", "r", "r", "rt", "s", "st", "t", "ck"]
_SIZE = 40_000
_AUTHORS = 5_000
_TAGS = 60
_PUBLISHERS = 200
_FORMATS = ("print",) * 6 + ("ebook",) * 2 + ("audio", None)
_LANGUAGES = ("en",) * 6 + ("de", "fr", "ru", None)


class Invented(NamedTuple):
    """A reading as it goes into the tables: `book` counts the books from 1, and is an earlier one when re-read."""

    book: int
    is_new: bool
    title: str
    author: int
    tags: tuple[int, ...]
    published: int
    publisher: str | None
    language: str | None
    pages: int
    status: str
    started: str | None
    finished: str | None
    rating: float | None
    format: str | None
    review: str
    quotes: tuple[str, ...]
    progress: str
    pile: int | None


class Inventor:
    """One who invents a journal: its words, its people, its readings, all out of one seed."""

    def __init__(self) -> None:
        self._chance, self._life, self._cover = (random.Random(SEED + each) for each in range(3))
        invented = dict.fromkeys([*_FREQUENT, *(self._word() for _ in range(2 * _SIZE))])
        self._words = list(invented)[:_SIZE]
        self._weights = list(accumulate(1 / (rank + 2.7) for rank in range(len(self._words))))
        names = (f"{self._word().title()} {self._word().title()}" for _ in range(2 * _AUTHORS))
        self.authors = list(dict.fromkeys([AUTHOR, *names]))[:_AUTHORS]
        self._publishers = [f"{name.split()[-1]} Books" for name in self.authors[:_PUBLISHERS]]
        self.tags = list(dict.fromkeys([TAG, *(self._word() for _ in range(3 * _TAGS))]))[: _TAGS + 1]

    def readings(self, count: int) -> Iterator[Invented]:
        """So many readings; those of a shorter journal are the first of a longer one."""
        books: list[tuple[str, int]] = []
        often = None
        for number in range(count):
            book = self._which(number, len(books), often)
            often = book if number == _OFTEN_IN[0] else often
            is_new = book == len(books)
            if is_new:
                books.append((_TITLES.get(number) or self._title(), self._chance.randint(1, _AUTHORS)))
            yield self._reading(number, book + 1, is_new, *books[book])

    def _which(self, number: int, books: int, often: int | None) -> int:
        """Which book is read, of so many that were before; as many as there are is a new one."""
        if number in _OFTEN_IN:
            return books if often is None else often
        again = number == SHOWN - 1 or (number > 50 and number not in _NEW and self._chance.random() < 0.1)
        return self._chance.randrange(books) if again else books

    def _reading(self, number: int, book: int, is_new: bool, title: str, author: int) -> Invented:
        """Everything else about a reading of this book, by chance."""
        chance = self._chance
        status = chance.choices(("finished", "abandoned", "reading", "to-read", "paused"), (90, 4, 1, 4, 1))[0]
        status = _STATUSES.get(number, status)
        quotes = 2 if number == SHOWN - 1 else chance.choices((0, 1, 2, 3), (88, 6, 4, 2))[0]
        finished = self._date() if status in ("finished", "abandoned") else None
        started = self._started(status, finished)
        pages = chance.randint(60, 1200)
        return Invented(
            book=book,
            is_new=is_new,
            title=title,
            author=author,
            tags=((1,) if number in _TAGGED else ()) + tuple(chance.sample(range(2, _TAGS + 2), chance.randint(0, 4))),
            published=chance.randint(1850, YEAR),
            publisher=self._cover.choice(self._publishers) if self._cover.random() < 0.8 else None,
            language=self._cover.choice(_LANGUAGES),
            pages=pages,
            status=status,
            started=started,
            finished=finished,
            rating=chance.choice((None, None, 2.0, 2.5, 3.0, 3.5, 4.0, 4.0, 4.5, 5.0)),
            format=self._cover.choice(_FORMATS),
            review=self._review(number),
            quotes=(*self._kept(number), *(self._sentence(chance.randint(8, 30)) for _ in range(quotes))),
            progress=self._progress(number, status, started, pages),
            pile=number + 1 if status == "to-read" and self._life.random() < 0.1 else None,
        )

    def _kept(self, number: int) -> tuple[str, ...]:
        """The quote with the word that only three have."""
        if number not in _RARE_IN:
            return ()
        words = self._life.choices(_FREQUENT, k=20)
        return (" ".join([*words[:10], KEPT, *words[10:]]).capitalize() + ".",)

    def _started(self, status: str, finished: str | None) -> str | None:
        """The day on which it began: of what is being read, and of a third of what has ended on a day."""
        if status in ("reading", "paused"):
            return (TODAY - timedelta(days=self._life.randint(3, 60))).isoformat()
        if finished and len(finished) == len("2025-12-28") and self._life.random() < 1 / 3:
            return (date.fromisoformat(finished) - timedelta(days=self._life.randint(2, 60))).isoformat()
        return None

    def _progress(self, number: int, status: str, started: str | None, pages: int) -> str:
        """Notes made on the way, as the column has them: of what is being read, and of half of what came to no end."""
        life = self._life
        marks = {"reading": 4, "paused": 2, "abandoned": life.choice((0, 1))}.get(status, 0)
        notes = [
            {
                "at": str(pages * (each + 1) // (marks + 2)),
                "date": started,
                "remark": " ".join(life.choices(_FREQUENT, k=8)) if life.random() < 1 / 3 else None,
            }
            for each in range(2 if number == BEGUN - 1 else marks)
        ]
        return json.dumps(notes)

    def _word(self) -> str:
        """Up to three syllables; never the common word, which would be found in names and titles."""
        chance = self._chance
        word = "".join(
            chance.choice(_HEADS) + chance.choice(_VOWELS) + chance.choice(_TAILS)
            for _ in range(chance.choice((1, 1, 2, 2, 3)))
        )
        return self._word() if word.replace("é", "e") == COMMON else word

    def _title(self) -> str:
        """One to five words."""
        words = self._chance.choices(self._words, cum_weights=self._weights, k=self._chance.randint(1, 5))
        return " ".join("and" if word == COMMON else word for word in words).title()

    def _date(self) -> str:
        """A day, a month, or about a year."""
        chance = self._chance
        year, month, day = chance.randint(1996, YEAR), chance.randint(1, 12), chance.randint(1, 28)
        return chance.choice((f"{year}-{month:02}-{day:02}",) * 7 + (f"{year}-{month:02}", f"{year}", f"{year}~"))

    def _sentence(self, length: int) -> str:
        """So many words, the frequent ones most often."""
        words = self._chance.choices(self._words, cum_weights=self._weights, k=length)
        return " ".join(words).capitalize() + "."

    def _review(self, number: int) -> str:
        """50 to 800 words in paragraphs."""
        length = self._chance.randint(50, 800)
        words = self._chance.choices(self._words, cum_weights=self._weights, k=length)
        words[0] = COMMON
        if number in _RARE_IN:
            words[length // 2] = RARE
        sentences = [" ".join(words[start : start + 16]).capitalize() + "." for start in range(0, length, 16)]
        return "\n\n".join(" ".join(sentences[start : start + 6]) for start in range(0, len(sentences), 6))
