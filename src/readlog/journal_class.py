"""The journal as the rest of the program sees it.

Each question is answered in a room of its own, which is imported when it is asked: a list needs
nothing of what an edit needs.
"""

from readlog.journal_face_keep import Keep
from readlog.journal_face_move import Move


class Journal(Keep, Move):
    """One journal file: all that can be asked of it, and every change that can be made to it."""
