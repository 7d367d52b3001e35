"""Thousands of queries: each is answered, or refused in one line; no error of SQL comes through."""

import os
import random
from collections.abc import Iterator
from itertools import cycle

import pytest
from tests.given import CONTROLS, HOSTILE, make
from tests.made import make_empty

from readlog.core.errors import BadInput
from readlog.journal import Journal
from readlog.query.query_fields import HAS_CONDITIONS, IS_CONDITIONS, field_names
from readlog.readings.listing import SORTS

MANY = int(os.environ.get("READLOG_QUERIES", "1000"))
"""Queries of one seed; `READLOG_QUERIES=5000 pytest -k any_of_many` is for somebody who has the time to wait."""
FIELDS = [f"{name}:" for name in field_names()]
WORDS = [
    "serge",
    "memoirs",
    "srege",
    "mem",
    "olution",
    "city",
    "Pétrograd",
    "雪国",
    "война",
    "о",
    "x",
    "or",
    "OR",
    "AND",
    "NOT",
    "NEAR",
    "rowid",
    "rank",
]
VALUES = [
    "4",
    "4..",
    "..3.5",
    ">=4",
    "<2012",
    "2012-03",
    "2012..2014",
    "none",
    "½",
    "-1",
    "1e9",
    "9" * 30,
    "0x1",
    "nan",
    "..",
    "today",
    "summer 2012",
    "9781590174517",
    "978",
    "ebook",
    *HAS_CONDITIONS,
    *IS_CONDITIONS,
]
SIGNS = [
    '"',
    "'",
    "-",
    "--",
    "\u2212",
    "*",
    "^",
    "+",
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    ":",
    "::",
    ",",
    ".",
    "||",
    "%",
    "_",
    "\\",
    "?",
    "?1",
    ";",
    "/*",
    "\0",
    "\n",
    "\t",
    " ",
    "\u0301",
    "\u200d",
    "\udc80",
    "\U0001f469",
    "\U0001e900",
    "ß",
    "İ",
]
HOSTILE_PIECES = [*(text[:80] for text in HOSTILE), *CONTROLS]


def query(chance: random.Random) -> str:
    """One query: mostly as people write them, sometimes signs without sense, sometimes any letters at all."""
    pieces = []
    for _ in range(chance.randint(1, 6)):
        kind = chance.random()
        if kind < 0.35:
            pieces.append(
                chance.choice(["", "", "-", '"']) + chance.choice(WORDS) + chance.choice(["", "", "", '"', "*", ","])
            )
        elif kind < 0.65:
            pieces.append(
                chance.choice(["", "-"])
                + chance.choice(FIELDS)
                + chance.choice(['"', ""])
                + chance.choice([*VALUES, *WORDS])
            )
        elif kind < 0.85:
            pieces.append("".join(chance.choices(SIGNS, k=chance.randint(1, 4))))
        elif kind < 0.95:
            pieces.append(
                "".join(
                    chr(chance.choice([chance.randrange(128), chance.randrange(0x3000), chance.randrange(0x110000)]))
                    for _ in range(3)
                )
            )
        else:
            pieces.append(chance.choice(HOSTILE_PIECES))
    return chance.choice(["", " ", " ", " "]).join(pieces)


@pytest.fixture(scope="module")
def readings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journal]:
    """Some readings to ask of, in several scripts and with every hostile text."""
    path = tmp_path_factory.mktemp("any") / "journal.db"
    make_empty(path)
    with Journal(str(path)) as journal:
        journal.add(
            make(
                "Memoirs of a Revolutionary",
                authors=["Victor Serge"],
                review="||Pétrograd|| 1919",
                rating=5,
                tags=["history"],
            )
        )
        journal.add(
            make("Memoirs of a Revolutionary", authors=["Victor Serge"], finished="2012-03", quotes=["city"]),
            again=True,
        )
        journal.add(make("Война и мир", authors=["Лев Толстой"], private_note="雪国", series="x", series_number="1"))
        for hostile in HOSTILE:
            journal.add(make("x " + hostile[:100], review=hostile, tags=[hostile.replace("\n", "")[:50] + "x"]))
        yield journal


def ask(journal: Journal, text: str, sort: str) -> bool:
    """Whether `text` is answered, by lists and searches alike; else it is refused by both, in one line."""
    try:
        listing = journal.list(text, sort=sort)
        rows = {row.id for row in listing.rows}
    except BadInput as refused:
        assert "\n" not in str(refused)
        assert str(refused).strip()
        with pytest.raises(BadInput):
            journal.search(text)
        return False
    hits = journal.search(text, sort=sort if listing.total % 2 else None)
    if rows:
        assert (hits.total, hits.corrections) == (listing.total, ())
        assert hits.hits
        assert {hit.reading.id for hit in hits.hits} <= rows
    return True


@pytest.mark.parametrize("seed", range(4))
def test_any_of_many_queries_is_answered_or_refused_in_one_line(readings: Journal, seed: int) -> None:
    """By `list` and by `search`, and both find the same where anything is found as it was typed."""
    chance = random.Random(seed)
    sorts = list(SORTS)
    answered = sum(ask(readings, query(chance), chance.choice(sorts)) for _ in range(MANY))
    assert MANY / 5 < answered < MANY


@pytest.mark.parametrize("field", FIELDS)
def test_each_field_is_asked_with_each_value(readings: Journal, field: str) -> None:
    """In each of the orders in turn; some of it is an answer."""
    sorts = cycle(SORTS)
    assert sum(ask(readings, field + value, next(sorts)) for value in [*VALUES, *WORDS])
