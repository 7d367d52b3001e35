"""Files that are small and would be huge: entity bombs, aliases, deep nesting, archives; and nothing touches the network."""

import json
import os
import resource
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from readlog.cli.app import HIDDEN, MODULES
from tests.trials.trial import Budget, Found, Trial
from tests.trials.world import EDITOR, World, a_world

MEMORY = 700_000_000
"""Bytes of addresses that an import may have; a quarter of it is Python and its libraries."""
SECONDS = 20
_DEPTH = 100_000
_LAUGHS = "\n".join(
    ["a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
)
_XML = "<!DOCTYPE x [" + '<!ENTITY a0 "lol">' + "".join(
    f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12)
) + "]><x>&a11;</x>"  # fmt: skip


def _note(fields: str) -> str:
    return f"---\ntitle: Dune\nstatus: finished\n{fields}\n---\nSand.\n"


def _zip_of_zeros(path: Path) -> None:
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("a.md", "w", force_zip64=True) as file,
    ):
        for _ in range(900):
            file.write(bytes(1_000_000))


def _zip_that_lies(path: Path) -> None:
    """An entry that says that it is small, and is not."""
    _zip_of_zeros(path)
    content = path.read_bytes()
    path.write_bytes(content.replace((900_000_000).to_bytes(4, "little"), (900).to_bytes(4, "little")))


def _zip_of_many(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(70_000):
            archive.writestr(f"{number}.md", "")


def _zip_in_zip(path: Path) -> None:
    _zip_of_zeros(path)
    inner = path.read_bytes()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner.zip", inner)


def _zip_of_overlaps(path: Path) -> None:
    """Many names for the same bytes."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("0.md", _note("") + "x" * 9_000_000)
        first = archive.infolist()[0]
        for number in range(1, 3_000):
            twin = zipfile.ZipInfo(f"{number}.md")
            for name in ("header_offset", "compress_size", "file_size", "CRC", "compress_type", "flag_bits"):
                setattr(twin, name, getattr(first, name))
            archive.filelist.append(twin)
            archive.NameToInfo[twin.filename] = twin
        archive._didModify = True  # type: ignore[attr-defined]  # noqa: SLF001 (there is no other way to make such an archive)


BOMBS: dict[str, str | bytes | Callable[[Path], None]] = {
    "aliases in front matter.md": _note(_LAUGHS),
    "an alias to itself.md": _note("a: &a [*a]"),
    "a merge key.md": _note("a: &a {b: 1}\nc:\n  <<: *a"),
    "deep lists in front matter.md": _note("a: " + "[" * _DEPTH + "]" * _DEPTH),
    "deep mappings in front matter.md": _note("a: " + "{a: " * 5_000 + "1" + "}" * 5_000),
    "deep indentation.md": _note("\n".join(" " * n + "a:" for n in range(3_000))),
    "a tag of Python.md": _note("a: !!python/object/apply:os.system ['touch /tmp/readlog-trials-outside.md']"),
    "deep quotations.md": _note("") + ">" * _DEPTH,
    "deep emphasis.md": _note("") + "*" * _DEPTH + "a" + "*" * _DEPTH,
    "many brackets.md": _note("") + "[" * _DEPTH,
    "deep lists.json": "[" * _DEPTH + "]" * _DEPTH,
    "deep extra.json": '[{"title": "Dune", "extra": {"a": ' + "[" * _DEPTH + "]" * _DEPTH + "}}]",
    "a long number.json": '[{"title": "Dune", "pages": ' + "9" * 1_000_000 + "}]",
    "a large power.json": '[{"title": "Dune", "rating": 1e999999999}]',
    "a key twice, many times.json": "[{" + ", ".join(['"title": "Dune"'] * 200_000) + "}]",
    "a long line.csv": "title,review\nDune," + "x" * 70_000_000,
    "an open quotation mark.csv": 'title,review\nDune,"' + "x\n" * 5_000_000,
    "many columns.csv": ",".join(["title"] + [f"c{n}" for n in range(200_000)]) + "\n" + "," * 200_000,
    "entities.xml": _XML,
    "entities in front of a table.csv": _XML + "\ntitle\nDune\n",
    "a review of deep HTML.csv": "Book Id,Title,Author,My Rating,Exclusive Shelf,My Review\n1,Dune,Frank Herbert,4,read," + "<b><i>" * 20_000,
    "a review of open tags.csv": "Book Id,Title,Author,My Rating,Exclusive Shelf,My Review\n1,Dune,Frank Herbert,4,read," + "<" * 200_000,
    "900 MB of zeros.zip": _zip_of_zeros,
    "a size that is a lie.zip": _zip_that_lies,
    "70,000 files.zip": _zip_of_many,
    "an archive in an archive.zip": _zip_in_zip,
    "3,000 names for one file.zip": _zip_of_overlaps,
}  # fmt: skip
_QUICK = frozenset(name for name in BOMBS if not name.endswith(".zip") and "long line" not in name)


OFFLINE: tuple[tuple[str, ...], ...] = (
    (), ("add", "Dune"), ("edit", "2", "--rating", "4"), ("edit", "3"), ("edit", "2", "--restore", "2"), ("show", "1"), ("search", "serge"), ("list",),
    ("want", "Emma", "--author", "Jane Austen"), ("start", "Emma"), ("at", "Emma", "40"), ("pause", "Emma"), ("start", "Emma"), ("finish", "Emma"),
    ("start", "Persuasion"), ("abandon", "Persuasion"), ("goal", "40"), ("goal",), ("goal", "none"),
    ("stats",), ("stats", "--by", "author"), ("stats", "--svg", "OUT/stats.svg"), ("stats", "--year-in-review", "2012", "-o", "OUT/2012.md"),
    ("merge", "4", "1"), ("tags",), ("tags", "rename", "history", "past"), ("tags", "merge", "past", "russia"),
    ("authors",), ("authors", "rename", "Homer", "Homeros"), ("authors", "merge", "Peter Sedgwick", "Victor Serge"),
    ("random",), ("quote", "1", "One"), ("quotes",), ("import", "OUT/books.json"), ("export", "--json"), ("export", "--md", "-o", "OUT/notes/"),
    ("delete", "2", "--yes"), ("undo",), ("undo", "--redo"), ("history",), ("backup", "OUT/b.db"), ("restore", "OUT/b.db", "--yes"),
    ("doctor",), ("doctor", "--fix"), ("doctor", "--salvage", "OUT/saved.db"), ("recover",), ("info",), ("completion", "bash"), ("complete", "bash", "readlog", "sh"),
)  # fmt: skip
"""Every command with what it is asked, in this order, in one journal; OUT is a folder."""


def run(budget: Budget, found: Found) -> None:
    """Import each bomb with little memory and little time, then every command where a socket is an error."""
    with a_world() as world:
        world.begin_with_library()
        world.save()
        names = budget.chance.sample(sorted(_QUICK), 8) if budget.short else list(BOMBS)
        for name in names:
            _import(world, name, found)
    with a_world() as world:
        _offline(world, found)


def _import(world: World, name: str, found: Found) -> None:
    world.put_back()
    path, bomb = world.out / name, BOMBS[name]
    if callable(bomb):
        bomb(path)
    else:
        path.write_bytes(bomb.encode() if isinstance(bomb, str) else bomb)
    before = world.rows()
    ended = world.run("import", str(path), first=_little)
    found.count("bombs refused" if ended.code == 5 else "bombs taken as what they say")
    if ended.code not in (0, 5) or "Traceback" in ended.said:
        found.fail(name, f"ended with {ended.code}: {ended.said[-300:]}")
    if ended.code == 5 and (world.rows() != before or ended.said.count("\n") > 3):
        found.fail(name, f"is no clear line, or the journal is changed: {ended.said[:300]}")
    path.unlink()


def _little() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def _offline(world: World, found: Found) -> None:
    """Every command, in a process that no socket may be made in, and that may start only what the reader has named."""
    world.begin_with_library()
    (world.out / "books.json").write_text(json.dumps([{"title": "Emma", "review": "See http://example.com/a.png"}]))
    for args in OFFLINE:
        what = f"readlog {' '.join(args)}"
        ended = world.run(*(arg.replace("OUT", str(world.out)) for arg in args), env=world.editor("true"), first=_alone)
        found.count("commands without a network")
        if "Forbidden" in ended.said:
            found.fail(what, ended.said[-300:])
        elif ended.code != 0:
            found.fail(f"{what} should do its work", f"it ended with {ended.code}: {ended.said[-300:]}")
    for name in not_asked():
        found.fail(f"readlog {name}", "nobody has asked whether it needs a network")


def not_asked() -> list[str]:
    """The commands that are not tried without a network; there should be none."""
    return sorted({*MODULES, *HIDDEN} - {args[0] for args in OFFLINE if args})


class Forbidden(BaseException):
    """What nobody may catch."""


def _alone() -> None:
    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if event.startswith(("socket.", "urllib.", "http.", "ftplib.", "smtplib.")) or event == "os.system":
            raise Forbidden(event)
        if event == "subprocess.Popen" and os.path.basename(str(arguments[1][0])) != EDITOR:
            raise Forbidden(f"{event} {arguments[1]}")

    sys.addaudithook(watch)


TRIAL = Trial("bombs", f"Files that would be huge are refused with {MEMORY // 1_000_000} MB of memory and {SECONDS} s of "
              "processor; no command makes a socket, or starts what the reader has not named.", run, share=1)  # fmt: skip
