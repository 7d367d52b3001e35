"""A journal that forgets nothing and a folder that it is exported to, over the years."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from readlog.core.domain_model import Reading
from readlog.exports.export_format import ExportFormat
from readlog.exports.write_export import ExportReport, write_folder
from readlog.formats import json_format, markdown_format
from readlog.formats.markdown_format import file_names
from tests.given import make

FORMATS: tuple[ExportFormat, ...] = (markdown_format, json_format)


def reading(id_: int, title: str = "Dune", year: int = 2020, uid: str | None = None, **fields: object) -> Reading:
    """A reading as the journal gives it, changed last in this year."""
    instants = {"created_at": "2020-01-01T00:00:00.000Z", "updated_at": f"{year}-01-02T00:00:00.000Z"}
    return make(title, **fields)._replace(id=id_, uid=uid or f"r{id_:016x}", **instants)


def names_in(folder: Path) -> list[str]:
    """What there is, in order."""
    return sorted(path.name for path in folder.iterdir())


class Years:
    """What the readings of a journal are now and what they were, and exports of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.format: ExportFormat = markdown_format
        self.readings: dict[int, Reading] = {}
        self._past: dict[tuple[str, str], Reading] = {}
        self._deleted: set[str] = set()

    def have(self, *readings: Reading) -> None:
        """The readings are in the journal now, in place of what they were."""
        for each in readings:
            assert each.id
            assert each.uid
            assert each.updated_at
            self.readings[each.id] = each
            self._past[each.uid, each.updated_at] = each

    def delete(self, *ids: int) -> None:
        """The readings are in the journal no more."""
        self._deleted |= {self.readings.pop(id_).uid or "" for id_ in ids}

    def forget(self, *ids: int) -> None:
        """The journal knows nothing of these readings, or of what any was."""
        for id_ in ids:
            del self.readings[id_]
        if not ids:
            self._past = {}

    def export(
        self, prune: bool = False, only: Iterable[int] | None = None, ends_after: int | None = None
    ) -> ExportReport:
        """Export all readings, or only some of them, or some until the program is interrupted."""
        readings = list(self.readings.values())
        names = file_names((each.id or 0, each.finished, each.book.title) for each in readings)
        chosen = [each for each in readings if only is None or each.id in only]
        return write_folder(
            self.folder,
            chosen if ends_after is None else _interrupted(chosen[:ends_after]),
            names,
            self.format,
            find_version=lambda uid, updated_at: self._past.get((uid, updated_at)),
            find_deleted=self._deleted.intersection if prune else None,
        )

    def path(self, name: str) -> Path:
        """The file of this name."""
        return self.folder / f"{name}{self.format.SUFFIX}"


def _interrupted(readings: Iterable[Reading]) -> Iterator[Reading]:
    yield from readings
    raise KeyboardInterrupt
