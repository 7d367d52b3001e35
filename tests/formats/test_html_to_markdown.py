import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from tests.given import HOSTILE

from readlog.core.spoilers import spoiler_spans
from readlog.formats.html_to_markdown import to_markdown, to_spoiler

TAGS = (
    "<br/> <br/><br/> <br> <BR /> <i> </i> <b> </b> <strong> </strong> <em> </em> <u> </u> <s> </s> <p> </p> <div> </div> "
    "<blockquote> </blockquote> <ul> </ul> <ol> <li> </li> <h2> </h2> <hr/> <q> </q> <code> </code> <pre> </pre> <td> "
    '<a§href="http://x.y/z"> <a§href="javascript:x"> </a> <spoiler> </spoiler> <Spoiler> <img§src="http://x/y.gif"/> <3 < > | || ` ``` ~~~ * [ ] ( )'
).split(" ")
WORDS = st.integers(1, 10**9).map("w{}w".format)
PIECES = st.lists(st.sampled_from([tag.replace("§", " ") for tag in TAGS] + ["\n", " ", "  "]) | WORDS, max_size=30)


@pytest.mark.parametrize(
    "text",
    ["", "Good.", " a *b* <3 [c] \n\n  d_e_f ", "I <3 it", "<HAML is no tag", "a < b > c", "<i have no words>", "x <y> z", "[b:no number]", "&amp;", "<!-- x -->", "|| a ||"],
)  # fmt: skip
def test_what_has_no_tag_stays_word_for_word(text: str) -> None:
    """Whatever it has of other signs."""
    assert to_markdown(text) == text


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("a<br/><br/>b", "a\n\nb"),
        ("a<br/><br/><br/><br/>b", "a\n\nb"),
        ("a<br/>b", "a  \nb"),
        ("a <BR> b", "a  \nb"),
        ("a<br />\n<br />\nb", "a\n\nb"),
        ("<br/>a<br/>", "a"),
        ("<p>a</p><p>b</p>", "a\n\nb"),
        ("<div>a</div><div>b</div>", "a  \nb"),
        ("<div>a<br><br>b</div>", "a\n\nb"),
        ("a\nb <b>c</b>", "a\nb **c**"),
        ("a<br/>-----<br/>b", "a\n\n-----  \nb"),
        ("a<hr/>b", "a\n\n---\n\nb"),
        ("<h3>a</h3>b", "### a\n\nb"),
        ("<h3></h3>b", "b"),
        ("<b>a</b>\r\nb", "**a**\nb"),
        ("    <b>a</b>", " **a**"),
    ],
)
def test_lines_and_paragraphs(html: str, markdown: str) -> None:
    """One break is a line, two are a paragraph."""
    assert to_markdown(html) == markdown


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<i>a</i> <b>b</b> <strong>c</strong> <em>d</em> <s>e</s>", "*a* **b c** *d* ~~e~~"),
        ("<i> a </i>", " *a* "),
        ("a<i> b</i>c", "a *b*c"),
        ("<b>a <i>b</i></b>", "**a *b***"),
        ("<b><i>a</b> b</i>", "***a*** *b*"),
        ("<i>a", "*a*"),
        ("a</i> b</b>", "a b"),
        ("<i>a<br/><br/>b</i>", "*a*\n\n*b*"),
        ("<i></i><b> </b>a", " a"),
        ("<b><b>a</b> b</b> c", "**a b** c"),
        ("<u>a</u> <span style='x'>b</span> <font color=red>c</font>", "a b c"),
        ("I <3 <i>x</i> <HAML", "I <3 *x* <HAML"),
        ("<q>a</q>", "“a”"),
        ("<code>a*b</code>", "`a*b`"),
        ("<pre>a\r\n  b</pre>c", "```\na\n  b\n```\n\nc"),
    ],
)
def test_what_is_marked_stays_marked(html: str, markdown: str) -> None:
    """Without blanks inside of the marks, and closed where nobody closed it."""
    assert to_markdown(html) == markdown


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ('<a href="http://x.y/z">here</a>', "[here](http://x.y/z)"),
        ("<a href='http://x.y/z?a=1&amp;b=2' rel=\"nofollow\"> here </a>", " [here](http://x.y/z?a=1&b=2) "),
        ('<a href="/book/show/1-a(b)">see [1]</a>', "[see \\[1\\]](/book/show/1-a%28b%29)"),
        ('<a href="javascript:alert(1)">here</a>', "here"),
        ('<a href="java\nscript:x">here</a>', "here"),
        ('<a href="&#106;avascript:x">here</a>', "here"),
        ('<a href="DATA:text/html,x">here</a>', "here"),
        ("<a>here</a>", "here"),
        ('<a href="http://x">a <a href="http://y">b</a> c', "[a](http://x) [b](http://y) c"),
        ('<a href="http://x">a', "[a](http://x)"),
        ('<img src="http://x/y.gif" alt="a cat" width="300"/>', "![a cat](http://x/y.gif)"),
        ('<img src="data:x" alt="a cat">', "a cat"),
    ],
)
def test_links_lead_where_they_led(html: str, markdown: str) -> None:
    """But for those that would run something."""
    assert to_markdown(html) == markdown


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<blockquote>a<br/><br/>b</blockquote>c", "> a\n>\n> b\n\nc"),
        ("x<blockquote>a<br/><i>b</i></blockquote>", "x\n\n> a  \n> *b*"),
        ("<blockquote>a<blockquote>b</blockquote>c", "> a\n>\n> > b\n>\n> c"),
        ("a</blockquote>b", "ab"),
        ("a<ul><li>b</li><li>c</li></ul>d", "a\n\n- b\n- c\n\nd"),
        ("<ol><li>b<li>c<ul><li>d</ul></ol>", "1. b\n2. c\n   - d"),
        ("<li>a</li><li>b", "- a\n- b"),
        ("<ul><li>a<ul><li>b</li></ul>c</li></ul>", "- a\n  - b\n\n  c"),
        ("<ul></ul><li></li>a", "a"),
    ],
)
def test_quotes_and_lists(html: str, markdown: str) -> None:
    """Each line with its sign."""
    assert to_markdown(html) == markdown


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("a <spoiler>b</spoiler> c", "a ||b|| c"),
        ("<SPOILER>b<br/><br/>c</Spoiler>d", "||b\n\nc||d"),
        ("a<spoiler> b", "a ||b||"),
        ("a</spoiler> b", "a b"),
        ("<spoiler>a<spoiler>b</spoiler>c</spoiler>d", "||abc||d"),
        ("<spoiler></spoiler><spoiler> </spoiler>a", " a"),
        ("<spoiler>a</spoiler><spoiler>b</spoiler>", "||a|| ||b||"),
        ("<blockquote><spoiler>a</spoiler></blockquote>", "> ||a||"),
        ("<i>a <spoiler>b</spoiler></i>", "*a* ||*b*||"),
        ("a || b <spoiler>c</spoiler>", "a | | b ||c||"),
        ("a \x00b <spoiler>c</spoiler> \x00d", "a b ||c|| d"),
        ("~~~<br/><spoiler>c</spoiler>", "~ ~~  \n||c||"),
        ("a ` b <spoiler>c ` d</spoiler>", "a ' b ||c ' d||"),
    ],
)
def test_spoilers_stand_between_bars(html: str, markdown: str) -> None:
    """To the end where they are never closed, and never one in another."""
    assert to_markdown(html) == markdown


def test_a_whole_review_can_be_hidden() -> None:
    """With the spoilers in it, which would end it too early."""
    assert to_spoiler("a<br/><br/><spoiler>b</spoiler></spoiler> c") == "||a\n\nb c||"
    assert to_spoiler("a || b") == "||a | | b||"
    assert to_spoiler("") == ""


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("[b:Dune (Dune, #1)|44767458|Dune (Dune, #1)|https://i.x/1.jpg?158|3634639] is", "Dune (Dune, #1) is"),
        ("[a:Victor Serge|83001|Victor Serge|https://i.x/1.jpg]", "Victor Serge"),
        ("[bc:Dune|1|Dune|https://i.x/1.jpg|2][bc:Emma|3]", "DuneEmma"),
        ("[b:Solaris [Novel]|1|Solaris [Novel]|https://i.x/1.jpg|2]!", "Solaris [Novel]!"),
        ("[book:Dune|1] [author:Victor Serge|2] [book:Emma]", "Dune Victor Serge Emma"),
        ("[a:b] [x:Dune|1] [b:Dune|x]", "[a:b] [x:Dune|1] [b:Dune|x]"),
    ],
)
def test_books_and_authors_are_their_names(html: str, markdown: str) -> None:
    """What Goodreads makes links of."""
    assert to_markdown(html) == markdown


def test_entities_are_signs_where_they_are_in_use() -> None:
    """At StoryGraph, not at Goodreads; never a tag."""
    assert to_markdown("<div>Q &amp; A &lt;b&gt;</div>", entities=True) == "Q & A <b>"
    assert to_markdown("Q &amp; A", entities=True) == "Q & A"
    assert to_markdown("<i>Q &amp; A</i>") == "*Q &amp; A*"


@given(PIECES)
def test_no_word_is_lost(pieces: list[str]) -> None:
    """Whatever tags stand around it, all words are there, in their order."""
    html = "".join(pieces)
    assert re.findall(r"w\d+w", to_markdown(html)) == re.findall(r"w\d+w", html)


@given(PIECES)
def test_what_was_hidden_is_hidden_and_nothing_else(pieces: list[str]) -> None:
    """By the bars that readlog hides by, whatever bars and backticks stand among the words."""
    pieces = (
        [piece for piece in pieces if piece not in ("||", "|")] if "spoiler" not in "".join(pieces).lower() else pieces
    )
    markdown = to_markdown("".join(pieces))
    depth, secret, told = 0, [], []
    for piece in pieces:
        tag = piece.lower()
        depth = depth + 1 if tag == "<spoiler>" else max(0, depth - 1) if tag == "</spoiler>" else depth
        if piece.startswith("w"):
            (secret if depth else told).append(piece)
    spans = spoiler_spans(markdown)
    inside = "".join(markdown[start:end] for start, end in spans)
    assert re.findall(r"w\d+w", inside) == secret
    assert len(re.findall(r"w\d+w", markdown)) == len(secret) + len(told)


@given(PIECES)
def test_what_is_whole_stays_whole(pieces: list[str]) -> None:
    """A review that is hidden as a whole shows no word."""
    markdown = to_spoiler("".join(pieces))
    left = 0
    for start, end in spoiler_spans(markdown):
        assert not re.search(r"w\d+w", markdown[left:start])
        left = end
    assert not re.search(r"w\d+w", markdown[left:])


@given(
    st.lists(st.sampled_from(["<i>", "</i>", "<b>", "</b>", "<br/>", "</blockquote>", " ", " a ", " b "]), max_size=20)
)
def test_marks_are_never_left_open(pieces: list[str]) -> None:
    """Each line has its own, in pairs, and Markdown takes them for marks around whole words."""
    markdown = to_markdown("".join(pieces))
    assert all(line.count("*") % 2 == 0 for line in markdown.split("\n"))
    assert "*" not in MarkdownIt().render(markdown)


@given(st.text() | st.lists(st.sampled_from([*HOSTILE, *TAGS])).map("".join), st.booleans())
@settings(max_examples=200)
def test_any_text_comes_out(text: str, entities: bool) -> None:
    """And what has no tag in it as it is."""
    markdown = to_markdown(text, entities=entities)
    if "<" not in text and "[" not in text and "&" not in text:
        assert markdown == text


@pytest.mark.parametrize(
    "piece",
    ["<", "<i", "<i ", "<a href=", '<a href="', "<a a=a ", "[b:", "[b:x|1|", "[b:x|1|[", "<code>", "<pre>", "<br", "<br ", "<br/> ", "<b>", "</b>", "<i><b>x",
     "<spoiler>", "<spoiler>x</spoiler>", "<blockquote>", "<blockquote>x", "<ul><li>", "<ul><li>x", "</ul>", "<li>x", "||", "~", "`", "\n", " ", '<a href="http://x">'],
)  # fmt: skip
def test_it_takes_no_longer_a_letter_for_a_long_review(piece: str) -> None:
    """Not even for one made to."""
    times = []
    for size in (10_000, 80_000):
        text = "<i>x</i><spoiler>" + piece * (size // len(piece))
        began = time.process_time()
        to_markdown(text)
        times.append(time.process_time() - began)
    assert times[1] < 20 * times[0] + 0.2
