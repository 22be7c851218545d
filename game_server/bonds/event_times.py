"""When an event is, as it is given and as it is kept: a zone that there is, an end after its beginning, days from midnight to
midnight, a rule that can be read.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from game_server.bonds.obligations import FARTHEST
from game_server.notifications import zones
from rooms.bonds import occurrences, rrule
from rooms.bonds.occurrences import Dates
from rooms.bonds.tools.calendar import DEADLINE
from rooms.errors import Invalid

LONGEST = timedelta(days=366)
"""So long one event takes at most."""
FIRST, LAST = datetime(rrule.FIRST_YEAR, 1, 2, tzinfo=UTC), datetime(rrule.LAST_YEAR, 1, 1, tzinfo=UTC)

OF_TIME = ("start_date", "end_date", "timezone", "all_day", "rrule", "exdates")
"""The columns that say when."""

Values = Mapping[str, Any]


def dates_of(row: Values, *, left_out: frozenset[str] = frozenset()) -> Dates:
    """A row as dates; `left_out` are occurrences that are rows of their own."""
    return Dates(
        starts=row["start_date"],
        ends=row["end_date"],
        zone=zones.of(row["timezone"]),
        all_day=row["all_day"],
        rule=rrule.read(row["rrule"]) if row["rrule"] else None,
        last=row["last_date"],
        left_out=left_out.union(row["exdates"]),
    )


def kept(before: Values | None, given: Values, *, zone: str, at: datetime) -> dict[str, Any]:
    """The columns of time that change where this is given to that row (None: a new one). `zone` is the caller's, for a row that
    names none. Raises Invalid.
    """
    if given.get("event_type") == DEADLINE:
        raise Invalid(fields={"event_type": "Deadlines come with their tasks."})
    if before is not None and given.keys().isdisjoint(OF_TIME):
        return {}
    values = {**dict.fromkeys(OF_TIME), **(before or {}), **given}
    values["timezone"] = values["timezone"] or zone
    values["exdates"] = sorted(set(values["exdates"] or ()))
    values["all_day"] = bool(values["all_day"])
    made = whole(values)
    if before is not None and made["exdates"] == before["exdates"]:
        made["exdates"] = _moved(before, made)
    if before is None or made["start_date"] != before["start_date"]:
        _require_ahead(made, at)
    return made


def whole(values: Values) -> dict[str, Any]:
    """These columns as they are kept, with when a series ends. Raises Invalid."""
    zone = zones.named(values["timezone"])
    if zone is None:
        raise Invalid(fields={"timezone": "A name like Europe/Berlin."})
    starts, ends = _moment("start_date", values["start_date"]), values["end_date"]
    if values["all_day"]:
        starts = occurrences.midnight(starts, zone)
    if ends is not None:
        ends = _moment("end_date", ends)
        if values["all_day"] and ends != occurrences.midnight(ends, zone):
            ends = occurrences.midnight(occurrences.midnight(ends, zone) + timedelta(hours=36), zone)
        if not starts <= ends <= starts + LONGEST:
            raise Invalid(fields={"end_date": "Not before it begins, and a year later at most."})
        if values["all_day"] and ends == starts:
            ends = None
    try:
        rule = rrule.read(values["rrule"]) if values["rrule"] else None
        dates = Dates(starts=starts, ends=ends, zone=zone, all_day=values["all_day"], rule=rule)
        last = occurrences.last_of(dates)
    except (rrule.Unreadable, OverflowError) as error:
        raise Invalid(fields={"rrule": str(error)}) from error
    if rule is None and values["exdates"]:
        raise Invalid(fields={"exdates": "Only what comes again leaves something out."})
    return {
        "start_date": starts,
        "end_date": ends,
        "timezone": values["timezone"],
        "all_day": values["all_day"],
        "rrule": str(rule) if rule else None,
        "exdates": list(values["exdates"]),
        "last_date": last,
    }


def _moved(before: Values, made: Values) -> list[str]:
    """What was left out stays so when the series has another time."""
    if before["rrule"] is None or made["rrule"] is None:
        return list(made["exdates"])
    old, new = dates_of(before), dates_of(made)
    return sorted({occurrences.moved(one, old, new) for one in before["exdates"]})


def _moment(name: str, given: datetime) -> datetime:
    try:
        moment = given.astimezone(UTC)
    except OverflowError:
        moment = FIRST - LONGEST
    if not FIRST <= moment < LAST:
        raise Invalid(fields={name: "This is too far away."})
    return moment


def _require_ahead(made: Values, at: datetime) -> None:
    """A new date is not past, but for a day that is not over, and for what goes on coming again. Raises Invalid."""
    if made["start_date"] > at + FARTHEST:
        raise Invalid(fields={"start_date": "This is too far away."})
    dates = msgspec.structs.replace(dates_of(made), left_out=frozenset())
    if next(occurrences.from_moment(dates, at, at + FARTHEST), None) is None:
        raise Invalid(fields={"start_date": "This is in the past."})
