import pytest
from hypothesis import given
from tests.given import TODAY, make
from tests.strategies import readings

from readlog.core.domain_model import Contributor, Reading
from readlog.core.errors import BadField
from readlog.core.reading_record import KEYS, changed_keys, from_record, to_record


def test_a_record_has_every_key_in_its_order() -> None:
    """Null or empty where nothing is known, and never left out."""
    record = to_record(make())
    assert list(record) == KEYS
    assert record["title"] == "Conquered City"
    assert record["rating"] is None
    assert record["tags"] == record["quotes"] == record["authors"] == []
    assert record["extra"] == {}


@given(readings())
def test_a_reading_survives_being_a_record(reading: Reading) -> None:
    """To a record and back it is the same reading, with every field it can have."""
    assert from_record(to_record(reading), TODAY) == reading


def test_a_record_may_leave_keys_out() -> None:
    """A title is enough, and the status of a record without one is finished."""
    reading = from_record({"title": "Dune", "status": None}, TODAY)
    assert (reading.book.title, reading.status, reading.id) == ("Dune", "finished", None)


def test_a_key_that_is_no_field_is_refused() -> None:
    """A slip of the pen in a file is not passed over."""
    with pytest.raises(BadField, match="ratng: there is no such field"):
        from_record({"title": "Dune", "ratng": 4}, TODAY)


def test_a_record_without_a_title_is_refused() -> None:
    """No empty book comes into being."""
    with pytest.raises(BadField, match="title: a book needs a title"):
        from_record({"rating": 4}, TODAY)


def test_what_the_journal_held_comes_in_as_it_was() -> None:
    """Even dates that nobody may type: they are not judged again."""
    reading = from_record(
        {"title": "Dune", "started": "2030", "finished": "2029", "id": 7, "uid": "r1", "book_uid": "b1"}, TODAY
    )
    assert reading.finished
    assert (reading.finished.edtf, reading.id, reading.uid, reading.book.uid) == ("2029", 7, "r1", "b1")


def test_the_keys_that_changed_are_named() -> None:
    """In the order of the record, without what the journal itself gives."""
    before = make(rating=4)
    after = before._replace(rating=5, updated_at="x", book=before.book._replace(contributors=(Contributor("A"),)))
    assert changed_keys(before, after) == ["authors", "rating"]
