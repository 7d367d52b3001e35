from tests.screen import drawn

from readlog.ui.plain_lines import put_rows


def test_rows_are_tab_separated() -> None:
    """Nothing for what is not known, no zero behind a whole number, and no tab or line break within a cell."""
    assert drawn(lambda: put_rows([("a", None, 0, 1.5, "b\tc\nd")])) == ["a\t\t0\t1.5\tb c d"]
