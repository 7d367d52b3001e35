"""`readlog export`: readings out of the journal, to standard output, a file or a folder."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from readlog.cli.options import Query
from readlog.cli.output_path import refuse_journal
from readlog.cli.typer_setup import QueryCommand, new_app, open_journal
from readlog.core.domain_model import Reading
from readlog.core.errors import BadInput, ReadlogError
from readlog.core.gc_pause import pause_garbage_collector
from readlog.core.normalize_text import pluralize
from readlog.exports.export_format import FOLDER_FORMATS, ChosenFormat, GoodreadsFormat, PublicReadings, choose_format
from readlog.exports.merge_export_file import VersionLookup
from readlog.exports.write_export import ExportReport, write_file, write_folder
from readlog.journal import Journal
from readlog.storage.paths import names_folder
from readlog.ui import streams

app = new_app()


Md = Annotated[bool, typer.Option("--md", help="Markdown with front matter.")]
Json = Annotated[bool, typer.Option("--json", help="JSON: an array of records.")]
Csv = Annotated[bool, typer.Option("--csv", help="CSV: a row for each reading.")]
AsGoodreads = Annotated[bool, typer.Option("--goodreads", help="CSV as Goodreads has it, for other services.")]
Columns = Annotated[
    str | None, typer.Option("--columns", metavar="A,B", help="CSV of these fields, as title,authors,rating.")
]
To = Annotated[str | None, typer.Option("-o", "--output", metavar="PATH", help="A file, or a folder for a file each.")]
InPublic = Annotated[bool, typer.Option("--public", help="Leave out what is private, and fold spoilers in.")]
Prune = Annotated[bool, typer.Option("--prune", help="Remove files of deleted readings from the folder.")]
Verify = Annotated[bool, typer.Option("--verify", help="Read back what was written and compare it.")]


@app.command(
    cls=QueryCommand,
    epilog="""
    readlog export --md -o notes/reading/ --prune
    readlog export --json -o journal.json --verify
    readlog export --columns title,authors,rating,finished year:2026
    readlog export --md --public finished:2026 -o blog/
    """,
)
def export(
    ctx: typer.Context,
    query: Query = None,
    *,
    md: Md = False,
    json: Json = False,
    csv: Csv = False,
    goodreads: AsGoodreads = False,
    columns: Columns = None,
    output: To = None,
    public: InPublic = False,
    prune: Prune = False,
    verify: Verify = False,
) -> None:
    """Write readings out, in a format for every purpose.

    All of them, or those that a query chooses, to standard output, a file or a folder.
    A PATH that is a folder, or ends in a slash, gets a file for each reading. Only files whose
    content changed are written again, and what you wrote there yourself is kept.
    """
    chosen = choose_format({"md": md, "json": json, "csv": csv, "goodreads": goodreads}, columns)
    target = _target(output, chosen, prune=prune, verify=verify)
    with open_journal(ctx) as journal, pause_garbage_collector():
        words = " ".join(query or ())

        def readings() -> Iterable[Reading]:
            found = journal.readings(words)
            return PublicReadings(found, fold=chosen.option != "goodreads") if public else found

        going = readings()
        if target is None:
            chosen.format.write(going, streams.data())
        else:
            written = _write(target, journal, going, chosen, public=public, prune=prune)
            _tell(target.path, written)
            if public and written.edited:
                streams.say("What is private may still be in the files that were left.")
        _tell_what_is_missing(chosen, going)
        if target and verify:
            _verify(target.path, readings(), written)


class Target(NamedTuple):
    """Where to write: a file, or a folder that gets a file for each reading."""

    path: Path
    is_folder: bool


def _target(output: str | None, chosen: ChosenFormat, *, prune: bool, verify: bool) -> Target | None:
    """What was named with -o; raises BadInput for what does not go together."""
    if output == "":
        raise BadInput("The name behind -o is empty. Name a file or a folder, or leave -o out.")
    if output == "-":
        raise BadInput("-o needs the name of a file, and - is none. Leave -o out for standard output.")
    path = Path(os.path.expanduser(output or ""))
    is_folder = bool(output) and names_folder(os.path.expanduser(output or ""))
    if is_folder and chosen.option not in FOLDER_FORMATS:
        raise BadInput(f"--{chosen.option} makes one file. Name it, as in: -o {path / 'readings.csv'}")
    if prune and not is_folder:
        raise BadInput("--prune is for a folder. Name one, as in: -o notes/")
    if verify and not (output and chosen.is_complete):
        raise BadInput("--verify is for files that have all of a reading: -o PATH with --md, --json or --csv.")
    return Target(path, is_folder) if output else None


def _write(
    target: Target, journal: Journal, readings: Iterable[Reading], chosen: ChosenFormat, *, public: bool, prune: bool
) -> ExportReport:
    path = target.path
    refuse_journal(path, journal.path)
    if not target.is_folder:
        return write_file(path, readings, chosen.format)
    from readlog.formats.markdown_format import file_names

    versions = journal.versions()
    return write_folder(
        path,
        readings,
        file_names(journal.outline()),
        chosen.format,
        find_version=_in_public(versions.reading_updated_at) if public else versions.reading_updated_at,
        find_other_version=versions.reading_updated_at if public else _in_public(versions.reading_updated_at),
        find_deleted=versions.deleted_uids if prune else None,
    )


def _in_public(find_version: VersionLookup) -> VersionLookup:
    """The same versions of readings, as an export with --public wrote them."""
    from readlog.exports.public_export import to_public

    def public(uid: str, updated_at: str) -> Reading | None:
        reading = find_version(uid, updated_at)
        return to_public(reading)[0] if reading else None

    return public


def _verify(path: Path, readings: Iterable[Reading], written: ExportReport) -> None:
    """Raises ReadlogError if a reading read back from `path` differs."""
    from readlog.exports.verify_export import find_differences

    lines = list(find_differences(path, readings, Journal)) if written.readings else []
    streams.say_lines(lines)
    if lines:
        raise ReadlogError(f"{pluralize(len(lines), 'reading')} in {path} not as in the journal.")
    streams.say(f"Read back and compared: {pluralize(written.readings, 'reading')}, all as in the journal.")


def _tell(path: Path, written: ExportReport) -> None:
    readings, files = pluralize(written.readings, "reading"), pluralize(written.files, "file")
    streams.say(f"{readings} in {path}, {files} written.")
    streams.say_lines(f"Renamed: {old} to {new.name}" for old, new in written.renamed)
    streams.say_lines(f"Removed: {removed}" for removed in written.removed)
    streams.say_lines(f"Left as somebody edited it: {edited}" for edited in written.edited)


def _tell_what_is_missing(chosen: ChosenFormat, readings: Iterable[Reading]) -> None:
    """What the format has no place for, and what was withheld."""
    if isinstance(chosen.format, GoodreadsFormat):
        streams.say_lines(f"Not in it: {number:,} {what}" for what, number in chosen.format.lost.items())
    if isinstance(readings, PublicReadings):
        withheld = _withheld_text(*readings.withheld)
        streams.say(f"Withheld: {withheld}." if withheld else "Nothing was to be withheld.")


def _withheld_text(private_notes: int, spoilers: int, fields: int, progress: int) -> str:
    """`2 private notes, 1 spoiler (folded in)`; empty for nothing."""
    parts = [pluralize(private_notes, "private note")] if private_notes else []
    parts += [pluralize(progress, "note on progress", "notes on progress")] if progress else []
    parts += [f"{pluralize(spoilers, 'spoiler')} (folded in)"] if spoilers else []
    parts += [f"{pluralize(fields, 'field')} that an import has kept"] if fields else []
    return ", ".join(parts)
