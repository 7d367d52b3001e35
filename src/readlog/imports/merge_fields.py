"""What a file of another service adds to what is in the journal.

What is not known here is taken. What differs is taken where nobody but this service has changed it
last; otherwise the journal keeps its own: a reader has edited it, or another service knows it
otherwise. The other value is kept beside it, and told once, but for one that was here before: then
it is the journal that has moved on. What a service does not say any more is never taken away.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import Enum, auto
from typing import Any, Generic, NamedTuple, TypeVar

from readlog.core.fields import add_tags
from readlog.core.merge_record import FieldConflict
from readlog.core.model import AUTHOR, BOOK_FIELDS, Book, Contributor, Reading
from readlog.core.partial_date import PartialDate
from readlog.core.text import fold
from readlog.history.reading_versions import ColumnValue
from readlog.identity.similarity import (
    UNSPECIFIED_ROLE,
    Similarity,
    compare_names,
    compare_people,
    possible_authors,
    same_words,
    title_keys,
)
from readlog.imports.import_history import ImportHistory
from readlog.imports.match_readings import RANK, own_source

_OF_READING = ("finished", "started", "rating", "format", "review", "private_note")
_DATES = ("started", "finished")

WasNoted = Callable[[str, Any], bool]

T = TypeVar("T", Book, Reading)


class MergeResult(NamedTuple, Generic[T]):
    """What a book or a reading becomes, and the fields in which the file says otherwise."""

    value: T
    otherwise: tuple[FieldConflict, ...] = ()


class _Verdict(Enum):
    TAKE = auto()
    KEEP = auto()
    TELL = auto()


class FieldMerge:
    """What becomes of the fields of one row of the journal while what a file says of them is weighed.

    With `only_fill` nothing that is known is changed: another row of the same file has told of it.
    `was_noted` tells of a field and a value whether it was kept beside the journal's own before.
    """

    def __init__(self, told: ImportHistory, table: str, id_: int, *, only_fill: bool, was_noted: WasNoted) -> None:
        self.taken: dict[str, Any] = {}
        self.otherwise: list[FieldConflict] = []
        self._told = told
        self._row = table, id_
        self._only_fill = only_fill
        self._was_noted = was_noted

    def of_others(self, key: str) -> list[Any]:
        """The values that others than the service have set."""
        return [each.value for each in self._told.history(*self._row, key) if each.command != self._told.command]

    def weigh(self, key: str, ours: Any, theirs: Any, *, may_fill: bool = True) -> None:
        """Take what is said, or note it, or let it be."""
        if theirs is None or theirs == ours:
            return
        said = stored(theirs)
        if (self._only_fill or ours is None) and self._was_noted(key, said):
            return
        verdict = _judge(key, stored(ours), said, self._told.history(*self._row, key), self._told.command)
        if verdict is _Verdict.TAKE and (may_fill if ours is None else not self._only_fill):
            self.taken[key] = theirs
        elif verdict is not _Verdict.KEEP:
            self.otherwise.append(FieldConflict(key, stored(ours), said))

    def weigh_status(self, ours: str, theirs: str) -> bool:
        """Weigh a state; one that is further on comes in unless it was here, or was kept out, before.

        Returns whether both agree then.
        """
        if RANK[theirs] == RANK[ours]:
            self.weigh("status", ours, theirs)
        else:
            was_here = theirs in (setting.value for setting in self._told.history(*self._row, "status"))
            if RANK[theirs] > RANK[ours] and not was_here and not self._was_noted("status", theirs):
                self.taken["status"] = theirs
            elif not was_here:
                self.otherwise.append(FieldConflict("status", ours, theirs))
        return bool(self.taken.get("status", ours) == theirs)


def merge_book_fields(
    known: Book, id_: int, said: Book, told: ImportHistory, *, only_fill: bool, was_noted: WasNoted
) -> MergeResult[Book]:
    """The book with what the file adds to its own fields: people and tags are not looked at.

    `only_fill` where the file tells of another edition, or another row of it has told of the book.
    """
    settling = FieldMerge(told, "books", id_, only_fill=only_fill, was_noted=was_noted)
    for key in BOOK_FIELDS:
        may_fill = not (key == "subtitle" and _is_in_title(known, settling, said)) and not (
            key == "series_number" and (_is_of_another_series(known, said) or was_noted("series", said.series))
        )
        if may_fill or getattr(known, key) is not None:
            settling.weigh(key, getattr(known, key), getattr(said, key), may_fill=may_fill)
    return MergeResult(known._replace(**settling.taken) if settling.taken else known, tuple(settling.otherwise))


def merge_reading_fields(
    ours: Reading, said: Reading, told: ImportHistory, *, only_fill: bool, was_noted: WasNoted
) -> MergeResult[Reading]:
    """The reading with what the file adds to it, `extra` not yet; its book is not looked at.

    It may be one that was deleted, whose id is negative.
    """
    assert ours.id is not None
    settling = FieldMerge(told, "readings", abs(ours.id), only_fill=only_fill, was_noted=was_noted)
    agree = ours.status == said.status or settling.weigh_status(ours.status, said.status)
    for key in _OF_READING:
        may_fill = key not in _DATES or (agree and _in_order(ours, settling, said, key))
        settling.weigh(key, getattr(ours, key), getattr(said, key), may_fill=may_fill)
    return MergeResult(_with_lists(ours, said, told, settling.taken), tuple(settling.otherwise))


def stored(value: Any) -> Any:
    """A value as a record, and SQLite, has it."""
    return value.edtf if isinstance(value, PartialDate) else value


def _judge(key: str, ours: Any, theirs: Any, history: Sequence[ColumnValue], command: str) -> _Verdict:
    """Of a value that is no more than another's there is nothing to tell, also when that is not there any more.

    Where it is the service itself that had said more, it says something else now.
    """
    values = [setting.value for setting in history]
    if ours is None and not any(value is not None for value in values):
        return _Verdict.TAKE
    if ours is not None and history and history[0].command == command:
        return _Verdict.TAKE
    of_others = [ours, *(setting.value for setting in history if setting.command != command)]
    is_known = theirs in values or any(_says_no_more(key, each, theirs) for each in of_others if each is not None)
    return _Verdict.KEEP if is_known else _Verdict.TELL


def _says_no_more(key: str, ours: Any, theirs: Any) -> bool:
    """Whether a value says nothing that the other one does not say.

    A date that is less precise, a title without its subtitle, any text that differs in case and punctuation.
    """
    if key in _DATES:
        return PartialDate.from_edtf(theirs).contains(PartialDate.from_edtf(ours))
    if key == "title":
        return f"{title_keys(ours, None).full} ".startswith(f"{title_keys(theirs, None).full} ")
    return isinstance(ours, str) and isinstance(theirs, str) and same_words(ours, theirs)


def _is_in_title(known: Book, settling: FieldMerge, said: Book) -> bool:
    """Whether the title that the book has, or gets, says a subtitle already, or said it until a reader changed it."""
    if not said.subtitle:
        return True
    whole = title_keys(said.title, said.subtitle).full
    if "title" in settling.taken:
        return title_keys(settling.taken["title"], None).full == whole
    return any(title_keys(title, None).full == whole for title in (known.title, *settling.of_others("title")))


def _is_of_another_series(known: Book, said: Book) -> bool:
    return bool(known.series and said.series and not same_words(known.series, said.series))


def _in_order(ours: Reading, settling: FieldMerge, said: Reading, key: str) -> bool:
    """Whether a date that is not known yet goes with the other one that is."""
    values = {each: settling.taken.get(each, getattr(ours, each)) for each in _DATES} | {key: getattr(said, key)}
    started, finished = values["started"], values["finished"]
    return not (started and finished and finished.day_after <= started.first_day)


def _with_lists(ours: Reading, said: Reading, told: ImportHistory, taken: Mapping[str, Any]) -> Reading:
    """The reading with the values that were taken, and the sources and quotes that are new."""
    sources = tuple(each for each in said.sources if each not in ours.sources and each != own_source(ours))
    texts = {quote.text for quote in ours.quotes}
    quotes = [quote for quote in said.quotes if quote.text not in texts]
    fresh = tuple(quote for quote in quotes if not told.quote_was_there(abs(ours.id or 0), quote.text))
    if not taken and not sources and not fresh:
        return ours
    return ours._replace(sources=ours.sources + sources, quotes=ours.quotes + fresh, **taken)


_AUTHORS = "authors"


def merge_tags(known: Book, id_: int, said: Book, told: ImportHistory) -> tuple[str, ...]:
    """The tags of the book, and those that the file has besides, but for those that a reader has taken off."""
    if said.tags == known.tags:
        return known.tags
    there = set(map(fold, known.tags))
    fresh = tuple(tag for tag in said.tags if fold(tag) not in there and not told.tag_was_removed(id_, tag))
    return add_tags(known.tags, fresh) if fresh else known.tags


def merge_people(
    known: Book, id_: int, said: Book, told: ImportHistory, *, only_fill: bool, noted: Mapping[str, Any]
) -> tuple[tuple[Contributor, ...], tuple[FieldConflict, ...]]:
    """Everyone who is known and whom the file names besides; and its authors, where they are none of those known.

    A role that says nothing gives way to one that does. Unless it may `only_fill`, a service that
    spells a name otherwise now than before respells it. Authors that were `noted` as others stay so.
    """
    are_noted = noted.get(_AUTHORS) == list(said.authors)
    fresh = [
        person
        for person in said.contributors
        if person not in known.contributors and not (are_noted and person.role == AUTHOR)
    ]
    if not fresh:
        return known.contributors, ()
    people = _People(known, id_, said, told)
    for person in fresh:
        people.bring(person, only_fill=only_fill)
    if people.all == list(known.contributors):
        return known.contributors, people.other_authors()
    return tuple(dict.fromkeys(sorted(people.all, key=lambda each: each.role != AUTHOR))), people.other_authors()


class _People:
    """The people of a book while those of a file are brought in."""

    def __init__(self, known: Book, id_: int, said: Book, told: ImportHistory) -> None:
        self.all = list(known.contributors)
        self._known = known
        self._id = id_
        self._said = said
        self._told = told
        self._are_others = bool(known.authors) and (
            compare_people(possible_authors(known), possible_authors(said)) is not Similarity.SAME
        )

    def bring(self, person: Contributor, *, only_fill: bool) -> None:
        """One more person, who may be there by another spelling or in another role."""
        same = [each for each in self.all if compare_names(each.name, person.name) is Similarity.SAME]
        before = None if only_fill else self._spelled_before(person)
        if before:
            self.all[self.all.index(before)] = person
        elif same:
            self._add_role(same, person)
        elif self._told.person_was_removed(self._id, person.name):
            return
        elif person.role != AUTHOR or not self._known.authors or not (self._are_others or self._may_be_there(person)):
            self.all.append(person)

    def other_authors(self) -> tuple[FieldConflict, ...]:
        """The authors that the file names, where they are others, and not those that a reader has taken off."""
        said, former = list(self._said.authors), set(self._told.former_people(self._id))
        is_there = set(said) <= {person.name for person in self.all} | former
        if not self._are_others or is_there:
            return ()
        return (FieldConflict(_AUTHORS, list(self._known.authors), said),)

    def _add_role(self, same: Sequence[Contributor], person: Contributor) -> None:
        """What somebody who is there did besides: nobody who has done something else is an author for that."""
        roles = {each.role for each in same}
        if UNSPECIFIED_ROLE in roles and person.role != UNSPECIFIED_ROLE:
            vague = next(each for each in same if each.role == UNSPECIFIED_ROLE)
            self.all[self.all.index(vague)] = vague._replace(role=person.role)
        elif person.role not in (*roles, UNSPECIFIED_ROLE) and not (person.role == AUTHOR and self._known.authors):
            self.all.append(person._replace(name=same[0].name))

    def _spelled_before(self, person: Contributor) -> Contributor | None:
        """The one whom this service has brought in under a name that is like this one, and that it does not say now."""
        return next((each for each in self.all if self._is_respelled(each, person)), None)

    def _is_respelled(self, there: Contributor, person: Contributor) -> bool:
        return (
            there.role == person.role
            and there not in self._said.contributors
            and compare_names(there.name, person.name) is not Similarity.DIFFERENT
            and self._told.put_person(self._id, there.name)
        )

    def _may_be_there(self, person: Contributor) -> bool:
        return any(compare_names(each.name, person.name) is not Similarity.DIFFERENT for each in self.all)
