"""The people and the tags of a book that is there, with those that a file names besides."""

from collections.abc import Mapping, Sequence
from typing import Any

from readlog.core.fields import add_tags
from readlog.core.model import AUTHOR, Book, Contributor
from readlog.core.text import fold
from readlog.identity.people import Likeness, likeness_of_names, likeness_of_people
from readlog.identity.similarity import VAGUE_ROLE, makers
from readlog.imports.extra_fields import Difference
from readlog.imports.import_history import Told

_AUTHORS = "authors"


def settle_tags(known: Book, id_: int, said: Book, told: Told) -> tuple[str, ...]:
    """The tags of the book, and those that the file has besides, but for those that a reader has taken off."""
    if said.tags == known.tags:
        return known.tags
    there = set(map(fold, known.tags))
    fresh = tuple(tag for tag in said.tags if fold(tag) not in there and not told.tag_was_removed(id_, tag))
    return add_tags(known.tags, fresh) if fresh else known.tags


def settle_people(
    known: Book, id_: int, said: Book, told: Told, *, only_fill: bool, noted: Mapping[str, Any]
) -> tuple[tuple[Contributor, ...], tuple[Difference, ...]]:
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

    def __init__(self, known: Book, id_: int, said: Book, told: Told) -> None:
        self.all = list(known.contributors)
        self._known = known
        self._id = id_
        self._said = said
        self._told = told
        self._are_others = bool(known.authors) and (
            likeness_of_people(makers(known), makers(said)) is not Likeness.SAME
        )

    def bring(self, person: Contributor, *, only_fill: bool) -> None:
        """One more person, who may be there by another spelling or in another role."""
        same = [each for each in self.all if likeness_of_names(each.name, person.name) is Likeness.SAME]
        before = None if only_fill else self._spelled_before(person)
        if before:
            self.all[self.all.index(before)] = person
        elif same:
            self._add_role(same, person)
        elif self._told.person_was_removed(self._id, person.name):
            return
        elif person.role != AUTHOR or not self._known.authors or not (self._are_others or self._may_be_there(person)):
            self.all.append(person)

    def other_authors(self) -> tuple[Difference, ...]:
        """The authors that the file names, where they are others, and not those that a reader has taken off."""
        said, former = list(self._said.authors), set(self._told.former_people(self._id))
        is_there = set(said) <= {person.name for person in self.all} | former
        if not self._are_others or is_there:
            return ()
        return (Difference(_AUTHORS, list(self._known.authors), said),)

    def _add_role(self, same: Sequence[Contributor], person: Contributor) -> None:
        """What somebody who is there did besides: nobody who has done something else is an author for that."""
        roles = {each.role for each in same}
        if VAGUE_ROLE in roles and person.role != VAGUE_ROLE:
            vague = next(each for each in same if each.role == VAGUE_ROLE)
            self.all[self.all.index(vague)] = vague._replace(role=person.role)
        elif person.role not in (*roles, VAGUE_ROLE) and not (person.role == AUTHOR and self._known.authors):
            self.all.append(person._replace(name=same[0].name))

    def _spelled_before(self, person: Contributor) -> Contributor | None:
        """The one whom this service has brought in under a name that is like this one, and that it does not say now."""
        return next((each for each in self.all if self._is_respelled(each, person)), None)

    def _is_respelled(self, there: Contributor, person: Contributor) -> bool:
        return (
            there.role == person.role
            and there not in self._said.contributors
            and likeness_of_names(there.name, person.name) is not Likeness.OTHER
            and self._told.put_person(self._id, there.name)
        )

    def _may_be_there(self, person: Contributor) -> bool:
        return any(likeness_of_names(each.name, person.name) is not Likeness.OTHER for each in self.all)
