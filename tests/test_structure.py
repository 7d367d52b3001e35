"""What neither ruff nor import-linter can express of the structure of source and tests."""

import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src" / "readlog"
SOURCES = sorted(PACKAGE.rglob("*.py"))
TESTS = sorted(ROOT.glob("tests/**/*.py"))

ROLES = {"__init__", "results", "plain", "terminal", "output"}
"""Names that say which part a file has in its feature."""
BOTH_WAYS = {"goodreads"}
"""Services that are both read and written."""


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_a_file_name_says_which_file_it_is() -> None:
    """An editor's file picker and a traceback show little more than the name."""
    modules = [path for path in SOURCES if path.parent.name != "commands"]
    names = Counter(path.stem for path in modules)
    assert {name for name, files in names.items() if files > 1} <= ROLES | BOTH_WAYS


def test_tests_mirror_the_source() -> None:
    """`tests/search/test_ranking_*.py` tests `search/ranking.py`; a test of the whole program is in `tests/`."""
    lost = []
    for path in TESTS:
        folder = path.parent.relative_to(ROOT / "tests").as_posix()
        if not path.name.startswith("test_") or folder in (".", "evaluation"):
            continue
        modules = [module.stem.rstrip("_") for module in (PACKAGE / folder).glob("*.py")] + ["any"]
        if not any(f"{path.stem}_".startswith(f"test_{module}_") for module in modules):
            lost.append(_name(path))
    assert lost == []


@pytest.mark.parametrize("path", TESTS, ids=_name)
def test_no_module_is_named_in_a_string(path: Path) -> None:
    """A string is not renamed with the module; an object is. The code of a child process may import."""
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"""["']readlog\.\w+[\w.]*["']""", text) == []


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_no_statement_needs_a_later_sqlite_than_is_promised(path: Path) -> None:
    """The system's own may be as old as `OLDEST_SQLITE`, and newer words would fail there, one command at a time."""
    later = r"->>|\b(unixepoch|octet_length|string_agg)\(|DISTINCT FROM|(RIGHT|FULL) JOIN"
    assert not re.search(later, path.read_text(encoding="utf-8"))
