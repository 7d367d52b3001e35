"""Editors that fail in every way: what was typed is kept, and a clear line says where."""

import re
from collections.abc import Callable
from typing import NamedTuple

from tests.trials.cases import is_typed, where_typed
from tests.trials.child import Ended
from tests.trials.soundness import faults
from tests.trials.trial import Budget, Found, Trial
from tests.trials.world import TYPED, World, a_world

TYPES = f'sed -i "s/^<!-- -.*>8.*/{TYPED}\\n&/" "$1"'


class Bad(NamedTuple):
    """An editor: what its script does, and the codes that `readlog edit` may end with.

    `keeps` says that what was typed must be in the journal, or in a file.
    """

    name: str
    script: str
    codes: tuple[int, ...]
    keeps: bool = True


EDITORS = (
    Bad("types and exits 1", f'{TYPES}; : > "$HOME/typed"; exit 1', (2,)),
    Bad("types and is killed", f'{TYPES}; : > "$HOME/typed"; kill -9 $$', (2,)),
    Bad("types and ends with SIGTERM", f'{TYPES}; : > "$HOME/typed"; kill $$', (2,)),
    Bad("exits 1 at once", "exit 1", (2,), keeps=False),
    Bad("saves nothing", "true", (0,), keeps=False),
    Bad("empties the file", ': > "$1"', (0,), keeps=False),
    Bad("saves garbage", 'head -c 4000 /dev/urandom > "$1"', (2, 5), keeps=False),
    Bad(
        "saves garbage around what was typed",
        f"{{ head -c 100 /dev/urandom; echo '{TYPED}'; head -c 100 /dev/urandom; }} > \"$1\"",
        (2, 5),
    ),
    Bad("saves text without fields", f"echo '{TYPED}' > \"$1\"", (2, 5)),
    Bad(
        "saves a rating that is none",
        f"{TYPES}; sed -i 's/^rating:.*/rating: 11/' \"$1\"; grep -q '^rating: 11' \"$1\" || sed -i '2i rating: 11' \"$1\"",
        (2,),
    ),
    Bad("saves front matter without an end", f"printf -- '---\\ntitle: Dune\\n{TYPED}\\n' > \"$1\"", (2, 5)),
    Bad("saves invalid UTF-8", f"{TYPES}; printf 'caf\\351' >> \"$1\"", (2, 5)),
    Bad(
        "saves UTF-16",
        f"{{ printf '\\377\\376'; printf '{TYPED}' | sed 's/./&\\x00/g'; }} > \"$1\"",
        (2, 5),
        keeps=False,
    ),
    Bad("saves NUL bytes", f'{TYPES}; head -c 100 /dev/zero >> "$1"', (0, 2, 5)),
    Bad("deletes the file", 'rm "$1"', (5,), keeps=False),
    Bad("puts a directory in its place", 'rm "$1"; mkdir "$1"', (1, 5, 6), keeps=False),
    Bad("puts a dangling link in its place", 'rm "$1"; ln -s /nowhere/at/all "$1"', (5,), keeps=False),
    Bad("saves by a rename", f'sed \'s/^<!-- -.*>8.*/{TYPED}\\n&/\' "$1" > "$1.new"; mv "$1.new" "$1"', (0,)),
    Bad("takes the right to read away", f'{TYPES}; chmod 0 "$1"', (0, 1, 5, 6)),
    Bad("saves below the scissors", f"echo '{TYPED}' >> \"$1\"", (2,)),
    Bad("removes the folder of drafts", 'rm -r "$(dirname "$1")"', (5, 6), keeps=False),
)
_FIFTY_MB = Bad("saves 50 MB", "yes 'typed in a winter in Petrograd, in the snow, with bread' | head -c 50000000 > \"$1.x\"; "
                'sed -i "/^<!-- -.*>8/,\\$d" "$1"; cat "$1.x" >> "$1"; rm "$1.x"', (0, 2, 5, 6))  # fmt: skip


def run(budget: Budget, found: Found) -> None:
    """Edit with each of them, and add one reading by questions."""
    editors = EDITORS if budget.short else (*EDITORS, _FIFTY_MB)
    with a_world() as world:
        for bad in editors:
            _edit(world, bad, found)
        for how, env, codes in _NO_EDITORS:
            _without(world, how, env(world), codes, found)
    found.tell("editors", len(editors) + len(_NO_EDITORS))


def _edit(world: World, bad: Bad, found: Found) -> None:
    world.begin_with_library()
    before = world.rows()
    ended = world.run("edit", "3", env=world.editor(bad.script))
    _judge(f"an editor that {bad.name}", world, ended, bad.codes, found)
    if bad.keeps and not (places := where_typed(world)):
        found.fail(f"an editor that {bad.name}", f"what was typed is nowhere: {ended.said:.300}")
    elif bad.keeps and places != ["the journal"] and not any(place in ended.said for place in places):
        found.fail(
            f"an editor that {bad.name}", f"what was typed is in {places}, and nobody says so: {ended.said:.300}"
        )
    if ended.code != 0 and world.rows() != before:
        found.fail(f"an editor that {bad.name}", "the journal is changed")
    if not is_typed(world) and ended.code == 0:
        found.fail(f"an editor that {bad.name}", "its script did not come to its end")
    found.count("what was typed was kept", int(bad.keeps))


def _without(world: World, how: str, env: dict[str, str | None], codes: tuple[int, ...], found: Found) -> None:
    world.begin_with_library()
    _judge(how, world, world.run("edit", "3", env=env), codes, found)


_NO_EDITORS: tuple[tuple[str, Callable[[World], dict[str, str | None]], tuple[int, ...]], ...] = (
    ("an editor that is not there", lambda world: {"EDITOR": "/nowhere/editor"}, (2,)),
    ("an editor that cannot be started", lambda world: {"EDITOR": _written(world, "no program")}, (2,)),
    ("an editor that is a folder", lambda world: {"EDITOR": str(world.home)}, (2,)),
    ("an editor with a stray quote", lambda world: {"EDITOR": "sh 'unclosed"}, (2,)),
)


def _written(world: World, text: str) -> str:
    path = world.home / "no-editor"
    path.write_text(text)
    path.chmod(0o700)
    return str(path)


def _judge(what: str, world: World, ended: Ended, codes: tuple[int, ...], found: Found) -> None:
    if ended.code not in codes:
        found.fail(what, f"ended with {ended.code}, not with one of {codes}: {ended.said:.300}")
    if "Traceback" in ended.said or (ended.code and not re.search("^readlog: ", ended.said, re.MULTILINE)):
        found.fail(what, f"that is no clear line: {ended.said:.300}")
    for fault in faults(world.journal):
        found.fail(what, fault)


TRIAL = Trial("editors", "Whatever an editor does: what was typed is in the journal or in a file that is named, and a clear "
              "line says what happened.", run, share=1)  # fmt: skip
