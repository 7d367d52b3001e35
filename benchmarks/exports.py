"""A Goodreads export that nobody made, after its grammar of 24 columns; the same one every time.

    python -m benchmarks.exports FILE ROWS

Shares are as in real exports: rows without a date, without an ISBN, with a series, of books read again, with markup.
No two rows are of one book, so that whoever imports them must end with as many books as there are rows.
"""

import csv
import sys
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path

from benchmarks.invented import YEAR, Inventor

COLUMNS = (
    "Book Id",
    "Title",
    "Author",
    "Author l-f",
    "Additional Authors",
    "ISBN",
    "ISBN13",
    "My Rating",
    "Average Rating",
    "Publisher",
    "Binding",
    "Number of Pages",
    "Year Published",
    "Original Publication Year",
    "Date Read",
    "Date Added",
    "Bookshelves",
    "Bookshelves with positions",
    "Exclusive Shelf",
    "My Review",
    "Spoiler",
    "Private Notes",
    "Read Count",
    "Owned Copies",
)

_PEOPLE = 30_000
_PUBLISHERS = 400
_SHELVES = ("read", "to-read", "did-not-finish", "currently-reading", "on-hold", "literature")
_OF_SHELVES = list(accumulate((720, 230, 20, 15, 10, 5)))
_BINDINGS = "Paperback,Kindle Edition,Hardcover,ebook,Mass Market Paperback,Audible Audio,Audio CD,".split(",")
_OF_BINDINGS = list(accumulate((45, 20, 15, 6, 6, 4, 2, 2)))
_NOT_SERIES = ("Penguin Modern Classics", "Spanish Edition", "Abridged")
_FIRST_DAY = date(2008, 1, 1)
_DAYS = 365 * (YEAR - 2008)

_MARKUP: tuple[tuple[float, str], ...] = (
    (0.15, "<i>{}</i>"),
    (0.05, "<b>{}</b>"),
    (0.05, "<spoiler>{}</spoiler>"),
    (0.03, "[b:{0}|{1}|{0}|https://example.org/covers/{1}.jpg|{1}]"),
    (0.02, "<blockquote>{}</blockquote>"),
    (0.02, '<a href="https://example.org/{1}">{0}</a>'),
    (0.005, "{} <3"),
    (0.002, "<spoiler>{}"),
)
"""How often each kind of markup is in a review; the last is never closed."""


class Librarian(Inventor):
    """One who invents the shelves of somebody with an account at Goodreads."""

    def __init__(self) -> None:
        super().__init__()
        self._taken: set[str] = set()
        self._names = self._distinct(_PEOPLE, lambda: f"{self._word().title()} {self._word().title()}")
        self._publishers = self._distinct(_PUBLISHERS, lambda: f"{self._word().title()} Press")
        self._shelves = [tag.replace(" ", "-") for tag in self.tags]

    def rows(self, count: int) -> Iterator[tuple[object, ...]]:
        """So many rows; those of a shorter file are the first of a longer one."""
        for number in range(count):
            yield (*self._book(number), *self._shelved(number), *self._written())

    def _book(self, number: int) -> tuple[object, ...]:
        """What a row says of the book itself, up to the year in which it came out."""
        chance = self._chance
        title, author = self._free_book()
        isbn10, isbn13 = self._isbns(number)
        rating = chance.choices((0, 1, 2, 3, 4, 5), (40, 2, 6, 18, 22, 12))[0]
        published = chance.randint(1950, YEAR)
        return (
            1_000 + 37 * number,
            title,
            author,
            ", ".join(reversed(author.split(maxsplit=1))),
            ", ".join(self._people(chance.choices((0, 1, 2, 3), (78, 14, 5, 3))[0])),
            f'="{isbn10}"',
            f'="{isbn13}"',
            rating,
            f"{chance.uniform(3, 4.6):.2f}",
            chance.choice(self._publishers) if chance.random() < 0.9 else "",
            chance.choices(_BINDINGS, cum_weights=_OF_BINDINGS)[0],
            chance.randint(60, 1200) if chance.random() < 0.94 else "",
            published,
            self._first_year(published),
        )

    def _shelved(self, number: int) -> tuple[object, ...]:
        """When it was read and added, and the shelves on which it stands."""
        chance = self._chance
        shelf = chance.choices(_SHELVES, cum_weights=_OF_SHELVES)[0]
        added = chance.randrange(_DAYS)
        read = "" if shelf != "read" or chance.random() < 0.28 else self._day(added + chance.randint(-60, 300))
        shelves = [] if shelf == "read" else [shelf]
        shelves += chance.sample(self._shelves, chance.choices((0, 1, 2, 3, 4), (40, 25, 18, 11, 6))[0])
        positions = ", ".join(f"{name} (#{number % 997 + 1})" for name in shelves)
        often = chance.choices((0, 1, 2, 3, 4), (4, 88, 5, 2, 1))[0]
        self._times = often if shelf == "read" else int(shelf != "to-read")
        return read, self._day(added), ", ".join(shelves), positions, shelf

    def _written(self) -> tuple[object, ...]:
        """The review with what belongs to it, the note, and how often the book was read and is owned."""
        chance = self._chance
        review = self._html() if chance.random() < (0.65 if self._times else 0.05) else ""
        note = self._sentence(chance.randint(4, 30)) if chance.random() < 0.02 else ""
        return review, "true" if review and chance.random() < 0.02 else "", note, self._times, chance.randint(0, 1)

    def _free_book(self) -> tuple[str, str]:
        """A title, mostly without and often enough with a series behind it, and an author who has no such book yet."""
        while True:
            title, author = self._book_title(), self._people(1)[0]
            book = _folded(f"{title} / {author}")
            if book not in self._taken:
                self._taken.add(book)
                return title + self._behind_title(), author

    def _book_title(self) -> str:
        """One to five words, one of them seldom: about one book in a hundred has the title of another author's."""
        chance = self._chance
        others = chance.choices((0, 1, 2, 3, 4), (8, 27, 30, 20, 15))[0]
        words = [chance.choice(self._words), *chance.choices(self._words, cum_weights=self._weights, k=others)]
        return " ".join(reversed(words)).title()

    def _behind_title(self) -> str:
        """A series and a number in the ways that Goodreads writes them, or what only looks like it."""
        chance = self._chance
        if chance.random() > 0.3:
            return ""
        name, number = self._title(), chance.choice(("1", "2", "3", "4", "5", "0.5", "1-3"))
        two = f"{name}, #1; {self._title()}, #{number}"
        inside = (f"{name}, #{number}", f"{name} #{number}", chance.choice(_NOT_SERIES), two)
        return f" ({chance.choices(inside, (71, 7, 15, 7))[0]})"

    def _people(self, count: int) -> list[str]:
        """So many names, some of them often; one in twenty-five has two spaces in it, as they come."""
        names = [self._names[int(_PEOPLE * self._chance.random() ** 2)] for _ in range(count)]
        return [name.replace(" ", "  ") if self._chance.random() < 0.04 else name for name in names]

    def _isbns(self, number: int) -> tuple[str, str]:
        """Both numbers of an edition with their check digits; four in ten books have none, and a few a wrong one."""
        lot = self._chance.random()
        if lot < 0.4:
            return "", ""
        if lot < 0.405:
            return "", f"{6_221_000_000_000 + number}"
        core = f"{100_000_000 + 7 * number:09}"
        ten = sum(weight * int(digit) for weight, digit in zip(range(10, 1, -1), core, strict=True))
        thirteen = sum((1, 3)[place % 2] * int(digit) for place, digit in enumerate(f"978{core}"))
        return f"{core}{'0123456789X'[-ten % 11]}", f"978{core}{-thirteen % 10}"

    def _first_year(self, published: int) -> object:
        """The year of the first edition: often the same, seldom unknown, sometimes before our era."""
        chance = self._chance
        years = (published, published - chance.randint(1, 90), "", -chance.randint(20, 800))
        return chance.choices(years, (60, 32, 7, 1))[0]

    def _day(self, number: int) -> str:
        """A day as Goodreads writes it."""
        return f"{_FIRST_DAY + timedelta(days=max(number, 0)):%Y/%m/%d}"

    def _html(self) -> str:
        """20 to 400 words in paragraphs, in one line, with the markup that readers use."""
        sentences = [self._sentence(self._chance.randint(6, 22)) for _ in range(self._chance.randint(3, 27))]
        for share, form in _MARKUP:
            if self._chance.random() < share:
                place = self._chance.randrange(len(sentences))
                sentences[place] = form.format(sentences[place], self._chance.randint(1, 99_999))
        return "<br/><br/>".join(" ".join(sentences[start : start + 6]) for start in range(0, len(sentences), 6))

    def _distinct(self, count: int, invent: Callable[[], str]) -> list[str]:
        """So many different ones."""
        found: dict[str, None] = {}
        while len(found) < count:
            found[invent()] = None
        return list(found)


def _folded(book: str) -> str:
    """What two spellings of a book have in common, for whoever compares without case, accents and articles."""
    return " ".join(book.replace("é", "e").casefold().removeprefix("a ").split())


def write(path: Path, count: int) -> None:
    """Write an export of so many rows, in bytes as Goodreads writes them."""
    with path.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(COLUMNS)
        lines.writerows(Librarian().rows(count))


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]))
