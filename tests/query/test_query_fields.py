import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.given import NOW, make
from tests.made import make_empty

from readlog.core.errors import BadInput
from readlog.journal import Journal
from readlog.query.query_fields import HAS_CONDITIONS, IS_CONDITIONS, Range, field_names, parse_range

LIBRARY = {
    1: make(
        "Memoirs of a Revolutionary",
        authors=["Victor Serge"],
        contributors=["Peter Sedgwick:translator"],
        finished="2012-03",
        started="2012-02",
        rating=5,
        pages=576,
        published=2012,
        tags=["history", "Mémoire"],
        isbn="9781590174517",
        publisher="New York Review Books",
        review="||Pétrograd||",
        language="English",
        format="print",
    ),
    2: make("Conquered City", authors=["Victor Serge"], status="reading", started="2026-11-02", pages=224),
    3: make(
        "Ten Days That Shook the World",
        authors=["John Reed"],
        finished="1998",
        rating=4,
        private_note="from Anna",
        quotes=["the streets"],
        contributors=["Richard Greeman:editor"],
    ),
    4: make(
        "雪国", authors=["川端康成"], finished="~2012", rating=4.25, format="ebook", series="Nobel", series_number="2"
    ),
    5: make(
        "Finnegans Wake",
        authors=["James Joyce"],
        contributors=["John Tenniel:illustrator", "Stephen Fry:narrator"],
        status="abandoned",
        rating=0.5,
        published=1939,
        format="audio",
    ),
    6: make(
        "The Odyssey",
        subtitle="A Poem",
        contributors=["Émilie Wilson:translator"],
        published=-700,
        status="to-read",
    ),
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six readings and a seventh, of the first book again."""
    path = tmp_path_factory.mktemp("fields") / "journal.db"
    make_empty(path)
    with pytest.MonkeyPatch.context() as environment, Journal(str(path)) as journal:
        environment.setenv("READLOG_NOW", NOW)
        for id_, reading in LIBRARY.items():
            assert journal.add(reading) == id_
        assert (
            journal.add(make("Memoirs of a Revolutionary", authors=["Victor Serge"], finished="1991"), again=True) == 7
        )
    return path


CASES: tuple[tuple[str, set[int]], ...] = (
    ("", {1, 2, 3, 4, 5, 6, 7}),
    ("title:city", {2}), ('title:"conquered city"', {2}), ('title:"city conquered"', set()), ("author:serge", {1, 2, 7}),
    ("author:sedgwick", {1, 7}), ("translator:sedgwick", {1, 7}), ("translator:emilie", {6}), ("translator:serge", set()),
    ("series:nobel", {4}), ("review:petrograd", {1}), ("note:anna", {3}), ("quote:streets", {3}), ("note:streets", set()),
    ("tag:history", {1, 7}), ("tag:HISTORY", {1, 7}), ("tag:memoire", {1, 7}), ("tag:hist", set()), ("-tag:history", {2, 3, 4, 5, 6}),
    ("status:reading", {2}), ("status:dnf", {5}), ("status:tbr", {6}), ("is:abandoned", {5}), ("is:reread", {1, 7}),
    ("-is:reread", {2, 3, 4, 5, 6}), ("is:unrated", {2, 6, 7}), ("is:rated", {1, 3, 4, 5}), ("is:spoiler", {1}),
    ("isbn:9781590174517", {1, 7}), ("isbn:1590174518", {1, 7}), ("isbn:978159", {1, 7}), ("isbn:978-1-59017-451-7", {1, 7}),
    ('publisher:"york review"', {1, 7}), ("publisher:review", {1, 7}), ("-publisher:review", {2, 3, 4, 5, 6}), ("language:english", {1, 7}),
    ("format:kindle", {4}), ("format:print", {1}),
    ("rating:5", {1}), ("rating:4..", {1, 3, 4}), ("rating:..4", {3, 5}), ("rating:4..4.5", {3, 4}), ("rating:>4", {1, 4}),
    ("rating:<=½", {5}), ("rating:none", {2, 6, 7}), ("rating:★★★★..", {1, 3, 4}),
    ("pages:..300", {2}), ("pages:>=576", {1, 7}), ("published:2012", {1, 7}), ("published:..1000", {6}), ("published:-800..-600", {6}),
    ("finished:2012", {1, 4}), ("finished:2012-03", {1, 4}), ("finished:2012-04", {4}), ("finished:2012-03-17", {1, 4}),
    ("finished:1990..1999", {3, 7}), ("finished:..1998", {3, 7}), ("finished:2000..", {1, 4}), ("finished:>2012", set()),
    ("finished:<1998", {7}), ("finished:none", {2, 5, 6}), ("year:1991", {7}), ("started:2026-11", {2}),
    ('started:"this month"', {2}), ("started:>=2012-02", {1, 2}),
    ("added:2026-11-22", {1, 2, 3, 4, 5, 6, 7}), ("added:..2025", set()), ("id:3", {3}), ("id:3..5", {3, 4, 5}), ("-id:3..", {1, 2}),
    ("has:review", {1}), ("has:note", {3}), ("has:quote", {3}), ("has:rating", {1, 3, 4, 5}), ("has:tag", {1, 7}), ("has:series", {4}),
    ("has:finished", {1, 3, 4, 7}), ("-has:finished", {2, 5, 6}), ("has:author", {1, 2, 3, 4, 5, 7}), ("-has:author", {6}),
    ("serge -conquered", {1, 7}), ("serge status:reading", {2}), ("tag:history or status:reading", {1, 2, 7}),
    ("reed or joyce", {3, 5}), ("serge finished:2012 or id:6", {1, 6}), ("-serge -reed", {4, 5, 6}), ("雪国", {4}), ("川端", {4}),
    ('author:"victor serge"', {1, 2, 7}), ("author:victorious", set()), ("series:nob", {4}), ("series:exile", set()), ("review:anna", set()),
    ("quote:anna", set()), ("editor:greeman", {3}), ("editor:reed", set()), ("editor:richard", {3}), ("illustrator:tenniel", {5}),
    ("illustrator:greeman", set()), ("narrator:fry", {5}), ("narrator:tenniel", set()), ("author:tenniel", {5}), ("translator:wilson", {6}),
    ("format:audio", {5}), ("format:paperback", {1}), ("language:eng", {1, 7}), ("language:german", set()), ("language:lish", set()),
    ("publisher:ork", set()), ("isbn:9780441013593", set()), ("isbn:979", set()), ("rating:unknown", {2, 6, 7}), ("rating:<4", {5}), ("rating:3", set()),
    ("pages:none", {3, 4, 5, 6}), ("pages:225..575", set()), ("published:none", {2, 3, 4}), ("published:<1939", {6}), ("published:>1939", {1, 7}),
    ("started:none", {3, 4, 5, 6, 7}), ("started:2012-02-29", {1}), ("started:2012-03", set()), ("started:<2012-03", {1}), ("started:today", set()),
    ("year:none", {2, 5, 6}), ("year:2026", set()), ("year:1990..1998", {3, 7}),
    ("status:paused", set()), ("is:reading", {2}), ("is:paused", set()), ("-is:spoiler", {2, 3, 4, 5, 6, 7}), ("id:none", set()), ("id:>6", {7}),
    ("added:>=2026-11-22", {1, 2, 3, 4, 5, 6, 7}), ("added:<2026-11-22", set()), ("added:yesterday", set()), ("added:2026", {1, 2, 3, 4, 5, 6, 7}),
    ("has:started", {1, 2}), ("has:format", {1, 4, 5}), ("has:subtitle", {6}), ("has:isbn", {1, 7}), ("has:publisher", {1, 7}),
    ("has:published", {1, 5, 6, 7}), ("has:pages", {1, 2, 7}), ("has:language", {1, 7}),
)  # fmt: skip


@pytest.mark.parametrize(("query", "ids"), CASES)
def test_a_condition_finds_what_it_says(library: Path, query: str, ids: set[int]) -> None:
    """Every field with each kind of value it takes; what may be, by what is known, is found."""
    with Journal(str(library)) as journal:
        assert {row.id for row in journal.list(query).rows} == ids
        assert {hit.reading.id for hit in journal.search(query, every=True).hits} == ids


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("autor:serge", '"autor:" is not a field. Fields: added author'),
        ("http://x", '"http:" is not a field'),
        ("author: serge", '"author:" has nothing to look for behind the colon'),
        ("rating:good", 'In "rating:good": "good" is not a rating'),
        ("rating:..", "a range needs an end"),
        ("pages:many", '"many" is not a whole number'),
        ("finished:03/04/2012", "could be 3 April or 4 March"),
        ("status:perused", "is not a status"),
        ("format:papyrus", "is not a format"),
        ("isbn:123", "not an ISBN"),
        ("has:wings", "has: takes one of review, note"),
        ("is:good", "is: takes one of reread"),
        ("title:++", '"title:++" has nothing to look for'),
    ],
)
def test_what_is_not_understood_is_pointed_at(library: Path, query: str, words: str) -> None:
    """One line, with the part that is wrong and what it could be."""
    with Journal(str(library)) as journal, pytest.raises(BadInput) as refused:
        journal.list(query)
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "ends"),
    [("4", Range("4", "4")), ("4..", Range("4", None)), ("..4", Range(None, "4")), ("1..2", Range("1", "2")), (">=4", Range("4", None)),
     (">4", Range("4", None, exclusive=True)), ("<=4", Range(None, "4")), ("<4", Range(None, "4", exclusive=True))],
)  # fmt: skip
def test_a_range_has_two_ends_or_one(text: str, ends: Range) -> None:
    """Two dots or a sign."""
    assert parse_range(text) == ends


def _found_by(beginning: str) -> list[set[int]]:
    return [ids for query, ids in CASES if query.startswith(beginning)]


@pytest.mark.parametrize("beginning", [f"{name}:" for name in field_names()])
def test_every_field_finds_something_and_passes_over_something(beginning: str) -> None:
    """A field that is new has its cases in the table above, one that it finds and one that it does not."""
    assert any(_found_by(beginning)), "nothing is found"
    everything = set(LIBRARY) | {7}
    assert any(ids != everything for ids in _found_by(beginning)), "everything is found"


@pytest.mark.parametrize(
    "query", [*(f"has:{word}" for word in HAS_CONDITIONS), *(f"is:{word}" for word in IS_CONDITIONS)]
)
def test_every_word_of_has_and_is_has_a_case(query: str) -> None:
    """What the message of a refusal offers does something."""
    assert any(_found_by(query))


@pytest.fixture
def move_to() -> Iterator[Callable[[str], None]]:
    """The clock of another place, in the words of POSIX: `EST5` is five hours behind Greenwich."""
    if not hasattr(time, "tzset"):
        pytest.skip("The zone of a process can be changed on POSIX only.")
    with pytest.MonkeyPatch.context() as environment:

        def move(zone: str) -> None:
            environment.setenv("TZ", zone)
            time.tzset()

        yield move
    time.tzset()


@pytest.mark.parametrize(
    ("zone", "moment", "day", "other_days"),
    [
        ("UTC0", "2026-11-22T23:59:59.999", "2026-11-22", ["2026-11-21", "2026-11-23"]),
        ("EST5", "2026-11-23T04:59:59.999", "2026-11-22", ["2026-11-21", "2026-11-23"]),
        ("EST5", "2026-11-23T05:00:00.000", "2026-11-23", ["2026-11-22", "2026-11-24"]),
        ("JST-9", "2026-11-22T15:00:00.000", "2026-11-23", ["2026-11-22", "2026-11-24"]),
        ("JST-9", "2026-11-22T14:59:59.999", "2026-11-22", ["2026-11-21", "2026-11-23"]),
        ("CET-1CEST,M3.5.0,M10.5.0/3", "2026-06-30T22:30:00.000", "2026-07-01", ["2026-06-30", "2026-06", "<2026-07"]),
    ],
)
def test_a_day_begins_at_midnight_where_the_reader_is(
    journal: Journal,
    monkeypatch: pytest.MonkeyPatch,
    move_to: Callable[[str], None],
    zone: str,
    moment: str,
    day: str,
    other_days: list[str],
) -> None:
    """What was written down late in the evening was written down that day, wherever Greenwich is by then."""
    move_to(zone)
    monkeypatch.setenv("READLOG_NOW", f"{moment}+00:00")
    journal.add(make())
    assert journal.get(1).created_at == f"{moment}Z"
    assert journal.list(f"added:{day}").total == 1
    assert journal.list(f"added:{day}..{day}").total == 1
    assert [journal.list(f"added:{other}").total for other in other_days] == [0] * len(other_days)
