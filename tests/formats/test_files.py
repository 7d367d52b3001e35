import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.given import make

from readlog.formats import json, markdown
from readlog.formats.files import Format, write_file, write_folder
from readlog.ground.errors import ReadlogError
from readlog.ground.model import Reading

FORMATS: tuple[Format, ...] = (markdown, json)
NAMES = {1: "undated dune", 2: "undated emma"}


def reading(id_: int, title: str = "Dune", **fields: object) -> Reading:
    """A reading as the journal gives it."""
    instants = {"created_at": "2020-01-01T00:00:00.000Z", "updated_at": "2020-01-02T00:00:00.000Z"}
    return replace(make(title, **fields), id=id_, uid=f"r{id_:016x}", **instants)


def test_a_file_has_everything_or_is_not_there(tmp_path: Path) -> None:
    """An error in the middle leaves the old file, and nothing beside it."""
    path = tmp_path / "out.md"
    path.write_text("old")

    def interrupted() -> Iterator[Reading]:
        yield reading(1)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_file(path, interrupted(), markdown)
    assert path.read_text() == "old"
    assert write_file(path, [reading(1)], markdown) == (1, 1, ())
    assert "title: Dune" in path.read_text()
    assert list(tmp_path.iterdir()) == [path]


def test_where_nothing_can_be_written_it_is_said(tmp_path: Path) -> None:
    """With the path, and with what was not changed."""
    with pytest.raises(ReadlogError, match=r"missing.out\.md cannot be written: .*Nothing was changed there"):
        write_file(tmp_path / "missing" / "out.md", [], markdown)
    blocked = tmp_path / "file"
    blocked.touch()
    with pytest.raises(ReadlogError, match="cannot be written"):
        write_folder(blocked / "folder", [], {}, markdown)


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """What it points to is replaced."""
    target, link = tmp_path / "target.md", tmp_path / "link.md"
    target.touch()
    link.symlink_to(target)
    write_file(link, [reading(1)], markdown)
    assert link.is_symlink()
    assert "title: Dune" in target.read_text()


@pytest.mark.parametrize("format_", FORMATS)
def test_a_folder_gets_a_file_for_each_reading(tmp_path: Path, format_: Format) -> None:
    """In either format; a second export writes only what changed."""
    readings = [reading(1), reading(2, "Emma", rating=4)]
    assert write_folder(tmp_path, readings, NAMES, format_) == (2, 2, ())
    stamps = {path.name: path.stat().st_ino for path in tmp_path.iterdir()}
    assert sorted(stamps) == [f"undated dune{format_.SUFFIX}", f"undated emma{format_.SUFFIX}"]
    assert write_folder(tmp_path, readings, NAMES, format_) == (2, 0, ())
    assert {path.name: path.stat().st_ino for path in tmp_path.iterdir()} == stamps
    changed = [readings[0], replace(readings[1], rating=5.0)]
    assert write_folder(tmp_path, changed, NAMES, format_) == (2, 1, ())


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("changed_too", [False, True])
def test_what_somebody_edited_there_stays(tmp_path: Path, format_: Format, changed_too: bool) -> None:
    """It is named and left, whether or not the journal has something newer: neither text may be lost."""
    write_folder(tmp_path, [reading(1, review="Sand.")], NAMES, format_)
    path = tmp_path / f"undated dune{format_.SUFFIX}"
    path.write_text(path.read_text().replace("Sand.", "Sand and spice."))
    later = reading(1, review="Sand, again." if changed_too else "Sand.")
    assert write_folder(tmp_path, [later], NAMES, format_) == (1, 0, (path,))
    assert "Sand and spice." in path.read_text()


@pytest.mark.parametrize("said", ["title: Dune", "updated_at: 2020-99-99T00:00:00.000Z"])
def test_an_export_that_lost_its_date_is_somebodys_own(tmp_path: Path, said: str) -> None:
    """What cannot be told apart from an edited file is left like one."""
    path = tmp_path / "undated dune.md"
    path.write_text(f"---\nuid: {reading(1).uid}\n{said}\n---\n")
    assert write_folder(tmp_path, [reading(1)], NAMES, markdown) == (1, 0, (path,))


def test_the_file_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    """The export goes beside it, under the number of the reading, or says that it cannot."""
    other = tmp_path / "undated dune.md"
    other.write_text("my own notes")
    assert write_folder(tmp_path, [reading(1)], NAMES, markdown) == (1, 1, ())
    assert write_folder(tmp_path, [reading(1)], NAMES, markdown) == (1, 0, ())
    assert other.read_text() == "my own notes"
    assert sorted(os.listdir(tmp_path)) == ["undated dune 1.md", "undated dune.md"]
    (tmp_path / "undated dune 1.md").write_text("mine too")
    with pytest.raises(ReadlogError, match="Move it away"):
        write_folder(tmp_path, [reading(1)], NAMES, markdown)
    assert (tmp_path / "undated dune 1.md").read_text() == "mine too"


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_link_in_a_folder_is_somebody_elses(tmp_path: Path) -> None:
    """Wherever it leads, and if it leads nowhere: nothing outside the folder is written."""
    folder, outside = tmp_path / "notes", tmp_path / "outside.md"
    folder.mkdir()
    (folder / "undated dune.md").symlink_to(outside)
    assert write_folder(folder, [reading(1)], NAMES, markdown) == (1, 1, ())
    assert not outside.exists()
    assert (folder / "undated dune 1.md").is_file()
