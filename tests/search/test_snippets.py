import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.given import make

from readlog.core.spoilers import MASK
from readlog.journal import Journal
from readlog.search.results import MARK_OFF, MARK_ON

OPEN, SECRET = ("walks", "homeward", "evening", "nobody"), ("butler", "poison", "gardener", "stabbed")
LONG = "much is said of it and little comes of it " * 1_500
"""More than 50,000 characters, from which on a passage is cut in another way."""


def passage(journal: Journal, query: str) -> str:
    """The passage of the one hit for a query."""
    (hit,) = journal.search(query).hits
    assert hit.place in ("review", "note")
    assert hit.passage
    return hit.passage


def shown(text: str) -> str:
    """A passage without its marks."""
    return text.replace(MARK_ON, "").replace(MARK_OFF, "")


PIECES = st.one_of(
    st.lists(st.sampled_from(OPEN), min_size=1, max_size=9).map(" ".join),
    st.lists(st.sampled_from([*SECRET, *OPEN]), min_size=1, max_size=30).map(lambda words: f"||{' '.join(words)}||"),
    st.sampled_from(["\n\n", "...", "`code`", "|", "* * *"]),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
@given(
    pieces=st.lists(PIECES, min_size=1, max_size=12),
    before=st.sampled_from(["", LONG]),
    after=st.sampled_from(["", LONG]),
)
def test_no_passage_has_a_word_that_is_hidden(journal: Journal, pieces: list[str], before: str, after: str) -> None:
    """In a review of any length, found by whole words, beginnings and parts, hidden or not, ranked or sorted."""
    id_ = journal.add(make("A", review=f"{before}{' '.join(pieces)} {after}."), new_book=True)
    for word in (*OPEN, *SECRET):
        for query in (word, word[:4], word[1:]):
            for sort in (None, "title"):
                hits = journal.search(f"{query} id:{id_}", sort=sort)
                text = "".join(shown(hit.passage or "") for hit in hits.hits)
                assert not any(secret in text or secret[1:-1] in text for secret in SECRET), (query, text)


@pytest.mark.parametrize(
    ("before", "after"), [("", ""), (LONG, ""), ("", LONG), (LONG, LONG)], ids=["short", "late", "early", "amid"]
)
@pytest.mark.parametrize(
    "query", ["butler", "utler", "but", "Ivan butl", '"the butler"', "review:butler", "review:utler"]
)
def test_a_hidden_word_that_was_found_is_marked_and_masked(
    journal: Journal, query: str, before: str, after: str
) -> None:
    """The reader sees that it is there, and that it is hidden."""
    journal.add(make("A", review=f"{before} So it ends: ||Ivan the butler did it|| and goes. {after}"))
    text = passage(journal, query)
    assert f"{MARK_ON}{MASK}" in text
    assert "butler" not in shown(text)
    assert "utle" not in shown(text)
    assert "did" not in shown(text)


@pytest.mark.parametrize(
    ("before", "after"), [("", ""), (LONG, ""), ("", LONG), (LONG, LONG)], ids=["short", "late", "early", "amid"]
)
def test_what_stands_beside_a_spoiler_is_shown(journal: Journal, before: str, after: str) -> None:
    """Only what is hidden is masked, in a long review as in a short one."""
    journal.add(make("A", review=f"{before} He goes homeward. ||Ivan did it|| And so to bed. {after}"))
    for query, word in (("homeward", "homeward"), ("omewar", "omewar"), ("bed", "bed")):
        text = passage(journal, query)
        assert f"{MARK_ON}{word}{MARK_OFF}" in text
        assert "Ivan" not in text
    assert f"{MARK_ON}homeward{MARK_OFF}. {MASK * 6} {MASK * 3} {MASK * 4} And so" in passage(journal, "homeward")


def test_a_passage_that_lies_within_a_long_spoiler_is_masked_whole(journal: Journal) -> None:
    """Though none of its bars is anywhere near."""
    journal.add(make("A", review=f"So: ||{LONG} Ivan the butler {LONG}|| and goes"))
    for query in ("butler", "utler"):
        assert set(shown(passage(journal, query))) <= {MASK, " ", "."}


def test_what_is_only_a_spoiler_for_the_review_is_shown_elsewhere(journal: Journal) -> None:
    """Bars are hidden in reviews and quotes, each by its own; a note is the reader's own, and says what it says."""
    journal.add(make("A", review="||something||", private_note="a||butler||"))
    journal.add(make("B", review="||something||", quotes=["the butler"]))
    assert {hit.passage for hit in journal.search("butler").hits} == {
        f"a||{MARK_ON}butler{MARK_OFF}||",
        f"the {MARK_ON}butler{MARK_OFF}",
    }


@pytest.mark.parametrize("query", ["butler", "utler", "but"])
def test_what_a_remark_hides_is_not_told(journal: Journal, query: str) -> None:
    """Nor by the private note that stands before it in the index."""
    remarks = [{"at": "40%", "remark": "fog, ||the butler did it||"}]
    journal.add(make("A", status="reading", private_note="Pro || contra", progress=remarks))
    text = passage(journal, query)
    assert f"{MARK_ON}{MASK}" in text
    assert "utle" not in shown(text)
    assert "fog" in shown(passage(journal, "fog"))


def test_the_most_telling_passage_is_shown(journal: Journal) -> None:
    """The review before a quote, a quote before the note, the note before tags and the series."""
    fields = {"review": "sand", "quotes": ["sand"], "private_note": "sand", "tags": ["sand"], "series": "sand"}
    places = ["review", "quote", "note", "tag", "series"]
    for number in range(len(fields)):
        journal.add(make(f"Book {number}", **dict(list(fields.items())[number:])))
    for query in ("sand", "san"):
        assert {hit.reading.id: hit.place for hit in journal.search(query).hits} == dict(enumerate(places, 1))
    for place in places[:3]:
        assert {hit.place for hit in journal.search(f"{place}:sand").hits} == {place}


@pytest.mark.parametrize(
    ("review", "query"),
    [("petrograd moscow " * 60_000, "petrograd"), ("petrograd moscow " * 20_000, "petro mos"), ("petrograd moscow " * 60_000, "trogra"),
     ("much rain " * 100_000 + "petrograd", "petrograd"), ("||petrograd moscow|| " * 17_000, "petrograd"), ("x" * 1_000_000 + " petrograd", "petrograd")],
    ids=["everywhere", "two-words", "inside", "last", "hidden", "one-word"],
)  # fmt: skip
def test_a_review_of_a_megabyte_is_searched_while_one_waits(journal: Journal, review: str, query: str) -> None:
    """Its passage is short and takes no more than the length of the review, not the square of it; a third shows it too."""
    journal.add(make("A", review=review))
    begin = time.monotonic()
    text = passage(journal, query)
    assert time.monotonic() - begin < 20
    assert MARK_ON in text
    assert len(text) < 300
