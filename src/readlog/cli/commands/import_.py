"""`readlog import`: files of other services, and readlog's own, into the journal."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from readlog.cli.options import AsJson
from readlog.cli.typer_setup import Command, new_app, open_journal
from readlog.core.clock import today
from readlog.core.errors import BadInput, ReadlogError, UnreadableInput
from readlog.core.import_row import ImportOptions
from readlog.core.normalize_text import fold, pluralize
from readlog.core.status import parse_status
from readlog.formats.table_rows import column_key
from readlog.ui import streams

if TYPE_CHECKING:
    from readlog.core.import_row import ImportOptions
    from readlog.imports.detect_source import ImportFiles
    from readlog.imports.results import ImportReport
    from readlog.journal import Journal


_ORDERS = {"d/m/y": True, "m/d/y": False}


def wishes_given(statuses: Iterable[str], columns: Iterable[str], dates: str | None) -> ImportOptions:
    """The wishes in `--status dnf=abandoned`, `--map Note=rating/10` and `--dates d/m/y`. Raises BadInput."""
    if dates is not None and dates.casefold() not in _ORDERS:
        raise BadInput(f'"{dates}" is not an order of dates. Write --dates d/m/y or --dates m/d/y.')
    return ImportOptions(
        today(),
        statuses={fold(word): parse_status(state) for word, state in _pairs("--status", statuses)},
        columns={column_key(column): field for column, field in _pairs("--map", columns)},
        day_first=_ORDERS[dates.casefold()] if dates else None,
    )


def _pairs(option: str, values: Iterable[str]) -> Iterator[tuple[str, str]]:
    """What stands left and right of the last `=`: a column may have one in its name, a field has none."""
    for value in values:
        left, _, right = (part.strip() for part in value.rpartition("="))
        if not left or not right:
            example = '"dnf=abandoned"' if option == "--status" else '"Titel=title"'
            raise BadInput(f'{option} "{value}" does not say what is what. Write it as {option} {example}.')
        yield left, right


app = new_app()

STDIN = "-"

Files = Annotated[list[str], typer.Argument(metavar="FILE...", help="Files, folders or ZIPs; - is standard input.")]
Format = Annotated[
    str | None, typer.Option("--from", metavar="FORMAT", help="goodreads, storygraph, csv, json or markdown.")
]
Map = Annotated[
    list[str] | None, typer.Option("--map", metavar="COLUMN=FIELD", help='What a column is: "Note=rating/10".')
]
Status = Annotated[
    list[str] | None, typer.Option("--status", metavar="WORD=STATUS", help='What a word means: "dnf=abandoned".')
]
Tag = Annotated[list[str] | None, typer.Option("--tag", metavar="LABEL", help="Tag every book of the files.")]
Dates = Annotated[
    str | None, typer.Option("--dates", metavar="ORDER", help="d/m/y or m/d/y, where the file leaves it open.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", "-n", help="Tell what would happen and write nothing.")]
Strict = Annotated[bool, typer.Option("--strict", help="Write nothing if a row is refused.")]
KeepRefused = Annotated[
    bool, typer.Option("--keep-refused", help="Write refused rows to FILE.refused.csv, to mend them.")
]

NoBackup = Annotated[bool, typer.Option("--no-backup", help="Make no backup before a large import.")]


@app.command(
    "import",
    cls=Command,
    epilog="""
    readlog import goodreads_library_export.csv --dry-run
    readlog import goodreads_library_export.csv --status literature=abandoned
    readlog import books.csv --map "Titel=title" --map "Note=rating/10"
    """,
)
def import_command(
    ctx: typer.Context,
    files: Files,
    *,
    from_: Format = None,
    map_: Map = None,
    status: Status = None,
    tag: Tag = None,
    dates: Dates = None,
    dry_run: DryRun = False,
    strict: Strict = False,
    keep_refused: KeepRefused = False,
    no_backup: NoBackup = False,
    json: AsJson = False,
) -> None:
    """Bring in what you wrote elsewhere.

    Exports of Goodreads and StoryGraph, any CSV whose columns you name, and what readlog exported:
    JSON, Markdown, CSV. Tells what became of every row. The same file again changes nothing.
    """
    rows = _opened(files, wishes_given(status or (), map_ or (), dates), from_)
    keep_refused = keep_refused and not dry_run
    if keep_refused:
        rows.check_rejected_paths()
    with open_journal(ctx) as journal:
        report = _merge(journal, rows, tag or [], strict=strict, on_trial=dry_run, backup=not no_backup)
    _tell(report, rows, written=not dry_run and not (strict and report.rejected), json=json)
    if keep_refused:
        _keep_refused(rows)
    if strict and report.rejected:
        raise UnreadableInput(f"{pluralize(len(report.rejected), 'row')} refused, and so nothing was written.")


def _opened(files: list[str], wishes: "ImportOptions", named: str | None) -> "ImportFiles":
    from readlog.imports.detect_source import ImportFiles, open_import_files

    stdin = streams.read_bytes("file") if STDIN in files else None
    return ImportFiles(open_import_files(files, wishes, named, stdin))


def _merge(journal: "Journal", rows: "ImportFiles", labels: list[str], **wishes: bool) -> "ImportReport":
    from readlog.cli.reading_from_options import fields_from_options
    from readlog.core.clock import today
    from readlog.core.parse_fields import parse_field
    from readlog.ui.progress_bar import progress_bar

    tags = parse_field("tags", fields_from_options({"tags": labels})["tags"], today())
    with progress_bar(rows.total, "building the search index") as follow:
        return journal.import_rows(lambda: follow(rows, lambda row: rows.done), rows.service, tags, **wishes)


def _keep_refused(rows: "ImportFiles") -> None:
    """Write down the rows that were refused; the others are in the journal whatever becomes of this."""
    try:
        streams.say_lines(f"Rows that were refused are in {path}" for path in rows.write_rejected())
    except ReadlogError:
        streams.say("Only the rows that were refused could not be written down; all else is as told above.")
        raise


def _tell(report: "ImportReport", rows: "ImportFiles", *, written: bool, json: bool) -> None:
    if json:
        from readlog.formats.json_format import dumps

        streams.put(dumps(report.to_json()))
    elif streams.on_terminal():
        from readlog.imports.terminal import show_report

        show_report(report, rows.files, written=written)
    else:
        from readlog.imports.plain import print_report

        print_report(report)
    if rows.skipped:
        streams.say(f"{pluralize(len(rows.skipped), 'note')} of other things left alone.")
