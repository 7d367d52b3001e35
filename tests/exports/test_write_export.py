import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.exports_of_services import FORMATS, Years, names_in, reading

from readlog.core.domain_model import Reading
from readlog.core.errors import ReadlogError
from readlog.exports.export_format import ExportFormat
from readlog.exports.write_export import write_file
from readlog.formats import json_format, markdown_format


def test_a_file_has_everything_or_is_not_there(tmp_path: Path) -> None:
    """An error in the middle leaves the old file, and nothing beside it."""
    path = tmp_path / "out.md"
    path.write_text("old")

    def interrupted() -> Iterator[Reading]:
        yield reading(1)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_file(path, interrupted(), markdown_format)
    assert path.read_text() == "old"
    assert write_file(path, [reading(1)], markdown_format)[:2] == (1, 1)
    assert "title: Dune" in path.read_text()
    assert list(tmp_path.iterdir()) == [path]


def test_where_nothing_can_be_written_it_is_said(tmp_path: Path, years: Years) -> None:
    """With the path, and with what was not changed."""
    with pytest.raises(ReadlogError, match=r"missing.out\.md cannot be written: .*Nothing was changed there"):
        write_file(tmp_path / "missing" / "out.md", [], markdown_format)
    years.folder.rmdir()
    years.folder.touch()
    with pytest.raises(ReadlogError, match="cannot be written"):
        years.export()


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """What it points to is replaced."""
    target, link = tmp_path / "target.md", tmp_path / "link.md"
    target.touch()
    link.symlink_to(target)
    write_file(link, [reading(1)], markdown_format)
    assert link.is_symlink()
    assert "title: Dune" in target.read_text()


@pytest.mark.parametrize("format_", FORMATS)
def test_a_folder_gets_a_file_for_each_reading(years: Years, format_: ExportFormat) -> None:
    """In either format; a second export writes only what changed, and after a third one nothing is written at all."""
    years.format = format_
    years.have(reading(1), reading(2, "Emma", rating=4))
    assert years.export()[:2] == (2, 2)
    stamps = {path.name: path.stat().st_ino for path in years.folder.iterdir()}
    assert sorted(stamps) == [f"undated dune{format_.SUFFIX}", f"undated emma{format_.SUFFIX}"]
    assert years.export() == (2, 0, (), (), ())
    assert {path.name: path.stat().st_ino for path in years.folder.iterdir()} == stamps
    years.have(reading(2, "Emma", year=2021, rating=5))
    assert years.export() == (2, 1, (), (), ())
    assert years.export() == (2, 0, (), (), ())


@pytest.mark.parametrize("format_", FORMATS)
def test_an_older_export_is_written_anew_whatever_its_time_on_the_disk(years: Years, format_: ExportFormat) -> None:
    """A clone and a sync give files other times; what counts is what they say."""
    years.format = format_
    years.have(reading(1, review="Sand."))
    years.export()
    [path] = years.folder.iterdir()
    os.utime(path, (5, 5))
    years.have(reading(1, year=2021, review="Sand and spice."))
    assert years.export() == (1, 1, (), (), ())
    assert "Sand and spice." in path.read_text()


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("changed_too", [False, True])
def test_what_somebody_edited_there_stays(years: Years, format_: ExportFormat, changed_too: bool) -> None:
    """It is named and left, whether or not the journal has something newer: neither text may be lost."""
    years.format = format_
    years.have(reading(1, review="Sand."))
    years.export()
    [path] = years.folder.iterdir()
    path.write_text(path.read_text().replace("Sand.", "Sand and spice."))
    if changed_too:
        years.have(reading(1, year=2021, review="Sand, again."))
    assert years.export() == (1, 0, (path,), (), ())
    assert "Sand and spice." in path.read_text()


def test_an_export_of_which_nothing_is_known_is_left_unless_it_says_the_same(years: Years) -> None:
    """As in a journal that was made anew: it can be somebody's edit."""
    years.have(reading(1, year=2020, review="Sand."))
    years.export()
    years.forget()
    years.have(reading(1, year=2021, review="Sand, again."))
    assert years.export().edited == (years.folder / "undated dune.md",)
    years.forget()
    years.have(reading(1, year=2022, review="Sand."))
    assert years.export() == (1, 1, (), (), ())


def test_the_file_of_somebody_else_is_left_alone(years: Years) -> None:
    """The export goes beside it, under the number of the reading, or says that it cannot."""
    other = years.folder / "undated dune.md"
    other.write_text("my own notes")
    years.have(reading(1))
    assert years.export() == (1, 1, (), (), ())
    assert years.export() == (1, 0, (), (), ())
    assert other.read_text() == "my own notes"
    assert names_in(years.folder) == ["undated dune 1.md", "undated dune.md"]
    (years.folder / "undated dune 1.md").write_text("mine too")
    with pytest.raises(ReadlogError, match="Move it away"):
        years.export()
    assert (years.folder / "undated dune 1.md").read_text() == "mine too"


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_link_in_a_folder_is_somebody_elses(years: Years, tmp_path: Path) -> None:
    """Wherever it leads, and if it leads nowhere: nothing outside the folder is written."""
    outside = tmp_path / "outside.md"
    (years.folder / "undated dune.md").symlink_to(outside)
    years.have(reading(1))
    assert years.export()[:2] == (1, 1)
    assert not outside.exists()
    assert (years.folder / "undated dune 1.md").is_file()
    outside.write_text((years.folder / "undated dune 1.md").read_text())
    assert years.export() == (1, 0, (), (), ())


def test_a_folder_of_that_name_is_in_the_way(years: Years) -> None:
    """As any other thing that is no file."""
    (years.folder / "undated dune.md").mkdir()
    years.have(reading(1))
    assert years.export()[:2] == (1, 1)
    assert names_in(years.folder) == ["undated dune 1.md", "undated dune.md"]


@pytest.mark.parametrize("format_", FORMATS)
def test_a_document_of_all_readings_is_no_file_of_the_first_one(years: Years, format_: ExportFormat) -> None:
    """An export of everything may stand in the same folder: it is not touched."""
    years.format = format_
    years.have(reading(1), reading(2, "Emma"))
    everything = years.folder / f"everything{format_.SUFFIX}"
    write_file(everything, years.readings.values(), format_)
    before = everything.read_bytes()
    assert years.export()[:2] == (2, 2)
    years.have(reading(1, "Emma, too", year=2021))
    assert years.export() == (2, 1, (), ((years.path("undated dune"), years.path("undated emma-too")),), ())
    assert everything.read_bytes() == before


def test_a_checkout_with_other_line_ends_says_the_same(years: Years) -> None:
    """Git may give lines the ends of Windows: nothing is written, and what changes keeps them."""
    years.have(reading(1, review="Sand.\n\nSpice."), reading(2, "Emma"))
    years.export()
    for path in years.folder.iterdir():
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert years.export() == (2, 0, (), (), ())
    years.have(reading(1, year=2021, review="Sand.\n\nWorms."))
    assert years.export() == (2, 1, (), (), ())
    assert years.path("undated dune").read_bytes().endswith(b"\r\nSand.\r\n\r\nWorms.\r\n")
    assert years.export() == (2, 0, (), (), ())


def test_a_file_that_is_no_text_any_more_is_left(years: Years) -> None:
    """It may be damaged, and still be somebody's."""
    years.have(reading(1, review="Sand."))
    years.export()
    path = years.path("undated dune")
    path.write_bytes(path.read_bytes() + b"\xff\xfe")
    assert years.export() == (1, 0, (path,), (), ())


@pytest.mark.parametrize("uid", ["r 1", 'r"1', "r'1", "r#1", "rè1", "true", "1e5"])
@pytest.mark.parametrize("format_", FORMATS)
def test_a_uid_that_another_tool_made_is_found_again(years: Years, format_: ExportFormat, uid: str) -> None:
    """However it has to be written."""
    years.format = format_
    years.have(reading(1, uid=uid))
    assert years.export()[:2] == (1, 1)
    years.have(reading(1, uid=uid, year=2021, rating=3))
    assert years.export() == (1, 1, (), (), ())
    assert years.export() == (1, 0, (), (), ())


@pytest.mark.parametrize("format_", FORMATS)
def test_files_of_deleted_readings_go_when_asked(years: Years, format_: ExportFormat) -> None:
    """Those that nobody has edited: others are named. What was never in the journal is not touched."""
    years.format = format_
    years.have(reading(1), reading(2, "Emma"), reading(3, "Persuasion", review="x"), reading(4, "Stranger"))
    years.export()
    years.delete(1, 2, 3)
    years.forget(4)
    edited = years.path("undated persuasion")
    edited.write_text(edited.read_text().replace("x", "y"))
    assert years.export() == (0, 0, (), (), ())
    written = years.export(prune=True)
    assert written == (0, 0, (edited,), (), (years.path("undated dune"), years.path("undated emma")))
    assert names_in(years.folder) == [f"undated {name}{format_.SUFFIX}" for name in ("persuasion", "stranger")]


def test_an_older_export_of_a_deleted_reading_goes_too(years: Years) -> None:
    """Although the reading was changed once more before it was deleted; and its name is free at once."""
    years.have(reading(1, review="x"))
    years.export()
    years.have(reading(1, year=2021, review="y"))
    years.delete(1)
    years.have(reading(7))
    assert years.export(prune=True).removed == (years.path("undated dune"),)
    assert names_in(years.folder) == ["undated dune.md"]
    assert json_format.SUFFIX == ".json"
