"""All figures once more, one reading at a time, as slowly and plainly as they can be said."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from statistics import fmean, median, pstdev
from typing import Any

from readlog.core.model import Reading
from readlog.core.partial_date import PartialDate

Chosen = Sequence[Reading]


def labels(reading: Reading, by: str) -> list[Any]:
    """What a reading is counted under."""
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


def groups(chosen: Chosen, by: str) -> dict[Any, dict[str, Any]]:
    """The figures of each group of readings."""
    found: dict[Any, list[Reading]] = defaultdict(list)
    for reading in chosen:
        for label in labels(reading, by):
            found[label].append(reading)
    return {label: group(readings) for label, readings in found.items()}


def group(readings: Chosen) -> dict[str, Any]:
    """The figures of some readings together."""
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


def ratings_of(readings: Chosen) -> list[float]:
    """The ratings that there are."""
    return [reading.rating for reading in readings if reading.rating is not None]


def ratings(chosen: Chosen) -> dict[str, Any]:
    """How many readings have each rating."""
    given = ratings_of(chosen)
    return {
        "readings": [{"rating": quarters / 4, "readings": given.count(quarters / 4)} for quarters in range(1, 21)],
        "unrated": len(chosen) - len(given),
        "median": median(given) if given else None,
    }


def calendar(chosen: Chosen, year: int) -> dict[str, Any]:
    """The days of a year."""
    dates = [reading.finished for reading in chosen if reading.finished]
    days = Counter(when.edtf for when in dates if when.day and not when.is_approximate)
    return {"year": year, "days": dict(sorted(days.items())), "without_day": len(dates) - days.total()}


def authors(chosen: Chosen, all_: Chosen) -> dict[str, Any]:
    """Who was read."""
    names = sorted({name for reading in chosen for name in reading.book.authors})
    people = [author(name, chosen) for name in names]
    loved = [one for one in people if one["rated"] >= 2]
    return {
        "authors": len(names),
        "most_read": sorted(people, key=lambda one: -one["readings"])[:10],
        "best_loved": sorted(loved, key=lambda one: (-one["rating"], -one["rated"]))[:10],
        "by_year": [new_authors(year, chosen, all_) for year in sorted(set(years(chosen)))],
        "least_rated": 2,
    }


def author(name: str, chosen: Chosen) -> dict[str, Any]:
    """Somebody's readings."""
    figures = group([reading for reading in chosen if name in reading.book.authors])
    return {"name": name} | {key: figures[key] for key in ("readings", "books", "rating", "rated")}


def years(readings: Chosen) -> list[int]:
    """The years in which something by somebody was finished."""
    return [reading.finished.year for reading in readings if reading.finished and reading.book.authors]


def new_authors(year: int, chosen: Chosen, all_: Chosen) -> dict[str, int]:
    """Of how many authors of a year something was finished before."""
    counts = {"year": year, "new": 0, "known": 0, "unsure": 0}
    of_year = [reading for reading in chosen if reading.finished and reading.finished.year == year]
    for name in {name for reading in of_year for name in reading.book.authors}:
        theirs = [reading for reading in all_ if reading.status == "finished" and name in reading.book.authors]
        if any(reading.finished and reading.finished.year < year for reading in theirs):
            counts["known"] += 1
        elif any(reading.finished is None for reading in theirs):
            counts["unsure"] += 1
        else:
            counts["new"] += 1
    return counts


def lengths(chosen: Chosen) -> dict[str, Any]:
    """The longest and the shortest book, by the reading that was added last."""
    known = [reading for reading in reversed(chosen) if reading.book.pages]
    ends = {"longest": max(known, key=_pages, default=None), "shortest": min(known, key=_pages, default=None)}
    return {key: named(reading) | {"pages": _pages(reading)} if reading else None for key, reading in ends.items()}


def _pages(reading: Reading) -> int:
    return reading.book.pages or 0


def times(chosen: Chosen) -> dict[str, Any]:
    """How many days it took, where both days are known."""
    known = [reading for reading in reversed(chosen) if _is_day(reading.started) and _is_day(reading.finished)]
    known = [reading for reading in known if days(reading) >= 0]
    ends = {"shortest": min(known, key=days, default=None), "longest": max(known, key=days, default=None)}
    return {
        "readings": len(known),
        "unknown": len(chosen) - len(known),
        "median": median(map(days, known)) if known else None,
    } | {key: named(reading) | {"days": days(reading)} if reading else None for key, reading in ends.items()}


def _is_day(when: PartialDate | None) -> bool:
    return when is not None and when.day is not None and not when.is_approximate


def days(reading: Reading) -> int:
    """From start to finish."""
    assert reading.started
    assert reading.finished
    return (reading.finished.first_day - reading.started.first_day).days


def abandoned(given_up: Chosen) -> dict[str, Any]:
    """What was abandoned, and where."""
    latest = sorted(given_up, key=moment, reverse=True)
    found = [named(reading) | {"at": place(reading), "pages": reading.book.pages} for reading in latest]
    return {
        "readings": len(given_up),
        "books": len({reading.book.uid for reading in given_up}),
        "unknown": len([each for each in found if each["at"] is None]),
        "named": found[:10],
    }


def place(reading: Reading) -> str | None:
    """The last place that was marked."""
    return next((mark.at for mark in reversed(reading.progress) if mark.at), None)


def rereads(chosen: Chosen, all_: Chosen) -> dict[str, Any]:
    """What had been finished before."""
    again = [reading for reading in chosen if before(reading, all_)]
    books = {reading.book.uid for reading in again}
    latest = [max((each for each in again if each.book.uid == uid), key=moment) for uid in books]
    latest.sort(key=lambda reading: (len(before(reading, all_)), moment(reading)), reverse=True)
    return {
        "first": len(chosen) - len(again),
        "again": len(again),
        "books": len(books),
        "unsure": len([reading for reading in again if not any(each.finished for each in before(reading, all_))]),
        "named": [named(reading) | {"time": len(before(reading, all_)) + 1} for reading in latest][:10],
    }


def before(reading: Reading, all_: Chosen) -> Chosen:
    """The readings of its book that were finished before this one."""
    same = [each for each in all_ if each.book.uid == reading.book.uid and each.status == "finished"]
    return [each for each in same if moment(each) < moment(reading)]


def moment(reading: Reading) -> tuple[str, int]:
    """Where a reading stands in the order of a list."""
    when = reading.finished or reading.started
    if reading.status == "reading":
        return "9999", reading.id or 0
    if when and when.season and when.month:
        return f"{when.year}-{(when.month - 20) * 3:02}", reading.id or 0
    return when.edtf.rstrip("~") if when else "", reading.id or 0


def named(reading: Reading) -> dict[str, Any]:
    """A reading as figures name it."""
    finished = reading.finished.edtf if reading.finished else None
    book = {"title": reading.book.title, "authors": list(reading.book.authors)}
    return {"id": reading.id, **book, "finished": finished, "rating": reading.rating}


def figures(all_: Chosen, fits: Callable[[Reading], bool], year: int | None, *, any_status: bool) -> dict[str, Any]:
    """The sections of all readings that fit, of every status, or of those that were finished."""
    chosen = [reading for reading in all_ if fits(reading) and (any_status or reading.status == "finished")]
    given_up = [reading for reading in all_ if fits(reading) and reading.status == "abandoned"]
    return {
        **group(chosen),
        "ratings": ratings(chosen),
        "calendar": calendar(chosen, year) if year else None,
        "authors": authors(chosen, all_),
        "lengths": lengths(chosen),
        "times": times(chosen),
        "abandoned": abandoned(given_up),
        "rereads": rereads(chosen, all_),
    }
