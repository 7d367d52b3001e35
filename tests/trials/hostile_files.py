"""Files to import in every format, with hostile texts in every field and hostile names in archives and folders."""

import csv
import io
import json
import os
import zipfile
from pathlib import Path
from typing import Any

from tests.trials.hostile_texts import Hostile

_GOODREADS = ("Book Id,Title,Author,Author l-f,Additional Authors,ISBN,ISBN13,My Rating,Average Rating,Publisher,Binding,"
              "Number of Pages,Year Published,Original Publication Year,Date Read,Date Added,Bookshelves,"
              "Bookshelves with positions,Exclusive Shelf,My Review,Spoiler,Private Notes,Read Count,Owned Copies").split(",")  # fmt: skip
_STORYGRAPH = ("Title,Authors,Contributors,ISBN/UID,Format,Read Status,Date Added,Last Date Read,Dates Read,Read Count,Moods,"
               "Pace,Character- or Plot-Driven?,Strong Character Development?,Loveable Characters?,Diverse Characters?,"
               "Flawed Characters?,Star Rating,Review,Content Warnings,Content Warning Description,Tags,Owned?").split(",")  # fmt: skip
FORMATS = ("json", "csv", "goodreads", "storygraph", "markdown", "folder", "zip")


def record(hostile: Hostile) -> dict[str, Any]:
    """A record with such a text in every field that takes one."""
    title = f"{hostile.whole()} {hostile.made}"
    return {
        "title": title,
        "subtitle": hostile.whole(),
        "authors": [hostile.whole(), f"Author {hostile.made % 5}"],
        "contributors": [{"name": hostile.whole() + "x", "role": "translator"}],
        "series": hostile.whole(),
        "publisher": hostile.whole(),
        "language": hostile.whole(),
        "tags": [hostile.whole(), "imported"],
        "review": hostile.whole(6),
        "private_note": hostile.whole(3),
        "quotes": [{"text": hostile.whole(3) + "x", "remark": hostile.whole()}],
        "extra": {hostile.whole()[:50] or "x": hostile.whole()},
    }


def write(format_: str, folder: Path, hostile: Hostile, rows: int) -> Path:
    """A file, or a folder, of this format with so many rows in `folder`."""
    path = folder / f"hostile-{hostile.made}.{format_}"
    if format_ == "json":
        path.write_text(json.dumps([record(hostile) for _ in range(rows)]), encoding="utf-8")
    elif format_ == "csv":
        path.write_text(
            _table(("title", "authors", "tags", "review", "private_note", "publisher"), hostile, rows), encoding="utf-8"
        )
    elif format_ == "goodreads":
        path.write_text(_table(_GOODREADS, hostile, rows), encoding="utf-8")
    elif format_ == "storygraph":
        path.write_text(_table(_STORYGRAPH, hostile, rows), encoding="utf-8")
    elif format_ == "markdown":
        path = path.with_suffix(".md")
        path.write_text(_note(hostile), encoding="utf-8")
    elif format_ == "folder":
        _folder(path, hostile, rows)
    else:
        _archive(path, hostile, rows)
    return path


def _table(columns: tuple[str, ...] | list[str], hostile: Hostile, rows: int) -> str:
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(columns)
    for number in range(rows):
        table.writerow([_cell(column, hostile, number) for column in columns])
    return text.getvalue().replace("\0", "")


def _cell(column: str, hostile: Hostile, number: int) -> str:
    plain = {"Book Id": str(hostile.made), "My Rating": "4", "Star Rating": "4.25", "Exclusive Shelf": "read", "Read Status": "read",
             "Read Count": "1", "Number of Pages": "", "Year Published": "", "Original Publication Year": "", "ISBN": "",
             "ISBN13": "", "ISBN/UID": "", "Date Read": "2012/03/01", "Date Added": "2012/03/01", "Average Rating": "3.9",
             "Last Date Read": "", "Dates Read": "", "Owned Copies": "0", "Owned?": "No", "Format": "paperback"}  # fmt: skip
    if column.casefold() == "title":
        return f"{hostile.whole()} {hostile.made}"
    return plain.get(column, hostile.whole(3 if "eview" in column else 1))


def _note(hostile: Hostile) -> str:
    """Markdown whose front matter is quoted as JSON is, which is YAML too, or not quoted at all."""
    quoted = json.dumps(f"{hostile.whole()} {hostile.made}", ensure_ascii=True)
    loose = hostile.whole().replace("\n", " ") if hostile.made % 3 == 0 else '"x"'
    return f"---\ntitle: {quoted}\nauthors: [{json.dumps(hostile.whole())}]\nstatus: finished\nmood: {loose}\n---\n{hostile.whole(6)}\n"


def _folder(path: Path, hostile: Hostile, rows: int) -> None:
    path.mkdir()
    for _ in range(rows):
        name = hostile.name().replace("/", "\u2044")
        with open(os.path.join(os.fsencode(path), name.encode() + b".md"), "w", encoding="utf-8") as file:
            file.write(_note(hostile))


def _archive(path: Path, hostile: Hostile, rows: int) -> None:
    """Names in it lead out of the folder, are absolute, or stand there twice."""
    names = ["../../outside.md", "/tmp/readlog-trials-outside.md", "..\\outside.md", "a/../../outside.md"]
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(rows):
            archive.writestr(
                zipfile.ZipInfo(names[number] if number < len(names) else f"{hostile.name()}.md"), _note(hostile)
            )
