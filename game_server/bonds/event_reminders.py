"""Who is reminded of which date: once each, in words that say nothing. During a pause nobody is reminded of what presses: only
days that somebody wants to remember are told then, too. What touches a limit of somebody's they are not reminded of; the others
are, who would learn of it otherwise.
"""

import asyncio
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg

from game_server.bonds import calendar_files, limit_filter, texts
from game_server.bonds.event_times import dates_of
from game_server.bonds.one_by_one import OneByOne
from game_server.notifications import zones
from game_server.notifications.sending import send_soon
from game_server.services import Services
from rooms.bonds import occurrences
from rooms.bonds.occurrences import Dates
from rooms.bonds.tools.calendar import CALENDAR
from rooms.notifications.kinds import HOURS
from storage import bond_calendar, bond_upkeep, notifications
from storage.bond_calendar import Alarm, Reminded
from storage.bond_rows import Row
from storage.notifications import Told

AT_A_TIME = 200
WORTH_S = 12.0 * HOURS
LOOKS_AHEAD = timedelta(days=400)
"""A date that lies farther ahead is looked for again by then."""

REMEMBERED = "important_date"
"""What presses nobody."""

Silent = AbstractSet[tuple[UUID, UUID]]
"""Dates and people who are not reminded of them, by their ids."""


async def remind(services: Services) -> int:
    """Remind everybody who is to be reminded now; how many times."""
    now, told, last, turns = services.clock.now(), 0, None, OneByOne()
    while True:
        async with services.database.as_service() as db:
            due = await bond_calendar.due_alarms(db, CALENDAR.columns, now, last, AT_A_TIME)
        silent = await _silent(services, [one.event for one in due])
        for alarm in due:
            told += await turns.do(_look(services, alarm, now, silent))
        if len(due) < AT_A_TIME:
            break
        last = due[-1]
    if told:
        send_soon(services)
    turns.over()
    return told


async def _silent(services: Services, events: list[Row]) -> Silent:
    """What names a limit of somebody's who is in the bond, and whose: they are not reminded of it."""
    pressing = [one for one in events if one["bond_id"] is not None and one["event_type"] != REMEMBERED]
    if not pressing:
        return set()
    opened = await texts.opened(services, CALENDAR, pressing)
    named = await asyncio.to_thread(calendar_files.with_keys, opened)
    return await limit_filter.held_from(services, named, "nobody")


async def _look(services: Services, alarm: Alarm, now: datetime, silent: Silent) -> int:
    """Tell of one date, and say when it is looked at next: both, or neither."""
    event = alarm.event
    async with services.database.as_service() as db:
        await bond_upkeep.at(db, now)
        if event["bond_id"] is not None and not await bond_upkeep.hold(db, event["bond_id"]):
            return 0
        owner = str(event["created_by"])
        own = await bond_calendar.exceptions(db, event["bond_id"], owner, [event["ical_uid"]]) if event["rrule"] else {}
        dates = dates_of(event, left_out=own.get(event["ical_uid"], frozenset()))
        before = timedelta(minutes=event["reminder_minutes"])
        due, next_at = _due(dates, before, now)
        if not await bond_calendar.set_alarm(db, event["id"], alarm.next_at, next_at):
            return 0
        people = await bond_calendar.to_be_reminded(db, event["bond_id"], event["created_by"]) if due else []
        asked = [one for one in people if (event["id"], one.user_id) not in silent]
        return sum([await _tell(db, event, starts, one, now) for starts in due for one in asked])


def _due(dates: Dates, before: timedelta, now: datetime) -> tuple[list[datetime], datetime | None]:
    """What is to be told of now, and when something is next; None: never again."""
    due: list[datetime] = []
    for one in occurrences.from_moment(dates, now, now + LOOKS_AHEAD):
        if one.starts <= now:
            continue
        if one.starts - before > now:
            return due, one.starts - before
        due.append(one.starts)
    goes_on = dates.rule is not None and (dates.last is None or dates.last > now)
    if goes_on:
        return due, now + LOOKS_AHEAD / 2
    return due, dates.starts - before if dates.starts - before > now else None


async def _tell(db: asyncpg.Connection, event: Row, starts: datetime, person: Reminded, now: datetime) -> bool:
    presses = event["event_type"] != REMEMBERED
    if person.rests and presses:
        return False
    midnight = zones.midnight(person.time_zone, now)
    if person.is_low and presses and await bond_upkeep.reminded_since(db, person.user_id, midnight):
        return False  # one a day is enough
    if not await bond_calendar.note_reminder(db, event["id"], starts, person.user_id):
        return False
    return await notifications.tell(
        db,
        Told(
            kind="event_due" if presses else "day_due",
            user_id=str(person.user_id),
            from_user_id=None,
            about=f"event:{event['id']}:{int(starts.timestamp())}",
            link=f"/bonds/{event['bond_id']}" if event["bond_id"] else "/bonds",
            worth_s=WORTH_S,
            bond_id=event["bond_id"],
            row_id=event["id"],
        ),
    )
