from hypothesis import given
from hypothesis import strategies as st
from tests.given import CONTROLS
from tests.list_rows import WORDS, rows
from tests.screen import drawn

from readlog.readings.results import ListedReading
from readlog.search.plain import put_hits
from readlog.search.results import MARK_OFF, MARK_ON, Hit, Hits

DUNE = ListedReading(1, "finished", None, "2012-03", 4.0, "Dune", "Frank Herbert")


@given(st.lists(rows(), max_size=3), WORDS | st.none())
def test_a_hit_is_one_line_of_nine_columns(listed: list[ListedReading], passage: str | None) -> None:
    """Whatever is in it, and with nothing that moves the cursor."""
    lines = drawn(lambda: put_hits(Hits([Hit(row, 1.0, None, passage) for row in listed], 9)))
    assert [line.count("\t") for line in lines] == [8] * len(listed)
    assert not set("".join(lines)) & (set(CONTROLS) - {"\t"})


def test_a_passage_has_no_marks_in_a_pipe() -> None:
    """It is what was written, to be read on by another program."""
    passage = f"the {MARK_ON}bread{MARK_OFF} and the peace"
    (line,) = drawn(lambda: put_hits(Hits([Hit(DUNE, 1.0, "quote", passage)], 1)))
    assert line.split("\t")[7:] == ["quote", "the bread and the peace"]
