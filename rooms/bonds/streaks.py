"""What follows on from day to day, or from one to the next. Rest breaks nothing: over the days of a pause a streak goes on as
if they were not there, whether something was said on them or not.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta, tzinfo

import msgspec

DAY = timedelta(days=1)


class Streak(msgspec.Struct, frozen=True):
    """How many in a row it is now, and was at most."""

    now: int
    longest: int


class Rest(msgspec.Struct, frozen=True):
    """Days on which nothing is asked of somebody: from `first` to `last`, both of them; without a last they go on."""

    first: date
    last: date | None = None

    def holds(self, day: date) -> bool:
        """Is it one of them?"""
        return self.first <= day and (self.last is None or day <= self.last)


def rests(changes: Iterable[tuple[datetime, bool]], zone: tzinfo) -> tuple[Rest, ...]:
    """The days that somebody's pauses touch, on their own calendar. `changes`, oldest first: a pause began (true), or is over."""
    found: list[Rest] = []
    since: datetime | None = None
    for at, paused in changes:
        if paused and since is None:
            since = at
        elif not paused and since is not None:
            found.append(Rest(since.astimezone(zone).date(), at.astimezone(zone).date()))
            since = None
    return (*found, *([] if since is None else [Rest(since.astimezone(zone).date())]))


def daily(days: Iterable[date], rest: Sequence[Rest], today: date) -> Streak:
    """Days of the calendar in a row. Today is not over: who has said nothing yet may still."""
    run, longest, before = 0, 0, None
    for day in sorted({day for day in days if day <= today}):
        run = run + 1 if before is not None and _bridged(before, day, rest) else 1
        longest, before = max(longest, run), day
    goes_on = before is not None and _bridged(before, today, rest)
    return Streak(run if goes_on else 0, longest)


def in_a_row(done: Iterable[bool]) -> Streak:
    """One after the other, in order."""
    run, longest = 0, 0
    for one in done:
        run = run + 1 if one else 0
        longest = max(longest, run)
    return Streak(run, longest)


def _bridged(before: date, day: date, rest: Sequence[Rest]) -> bool:
    """Is every day between the two one of rest?"""
    between = before + DAY
    while between < day:
        if not any(one.holds(between) for one in rest):
            return False
        between += DAY
    return True
