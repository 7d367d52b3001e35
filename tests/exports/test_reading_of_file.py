import time
from pathlib import Path

import pytest

from readlog.exports.reading_of_file import HEAD_BYTES, identify_file


def uid_of(folder: Path, text: str, suffix: str) -> str | None:
    """The uid of the reading that a file with this text is of."""
    path = folder / f"x{suffix}"
    path.write_text(text, encoding="utf-8")
    identity = identify_file(str(path), suffix)
    return identity.uid if identity else None


@pytest.mark.parametrize(
    ("text", "uid"),
    [
        ("---\nid: 1\nuid: r1\n---\n", "r1"),
        ("---\r\nid: 1\r\nuid: r1\r\n---\r\n", "r1"),
        ("\ufeff---\nuid: 'r1'   # mine\n...\n", "r1"),
        ('---\nuid: "r1" # x\n---\n', "r1"),
        ("---\nquotes: x\n" + "a: b\n" * HEAD_BYTES + "uid: r1\n---\n", "r1"),
        ("---\ntitle: x\nuid: r1\n\nno end\n", "r1"),
        ("---\ntitle: x\n---\nuid: r1\n", None),
        ("---\nquotes:\n  uid: r1\n---\n", None),
        ("---\nuid: r1\n---\nx\n<!-- readlog: next reading -->\n---\nuid: r2\n---\n", None),
        ("---\nuid: r1\n---\n\n\\<!-- readlog: next reading -->\n", "r1"),
        ('---\nuid: "r1\n---\n', None),
        ("---\nuid: \n---\n", None),
        ("uid: r1\n", None),
        ("", None),
    ],
)
def test_a_note_is_known_by_its_front_matter(tmp_path: Path, text: str, uid: str | None) -> None:
    """And a document of several readings, or of none, is not the file of one."""
    assert uid_of(tmp_path, text, ".md") == uid


@pytest.mark.parametrize(
    ("text", "uid"),
    [
        ('[\n{"id": 1, "uid": "r1", "book_uid": null}\n]\n', "r1"),
        ('[{"book_uid": null, "uid": "r1"}]', "r1"),
        ('[\n  {\n    "id": 1,\n    "uid": "r1",\n    "book_uid": "b"\n  }\n]\n', "r1"),
        ('[\n{"id": 1, "uid": "r1", "book_uid": null},\n{"id": 2, "uid": "r2", "book_uid": null}\n]\n', None),
        ('[{"id": 1, "uid": "r1", "book_uid": null}, {"uid": "r2"}]', None),
        ('[{"uid": 1, "book_uid": null}]', None),
        ('[{"title": "x"}]', None),
        ('["book_uid"]', None),
        ('{"uid": "r1", "book_uid": null}', None),
        ('[{"uid": "r1", "book_uid": ', None),
        ('["book_uid"' + "[" * 100_000, None),
        ("[]", None),
    ],
)
def test_json_is_known_by_its_only_record(tmp_path: Path, text: str, uid: str | None) -> None:
    """However it is laid out."""
    assert uid_of(tmp_path, text, ".json") == uid


def test_what_cannot_be_read_has_no_identity(tmp_path: Path) -> None:
    """A folder, and what is not there."""
    assert identify_file(str(tmp_path), ".md") is None
    assert identify_file(str(tmp_path / "x.md"), ".md") is None


def test_a_hostile_file_takes_no_long_time(tmp_path: Path) -> None:
    """However its lines go on."""
    begun = time.perf_counter()
    for text in ("---\nuid: a" + " " * 500_000 + "x\n---\n", "---\n" + "--- x\n" * 100_000, "---\nuid: r\n" + "\n<!-- readlog: next reading -->" + " " * 500_000 + "x"):  # fmt: skip
        uid_of(tmp_path, text, ".md")
    uid_of(tmp_path, '[\n{"id": 1, "uid": "' + '"' * 500_000, ".json")
    assert time.perf_counter() - begun < 3
