import pytest
from hypothesis import given
from hypothesis import strategies as st

from readlog.core.errors import BadInput
from readlog.query.query_parser import And, Field, Node, Not, Or, Word, parse_query


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("", And(())),
        ("serge", And((Word("serge"),))),
        ("  victor   serge ", And((Word("victor"), Word("serge")))),
        ('"bread and peace"', And((Word("bread and peace", is_phrase=True),))),
        ("-lenin", And((Not(Word("lenin")),))),
        ("\u2212lenin", And((Not(Word("lenin")),))),
        ('-"civil war"', And((Not(Word("civil war", is_phrase=True)),))),
        ("-tag:x", And((Not(Field("tag", "x")),))),
        ("rating:4..", And((Field("rating", "4.."),))),
        ('Author:"Victor Serge"', And((Field("author", "Victor Serge", is_phrase=True),))),
        ("a or b c", Or((And((Word("a"),)), And((Word("b"), Word("c")))))),
        ("or", And((Word("or"),))),
        ("a or", And((Word("a"),))),
        ("OR", And((Word("or"),))),
        ("a OR b", Or((And((Word("a"),)), And((Word("b"),))))),
        ("a Or b", And((Word("a"), Word("Or"), Word("b")))),
        ('a "OR" b', And((Word("a"), Word("OR", is_phrase=True), Word("b")))),
        ("- + * ( )", And(())),
        ("12:30", And((Word("12:30"),))),
        ("author: serge", And((Field("author", ""), Word("serge")))),
        ('"unbalanced', And((Word('"unbalanced'),))),
    ],
)
def test_a_query_is_read_as_the_guide_says(text: str, tree: Node) -> None:
    """Words, phrases, fields, exclusions, alternatives."""
    assert parse_query(text) == tree


def test_a_pasted_title_is_just_its_words() -> None:
    """Whatever signs of other query languages are in it."""
    tree = parse_query('C++ (2nd ed.): "AND" - NEAR(')
    assert tree == And((Word("C++"), Word("(2nd"), Word("ed.):"), Word("AND", is_phrase=True), Word("NEAR(")))


def test_a_query_without_end_is_refused() -> None:
    """A hundred kilobytes, or more words than anyone means."""
    with pytest.raises(BadInput, match="4000 is the most"):
        parse_query("a" * 100_000)
    with pytest.raises(BadInput, match="more than 100 words"):
        parse_query("a " * 101)


@given(st.text())
def test_any_text_is_a_query(text: str) -> None:
    """There is no syntax error: what is not understood is words."""
    parse_query(text)


@given(st.lists(st.from_regex(r"[a-z]{2,8}", fullmatch=True).filter(lambda word: word != "or"), max_size=9))
def test_plain_words_are_all_wanted(words: list[str]) -> None:
    """Each of them, in their order, and nothing else."""
    assert parse_query(" ".join(words)) == And(tuple(map(Word, words)))
