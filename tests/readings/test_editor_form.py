import pytest
from hypothesis import given
from tests.given import TODAY, make
from tests.strategies import readings

from readlog.core.domain_model import Reading
from readlog.core.errors import BadInput
from readlog.core.reading_record import from_record
from readlog.readings.editor_form import read_form, write_form
from readlog.ui.editor_instructions import SCISSORS, with_error

ADDED = {
    "id": 12,
    "uid": "r1",
    "book_uid": "b1",
    "title": "Dune",
    "created_at": "2020-01-01T00:00:00.000Z",
    "updated_at": "2021-01-01T00:00:00.000Z",
}


@given(readings())
def test_a_form_that_nobody_touched_changes_nothing(reading: Reading) -> None:
    """Saved as it was opened it is the same reading, with an error on top or not."""
    form = write_form(reading)
    assert read_form(form, reading, TODAY) == reading
    assert read_form(with_error(form, "line 3: --> what"), reading, TODAY) == reading
    assert read_form(form.replace("\n", "\r\n"), reading, TODAY) == reading


def test_the_form_says_what_can_be_added() -> None:
    """Below the scissors, and the fields that are there are not named again."""
    form = write_form(make("Dune", rating=4))
    below = form.partition(SCISSORS)[2]
    assert "subtitle authors contributors series" in below
    assert "rating" not in below
    assert "\n# " not in below


def test_a_heading_is_text() -> None:
    """A line that begins with # is no comment."""
    form = write_form(make("Dune")).replace("\n" + SCISSORS, "\n# A heading\n\n#hashtag\n\n" + SCISSORS)
    assert read_form(form, make("Dune"), TODAY).review == "# A heading\n\n#hashtag"


def test_what_stands_below_the_scissors_is_never_lost_in_silence() -> None:
    """Whoever writes there is told, instead of having it cut off."""
    form = write_form(make("Dune"))
    with pytest.raises(BadInput, match='below the scissors line is not kept: "my thoughts"'):
        read_form(form + "my thoughts\n", make("Dune"), TODAY)
    assert read_form(form + "\n\n", make("Dune"), TODAY) == make("Dune")


def test_a_review_may_quote_the_scissors() -> None:
    """Only the last line of that kind is one; without it everything is the reader's."""
    review = f"before\n{SCISSORS}\nafter"
    reading = make("Dune", review=review)
    assert read_form(write_form(reading), reading, TODAY).review == review
    form = write_form(make("Dune"))
    assert read_form(form.partition(SCISSORS)[0] + "all of it", make("Dune"), TODAY).review == "all of it"


def test_an_error_stands_on_top_once() -> None:
    """The next one takes its place."""
    form = with_error(with_error("---\n", "one"), "two")
    assert form == "<!-- readlog: two -->\n---\n"
    assert with_error(form, None) == "---\n"


def test_what_only_the_journal_gives_cannot_be_changed() -> None:
    """A number, a uid, the day on which it was added; leaving them out changes nothing."""
    shown = from_record(ADDED, TODAY)
    for key, value in (("id", "13"), ("uid", "r2"), ("book_uid", "b2"), ("created_at", "1999-01-01T00:00:00Z")):
        form = write_form(shown).replace(f"{key}: {ADDED[key]}\n", f"{key}: {value}\n")
        with pytest.raises(BadInput, match=f"{key}: .* cannot be changed"):
            read_form(form, shown, TODAY)
    bare = "---\ntitle: Dune\n---\n\nSand.\n"
    after = read_form(bare, shown, TODAY)
    assert (after.id, after.uid, after.book.uid, after.created_at, after.review) == (
        12,
        "r1",
        "b1",
        "2020-01-01T00:00:00.000Z",
        "Sand.",
    )


def test_a_field_that_was_taken_out_is_taken_out() -> None:
    """The form shows all there is: a line that is gone was meant to go."""
    reading = make("Dune", rating=4, tags=["sf"])
    form = write_form(reading).replace("rating: 4.0\n", "")
    after = read_form(form, reading, TODAY)
    assert (after.rating, after.book.tags) == (None, ("sf",))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("author", "authors"),
        ("Tags", "tags"),
        ("ratng", "rating"),
        ("note", "private_note"),
        ("Series Number", "series_number"),
    ],
)
def test_a_field_misspelt_is_not_taken_for_one_of_the_readers_own(typed: str, meant: str) -> None:
    """Or the rating would be kept where nobody looks for it."""
    form = write_form(make("Dune")).replace("title: Dune\n", f"title: Dune\n{typed}: x\n")
    with pytest.raises(BadInput, match=f'"{typed}" is not a field. Did you mean {meant}?'):
        read_form(form, make("Dune"), TODAY)


def test_a_field_of_the_readers_own_is_kept() -> None:
    """One that resembles none of readlog's, and one that was there before whatever it resembles."""
    form = write_form(make("Dune")).replace("title: Dune\n", "title: Dune\nmood: grim\n")
    assert read_form(form, make("Dune"), TODAY).extra == {"mood": "grim"}
    reading = make("Dune", extra={"author": "as it was imported"})
    assert read_form(write_form(reading), reading, TODAY) == reading


def test_an_error_of_many_lines_is_one_on_top() -> None:
    """Whatever the reason says, the form below it stays a form."""
    assert with_error("---\n", "one\ntwo --> three").splitlines() == ["<!-- readlog: one two three -->", "---"]


def test_the_instructions_fit_a_narrow_terminal() -> None:
    """80 columns and a margin, with every field missing."""
    assert max(map(len, write_form(make("Dune")).splitlines())) <= 76


def test_instructions_are_taken_away_whatever_they_named() -> None:
    """A draft may have been begun with fewer fields; other text among them is nobody's to take."""
    from readlog.readings.editor_form import without_instructions

    form = with_error(write_form(make("Dune")), "an error")
    above = without_instructions(form)
    assert above.startswith("---\ntitle: Dune\n")
    assert SCISSORS not in above
    assert without_instructions(f"{form}my words\n").endswith("my words\n")
    assert without_instructions(above) == above
