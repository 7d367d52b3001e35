from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.full_reading import full
from tests.given import TODAY, make
from tests.import_files import Imports, make_clock
from tests.strategies import readings

from readlog.core.domain_model import Reading
from readlog.core.errors import Ambiguous
from readlog.core.parse_fields import replace_fields
from readlog.core.reading_record import from_record, to_record
from readlog.imports.run_import import COPY_NOTE
from readlog.journal import Journal

OWN = {"service": "readlog", "file": "export.json"}


def edited(reading: Reading, **fields: Any) -> Reading:
    """A record as somebody has edited it in a file."""
    return replace_fields(reading, fields, TODAY)


@pytest.fixture
def other(empty: Path, tmp_path: Path, imports: Imports) -> Iterator[Imports]:
    """The journal on another machine, under the same sun."""
    copy(empty, tmp_path / "other.db")
    with Journal(str(tmp_path / "other.db")) as journal:
        yield Imports(journal, imports.later)


def send(here: Imports, there: Imports) -> Any:
    """Export all of one journal and import it into the other."""
    return there.bring(*here.readings(), **OWN)


def test_into_an_empty_journal_everything_comes_back(imports: Imports, other: Imports) -> None:
    """Ids with gaps, uids, instants, the order of people and of quotes; and a second time nothing changes."""
    imports.add(full(authors=["B", "A"]))
    imports.add(make("Another", authors=["A"]))
    imports.add(full(finished="1991", quotes=["a", "b"]), again=True)
    imports.add(make("Twice", authors=["A"]))
    imports.add(make("Twice", authors=["A"]), new_book=True)
    imports.delete(2)
    imports.edit(1, lambda now: now._replace(rating=2.5))
    report = send(imports, other)
    assert (report.added, report.merged) == (4, 0)
    assert other.records() == imports.records()
    other.again(*imports.readings(), **OWN)
    assert len({(title, uid) for title, uid in imports.values("title", "book_uid")}) == 3


def test_the_order_of_the_records_makes_no_difference(imports: Imports, other: Imports) -> None:
    """Newest first, as a list may have them."""
    for title in ("Dune", "Emma", "Mort"):
        imports.add(make(title))
    imports.delete(2)
    other.bring(*reversed(imports.readings()), **OWN)
    assert other.records() == imports.records()


def test_two_books_of_one_title_author_and_source_stay_two(imports: Imports, other: Imports) -> None:
    """Their uids keep them apart."""
    for _ in range(2):
        imports.add(make("Poems", authors=["A"], sources=["goodreads:1"], isbn="9780441013593"), new_book=True)
    send(imports, other)
    assert other.records() == imports.records()
    assert other.journal.counts().books == 2


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(some=st.lists(readings(), min_size=1, max_size=4))
def test_any_records_come_back_exactly(empty: Path, tmp_path: Path, some: list[Reading]) -> None:
    """Whatever is in them, and whichever of them are of one book."""
    for name in ("a.db", "b.db"):
        copy(empty, tmp_path / name)
    with Journal(str(tmp_path / "a.db")) as here, Journal(str(tmp_path / "b.db")) as there:
        for reading in some:
            plain = reading._replace(quotes=tuple(quote._replace(uid=None) for quote in reading.quotes))
            try:
                here.add(plain, again=bool(here.find_same_book(plain)))
            except Ambiguous:
                here.add(plain, new_book=True)
        records = [from_record(to_record(reading), TODAY) for reading in here.readings()]
        for count in (len(records), 0):
            report = Imports(there, lambda: None).bring(*records, **OWN)
            assert (report.added, report.merged, report.unchanged) == (count, 0, len(records) - count)
            assert list(there.readings()) == list(here.readings())


EDITS: list[dict[str, Any]] = [
    {"rating": None},
    {"rating": 1.5},
    {"review": "quite new"},
    {"tags": ["history", "new"]},
    {"tags": []},
    {"title": "Mémoires"},
    {"authors": ["Viktor Serge"], "contributors": []},
    {"finished": None, "status": "reading"},
    {"quotes": ["another"]},
    {"quotes": []},
    {"extra": {"mood": "light"}},
    {"isbn": None, "pages": None},
    {"sources": []},
]


@pytest.mark.parametrize("fields", EDITS, ids="-".join)
def test_an_edit_in_the_file_is_taken(imports: Imports, fields: dict[str, Any]) -> None:
    """Also one that takes something out; and a second time nothing changes."""
    imports.add(full())
    record = edited(imports.journal.get(1), **fields)
    report = imports.bring(record, **OWN)
    assert (report.merged, report.conflicts) == (1, [])
    got = imports.journal.get(1)
    assert got._replace(updated_at=None, quotes=()) == record._replace(updated_at=None, quotes=())
    assert [quote.text for quote in got.quotes] == [quote.text for quote in record.quotes]
    imports.again(record, **OWN)


@pytest.mark.parametrize("fields", EDITS, ids="-".join)
def test_an_edit_in_the_journal_stays(imports: Imports, fields: dict[str, Any]) -> None:
    """The file is older; it says nothing new."""
    imports.add(full())
    record = imports.journal.get(1)
    imports.edit(1, lambda now: edited(now, **fields))
    imports.again(record, **OWN)


def test_edits_of_different_fields_are_both_taken(imports: Imports) -> None:
    """Lists become one of both, and so does what has no field."""
    imports.add(full())
    record = edited(
        imports.journal.get(1),
        rating=1,
        pages=999,
        tags=["history", "russia", "theirs"],
        extra={"mood": ["dark"], "t": 1},
    )
    record = record._replace(quotes=(*record.quotes, *make(quotes=["theirs"]).quotes))
    imports.edit(
        1, lambda now: edited(now, review="mine", title="Mine", tags=["history", "mine"], extra={"m": {"x": 1}})
    )
    imports.edit(1, lambda now: now._replace(quotes=(now.quotes[1], *make(quotes=["mine"]).quotes)))
    report = imports.bring(record, **OWN)
    assert (report.merged, report.conflicts) == (1, [])
    assert imports.values("rating", "pages", "review", "title", "tags", "extra") == [
        (1, 999, "mine", "Mine", ["history", "mine", "theirs"], {"m": {"x": 1}, "t": 1})
    ]
    assert [quote.text for quote in imports.journal.get(1).quotes] == ["the peace", "mine", "theirs"]
    imports.again(record, **OWN)


def test_what_both_have_edited_is_kept_and_told_once(imports: Imports) -> None:
    """With what the file says beside it; a file that says something else again is told again."""
    imports.add(full())
    record = imports.journal.get(1)
    theirs = edited(record, rating=1, title="Theirs", finished="2011", extra={"mood": "theirs"})
    theirs = theirs._replace(quotes=(theirs.quotes[0]._replace(remark="theirs"), theirs.quotes[1]))
    imports.edit(1, lambda now: edited(now, rating=2, title="Mine", finished="2010", extra={"mood": "mine"}))
    imports.edit(1, lambda now: now._replace(quotes=(now.quotes[0]._replace(remark="mine"), now.quotes[1])))
    report = imports.bring(theirs, **OWN)
    told = {each.key: (each.ours, each.theirs) for each in report.conflicts}
    assert {key: told[key] for key in ("rating", "title", "finished")} == {
        "rating": (2, 1), "title": ("Mine", "Theirs"), "finished": ("2010", "2011"),
    }  # fmt: skip
    assert told["extra"] == ({"mood": "mine"}, {"mood": "theirs"})
    assert [quote["remark"] for quotes in told["quotes"] for quote in quotes] == ["mine", "theirs"]
    got = imports.journal.get(1)
    assert (got.rating, got.book.title, got.extra["mood"], got.quotes[0].remark) == (2, "Mine", "mine", "mine")
    assert to_record(got)["extra"]["readlog"]["otherwise"]["rating"] == 1
    imports.again(theirs, **OWN)
    report = imports.bring(edited(theirs, rating=3), **OWN)
    assert [(each.key, each.theirs) for each in report.conflicts] == [("rating", 3)]


def test_a_note_of_a_conflict_can_be_taken_out_in_the_file(imports: Imports) -> None:
    """As any other word."""
    imports.add(full(rating=5))
    record = imports.journal.get(1)
    imports.edit(1, lambda now: now._replace(rating=4.0))
    imports.bring(edited(record, rating=3), **OWN)
    settled = imports.journal.get(1)
    assert "readlog" in settled.extra
    imports.bring(edited(settled, extra={"mood": ["dark"]}), **OWN)
    assert imports.values("extra", "rating") == [({"mood": ["dark"]}, 4)]


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_field_of_the_book_may_be_edited_in_one_of_its_records(imports: Imports, place: int) -> None:
    """The others, which have it as it was, do not take it back."""
    for year in ("1991", "2003", "2015"):
        imports.add(full(finished=year), again=year != "1991")
    records = imports.readings()
    records[place] = edited(records[place], title="Mémoires", tags=["new"])
    imports.bring(*records, **OWN)
    assert imports.values("title", "tags") == [("Mémoires", ["new"])] * 3
    imports.again(*records, **OWN)


def test_a_field_of_the_book_that_two_of_its_records_have_otherwise_is_told(imports: Imports) -> None:
    """The first is taken, the second kept beside it."""
    for year in ("1991", "2003"):
        imports.add(full(finished=year), again=year != "1991")
    first, second = imports.readings()
    records = [edited(first, title="One"), edited(second, title="Two")]
    report = imports.bring(*records, **OWN)
    assert [(each.id, each.key, each.ours, each.theirs) for each in report.conflicts] == [(2, "title", "One", "Two")]
    imports.again(*records, **OWN)


def test_a_clock_that_stands_still_confuses_nobody(imports: Imports) -> None:
    """Records of one book that say the same moment."""
    for year in ("1991", "2003"):
        imports.journal.add(full(finished=year), again=year != "1991")
    first, second = imports.readings()
    imports.journal.import_rows(lambda: _rows(edited(first, title="Mémoires"), second), "readlog")
    assert imports.values("title") == ["Mémoires"] * 2


def _rows(*some: Reading) -> Any:
    from tests.import_files import rows_of_file

    return rows_of_file(some)


def test_a_record_that_lacks_fields_empties_none(imports: Imports) -> None:
    """A table of some columns does not say when it was written; what it says is taken all the same."""
    imports.add(full())
    imports.add(make("Emma", status="to-read", review="soon"))
    uids = imports.values("uid")
    some = [make(title, rating=1)._replace(uid=uid) for title, uid in zip(imports.values("title"), uids, strict=True)]
    imports.bring(*some, **OWN)
    assert imports.values("rating", "review", "status", "pages") == [
        (1, "Pétrograd", "finished", 576), (1, "soon", "to-read", None),
    ]  # fmt: skip
    imports.again(*some, **OWN)


def test_a_uid_that_stands_twice_is_two_readings(imports: Imports) -> None:
    """A note that was copied to write another one: neither is lost, nor are they doubled the next time."""
    imports.add(make("Dune", finished="2012", review="good"))
    record = imports.journal.get(1)
    copies = [record, edited(record, finished="2020", review="again"), edited(record, title="Emma")]
    report = imports.bring(*copies, **OWN)
    assert (report.new_readings, report.notes) == (2, {COPY_NOTE: 2})
    assert imports.values("title", "finished", "review") == [
        ("Dune", "2012", "good"), ("Dune", "2020", "again"), ("Emma", "2012", "good"),
    ]  # fmt: skip
    assert len(set(imports.values("uid"))) == 3
    imports.again(*copies, **OWN)
    imports.again(record, record, **OWN)


def test_an_older_and_a_newer_export_in_one_go_are_the_newer(imports: Imports, other: Imports) -> None:
    """In whichever order; nothing is doubled."""
    imports.add(full())
    older = imports.journal.get(1)
    imports.edit(1, lambda now: edited(now, rating=1, review=None))
    newer = imports.journal.get(1)
    imports.again(older, newer, older, **OWN)
    other.bring(older, newer, **OWN)
    assert other.values("rating", "review") == [(1, None)]
    other.bring(older, newer, **OWN)
    other.again(older, newer, **OWN)
    other.again(newer, older, **OWN)
    assert (other.values("rating", "review"), other.journal.counts().readings) == ([(1, None)], 1)


Step = Callable[[Imports], None]


def test_two_journals_of_one_reader_come_together(imports: Imports, other: Imports) -> None:
    """What was changed in either is in both, with no conflict, and then nothing changes any more."""
    imports.add(full())
    imports.add(make("Dune", finished="2012"))
    imports.edit(2, lambda now: edited(now, rating=3))
    send(imports, other)
    imports.edit(1, lambda now: edited(now, rating=2))
    other.edit(1, lambda now: edited(now, review="there", title="Mémoires"))
    other.edit(2, lambda now: edited(now, finished="2012-03"))
    imports.add(make("Here"))
    other.add(make("There"))
    other.add(full(finished="1991"), again=True)
    for here, there in ((imports, other), (other, imports)):
        assert send(here, there).conflicts == []
    words = ("uid", "title", "rating", "review", "finished")
    assert sorted(imports.values(*words)) == sorted(other.values(*words))
    assert {(2, "there"), (3, None)} <= {(rating, review) for rating, review in imports.values("rating", "review")}
    imports.again(*other.readings(), **OWN)
    other.again(*imports.readings(), **OWN)
    other.edit(1, lambda now: edited(now, rating=4))
    assert send(other, imports).conflicts == []
    assert imports.journal.get(1).rating == 4


def test_two_journals_that_contradict_each_other_keep_their_own(imports: Imports, other: Imports) -> None:
    """Each is told once, however often they exchange."""
    imports.add(full())
    send(imports, other)
    imports.edit(1, lambda now: edited(now, rating=2))
    other.edit(1, lambda now: edited(now, rating=4))
    for here, there, told in ((other, imports, (2, 4)), (imports, other, (4, 2))):
        assert [(each.ours, each.theirs) for each in send(here, there).conflicts] == [told]
    for _ in range(2):
        imports.again(*other.readings(), **OWN)
        other.again(*imports.readings(), **OWN)
    assert (imports.values("rating"), other.values("rating")) == ([2], [4])


def test_two_journals_of_different_beginnings_know_the_same_readings(imports: Imports, other: Imports) -> None:
    """Both have had the same export of a service; nothing is doubled, and each learns from the other."""
    rows = (
        (make("Dune", sources=["goodreads:1"]), make("Dune", sources=["goodreads:1"], finished="2012")),
        make("Emma", authors=["Jane Austen"], sources=["goodreads:2"], status="to-read"),
    )
    for each in (imports, other):
        each.bring(*rows)
    imports.edit(2, lambda now: edited(now, review="good"))
    other.add(make("Emma", authors=["Jane Austen"], finished="1991"), again=True)
    for _ in range(2):
        send(imports, other)
        send(other, imports)
    assert imports.journal.counts().readings == other.journal.counts().readings == 4
    assert sorted(imports.values("title", "finished", "review"), key=str) == sorted(
        other.values("title", "finished", "review"), key=str
    )
    imports.again(*other.readings(), **OWN)
    other.again(*imports.readings(), **OWN)


ACTS = st.lists(st.tuples(st.sampled_from("here there send back add".split()), st.integers(0, 9)), max_size=10)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(acts=ACTS)
def test_whatever_two_journals_do_they_settle(
    empty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, acts: list[tuple[str, int]]
) -> None:
    """Edits here and there, records back and forth: the second time nothing changes, and no reading is doubled."""
    later = make_clock(monkeypatch)
    for name in ("a.db", "b.db"):
        copy(empty, tmp_path / name)
    with Journal(str(tmp_path / "a.db")) as one, Journal(str(tmp_path / "b.db")) as two:
        here, there = Imports(one, later), Imports(two, later)
        here.add(full())
        here.add(full(finished="1991", quotes=[]), again=True)
        send(here, there)
        for act, number in acts:
            if act == "send":
                send(here, there)
                there.again(*here.readings(), **OWN)
            elif act == "back":
                send(there, here)
                here.again(*there.readings(), **OWN)
            elif act == "add":
                (here if number % 2 else there).add(make(f"Book {number}"), new_book=True)
            else:
                _edit(here if act == "here" else there, number)
        for _ in range(2):
            send(here, there)
            send(there, here)
        assert sorted(here.values("uid")) == sorted(there.values("uid"))


def _edit(journal: Imports, number: int) -> None:
    fields = EDITS[number % len(EDITS)]
    journal.later()
    journal.journal.edit(1 + number % 2, lambda now: edited(now, **fields))
