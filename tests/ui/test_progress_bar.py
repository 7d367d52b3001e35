from tests.screen import Script, without_colours

from readlog.ui.progress_bar import progress_bar

SCRIPT = """
import time
from readlog.ui.progress_bar import progress_bar
with progress_bar(lambda: 40, "the rest") as follow:
    for row in follow(range(40), lambda row: row):
        time.sleep(0.02)
print("done")
"""


def test_in_a_pipe_nothing_is_drawn_and_nothing_counted() -> None:
    """The rows go by as they are."""
    with progress_bar(lambda: 1 // 0, "") as follow:
        assert list(follow(["a", "b"], len)) == ["a", "b"]


def test_a_terminal_gets_a_bar_that_goes_away() -> None:
    """With rows, rows a second, and what comes after the last; what is printed then stands where it was."""
    script = Script(SCRIPT)
    shown = without_colours(script.end())
    assert "rows/s" in shown
    assert "40 rows  the rest" in shown
    assert shown.rstrip().endswith("done")
