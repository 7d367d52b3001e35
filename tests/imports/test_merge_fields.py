from collections.abc import Callable
from typing import Any

import pytest
from tests.given import TODAY, make
from tests.import_files import Imports, finished

from readlog.core.domain_model import Contributor, Reading
from readlog.core.parse_fields import replace_fields

ID = {"title": "Dune", "authors": ["Frank Herbert"], "sources": ["goodreads:1"]}
SG = {"title": "Dune", "authors": ["Herbert, Frank"], "sources": ["storygraph:x"]}


def edited(**fields: Any) -> Callable[[Reading], Reading]:
    """What an edit with these fields makes of a reading."""
    return lambda now: replace_fields(now, fields, TODAY)


CHANGES: list[tuple[str, Any, Any]] = [
    ("rating", 3, 4),
    ("review", "good", "Good!"),
    ("private_note", "lent", "lent to Anna"),
    ("format", "print", "audio"),
    ("finished", "2012-03-17", "2012-04-20"),
    ("started", "2012-01", "2012-02"),
    ("status", "finished", "abandoned"),
    ("title", "Dune", "Dune (Penguin)"),
    ("subtitle", "A Novel", "The Novel"),
    ("pages", 300, 412),
    ("publisher", "Ace", "Gollancz"),
    ("published", 1990, 2007),
    ("isbn", "9780441013593", "9780340960196"),
    ("series", "Dune", "Dune Chronicles"),
    ("language", "English", "en"),
]
NAMES = [key for key, _, _ in CHANGES]


@pytest.mark.parametrize(("key", "before", "after"), CHANGES, ids=NAMES)
def test_what_changed_at_the_source_changes_here(imports: Imports, key: str, before: Any, after: Any) -> None:
    """Where nobody but the service has set it; and back again."""
    for value in (before, after, before):
        report = imports.bring(make(**ID | {key: value}))
        assert (report.conflicts, report.new_readings <= 1) == ([], True)
        assert imports.values(key) == [value]
        imports.again(make(**ID | {key: value}))


@pytest.mark.parametrize(("key", "before", "after"), CHANGES, ids=NAMES)
def test_what_a_reader_has_changed_stays(imports: Imports, key: str, before: Any, after: Any) -> None:
    """The file says what it said before: nothing is told, and nothing noted."""
    imports.bring(make(**ID | {key: before}))
    imports.edit(1, edited(**{key: after}))
    imports.again(make(**ID | {key: before}))
    assert imports.values(key) == [after]


@pytest.mark.parametrize(
    ("key", "before"), [(key, before) for key, before, _ in CHANGES if key not in ("title", "status")]
)
def test_what_a_reader_has_cleared_stays_so(imports: Imports, key: str, before: Any) -> None:
    """It does not come back; what the source says anew is noted, and told once."""
    imports.bring(make(**ID | {key: before}))
    imports.edit(1, edited(**{key: None}))
    imports.again(make(**ID | {key: before}))
    assert imports.values(key) == [None]
    after = next(after for name, _, after in CHANGES if name == key)
    report = imports.bring(make(**ID | {key: after}))
    assert [(each.key, each.ours, each.theirs) for each in report.conflicts] == [(key, None, after)]
    assert imports.values(key) == [None]
    imports.again(make(**ID | {key: after}))


@pytest.mark.parametrize(("key", "before", "after"), CHANGES, ids=NAMES)
def test_what_both_have_changed_is_kept_and_told_once(imports: Imports, key: str, before: Any, after: Any) -> None:
    """The journal keeps its own, and beside it what the service says."""
    ours = {"rating": 1, "finished": "2011-01-01", "started": "2011-01-01", "status": "reading", "published": 1965,
            "format": "ebook", "pages": 999, "isbn": "9781590174517"}.get(key, "quite another")  # fmt: skip
    imports.bring(make(**ID | {key: before}))
    imports.edit(1, edited(**{key: ours}))
    report = imports.bring(make(**ID | {key: after}))
    if key == "status":
        assert (report.conflicts, imports.values("status")) == ([], ["abandoned"])
        return
    assert [(each.id, each.key, each.ours, each.theirs) for each in report.conflicts] == [(1, key, ours, after)]
    assert imports.values(key, "extra") == [(ours, {"goodreads": {"otherwise": {key: after}}})]
    imports.again(make(**ID | {key: after}))
    again = imports.bring(make(**ID | {key: before}))
    assert (again.conflicts, imports.values(key)) == ([], [ours])


def test_what_a_service_says_no_more_stays(imports: Imports) -> None:
    """Absence is no edit."""
    imports.bring(make(**ID | {key: before for key, before, _ in CHANGES}, tags=["sf"], contributors=["X:narrator"]))
    before = imports.records()
    imports.again(make(**ID))
    imports.again(make(**ID, finished="2012-03-17"))
    assert imports.records() == before


def test_a_reading_goes_on_and_never_back(imports: Imports) -> None:
    """From the pile to its end, in one reading; an older file changes nothing."""
    steps = [
        make(**ID, status="to-read"),
        make(**ID, status="reading", started="2012-01-01"),
        make(**ID, started="2012-01-01", finished="2012-03-17", rating=4),
    ]
    for step in steps:
        imports.bring(step)
        assert imports.values("status", "started", "finished") == [
            (step.status, step.started and step.started.edtf, step.finished and step.finished.edtf)
        ]
    imports.again(steps[0])
    imports.again(steps[1])


def test_a_reading_that_a_reader_has_set_back_stays_there(imports: Imports) -> None:
    """Until the source tells of something new."""
    imports.bring(make(**ID, finished="2012-03-17"))
    imports.edit(1, edited(status="reading", finished=None))
    imports.again(make(**ID, finished="2012-03-17"))
    assert imports.values("status", "finished") == [("reading", None)]


def test_a_tag_or_a_person_that_was_taken_off_stays_away(imports: Imports) -> None:
    """Also where it was only respelled; and what the source adds comes in."""
    row = make(**ID | {"authors": ["Frank Herbert", "Bob Beech"]}, tags=["sf", "desert"], contributors=["X:narrator"])
    imports.bring(row)
    imports.edit(1, edited(tags=["Desert", "mine"], authors=["Frank P. Herbert"], contributors=[]))
    imports.again(row)
    assert imports.values("tags", "authors", "contributors") == [(["Desert", "mine"], ["Frank P. Herbert"], [])]
    imports.bring(make(**ID | {"authors": ["Frank Herbert"]}, tags=["sf", "new"], contributors=["Y:narrator"]))
    assert imports.values("tags", "authors") == [(["Desert", "mine", "new"], ["Frank P. Herbert"])]
    assert [person["name"] for person in imports.values("contributors")[0]] == ["Y"]


@pytest.mark.parametrize("table", ["tags", "people"])
def test_a_name_that_was_changed_with_another_tool_stays_changed(imports: Imports, table: str) -> None:
    """Which changes it for every book."""
    row = make(**ID, tags=["sf"])
    imports.bring(row)
    imports.connection.execute(f"UPDATE {table} SET name = 'Quite Otherwise'")
    imports.again(row)


def test_a_person_that_the_source_respells_is_respelled(imports: Imports) -> None:
    """Where it was the source that brought the name; a reader's spelling stays."""
    imports.bring(make(**ID | {"authors": ["F. Herbert"]}))
    imports.bring(make(**ID))
    assert imports.values("authors") == [["Frank Herbert"]]
    imports.edit(1, edited(authors=["Frank Patrick Herbert"]))
    imports.bring(make(**ID | {"authors": ["Franklin Herbert"]}))
    assert imports.values("authors") == [["Frank Patrick Herbert"]]


def test_a_role_that_says_nothing_gives_way(imports: Imports) -> None:
    """To one that does, in whatever order the services come; nobody is an author for having done something else."""
    first = make(
        "Good Omens", authors=["Terry Pratchett"], contributors=["Neil Gaiman:contributor"], sources=["goodreads:1"]
    )
    second = make(
        "Good Omens",
        authors=["N. Gaiman", "Terry Pratchett"],
        contributors=["Ann Ash:translator"],
        sources=["storygraph:x"],
    )
    third = make("Good Omens", authors=["Terry Pratchett", "Ann Ash"], sources=["csv:1"])
    for row, service in ((first, "goodreads"), (second, "storygraph"), (third, "csv")):
        imports.bring(row, service=service)
    [reading] = {reading.book for reading in imports.readings()}
    assert reading.contributors == (
        Contributor("Terry Pratchett"), Contributor("Neil Gaiman"), Contributor("Ann Ash", "translator"),
    )  # fmt: skip
    for row, service in ((first, "goodreads"), (second, "storygraph"), (third, "csv")):
        imports.again(row, service=service)


def test_other_authors_of_the_same_isbn_are_noted(imports: Imports) -> None:
    """They are not put beside those that are known: it is the same book with its name in another script."""
    imports.bring(make("Snow Country", authors=["Yasunari Kawabata"], isbn="9780679761044", sources=["goodreads:1"]))
    row = make("Snow Country", authors=["川端康成"], isbn="9780679761044", sources=["storygraph:x"])
    imports.bring(row, service="storygraph")
    assert imports.values("authors", "extra") == [
        (["Yasunari Kawabata"], {"storygraph": {"otherwise": {"authors": ["川端康成"]}}})
    ]
    imports.again(row, service="storygraph")


def test_two_services_know_more_than_one(imports: Imports) -> None:
    """What one does not know comes from the other; where they differ the first is kept and the other told."""
    imports.bring(make(**ID, finished="2012-03-17", rating=4, pages=412))
    report = imports.bring(
        make(**SG, started="2012-03-01", finished="2012-03-16", rating=4.25, review="good", isbn="9780441013593"),
        service="storygraph",
    )
    assert (report.merged, report.new_books, report.new_readings) == (1, 0, 0)
    assert [(each.key, each.ours, each.theirs) for each in report.conflicts] == [
        ("finished", "2012-03-17", "2012-03-16"),
        ("rating", 4.0, 4.25),
    ]
    assert imports.values("started", "finished", "rating", "review", "pages", "isbn", "sources") == [
        ("2012-03-01", "2012-03-17", 4, "good", 412, "9780441013593", ["goodreads:1", "storygraph:x"])
    ]


def test_the_other_edition_of_another_service_is_told_apart(imports: Imports) -> None:
    """The book keeps its own pages; those of the other edition are noted, and no conflict of anybody."""
    imports.bring(make(**ID, pages=412, publisher="Ace"))
    report = imports.bring(make(**SG, pages=600, publisher="Gollancz"), service="storygraph")
    assert report.conflicts == []
    assert imports.values("pages", "extra") == [
        (412, {"storygraph": {"otherwise": {"pages": 600, "publisher": "Gollancz"}}})
    ]


def test_two_services_in_turn_settle(imports: Imports) -> None:
    """The second round of both changes nothing."""
    goodreads = (
        finished(3, "2015-01-01", **ID, rating=4, pages=412, series="Dune", series_number="1", tags=["sf"]),
        make("Sapiens: A Brief History", authors=["Yuval Noah Harari"], sources=["goodreads:2"], status="to-read"),
        make("Emma", authors=["Jane Austen"], sources=["goodreads:3"], finished="2012", review="good"),
    )
    storygraph = (
        finished(2, "2012-05-05", "2014-12-31", **SG, rating=4.25, pages=600, series="Arrakis", tags=["SF", "slow"]),
        make("Sapiens", authors=["Y. N. Harari"], sources=["storygraph:y"], finished="2020-01-01"),
        make("Emma", authors=["Jane  Austen"], sources=["storygraph:z"], status="to-read", review="Good."),
    )
    imports.bring(*goodreads)
    imports.bring(*storygraph, service="storygraph")
    assert imports.journal.counts().books == 3
    assert imports.journal.counts().readings == 5
    imports.again(*goodreads)
    imports.again(*storygraph, service="storygraph")
    imports.again(*goodreads)


def test_counts_that_grow_are_readings_that_are_added(imports: Imports) -> None:
    """Three with one date, then four with a new one: exactly one more; then the date is corrected: none."""
    imports.bring(finished(3, "2012-03-17", **ID))
    imports.bring(finished(4, "2020-05-05", **ID))
    assert sorted(imports.values("finished"), key=str) == ["2012-03-17", "2020-05-05", None, None]
    report = imports.bring(finished(4, "2020-06-06", **ID))
    assert (report.merged, report.new_readings, report.conflicts) == (1, 0, [])
    assert sorted(imports.values("finished"), key=str) == ["2012-03-17", "2020-06-06", None, None]
    imports.again(finished(4, "2020-06-06", **ID))


def test_what_a_reader_knew_is_the_same_reading(imports: Imports) -> None:
    """March 2012 is what the file calls 17 March 2012; 2003 is another time."""
    imports.add(make("Dune", authors=["Frank Herbert"], finished="2012-03"))
    report = imports.bring(make(**ID, finished="2012-03-17", rating=4))
    assert (report.merged, report.new_readings) == (1, 0)
    assert imports.values("finished", "rating") == [("2012-03", 4)]
    imports.add(make("Emma", finished="2003"))
    report = imports.bring(make("Emma", sources=["goodreads:2"], finished="2015"))
    assert (report.added, report.new_readings, report.new_books) == (1, 1, 0)
    assert imports.values("finished") == ["2012-03", "2003", "2015"]


def test_a_date_that_a_reader_adds_to_one_of_several_stays_with_it(imports: Imports) -> None:
    """No other one gets it, and none is added."""
    rows = finished(3, "2015-01-01", **ID, review="good")
    imports.bring(rows)
    imports.edit(3, edited(finished=None))
    imports.again(rows)
    imports.edit(1, edited(finished="2003"))
    imports.again(rows)
    imports.edit(3, edited(status="to-read"))
    imports.again(rows)


def test_what_comes_earlier_is_not_begun_later(imports: Imports) -> None:
    """A start that is not known here is not taken where it comes after the end that is."""
    imports.bring(make(**ID, finished="2012-03-01"))
    row = make(**SG, started="2012-03-02", finished="2012-03-04")
    report = imports.bring(row, service="storygraph")
    assert imports.values("started", "finished") == [(None, "2012-03-01")]
    assert {each.key for each in report.conflicts} == {"started", "finished"}
    imports.again(row, service="storygraph")


def test_a_number_of_another_series_is_not_taken(imports: Imports) -> None:
    """Discworld is not Death, and has not its numbers."""
    imports.bring(make("Mort", authors=["Terry Pratchett"], series="Discworld", sources=["goodreads:1"]))
    row = make("Mort", authors=["Terry Pratchett"], series="Death", series_number="1", sources=["storygraph:x"])
    imports.bring(row, service="storygraph")
    assert imports.values("series", "series_number") == [("Discworld", None)]
    imports.again(row, service="storygraph")


def test_quotes_come_in_once_and_stay_away(imports: Imports) -> None:
    """A quote that was deleted or mended does not come back."""
    row = make(**ID, quotes=["fear", "spice", "sand"])
    imports.bring(row)
    imports.edit(1, lambda now: now._replace(quotes=(now.quotes[0]._replace(text="Fear!"), now.quotes[1])))
    imports.again(row)
    imports.bring(make(**ID, quotes=["fear", "worms"]))
    assert [quote.text for quote in imports.journal.get(1).quotes] == ["Fear!", "spice", "worms"]


def test_what_has_no_field_is_kept_and_kept_up(imports: Imports) -> None:
    """What the service changes changes; what a reader has put there, or taken out, stays."""
    first = make(**ID, extra={"goodreads": {"Shelves": "a", "Owned": "1"}, "mood": "dark"})
    imports.bring(first)
    imports.bring(make(**ID, extra={"goodreads": {"Shelves": "b"}}))
    assert imports.values("extra") == [{"goodreads": {"Shelves": "b", "Owned": "1"}, "mood": "dark"}]
    imports.edit(1, lambda now: now._replace(extra={"goodreads": {"Shelves": "mine"}, "own": [1]}))
    row = make(**ID, extra={"goodreads": {"Shelves": "b", "Owned": "1"}, "mood": "dark"})
    imports.again(row)
    assert imports.values("extra") == [{"goodreads": {"Shelves": "mine"}, "own": [1]}]
    imports.edit(1, lambda now: now._replace(extra={"goodreads": "mine"}))
    imports.bring(make(**ID, extra={"goodreads": {"New": "1"}}))
    assert imports.values("extra") == [{"goodreads": {"goodreads": "mine", "New": "1"}}]


def test_a_note_that_a_reader_has_taken_out_stays_out(imports: Imports) -> None:
    """And what it said is not told again."""
    imports.bring(make(**ID, rating=3))
    imports.edit(1, edited(rating=1))
    imports.bring(make(**ID, rating=5))
    imports.edit(1, edited(extra={}))
    imports.again(make(**ID, rating=5))


ABANDONED, PAUSED, WISH = ({"status": status} for status in ("abandoned", "paused", "to-read"))
UNDATED: dict[str, Any] = {}
IN_MARCH = {"finished": "2012-03"}
ON_A_DAY = {"finished": "2012-03-17", "started": "2012-02-01"}
LONG = {"title": "Sapiens: A Brief History", "authors": ["Yuval Noah Harari"]}
SHORT = {"title": "Sapiens", "authors": ["Y. N. Harari"]}


def row(service: str, *said: dict[str, Any], **of_book: Any) -> tuple[Reading, ...]:
    """A row of a service with these readings, the last of which has all that is said of the book."""
    book = {"title": "Dune", "authors": ["Frank Herbert"]} | of_book
    *earlier, last = said
    book.setdefault("sources", [f"{service}:1"])
    names = {key: book[key] for key in ("title", "authors", "sources")}
    return (*(make(**names | each) for each in earlier), make(**names | book | last))


OF_TWO: list[tuple[str, tuple[Reading, ...], tuple[Reading, ...]]] = [
    ("one that another abandoned", row("goodreads", ABANDONED), row("storygraph", UNDATED, IN_MARCH)),
    ("one with all dates", row("storygraph", ABANDONED), row("goodreads", UNDATED, ON_A_DAY)),
    ("another title", row("storygraph", ON_A_DAY, **SHORT), row("goodreads", UNDATED, UNDATED, **LONG)),
    ("a wish besides", row("goodreads", ON_A_DAY), row("storygraph", UNDATED, WISH)),
]


@pytest.mark.parametrize(("first", "second"), [each[1:] for each in OF_TWO], ids=[name for name, *_ in OF_TWO])
def test_readings_of_a_row_are_the_same_ones_the_next_time(
    imports: Imports, first: tuple[Reading, ...], second: tuple[Reading, ...]
) -> None:
    """Those as which they came in: nothing is noted with another one, and nothing told of it."""
    one, other = (each[-1].sources[0].partition(":")[0] for each in (first, second))
    imports.bring(first, service=one)
    imports.bring(second, service=other)
    imports.again(second, service=other)
    imports.again(first, service=one)


def test_one_more_reading_settles_where_another_service_abandoned_it(imports: Imports) -> None:
    """What it says otherwise of the first is noted when it comes, and not again."""
    imports.bring(row("goodreads", WISH))
    imports.bring(row("storygraph", ABANDONED), service="storygraph")
    twice = row("goodreads", UNDATED, IN_MARCH)
    imports.bring(twice)
    imports.again(twice)
    assert sorted(imports.values("status", "finished")) == [("abandoned", None), ("finished", "2012-03")]


@pytest.mark.parametrize("changed", [3, 4, 5])
def test_an_end_that_two_services_tell_otherwise_settles(imports: Imports, changed: int) -> None:
    """One has abandoned what it had paused, the other has finished it; a reader takes up one of its readings again."""
    paused, abandoned = (
        (row("goodreads", WISH), row("goodreads", state, **LONG, sources=["goodreads:2"]))
        for state in (PAUSED, ABANDONED)
    )
    storygraph = (
        row("storygraph", WISH),
        row("storygraph", WISH, title="Emma", sources=["storygraph:2"]),
        row("storygraph", UNDATED, UNDATED, ON_A_DAY, **LONG, sources=["storygraph:3"]),
    )
    for service, rows in (("storygraph", storygraph), ("goodreads", paused), ("goodreads", abandoned)):
        imports.bring(*rows, service=service)
        imports.again(*rows, service=service)
    imports.edit(changed, edited(status="reading"))
    imports.again(*abandoned)
    imports.again(*storygraph, service="storygraph")


DELETED: list[tuple[str, tuple[Reading, ...], tuple[Reading, ...]]] = [
    ("otherwise", row("goodreads", IN_MARCH), row("storygraph", ABANDONED)),
    ("with a day", row("storygraph", IN_MARCH), row("goodreads", UNDATED, UNDATED, ON_A_DAY)),
    ("without a date", row("goodreads", ON_A_DAY), row("storygraph", UNDATED, WISH)),
    ("as abandoned", row("storygraph", UNDATED, UNDATED, WISH), row("goodreads", UNDATED, ABANDONED)),
]


@pytest.mark.parametrize("deleted", [1, 2])
@pytest.mark.parametrize(("first", "second"), [each[1:] for each in DELETED], ids=[name for name, *_ in DELETED])
def test_a_deleted_reading_stays_away_however_a_service_tells_of_it(
    imports: Imports, first: tuple[Reading, ...], second: tuple[Reading, ...], deleted: int
) -> None:
    """Also where it is another service that had said the date and the state that it had."""
    one, other = (each[-1].sources[0].partition(":")[0] for each in (first, second))
    imports.bring(first, service=one)
    imports.bring(second, service=other)
    if deleted in imports.values("id"):
        imports.delete(deleted)
    imports.again(second, service=other)
    imports.again(first, service=one)


def test_a_state_that_was_kept_out_stays_out(imports: Imports) -> None:
    """A reader sets the book back, and what was further on only there does not come in for that."""
    imports.bring(make(**ID, status="reading", started="2019-01-01"))
    imports.bring(make(**SG, status="paused"), service="storygraph")
    imports.edit(1, edited(status="to-read"))
    imports.again(make(**SG, status="paused"), service="storygraph")
    assert imports.values("status") == ["to-read"]


def test_a_date_that_was_kept_out_stays_out(imports: Imports) -> None:
    """It did not go with the state that was here; a reader changes that, and knows the date from the report."""
    imports.bring(make(**ID, status="abandoned"))
    imports.bring(make(**SG, **IN_MARCH), service="storygraph")
    imports.edit(1, edited(status="finished"))
    imports.again(make(**SG, **IN_MARCH), service="storygraph")
    assert imports.values("status", "finished") == [("finished", None)]


@pytest.mark.parametrize(
    ("key", "more", "less"),
    [("title", "Dune: A Novel", "Dune"), ("finished", "2012-03-17", "2012-03"), ("review", "Good!", "good")],
    ids=["title", "finished", "review"],
)
def test_what_said_no_more_than_another_says_nothing_when_that_is_changed(
    imports: Imports, key: str, more: Any, less: Any
) -> None:
    """A reader has changed what another service had said more exactly."""
    imports.bring(make(**ID | {key: more}))
    imports.bring(make(**SG | {key: less}), service="storygraph")
    imports.edit(1, edited(**{key: "2003" if key == "finished" else "quite another"}))
    imports.again(make(**SG | {key: less}), service="storygraph")


def test_what_a_service_says_less_exactly_than_before_is_told(imports: Imports) -> None:
    """Where a reader has changed what it had said, it says something new."""
    imports.bring(make(**ID, finished="2012-03-17"))
    imports.edit(1, edited(finished="2003"))
    report = imports.bring(make(**ID, finished="2012-03"))
    assert [(each.key, each.ours, each.theirs) for each in report.conflicts] == [("finished", "2003", "2012-03")]


def test_a_subtitle_that_stood_in_the_title_does_not_come_for_a_new_title(imports: Imports) -> None:
    """A reader has called the book otherwise; the service has said nothing that was not known."""
    imports.bring(row("goodreads", UNDATED, **LONG))
    said = row("storygraph", UNDATED, **SHORT, subtitle="A Brief History")
    imports.bring(said, service="storygraph")
    imports.edit(1, edited(title="Quite Another"))
    imports.again(said, service="storygraph")
    assert imports.values("title", "subtitle") == [("Quite Another", None)]


def test_a_number_of_another_series_does_not_come_for_a_new_series(imports: Imports) -> None:
    """It was left out with its series."""
    imports.bring(make(**ID, series="Dune"))
    said = make(**SG, series="Arrakis", series_number="1")
    imports.bring(said, service="storygraph")
    imports.edit(1, edited(series="Arrakis"))
    imports.again(said, service="storygraph")
    assert imports.values("series", "series_number") == [("Arrakis", None)]


def test_notes_that_a_reader_has_taken_out_stay_out_together(imports: Imports) -> None:
    """Those of several fields, and those of an edition of its own."""
    imports.bring(make(**ID, status="paused"))
    imports.edit(1, edited(status="abandoned"))
    imports.bring(make(**ID, finished="2020-05-05"))
    imports.edit(1, edited(extra={}))
    imports.again(make(**ID, finished="2020-05-05"))
    imports.bring(make("Emma", authors=["Jane Austen"], finished="2015", sources=["goodreads:2"]))
    said = finished(3, title="Emma: A Novel", authors=["Jane Austen"], sources=["storygraph:y"])
    said = (*said[:-1], said[-1]._replace(status="reading"))
    imports.bring(said, service="storygraph")
    for id_ in [id_ for id_, extra in imports.values("id", "extra") if extra]:
        imports.edit(id_, edited(extra={}))
    imports.again(said, service="storygraph")
