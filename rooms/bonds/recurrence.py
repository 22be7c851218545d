"""When something that comes again comes next: days of a person's own calendar, at a time of their own clock."""

import calendar
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Literal

import msgspec

Recurring = Literal["daily", "weekly", "monthly"]

AHEAD = timedelta(hours=24)
"""So long before it is due an occurrence is made."""


class Rhythm(msgspec.Struct, frozen=True, kw_only=True):
    """How often, at which local time, and where monthly on which day of the month (31: the last)."""

    recurring: Recurring
    local_time: time
    day: int


def rhythm_of(recurring: Recurring, due: datetime, zone: tzinfo) -> tuple[Rhythm, date]:
    """The rhythm of which this due date is the first occurrence, and its day there."""
    local = due.astimezone(zone)
    return Rhythm(recurring=recurring, local_time=local.time().replace(fold=0), day=local.day), local.date()


def day_after(rhythm: Rhythm, day: date) -> date:
    """The day of the occurrence after the one on `day`."""
    if rhythm.recurring == "daily":
        return day + timedelta(days=1)
    if rhythm.recurring == "weekly":
        return day + timedelta(weeks=1)
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)  # noqa: PLR2004 - December
    return date(year, month, min(rhythm.day, calendar.monthrange(year, month)[1]))


def due_at(rhythm: Rhythm, day: date, zone: tzinfo) -> datetime:
    """When the occurrence of that day is due: at an hour that the clocks leave out, an hour later; at one that comes twice, the
    first time.
    """
    return datetime.combine(day, rhythm.local_time, zone).astimezone(UTC)


class Next(msgspec.Struct, frozen=True):
    """What is to be done of a series now: the day to be made, and when that is due (None: none); and which day comes after."""

    next_on: date
    make: date | None = None
    due: datetime | None = None


def next_of(rhythm: Rhythm, next_on: date, zone: tzinfo, now: datetime, *, may_ask: bool, waits: bool) -> Next:
    """What of a series is to be made at `now`. What is past by then was skipped and is never made up; so is what cannot be asked
    for (`may_ask`) when it would be made. While one still `waits` the next is not made.
    """
    day = next_on
    while (due := due_at(rhythm, day, zone)) - AHEAD <= now:
        if due > now and may_ask:
            return Next(day) if waits else Next(day_after(rhythm, day), day, due)
        day = day_after(rhythm, day)
    return Next(day)
