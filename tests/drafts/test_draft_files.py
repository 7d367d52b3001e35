import os
import stat
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from shutil import copyfile

import pytest
from tests.storage.test_atomic_files_write import no_room

from readlog.core.errors import ConflictingChange, JournalUnusable
from readlog.drafts.draft_files import (
    create_draft,
    create_temporary_draft,
    find_drafts,
    form_digest,
    list_unsaved_drafts,
    open_draft,
    other_journals_with_drafts,
    remove_draft,
    remove_unchanged_forms,
    rewrite_draft,
)
from readlog.drafts.results import DraftTarget

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="the state directory is set by XDG here")


def write_draft(name: str, text: str, purpose: DraftTarget = DraftTarget()) -> Path:  # noqa: B008 (it is frozen)
    """A draft that nobody works on."""
    with create_draft(name, text, purpose) as draft:
        return draft.path


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
    purpose = state / "drafts-for" / "12 dune.json"
    assert synced == [
        (purpose.stat().st_ino, purpose.stat().st_size), (purpose.parent.stat().st_ino, "directory"),
        (draft.stat().st_ino, 1_000), (draft.parent.stat().st_ino, "directory"),
    ]  # fmt: skip
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
    for room in (1, 1_000):
        with pytest.raises(JournalUnusable, match="No draft can be kept"), no_room(room):
            write_draft("12 dune", "x" * 2_000)
        assert find_drafts("12 dune") == []
        assert list((state / "drafts-for").iterdir()) == []


@on_linux
def test_a_draft_of_another_book_is_not_found(state: Path) -> None:
    """Its title may begin with the same words."""
    other, second = write_draft("new dune-messiah", "one"), write_draft("new dune-2", "two")
    assert find_drafts("new dune") == []
    assert {*find_drafts()} == {other, second}


@on_linux
def test_what_a_draft_is_for_is_known(state: Path) -> None:
    """Of which journal, since when, of which state of which reading; each has a number that stays its own."""
    purpose = DraftTarget("/a/journal.db", "2026-11-22T12:00:00.000Z", uid="r1", base={"title": "Pétrograd"})
    for name in ("12 dune", "new emma"):
        write_draft(name, name, purpose)
    write_draft("other", "of another journal", DraftTarget("/b/journal.db"))
    first, second = list_unsaved_drafts("/a/journal.db")
    assert [first.purpose.number, second.purpose.number] == [1, 2]
    assert (first.purpose.uid, first.is_open, first.path.read_text()) == ("r1", False, "12 dune")
    with open_draft(first) as draft:
        assert draft.purpose.base == {"title": "Pétrograd"}
        draft.remove()
    assert [each.purpose.number for each in list_unsaved_drafts("/a/journal.db")] == [2]
    assert {stat.S_IMODE(each.stat().st_mode) for each in (state / "drafts-for").iterdir()} == {0o600}
    assert stat.S_IMODE((state / "drafts-for").stat().st_mode) == 0o700


@on_linux
def test_a_draft_that_somebody_works_on_is_let_alone(state: Path) -> None:
    """It is known to be open, until the process is done with it or dead."""
    with create_draft("12 dune", "one", DraftTarget()) as draft:
        draft.rewrite("two")
        draft.rewrite_purpose(draft.purpose)
        (waiting,) = list_unsaved_drafts("/a")
        assert waiting.is_open
        with pytest.raises(ConflictingChange, match="is open in another terminal"):
            open_draft(waiting)
    assert not list_unsaved_drafts("/a")[0].is_open
    with open_draft(waiting):
        assert list_unsaved_drafts("/a")[0].is_open


@on_linux
def test_a_draft_of_an_earlier_version_is_found(state: Path) -> None:
    """Nothing is known of it but its text; nor of one whose file beside it is damaged."""
    (state / "drafts").mkdir(parents=True)
    (state / "drafts" / "new dune.md").write_text("an old text")
    write_draft("12 emma", "a text", DraftTarget("/elsewhere"))
    (state / "drafts-for" / "12 emma.json").write_text('{"journal": ')
    waiting = list_unsaved_drafts("/a")
    assert [each.purpose.number for each in waiting] == [1, 2]
    for each in waiting:
        with open_draft(each) as draft:
            draft.remove()
    assert list_unsaved_drafts("/a") == []


@on_linux
def test_a_form_that_nobody_wrote_in_does_not_wait(state: Path) -> None:
    """Nor an empty file, nor what editors lay beside drafts; a word in it, and it does."""
    form = "a form\n"
    draft = write_draft("12 dune", form, DraftTarget(untouched=form_digest(form)))
    for litter in (".12 dune.md.swp", "12 dune.md~", ".readlog-x.md"):
        (state / "drafts" / litter).write_text("x")
    write_draft("12 emma", "")
    assert list_unsaved_drafts("/a") == []
    draft.write_text("a word\n")
    assert [each.path for each in list_unsaved_drafts("/a")] == [draft]
    remove_unchanged_forms("12 dune")
    assert draft.exists()
    draft.write_text(form)
    remove_unchanged_forms("12 dune")
    assert not draft.exists()


@on_linux
def test_where_no_draft_can_be_kept_a_text_finds_another_place(state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    """Among the temporary files, its owner's alone."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with create_temporary_draft("12 dune", "my words") as draft:
        assert draft.path.parent == tmp_path
        assert draft.path.read_text() == "my words"
        assert stat.S_IMODE(draft.path.stat().st_mode) == 0o600
        draft.remove()
        assert not draft.path.exists()


@on_linux
@pytest.mark.parametrize("kind", ["link", "directory"])
def test_what_an_editor_put_in_the_place_of_a_draft_is_not_written_to(state: Path, tmp_path: Path, kind: str) -> None:
    """The text is in a draft all the same."""
    with create_draft("12 dune", "one", DraftTarget("/a")) as draft:
        (tmp_path / "mine").write_text("mine")
        draft.path.unlink()
        if kind == "link":
            draft.path.symlink_to(tmp_path / "mine")
        else:
            draft.path.mkdir()
        draft.rewrite("two")
    (waiting,) = list_unsaved_drafts("/a")
    assert waiting.path.read_text() == "two"
    assert (tmp_path / "mine").read_text() == "mine"


@on_linux
def test_a_draft_is_found_by_every_name_of_its_journal(state: Path, tmp_path: Path) -> None:
    """A link to it, or to its folder; those of another journal are named."""
    (tmp_path / "a").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "a")
    journal, linked = str(tmp_path / "a" / "journal.db"), str(tmp_path / "link" / "journal.db")
    write_draft("12 dune", "one", DraftTarget(linked))
    write_draft("13 emma", "two", DraftTarget(journal))
    write_draft("14 ubik", "three", DraftTarget("/elsewhere"))
    for each in (journal, linked):
        assert [draft.path.stem for draft in list_unsaved_drafts(each)] == ["12 dune", "13 emma"]
        assert other_journals_with_drafts(each) == ["/elsewhere"]


@on_linux
def test_drafts_that_began_at_once_have_a_number_each(state: Path) -> None:
    """Whoever names one gets that one."""
    write_draft("12 dune", "one", DraftTarget("/a"))
    write_draft("13 emma", "two", DraftTarget("/a"))
    copyfile(state / "drafts-for" / "12 dune.json", state / "drafts-for" / "13 emma.json")
    assert {each.purpose.number for each in list_unsaved_drafts("/a")} == {1, 2}


@on_linux
def test_a_link_that_leads_nowhere_hides_no_draft(state: Path) -> None:
    """An editor may have left one."""
    write_draft("12 dune", "one")
    (state / "drafts" / "12 dune.9.md").symlink_to("/nowhere")
    assert [each.path.stem for each in list_unsaved_drafts("/a")] == ["12 dune"]
    remove_unchanged_forms("12 dune")


@on_linux
@pytest.mark.parametrize(
    "known",
    ['{"journal": 5}', '{"journal": "a\\u0000b"}', '{"number": "x"}', '{"number": null}', '{"number": -1}', '{"untouched": 4}',
     '{"named": 3, "given": 7}', '{"else": 1}', "[]", "\0\0\0", '{"number": 7}\n5'],
)  # fmt: skip
def test_a_draft_is_found_whatever_is_said_of_it(state: Path, known: str) -> None:
    """What a failing disk has made of it is no reason to hide the text, or to refuse another draft."""
    write_draft("12 dune", "one", DraftTarget("/a"))
    (state / "drafts-for" / "12 dune.json").write_text(f"{known}\n")
    journal = "a\0b" if "0000b" in known else "/a"
    (waiting,) = list_unsaved_drafts(journal)
    assert waiting.purpose.number > 0
    with open_draft(waiting) as draft:
        assert draft.purpose.base is None
    write_draft("13 emma", "two")
