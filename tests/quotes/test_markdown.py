import pytest
from hypothesis import given, settings
from markdown_it import MarkdownIt
from tests.given import HOSTILE, make
from tests.strategies import LINES, QUOTES

from readlog.core.domain_model import Book, Contributor, Quote, Reading
from readlog.quotes.markdown import to_markdown, write_markdown
from readlog.quotes.results import BookQuote


def _of(quote: Quote, title: str = "Conquered City", *authors: str) -> BookQuote:
    return BookQuote.from_reading(quote, Reading(Book(title, contributors=tuple(map(Contributor, authors)))))


def test_markdown_is_a_block_quote_with_its_source() -> None:
    """Verse stays verse, prose flows, and the remark stands below."""
    prose = "The snow of Petrograd was whiter than the paper of decrees,\nand it was *cold*."
    both = [_of(Quote(prose, "3", remark="Yes."), "A", "B", "C"), _of(Quote("one\n  two\n\nthree"))]
    assert "\n".join(write_markdown(both, spoilers=False)) == (
        "> The snow of Petrograd was whiter than the paper of decrees, and it was *cold*.\n>\n> — *A*, B, C, p. 3\n\n"
        "Yes.\n\n"
        "> one  \n> \u00a0\u00a0two\n>\n> three\n>\n> — *Conquered City*"
    )


def test_markdown_hides_spoilers_until_somebody_asks() -> None:
    """In the passage and in the remark."""
    quote = _of(Quote("a ||b||", remark="||c||"))
    assert to_markdown(quote, spoilers=False).count("░░░░░░░░") == 2
    assert "> a b\n" in to_markdown(quote, spoilers=True)


_BLOCKS = {"blockquote_open", "blockquote_close", "paragraph_open", "paragraph_close", "inline"}
_INLINE = {"text", "softbreak", "hardbreak", "em_open", "em_close", "strong_open", "strong_close", "s_open", "s_close"}


@settings(max_examples=300)
@given(QUOTES, LINES, LINES)
def test_no_text_breaks_out_of_the_markdown(quote: dict[str, str], title: str, author: str) -> None:
    """Whatever is in it: one block quote and paragraphs, no heading, list, table, code, link, picture or HTML."""
    reading = make(title, authors=[author], quotes=[quote])
    _check_markdown(BookQuote.from_reading(reading.quotes[0], reading))


@pytest.mark.parametrize(
    "hostile",
    [*HOSTILE, "# h", "1. a\n2) b", "- a\n+ b\n* c", "a\n===", "a\n---", "```\na", "~~~", "    code", "|a|b|\n|-|-|",
     "a|b\n:-|-:", "[a](b) ![c](d)", "[a]: b", "<http://x> <b>", "&amp; &#27;", "`<b>`", "***", "_ _ _", "\\", "a\\\\[b](c)",
     "> a", "\t> a", "a\n> b"],
)  # fmt: skip
def test_no_sign_of_markdown_breaks_out(hostile: str) -> None:
    """In a passage, a remark, a title and a name."""
    for quote in (Quote(hostile), Quote(f"a\n{hostile}\nb"), Quote("a", hostile, hostile, remark=hostile)):
        _check_markdown(_of(quote, hostile, hostile))


def _check_markdown(kept: BookQuote) -> None:
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(to_markdown(kept, spoilers=True))
    assert {token.type for token in tokens} <= _BLOCKS
    assert [token.type for token in tokens].count("blockquote_open") == 1
    assert {child.type for token in tokens for child in token.children or ()} <= _INLINE | {"text_special"}
    words = "".join(child.content for token in tokens for child in token.children or ())
    assert "".join(filter(str.isalnum, kept.title)) in "".join(filter(str.isalnum, words))
