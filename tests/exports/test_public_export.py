import re
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token
from tests.given import make

from readlog.core.spoilers import spoiler_spans
from readlog.exports.public_export import Withheld, fold_spoilers, to_public

OPEN, CLOSE = "<details><summary>Spoiler</summary>", "</details>"


def test_what_is_private_stays_at_home() -> None:
    """The private note, whatever an import has kept, and what calls itself private; it is all counted."""
    goodreads = {"Private Notes": "lent to Ann", "Owned Copies": "1"}
    extra = {"goodreads": goodreads, "shop": {"Shop": "x"}, "mood": "dark", "Private": 1, "more": {"x": 1, "my private thing": 2}}  # fmt: skip
    reading = make(private_note="mine", review="ours", extra=extra, sources=["goodreads:1", "shop:2"])
    assert to_public(reading) == (
        reading._replace(private_note=None, extra={"mood": "dark", "more": {"x": 1}}),
        Withheld(private_notes=1, spoilers=0, fields=5),
    )


def test_what_holds_no_secret_is_as_it_was() -> None:
    """Every other field, and the service's name where it is only a word."""
    reading = make(review="a\n\n  b", quotes=[{"text": "x", "remark": "y"}], extra={"goodreads": "yes"}, rating=4)
    assert to_public(reading) == (reading, Withheld())


def test_spoilers_are_folded_in_review_quotes_and_remarks() -> None:
    """Unless the format that follows has its own sign for them."""
    reading = make(review="||a||", quotes=[{"text": "||q||", "remark": "||b||"}])
    public, withheld = to_public(reading)
    assert (public.review, public.quotes[0].remark) == (f"{OPEN}a{CLOSE}", f"{OPEN}b{CLOSE}")
    assert public.quotes[0].text == f"{OPEN}q{CLOSE}"
    assert withheld == Withheld(spoilers=3)
    assert to_public(reading, fold=False) == (reading, Withheld())


def test_accounts_are_added_up() -> None:
    """Over all the readings that go out."""
    assert Withheld(1, 2, 3).plus(Withheld(4, 5, 6)) == Withheld(5, 7, 9)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("no", "no"),
        ("He ||dies|| in it.", "He\n\n[dies]\n\nin it."),
        ("He dies ||in the snow||. Then.", "He dies\n\n[in the snow.]\n\nThen."),
        ("||a|| and ||b|| ||c||", "[a]\n\nand\n\n[b]\n\n[c]"),
        ("x\n||a||\ny", "x\n\n[a]\n\ny"),
        ("x\n\n||a||\n\ny", "x\n\n[a]\n\ny"),
        ("||a\n\n**b**\n> c||", "[a<br/><br/><b>b</b><blockquote>c</blockquote>]"),
        ("> so ||a\n> b|| ends\n> c", "> so\n>\n> [a b]\n>\n> ends\n> c"),
        ("> ||a||\n> c", "> [a]\n>\n> c"),
        ("- ||a|| b\n- x ||c||\n- d", "- [a]\n\n  b\n- x\n\n  [c]\n\n- d"),
        ("1. ||a||", "1. [a]"),
        ("    ||a||", "   [a]"),
        ("`||a||`", "`||a||`"),
        ("- ```\n  ||a||\n  ```", "- ```\n  ░░░░░░░░\n  ```"),
        ("||</details><script> &amp; <3||", "[&lt;/details>&lt;script> &amp; &lt;3]"),
    ],
)
def test_a_folded_spoiler_stands_alone(text: str, folded: str) -> None:
    """In one line between blank ones, in the quote or item in which it stood, and the rest can still be read."""
    assert fold_spoilers(text)[0] == folded.replace("[", OPEN).replace("]", CLOSE)


def seen(tokens: list[Token]) -> str:
    """What a page shows of Markdown before anything is unfolded."""
    shown = (re.sub(r"<details>.*?</details>", "", token.content) if token.type == "html_block" else token.content for token in tokens)  # fmt: skip
    return "\n".join(shown)


PIECES = st.sampled_from(["||", "||SECRET||", "||SECRET", "\n", "\n\n", " ", "    ", "\t", "> ", "- ", "12. ", "# ", "a", "*", "**", "|", ".", "`", "```", "~~~\n", "<div>", "<b", "</details>", "[x](", "\\", "---"])  # fmt: skip


@given(st.lists(PIECES, max_size=14).map("".join))
@example("- a\n\n      ||SECRET||")
@example(">\t||SECRET||")
@example("-      ||SECRET||")
@example("a ||SECRET\n\n    SECRET||    SECRET")
def test_no_page_shows_a_secret(text: str) -> None:
    """Whatever a spoiler stands in: what was hidden in the review is hidden on the page."""
    open_ = text
    for begin, after in reversed(spoiler_spans(text)):
        open_ = open_[:begin] + open_[after:]
    folded, count = fold_spoilers(text)
    assert count == len(spoiler_spans(text))
    shown = seen(MarkdownIt("commonmark").parse(folded))
    assert shown.count("SECRET") <= open_.count("SECRET")


@pytest.mark.parametrize("text", ["||a|| ", "> ||a||\n", "||a||", "|| ", ">", "- "])
def test_no_review_takes_long(text: str) -> None:
    """Not even one of nothing but spoilers."""
    begun = time.process_time()
    fold_spoilers(text * (100_000 // len(text)) + "||a|| ||b||")
    assert time.process_time() - begun < 3


def test_notes_made_while_reading_are_private() -> None:
    """They go, places and remarks, and are counted."""
    reading = make(progress=[{"at": "40", "remark": "on the night train"}, {"at": "60%"}])
    assert to_public(reading) == (make(), Withheld(progress=2))
