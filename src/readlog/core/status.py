"""The five statuses of a reading, and their synonyms."""

from readlog.core.errors import BadInput

STATUSES = ("to-read", "reading", "finished", "abandoned", "paused")

_SYNONYMS = {
    "to-read": "toread tbr want want-to-read wanted wishlist planned unread pile plan-to-read",
    "reading": "currently-reading current in-progress started now",
    "finished": "read done completed complete",
    "abandoned": "dnf did-not-finish dropped stopped stopped-reading unfinished quit gave-up",
    "paused": "on-hold hold pause on-pause",
}
_SPELLINGS = {word: status for status, words in _SYNONYMS.items() for word in words.split()} | {
    status: status for status in STATUSES
}


def parse_status(text: str) -> str:
    """The stored spelling of a status, from any of its synonyms; raises BadInput for another word."""
    word = "-".join(text.casefold().replace("_", " ").replace("-", " ").split())
    if status := _SPELLINGS.get(word):
        return status
    raise BadInput(f'"{text}" is not a status. One of: {", ".join(STATUSES)}.')
