"""Records of every kind, for properties: every field, hostile texts, all forms of dates, many quotes."""

from typing import Any

from hypothesis import strategies as st

from readlog.core.domain_model import Reading
from readlog.core.normalize_text import clean_line
from readlog.core.reading_record import from_record
from readlog.core.status import STATUSES
from tests.core.test_isbn import NINE
from tests.core.test_partial_date import DATES
from tests.core.test_ratings import QUARTERS
from tests.given import HOSTILE, TODAY

LINES = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30),
    st.sampled_from(HOSTILE),
    st.sampled_from(
        [
            "No",
            "null",
            "~",
            "1984",
            "012",
            "1e5",
            "2012-03-17",
            "a: b",
            "a #b",
            "- a",
            "{a}",
            "'",
            '"',
            "<!-- readlog: x",
        ]
    ),
).filter(lambda text: any(map(str.isalnum, clean_line(text))))
TEXTS = st.lists(LINES, max_size=6).map("\n".join) | st.sampled_from(
    [
        "---\n---",
        "<!-- readlog: next reading -->\n---\nid: 1\n---",
        "\\<!-- readlog: next reading -->",
        "    code",
        "# head\n\n- a\n",
    ]
)
KEYS = LINES.filter(lambda text: len(text) < 200)
NAMES = st.lists(LINES, max_size=3)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | LINES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)
QUOTES = st.fixed_dictionaries(
    {"text": LINES},
    optional={"page": LINES, "location": LINES, "remark": TEXTS, "marked_at": st.just("2019-03-17T10:15:00"),
              "uid": st.uuids().map(lambda uid: "q" + uid.hex[:16])},
)  # fmt: skip
PROGRESS_NOTES = st.fixed_dictionaries(
    {"at": LINES | st.sampled_from(["133", "40%", "p. 7"]), "date": DATES.map(lambda when: when.edtf)},
    optional={"remark": TEXTS},
)

FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "subtitle": LINES,
    "authors": NAMES,
    "contributors": st.lists(
        st.fixed_dictionaries({"name": LINES, "role": st.sampled_from(["translator", "editor", "photographer"])}),
        max_size=3,
    ),
    "series": LINES,
    "series_number": st.sampled_from(["1", "2.5", "1-3", "0"]),
    "isbn": NINE.map(lambda body: "978" + body).map(lambda body: body + _check(body)),
    "publisher": LINES,
    "published": st.integers(-800, 2026),
    "pages": st.integers(1, 9999),
    "language": LINES,
    "tags": NAMES,
    "status": st.sampled_from(STATUSES),
    "started": DATES.map(lambda when: when.edtf),
    "finished": DATES.map(lambda when: when.edtf),
    "rating": QUARTERS,
    "format": st.sampled_from(["print", "ebook", "audio"]),
    "review": TEXTS,
    "private_note": TEXTS,
    "quotes": st.lists(QUOTES, max_size=3, unique_by=lambda quote: quote.get("uid", id(quote))),
    "progress": st.lists(PROGRESS_NOTES, max_size=3),
    "pile": st.integers(0, 9999),
    "sources": NAMES,
    "extra": st.dictionaries(KEYS | st.sampled_from(["title", "extra", "review", "mood"]), JSON, max_size=3),
}


def _check(body: str) -> str:
    from readlog.core.isbn import check_digit_13

    return check_digit_13(body)


def readings() -> st.SearchStrategy[Reading]:
    """Readings as they come through the door, with any of their fields."""
    records = st.fixed_dictionaries({"title": LINES}, optional=FIELDS)
    return records.map(lambda record: from_record(record, TODAY))
