import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.given import TODAY, make
from tests.strategies import readings

from readlog.core.domain_model import Quote, Reading
from readlog.core.errors import NotFound
from readlog.core.merge_text import OR, THEIRS, YOURS
from readlog.core.parse_fields import replace_fields
from readlog.drafts.results import EditConflict
from readlog.journal import Journal
from readlog.readings.concurrent_edit import merge_edits

BASE = make(
    "Dune",
    authors=["Frank Herbert"],
    tags=["sf", "sand"],
    rating=4,
    started="2012",
    finished="2012",
    review="One.\n\nTwo.\n\nThree.",
)


def edit(**fields: object) -> Reading:
    """The book after an edit."""
    return replace_fields(BASE, fields, TODAY)


def test_different_fields_are_both_kept() -> None:
    """Of the book and of the reading; lists have what either has put in, and not what either has taken out."""
    mine = edit(rating=5, tags=["sf", "mine", "sand"], review="One.\n\nTwo, more.\n\nThree.")
    theirs = edit(pages=412, tags=["sf"], private_note="theirs", review="One.\n\nTwo.\n\nThree and four.")
    both = merge_edits(BASE, mine, theirs)
    assert (both.rating, both.book.pages, both.book.tags, both.private_note) == (5, 412, ("mine", "sf"), "theirs")
    assert both.review == "One.\n\nTwo, more.\n\nThree and four."


@settings(max_examples=40)
@given(readings(), readings())
def test_who_is_alone_gets_what_he_wrote(base: Reading, edited: Reading) -> None:
    """Whatever it is; and two who wrote the same have no quarrel."""
    assert merge_edits(base, edited, base) == edited._replace(id=base.id, uid=base.uid, created_at=base.created_at, updated_at=base.updated_at,
        book=edited.book._replace(uid=base.book.uid),
    )  # fmt: skip
    assert merge_edits(base, base, edited) == edited
    assert merge_edits(base, edited, edited) == edited


@settings(max_examples=40)
@given(readings(), readings(), readings())
def test_two_edits_are_one_or_a_conflict(base: Reading, mine: Reading, theirs: Reading) -> None:
    """In a conflict both versions are whole, and differ or have markers."""
    try:
        merge_edits(base, mine, theirs)
    except EditConflict as conflict:
        assert conflict.keys
        assert conflict.yours != conflict.theirs or YOURS in (conflict.yours.review or "")
        assert conflict.now == theirs


@pytest.mark.parametrize(
    ("mine", "theirs", "keys"),
    [
        ({"rating": 5}, {"rating": 3}, ("rating",)),
        ({"authors": ["F. Herbert"]}, {"authors": ["Frank P. Herbert"]}, ("authors",)),
        ({"started": "2012-06"}, {"finished": "2012-03"}, ("started", "finished")),
        ({"private_note": "a"}, {"private_note": "b"}, ("private_note",)),
        ({"extra": {"mood": "a"}}, {"extra": {"mood": "b"}}, ("extra",)),
        ({"review": ""}, {"review": "One.\n\nTwo!\n\nThree."}, ("review",)),
    ],
)
def test_the_same_field_is_a_conflict(mine: dict[str, object], theirs: dict[str, object], keys: tuple[str, ...]) -> None:  # fmt: skip
    """Both versions are told; everything else of both is in each."""
    with pytest.raises(EditConflict, match=f"also in: {', '.join(keys)}") as caught:
        merge_edits(BASE, edit(**mine, pages=1), edit(**theirs, language="en"))
    conflict = caught.value
    assert conflict.keys == keys
    assert conflict.yours == replace_fields(edit(**mine), {"pages": 1, "language": "en"}, TODAY)
    assert conflict.theirs == replace_fields(edit(**theirs), {"pages": 1, "language": "en"}, TODAY)


def test_the_same_lines_stand_between_markers() -> None:
    """Only they; what else both have written in the review is in it."""
    with pytest.raises(EditConflict) as caught:
        merge_edits(BASE, edit(review="One.\n\nMine.\n\nThree."), edit(review="One.\n\nTheirs.\n\nThree.\n\nFour."))
    assert caught.value.yours == caught.value.theirs
    assert caught.value.yours.review == f"One.\n\n{YOURS}\nMine.\n{OR}\nTheirs.\n{THEIRS}\n\nThree.\n\nFour."


@pytest.mark.parametrize("mine_is_gone", [True, False])
def test_a_quote_that_one_has_changed_and_the_other_taken_out_stays(*, mine_is_gone: bool) -> None:
    """Nothing that somebody has just written goes."""
    base = BASE._replace(quotes=(Quote("a line", uid="a"), Quote("another", uid="b")))
    gone = base._replace(quotes=base.quotes[1:])
    changed = base._replace(quotes=(Quote("a line", remark="yes", uid="a"), base.quotes[1]))
    both = merge_edits(base, *((gone, changed) if mine_is_gone else (changed, gone)))
    assert {quote.remark for quote in both.quotes if quote.uid == "a"} == {"yes"}


def test_what_is_saved_is_one_operation_and_tells_what_was_there(journal: Journal) -> None:
    """The reading as it is now, and what another has changed; nothing at all where it was so already."""
    id_ = journal.add(BASE)
    base = journal.get(id_)
    journal.edit(id_, lambda now: now._replace(private_note="theirs"))
    saved = journal.save(base, base._replace(rating=5))
    assert saved.reading == journal.get(id_)
    assert (journal.get(id_).rating, journal.get(id_).private_note) == (5, "theirs")
    assert saved.meanwhile == ["private_note"]
    assert journal.save(base, base._replace(rating=5)).reading is None


def test_a_reading_that_is_gone_is_not_written_to(journal: Journal) -> None:
    """Nor another one that has its number, in another file."""
    base = journal.get(journal.add(BASE))
    with pytest.raises(NotFound, match="was deleted meanwhile"):
        journal.save(base._replace(uid="another"), base)
    assert base.id
    journal.delete(base.id)
    with pytest.raises(NotFound, match="was deleted meanwhile"):
        journal.save(base, base._replace(rating=5))


@settings(max_examples=40)
@given(st.data())
def test_all_that_one_wrote_is_there(data: st.DataObject) -> None:
    """However the lines of two reviews are brought together, each line that either has written anew is in it."""
    lines = st.lists(st.sampled_from(["", "a", "b", "c"]), min_size=1, max_size=6).map("\n".join)
    base, mine, theirs = (data.draw(lines).strip() or "x" for _ in range(3))
    mine, theirs = f"mine\n{mine}", f"{theirs}\ntheirs"
    try:
        review = merge_edits(edit(review=base), edit(review=mine), edit(review=theirs)).review
    except EditConflict as conflict:
        review = conflict.yours.review
    assert review
    assert {"mine", "theirs"} <= set(review.split("\n"))
