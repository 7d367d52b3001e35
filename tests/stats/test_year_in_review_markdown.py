import re
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from tests.given import CONTROLS, HOSTILE, TODAY, make
from tests.golden import same_as_golden
from tests.library import fill
from tests.made import make_empty
from tests.strategies import readings

from readlog.core.domain_model import Reading
from readlog.core.normalize_text import printable_line
from readlog.journal import Journal
from readlog.stats.year_in_review_markdown import escape_markdown, write_year_in_review

SIGNS = ["*a*", "_a_ b", "# a", "- a", "1. a", "[a](b)", "![a](b)", "`a", "<b>a</b>", "a | b", "~~a~~", "&amp;", "\\", "a\\", "***", "+", "= a"]  # fmt: skip


def page(journal: Journal, year: int = 2026, today: date = TODAY) -> str:
    """The page of a year in this journal."""
    out = StringIO()
    write_year_in_review(journal.year_in_review(year), out, today)
    return out.getvalue()


def text_of(markdown: str) -> str:
    """What a reader of the page sees."""
    tokens = MarkdownIt("commonmark").enable("table").enable("strikethrough").parse(markdown)
    inner = [child for token in tokens for child in token.children or []]
    assert not [token for token in [*tokens, *inner] if token.type.startswith(("html", "link", "image", "code", "s_"))]
    return "".join(child.content if child.type == "text" else " " for child in inner)


def with_library(journal: Journal, *more: Reading) -> Journal:
    """A journal to which these readings were added."""
    for reading in more:
        journal.add(reading, again=bool(journal.find_same_book(reading)))
    return journal


def test_a_year_is_a_page(path: Path) -> None:
    """Sums with their doubts, the best loved, months, new authors, lengths, what was read again, lines that were kept."""
    fill(path)
    with Journal(str(path)) as journal:
        same_as_golden("year-in-review.md", page(journal, 2012) + page(journal, 2026))


@pytest.mark.parametrize("words", [*HOSTILE[:-1], *SIGNS])
def test_words_are_no_markdown(journal: Journal, words: str) -> None:
    """A title, an author, a sentence of a review that looks like markup is shown as it is."""
    title = words if any(map(str.isalnum, words)) else f"a {words}"
    with_library(journal, make(title, authors=[title], finished="2026", rating=5, review=f"It is {words} and good."))
    book = journal.get(1).book
    text = text_of(page(journal))
    assert text.count(" ".join(printable_line(book.title).split())) >= 1
    assert not set(text) & set(CONTROLS)


def is_text(words: str) -> bool:
    """Whether these words, escaped and alone in a line, are a paragraph of them and nothing else."""
    tokens = MarkdownIt("commonmark").enable("table").enable("strikethrough").parse(escape_markdown(words))
    text = "".join(child.content for token in tokens for child in token.children or [])
    kinds = [token.type for token in tokens]
    return kinds == ["paragraph_open", "inline", "paragraph_close"] and text == " ".join(printable_line(words).split())


@pytest.mark.parametrize("words", SIGNS)
def test_signs_of_markdown_are_text(words: str) -> None:
    """Also where a line begins with them."""
    assert is_text(words)


@settings(max_examples=60)
@given(words=st.text(min_size=1).filter(lambda words: bool(" ".join(printable_line(words).split()))))
def test_any_words_are_text(words: str) -> None:
    """Whatever they are."""
    assert is_text(words)


def test_nothing_private_is_on_it(journal: Journal) -> None:
    """No private note, no remark, no spoiler, of a review no more than its first sentence."""
    review = "Never ||the butler|| again. A second sentence."
    quote = {"text": "All happy ||families|| are alike.", "page": "1", "remark": "As mine: secret."}
    with_library(
        journal,
        make("Dune", finished="2026-03", rating=5, review=review, private_note="secret", quotes=[quote]),
        make("Emma", finished="2026-04", rating=4, review="||It was all a dream.||"),
        make("Ulysses", status="abandoned", finished="2026-05", rating=1, review="Dull.", private_note="secret"),
    )
    shown = page(journal)
    for word in ("secret", "butler", "second", "dream", "Dull"):
        assert word not in shown
    assert "Never ░░░░░░░░ again." in shown
    assert "> All happy" in shown
    assert re.search(r"^- ★★★★ \*\*Emma\*\*$", shown, re.MULTILINE)
    assert re.search(r"## Not finished\n\n- \*\*Ulysses\*\*$", shown, re.MULTILINE)


def test_the_best_loved_are_books(journal: Journal) -> None:
    """Each once, with its best rating; four stars at least, and of many it is said how many."""
    with_library(
        journal,
        make("Dune", finished="2026-01", rating=4),
        make("Dune", finished="2026-05", rating=4.5),
        make("Emma", finished="2026-02", rating=3.75),
        make("Solaris", finished="2025-02", rating=2.5),
        make("Ulysses", finished="2025-03", rating=1),
        *(make(f"Volume {number}", finished="2024", rating=5) for number in range(12)),
    )
    assert re.findall(r"^- (★.*)", page(journal, 2026), re.MULTILINE) == ["★★★★½ **Dune** (2nd time)"]
    assert "## Books\n\n- ★★½ **Solaris**\n- ★ **Ulysses**\n" in page(journal, 2025)
    assert page(journal, 2024).count("- ★★★★★") == 10
    assert "- and 2 more\n" in page(journal, 2024)


def test_a_year_without_ratings_names_its_books(journal: Journal) -> None:
    """Each once, in the order in which they were read; also where nobody loved any of them."""
    with_library(
        journal,
        make("Dune", finished="2026-01", review="The sand. All of it."),
        make("Emma", finished="2026-02"),
        make("Dune", finished="2026-05"),
        make("Ulysses", finished="2025-03", rating=1),
        make("Solaris", finished="2025-03"),
    )
    assert "## Books\n\n- **Dune**  \n  The sand.\n- **Emma**\n\n" in page(journal, 2026)
    assert "Best loved" not in page(journal, 2026)
    assert "## Books\n\n- ★ **Ulysses**\n- **Solaris**\n\n" in page(journal, 2025)


def test_authors_are_new_once(journal: Journal) -> None:
    """In the first year in which something of them was finished; where something has no date, perhaps."""
    with_library(
        journal,
        make("Dune", authors=["Frank Herbert"], finished="2025", rating=4),
        make("Dune Messiah", authors=["Frank Herbert"], finished="2026"),
        make("Emma", authors=["Jane Austen"], finished="2026-02"),
        make("Persuasion", authors=["Jane Austen"]),
        make("Solaris", authors=["Stanisław Lem"], finished="2026-02"),
    )
    assert "1 of 3 authors: Stanisław Lem; perhaps Jane Austen." in page(journal)
    assert "*1 reading without a date: it may be of this year.*" in page(journal)
    assert "1 of 1 author: Frank Herbert." in page(journal, 2025)


def test_a_year_that_is_not_over_says_so(journal: Journal) -> None:
    """And has no months that are still to come."""
    with_library(journal, make("Dune", finished="2026-10"))
    assert page(journal).startswith("# What I read in 2026 so far\n")
    assert page(journal).count("\n| ") == 1 + 11
    assert page(journal, today=date(2027, 1, 1)).startswith("# What I read in 2026\n")
    assert page(journal, today=date(2027, 1, 1)).count("\n| ") == 1 + 12


@settings(max_examples=50)
@given(any_reading=readings())
def test_any_reading_makes_a_page(tmp_path_factory: pytest.TempPathFactory, any_reading: Reading) -> None:
    """Whatever is in it."""
    path = tmp_path_factory.mktemp("any") / "journal.db"
    make_empty(path)
    with Journal(str(path)) as journal:
        journal.add(any_reading._replace(status="finished"))
        shown = page(journal, any_reading.finished.year if any_reading.finished else 2012)
    assert not set(shown) & (set(CONTROLS) - set("\n"))
    text_of(shown)
