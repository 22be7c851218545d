"""What members look back on in a bond: facts counted by local days, and summed by weeks, by months and by people.

What is counted is what whoever looks may read in the lists anyway. Nothing here judges: what was called off, declined or
withdrawn is in no number, and neither is what could not be asked for.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Literal, TypeVar

import msgspec

What = Literal[
    "done", "open", "dated", "in_time", "green", "yellow", "red", "given", "spent", "own_entry", "shared_entry", "message",
]  # fmt: skip
"""done: tasks handed in or approved. open: tasks whose date has passed and that are still asked for. dated: those of `done`
that had a date, in_time: and were done by it. green, yellow, red: check-ins. given, spent: points. own_entry: one's own journal
here, shared or not; shared_entry: what others share of theirs. message: messages that were not taken back.
"""

MOST_DAYS = 400
"""So long a time one looks back on at once."""

DEFAULT_DAYS = 91


class Count(msgspec.Struct, frozen=True):
    """So many of it on a day; whose, where it is somebody's who is still known."""

    what: What
    user_id: str | None
    day: date
    n: int


class Tasks(msgspec.Struct, frozen=True, kw_only=True):
    """Rates are whole percent, null where there is nothing to tell. `completion_rate`: of what was done and what is still open
    past its date. `on_time_rate`: of what had a date and was done.
    """

    done: int
    still_open: int
    completion_rate: int | None
    with_date: int
    on_time: int
    on_time_rate: int | None


class Moods(msgspec.Struct, frozen=True, kw_only=True):
    """Check-ins by their colour."""

    green: int
    yellow: int
    red: int


class Points(msgspec.Struct, frozen=True, kw_only=True):
    """What came and what went in that time, and what there is now."""

    given: int
    spent: int
    balance: int


class Journal(msgspec.Struct, frozen=True, kw_only=True):
    """Entries in this bond: one's own, and those of others that they share."""

    own: int
    shared: int


class Stretch(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of days, `begins` and `ends` included. `journal`: one's own entries and what others share; `points_spent`
    without what was given back.
    """

    begins: date
    ends: date
    tasks: Tasks
    moods: Moods
    points_given: int
    points_spent: int
    journal: int
    messages: int


class Week(Stretch, frozen=True, kw_only=True):
    """One week of a bond, from a Monday to its Sunday, as one of its members may see it: numbers and days, no words and no names.
    `begins` is what tells it from the others. Made by `weeks`, for whoever keeps such summaries elsewhere, too.
    """


class Month(Stretch, frozen=True, kw_only=True):
    """The same of a month of the calendar."""


S = TypeVar("S", Week, Month)


def weeks(counts: Iterable[Count], first: date, last: date) -> list[Week]:
    """Every week that these days touch, oldest first; of the first and the last one only what is of these days."""
    begins, found = monday(first), []
    while begins <= last:
        found.append((begins, begins + timedelta(days=6)))
        begins += timedelta(days=7)
    return _stretches(Week, found, counts)


def months(counts: Iterable[Count], first: date, last: date) -> list[Month]:
    """The same by months."""
    begins, found = first.replace(day=1), []
    while begins <= last:
        following = (begins + timedelta(days=31)).replace(day=1)
        found.append((begins, following - timedelta(days=1)))
        begins = following
    return _stretches(Month, found, counts)


def monday(day: date) -> date:
    """The day on which its week begins."""
    return day - timedelta(days=day.weekday())


def of_person(counts: Iterable[Count], user_id: str) -> list[Count]:
    """What is theirs of it."""
    return [one for one in counts if one.user_id == user_id]


def summed(counts: Iterable[Count]) -> Counter[str]:
    """How many of each."""
    total: Counter[str] = Counter()
    for one in counts:
        total[one.what] += one.n
    return total


def tasks(total: Counter[str]) -> Tasks:
    """Of these tasks."""
    done, still_open, dated, in_time = (total[name] for name in ("done", "open", "dated", "in_time"))
    return Tasks(
        done=done,
        still_open=still_open,
        completion_rate=rate(done, done + still_open),
        with_date=dated,
        on_time=in_time,
        on_time_rate=rate(in_time, dated),
    )


def moods(total: Counter[str]) -> Moods:
    """Of these check-ins."""
    return Moods(green=total["green"], yellow=total["yellow"], red=total["red"])


def rate(some: int, of_all: int) -> int | None:
    """Whole percent, a half rounded up; None of nothing."""
    return None if of_all == 0 else (200 * some + of_all) // (2 * of_all)


def _stretches(kind: type[S], spans: Sequence[tuple[date, date]], counts: Iterable[Count]) -> list[S]:
    totals: list[Counter[str]] = [Counter() for _ in spans]
    place_of = {begins: place for place, (begins, _) in enumerate(spans)}
    for one in counts:
        begins = monday(one.day) if kind is Week else one.day.replace(day=1)
        if begins in place_of:
            totals[place_of[begins]][one.what] += one.n
    return [_stretch(kind, begins, ends, total) for (begins, ends), total in zip(spans, totals, strict=True)]


def _stretch(kind: type[S], begins: date, ends: date, total: Counter[str]) -> S:
    return kind(
        begins=begins,
        ends=ends,
        tasks=tasks(total),
        moods=moods(total),
        points_given=total["given"],
        points_spent=total["spent"],
        journal=total["own_entry"] + total["shared_entry"],
        messages=total["message"],
    )
