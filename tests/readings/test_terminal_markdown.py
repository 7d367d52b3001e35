import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from tests.given import CONTROLS, HOSTILE
from tests.screen import drawn
from tests.strategies import TEXTS

from readlog.readings.terminal_markdown import ReviewMarkdown
from readlog.ui.console import terminal

MARKS = st.text(st.sampled_from("ab *_#>-+1.`~[]()!|\\\n\t<&;:x雪\x1b\u202e"), max_size=60)


def shown(review: str, width: int = 60) -> list[str]:
    """The lines of a review on a terminal, without the blanks at their ends."""
    return [line.rstrip() for line in drawn(lambda: terminal(width).print(ReviewMarkdown(review)))]


def words(review: str, width: int = 60) -> str:
    """A review on a terminal as one line."""
    return " ".join(" ".join(shown(review, width)).split())


@given(MARKS | TEXTS, st.integers(20, 120))
def test_whatever_is_written_can_be_shown(review: str, width: int) -> None:
    """It fits the width, and nothing in it moves the cursor."""
    lines = shown(review, width)
    assert max(map(cell_len, lines), default=0) <= width
    assert not set("".join(lines)) & {*CONTROLS, "\t"}


@given(
    st.lists(st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=12), min_size=1), st.integers(20, 88)
)
def test_no_word_of_plain_text_is_lost(text: list[str], width: int) -> None:
    """They come out in their order, a word that is too long over several lines."""
    assert "".join("".join(shown(" ".join(text), width)).split()) == "".join("".join(text).split())


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_hostile_review_is_a_review(hostile: str) -> None:
    """In a paragraph, in code, in a link, a heading and a table."""
    for form in ("{0}", "`{0}`", "[{0}]({0})", "![{0}]({0})", "# {0}", "|{0}|b|\n|--|--|\n|c|{0}|", "```{0}\n{0}\n```"):
        assert not set("".join(shown(form.format(hostile)))) & set(CONTROLS)


@pytest.mark.parametrize(
    "entity", ["&#27;", "&#x1b;", "&#x9b;", "&#8238;", "&#x2066;", "&#7;", "&#13;", "&#x2028;", "&#0;"]
)
def test_an_entity_brings_no_character_in_that_moves_the_cursor(entity: str) -> None:
    """Markdown has one for any character; it is shown as a sign that something was there."""
    for form in ("a{0}[31mb", "# a{0}b", "- a{0}b", "[a{0}b](c)", "[a](c{0})", "![a{0}b](c)", "![](c{0})", "> a{0}b"):
        seen = "".join(shown(form.format(entity)))
        assert not set(seen) & set(CONTROLS)
        assert "a" in seen or "c" in seen
    assert "a\ufffd[31mb" in words("a&#27;[31mb")


@pytest.mark.parametrize(
    "html",
    [
        "<b>bold</b> and <3 and a < b > c",
        "<div>block</div>",
        "<script>alert(1)</script>",
        "<!-- a comment --> and text",
        "</kbd> <br/> <unclosed",
        "<!DOCTYPE html> <?php x ?> <![CDATA[y]]>",
    ],
)
def test_html_is_text(html: str) -> None:
    """Nothing is taken for a tag and swallowed."""
    assert words(html) == html


@pytest.mark.parametrize(
    ("review", "line"),
    [
        ("one ![two](x.png) three ![](y.png) four", "one [picture: two] three [picture: y.png] four"),
        ("![first](x.png) last", "[picture: first] last"),
        ("[![cover](x.png)](http://z)", "[picture: cover] (http://z)"),
        ("# Head ![two](x.png) more", "Head [picture: two] more"),
    ],
)
def test_a_picture_is_a_word_in_its_place(review: str, line: str) -> None:
    """What it shows, or else where it is, among the words around it."""
    assert words(review) == line


def test_links_are_written_out() -> None:
    """A terminal cannot be clicked, and a page may be printed."""
    assert words("see [this](http://example.org/a_b) now") == "see this (http://example.org/a_b) now"
    assert words("[by name][x]\n\n[x]: http://example.org/y") == "[by name][x] [x]: http://example.org/y"
    assert "http://example.org/z" in words("<http://example.org/z>")


@pytest.mark.parametrize("review", ["[Edit]: wonderful", '[a](http://b "and more")', '![a](b "and more")'])
def test_what_markdown_hides_is_shown(review: str) -> None:
    """No word of a review is swallowed: who writes `[Edit]: wonderful` means it."""
    assert words(review).endswith(("wonderful", 'more"', 'more"]'))


def test_no_word_in_a_table_is_lost() -> None:
    """One that is too long for its column goes on in the next line."""
    cells = ("Antidisestablishmentarianism", "revolutionary-without-a-country", "incomprehensibilities-of-the-world")
    lines = shown(f"| a | b | c |\n|---|---|---|\n| {' | '.join(cells)} |", 60)
    assert sorted("".join(lines).replace("─", "").replace(" ", "")) == sorted("abc" + "".join(cells))


def test_code_is_set_in_as_it_was_typed() -> None:
    """A line that is too long goes on below itself, set in as the rest; nothing of it is Markdown or coloured."""
    code = "if a < b:\n    *c* = [d](e) | f\n\n\tpass"
    for review in (
        f"```python\n{code}\n```",
        f"~~~\n{code}\n~~~",
        "".join(f"    {line}\n" for line in code.split("\n")),
    ):
        assert shown(review)[:3] == ["    if a < b:", "        *c* = [d](e) | f", ""]
        assert shown(review)[3].endswith("    pass")
    long = "    x = " + " ".join(f"word{number}" for number in range(30))
    lines = shown(f"```\n{long}\nshort\n```", 40)
    assert lines[0].startswith("        x = word0 ")
    assert all(line.startswith("    ") for line in lines if line)
    assert " ".join(" ".join(lines).split()) == " ".join([*long.split(), "short"])
    assert max(map(cell_len, lines)) <= 40


def test_lists_are_set_in_by_their_depth() -> None:
    """Numbers begin where the writer began, and what belongs to an item stands below its words."""
    assert shown("- one\n  1. two\n     - three\n\n       more of three\n- four\n\n7. seven\n8. eight") == [
        "",
        " • one",
        "    1 two",
        "       • three",
        "         more of three",
        " • four",
        "",
        " 7 seven",
        " 8 eight",
    ]  # fmt: skip
    assert words("- [ ] to do\n- [x] done") == "• [ ] to do • [x] done"


def test_quotes_are_set_in_by_their_depth() -> None:
    """Four columns each, without a bar, also on a narrow terminal."""
    lines = [line for line in shown("> one\n>\n> > two\n\nthree") if line]
    assert lines == ["    one", "        two", "three"]
    assert words("> " * 4 + "deep", 40).endswith("deep")


def test_lines_break_where_the_writer_broke_them() -> None:
    """By two blanks or a backslash; a line that just ends goes on."""
    assert shown("one  \ntwo\\\nthree\nfour") == ["one", "two", "three four"]


def test_headings_and_rules_are_quiet() -> None:
    """To the left, without a box; a rule is a pause in the text."""
    assert [line for line in shown("# One\n\n### Three\n\nSetext\n===\n\n---", 40) if line] == [
        "One",
        "Three",
        "Setext",
        "                 * * *",
    ]


def test_what_was_struck_out_and_what_is_a_table_are_shown() -> None:
    """Neither is of the first Markdown, but both are written."""
    assert words("~~gone~~ is gone") == "gone is gone"
    assert words("| a | b |\n|---|--:|\n| 1 | 2 |").replace("─", "").split() == ["a", "b", "1", "2"]
