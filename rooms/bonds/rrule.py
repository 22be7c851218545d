"""What a rule of repetition says (RRULE of RFC 5545), and on which days it falls.

Only days: the finest rhythm is a day, and a time of day is the event's own. Everything takes as long as the days that are asked
for, whatever somebody wrote: a library that looks for the next 30th of February looks until the year 9999, and nothing stops it.
The tests compare with one where it ends.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, Literal

import msgspec

Frequency = Literal["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]

LONGEST = 512
MOST_COUNT, MOST_INTERVAL = 2000, 1000
FIRST_YEAR, LAST_YEAR = 1900, 2200
"""No day lies before or after: calendars that people keep are in between."""

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_WEEKDAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)", re.ASCII)
_NUMBER = re.compile(r"[+-]?\d{1,4}", re.ASCII)
_YEARS_COUNTED: dict[Frequency, int] = {"DAILY": 30, "WEEKLY": 60, "MONTHLY": 100, "YEARLY": 100}
"""So far a rule with a COUNT is counted: one that has not come so often by then does not go on."""


class Unreadable(ValueError):
    """This is no rule that we keep; the message says why, for people."""


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """A rule. `until` is as it was written; `week_days` are which of the month or year (0: each) and the day, Monday 0."""

    frequency: Frequency
    interval: int = 1
    count: int | None = None
    until: str | None = None
    months: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    week_days: tuple[tuple[int, int], ...] = ()
    positions: tuple[int, ...] = ()
    week_start: int = 0

    @property
    def endless(self) -> "Rule":
        """The same rhythm without its end."""
        return msgspec.structs.replace(self, count=None, until=None)

    def __str__(self) -> str:
        """As iCalendar writes it, in one order."""
        days = ",".join(f"{which or ''}{WEEKDAYS[day]}" for which, day in self.week_days)
        parts = (
            ("FREQ", self.frequency),
            ("UNTIL", self.until),
            ("COUNT", self.count),
            ("INTERVAL", self.interval if self.interval > 1 else None),
            ("BYMONTH", _listed(self.months)),
            ("BYMONTHDAY", _listed(self.month_days)),
            ("BYDAY", days),
            ("BYSETPOS", _listed(self.positions)),
            ("WKST", WEEKDAYS[self.week_start] if self.week_start else None),
        )
        return ";".join(f"{name}={value}" for name, value in parts if value)


def read(text: str) -> Rule:
    """A rule as iCalendar writes it. Raises Unreadable."""
    if len(text) > LONGEST:
        raise Unreadable("This rule is too long.")
    parts: dict[str, str] = {}
    for part in text.strip().upper().split(";"):
        name, _, value = part.partition("=")
        if not value or name in parts:
            raise Unreadable("A rule is made of parts like FREQ=WEEKLY, each once.")
        parts[name] = value
    if parts.get("FREQ") not in _FREQUENCIES:
        raise Unreadable("What comes again comes daily, weekly, monthly or yearly.")
    if not parts.keys() <= _READ.keys():
        raise Unreadable("A part of this rule is not kept here.")
    rule = Rule(**{_READ[name][0]: _READ[name][1](value) for name, value in parts.items()})
    for refused, why in _NONSENSE.items():
        if refused(rule):
            raise Unreadable(why)
    return rule


def days(rule: Rule, start: date, first: date, last: date) -> Iterator[date]:
    """The days on which it falls from `first` to `last`, in order. `start` is always the first of all, whatever the rule says of
    it, and counts. UNTIL is a moment, and not looked at here.
    """
    if start > last:
        return
    if start >= first:
        yield start
    found = 1
    jump = 0 if rule.count is not None else _periods_before(rule, start, first)
    for day in _after(rule, start, jump, last):
        if rule.count is not None and found >= rule.count:
            return
        found += 1
        if day >= first:
            yield day


def last_day(rule: Rule, start: date) -> date:
    """The last day of a rule with a COUNT."""
    horizon = date(min(start.year + _YEARS_COUNTED[rule.frequency], LAST_YEAR), 12, 31)
    return max(days(rule, start, start, horizon), default=start)


# --- reading -----------------------------------------------------------------------------------------------------------


def until_moment(text: str) -> tuple[datetime, Literal["day", "local", "utc"]]:
    """What UNTIL says, as it is written, and what it is written in. Raises Unreadable."""
    for form, of in (("%Y%m%d", "day"), ("%Y%m%dT%H%M%S", "local"), ("%Y%m%dT%H%M%SZ", "utc")):
        try:
            if len(text) == _LENGTHS[of]:
                return datetime.strptime(text, form), of  # type: ignore[return-value]  # noqa: DTZ007 - it says which
        except ValueError:
            break
    raise Unreadable("UNTIL is a day like 20301231, or a moment like 20301231T200000Z.")


_LENGTHS = {"day": 8, "local": 15, "utc": 16}


def _listed(numbers: Iterable[int]) -> str:
    return ",".join(map(str, numbers))


def _until(value: str) -> str:
    until_moment(value)
    return value


def _number(least: int, most: int) -> Callable[[str], int]:
    def read_it(value: str) -> int:
        if not _NUMBER.fullmatch(value) or not least <= int(value) <= most:
            raise Unreadable(f"A number of this rule is not between {least} and {most}.")
        return int(value)

    return read_it


def _numbers(least: int, most: int) -> Callable[[str], tuple[int, ...]]:
    one = _number(least, most)

    def read_them(value: str) -> tuple[int, ...]:
        found = tuple(sorted({one(part) for part in value.split(",")}))
        if 0 in found:
            raise Unreadable("There is no day 0.")
        return found

    return read_them


def _week_days(value: str) -> tuple[tuple[int, int], ...]:
    named = set()
    for part in value.split(","):
        found = _WEEKDAY.fullmatch(part)
        which = int(found[1] or 0) if found else _NONE
        if found is None or abs(which) > _WEEKS or (found[1] and not which):
            raise Unreadable("BYDAY names days like MO or -1FR.")
        named.add((which, WEEKDAYS.index(found[2])))
    return tuple(sorted(named))


def _week_start(value: str) -> int:
    if value not in WEEKDAYS:
        raise Unreadable("WKST is a day like MO.")
    return WEEKDAYS.index(value)


_WEEKS, _NONE = 53, 99
_READ: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "FREQ": ("frequency", str),
    "INTERVAL": ("interval", _number(1, MOST_INTERVAL)),
    "COUNT": ("count", _number(1, MOST_COUNT)),
    "UNTIL": ("until", _until),
    "BYMONTH": ("months", _numbers(1, 12)),
    "BYMONTHDAY": ("month_days", _numbers(-31, 31)),
    "BYDAY": ("week_days", _week_days),
    "BYSETPOS": ("positions", _numbers(-366, 366)),
    "WKST": ("week_start", _week_start),
}


def _has_which(rule: Rule) -> bool:
    return any(which for which, _ in rule.week_days)


_NONSENSE: Mapping[Callable[[Rule], object], str] = {
    lambda rule: rule.count is not None and rule.until is not None: "A rule ends once: by COUNT or by UNTIL.",
    lambda rule: rule.frequency == "WEEKLY" and rule.month_days: "A week has no days of a month.",
    lambda rule: rule.frequency in ("DAILY", "WEEKLY") and (_has_which(rule) or rule.positions): (
        "Only in a month or a year there is a first day of its kind."
    ),
    lambda rule: rule.month_days and _has_which(rule): "Days of the month, or the first of a kind: not both.",
    lambda rule: rule.positions and not (rule.month_days or rule.week_days or rule.months): "BYSETPOS is of something.",
}


# --- days --------------------------------------------------------------------------------------------------------------


def _periods_before(rule: Rule, start: date, first: date) -> int:
    """So many periods can be left out before `first`: one less than there are."""
    match rule.frequency:
        case "DAILY":
            passed = (first - start).days
        case "WEEKLY":
            passed = (first - start).days // 7
        case "MONTHLY":
            passed = (first.year - start.year) * 12 + first.month - start.month
        case "YEARLY":
            passed = first.year - start.year
    return max(passed // rule.interval - 1, 0)


def _after(rule: Rule, start: date, jump: int, last: date) -> Iterator[date]:
    """The days after `start`, from that period on, until `last`."""
    period = jump
    while True:
        try:
            begin, found = _period(rule, start, period)
        except (ValueError, OverflowError):  # after the last year there is
            return
        if begin > last:
            return
        yield from (day for day in _placed(rule, found) if start < day <= last)
        period += 1 if found else _leap(rule, begin)


def _leap(rule: Rule, day: date) -> int:
    """So many periods on is the next that may fit, where this day of a daily rule does not: months and days that are not named
    are not looked at one by one.
    """
    if rule.frequency != "DAILY" or not (rule.months or rule.month_days):
        return 1
    length = monthrange(day.year, day.month)[1]
    ahead = length - day.day + 1
    if not rule.months or day.month in rule.months:
        wanted = (one if one > 0 else length + 1 + one for one in rule.month_days)
        ahead = min(
            (one - day.day for one in wanted if day.day < one <= length), default=ahead if rule.month_days else 1
        )
    return -(-ahead // rule.interval)


def _period(rule: Rule, start: date, number: int) -> tuple[date, list[date]]:
    """When a period begins, and the days in it, in order. Raises ValueError, OverflowError beyond the calendar."""
    ahead = number * rule.interval
    match rule.frequency:
        case "DAILY":
            day = start + timedelta(days=ahead)
            return day, [day] if _fits(rule, day) else []
        case "WEEKLY":
            week = start - timedelta(days=(start.weekday() - rule.week_start) % 7) + timedelta(weeks=ahead)
            wanted = {day for _, day in rule.week_days} or {start.weekday()}
            return week, [
                day
                for day in (week + timedelta(days=one) for one in range(7))
                if day.weekday() in wanted and (not rule.months or day.month in rule.months)
            ]
        case "MONTHLY":
            months = start.year * 12 + start.month - 1 + ahead
            begin = date(months // 12, months % 12 + 1, 1)
            return begin, _in_month(rule, begin, start.day)
        case "YEARLY":
            return date(start.year + ahead, 1, 1), _in_year(rule, start, start.year + ahead)


def _fits(rule: Rule, day: date) -> bool:
    length = monthrange(day.year, day.month)[1]
    return (
        (not rule.months or day.month in rule.months)
        and (not rule.month_days or day.day in rule.month_days or day.day - length - 1 in rule.month_days)
        and (not rule.week_days or (0, day.weekday()) in rule.week_days)
    )


def _in_year(rule: Rule, start: date, year: int) -> list[date]:
    if not rule.months and not rule.month_days and rule.week_days:
        return _of_kind(rule, date(year, 1, 1), (date(year, 12, 31) - date(year, 1, 1)).days + 1)
    if not rule.months and not rule.month_days:
        length = monthrange(year, start.month)[1]
        return [date(year, start.month, start.day)] if start.day <= length else []
    months = rule.months or range(1, 13)
    return [day for month in months for day in _in_month(rule, date(year, month, 1), start.day)]


def _in_month(rule: Rule, begin: date, day: int) -> list[date]:
    if rule.months and begin.month not in rule.months:
        return []
    length = monthrange(begin.year, begin.month)[1]
    if rule.week_days and not rule.month_days:
        return _of_kind(rule, begin, length)
    wanted = {one if one > 0 else length + 1 + one for one in rule.month_days or (day,)}
    found = [begin.replace(day=one) for one in sorted(wanted) if 1 <= one <= length]
    return [one for one in found if not rule.week_days or (0, one.weekday()) in rule.week_days]


def _of_kind(rule: Rule, begin: date, length: int) -> list[date]:
    """The days of the week that are named, each or the so-manieth, among so many days."""
    return [begin + timedelta(days=one) for one in _places_of_kind(rule.week_days, begin.weekday(), length)]


@lru_cache(maxsize=1024)
def _places_of_kind(week_days: tuple[tuple[int, int], ...], first: int, length: int) -> tuple[int, ...]:
    """The same as places, where the first of the days is that day of the week: there are few such months and years."""
    found: set[int] = set()
    for which, weekday in week_days:
        those = range((weekday - first) % 7, length, 7)
        if which == 0:
            found.update(those)
        elif 1 <= abs(which) <= len(those):
            found.add(those[which - 1 if which > 0 else which])
    return tuple(sorted(found))


def _placed(rule: Rule, found: list[date]) -> list[date]:
    if not rule.positions:
        return found
    places = {one - 1 if one > 0 else len(found) + one for one in rule.positions}
    return [found[place] for place in sorted(places) if 0 <= place < len(found)]
