"""The statistics computed a second time, one reading at a time and without SQL."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from statistics import fmean, median, pstdev
from typing import Any

from readlog.core.domain_model import Reading
from readlog.core.partial_date import PartialDate

Readings = Sequence[Reading]


def labels(reading: Reading, by: str) -> list[Any]:
    """The labels of the groups that a reading belongs to."""
    book, finished = reading.book, reading.finished
    if by == "tag":
        return list(book.tags)
    if by == "author":
        return list(book.authors)
    if by in ("year", "month"):
        year = f"{finished.year:04}" if finished else None
        month = finished.calendar_month if finished and by == "month" else None
        return [f"{year}-{month:02}" if month else year]
    if by == "decade":
        decade = None if book.published is None else abs(book.published) // 10 * 10
        return [-decade if decade and book.published and book.published < 0 else decade]
    return [getattr(reading, by) if by in ("rating", "status", "format") else getattr(book, by)]


def groups(selected: Readings, by: str) -> dict[Any, dict[str, Any]]:
    """The counts of each group."""
    found: dict[Any, list[Reading]] = defaultdict(list)
    for reading in selected:
        for label in labels(reading, by):
            found[label].append(reading)
    return {label: group(readings) for label, readings in found.items()}


def group(readings: Readings) -> dict[str, Any]:
    """The counts of some readings together."""
    pages = [reading.book.pages for reading in readings if reading.book.pages is not None]
    ratings = ratings_of(readings)
    dates = [reading.finished for reading in readings if reading.finished]
    return {
        "readings": len(readings),
        "books": len({reading.book.uid for reading in readings}),
        "pages": sum(pages) if pages else None,
        "without_pages": len(readings) - len(pages),
        "rating": fmean(ratings) if ratings else None,
        "rated": len(ratings),
        "spread": pstdev(ratings) if ratings else None,
        "without_date": len(readings) - len(dates),
        "without_month": len([when for when in dates if when.calendar_month is None]),
        "about": len([when for when in dates if when.is_approximate]),
    }


def ratings_of(readings: Readings) -> list[float]:
    """The ratings that there are."""
    return [reading.rating for reading in readings if reading.rating is not None]


def ratings(selected: Readings) -> dict[str, Any]:
    """How many readings have each rating."""
    given = ratings_of(selected)
    return {
        "readings": [{"rating": quarters / 4, "readings": given.count(quarters / 4)} for quarters in range(1, 21)],
        "unrated": len(selected) - len(given),
        "median": median(given) if given else None,
    }


def calendar(selected: Readings, year: int) -> dict[str, Any]:
    """The days of a year."""
    dates = [reading.finished for reading in selected if reading.finished]
    days = Counter(when.edtf for when in dates if when.day and not when.is_approximate)
    return {"year": year, "days": dict(sorted(days.items())), "without_day": len(dates) - days.total()}


def authors(selected: Readings, all_: Readings) -> dict[str, Any]:
    """The authors of the selected readings."""
    names = sorted({name for reading in selected for name in reading.book.authors})
    people = [author(name, selected) for name in names]
    loved = [one for one in people if one["rated"] >= 2]
    return {
        "authors": len(names),
        "most_read": sorted(people, key=lambda one: -one["readings"])[:10],
        "best_loved": sorted(loved, key=lambda one: (-one["rating"], -one["rated"]))[:10],
        "by_year": [new_authors(year, selected, all_) for year in sorted(set(years(selected)))],
        "least_rated": 2,
    }


def author(name: str, selected: Readings) -> dict[str, Any]:
    """The counts of one author."""
    counts = group([reading for reading in selected if name in reading.book.authors])
    return {"name": name} | {key: counts[key] for key in ("readings", "books", "rating", "rated")}


def years(readings: Readings) -> list[int]:
    """The years in which something by somebody was finished."""
    return [reading.finished.year for reading in readings if reading.finished and reading.book.authors]


def new_authors(year: int, selected: Readings, all_: Readings) -> dict[str, int]:
    """The authors of a year by whether anything of theirs was finished before."""
    counts = {"year": year, "new": 0, "known": 0, "unsure": 0}
    of_year = [reading for reading in selected if reading.finished and reading.finished.year == year]
    for name in {name for reading in of_year for name in reading.book.authors}:
        theirs = [reading for reading in all_ if reading.status == "finished" and name in reading.book.authors]
        if any(reading.finished and reading.finished.year < year for reading in theirs):
            counts["known"] += 1
        elif any(reading.finished is None for reading in theirs):
            counts["unsure"] += 1
        else:
            counts["new"] += 1
    return counts


def lengths(selected: Readings) -> dict[str, Any]:
    """The longest and the shortest book, by the reading that was added last."""
    known = [reading for reading in reversed(selected) if reading.book.pages]
    ends = {"longest": max(known, key=_pages, default=None), "shortest": min(known, key=_pages, default=None)}
    return {key: named(reading) | {"pages": _pages(reading)} if reading else None for key, reading in ends.items()}


def _pages(reading: Reading) -> int:
    return reading.book.pages or 0


def times(selected: Readings) -> dict[str, Any]:
    """How many days it took, where both days are known."""
    known = [reading for reading in reversed(selected) if _is_day(reading.started) and _is_day(reading.finished)]
    known = [reading for reading in known if days(reading) >= 0]
    ends = {"shortest": min(known, key=days, default=None), "longest": max(known, key=days, default=None)}
    return {
        "readings": len(known),
        "unknown": len(selected) - len(known),
        "median": median(map(days, known)) if known else None,
    } | {key: named(reading) | {"days": days(reading)} if reading else None for key, reading in ends.items()}


def _is_day(when: PartialDate | None) -> bool:
    return when is not None and when.day is not None and not when.is_approximate


def days(reading: Reading) -> int:
    """From start to finish."""
    assert reading.started
    assert reading.finished
    return (reading.finished.first_day - reading.started.first_day).days


def abandoned(abandoned_readings: Readings) -> dict[str, Any]:
    """What was abandoned, and where."""
    latest = sorted(abandoned_readings, key=moment, reverse=True)
    found = [named(reading) | {"at": place(reading), "pages": reading.book.pages} for reading in latest]
    return {
        "readings": len(abandoned_readings),
        "books": len({reading.book.uid for reading in abandoned_readings}),
        "unknown": len([each for each in found if each["at"] is None]),
        "named": found[:10],
    }


def place(reading: Reading) -> str | None:
    """The last place that was marked."""
    return next((mark.at for mark in reversed(reading.progress) if mark.at), None)


def rereads(selected: Readings, all_: Readings) -> dict[str, Any]:
    """Readings of books that had been finished before."""
    again = [reading for reading in selected if before(reading, all_)]
    books = {reading.book.uid for reading in again}
    latest = [max((each for each in again if each.book.uid == uid), key=moment) for uid in books]
    latest.sort(key=lambda reading: (len(before(reading, all_)), moment(reading)), reverse=True)
    return {
        "first": len(selected) - len(again),
        "again": len(again),
        "books": len(books),
        "unsure": len([reading for reading in again if not any(each.finished for each in before(reading, all_))]),
        "named": [named(reading) | {"time": len(before(reading, all_)) + 1} for reading in latest][:10],
    }


def before(reading: Reading, all_: Readings) -> Readings:
    """The readings of its book that were finished before this one."""
    same = [each for each in all_ if each.book.uid == reading.book.uid and each.status == "finished"]
    return [each for each in same if moment(each) < moment(reading)]


def moment(reading: Reading) -> tuple[str, int]:
    """The sort key of a reading in a list."""
    when = reading.finished or reading.started
    if reading.status == "reading":
        return "9999", reading.id or 0
    if when and when.season and when.month:
        return f"{when.year}-{(when.month - 20) * 3:02}", reading.id or 0
    return when.edtf.rstrip("~") if when else "", reading.id or 0


def named(reading: Reading) -> dict[str, Any]:
    """A reading as the record names it."""
    finished = reading.finished.edtf if reading.finished else None
    book = {"title": reading.book.title, "authors": list(reading.book.authors)}
    return {"id": reading.id, **book, "finished": finished, "rating": reading.rating}


def record(all_: Readings, matches: Callable[[Reading], bool], year: int | None, *, any_status: bool) -> dict[str, Any]:
    """The total and the sections of the matching readings, of any status or only finished ones."""
    selected = [reading for reading in all_ if matches(reading) and (any_status or reading.status == "finished")]
    abandoned_readings = [reading for reading in all_ if matches(reading) and reading.status == "abandoned"]
    return {
        **group(selected),
        "ratings": ratings(selected),
        "calendar": calendar(selected, year) if year else None,
        "authors": authors(selected, all_),
        "lengths": lengths(selected),
        "times": times(selected),
        "abandoned": abandoned(abandoned_readings),
        "rereads": rereads(selected, all_),
    }
