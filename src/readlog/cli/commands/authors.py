"""`readlog authors`: list, rename and merge authors."""

from readlog.books.results import NameKind
from readlog.cli.tag_and_author_commands import CommandText, names_app

app = names_app(
    NameKind.AUTHORS,
    list_text=CommandText(
        """List the authors, those of most books first.

        With their books, how many of your readings of these are finished, when the last one was, and
        how you rated them. In a pipe: one line per author, tab-separated: name, books, finished
        readings, last finished, average rating, rated readings.
        """,
        """
        readlog authors
        readlog authors language:french --sort rating
        readlog authors rename Serge "Victor Serge"
        readlog authors merge Garcia García
        """,
    ),
    rename_text=CommandText(
        """Give an author another name, in all their books.

        As translator, editor or whatever else they are, too. Where somebody of that name is there
        already, merge the two. readlog undo takes it back.
        """,
        """
        readlog authors rename Serge "Victor Serge"
        readlog authors rename "Serge, Victor" "Victor Serge"
        """,
    ),
    merge_text=CommandText(
        """Make two or more names one person: all become the last one.

        As translator, editor or whatever else they are, too. Books are not merged: readlog doctor
        tells of those that may be one, for readlog merge. readlog undo takes it back.
        """,
        """
        readlog authors merge Garcia García
        readlog authors merge "V. Serge" "Serge, Victor" "Victor Serge"
        """,
    ),
)
