from collections.abc import Iterator

import pytest
from tests.given import make
from tests.made import make_empty

from readlog.journal import Journal

Corrections = tuple[tuple[str, str], ...]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journal]:
    """Books whose words are near to each other, inside of each other, and in several scripts."""
    books = (
        make("Memoirs of a Revolutionary", authors=["Victor Serge"], tags=["history"], review="The Sarge of Pétrograd, sixtyfour times."),
        make("Conquered City", authors=["Victor Serge"], private_note="a zeppelin over the harbour"),
        make("Émile", authors=["Jean-Jacques Rousseau"], quotes=["Tout est bien, dégénérescence"]),
        make("Преступление и наказание", authors=["Фёдор Достоевский"]),
        make("戦争と平和", authors=["レフ・トルストイ"]),
        make("Donaudampfschifffahrt", series="Verschwörung", series_number="1"),
        make("The Surge", authors=["Anna Sedgwick"], review="weather, and tea with 20467x"),
        make("Smilla", authors=["Xavier Rumbaud"], review="smile"),
    )  # fmt: skip
    path = tmp_path_factory.mktemp("forgiving") / "journal.db"
    make_empty(path)
    with Journal(str(path)) as journal:
        for book in books:
            journal.add(book)
        yield journal


def found(journal: Journal, query: str) -> tuple[set[int], Corrections]:
    """The numbers of the readings that are found, and what was corrected for it."""
    hits = journal.search(query)
    assert hits.total == len(hits.hits)
    return {hit.reading.id for hit in hits.hits}, hits.corrections


@pytest.mark.parametrize(
    ("query", "ids"),
    [("dampfschiff", {6}), ("争と平", {5}), ("ступлени", {4}), ("volution", {1}), ("VOLUTION", {1}), ("eppel", {2}), ("0467", {7}),
     ("verschwör", {6}), ("volution serge", {1}), ("author:edgwic", {7}), ("title:edgwic", set()), ("series:schwör", {6})],
)  # fmt: skip
def test_a_part_of_a_word_is_found_where_it_stands(library: Journal, query: str, ids: set[int]) -> None:
    """In any text, or in the field that was named; and nothing was corrected for it."""
    assert found(library, query) == (ids, ())


def test_a_part_of_a_word_comes_before_a_correction(library: Journal) -> None:
    """`mile` begins no word: it is a part of `smile` and of `Émile`, and does not become the one that is one slip away."""
    assert found(library, "mile") == ({3, 8}, ())
    assert found(library, "milla") == ({8}, ())


def test_a_part_of_a_word_is_found_in_any_case(library: Journal) -> None:
    """In Cyrillic as in Latin."""
    assert found(library, "СТУПЛЕНИ") == ({4}, ())


@pytest.mark.parametrize(
    "query", ["sarge", "serge", "surge", "serg", "sixty", "smil", "tea", "author:serge", "review:sarge"]
)
def test_a_word_that_is_there_is_never_corrected(library: Journal, query: str) -> None:
    """However near it is to another, and be it in one review, or the beginning of a word."""
    ids, corrections = found(library, query)
    assert ids
    assert corrections == ()


def test_words_that_are_there_and_never_together_are_not_corrected(library: Journal) -> None:
    """Nothing has both: nothing is found."""
    assert found(library, "surge rousseau") == (set(), ())
    assert found(library, "sarge -revolutionary") == (set(), ())


@pytest.mark.parametrize(
    ("query", "ids", "corrections"),
    [
        ("srege", {1, 2}, (("srege", "Serge"),)),
        ("SREGE", {1, 2}, (("SREGE", "Serge"),)),
        ("rouseau", {3}, (("rouseau", "Rousseau"),)),
        ("emille", {3}, (("emille", "Émile"),)),
        ("достоевскй", {4}, (("достоевскй", "Достоевский"),)),
        ("memiors", {1}, (("memiors", "Memoirs"),)),
        ("petrogrd", {1}, (("petrogrd", "Pétrograd"),)),
        ("zepplein", {2}, (("zepplein", "zeppelin"),)),
        ("Memiors srege", {1}, (("Memiors", "Memoirs"), ("srege", "Serge"))),
        ("memiors serge", {1}, (("memiors", "Memoirs"),)),
        ("tea wether", {7}, (("wether", "weather"),)),
        ("petrograd srege", {1}, (("srege", "Serge"),)),
        ("memiors volution", {1}, (("memiors", "Memoirs"),)),
        ("revolutoin", {1}, (("revolutoin", "Revolutionary"),)),
    ],
)
def test_a_slip_is_corrected_and_told_in_the_spelling_of_the_journal(
    library: Journal, query: str, ids: set[int], corrections: Corrections
) -> None:
    """As it was typed, and as it stands there, with capitals and accents."""
    assert found(library, query) == (ids, corrections)


def test_names_come_before_words_of_reviews(library: Journal) -> None:
    """`sirge` is one slip from Serge and Surge, who have names, and from a sarge in a review; most readings have Serge."""
    assert found(library, "sirge") == ({1, 2}, (("sirge", "Serge"),))
    assert found(library, "review:sirge") == ({1}, (("sirge", "Sarge"),))


@pytest.mark.parametrize(
    ("query", "ids", "corrections"),
    [
        ("author:sreg", {1, 2}, (("sreg", "Serge"),)),
        ("title:sreg", set(), ()),
        ("title:surgr", {7}, (("surgr", "Surge"),)),
        ("author:surgr", set(), ()),
        ("note:zepelin", {2}, (("zepelin", "zeppelin"),)),
        ("review:zepelin", set(), ()),
        ("memoirs author:srege", {1}, (("srege", "Serge"),)),
        ("quote:dégénéresence", {3}, (("dégénéresence", "dégénérescence"),)),
        ("series:verschwörnug", {6}, (("verschwörnug", "Verschwörung"),)),
        ("srege id:2", {2}, (("srege", "Serge"),)),
        ("tag:histroy", set(), ()),
        ("publisher:penguni", set(), ()),
    ],
)
def test_a_field_is_corrected_from_its_own_words(
    library: Journal, query: str, ids: set[int], corrections: Corrections
) -> None:
    """An author from the names, a title from the titles; what is no text of the index is taken as it is."""
    assert found(library, query) == (ids, corrections)


@pytest.mark.parametrize("query", ['"srege"', '"victor srege"', 'author:"srege"', '"volution"', '"emoirs of a"'])
def test_a_phrase_means_what_it_says(library: Journal, query: str) -> None:
    """Who quotes does not want to be corrected, nor to find parts of words."""
    assert found(library, query) == (set(), ())


def test_what_is_excluded_is_not_corrected(library: Journal) -> None:
    """`-memiors` keeps no memoirs away, and does not stand in the way of another correction."""
    assert found(library, "serge -memiors") == ({1, 2}, ())
    assert found(library, "srege -memiors") == ({1, 2}, (("srege", "Serge"),))
    assert found(library, "srege -memoirs") == ({2}, (("srege", "Serge"),))


@pytest.mark.parametrize(
    ("query", "corrected"),
    [("revoltuionayr", "Revolutionary"), ("cnoquerde", None), ("conqeurde", "Conquered"), ("sedgiwck", "Sedgwick"), ("sedwigk", "Sedgwick"), ("преступлнеие", "Преступление"), ("преступлнеи", "Преступление"),
     ("sergxy", None), ("zepplnei", None)],
)  # fmt: skip
def test_in_long_names_two_slips_are_forgiven(library: Journal, query: str, corrected: str | None) -> None:
    """Behind the first three letters, in titles and names alone, and not in short words."""
    ids, corrections = found(library, query)
    assert corrections == (((query, corrected),) if corrected else ())
    assert bool(ids) == bool(corrected)


@pytest.mark.parametrize(
    "query", ["xyzzyq", "qqqq", "serge xyzzyq", "srege xyzzyq", "srg", "ab", "жжжжж", "雨雨", "сирень", "author:xyzzyq"]
)
def test_what_is_near_to_nothing_finds_nothing(library: Journal, query: str) -> None:
    """And then no other word of the query was corrected for nothing."""
    assert found(library, query) == (set(), ())


@pytest.mark.parametrize("query", ["serge1", "s3rge", "20468x", "1985", "sixty4"])
def test_words_with_digits_are_not_corrected(library: Journal, query: str) -> None:
    """A number is not misspelt: it is another number."""
    assert found(library, query) == (set(), ())


@pytest.mark.parametrize("query", ["srege", "volution", "争と平", "author:sreg", "memiors serge"])
def test_exact_forgives_nothing(library: Journal, query: str) -> None:
    """No parts of words, no corrections; nor does a list, nor an export."""
    assert library.search(query, exact=True) == ([], 0, ())
    assert library.list(query).total == 0
    assert list(library.readings(query)) == []


@pytest.mark.parametrize("sort", [None, "title", "when"])
@pytest.mark.parametrize("every", [False, True])
def test_a_correction_is_told_in_every_order(library: Journal, sort: str | None, every: bool) -> None:
    """Best first or sorted, books or readings."""
    hits = library.search("srege", sort=sort, every=every)
    assert {hit.reading.id for hit in hits.hits} == {1, 2}
    assert hits.corrections == (("srege", "Serge"),)


@pytest.mark.parametrize("query", ["srege,", "memiors!", "(rouseau)", "author:srege,"])
def test_signs_around_a_word_do_not_matter(library: Journal, query: str) -> None:
    """They are passed over in a word that is there, and in one that is misspelt."""
    assert found(library, query)[0]


@pytest.mark.parametrize("query", ["srege rousseau", 'srege "bread and peace"'])
def test_no_correction_is_told_that_finds_nothing(library: Journal, query: str) -> None:
    """Where no reading has the right words together either, nothing was searched for instead."""
    assert found(library, query) == (set(), ())


@pytest.mark.parametrize(
    ("title", "typed"),
    [
        ("Straßenkinder", "straßenkidnre"),
        ("Straßenkinder", "strassenkindr"),
        ("Достоевский", "достоевксйи"),
        ("Майкопский", "майкпскй"),
    ],
)
def test_a_correction_is_a_word_that_the_index_has(journal: Journal, title: str, typed: str) -> None:
    """Two slips in a word whose letters fold otherwise than in the index are forgiven like any others."""
    journal.add(make(title))
    assert found(journal, typed) == ({1}, ((typed, title),))
