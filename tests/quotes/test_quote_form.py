import pytest
from tests.given import HOSTILE

from readlog.core.errors import BadInput
from readlog.quotes.quote_form import read_form, without_instructions, write_form
from readlog.ui.editor_instructions import with_error


@pytest.mark.parametrize("name", ["Conquered City, Victor Serge", *HOSTILE])
def test_what_is_typed_above_the_scissors_is_read(name: str) -> None:
    """And nothing else, whatever the book is called; an error on top goes."""
    form = "One\n---\nTwo" + write_form(name)
    assert read_form(form).strip() == without_instructions(form).strip() == "One\n---\nTwo"
    assert read_form(with_error(form, "No.").replace("\n", "\r\n")).strip() == "One\n---\nTwo"
    assert read_form("One\n---\nTwo") == "One\n---\nTwo"


def test_an_error_is_not_kept_wherever_somebody_has_typed() -> None:
    """Above it too, where the cursor stands when the editor opens again."""
    form = with_error("One" + write_form("Dune"), "No.")
    assert read_form(f"Two\n---\n{form}").strip() == "Two\n---\nOne"


def test_what_is_typed_below_the_scissors_is_not_lost() -> None:
    """It is said, and the text stays whole; the instructions around it are none of it."""
    form = write_form("Dune") + "\nOne\n"
    with pytest.raises(BadInput, match='below the scissors line is not kept: "One"'):
        read_form(form)
    assert without_instructions("Two" + form).split() == ["Two", "---", "One"]
