import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.given import TODAY
from tests.strategies import LINES, TEXTS

from readlog.core.domain_model import Quote
from readlog.core.errors import BadInput
from readlog.core.parse_fields import parse_field
from readlog.quotes.quote_text import read_quotes, write_quotes

PLACES = st.sampled_from(
    [
        "133",
        "12a",
        "xii",
        "10-12",
        "40%",
        "133: 2",
        "p. 3",
        "remark: x",
        "page: 1",
        "location 5",
        ", loc 3",
        "> 1",
        "---",
    ]
)
MANY = st.lists(
    st.fixed_dictionaries(
        {"text": TEXTS.filter(lambda text: any(map(str.isalnum, text)))},
        optional={"page": PLACES | LINES, "location": PLACES | LINES, "remark": TEXTS | PLACES},
    ),
    max_size=4,
)


@settings(max_examples=400)
@given(MANY)
def test_what_is_written_is_read_again(given: list[dict[str, str]]) -> None:
    """Any passages, with any pages, places and remarks: none is lost, none is parted, none runs into another."""
    quotes = list(parse_field("quotes", given, TODAY))
    assert read_quotes(write_quotes(quotes)) == quotes


@settings(max_examples=300)
@given(st.text(st.sampled_from("ab p.133:,-—>\n #") | st.characters(exclude_categories=["Cs"]), max_size=200))
def test_no_word_of_what_is_pasted_is_lost(text: str) -> None:
    """What is not understood is part of a passage."""
    kept = " ".join(
        part for quote in read_quotes(text) for part in (quote.text, quote.page, quote.location, quote.remark) if part
    )
    for letter in "ab#133é雪":
        assert kept.count(letter) == text.count(letter)


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        ("", []),
        ("\n---\n\n---\n", []),
        ("One line.", [Quote("One line.")]),
        ("One\n\n two \n---  \nthree\r\n", [Quote("One\n\n two"), Quote("three")]),
        ("One\np. 133", [Quote("One", "133")]),
        ("One\np. xii", [Quote("One", "xii")]),
        ("One\npp. xii–xiv", [Quote("One", "xii–xiv")]),
        ("One\n\n-- p. 133: how true", [Quote("One", "133", remark="how true")]),
        ("One\n— Page xii–xiv", [Quote("One", "xii–xiv")]),
        ("One\nlocation 2040", [Quote("One", location="2040")]),
        ("One\nLoc. 2040-45: why?", [Quote("One", location="2040-45", remark="why?")]),
        ("One\npp. 3-4, location 40%: a: b", [Quote("One", "3-4", "40%", "a: b")]),
        ("One\n-- remark: yes", [Quote("One", remark="yes")]),
        ("One\n  p. 3  ", [Quote("One", "3")]),
        ("> One\n>\n> two\n\np. 3: yes\nand no", [Quote("One\n\ntwo", "3", remark="yes\nand no")]),
        ("> One\n>two\nthree", [Quote("One\ntwo\nthree")]),
        ("> One\n> p. 3\n> ---", [Quote("One\np. 3\n---")]),
        ("> One\n\npage: 12: 3\nremark: x\n  ---", [Quote("One", "12: 3", remark="x\n---")]),
        ("One\n> two", [Quote("One\n> two")]),
    ],
)
def test_quotes_as_people_type_them(text: str, quotes: list[Quote]) -> None:
    """One or many, prose or Markdown, with a last line that says where they stand, or without."""
    assert read_quotes(text) == quotes


@pytest.mark.parametrize(
    "text",
    [
        "p. 133",
        "One\np. 133.",
        "One\npill",
        "One\npi",
        "One\nPage d",
        "One\np. mild",
        "One\nHe turned to p. 133",
        "One\nCivil war: a remark",
        "One\n-- Victor Serge",
        "One\npage: the boy, come in",
        "One\n: a remark",
        "One\nlocation unknown",
    ],
)
def test_what_is_no_place_is_part_of_the_passage(text: str) -> None:
    """The name of an author, a line of a play, a sentence that happens to speak of a page."""
    assert read_quotes(text) == [Quote(text)]


def test_what_is_no_unicode_is_refused() -> None:
    """As at every door."""
    with pytest.raises(BadInput):
        read_quotes("a\udcff")


def test_the_lines_that_are_documented_are_understood() -> None:
    """Every one in the table of docs/quotes.md says where a quote stands, or a remark."""
    document = Path(__file__).parent.parent.parent / "docs" / "quotes.md"
    table = re.findall(r"^\| (`.*`) \|", document.read_text(encoding="utf-8"), re.MULTILINE)
    lines = [line for row in table for line in re.findall("`([^`]+)`", row)]
    assert len(lines) >= 10
    assert [read_quotes(f"One\n{line}")[0].text for line in lines] == ["One"] * len(lines)
