"""International Standard Book Numbers (ISO 2108), checked and stored as thirteen digits."""

import re

from readlog.core.errors import BadInput


def parse_isbn(text: str) -> str:
    """The thirteen digits of an ISBN-10 or ISBN-13, written with or without hyphens and spaces.

    Raises BadInput; where only the check digit is wrong, the message says which was expected.
    """
    if len(text) == 13 and text[:3] in ("978", "979") and text.isascii() and text.isdigit():
        return _checked(text, check_digit_13(text), text)
    digits = re.sub(r"[\s\u2010-\u2015-]", "", text).upper()
    digits = re.sub(r"\AISBN(?:1[03])?:?(?=(?:\w{10}|\w{13})\Z)", "", digits)
    if re.fullmatch(r"[0-9]{9}[0-9X]", digits):
        return isbn13_of(_checked(digits, check_digit_10(digits), text))
    if re.fullmatch(r"97[89][0-9]{10}", digits):
        return _checked(digits, check_digit_13(digits), text)
    raise BadInput(f'"{text}" is not an ISBN: write 10 digits, or 13 that begin with 978 or 979.')


def isbn13_of(isbn10: str) -> str:
    """The ISBN-13 of a valid ISBN-10."""
    body = "978" + isbn10[:9]
    return body + check_digit_13(body)


def check_digit_10(digits: str) -> str:
    """The tenth digit that belongs to the first nine: the weighted sum is a multiple of 11."""
    total = sum(weight * int(digit) for weight, digit in zip(range(10, 1, -1), digits, strict=False))
    return "0123456789X"[-total % 11]


def check_digit_13(digits: str) -> str:
    """The thirteenth digit that belongs to the first twelve: weights 1 and 3, a multiple of 10."""
    total = sum(map(int, digits[:12:2])) + 3 * sum(map(int, digits[1:12:2]))
    return str(-total % 10)


def _checked(digits: str, expected: str, text: str) -> str:
    if digits[-1] != expected:
        raise BadInput(
            f'"{text}" is not a valid ISBN: after {digits[:-1]} the last digit should be '
            f"{expected}, not {digits[-1]}. Check the digits."
        )
    return digits
