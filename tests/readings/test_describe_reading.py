import pytest
from tests.given import make

from readlog.readings import describe_reading
from readlog.readings.results import ListedReading


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "no times"),
        (1, "once"),
        (2, "twice"),
        (3, "three times"),
        (6, "six times"),
        (7, "7 times"),
        (12, "12 times"),
    ],
)
def test_few_times_are_words(number: int, said: str) -> None:
    """As far as a person would say them as words."""
    assert describe_reading.times_read([make()] * number) == f"Read {said}"


@pytest.mark.parametrize(
    ("authors", "others", "said"),
    [
        ([], [], ""),
        (["A"], [], "A"),
        (["A", "B"], [], "A and B"),
        (["A"], ["T:translator"], "A, translated by T"),
        (["A"], ["T:translator", "N:narrator", "U:translator"], "A, translated by T and U, read by N"),
        ([], ["E:editor", "I:illustrator"], "edited by E, illustrated by I"),
        (["A"], ["P:photographer", "Q:photographer"], "A, P and Q (photographer)"),
    ],
)
def test_everybody_who_made_the_book_is_named_with_their_part(authors: list[str], others: list[str], said: str) -> None:
    """Those of one part together; a part of the reader's own invention in brackets."""
    assert describe_reading.byline(make(authors=authors, contributors=others).book) == said


def test_an_imprint_has_what_is_known() -> None:
    """And no separators around what is not; a year before our era is said to be one."""
    assert describe_reading.imprint(make().book) == ""
    assert describe_reading.imprint(make(pages=1).book) == "1 page"
    assert (
        describe_reading.imprint(make(published=-700, pages=1204, tags=["b", "a"]).book)
        == "700 BC · 1,204 pages · a, b"
    )
    whole = make(publisher="P", published=1965, pages=412, language="en", isbn="9780441013593")
    assert describe_reading.imprint(whole.book) == "P 1965 · 412 pages · en · ISBN 9780441013593"


def test_a_number_needs_its_series() -> None:
    """A book that is the second of nothing says nothing."""
    assert describe_reading.series_text(make(series="Exile", series_number="2").book) == "Exile 2"
    assert describe_reading.series_text(make(series="Exile").book) == "Exile"
    assert describe_reading.series_text(make(series_number="2").book) == ""


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "finished"),
        ({"finished": "2012-03-17"}, "finished 17 March 2012"),
        ({"finished": "~2012", "started": "summer 2011"}, "finished about 2012, started summer 2011"),
        ({"started": "2012"}, "finished, started 2012"),
        ({"status": "abandoned", "finished": "2012"}, "abandoned 2012"),
        ({"status": "abandoned", "started": "2012-02"}, "abandoned, started February 2012"),
        ({"status": "reading"}, "reading"),
        ({"status": "reading", "started": "2026-11-02"}, "reading since 2 November 2026"),
        ({"status": "paused", "started": "2026", "finished": "2026-11"}, "paused since 2026, finished November 2026"),
        ({"status": "to-read"}, "to-read"),
        ({"status": "reading", "progress": [{"at": "40"}, {"remark": "r"}], "pages": 90}, "reading at p. 40 of 90"),
        ({"status": "abandoned", "finished": "2012", "progress": [{"at": "40%"}]}, "abandoned 2012 at 40 %"),
        ({"status": "abandoned", "started": "2012", "progress": [{"at": "40"}]}, "abandoned at p. 40, started 2012"),
        ({"status": "paused", "started": "2012", "progress": [{"at": "IV"}]}, "paused since 2012, at IV"),
        ({"finished": "2012", "progress": [{"at": "40"}]}, "finished 2012"),
    ],
)
def test_what_became_of_a_reading_is_said_with_its_dates(fields: dict[str, str], said: str) -> None:
    """Only those that there are, with "since" for what is not over."""
    assert describe_reading.status_and_dates(make(**fields)) == said


def test_the_rating_is_compared_with_the_last_one_there_was() -> None:
    """Over a reading without a rating, in quarters, and "=" where it stayed."""
    readings = [
        make(finished="1991", rating=3),
        make(finished="2003"),
        make(finished="2012-03", rating=4.25),
        make(status="reading", rating=4.25),
        make(status="abandoned", rating=0.25),
    ]
    assert describe_reading.rating_changes(readings) == [
        ("1991", "★★★", ""),
        ("2003", "", ""),
        ("March 2012", "★★★★¼", "+1.25"),
        ("reading", "★★★★¼", "="),
        ("abandoned", "¼", "-4"),
    ]


def test_only_what_was_finished_was_read() -> None:
    """One that was not makes them readings."""
    assert describe_reading.times_read([make()] * 3) == "Read three times"
    assert describe_reading.times_read([make(), make(status="reading")]) == "2 readings"


def test_all_that_goes_with_a_reading_is_counted() -> None:
    """Before it is deleted: words, quotes, the note."""
    bare = make("Dune", authors=["Frank Herbert"], finished="2012")
    assert describe_reading.summarize_contents(bare).endswith("Dune, Frank Herbert, finished 2012")
    full = make("Dune", review="one two\nthree", private_note="n", quotes=[{"text": "a"}, {"text": "b"}])
    assert describe_reading.summarize_contents(full).endswith(
        "Dune, finished, with a review of 3 words, 2 quotes and a private note"
    )
    noted = make("Dune", progress=[{"at": "1"}, {"at": "2"}, {"at": "3"}], private_note="n")
    assert describe_reading.summarize_contents(noted).endswith(
        "Dune, finished, with 3 notes on progress and a private note"
    )
    assert describe_reading.summarize_contents(make(review="one")).endswith(", with a review of 1 word")


def test_a_list_says_how_far_a_reading_has_come() -> None:
    """As a share of what is being read, where that can be known, and never more than it is; else as it was noted."""
    row = ListedReading(1, "reading", None, None, None, "Dune", None, 1, "133", 224)
    said = [row, row._replace(position="223"), row._replace(pages=None), row._replace(position="29%"), row._replace(position="Chapter 8"),
            row._replace(status="abandoned"), row._replace(position=None)]  # fmt: skip
    assert [describe_reading.list_progress(each) for each in said] == [
        "59 %",
        "99 %",
        "p. 133",
        "29 %",
        "Chapter 8",
        "p. 133",
        "",
    ]


def test_a_column_has_the_state_where_there_is_no_end() -> None:
    """A date only for what is finished; a season is a word, "about" a sign."""
    row = ListedReading(1, "finished", None, None, None, "Dune", None)
    whens = [row, row._replace(finished="2012-03"), row._replace(finished="2012-22~"), row._replace(status="paused", finished="2012")]  # fmt: skip
    assert [describe_reading.list_date(each) for each in whens] == ["", "2012-03", "~summer 2012", "paused"]


def test_values_that_differ_are_named_as_a_reader_names_them() -> None:
    """Without the underscores of a file."""
    assert describe_reading.fields_text({"series_number": "2", "pages": 412}) == "series number 2, pages 412"
