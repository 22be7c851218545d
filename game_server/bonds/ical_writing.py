"""Rows of a calendar as an iCalendar file, the same bytes for the same rows."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from icalendar import Calendar, Event, Timezone, vRecur

from game_server.notifications import zones
from rooms.bonds import occurrences

Row = Mapping[str, Any]

NOBODYS = "-//Calendar//Dates//EN"
"""Who wrote it: on phones and in other programs' lists it says nothing."""


def write(rows: Iterable[Row], title: Callable[[Row], str | None]) -> bytes:
    """`title` gives what a row is called where its own words are not to be written; then nothing else of them is, either."""
    calendar = Calendar()
    for name, value in (("prodid", NOBODYS), ("version", "2.0"), ("calscale", "GREGORIAN")):
        calendar.add(name, value)
    events = [_event(row, title(row)) for row in rows]
    for zone in sorted({zone for zone, _ in events if zone != "UTC"}):
        calendar.add_component(_described(zone))
    for _, event in events:
        calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


def _event(row: Row, neutral: str | None) -> tuple[str, Event]:
    """The event, and the zone whose clocks it names (UTC: none)."""
    event, zone = Event(), _zone(row)
    event.add("uid", row["ical_uid"])
    event.add("dtstamp", row["updated_at"])
    event.add("last-modified", row["updated_at"])
    event.add("sequence", row["sequence"])
    event.add("dtstart", _when(row, row["start_date"], zone))
    if row["end_date"] is not None:
        event.add("dtend", _when(row, row["end_date"], zone))
    if row["rrule"] is not None:
        event.add("rrule", vRecur.from_ical(row["rrule"]))
    for name in row["exdates"]:
        event.add("exdate", _named(name, zone))
    if row["recurrence_id"]:
        event.add("recurrence-id", _named(row["recurrence_id"], zone))
    if neutral is None:
        event.add("summary", row["title"] or "")
        for name in ("description", "location"):
            if row[name]:
                event.add(name, row[name])
        event.add("x-event-type", row["event_type"])
    else:
        event.add("summary", neutral)
    event.add("class", "PRIVATE")
    return ("UTC" if row["all_day"] else zone), event


def _zone(row: Row) -> str:
    """The row's own; UTC where its clocks cannot say which of two moments it is."""
    name = row["timezone"] if zones.named(row["timezone"]) is not None else "UTC"
    if row["all_day"] or row["rrule"] is not None:
        return str(name)
    moments = (row["start_date"], row["end_date"] or row["start_date"])
    return "UTC" if any(one.astimezone(zones.of(name)).fold for one in moments) else str(name)


def _when(row: Row, moment: datetime, zone: str) -> date | datetime:
    if row["all_day"]:
        return moment.astimezone(zones.of(row["timezone"])).date()
    return _in_zone(moment, zone)


def _named(name: str, zone: str) -> date | datetime:
    """An occurrence by its name."""
    return _in_zone(occurrences.at(name), zone) if "T" in name else occurrences.at(name).date()


def _in_zone(moment: datetime, zone: str) -> datetime:
    return moment.astimezone(UTC if zone == "UTC" else zones.of(zone))


@lru_cache(maxsize=64)
def _described(zone: str) -> Timezone:
    """The zone's changes of clocks, for programs that know no zones."""
    return Timezone.from_tzid(zone, first_date=_FIRST, last_date=_LAST)


_FIRST, _LAST = date(1970, 1, 1), date(2038, 1, 1)
