import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.given import CONTROLS, HOSTILE

from readlog.core.errors import BadInput
from readlog.core.normalize_text import (
    clean_line,
    clean_text,
    fold,
    match_key,
    ordinal,
    pluralize,
    printable,
    printable_line,
    slug,
)

ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@pytest.mark.parametrize("hostile", HOSTILE)
def test_what_comes_in_cannot_move_the_cursor(hostile: str) -> None:
    """Cleaned text has no control character left but line feed and tab, and a cleaned line not even those."""
    assert not set(clean_text(hostile)) & set(CONTROLS)
    assert not set(clean_line(hostile)) & {*CONTROLS, "\n", "\t"}


@given(ANY_TEXT)
def test_cleaning_what_is_clean_changes_nothing(text: str) -> None:
    """A text that went through the door once goes through again as it is."""
    assert clean_text(clean_text(text)) == clean_text(text)
    assert clean_line(clean_line(text)) == clean_line(text)


@given(st.text(st.characters(categories=["L", "N", "P", "S"])))
def test_no_word_is_lost_by_cleaning(text: str) -> None:
    """Letters, digits and signs stay, whatever stands between them."""
    from unicodedata import normalize

    kept = "".join(clean_text("\x1b".join(text)).split())
    assert kept == "".join(normalize("NFC", text).split())


def test_colours_copied_from_a_terminal_go_without_a_trace() -> None:
    """Of `ESC[31m` nothing stays; of any other sequence only the ESC goes, so that no word goes with it."""
    assert clean_text("\x1b[1;31mred\x1b[0m") == "red"
    assert clean_text("\x1b[Hello") == "[Hello"


def test_line_ends_of_all_systems_become_one() -> None:
    """Carriage returns, form feeds and Unicode's own separators all are line ends."""
    assert clean_text("a\r\nb\rc\u2028d\x0ce") == "a\nb\nc\nd\ne"
    assert clean_text("a\u2029b") == "a\n\nb"


def test_blank_lines_around_go_and_the_indent_of_a_first_line_stays() -> None:
    """Four spaces at the beginning of a review are Markdown for code."""
    assert clean_text("\n  \n    code\nmore \n\n") == "    code\nmore"


def test_scripts_that_need_joiners_and_marks_keep_them() -> None:
    """Persian needs its zero-width non-joiner, Hebrew its marks, a family its joiner: only edges are stripped."""
    for word in ("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u05d0\u200f!", "\U0001f469\u200d\U0001f467"):
        assert clean_line(f" {word} ") == word
    assert clean_line("\u200bDune\u200b") == "Dune"


def test_bytes_that_were_not_utf_8_are_refused() -> None:
    """An argument in another encoding reaches Python as lone surrogates; nothing of it is guessed."""
    with pytest.raises(BadInput, match="not valid UTF-8"):
        clean_line("Caf\udce9")


@given(st.text())
def test_nothing_printed_moves_the_cursor(text: str) -> None:
    """Even what another tool wrote into the file is harmless on the way out."""
    assert not set(printable(text)) & set(CONTROLS)
    assert not set(printable_line(text)) & {*CONTROLS, "\n", "\t"}
    printable(text).encode("utf-8")


@pytest.mark.parametrize(("one", "other"), [("García", "garcia"), ("PÉTROGRAD", "Petrograd"), ("Straße", "STRASSE")])
def test_folding_forgets_case_and_accents(one: str, other: str) -> None:
    """Names are the same name however they are typed."""
    assert fold(one) == fold(other)


def test_two_spellings_of_a_title_are_one_title() -> None:
    """Case, accents, punctuation and apostrophes do not make another book."""
    assert match_key("Wizard's First Rule!") == match_key("wizards first rule")
    assert match_key("Cien años de soledad") == match_key("CIEN ANOS DE SOLEDAD")
    assert match_key("???") == ""


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Memoirs of a Revolutionary", "memoirs-of-a-revolutionary"),
        ("L'Été: a/b\\c?", "lete-a-b-c"),
        ("雪国", "雪国"),
        ("../../etc/passwd", "etc-passwd"),
        ("📚 !", ""),
    ],
)
def test_a_slug_is_safe_in_a_file_name(title: str, expected: str) -> None:
    """Only letters and digits in it, Latin ones without accents, joined by hyphens."""
    assert slug(title) == expected


@given(st.text())
def test_a_slug_never_is_too_long_or_dangerous(text: str) -> None:
    """At most 80 bytes, no separator, no dot, no space, lower case."""
    made = slug(text.replace("\ud800", ""))
    assert len(made.encode()) <= 80
    assert not set(made) & set("/\\.: <>|?*\"'\0\n")


@pytest.mark.parametrize(
    ("number", "said"),
    [(0, "0 readings"), (1, "1 reading"), (2, "2 readings"), (1204, "1,204 readings")],
)
def test_what_is_counted_is_in_the_right_number(number: int, said: str) -> None:
    """One of it is one, and thousands have their comma."""
    assert pluralize(number, "reading") == said
    assert pluralize(number, "person", "people") == said.replace("readings", "people").replace("reading", "person")


@pytest.mark.parametrize(
    ("number", "said"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (10, "10th"), (11, "11th"), (12, "12th"), (13, "13th"), (21, "21st"),
     (22, "22nd"), (101, "101st"), (111, "111th"), (112, "112th"), (113, "113th"), (123, "123rd")],
)  # fmt: skip
def test_ordinals_end_as_they_are_spoken(number: int, said: str) -> None:
    """Also the teens, of every hundred."""
    assert ordinal(number) == said
