import os
import stat
import sys
from pathlib import Path

import pytest

from readlog.ground.errors import JournalUnusable
from readlog.storage.drafts import find_drafts, remove_draft, rewrite_draft, write_draft

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="the state directory is set by XDG here")


@on_linux
def test_a_draft_is_on_the_disk_and_its_owners_alone(state: Path) -> None:
    """0600 in a directory of 0700, from the moment it is there."""
    draft = write_draft("12 dune", "Pétrograd\n")
    assert draft == state / "drafts" / "12 dune.md"
    assert draft.read_bytes() == "Pétrograd\n".encode()
    assert stat.S_IMODE(draft.stat().st_mode) == 0o600
    assert stat.S_IMODE(draft.parent.stat().st_mode) == 0o700


@on_linux
def test_a_draft_never_takes_the_place_of_another(state: Path) -> None:
    """Two editors on one reading have two drafts, and both are found."""
    first, second = write_draft("12 dune", "one"), write_draft("12 dune", "two")
    os.utime(first, (1, 1))
    assert first.read_text() == "one"
    assert find_drafts("12 dune") == [first, second]
    remove_draft(first)
    remove_draft(first)
    assert find_drafts("12 dune") == [second]
    assert find_drafts("13") == []
    assert state.exists()


@on_linux
def test_a_draft_is_rewritten_in_one_move(state: Path) -> None:
    """It is wholly the old text or wholly the new one, and nothing else lies around."""
    draft = write_draft("12 dune", "one")
    rewrite_draft(draft, "two")
    assert draft.read_text() == "two"
    assert [each.name for each in (state / "drafts").iterdir()] == ["12 dune.md"]


@on_linux
def test_where_no_draft_can_be_kept_nobody_begins_to_write(state: Path) -> None:
    """The line names the directory."""
    state.parent.mkdir()
    state.touch()
    with pytest.raises(JournalUnusable, match="No draft can be kept in .*drafts"):
        write_draft("12 dune", "one")
    state.unlink()
    draft = write_draft("12 dune", "one")
    draft.unlink()
    draft.parent.rmdir()
    with pytest.raises(JournalUnusable, match="cannot be written"):
        rewrite_draft(draft, "two")
