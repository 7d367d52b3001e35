import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from readlog.core.first_sentence import MAX_LENGTH, first_sentence
from readlog.core.normalize_text import CONTROL_CHARACTERS

MARKDOWN = st.text('aB 1.!?…。\n#>-*_`~|[]()\\"“”«»「」&;é́░', max_size=300)
TEXTS = st.one_of(st.text(max_size=300), MARKDOWN, st.lists(st.sampled_from("aé雪 .“(|"), max_size=400).map("".join))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("A witness who was everywhere: Brussels, Paris. Then more.", "A witness who was everywhere: Brussels, Paris."),
        ("No stop at all", "No stop at all"),
        ("One line\nand the next. More.", "One line and the next."),
        ("Dr. Zhivago by B. L. Pasternak. And more.", "Dr. Zhivago by B. L. Pasternak."),
        ("The U.S. Army came, e.g. in vol. 2, p. 412. And more.", "The U.S. Army came, e.g. in vol. 2, p. 412."),
        ("Am 3. Mai gelesen, z.B. abends. Gut.", "Am 3. Mai gelesen, z.B. abends."),
        ("He wrote it in 1942. In exile.", "He wrote it in 1942."),
        ("Wait... what? No.", "Wait... what?"),
        ("Good (really good. Very.) book. Yes.", "Good (really good. Very.) book."),
        ("私は雪国を読んだ。よかった。", "私は雪国を読んだ。"),
        ("هل قرأت هذا؟ نعم.", "هل قرأت هذا؟"),
        ("यह अच्छी है। पढ़ो।", "यह अच्छी है।"),
        ("", ""),
        (" \n\n ", ""),
        ("!!!", "!!!"),
    ],
)
def test_a_sentence_ends_where_a_reader_would_end_it(text: str, sentence: str) -> None:
    """Not behind an abbreviation, an initial or a number that counts; in any script."""
    assert first_sentence(text) == sentence


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("# Why it stays\n\nHe is *great*. And.", "He is great."),
        ("Why it stays\n============\nHe is __great__. And.", "He is great."),
        ("> I own nothing.\n\nSays he. Yes.", "Says he."),
        ("```\ncode. more\n```\nText after it. More.", "Text after it."),
        ("- [ ] one ~~item~~\n- another", "one item"),
        ("[A link](https://example.org) and ![a picture](a.png), `code`. More.", "A link and a picture, code."),
        ("See <https://example.org/a_b_c>. More.", "See https://example.org/a_b_c."),
        ("Rated 4* and 5*, as snake_case_word. More.", "Rated 4* and 5*, as snake_case_word."),
        (r"\*Not\* stressed &amp; plain. More.", "*Not* stressed & plain."),
        ("**A *b* c**. More.", "A b c."),
        ("# Only a heading", "Only a heading"),
        ("> Only a quotation.", "Only a quotation."),
        ("[](https://example.org)", "[](https://example.org)"),
    ],
)
def test_signs_of_markdown_are_not_words(text: str, sentence: str) -> None:
    """What the writer says goes before headings, quotations and code, which are shown where there is nothing else."""
    assert first_sentence(text) == sentence


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("He ||dies. Yes|| at the end. Read it.", "He ░░░░░░░░ at the end."),
        ("||He dies.|| It is sad. Read it.", "░░░░░░░░ It is sad."),
        ("**||He dies.||**", "░░░░░░░░"),
        ("A. " * 5_000 + "||" + "x" * 5_000 + "|| end", "A. " * 38 + "A…"),
    ],
)
def test_spoilers_are_hidden(text: str, sentence: str) -> None:
    """Also where a sentence ends within one."""
    assert first_sentence(text) == sentence


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("word " * 60, " ".join(["word"] * 23) + "…"),
        ("“" + "word " * 60 + "” he says.", "“" + " ".join(["word"] * 23) + "…”"),
        ("“I own nothing. I want nothing,” he says.", "“I own nothing.”"),
        ('"I own nothing. I want nothing," he says.', '"I own nothing."'),
        ("„Nichts. Gar nichts“, sagt er.", "„Nichts.“"),
        ("Il dit: «Rien. Rien du tout.» Bon.", "Il dit: «Rien.»"),
        ('"What?" he asks. Then.', '"What?" he asks.'),
        ("“So.” He goes.", "“So.”"),
        ('A 6" pipe. "Yes."', 'A 6" pipe.'),
        ("雪" * 200, "雪" * 116 + "…"),
        ("e\u0301x\u0301" * 200, "e\u0301x\u0301" * 29 + "…"),
    ],
)
def test_what_is_cut_off_is_told_and_quotation_marks_are_closed(text: str, sentence: str) -> None:
    """At the end of a word where there is one, and never between a letter and its accent."""
    assert first_sentence(text) == sentence


@given(TEXTS, st.integers(8, MAX_LENGTH))
@example("(" * 200 + "a", MAX_LENGTH)
@example("\u202e\x1b[2Ja\x00. b", MAX_LENGTH)
@example("&#x202e;a &#27;", MAX_LENGTH)
def test_it_is_one_harmless_line_that_fits(text: str, longest: int) -> None:
    """Never longer, never empty where something is written, and nothing in it that moves the cursor."""
    sentence = first_sentence(text, longest)
    assert len(sentence) <= longest
    assert sentence or not any(map(str.isalnum, text))
    assert not CONTROL_CHARACTERS.search(sentence)
    assert not set("\n\t") & set(sentence)


@given(st.text("ab. |\n", max_size=60), st.text("xyz. \n", min_size=1, max_size=20))
def test_a_secret_is_never_told(text: str, secret: str) -> None:
    """Whatever stands around it."""
    sentence = first_sentence(text.replace("|", "") + f"||{secret}||" + text.replace("|", ""))
    assert not secret.strip() or not set("xyz") & set(sentence)


@pytest.mark.parametrize("piece", ["*a ", "[a](", "`a ", "“a ", "(a. ", "_a ", "||a ", "> ", "```\n", "&amp;", "a."])
def test_a_long_text_takes_no_time(piece: str) -> None:
    """However many signs are in it: a list shows twenty of them, and a dashboard is shown at once."""
    assert len(first_sentence(piece * 100_000)) <= MAX_LENGTH
