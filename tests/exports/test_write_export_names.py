"""The names of the files in an export folder."""

from pathlib import Path
from tempfile import TemporaryDirectory
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.exports_of_services import FORMATS, Years, names_in, reading
from tests.given import TODAY

from readlog.core.normalize_text import slug
from readlog.exports.export_format import ExportFormat
from readlog.formats.markdown_format import file_names, from_markdown


@pytest.mark.parametrize("format_", FORMATS)
def test_a_file_follows_its_reading_to_another_name(years: Years, format_: ExportFormat) -> None:
    """And to another date; there is never a second file."""
    years.format = format_
    years.have(reading(1))
    years.export()
    years.have(reading(1, "Dune Messiah", year=2021, finished="2021-03"))
    old, new = years.path("undated dune"), years.path("2021-03 dune-messiah")
    assert years.export() == (1, 1, (), ((old, new),), ())
    assert names_in(years.folder) == [new.name]
    assert "Dune Messiah" in new.read_text()
    assert years.export() == (1, 0, (), (), ())


@pytest.mark.parametrize("format_", FORMATS)
def test_a_name_that_somebody_gave_stays(years: Years, format_: ExportFormat) -> None:
    """Whatever becomes of the reading; the other files are named as ever."""
    years.format = format_
    years.have(reading(1), reading(2, "Emma"))
    years.export()
    theirs = years.path("My Dune")
    years.path("undated dune").rename(theirs)
    assert years.export() == (2, 0, (), (), ())
    years.have(reading(1, "Dune Messiah", year=2021), reading(3, "Dune"))
    assert years.export() == (3, 2, (), (), ())
    assert "Dune Messiah" in theirs.read_text()
    assert sorted(path.stem for path in years.folder.iterdir()) == ["My Dune", "undated dune", "undated emma"]


def test_a_file_that_somebody_edited_keeps_its_name(years: Years) -> None:
    """It is left as it is, and found under that name by the next export."""
    years.have(reading(1, review="Sand."))
    years.export()
    path = years.path("undated dune")
    path.write_text(path.read_text().replace("Sand.", "Spice."))
    years.have(reading(1, "Dune Messiah", year=2021, review="Sand."))
    assert years.export() == (1, 0, (path,), (), ())
    assert names_in(years.folder) == ["undated dune.md"]


def test_a_name_is_taken_whatever_its_case(years: Years) -> None:
    """And however its accents are written: the folder may come to a system where those are one name."""
    (years.folder / "Undated DUNE.md").write_text("mine")
    (years.folder / normalize("NFD", "undated 雪国ば.md")).write_text("mine")
    years.have(reading(1), reading(2, "雪国ば"))
    assert years.export()[:2] == (2, 2)
    assert {"undated dune 1.md", "undated 雪国ば 2.md"} <= set(names_in(years.folder))
    assert years.export() == (2, 0, (), (), ())


def test_a_name_with_a_number_may_be_taken_too(years: Years) -> None:
    """Then the number is there twice, and goes with the title."""
    (years.folder / "undated dune 2.md").write_text("mine")
    years.have(reading(1), reading(2))
    assert years.export()[:2] == (2, 2)
    assert names_in(years.folder) == ["undated dune 2 2.md", "undated dune 2.md", "undated dune.md"]
    assert years.export() == (2, 0, (), (), ())
    years.have(reading(2, "Emma", year=2021))
    assert years.export().renamed == ((years.path("undated dune 2 2"), years.path("undated emma")),)


def test_a_name_that_is_free_again_is_taken(years: Years) -> None:
    """The number behind it was only there because of the other file."""
    (years.folder / "undated dune.md").write_text("mine")
    years.have(reading(1))
    years.export()
    (years.folder / "undated dune.md").unlink()
    old, new = years.path("undated dune 1"), years.path("undated dune")
    assert years.export() == (1, 0, (), ((old, new),), ())
    assert years.export() == (1, 0, (), (), ())


@pytest.mark.parametrize(
    "titles", [("B", "A", "C"), ("B", "C", "A"), ("C", "A", "B"), ("B", "C", "D"), ("D", "A", "B")]
)
def test_readings_can_change_names_with_each_other(years: Years, titles: tuple[str, ...]) -> None:
    """In a row or in a circle; one export is enough."""
    years.have(*(reading(id_, title) for id_, title in enumerate("ABC", 1)))
    years.export()
    changed = [id_ for id_, (old, new) in enumerate(zip("ABC", titles, strict=True), 1) if old != new]
    years.have(*(reading(id_, titles[id_ - 1], year=2021) for id_ in changed))
    written = years.export()
    assert (written.files, len(written.renamed), written.edited) == (len(changed), len(changed), ())
    assert names_in(years.folder) == sorted(f"undated {title.lower()}.md" for title in titles)
    assert years.export() == (3, 0, (), (), ())


def test_a_crash_between_two_names_leaves_none_for_good(years: Years) -> None:
    """The file has the second one of its new names, and says still what it did."""
    years.have(reading(1))
    years.export()
    years.path("undated dune").rename(years.path("undated emma 1"))
    years.have(reading(1, "Emma", year=2021))
    assert years.export()[:2] == (1, 1)
    assert names_in(years.folder) == ["undated emma.md"]


def test_a_new_reading_gets_the_name_that_another_gives_up(years: Years) -> None:
    """In the same export, and without a word about the name that it had for a moment."""
    years.have(reading(5))
    years.export()
    years.have(reading(1), reading(5, "Emma", year=2021))
    years.readings = dict(sorted(years.readings.items()))
    assert years.export() == (2, 2, (), ((years.path("undated dune"), years.path("undated emma")),), ())
    assert names_in(years.folder) == ["undated dune.md", "undated emma.md"]
    assert years.export() == (2, 0, (), (), ())


def test_a_name_that_a_file_outside_of_the_query_has_is_taken(years: Years) -> None:
    """Until everything is exported."""
    years.have(reading(1, "A"), reading(2, "B"))
    years.export()
    years.have(reading(1, "B", year=2021), reading(2, "C", year=2021))
    assert years.export(only=[1]).renamed == ((years.path("undated a"), years.path("undated b 1")),)
    assert years.export().renamed == (
        (years.path("undated b"), years.path("undated c")),
        (years.path("undated b 1"), years.path("undated b")),
    )
    assert years.export() == (2, 0, (), (), ())


def test_of_two_copies_the_one_with_its_name_is_the_export(years: Years) -> None:
    """The other one is somebody's, and is not touched; where neither has it, the shorter name is older."""
    years.have(reading(1))
    years.export()
    copy = years.path("undated dune (copy)")
    copy.write_bytes(years.path("undated dune").read_bytes())
    years.have(reading(1, "Dune Messiah", year=2021))
    assert years.export() == (1, 1, (), ((years.path("undated dune"), years.path("undated dune-messiah")),), ())
    assert "Messiah" not in copy.read_text()
    assert years.export() == (1, 0, (), (), ())


def test_what_a_crash_has_left_is_no_export(years: Years) -> None:
    """A file that was not yet in its place has the same uid."""
    years.have(reading(1))
    years.export()
    years.path("undated dune").rename(years.folder / ".readlog-abc.md")
    assert years.export() == (1, 1, (), (), ())
    assert names_in(years.folder) == [".readlog-abc.md", "undated dune.md"]


@pytest.mark.parametrize("ends_after", range(4))
@pytest.mark.parametrize("titles", ["BCA", "BAC", "CAB", "DAB"])
def test_an_export_that_was_interrupted_is_finished_by_the_next_one(years: Years, titles: str, ends_after: int) -> None:
    """Every file is whole meanwhile, and no name of a moment is taken for one that somebody gave."""
    years.have(*(reading(id_, title) for id_, title in enumerate("ABC", 1)))
    years.export()
    years.have(*(reading(id_, title, year=2021) for id_, title in enumerate(titles, 1)))
    with pytest.raises(KeyboardInterrupt):
        years.export(ends_after=ends_after)
    for path in years.folder.iterdir():
        assert from_markdown(path.read_text(), TODAY).uid
    years.export()
    assert names_in(years.folder) == sorted(f"undated {title.lower()}.md" for title in titles)
    assert years.export() == (3, 0, (), (), ())


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(st.integers(1, 5), st.sampled_from(["A", "B", "a 2", "A 3", "C"]), st.sampled_from("edit move mine only".split())),
        max_size=12,
    )
)  # fmt: skip
def test_there_is_one_file_for_each_reading(steps: list[tuple[int, str, str]]) -> None:
    """Whatever titles change and whatever somebody moves or puts in the way: and a second export changes nothing."""
    with TemporaryDirectory() as folder:
        years = Years(Path(folder))
        theirs: dict[str, str] = {}
        for number, (id_, title, step) in enumerate(steps):
            years.have(reading(id_, title, year=2000 + number))
            if step == "only":
                years.export(only=[id_])
                continue
            years.export()
            names = sorted(path.name for path in years.folder.glob("*.md") if path.name not in theirs)
            if step == "move":
                Path(folder, names[id_ % len(names)]).rename(Path(folder, f"moved {number}.md"))
            elif step == "mine" and not (path := Path(folder, f"undated {slug(title)}.md")).exists():
                theirs[path.name] = f"mine {number}"
                path.write_text(f"mine {number}")
        years.export()
        assert years.export() == (len(years.readings), 0, (), (), ())
        texts = {path.name: path.read_text() for path in years.folder.iterdir()}
        assert {name: texts.pop(name) for name in theirs} == theirs
        uids = [text.split("\n")[2] for text in texts.values()]
        assert sorted(uids) == sorted(f"uid: {each.uid}" for each in years.readings.values())
        given_names = set(
            file_names((each.id or 0, each.finished, each.book.title) for each in years.readings.values()).values()
        )
        stray = [name for name in texts if not name.startswith("moved") and name[:-3] not in given_names]
        assert all(name[:-3].rpartition(" ")[0] in given_names for name in stray)
