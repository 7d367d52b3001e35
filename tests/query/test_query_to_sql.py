from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.given import HOSTILE, make
from tests.made import make_empty

from readlog.core.errors import BadInput
from readlog.journal import Journal
from readlog.query.query_fields import field_names
from readlog.query.query_parser import parse_query
from readlog.query.query_to_sql import match_words, to_sql
from readlog.storage.open_journal import open_for_reading

FIELD_NAMES = field_names()
PIECES = st.one_of(
    st.sampled_from(
        [
            *(f"{name}:" for name in FIELD_NAMES),
            "or",
            "-",
            '"',
            "..",
            ">=",
            "4",
            "2012",
            "serge",
            "*",
            "^",
            "NEAR(",
            "{",
            "title",
            " ",
        ]
    ),
    st.text(max_size=4),
)


@pytest.fixture(scope="module")
def readings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journal]:
    """Some readings to ask of."""
    path = tmp_path_factory.mktemp("query") / "journal.db"
    make_empty(path)
    with Journal(str(path)) as journal:
        journal.add(
            make(
                "Memoirs",
                authors=["Victor Serge"],
                contributors=["Peter Sedgwick:translator"],
                review="Pétrograd",
                rating=5,
            )
        )
        for hostile in HOSTILE:
            journal.add(make("x " + hostile, review=hostile, tags=[hostile.replace("\n", "") + "x"]))
        yield journal


@settings(max_examples=700)
@given(pieces=st.lists(PIECES, max_size=8))
@example(pieces=["title:", '"'])
@example(pieces=["-", "-", "-"])
@example(pieces=["\0"])
@example(pieces=["𞤀"])
def test_any_query_is_answered_or_refused_in_one_line(readings: Journal, pieces: list[str]) -> None:
    """No error of SQL and none of FTS5 comes through, whatever is asked."""
    for query in ("".join(pieces), " ".join(pieces)):
        try:
            listing, hits = readings.list(query), readings.search(query, exact=True)
            assert readings.search(query).total >= hits.total
        except BadInput as error:
            assert "\n" not in str(error)
        else:
            assert listing.total == hits.total
            assert {row.id for row in listing.rows} >= {hit.reading.id for hit in hits.hits}


@given(text=st.text())
def test_no_text_of_a_query_becomes_sql(text: str) -> None:
    """It is bound as a parameter, or quoted for the index; never a piece of the statement."""
    marker = "zzqz"
    try:
        chosen = to_sql(parse_query(f"{marker}{text} publisher:{marker}"))
    except BadInput:
        return
    assert marker not in chosen.where


def test_words_find_words_with_an_apostrophe_and_without() -> None:
    """To FTS5 an apostrophe parts two words; to a reader it does not."""
    assert match_words("wizard's") == '("wizard\'s"* OR "wizards"*)'
    assert match_words("oneill") == '("oneill"* OR "o neill"* OR "on eill"* OR "oneil l" OR "onei ll")'
    assert match_words("C++") == '("C++")'
    assert match_words("++") is None
    assert match_words('say "x"', is_phrase=True) == '"say ""x"""'


def test_words_are_ranked_and_the_rest_are_conditions() -> None:
    """Text goes to the index in one expression, whole, with what is excluded."""
    chosen = to_sql(parse_query('serge "bread and peace" -lenin rating:4.. -tag:novel'))
    assert chosen.match
    assert chosen.match.startswith('(("serge"*')
    assert ') AND "bread and peace") NOT (("lenin"*' in chosen.match
    assert chosen.params == (4.0, "novel")
    assert to_sql(parse_query("-lenin")).match is None
    assert to_sql(parse_query("serge or rating:5")).match is None
    assert to_sql(parse_query("serge or reed")).match


def test_a_filter_is_one_piece_of_sql_with_its_parameters(readings: Journal) -> None:
    """Both the index and the tables are asked, each mark has its value, and no alternative gets around the rest."""
    for query, total in (("", 22), ("memoirs", 1), ("memoirs rating:5", 1), ("memoirs rating:4", 0), ("rating:5", 1)):
        chosen = to_sql(parse_query(query))
        assert chosen.from_where().count("?") == len(chosen.all_params)
        with closing(open_for_reading(readings.path)) as connection:
            rows = connection.execute(f"SELECT count(*) FROM {chosen.from_where()}", chosen.all_params)
            assert rows.fetchone() == (total,)
    chosen = to_sql(parse_query("memoirs rating:5"))
    assert chosen.from_where().startswith("search JOIN readings")
    assert chosen.all_params == (chosen.match, 5.0, 5.0)
    assert "search" not in to_sql(parse_query("rating:5")).from_where()
    assert (
        readings.list("memoirs rating:5 or rating:4").total == readings.list("rating:4 or rating:5 memoirs").total == 1
    )
