"""When the dates of a calendar are: on the clocks of their own zone, also over a change of clocks. A time that the clocks leave out
is an hour later, one that comes twice is the first.

Moments are of UTC. An occurrence is named as iCalendar names it, by the moment it would have had: `20301231T200000Z`, or by the day
where it takes all day: `20301231`.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo

import msgspec

from rooms.bonds import rrule
from rooms.bonds.rrule import Rule, Unreadable

DAY = timedelta(days=1)
MOST_IN_SPAN = 10_000
"""Dates of one calendar in one answer."""

STAMP = re.compile(r"\d{8}(?:T\d{6}Z)?", re.ASCII)


class TooMany(ValueError):
    """More dates than one answer holds."""


class Dates(msgspec.Struct, frozen=True, kw_only=True):
    """An event in time. `ends` is the moment after it, None where it has none: of a day for what takes all day. `last`: the rule
    ends there. `left_out`: names of occurrences that there are not, or that are events of their own.
    """

    starts: datetime
    ends: datetime | None
    zone: tzinfo
    all_day: bool
    rule: Rule | None = None
    last: datetime | None = None
    left_out: frozenset[str] = frozenset()


class Occurrence(msgspec.Struct, frozen=True):
    """One of them. `ends` is None where the event has no end; `name` is empty where nothing comes again."""

    starts: datetime
    ends: datetime | None
    name: str


def between(dates: Dates, begins: datetime, ends: datetime, most: int = MOST_IN_SPAN) -> list[Occurrence]:
    """Those that touch the span, in order. Raises TooMany."""
    found = []
    for one in from_moment(dates, begins, ends):
        if len(found) >= most:
            raise TooMany
        found.append(one)
    return found


def from_moment(dates: Dates, begins: datetime, ends: datetime) -> Iterator[Occurrence]:
    """The same, one after the other."""
    for day in _days(dates, begins, ends):
        one = _on(dates, day)
        over = one.ends or (_moment(dates, day + DAY) if dates.all_day else one.starts)
        if dates.last is not None and one.starts > max(dates.last, dates.starts):
            return
        if one.starts < ends and (over > begins or one.starts >= begins) and one.name not in dates.left_out:
            yield one


def last_of(dates: Dates) -> datetime | None:
    """When the last occurrence of a rule begins at the latest; None where it goes on. Raises Unreadable."""
    rule = dates.rule
    if rule is None or (rule.count is None and rule.until is None):
        return None
    if rule.count is not None:
        return _moment(dates, rrule.last_day(rule, _day(dates)))
    last = _until(dates, *rrule.until_moment(rule.until or ""))
    if last < dates.starts:
        raise Unreadable("This rule ends before it begins.")
    return last


def is_of(dates: Dates, name: str) -> bool:
    """Is there an occurrence of this name, left out or not?"""
    if not STAMP.fullmatch(name):
        return False
    try:
        near = at(name)
    except ValueError:
        return False
    whole = msgspec.structs.replace(dates, left_out=frozenset())
    return any(one.name == name for one in from_moment(whole, near - 2 * DAY, near + 2 * DAY))


def moved(name: str, before: Dates, after: Dates) -> str:
    """What an occurrence is called when its series has another time: the one of the same day, counted from the first."""
    try:
        day = _named_day(name, before)
        return name_of(after, _moment(after, day + (_day(after) - _day(before))))
    except (ValueError, OverflowError):
        return name


def name_of(dates: Dates, starts: datetime) -> str:
    """How the occurrence that starts then is called."""
    if dates.all_day:
        return starts.astimezone(dates.zone).strftime("%Y%m%d")
    return starts.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def at(name: str) -> datetime:
    """The moment in a name; of a day its beginning in UTC. Raises ValueError."""
    form = "%Y%m%dT%H%M%SZ" if "T" in name else "%Y%m%d"
    return datetime.strptime(name, form).replace(tzinfo=UTC)


def local(day: date, clock: time, zone: tzinfo) -> datetime:
    """A time of a zone's clocks, as a moment."""
    return datetime.combine(day, clock.replace(fold=0), zone).astimezone(UTC)


def midnight(moment: datetime, zone: tzinfo) -> datetime:
    """When that day began there."""
    return local(moment.astimezone(zone).date(), time(), zone)


# --- parts -------------------------------------------------------------------------------------------------------------


def _days(dates: Dates, begins: datetime, ends: datetime) -> Iterator[date]:
    start = _day(dates)
    if dates.rule is None:
        return iter([start])
    long = (dates.ends - dates.starts) if dates.ends else timedelta()
    first, last = (begins - long - 2 * DAY).date(), (ends + 2 * DAY).date()
    return rrule.days(dates.rule.endless if dates.last is not None else dates.rule, start, first, last)


def _on(dates: Dates, day: date) -> Occurrence:
    """The occurrence of a day."""
    first = day == _day(dates)
    starts = dates.starts if first and not dates.all_day else _moment(dates, day)
    name = name_of(dates, starts) if dates.rule is not None else ""
    if dates.ends is None:
        return Occurrence(starts, None, name)
    if not dates.all_day:
        return Occurrence(starts, starts + (dates.ends - dates.starts), name)
    long = dates.ends.astimezone(dates.zone).date() - _day(dates)
    return Occurrence(starts, _moment(dates, day + max(long, DAY)), name)


def _day(dates: Dates) -> date:
    return dates.starts.astimezone(dates.zone).date()


def _moment(dates: Dates, day: date) -> datetime:
    clock = time() if dates.all_day else dates.starts.astimezone(dates.zone).time()
    return local(day, clock, dates.zone)


def _named_day(name: str, dates: Dates) -> date:
    moment = at(name)
    return moment.date() if "T" not in name else moment.astimezone(dates.zone).date()


def _until(dates: Dates, said: datetime, of: str) -> datetime:
    if of == "utc":
        moment = said.replace(tzinfo=UTC)
        if not dates.all_day:
            return moment
        day = said.date() if said.time() == time() else moment.astimezone(dates.zone).date()
        return _moment(dates, day)
    if dates.all_day:
        return _moment(dates, said.date())
    return local(said.date(), said.time() if of == "local" else time(23, 59, 59), dates.zone)
