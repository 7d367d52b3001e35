import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.given import HOSTILE

from readlog.exports.markdown_to_html import to_html
from readlog.formats.html_to_markdown import to_markdown


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("", ""),
        ("One.\nTwo.\n\nThree.", "One. Two.<br/><br/>Three."),
        ("One.  \nTwo.\n# Head\nText\n- a\n  goes on\n- b", "One.<br/>Two.<br/># Head<br/>Text<br/>- a goes on<br/>- b"),
        ("hard  \nbreak\\\nhere", "hard<br/>break<br/>here"),
        ("I <3 it & you &lt;3", "I <3 it & you &lt;3"),
        ("He ||dies. **Really.**|| So.", "He <spoiler>dies. <b>Really.</b></spoiler> So."),
        ("||a\n\nb||", "<spoiler>a<br/><br/>b</spoiler>"),
        ("`||not||` or ||", "`||not||` or ||"),
        ("**b** *i* ***both*** ~~gone~~", "<b>b</b> <i>i</i> <b><i>both</i></b> <s>gone</s>"),
        ("**bold *it* on** *it **bold***", "<b>bold <i>it</i> on</b> <i>it <b>bold</b></i>"),
        ("*a ~~b* c~~", "<i>a ~~b</i> c~~"),
        ("what the f**k and s**t", "what the f**k and s**t"),
        ("2 * 3 * 4, 2*3*4, ***, **** stars, ~~~, ~5~", "2 * 3 * 4, 2*3*4, ***, **** stars, ~~~, ~5~"),
        ("***½ and no end", "***½ and no end"),
        ("*one\n\ntwo*", "*one<br/><br/>two*"),
        (r"\*sigh\* ¯\_(ツ)_/¯", r"*sigh* ¯\_(ツ)_/¯"),
        ("`*code*`", "`*code*`"),
        ("> a\n> b\n\nc", "<blockquote>a b</blockquote>c"),
        ("c\n\n> a\n>\n> > b\n\n\nd\n> e", "c<blockquote>a<blockquote>b</blockquote></blockquote>d<blockquote>e</blockquote>"),
        (">_< and >3\n>>no", ">_< and >3<br/>>>no"),
        ("[*Dune*](https://x.org/a_b?c=d)", '<a href="https://x.org/a_b?c=d"><i>Dune</i></a>'),
        (r"[a \[b\]](/book/1), [](http://x)", '<a href="/book/1">a [b]</a>, <a href="http://x">http://x</a>'),
        ('![a "cat"](https://x.org/c.png)', '<img src="https://x.org/c.png" alt="a \'cat\'"/>'),
        ("[x](javascript:alert(1)) [y]('z) [z](a b)", "[x](javascript:alert(1)) [y]('z) [z](a b)"),
        ("# Head\n\n- a\n  - b\n\n---", "# Head<br/><br/>- a<br/>  - b<br/><br/>---"),
    ],
)  # fmt: skip
def test_a_review_gets_the_tags_that_goodreads_knows(markdown: str, html: str) -> None:
    """Breaks, quotes, spoilers, links and marks; all else is as it was written."""
    assert to_html(markdown) == html


@pytest.mark.parametrize(
    "html",
    [
        "One.<br/>Two.<br/><br/>Three <3 it.",
        "He <spoiler>dies</spoiler>.<br/><br/><spoiler>All of<br/><br/>them.</spoiler>",
        "<b>Bold</b>, <i>italic</i>, <b><i>both</i></b>, <s>gone</s>.",
        'See <a href="https://example.org/x">the <i>other</i> one</a>!',
        "Before:<blockquote>A line.<br/>Another.</blockquote>After.",
        "f**k and s**t, 5 * 5, ***½, >_< [sic] ~5 `x`",
    ],
)
def test_a_review_goes_out_as_it_came_in(html: str) -> None:
    """For the tags that reviewers use, in the way they use them."""
    assert to_html(to_markdown(html)) == html


@given(st.text() | st.lists(st.sampled_from([*HOSTILE, *"*~[]()|>`\\\n a", "||", "**", "](http://x)"])).map("".join))
def test_every_review_goes_out_in_one_line(text: str) -> None:
    """Whatever is in it."""
    assert "\n" not in to_html(text)


@pytest.mark.parametrize("text", ["*a ", "a* ", "**a *b", "~~a *b~~ ", "[a", "[a](http://x ", "> ", ">", "\n", " ", "`a", "||a", "\\", "*a\n> "])  # fmt: skip
def test_no_review_takes_long(text: str) -> None:
    """Not even one that could be misread at every step."""
    begun = time.process_time()
    to_html(text * (300_000 // len(text)))
    assert time.process_time() - begun < 3
