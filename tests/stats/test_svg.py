import re
from io import StringIO
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given, settings
from tests.charts import TODAY, charts
from tests.given import CONTROLS, HOSTILE

from readlog.core.normalize_text import printable_line
from readlog.stats.chart_data import Bar, BarChart, Charts, ItemList, ListItem, YearCalendar
from readlog.stats.svg import cut_to_width, text_width, write_svg

SVG = "{http://www.w3.org/2000/svg}"
MARKUP = [
    "]]>",
    "<![CDATA[x",
    "</svg><script>alert(1)</script>",
    "&amp; & &#0; &x;",
    "<!-- -->",
    "<?x?>",
    "\ud800",
    "\ufffe",
]


BESIDE = (("bar", "rest"), ("rest", "page"), ("none", "one"), ("one", "two"), ("two", "more"))
"""What stands for different things, and lies beside the other: parts of a bar, and the steps of the calendar."""
READ = ("ink", "quiet", "star", "bar")
"""What stands on the page and must be seen well; all but the last are letters."""


def lightness(colour: str) -> float:
    """How light a colour is to the eye, from 0 to 1, as WCAG computes it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """How many times as light the one is as the other, as WCAG computes it."""
    darker, lighter = sorted((lightness(one) + 0.05, lightness(other) + 0.05))
    return lighter / darker


def picture(shown: Charts) -> ET.Element:
    """The picture of these charts, read by an XML parser."""
    out = StringIO()
    write_svg(shown, out)
    return ET.fromstring(out.getvalue().encode())


def hostile(words: str) -> Charts:
    """Charts with these words wherever somebody's words can be."""
    named = ListItem("longest", words, words, "★ 4.62", words)
    return Charts(
        "What I read", ["2 readings"], [BarChart("", "", [Bar(words, 2)]), ItemList("Abandoned", "", [named])]
    )


@settings(max_examples=40)
@given(shown=charts())
def test_any_chart_is_well_formed(shown: Charts) -> None:
    """Nothing in it is a control character, and everything is inside of the picture."""
    root = picture(shown)
    assert root.tag == f"{SVG}svg"
    text = "".join(root.itertext())
    assert not set(text) & (set(CONTROLS) - set("\n"))
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    for each in root.iter(f"{SVG}rect"):
        x, y = float(each.get("x", 0)), float(each.get("y", 0))
        assert 0 <= x <= x + float(each.attrib["width"]) <= width
        assert 0 <= y <= y + float(each.attrib["height"]) <= height
    assert all(0 <= float(each.attrib["y"]) <= height for each in root.iter(f"{SVG}text"))


@pytest.mark.parametrize("words", [*HOSTILE, *MARKUP])
def test_words_are_words(words: str) -> None:
    """Markup in a title is no markup: no element is there that is not there anyway, and the whole text is."""
    root = picture(hostile(words))
    plain = picture(hostile("Dune"))
    assert {each.tag for each in root.iter()} == {each.tag for each in plain.iter()}
    assert printable_line(words) in "".join(root.itertext())
    assert {name for each in root.iter() for name in each.attrib} == {
        name for each in plain.iter() for name in each.attrib
    }


def test_a_picture_needs_nothing_else() -> None:
    """No script, no address, no font of its own; colours for light and for dark pages."""
    out = StringIO()
    write_svg(hostile("Dune"), out)
    assert not re.search(r"<script|href|url\(|@import|@font-face|on\w+=", out.getvalue())
    assert re.findall(r"https?://[^\"]+", out.getvalue()) == ["http://www.w3.org/2000/svg"]
    assert "prefers-color-scheme: dark" in out.getvalue()


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_what_differs_differs_in_lightness(theme: int) -> None:
    """For whoever sees no colours, and on paper: twice as light or as dark is seen by anybody."""
    out = StringIO()
    write_svg(hostile("Dune"), out)
    style = out.getvalue().split("@media (prefers-color-scheme: dark)")[theme]
    colour = dict(re.findall(r"\.(\w+) { fill: (#[0-9a-f]{6}) }", style))
    assert {pair for pair in BESIDE if contrast(colour[pair[0]], colour[pair[1]]) < 2} == set()
    assert {name for name in READ if contrast(colour[name], colour["page"]) < 4.5} == set()
    steps = [lightness(colour[name]) for name in ("none", "one", "two", "more")]
    assert steps in (sorted(steps), sorted(steps, reverse=True)), "more is always further from the page"


def test_numbers_are_there_in_words() -> None:
    """For whoever does not see: each section has a title, and all of it in its description."""
    days = YearCalendar("Days", "7 readings not known to the day", 2026, {"2026-03-17": 2}, TODAY)
    bars = BarChart("Ratings", "median 4", [Bar("★★★★★", 2, uncertainty="6 of them without a month")])
    lines = ItemList(
        "Abandoned", "1 book", [ListItem(title="Finnegans Wake", authors="James Joyce", words="p. 40 of 628")]
    )
    groups = picture(Charts("What I read", ["2 readings"], [days, bars, lines])).findall(f"{SVG}g")
    said = [(group.findtext(f"{SVG}title"), group.findtext(f"{SVG}desc")) for group in groups]
    assert said == [
        ("Days", "7 readings not known to the day; 2026-03-17: 2"),
        ("Ratings", "median 4; ★★★★★: 2, 6 of them without a month"),
        ("Abandoned", "1 book; Finnegans Wake, James Joyce, p. 40 of 628"),
    ]


def test_bars_are_as_long_as_their_numbers() -> None:
    """And what is only a part of one is drawn in two colours."""
    root = picture(
        Charts("", [], [BarChart("", "", [Bar("a", 40), Bar("b", 20, part=5), Bar("c", 9, is_unknown=True)])])
    )
    widths = {(each.attrib["class"], float(each.attrib["width"])) for each in root.iter(f"{SVG}rect")}
    assert widths >= {("bar", 330.0), ("bar", 41.2), ("rest", 123.8)}
    assert len(widths) == 4


def test_each_day_is_a_square() -> None:
    """Up to today; a day that has something says so."""
    days = {"2026-03-17": 1, "2026-03-18": 2, "2026-03-19": 3, "2026-12-24": 9}
    root = picture(Charts("", [], [YearCalendar("Days", "", 2026, days, TODAY)]))
    squares = [each for each in root.iter(f"{SVG}rect") if each.get("rx")]
    legend = 4
    assert len(squares) == TODAY.timetuple().tm_yday + 1 + legend
    told = {each.attrib["class"]: each.findtext(f"{SVG}title") for each in squares if len(each)}
    assert told == {"one": "2026-03-17: 1 reading", "two": "2026-03-18: 2 readings", "more": "2026-12-24: 9 readings"}


def test_large_letters_have_their_room() -> None:
    """A title in capitals, which is bold, ends before what stands at the right."""
    lines = [ListItem("longest", "T" * 300, "", "", "99,999 pages")]
    title = next(
        each
        for each in picture(Charts("", [], [ItemList("", "", lines)])).iter(f"{SVG}tspan")
        if each.get("class") == "ink title name"
    )
    assert 20 < len(title.text or "") < 560 / 10
    assert text_width("MMM") > text_width("TTT") > text_width("iii")


@example("雪国" * 40)
@example("i" * 200)
@given(words=...)
def test_text_is_cut_to_its_room(words: str) -> None:
    """With a sign that something is missing, and only where it is."""
    line = cut_to_width(words, 120)
    assert text_width(line) <= 127
    assert line == printable_line(words) or (line.endswith("…") and printable_line(words).startswith(line[:-1]))
