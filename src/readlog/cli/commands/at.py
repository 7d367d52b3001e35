"""`readlog at`: how far a reading has come, with a remark if there is one."""

from collections.abc import Sequence
from typing import Annotated

import typer

from readlog.cli.options import Force
from readlog.cli.status_commands import On, StatusChangeOptions, change_status
from readlog.cli.typer_setup import Command, new_app
from readlog.core.errors import BadInput
from readlog.core.reading_progress import parse_position, position_text

app = new_app()


@app.command(
    cls=Command,
    epilog="""
    readlog at conquered 133
    readlog at 12 40% "The bread again." --on yesterday
    readlog at "conquered city" "Chapter 3" "How he sees the crowd"
    """,
)
def at(
    ctx: typer.Context,
    words: Annotated[
        list[str], typer.Argument(metavar="READING PLACE [REMARK]", help="Which book, where, and what you say to it.")
    ],
    *,
    on: On = None,
    force: Force = False,
) -> None:
    """Note how far you are, and what you think of it.

    The place is a page, a share such as 40%, or the name of a chapter in quotation marks. Words in
    front of a page or a share name the book; in front of a chapter it is the first. The note gets
    today's date unless --on says otherwise. What was paused goes on. Of several books that fit the
    one that you are reading is meant.
    """
    named, place, remark = _parts(words)
    change_status(ctx, "at", named, StatusChangeOptions(on=on, force=force, at=place, why=" ".join(remark)))


def _parts(words: Sequence[str]) -> tuple[Sequence[str], str, Sequence[str]]:
    """Which book, where, and the remark. Raises BadInput."""
    if len(words) < 2:
        raise BadInput("Say which book and where you are, as in: readlog at 12 133")
    places = ((number, number + many) for number in range(1, len(words)) for many in (2, 1))
    place, end = next((each for each in places if _is_measured(" ".join(words[slice(*each)]))), (1, 2))
    named, remark = words[:place], words[end:]
    is_open = not (named[0].removeprefix("#").isdigit() or " " in named[0])
    if is_open and words[place].isdigit() and remark and _is_measured(remark[0]):
        raise BadInput(
            f"Where are you, at {words[place]} or at {remark[0]}? Put the title, or the remark, into quotation marks, "
            f'as in: readlog at "{" ".join(words[:end])}" {remark[0]}'
        )
    return named, " ".join(words[place:end]), remark


def _is_measured(words: str) -> bool:
    """Whether it is a page or a share, of one word or two as `40 %`, and not the name of a chapter."""
    try:
        place = parse_position(words)
    except BadInput:
        return any(map(str.isdigit, words))
    return position_text(place) != place
