import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from tests.given import make

from readlog.formats import json, markdown
from readlog.formats.files import whole_file, write_file, write_folder
from readlog.ground.errors import AlreadyThere, ReadlogError
from readlog.ground.model import Reading


def reading(id_: int, title: str = "Dune", **fields: object) -> Reading:
    """A reading as the journal gives it."""
    return replace(make(title, **fields), id=id_, uid=f"r{id_:016x}")


def test_a_file_is_whole_or_not_there(tmp_path: Path) -> None:
    """An error in the middle leaves the old file, and nothing beside it."""
    path = tmp_path / "out.md"
    path.write_text("old")
    with pytest.raises(KeyboardInterrupt), whole_file(path) as file:
        file.write("half")
        raise KeyboardInterrupt
    assert path.read_text() == "old"
    with whole_file(path) as file:
        file.write("new\n")
        assert path.read_text() == "old"
    assert path.read_bytes() == b"new\n"
    assert list(tmp_path.iterdir()) == [path]


def test_where_nothing_can_be_written_it_is_said(tmp_path: Path) -> None:
    """With the path, and with what was not changed."""
    with (
        pytest.raises(ReadlogError, match=r"missing.out\.md cannot be written"),
        whole_file(tmp_path / "missing" / "out.md"),
    ):
        pass
    blocked = tmp_path / "file"
    blocked.touch()
    with pytest.raises(ReadlogError, match="cannot be made"):
        write_folder(blocked / "folder", [], {}, ".md", markdown.write)


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """What it points to is replaced."""
    target, link = tmp_path / "target.md", tmp_path / "link.md"
    target.touch()
    link.symlink_to(target)
    write_file(link, [reading(1)], markdown.write)
    assert link.is_symlink()
    assert "title: Dune" in target.read_text()


def test_a_folder_gets_a_file_for_each_reading(tmp_path: Path) -> None:
    """In either format; a second export of the same writes nothing."""
    readings = [reading(1), reading(2, "Emma", rating=4)]
    for format_ in (markdown, json):
        folder = tmp_path / format_.SUFFIX
        names = {1: "undated dune", 2: "undated emma"}
        assert write_folder(folder, readings, names, format_.SUFFIX, format_.write) == (2, 2)
        stamps = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
        assert sorted(stamps) == [f"undated dune{format_.SUFFIX}", f"undated emma{format_.SUFFIX}"]
        assert write_folder(folder, readings, names, format_.SUFFIX, format_.write) == (2, 0)
        assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == stamps
        changed = [readings[0], replace(readings[1], rating=5.0)]
        assert write_folder(folder, changed, names, format_.SUFFIX, format_.write) == (2, 1)


def test_the_file_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    """The export goes beside it, under the number of the reading, or says that it cannot."""
    other = tmp_path / "undated dune.md"
    other.write_text("my own notes")
    names = {1: "undated dune"}
    assert write_folder(tmp_path, [reading(1)], names, ".md", markdown.write) == (1, 1)
    assert write_folder(tmp_path, [reading(1)], names, ".md", markdown.write) == (1, 0)
    assert other.read_text() == "my own notes"
    assert sorted(os.listdir(tmp_path)) == ["undated dune 1.md", "undated dune.md"]
    (tmp_path / "undated dune 1.md").write_text("mine too")
    with pytest.raises(AlreadyThere, match="Move it away"):
        write_folder(tmp_path, [reading(1)], names, ".md", markdown.write)
    assert (tmp_path / "undated dune 1.md").read_text() == "mine too"
