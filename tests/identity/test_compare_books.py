import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.given import HOSTILE

from readlog.identity.compare_books import Similarity, compare_names, compare_people

SAME, POSSIBLE, DIFFERENT = Similarity.SAME, Similarity.POSSIBLE, Similarity.DIFFERENT


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Victor Serge", "Serge, Victor"),
        ("Victor Serge", "victor  serge"),
        ("Victor Serge", "V. Serge"),
        ("Gabriel García Márquez", "Marquez, Gabriel Garcia"),
        ("Haruki Murakami", "Murakami Haruki"),
        ("J.R.R. Tolkien", "JRR Tolkien"),
        ("J. R. R. Tolkien", "John Ronald Reuel Tolkien"),
        ("J.R.R. Tolkien", "John Tolkien"),
        ("E. E. Cummings", "ee cummings"),
        ("Mary Shelley", "Mary Wollstonecraft Shelley"),
        ("Ursula K. Le Guin", "Le Guin, Ursula K."),
        ("Ludwig van Beethoven", "Beethoven, Ludwig van"),
        ("Kurt Vonnegut Jr.", "Kurt Vonnegut"),
        ("Vonnegut, Kurt, Jr.", "Kurt Vonnegut"),
        ("Plato", "PLATO"),
        ("川端康成", "川端康成"),
        ("???", "???"),
    ],
)
def test_one_person_is_known_by_several_spellings(one: str, other: str) -> None:
    """Turned round, with initials, without accents, with a `Jr.` and without one."""
    assert compare_names(one, other) is compare_names(other, one) is SAME


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jane Austen", "John Austen"),
        ("Serge", "Victor Serge"),
        ("Leo Tolstoy", "Lev Tolstoy"),
        ("Fyodor Dostoevsky", "Fyodor Dostoyevsky"),
        ("John A. Smith", "John B. Smith"),
        ("Oliver Holmes Jr.", "Oliver Holmes Sr."),
        ("Antoine de Saint-Exupéry", "Antoine Saint-Exupéry"),
    ],
)
def test_what_is_alike_may_be_another(one: str, other: str) -> None:
    """The same family, nearly the same letters, a father and his son."""
    assert compare_names(one, other) is compare_names(other, one) is POSSIBLE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Victor Serge", "Peter Sedgwick"),
        ("Ann Ash", "Bob Beech"),
        ("???", "!!!"),
        ("Jr.", "Sr."),
        ("", "Ann Ash"),
        ("a" * 3000, "a" * 2999 + "b"),
    ],
)
def test_others_are_others(one: str, other: str) -> None:
    """Nobody is anybody else for having nothing in the name but signs."""
    assert compare_names(one, other) is DIFFERENT


@given(one=st.text(max_size=20) | st.sampled_from(HOSTILE), other=st.text(max_size=20) | st.sampled_from(HOSTILE))
def test_any_two_names_can_be_compared(one: str, other: str) -> None:
    """In either order, with one result; and everybody is the same as themselves."""
    assert compare_names(one, other) is compare_names(other, one)
    assert compare_names(one, one) is SAME


@pytest.mark.parametrize(
    ("some", "others", "likeness"),
    [
        (["Terry Pratchett", "Neil Gaiman"], ["N. Gaiman"], SAME),
        (["Terry Pratchett", "Neil Gaiman"], ["Neil Gaiman", "Somebody Else"], SAME),
        (["Jane Austen"], ["John Austen"], POSSIBLE),
        (["Jane Austen"], [], POSSIBLE),
        ([], [], SAME),
        (["Jane Austen"], ["Victor Serge"], DIFFERENT),
    ],
)
def test_books_have_somebody_in_common_or_not(some: list[str], others: list[str], likeness: Similarity) -> None:
    """One name is enough; where one book names nobody, nobody knows."""
    assert compare_people(some, others) is compare_people(others, some) is likeness
