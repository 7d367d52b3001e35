import os
import sys
from pathlib import Path

import pytest

from readlog.core.errors import JournalUnusable
from readlog.storage.paths import has_drafts, journal_path, state_directory

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="the XDG directories are Linux's")


def test_a_named_journal_comes_before_the_environment_and_that_before_the_default(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """`--journal`, then READLOG_JOURNAL, then the platform's own place; `~` is the home directory."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert journal_path().endswith(os.path.join("readlog", "journal.db"))
    monkeypatch.setenv("READLOG_JOURNAL", "~/elsewhere.db")
    assert journal_path() == str(tmp_path / "elsewhere.db")
    assert journal_path(str(tmp_path / "named.db")) == str(tmp_path / "named.db")


@on_linux
def test_the_default_follows_xdg(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Data in XDG_DATA_HOME, drafts in XDG_STATE_HOME; a relative path there is no path."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    monkeypatch.setenv("XDG_STATE_HOME", "relative")
    assert journal_path() == "/data/readlog/journal.db"
    assert state_directory() == str(tmp_path / ".local/state/readlog")


@pytest.mark.parametrize(
    ("platform", "there"), [("darwin", "Library/Application Support/readlog"), ("win32", "AppData/Local/readlog")]
)
def test_other_systems_have_their_own_places(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, platform: str, there: str
) -> None:
    """MacOS keeps it in the Library, Windows in AppData."""
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.delenv("LOCALAPPDATA")
    assert Path(journal_path()) == tmp_path / there / "journal.db"


@on_linux
def test_without_a_home_the_reader_is_asked_for_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """As for a service, whose user has none."""
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)
    with pytest.raises(JournalUnusable, match="Name a file with --journal or READLOG_JOURNAL"):
        journal_path()


@on_linux
@pytest.mark.parametrize("home", ["", "reader"])
def test_a_home_that_is_no_absolute_path_is_none(monkeypatch: pytest.MonkeyPatch, home: str) -> None:
    """An empty one would be the root of the disk, another the folder that somebody happens to be in."""
    monkeypatch.setenv("HOME", home)
    with pytest.raises(JournalUnusable, match="There is no home directory"):
        journal_path()


def test_a_directory_of_drafts_with_nothing_in_it_has_none(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor one that is not there, or cannot be."""
    assert not has_drafts()
    (state / "drafts").mkdir(parents=True)
    assert not has_drafts()
    (state / "drafts" / "new.md").touch()
    assert has_drafts()
    monkeypatch.setenv("HOME", "")
    monkeypatch.delenv("XDG_STATE_HOME")
    assert not has_drafts()
