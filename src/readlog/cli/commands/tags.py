"""`readlog tags`: list, rename and merge tags."""

from readlog.books.results import NameKind
from readlog.cli.tag_and_author_commands import CommandText, names_app

app = names_app(
    NameKind.TAGS,
    list_text=CommandText(
        """List the tags, those of most books first.

        With their books, how many of your readings of these are finished, when the last one was, and
        how you rated them. In a pipe: one line per tag, tab-separated: tag, books, finished readings,
        last finished, average rating, rated readings.
        """,
        """
        readlog tags
        readlog tags finished:2026 --sort rating
        readlog tags rename scifi "science fiction"
        readlog tags merge sf scifi "science fiction"
        """,
    ),
    rename_text=CommandText(
        """Give a tag another name, on all its books.

        Where there is a tag of that name already, merge the two. readlog undo takes it back.
        """,
        """
        readlog tags rename scifi "science fiction"
        readlog tags rename History history
        """,
    ),
    merge_text=CommandText(
        """Make two or more tags one: all become the last one.

        Their books have that one from then on. readlog undo takes it back.
        """,
        """
        readlog tags merge sf "science fiction"
        readlog tags merge sf scifi sci-fi "science fiction"
        """,
    ),
)
