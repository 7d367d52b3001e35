import os
import stat
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.ground.test_disk import no_room

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


@on_linux
def test_a_draft_is_synced_with_its_name(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the editor starts: the text first, then the directory that has its name."""
    real, synced = os.fsync, []

    def fsync(descriptor: int) -> None:
        found = os.fstat(descriptor)
        synced.append((found.st_ino, found.st_size if stat.S_ISREG(found.st_mode) else "directory"))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    draft = write_draft("12 dune", "x" * 1_000)
    assert synced == [(draft.stat().st_ino, 1_000), (draft.parent.stat().st_ino, "directory")]
    synced.clear()
    rewrite_draft(draft, "y" * 2_000)
    assert synced == [(draft.stat().st_ino, 2_000), (draft.parent.stat().st_ino, "directory")]


@on_linux
def test_editors_that_start_at_once_have_a_draft_each(state: Path) -> None:
    """However many begin in the same moment, every text is kept."""
    texts = [f"text {number}" for number in range(16)]
    with ThreadPoolExecutor(16) as pool:
        drafts = list(pool.map(lambda text: write_draft("12 dune", text), texts))
    assert [draft.read_text() for draft in drafts] == texts
    assert sorted(find_drafts("12 dune")) == sorted(drafts)


@on_linux
def test_a_draft_goes_through_no_link(state: Path, tmp_path: Path) -> None:
    """What somebody laid there under its name is not written to, whether it leads anywhere or not."""
    write_draft("12 dune", "one").unlink()
    (tmp_path / "mine").write_text("mine")
    (state / "drafts" / "12 dune.md").symlink_to(tmp_path / "mine")
    (state / "drafts" / "12 dune.2.md").symlink_to(tmp_path / "nothing")
    assert write_draft("12 dune", "two").name == "12 dune.3.md"
    assert (tmp_path / "mine").read_text() == "mine"
    assert not (tmp_path / "nothing").exists()


@on_linux
def test_whoever_reads_a_draft_sees_the_old_text_or_the_new_one(state: Path) -> None:
    """The editor of another terminal may have it open."""
    texts = {"old\n" * 50_000, "new\n" * 60_000}
    draft = write_draft("12 dune", min(texts))
    writer = threading.Thread(target=lambda: [rewrite_draft(draft, text) for _ in range(10) for text in texts])
    writer.start()
    while writer.is_alive():
        assert draft.read_text(encoding="utf-8") in texts
    writer.join()
    assert list((state / "drafts").iterdir()) == [draft]
    assert stat.S_IMODE(draft.stat().st_mode) == 0o600


@on_linux
def test_a_rewrite_on_a_full_disk_leaves_the_draft_as_it_was(state: Path) -> None:
    """A text that is on the disk is not given up for one that does not fit on it."""
    draft = write_draft("12 dune", "what I wrote")
    with pytest.raises(JournalUnusable, match="12 dune.md cannot be written: File too large"), no_room(1_000):
        rewrite_draft(draft, "x" * 2_000)
    assert draft.read_text() == "what I wrote"
    assert list((state / "drafts").iterdir()) == [draft]


@on_linux
def test_a_draft_that_does_not_fit_is_not_left_half(state: Path) -> None:
    """Nor shown as an earlier draft the next time."""
    with pytest.raises(JournalUnusable, match="No draft can be kept"), no_room(1_000):
        write_draft("12 dune", "x" * 2_000)
    assert find_drafts("12 dune") == []


@on_linux
def test_a_draft_of_another_book_is_not_found(state: Path) -> None:
    """Its title may begin with the same words."""
    other, second = write_draft("new dune-messiah", "one"), write_draft("new dune-2", "two")
    assert find_drafts("new dune") == []
    assert {*find_drafts()} == {other, second}
