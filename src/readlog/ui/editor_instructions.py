"""What all forms in the editor have in common: a scissors line above the instructions, an error on top."""

import re

SCISSORS = "<!-- ------------------------ >8 ------------------------ -->"

_ERROR = re.compile(r"\A(?:<!-- readlog: .* -->\n)+")


def with_error(form: str, error: str | None) -> str:
    """The form with `error` as its first line, in place of an earlier error; None only removes that."""
    form = without_error(form)
    if not error:
        return form
    return f"<!-- readlog: {' '.join(error.replace('-->', '').split())} -->\n{form}"


def without_error(form: str) -> str:
    """The form without the errors that `with_error` put on top."""
    return _ERROR.sub("", form)
