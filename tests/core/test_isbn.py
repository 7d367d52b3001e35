import pytest
from hypothesis import given
from hypothesis import strategies as st

from readlog.core.errors import BadInput
from readlog.core.isbn import check_digit_10, check_digit_13, isbn13_of, parse_isbn

NINE = st.text("0123456789", min_size=9, max_size=9)


@pytest.mark.parametrize(
    "text",
    ["9781590174517", "978-1-59017-451-7", "1590174518", "1-59017-451-8", "ISBN 9781590174517", "ISBN-13: 978 1590174517",
     "isbn-10: 1590174518", " 978\u20111590174517 "],
)  # fmt: skip
def test_an_isbn_is_thirteen_digits_however_it_is_written(text: str) -> None:
    """With hyphens of any kind, spaces, its own name in front, or ten digits long."""
    assert parse_isbn(text) == "9781590174517"


def test_an_x_stands_for_ten() -> None:
    """In ISBN-10, lower case too."""
    assert parse_isbn("080442957x") == isbn13_of("080442957X") == "9780804429573"


def test_a_wrong_digit_is_named_with_the_right_one() -> None:
    """So that the reader can see whether it was the last digit or another."""
    with pytest.raises(BadInput, match=r"last digit should be 7, not 8"):
        parse_isbn("9781590174518")
    with pytest.raises(BadInput, match=r"after 080442957 the last digit should be X, not 1"):
        parse_isbn("0804429571")


@pytest.mark.parametrize(
    "text",
    ["", "123", "6221102025317", "97815901745177", "９７８１５９０１７４５１７", "B00IJYDJAM", "97815901745X7", "ISBN"],
)
def test_what_is_no_isbn_is_refused(text: str) -> None:
    """Another article number, other digits, too many or too few."""
    with pytest.raises(BadInput, match="not an ISBN"):
        parse_isbn(text)


@given(NINE)
def test_one_wrong_digit_is_always_noticed(body: str) -> None:
    """That is what the check digit of ISBN-10 and of ISBN-13 is for."""
    isbn10 = body + check_digit_10(body)
    isbn13 = parse_isbn(isbn10)
    assert isbn13 == "978" + body + check_digit_13("978" + body)
    for place in range(3, 12):
        wrong = isbn13[:place] + str((int(isbn13[place]) + 1) % 10) + isbn13[place + 1 :]
        with pytest.raises(BadInput):
            parse_isbn(wrong)


@given(NINE)
def test_the_weighted_sums_are_multiples(body: str) -> None:
    """The definition: weights 10 to 1 and a multiple of 11; weights 1 and 3 and a multiple of 10."""
    isbn10 = body + check_digit_10(body)
    digits = [10 if digit == "X" else int(digit) for digit in isbn10]
    assert sum(weight * digit for weight, digit in zip(range(10, 0, -1), digits, strict=True)) % 11 == 0
    isbn13 = isbn13_of(isbn10)
    assert sum(int(digit) * (1, 3)[place % 2] for place, digit in enumerate(isbn13)) % 10 == 0
