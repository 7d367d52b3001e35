"""The house rules that a machine can keep."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = sorted(ROOT.glob("src/**/*.py"))
TESTS = sorted(ROOT.glob("tests/**/*.py"))
WORDS = {"utils", "util", "helper", "helpers", "manager", "handler", "misc", "common"}


def functions(path: Path) -> list[ast.FunctionDef]:
    """Every function of a module, wherever it stands."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


@pytest.mark.parametrize("path", [path for path in TESTS if path.name.startswith("test_")], ids=lambda path: path.name)
def test_every_test_says_what_it_promises(path: Path) -> None:
    """In a sentence: with a capital letter or a sign of code, and a full stop."""
    for each in functions(path):
        if each.name.startswith("test_"):
            sentence = ast.get_docstring(each)
            assert sentence, each.name
            assert sentence[0].isupper() or sentence[0] in "`0123456789$", each.name
            assert sentence.rstrip().endswith((".", "?")), each.name


def test_names_are_words_of_the_field() -> None:
    """No module is called after nothing in particular."""
    assert [path for path in SOURCES + TESTS if set(path.stem.split("_")) & WORDS] == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_statement_needs_a_later_sqlite_than_is_promised(path: Path) -> None:
    """The system's own may be as old as `OLDEST_SQLITE`, and newer words would fail there, one command at a time."""
    later = r"->>|\b(unixepoch|octet_length|string_agg)\(|DISTINCT FROM|(RIGHT|FULL) JOIN"
    assert not re.search(later, path.read_text(encoding="utf-8"))
