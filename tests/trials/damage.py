"""Bytes of the journal are flipped, overwritten or cut off at random places, and every command looks at what is left."""

import json
import random
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from readlog.cli.app import MODULES
from readlog.journal import Journal
from tests.given import make
from tests.trials.child import Ended
from tests.trials.hands import share
from tests.trials.soundness import faults
from tests.trials.trial import Budget, Found, Trial
from tests.trials.world import World, a_world

READINGS = 60
LOOKS = (
    ("export", "--json"),
    ("list",),
    ("search", "petrograd"),
    ("show", "30"),
    ("stats", "--by", "author"),
    ("quotes", "bread"),
    ("info",),
    ("history",),
    (),
)
_CODES = {0, 3, 6}
_PAGE = 4096
_VALUES = (
    b"Hogarth",
    b"English",
    b"finished",
    b"author",
    b"A note",
    b"A line",
    b"Author",
    b"tag",
    b"Volume",
    b"CHECK",
    b"edit",
)
_OF_THE_FILE = 100
"""Bytes of the header, in which a flip says something of all pages."""


_PLACES = 1_000
"""Enough of them."""


def run(budget: Budget, found: Found) -> None:
    """In two processes, each with a half of the places."""
    share(_damage, budget, found)


def _damage(budget: Budget, found: Found, part: int, parts: int) -> None:
    """Damage the file in one place after the other, and put it back."""
    with a_world() as world:
        _fill(world)
        world.save()
        whole = world.journal.read_bytes()
        truth = _truth(world.must("export", "--json")) or []
        found.tell("bytes of the file", f"{len(whole):,}")
        for number in budget.rounds(30, least=100 // parts, enough=_PLACES // parts):
            how, broken = _damaged(whole, budget.chance, number)
            world.put_back()
            world.journal.write_bytes(broken)
            found.count("damaged places")
            _look(world, how, broken, truth, found, budget)


def _fill(world: World) -> None:
    with Journal(str(world.journal)) as journal:
        for number in range(READINGS):
            journal.add(
                make(
                    f"Volume {number}",
                    authors=[f"Author {number % 7}"],
                    tags=["russia", f"tag {number % 5}"],
                    finished=f"20{number % 20:02}-03",
                    rating=1 + number % 4,
                    pages=100 + number,
                    publisher="Hogarth",
                    language="English",
                    review=f"The bread of Petrograd, volume {number}. " * 20,
                    private_note=f"A note {number}",
                    quotes=[{"text": f"A line {number}", "page": str(number)}],
                )
            )
        for number in range(1, READINGS, 3):
            journal.edit(number, lambda now: make(now.book.title, rating=2, review=now.review))


def _damaged(whole: bytes, chance: random.Random, number: int) -> tuple[str, bytes]:
    """A copy with one fault in it, and what was done to it."""
    broken, at = bytearray(whole), chance.randrange(len(whole))
    kind = chance.choice(
        ("value", "value", "bit", "bit", "byte", "byte", "bytes", "header", "page", "moved", "cut", "empty", "zeros")
    )
    if kind == "value":
        at = chance.choice(_places(whole))
        broken[at] ^= 1 << chance.randrange(5)
    elif kind == "bit":
        broken[at] ^= 1 << chance.randrange(8)
    elif kind == "byte":
        broken[at] = (broken[at] + chance.randrange(1, 256)) % 256
    elif kind == "bytes":
        broken[at : at + 32] = chance.randbytes(len(broken[at : at + 32]))
    elif kind == "header":
        at = chance.randrange(_OF_THE_FILE)
        broken[at] ^= 1 << chance.randrange(8)
    elif kind == "page":
        at -= at % _PAGE
        broken[at : at + _PAGE] = bytes(_PAGE)
    elif kind == "moved":
        at, to = at - at % _PAGE, chance.randrange(0, len(whole), _PAGE)
        broken[at : at + _PAGE] = whole[to : to + _PAGE]
    elif kind == "zeros":
        broken[at:] = bytes(len(whole) - at)
    else:
        at = at if kind == "cut" else 0
        del broken[at:]
    return f"{kind} at {at} of {len(whole)}", bytes(broken)


def _places(whole: bytes) -> list[int]:
    """Bytes of short values, which a place chosen among all bytes would seldom hit."""
    return [at + 2 for word in _VALUES for at in _all(whole, word)]


def _all(whole: bytes, word: bytes) -> Iterator[int]:
    at = whole.find(word)
    while at >= 0:
        yield at
        at = whole.find(word, at + 1)


def _look(world: World, how: str, broken: bytes, truth: list[Any], found: Found, budget: Budget) -> None:
    """Ask everything; the answers of `doctor` are compared with what the others have read."""
    doctor = world.run("doctor") if "doctor" in MODULES else None
    if doctor:
        _judge(world, ("doctor",), doctor, how, found)
        found.count("noticed by doctor", int(doctor.code != 0))
    looks = [look for look in LOOKS if not look or look[0] in MODULES]
    asked = [looks[0], *budget.chance.sample(looks[1:], 1 if budget.short else 3)]
    ended = {look: world.run(*look) for look in asked}
    for look, each in ended.items():
        _judge(world, look, each, how, found)
    read = _truth(ended[looks[0]])
    if read is None:
        found.count("refused with a line")
    elif read != truth:
        found.count("read otherwise")
        if doctor and doctor.code == 0:
            found.fail(how, f"rows are read otherwise, and doctor exits 0: {_first_difference(truth, read)}")
    else:
        found.count("harmless: every row was read as it was")
    if doctor and doctor.code == 6 and (not budget.short or budget.chance.random() < 0.2):
        _judge_salvage(world, how, found)
    if len(broken) < _PAGE:
        _judge_add(world, how, broken, found)


def _judge(world: World, look: Sequence[str], ended: Ended, how: str, found: Found) -> None:
    what = f"{how}, readlog {' '.join(look)}"
    codes = _CODES if look[:1] != ("doctor",) else {*_CODES, 1}
    if ended.code not in codes:
        found.fail(what, f"ended with {ended.code}: {ended.said:.300}")
    if "Traceback" in ended.said:
        found.fail(what, f"a traceback: {ended.said[-300:]}")
    if ended.code == 6 and "--salvage" not in look and str(world.journal) not in ended.said:
        found.fail(what, f"does not name the journal: {ended.said:.200}")


def _judge_salvage(world: World, how: str, found: Found) -> None:
    """What can be read goes into a sound journal, or nothing does; the damaged file stays as it is."""
    new, before = world.out / "salvaged.db", world.journal.read_bytes()
    ended = world.run("doctor", "--salvage", str(new))
    _judge(world, ("doctor", "--salvage"), ended, how, found)
    found.count("salvaged", int(ended.code == 0))
    for fault in faults(new):
        found.fail(f"{how}, doctor --salvage", fault)
    if world.journal.read_bytes() != before:
        found.fail(f"{how}, doctor --salvage", "the damaged file is changed")


def _judge_add(world: World, how: str, broken: bytes, found: Found) -> None:
    """An emptied or cut file is not taken for a new journal."""
    ended = world.run("add", "Dune")
    if ended.code != 6 or world.journal.read_bytes() != broken:
        found.fail(how, f"add ended with {ended.code}, and the file has {world.journal.stat().st_size} bytes")
    found.count("adds refused at an emptied or cut file")


def _truth(ended: Ended) -> list[Any] | None:
    """The records that an export gave, without moments; None where it gave none."""
    if ended.code != 0:
        return None
    with suppress(ValueError):
        records = json.loads(ended.stdout)
        return records if isinstance(records, list) else None
    return None


def _first_difference(truth: Sequence[Any], read: Sequence[Any]) -> str:
    if len(truth) != len(read):
        return f"{len(read)} readings in place of {len(truth)}"
    for ours, theirs in zip(truth, read, strict=True):
        for key in ours:
            if ours[key] != theirs.get(key):
                return f"reading {ours['id']}, {key}: {ours[key]!r:.60} became {theirs.get(key)!r:.60}"
    return "the order"


TRIAL = Trial("damage", "A file with flipped, overwritten or missing bytes is noticed or harmless: never a traceback, never "
              "another answer than the truth while doctor exits 0, and never taken for a new journal.", run, share=5)  # fmt: skip
