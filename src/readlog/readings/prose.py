"""Reviews without a sign of Markdown in them: paragraphs, for which its parser need not be loaded."""

import re

from rich.text import Text

from readlog.ui.console import text

_SIGNS = re.compile(r"[*_`#>\[\]<&\\~|]|^\s*(?:[-+=]|\d+[.)])|^(?: {4}|\t)|  $", re.MULTILINE)
"""Whatever can mean something to Markdown; better one review too many through its parser."""


def paragraphs(review: str) -> list[Text] | None:
    """The paragraphs of a review, with empty lines between them; None where it can be more than prose."""
    if _SIGNS.search(review):
        return None
    parts = (" ".join(map(str.strip, part.split("\n"))) for part in re.split(r"\n\s*\n", review.strip()))
    return [line for part in parts for line in (text(part), Text())][:-1]
