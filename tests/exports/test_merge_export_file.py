"""What somebody has added to an export, and what somebody has edited in it."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.exports_of_services import Years, reading
from tests.given import TODAY
from tests.strategies import readings

from readlog.core.domain_model import Reading
from readlog.formats import json_format
from readlog.formats.markdown_format import from_markdown, to_markdown

FIELDS = {"review": "Sand.\n\nSpice.", "tags": ["sf", "a, b"], "rating": 4, "extra": {"mood": "dark", "year": "1984"}}


def sand(year: int = 2020, **fields: object) -> Reading:
    """A reading with a review."""
    return reading(1, year=year, **FIELDS | fields)


@pytest.fixture
def path(years: Years) -> Path:
    """An export of it."""
    years.have(sand())
    years.export()
    return years.path("undated dune")


def change(path: Path, *pairs: tuple[str, str]) -> None:
    """Edit a file as a person does."""
    text = path.read_text()
    for old, new in pairs:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    path.write_text(text)


def below(path: Path) -> str:
    """What stands below the front matter."""
    return path.read_text().partition("\n---\n")[2]


ADDED = (
    "status: finished\n",
    "# mine\ncover: x.png # big\nstatus: finished\naliases:\n- a\n- 'b'\nnote: |\n  one\n\n  # two\n",
)


def test_fields_that_somebody_added_survive(years: Years, path: Path) -> None:
    """To the letter, with their comments, below readlog's own; from then on nothing is written."""
    change(path, ADDED)
    years.have(sand(2021, rating=5))
    assert years.export() == (1, 1, (), (), ())
    kept = "# mine\ncover: x.png # big\naliases:\n- a\n- 'b'\nnote: |\n  one\n\n  # two\n"
    assert path.read_text() == to_markdown(sand(2021, rating=5)).replace("\n---\n", f"\n{kept}---\n", 1)
    assert years.export() == (1, 0, (), (), ())
    years.have(sand(2022, rating=3))
    assert years.export() == (1, 1, (), (), ())
    assert path.read_text() == to_markdown(sand(2022, rating=3)).replace("\n---\n", f"\n{kept}---\n", 1)


def test_a_comment_beside_a_field_of_readlog_survives_too(years: Years, path: Path) -> None:
    """On a line of its own, because the field may go."""
    change(path, ("rating: 4.0\n", "# why?\nrating: 4.0  # really\n"), ("tags: [", "tags: [ # no\n  "))
    years.have(less := sand(2021, rating=None, tags=[]))
    assert years.export() == (1, 1, (), (), ())
    assert path.read_text() == to_markdown(less).replace("\n---\n", "\n# no\n# why?\n# really\n---\n", 1)
    assert years.export() == (1, 0, (), (), ())


def test_words_around_the_review_survive(years: Years, path: Path) -> None:
    """The review is put where it stood."""
    page = "\n# Dune\n\n> [!note] mine\n\nSand.\n\nSpice.\n\n## Notes\n\n- one\n---\n- two"
    path.write_text(path.read_text().replace("\nSand.\n\nSpice.\n", page))
    years.have(sand(2021, review="Worms.\n\n## Notes"))
    assert years.export() == (1, 1, (), (), ())
    assert below(path) == page.replace("Sand.\n\nSpice.", "Worms.\n\n## Notes")
    assert years.export() == (1, 0, (), (), ())
    years.have(sand(2022, review=None))
    assert years.export() == (1, 1, (), (), ())
    assert below(path) == page.replace("Sand.\n\nSpice.", "")
    assert years.export() == (1, 0, (), (), ())


def test_notes_below_a_reading_without_a_review_survive(years: Years) -> None:
    """The review comes on top of them when there is one."""
    years.have(sand(review=None))
    years.export()
    path = years.path("undated dune")
    path.write_text(path.read_text() + "\n## Notes\n\nWho is Kynes?\n")
    years.have(sand(2021, review=None, rating=2))
    assert years.export() == (1, 1, (), (), ())
    assert below(path) == "\n## Notes\n\nWho is Kynes?\n"
    years.have(sand(2022))
    assert years.export() == (1, 1, (), (), ())
    assert below(path) == "\nSand.\n\nSpice.\n\n## Notes\n\nWho is Kynes?\n"
    assert years.export() == (1, 0, (), (), ())


def test_a_review_that_looks_like_a_comment_of_readlog_is_found_again(years: Years) -> None:
    """As it is written in the file."""
    years.have(sand(review="<!-- readlog: next reading -->"))
    years.export()
    path = years.path("undated dune")
    path.write_text(path.read_text() + "\n## Notes\n")
    years.have(sand(2021, review="Sand."))
    assert years.export() == (1, 1, (), (), ())
    assert below(path) == "\nSand.\n\n## Notes\n"


REFORMATTED = (
    ("rating: 4.0", "rating: 4"),
    ('tags: ["a, b", sf]', "tags:\n  - sf\n  - 'a, b'"),
    ("title: Dune\n", ""),
    ("---\nid: 1", '---\ntitle: "Dune"\nid: 1'),
    ("mood: dark", 'mood: "dark"'),
    ("updated_at: 2020-01-02T00:00:00.000Z", "updated_at: 2020-01-02 00:00:00+00:00"),
)


def test_fields_that_another_tool_writes_otherwise_are_not_edited(years: Years, path: Path) -> None:
    """Other quotes, lists and orders, and other ways to write a date: that alone is no reason to write, or to complain."""
    change(path, *REFORMATTED)
    before = path.read_text()
    assert years.export() == (1, 0, (), (), ())
    years.have(sand(2021, rating=5))
    assert years.export() == (1, 1, (), (), ())
    assert path.read_text() == to_markdown(sand(2021, rating=5)) != before


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("rating: 4.0", "rating: 3"),
        ("rating: 4.0\n", ""),
        ("title: Dune", "title: Dune!"),
        ("status: finished", "status: finished\nprivate_note: from Anna"),
        ("mood: dark", "mood: bleak"),
        ("mood: dark\n", ""),
        ('year: "1984"', "year: 1984"),
        ("Sand.", "Sand and spice."),
        ("Spice.\n", "Spice.\nMore spice.\n"),
        ("\nSand.\n\nSpice.\n", ""),
        ("status: finished", "status: finished\nstatus: finished"),
        ("status: finished", "status: finished\ncover: *alias"),
        ("status: finished", "status: finished\ncover: [x"),
        ("status: finished", "status: finished\nfinished: tomorrow"),
        ("---\n\n", "\n"),
        ("---\nid: 1", "---\n---\nid: 1"),
        ("uid: r", "uid: q"),
    ],
)
@pytest.mark.parametrize("year", [2020, 2021])
def test_what_somebody_edited_is_left_and_named(years: Years, path: Path, old: str, new: str, year: int) -> None:
    """Any field of readlog, the review itself, or what cannot be understood; an import can take it up."""
    change(path, (old, new))
    before = path.read_text()
    if year > 2020:
        years.have(sand(2021, quotes=["x"], tags=["y"]))
    written = years.export()
    if "uid: q" in before or before.startswith("---\n---"):
        assert years.path("undated dune 1").exists()
    else:
        assert written == (1, 0, (path,), (), ())
    assert path.read_text() == before


@pytest.mark.parametrize(
    ("old", "new", "fields"),
    [
        ("rating: 4.0", "rating: 3", {"rating": 3}),
        ("mood: dark", "mood: bleak", {"extra": {"mood": "bleak", "year": "1984"}}),
        ("mood: dark", "mood: dark\ncover: x", {"extra": {"mood": "dark", "year": "1984", "cover": "x"}}),
        ("Sand.\n\nSpice.", "Worms.", {"review": "Worms."}),
    ],
)
def test_an_edit_that_the_journal_has_too_is_none(
    years: Years, path: Path, old: str, new: str, fields: dict[str, object]
) -> None:
    """As after an import of it."""
    change(path, (old, new))
    years.have(sand(2021, **fields))
    assert years.export() == (1, 1, (), (), ())
    assert path.read_text() == to_markdown(sand(2021, **fields))


def test_a_field_that_the_journal_has_lost_goes(years: Years, path: Path) -> None:
    """It was readlog's, and what somebody has added stays."""
    change(path, ("mood: dark", "mood: dark\ncover: x"))
    years.have(sand(2021, extra={}))
    assert years.export() == (1, 1, (), (), ())
    assert path.read_text() == to_markdown(sand(2021, extra={})).replace("\n---\n", "\ncover: x\n---\n", 1)


def test_a_word_that_is_the_review_and_stands_elsewhere_too_is_not_guessed(years: Years) -> None:
    """The file is left, but where nothing has to be put in the place of it."""
    years.have(sand(review="Yes"))
    years.export()
    path = years.path("undated dune")
    path.write_text(path.read_text() + "\n## Read it again?\n\nYes\n")
    years.have(sand(2021, review="Yes", rating=5))
    assert years.export() == (1, 1, (), (), ())
    years.have(sand(2022, review="No", rating=5))
    assert years.export() == (1, 0, (path,), (), ())
    assert below(path) == "\nYes\n\n## Read it again?\n\nYes\n"


@pytest.mark.parametrize("more", ["title: x, more: 1", "more: 1", "title: x"])
def test_what_stands_where_only_readlog_writes_is_left(years: Years, path: Path, more: str) -> None:
    """It is named as soon as the file should be written."""
    change(path, ("status: finished", f"status: finished\nextra: {{{more}}}"))
    before = path.read_text()
    assert years.export() == (1, 0, (), (), ())
    years.have(sand(2021, rating=5))
    assert years.export() == (1, 0, (path,), (), ())
    assert path.read_text() == before


def test_texts_that_another_tool_left_unclean_are_still_readlogs(years: Years) -> None:
    """What a file says of them is what is compared."""
    odd = sand()._replace(book=sand().book._replace(title="Dune  again "))
    years.have(odd)
    years.export()
    [path] = years.folder.iterdir()
    change(path, ("status: finished", "status: finished\ncover: x"))
    years.have(odd._replace(rating=5.0, updated_at="2021-01-02T00:00:00.000Z"))
    assert years.export() == (1, 1, (), (), ())
    assert "cover: x\n" in path.read_text()
    assert years.export() == (1, 0, (), (), ())


def test_json_laid_out_otherwise_is_not_edited(years: Years) -> None:
    """Nothing is written for that alone; anything that was added is left."""
    from json import dumps, loads

    years.format = json_format
    years.have(sand())
    years.export()
    path = years.path("undated dune")
    path.write_text(dumps(loads(path.read_text()), indent=2))
    assert years.export() == (1, 0, (), (), ())
    years.have(sand(2021, rating=5))
    assert years.export() == (1, 1, (), (), ())
    record = loads(path.read_text())
    record[0]["cover"] = "x"
    path.write_text(dumps(record))
    years.have(sand(2022, rating=4))
    assert years.export() == (1, 0, (path,), (), ())
    path.write_text("[{" + path.read_text()[2:-1])
    assert years.export() == (1, 1, (), (), ())
    assert path.read_text().startswith("[{")
    assert years.path("undated dune 1").exists()


_LINES = st.text("ab #:-'\"é", max_size=12).map(str.strip)
_NAMES = st.sampled_from(["cover", "publish", "cssclasses", "my key", "Übersicht"])
_VALUES = st.sampled_from(
    ["x", "'#1'", "[a, b] # c", "|\n  a\n\n  b", "\n- a\n- b", "", "1.50", "2012-03-17", ">-\n  a\n  b"]
)
_COMMENTS = st.lists(_LINES.map(lambda line: f"# {line}"), max_size=2)


@st.composite
def additions(draw: st.DrawFn) -> tuple[str, str, str]:
    """Lines of front matter, words above the review and words below it."""
    names = draw(st.lists(_NAMES, unique=True, max_size=3))
    fields = [line for name in names for line in (*draw(_COMMENTS), f"{name}: {draw(_VALUES)}")]
    above, under = ("\n\n".join(f"## {line}" for line in draw(st.lists(_LINES, max_size=2))) for _ in range(2))
    return "".join(f"{line}\n" for line in fields), above, under


@settings(max_examples=60)
@given(before=readings(), after=readings(), added=additions(), place=st.integers(0, 5))
def test_nobodys_words_are_lost(before: Reading, after: Reading, added: tuple[str, str, str], place: int) -> None:
    """Whatever a reading was and becomes: its fields are the new ones, and what was added is all there, or nothing changed."""
    lines, above, under = added
    ids = {"id": 1, "uid": "r1", "created_at": "2020-01-01T00:00:00.000Z"}
    before, after = (
        each._replace(**ids, updated_at=f"{year}-01-02T00:00:00.000Z") for each, year in ((before, 2020), (after, 2021))
    )
    with TemporaryDirectory() as folder:
        years = Years(Path(folder))
        years.have(before)
        years.export()
        [path] = years.folder.iterdir()
        front, _, body = path.read_text(encoding="utf-8").partition("\n---\n")
        at = [0, *(i + 1 for i, sign in enumerate(front) if sign == "\n" and front[i + 1 : i + 2].isalpha())]
        cut = at[1:][place % len(at[1:])]
        path.write_text(f"{front[:cut]}{lines}{front[cut:]}\n---\n{above}\n{body}\n{under}", encoding="utf-8")
        edited = path.read_text(encoding="utf-8")
        years.have(after)
        written = years.export()
        [path] = years.folder.iterdir()
        now = path.read_text(encoding="utf-8")
        assert years.export()[:3] == (1, 0, written.edited)
        if written.edited:
            assert now == edited
            return
        assert lines in now
        assert above in now
        assert under in now
        told = from_markdown(now.partition("\n---\n")[0] + "\n---\n", TODAY)
        expected = from_markdown(to_markdown(after._replace(review=None)), TODAY)
        extra = {key: value for key, value in told.extra.items() if key in expected.extra}
        assert told._replace(extra=extra) == expected
        if after.review:
            assert to_markdown(after).partition("\n---\n")[2].strip("\n") in now


@pytest.mark.parametrize("read", [yaml.safe_load])
def test_what_was_kept_is_read_by_others(years: Years, path: Path, read: Callable[[str], dict[str, object]]) -> None:
    """The front matter is whole."""
    change(path, ADDED)
    years.have(sand(2021))
    years.export()
    front = read(path.read_text().split("---\n")[1])
    assert front["aliases"] == ["a", "b"]
    assert front["note"] == "one\n\n# two\n"
    assert front["mood"] == "dark"
