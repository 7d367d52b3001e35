"""The pictures of the documents: drawn as the terminal shows it, and as true as the sessions are."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from pictures.drawing import CELL, picture, pieces
from pictures.shots import PICTURES, SHOTS, make_all
from rich.cells import cell_len

from tests.storage.test_atomic_files_write import posix

ROOT = Path(__file__).parent.parent


def test_what_stands_in_a_column_stays_there() -> None:
    """Behind blanks, colours and wide characters alike."""
    found = [tuple(piece) for piece in pieces("\x1b[2m 12\x1b[0m  \x1b[1m雪国\x1b[0m   a b  \x1b[38;5;172m★★\x1b[0m")]
    assert found == [(1, "12", "dim"), (5, "雪国", "bold"), (12, "a b", ""), (17, "★★", "orange")]


def test_a_picture_is_well_formed_whatever_it_shows() -> None:
    """Signs of XML are text in it, and nothing is fetched or run."""
    drawn = picture("<script> & ]]> \"'\n\n  x", 20, "$ a < b & c", 'it "says" <x>')
    texts = ["".join(each.itertext()) for each in ET.fromstring(drawn)]
    assert "<script> & ]]> \"'" in texts
    assert "x" in texts
    assert not re.search(r"<script|href|url\(|@import|http(?!://www\.w3\.org/2000/svg)", drawn)


@posix
def test_the_pictures_are_those_of_today(tmp_path: Path) -> None:
    """Whoever changes what a command shows makes them anew: python -m pictures."""
    pytest.importorskip("pty")
    for name, drawn in make_all():
        assert (PICTURES / f"{name}.svg").read_text(encoding="utf-8") == drawn, name


def test_every_picture_stands_in_a_document() -> None:
    """None is made for nobody."""
    documents = [ROOT / "README.md", *sorted(ROOT.glob("docs/*.md"))]
    text = "".join(document.read_text(encoding="utf-8") for document in documents)
    assert [shot.name for shot in SHOTS if f"pictures/{shot.name}.svg" not in text] == []


@pytest.mark.parametrize("shot", SHOTS, ids=lambda shot: shot.name)
def test_nothing_runs_out_of_a_picture(shot: object) -> None:
    """No line is longer than the terminal, in 80 columns as in what is written down."""
    drawn = (PICTURES / f"{shot.name}.svg").read_text(encoding="utf-8")  # type: ignore[attr-defined]
    root = ET.fromstring(drawn)
    width = float(root.attrib["width"])
    for each in root.iter("{http://www.w3.org/2000/svg}text"):
        if "textLength" in each.attrib:
            assert float(each.attrib["x"]) + cell_len(each.text or "") * CELL <= width
