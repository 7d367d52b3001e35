"""Readings that nobody wrote: the same ones every time, with words as frequent and as rare as in a real journal."""

import random
from collections.abc import Iterator
from itertools import accumulate
from typing import NamedTuple

SEED = 1905

COMMON = "the"
"""In every review, and in no title or name: a search that ranks titles first must rank all reviews for it."""
RARE = "petrograd"
"""In three reviews, however many there are."""
PREFIX = "Conq"
"""What somebody types of a title before TAB; few titles begin so."""
SHOWN = 78
"""The id of the reading whose page is shown: it has a review, tags and quotes, and was read twice."""
YEAR = 2025

_RARE_IN = (7, 333, 801)
_TITLES = {3: "Conquered City", 12: "Conquests of Bread", 58: "Conquered Time", 402: "Conqueror of the North"}
_FREQUENT = """
the of and to a in that is was it he as for with on his be at by had not but from or have an they which one you were
all her she there would their we him been has when who will no more if out so up said what its about than into them can
only other time new some could these two may first then do any like my now over such our man me even most made after
also did many off before must well back through years where much your way down should because long each just those
people how too little state good very make world still see own men work here life get both between under never day same
another know while last might us great old year since against go came right used three himself few house use during
without again place around however home small found thought went say part once high general upon school every
""".split()
_HEADS = "b br c ch cl d dr f fl g gr h j k l m n p pl pr qu r s sh sl st t th tr v w z".split()
_VOWELS = "a a a e e e e i i o o o u ai ea ou é".split()
_TAILS = ["", "", "", "l", "m", "n", "n", "nd", "r", "r", "rt", "s", "st", "t", "ck"]
_SIZE = 40_000
_AUTHORS = 5_000
_TAGS = 60


class Invented(NamedTuple):
    """A reading as it goes into the tables: `book` counts the books from 1, and is an earlier one when re-read."""

    book: int
    is_new: bool
    title: str
    author: int
    tags: tuple[int, ...]
    published: int
    pages: int
    status: str
    finished: str | None
    rating: float | None
    review: str
    quotes: tuple[str, ...]


class Inventor:
    """One who invents a journal: its words, its people, its readings, all out of one seed."""

    def __init__(self) -> None:
        self._chance = random.Random(SEED)
        invented = dict.fromkeys([*_FREQUENT, *(self._word() for _ in range(2 * _SIZE))])
        self._words = list(invented)[:_SIZE]
        self._weights = list(accumulate(1 / (rank + 2.7) for rank in range(len(self._words))))
        names = (f"{self._word().title()} {self._word().title()}" for _ in range(2 * _AUTHORS))
        self.authors = list(dict.fromkeys(names))[:_AUTHORS]
        self.tags = list(dict.fromkeys(self._word() for _ in range(3 * _TAGS)))[:_TAGS]

    def readings(self, count: int) -> Iterator[Invented]:
        """So many readings; those of a shorter journal are the first of a longer one."""
        books: list[tuple[str, int]] = []
        for number in range(count):
            again = number == SHOWN - 1 or (number > 50 and number not in _TITLES and self._chance.random() < 0.1)
            book = self._chance.randrange(len(books)) if again else len(books)
            if not again:
                books.append((_TITLES.get(number) or self._title(), self._chance.randint(1, _AUTHORS)))
            yield self._reading(number, book + 1, not again, *books[book])

    def _reading(self, number: int, book: int, is_new: bool, title: str, author: int) -> Invented:
        """Everything else about a reading of this book, by chance."""
        chance = self._chance
        status = chance.choices(("finished", "abandoned", "reading", "to-read", "paused"), (90, 4, 1, 4, 1))[0]
        quotes = 2 if number == SHOWN - 1 else chance.choices((0, 1, 2, 3), (88, 6, 4, 2))[0]
        return Invented(
            book=book,
            is_new=is_new,
            title=title,
            author=author,
            tags=tuple(chance.sample(range(1, _TAGS + 1), chance.randint(0, 4))),
            published=chance.randint(1850, YEAR),
            pages=chance.randint(60, 1200),
            status=status,
            finished=self._date() if status in ("finished", "abandoned") else None,
            rating=chance.choice((None, None, 2.0, 2.5, 3.0, 3.5, 4.0, 4.0, 4.5, 5.0)),
            review=self._review(number),
            quotes=tuple(self._sentence(chance.randint(8, 30)) for _ in range(quotes)),
        )

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
