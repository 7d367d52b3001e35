import os
import stat
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from shutil import copyfile, rmtree

import pytest
from tests.storage.test_atomic_files_write import no_room

from readlog.core.errors import ConflictingChange, JournalUnusable
from readlog.drafts.draft_files import (
    create_draft,
    create_temporary_draft,
    form_digest,
    list_unsaved_drafts,
    open_draft,
    other_journals_with_drafts,
    remove_unchanged_forms,
)
from readlog.drafts.results import DraftTarget

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="the state directory is set by XDG here")


def write_draft(name: str, text: str, target: DraftTarget = DraftTarget()) -> Path:  # noqa: B008 (it is frozen)
    """A draft that nobody works on."""
    with create_draft(name, text, target) as draft:
        return draft.path


def texts(name: str | None = None) -> list[Path]:
    """The texts of the unsaved drafts, by number."""
    return [each.path for each in list_unsaved_drafts("/a", name)]


def rewrite(path: Path, text: str) -> None:
    """Replace the text of a draft."""
    (unsaved,) = (each for each in list_unsaved_drafts("/a") if each.path == path)
    with open_draft(unsaved) as draft:
        draft.write_text(text)


def files_of(draft: Path) -> set[Path]:
    """What lies in the folder of a draft."""
    return set(draft.parent.iterdir())


@on_linux
def test_a_draft_is_on_the_disk_and_its_owners_alone(state: Path) -> None:
    """0600 in a directory of 0700, from the moment it is there."""
    draft = write_draft("12 dune", "Pétrograd\n")
    assert draft == state / "drafts" / "12 dune" / "12 dune.md"
    assert draft.read_bytes() == "Pétrograd\n".encode()
    assert stat.S_IMODE(draft.stat().st_mode) == 0o600
    assert stat.S_IMODE(draft.parent.stat().st_mode) == 0o700


@on_linux
def test_a_draft_never_takes_the_place_of_another(state: Path) -> None:
    """Two editors on one reading have two drafts, and both are found."""
    first, second = write_draft("12 dune", "one"), write_draft("12 dune", "two")
    assert first.read_text() == "one"
    assert texts("12 dune") == [first, second]
    with open_draft(list_unsaved_drafts("/a")[0]) as draft:
        draft.remove()
        draft.remove()
    assert texts("12 dune") == [second]
    assert texts("13") == []
    assert list((state / "drafts").iterdir()) == [second.parent]


@on_linux
def test_a_draft_is_rewritten_in_one_move(state: Path) -> None:
    """It is wholly the old text or wholly the new one, and nothing else lies around."""
    draft = write_draft("12 dune", "one")
    rewrite(draft, "two")
    assert draft.read_text() == "two"
    assert list((state / "drafts").iterdir()) == [draft.parent]
    assert {each.name for each in files_of(draft)} == {"12 dune.md", "draft.json", "lock"}


@on_linux
def test_where_no_draft_can_be_kept_nobody_begins_to_write(state: Path) -> None:
    """The line names the directory."""
    state.parent.mkdir()
    state.touch()
    with pytest.raises(JournalUnusable, match="No draft can be kept in .*drafts"):
        write_draft("12 dune", "one")
    state.unlink()
    with create_draft("12 dune", "one", DraftTarget()) as draft:
        rmtree(state)
        state.touch()
        with pytest.raises(JournalUnusable, match="cannot be written"):
            draft.write_text("two")


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
    target = draft.with_name("draft.json")
    assert synced == [
        (target.stat().st_ino, target.stat().st_size), (draft.stat().st_ino, 1_000),
        (draft.parent.stat().st_ino, "directory"), ((state / "drafts").stat().st_ino, "directory"),
    ]  # fmt: skip
    synced.clear()
    rewrite(draft, "y" * 2_000)
    assert synced == [(draft.stat().st_ino, 2_000), (draft.parent.stat().st_ino, "directory")]


@on_linux
def test_editors_that_start_at_once_have_a_draft_each(state: Path) -> None:
    """However many begin in the same moment, every text is kept."""
    written = [f"text {number}" for number in range(16)]
    with ThreadPoolExecutor(16) as pool:
        drafts = list(pool.map(lambda text: write_draft("12 dune", text), written))
    assert [draft.read_text() for draft in drafts] == written
    assert sorted(texts("12 dune")) == sorted(drafts)
    assert state.exists()


@on_linux
def test_a_draft_goes_through_no_link(state: Path, tmp_path: Path) -> None:
    """What somebody laid there under its name is not written to, whether it leads anywhere or not."""
    draft = write_draft("12 dune", "one")
    draft.unlink()
    (tmp_path / "mine").write_text("mine")
    draft.symlink_to(tmp_path / "mine")
    (tmp_path / "folder").mkdir()
    (state / "drafts" / "12 dune.2").symlink_to(tmp_path / "folder")
    (state / "drafts" / "12 dune.3").symlink_to(tmp_path / "nothing")
    assert write_draft("12 dune", "two").name == "12 dune.4.md"
    assert (tmp_path / "mine").read_text() == "mine"
    assert list((tmp_path / "folder").iterdir()) == []
    assert not (tmp_path / "nothing").exists()


@on_linux
def test_whoever_reads_a_draft_sees_the_old_text_or_the_new_one(state: Path) -> None:
    """The editor of another terminal may have it open."""
    versions = {"old\n" * 50_000, "new\n" * 60_000}
    draft = write_draft("12 dune", min(versions))
    writer = threading.Thread(target=lambda: [rewrite(draft, text) for _ in range(10) for text in versions])
    writer.start()
    while writer.is_alive():
        assert draft.read_text(encoding="utf-8") in versions
    writer.join()
    assert {each.name for each in files_of(draft)} == {"12 dune.md", "draft.json", "lock"}
    assert state.exists()
    assert stat.S_IMODE(draft.stat().st_mode) == 0o600


@on_linux
def test_a_rewrite_on_a_full_disk_leaves_the_draft_as_it_was(state: Path) -> None:
    """A text that is on the disk is not given up for one that does not fit on it."""
    draft = write_draft("12 dune", "what I wrote")
    with pytest.raises(JournalUnusable, match="12 dune.md cannot be written: File too large"), no_room(1_000):
        rewrite(draft, "x" * 2_000)
    assert draft.read_text() == "what I wrote"
    assert {each.name for each in files_of(draft)} == {"12 dune.md", "draft.json", "lock"}
    assert state.exists()


@on_linux
def test_a_draft_that_does_not_fit_is_not_left_half(state: Path) -> None:
    """Nor shown as an earlier draft the next time."""
    for room in (1, 1_000):
        with pytest.raises(JournalUnusable, match="No draft can be kept"), no_room(room):
            write_draft("12 dune", "x" * 2_000)
        assert texts("12 dune") == []
        assert list((state / "drafts").iterdir()) == []


@on_linux
def test_a_draft_of_another_book_is_not_found(state: Path) -> None:
    """Its title may begin with the same words."""
    other, second = write_draft("new dune-messiah", "one"), write_draft("new dune-2", "two")
    assert texts("new dune") == []
    assert texts() == [other, second]
    assert state.exists()


@on_linux
def test_what_a_draft_is_for_is_known(state: Path) -> None:
    """Of which journal, since when, of which state of which reading; each has a number that stays its own."""
    target = DraftTarget("/a/journal.db", "2026-11-22T12:00:00.000Z", uid="r1", base={"title": "Pétrograd"})
    for name in ("12 dune", "new emma"):
        write_draft(name, name, target)
    write_draft("other", "of another journal", DraftTarget("/b/journal.db"))
    first, second = list_unsaved_drafts("/a/journal.db")
    assert [first.target.number, second.target.number] == [1, 2]
    assert (first.target.uid, first.is_open, first.path.read_text()) == ("r1", False, "12 dune")
    with open_draft(first) as draft:
        assert draft.target.base == {"title": "Pétrograd"}
        draft.remove()
    assert [each.target.number for each in list_unsaved_drafts("/a/journal.db")] == [2]
    assert {stat.S_IMODE(each.stat().st_mode) for each in files_of(second.path)} == {0o600}
    assert stat.S_IMODE(second.path.parent.stat().st_mode) == 0o700
    assert {each.name for each in (state / "drafts").iterdir()} == {"new emma", "other"}


@on_linux
def test_a_draft_that_somebody_works_on_is_let_alone(state: Path) -> None:
    """It is known to be open, until the process is done with it or dead."""
    with create_draft("12 dune", "one", DraftTarget()) as draft:
        draft.write_text("two")
        draft.write_target(draft.target)
        (waiting,) = list_unsaved_drafts("/a")
        assert waiting.is_open
        with pytest.raises(ConflictingChange, match="is open in another terminal"):
            open_draft(waiting)
    assert not list_unsaved_drafts("/a")[0].is_open
    with open_draft(waiting):
        assert list_unsaved_drafts("/a")[0].is_open


@on_linux
def test_a_draft_without_a_target_is_found(state: Path) -> None:
    """Only its text is known: it is of the first version, or its target is damaged or gone."""
    (state / "drafts").mkdir(parents=True)
    (state / "drafts" / "new dune.md").write_text("an old text")
    write_draft("12 emma", "a text", DraftTarget("/elsewhere")).with_name("draft.json").write_text('{"journal": ')
    waiting = list_unsaved_drafts("/a")
    assert [each.target.number for each in waiting] == [1, 2]
    for each in waiting:
        with open_draft(each) as draft:
            draft.remove()
    assert list_unsaved_drafts("/a") == []


@on_linux
def test_a_form_that_nobody_wrote_in_does_not_wait(state: Path) -> None:
    """Nor an empty file, nor what editors lay beside drafts; a word in it, and it does."""
    form = "a form\n"
    draft = write_draft("12 dune", form, DraftTarget(form_digest=form_digest(form)))
    for litter in (".12 dune.md.swp", "12 dune.md~", ".readlog-x.md"):
        (state / "drafts" / litter).write_text("x")
        draft.with_name(litter).write_text("x")
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
        assert draft.path.parent.parent == tmp_path
        assert draft.path.read_text() == "my words"
        assert stat.S_IMODE(draft.path.stat().st_mode) == 0o600
        draft.remove()
        assert list(tmp_path.iterdir()) == []


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
        draft.write_text("two")
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
    first, second = (write_draft(name, "text", DraftTarget("/a")) for name in ("12 dune", "13 emma"))
    copyfile(first.with_name("draft.json"), second.with_name("draft.json"))
    assert state.exists()
    assert {each.target.number for each in list_unsaved_drafts("/a")} == {1, 2}


@on_linux
def test_a_link_that_leads_nowhere_hides_no_draft(state: Path) -> None:
    """An editor may have left one."""
    draft = write_draft("12 dune", "one")
    draft.with_name("12 dune.9.md").symlink_to("/nowhere")
    for link in ("12 dune.8", "12 dune.9.md"):
        (state / "drafts" / link).symlink_to("/nowhere")
    assert [each.path.stem for each in list_unsaved_drafts("/a")] == ["12 dune"]
    remove_unchanged_forms("12 dune")


@on_linux
@pytest.mark.parametrize(
    "known",
    ['{"journal": 5}', '{"journal": "a\\u0000b", "base": 1}', '{"number": "x"}', '{"number": null}', '{"number": -1}', '{"form_digest": 4}',
     '{"reference": 3, "fields": 7}', '{"else": 1}', "[]", "\0\0\0", '{"number": 7, "base": 5}', '{"number": 7}\n5'],
)  # fmt: skip
def test_a_draft_is_found_whatever_is_said_of_it(state: Path, known: str) -> None:
    """What a failing disk has made of it is no reason to hide the text, or to refuse another draft."""
    write_draft("12 dune", "one", DraftTarget("/a")).with_name("draft.json").write_text(f"{known}\n")
    assert state.exists()
    journal = "a\0b" if "0000b" in known else "/a"
    (waiting,) = list_unsaved_drafts(journal)
    assert waiting.target.number > 0
    with open_draft(waiting) as draft:
        assert draft.target.base is None
    write_draft("13 emma", "two")


@on_linux
def test_a_folder_that_an_editor_removed_is_restored(state: Path) -> None:
    """With the target and the lock: the text is as safe as before."""
    with create_draft("12 dune", "one", DraftTarget("/a", base={"title": "Dune"})) as draft:
        rmtree(state / "drafts")
        draft.write_text("two")
        (unsaved,) = list_unsaved_drafts("/a")
        assert unsaved.is_open
    with open_draft(unsaved) as again:
        assert (again.path.read_text(), again.target) == ("two", draft.target)
    assert stat.S_IMODE(draft.path.parent.stat().st_mode) == 0o700


@on_linux
def test_a_folder_with_a_backup_of_an_editor_is_used_again(state: Path) -> None:
    """The backup stays, and is no draft."""
    with create_draft("12 dune", "one", DraftTarget("/a")) as draft:
        draft.path.with_name("12 dune.md~").write_text("backup")
        draft.remove()
    assert list_unsaved_drafts("/a") == []
    assert write_draft("12 dune", "two") == draft.path
    assert {each.name for each in files_of(draft.path)} == {"12 dune.md", "12 dune.md~", "draft.json", "lock"}
    assert state.exists()


@on_linux
def test_a_folder_of_a_removal_that_was_killed_is_used_again(state: Path) -> None:
    """The text goes first; what it was for does not hold for the next draft of the name."""
    draft = write_draft("12 dune", "one", DraftTarget("/a", uid="r1"))
    draft.unlink()
    assert list_unsaved_drafts("/a") == []
    assert write_draft("12 dune", "two", DraftTarget("/a")) == draft
    (unsaved,) = list_unsaved_drafts("/a")
    assert unsaved.target.uid is None
    assert state.exists()


def lay_earlier_draft(state: Path, name: str, text: str, *lines: str) -> tuple[Path, Path]:
    """A draft as an earlier version wrote it: the text, and the target in another folder."""
    path, target = state / "drafts" / f"{name}.md", state / "drafts-for" / f"{name}.json"
    for each in (path, target):
        each.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.write_text(text)
    target.write_text("".join(f"{line}\n" for line in lines))
    return path, target


EARLIER = (
    '{"journal": "/a", "begun": "2026-11-22T10:00:00.000Z", "number": 3, "uid": null, "untouched": null, '
    '"named": "dune", "given": {"rating": "5"}, "again": true, "new_book": false}'
)


@on_linux
def test_a_draft_of_an_earlier_version_is_used_where_it_is(state: Path) -> None:
    """Its target is known, it can be written and saved, and nothing of it is left."""
    path, target = lay_earlier_draft(state, "12 dune", "one", EARLIER, '{"title": "Dune"}')
    other = write_draft("12 dune", "two", DraftTarget("/a"))
    first, second = list_unsaved_drafts("/a", "12 dune")
    assert (first.path, first.target.number) == (path, 3)
    assert (second.path, second.target.number) == (other, 4)
    with open_draft(first) as draft:
        assert draft.target == DraftTarget(
            "/a", "2026-11-22T10:00:00.000Z", 3, None, None, "dune", {"rating": "5"}, True, False, {"title": "Dune"}
        )
        draft.write_target(draft.target._replace(base={"title": "Emma"}))
        draft.write_text("three")
        assert list_unsaved_drafts("/a")[0].is_open
        with pytest.raises(ConflictingChange):
            open_draft(first)
        assert path.read_text() == "three"
        draft.remove()
    assert (path.exists(), target.exists(), other.exists()) == (False, False, True)


@on_linux
def test_an_earlier_version_that_works_on_its_draft_is_noticed(state: Path) -> None:
    """The lock of an earlier version is on the target."""
    import fcntl

    path, target = lay_earlier_draft(state, "12 dune", "one", EARLIER, "null")
    with target.open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        (unsaved,) = list_unsaved_drafts("/a")
        assert unsaved.is_open
        with pytest.raises(ConflictingChange):
            open_draft(unsaved)
    with open_draft(unsaved) as draft:
        draft.discard()
    assert (path.exists(), target.exists()) == (False, False)


@on_linux
def test_a_form_of_an_earlier_version_that_nobody_wrote_in_is_removed(state: Path) -> None:
    """As one of this version."""
    known = EARLIER.replace('"untouched": null', f'"untouched": "{form_digest("a form")}"')
    path, target = lay_earlier_draft(state, "12 dune", "a form", known, "null")
    assert list_unsaved_drafts("/a") == []
    remove_unchanged_forms("12 dune")
    assert (path.exists(), target.exists()) == (False, False)
