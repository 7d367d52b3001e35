"""Rows of lists, for properties: titles and names of every script, marks that join, words that are too long.

A joiner stands only inside of emoji: rich takes whatever follows one to be joined, even a blank.
"""

from hypothesis import strategies as st

from readlog.core.status import STATUSES
from readlog.readings.results import ListedReading
from tests.core.test_partial_date import DATES
from tests.core.test_ratings import QUARTERS

PIECES = st.sampled_from(
    [
        "a", "Dune ", "雪国", "한", "📚", "👨‍👩‍👧", "🇩🇪", "❤️", "e\u0301", "ก็", "\u05d0\u200f", "\u0645\u06cc\u200c\u062e", "ﬃ",
        "antidisestablishmentarianism" * 4, "\u200b", "\x1b[31m", "\n", "\t", "\x00", "\u202e", "[b]", ":smile:",
    ]
)  # fmt: skip
WORDS = st.lists(
    PIECES | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\u200d"), max_size=4), max_size=12
).map("".join)


def rows() -> st.SearchStrategy[ListedReading]:
    """Rows as any SQLite tool can have written them."""
    dates = st.none() | DATES.map(lambda when: when.edtf)
    return st.builds(
        ListedReading,
        st.sampled_from([1, 12, 123456]),
        st.sampled_from(STATUSES),
        dates,
        dates,
        st.none() | QUARTERS,
        WORDS.map(lambda words: f"t{words}"),
        st.none() | WORDS,
        st.sampled_from([1, 1, 2, 11]),
        st.none() | st.sampled_from(["133", "40%", "9" * 5000, "Chapter 3"]) | WORDS,
        st.none() | st.sampled_from([1, 224]),
    )
