from tests.given import make

from readlog.journal import Journal
from readlog.search.results import MARK_OFF, MARK_ON


def _found(journal: Journal, query: str, *, exact: bool = False) -> list[str]:
    return [hit.reading.title for hit in journal.search(query, exact=exact).hits]


def test_a_title_weighs_more_than_a_review(journal: Journal) -> None:
    """A book called Dune comes before one that mentions dunes."""
    for number in range(5):
        journal.add(make(f"Other {number}", review="nothing of the kind"))
    journal.add(make("Sand", review="a dune, and another dune, and a dune " * 5))
    journal.add(make("Dune"))
    journal.add(make("Messiah", authors=["Dune Writer"]))
    assert _found(journal, "dune") == ["Dune", "Messiah", "Sand"]


def test_accents_case_and_apostrophes_do_not_matter(journal: Journal) -> None:
    """Whatever is typed, and whatever stands in the review."""
    journal.add(make("A", review="Pétrograd, l'hiver; Wizard's hat, O'Neill; the revolutionary; don\u2019t"))
    for word in (
        "petrograd",
        "PÉTROGRAD",
        "wizards",
        "wizard's",
        "oneill",
        "o'neill",
        "lhiver",
        "hiver",
        "revolution",
        "dont",
        "don't",
    ):
        assert _found(journal, word) == ["A"], word
    for word in ("volution", "wizardry", "petersburg"):
        assert _found(journal, word, exact=True) == [], word


def test_the_passage_shows_where_it_was_found(journal: Journal) -> None:
    """In the review, in a quote, in the note; the found words are marked."""
    journal.add(
        make("A", review="word " * 100 + "the Whites stand before Pétrograd and he counts the bread " + "word " * 100)
    )
    journal.add(make("B", quotes=["all Petrograd was in the streets"]))
    journal.add(make("C", private_note="read it in Petrograd"))
    journal.add(make("Petrograd"))
    found = {hit.reading.title: (hit.place, hit.passage) for hit in journal.search("petrograd").hits}
    assert found["A"][0] == "review"
    assert found["A"][1]
    assert f"before {MARK_ON}Pétrograd{MARK_OFF} and" in found["A"][1]
    assert found["A"][1].startswith("...")
    assert found["B"] == ("quote", f"all {MARK_ON}Petrograd{MARK_OFF} was in the streets")
    assert found["C"] == ("note", f"read it in {MARK_ON}Petrograd{MARK_OFF}")
    assert found["Petrograd"] == (None, None)


def test_a_search_does_not_give_a_spoiler_away(journal: Journal) -> None:
    """Not a whole one, and not one that the passage begins or ends in."""
    journal.add(make("A", review="He walks home. ||In the end Ivan the butler did it, as we had feared|| So sad."))
    (hit,) = journal.search("butler").hits
    assert hit.passage
    assert "butler" not in hit.passage
    assert "He walks home. ░░" in hit.passage
    (hit,) = journal.search("sad").hits
    assert hit.passage
    assert "feared" not in hit.passage


def test_the_best_are_shown_and_all_are_counted(journal: Journal) -> None:
    """Twenty of twenty-five, or as many as were asked for; 0 is all."""
    for number in range(25):
        journal.add(make(f"Volume {number}"))
    assert [(len(hits.hits), hits.total) for hits in (journal.search("volume"), journal.search("volume", 3), journal.search("volume", 0))] == [(20, 25), (3, 25), (25, 25)]  # fmt: skip
    assert len(journal.search("").hits) == 20
    assert journal.search("").total == 25


def test_records_of_hits_have_a_score_and_a_passage(journal: Journal) -> None:
    """The same records as everywhere, with two keys more."""
    journal.add(make("A", review="Pétrograd"))
    (record,) = journal.hit_records(journal.search("petrograd"))
    assert list(record)[-2:] == ["score", "passage"]
    assert record["passage"] == "Pétrograd"
    assert record["title"] == "A"
    (record,) = journal.hit_records(journal.search("id:1"))
    assert record["passage"] is None


def test_a_passage_of_two_quotes_shows_where_one_ends(journal: Journal) -> None:
    """A dot stands between them; of a review only the line breaks go."""
    journal.add(make("A", quotes=["all Petrograd", "the streets"]))
    (hit,) = journal.search("petrograd").hits
    assert hit.passage_in_one_line == f"all {MARK_ON}Petrograd{MARK_OFF} · the streets"
    journal.add(make("B", review="first\n\nNevsky  Prospect"))
    (hit,) = journal.search("nevsky").hits
    assert hit.passage == f"first {MARK_ON}Nevsky{MARK_OFF} Prospect"
