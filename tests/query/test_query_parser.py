import pytest
from hypothesis import given
from hypothesis import strategies as st

from readlog.core.errors import BadInput
from readlog.query.query_parser import Either, Every, Field, No, Node, Word, parse_query


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("", Every(())),
        ("serge", Every((Word("serge"),))),
        ("  victor   serge ", Every((Word("victor"), Word("serge")))),
        ('"bread and peace"', Every((Word("bread and peace", whole=True),))),
        ("-lenin", Every((No(Word("lenin")),))),
        ("\u2212lenin", Every((No(Word("lenin")),))),
        ('-"civil war"', Every((No(Word("civil war", whole=True)),))),
        ("-tag:x", Every((No(Field("tag", "x")),))),
        ("rating:4..", Every((Field("rating", "4.."),))),
        ('Author:"Victor Serge"', Every((Field("author", "Victor Serge", whole=True),))),
        ("a or b c", Either((Every((Word("a"),)), Every((Word("b"), Word("c")))))),
        ("or", Every((Word("or"),))),
        ("a or", Every((Word("a"),))),
        ("OR", Every((Word("or"),))),
        ("a OR b", Either((Every((Word("a"),)), Every((Word("b"),))))),
        ("a Or b", Every((Word("a"), Word("Or"), Word("b")))),
        ('a "OR" b', Every((Word("a"), Word("OR", whole=True), Word("b")))),
        ("- + * ( )", Every(())),
        ("12:30", Every((Word("12:30"),))),
        ("author: serge", Every((Field("author", ""), Word("serge")))),
        ('"unbalanced', Every((Word('"unbalanced'),))),
    ],
)
def test_a_query_is_read_as_the_guide_says(text: str, tree: Node) -> None:
    """Words, phrases, fields, exclusions, alternatives."""
    assert parse_query(text) == tree


def test_a_pasted_title_is_just_its_words() -> None:
    """Whatever signs of other query languages are in it."""
    tree = parse_query('C++ (2nd ed.): "AND" - NEAR(')
    assert tree == Every((Word("C++"), Word("(2nd"), Word("ed.):"), Word("AND", whole=True), Word("NEAR(")))


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
    assert parse_query(" ".join(words)) == Every(tuple(map(Word, words)))
