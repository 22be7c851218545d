"""Calendars as files: what is there as iCalendar, and what comes from elsewhere. What comes is known again by its UID; only what
one brought oneself is changed.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from game_server.accounts.callers import Caller
from game_server.bonds import event_times, ical_reading, ical_writing, limit_filter, texts
from game_server.bonds.calendar import MOST_EVENTS, MOST_SERIES, WORDS
from game_server.bonds.commands import held, writing
from game_server.bonds.ical_reading import Incoming, Refusal, Why
from game_server.services import Services
from rooms.bonds import occurrences, permissions
from rooms.bonds.limits import said_in
from rooms.bonds.tools.calendar import CALENDAR, MOST_LEFT_OUT
from rooms.errors import Invalid, NotFound
from storage import bond_calendar, bonds
from storage.bond_rows import Row

MOST_RULES = 2 * MOST_SERIES
"""So many rules of a file are looked at: when one ends may take a while to find out."""

NEUTRAL = "…"
"""What is called nothing."""

AT_A_TIME = 100
"""Events of a file that are taken in one transaction, which holds the bond."""


class Imported(msgspec.Struct):
    """What became of a file's events: how many, and those that were not taken with why."""

    created: int
    updated: int
    unchanged: int
    refused: list[Refusal]


async def export(services: Services, caller: Caller, bond_id: UUID | None) -> bytes:
    """A whole calendar of the caller's. Raises NotFound, KeysAway."""
    rows = await rows_of(services, caller.id, bond_id, since=None)
    silent = await held_back(services, caller.id, rows)
    return await asyncio.to_thread(ical_writing.write, rows, lambda row: NEUTRAL if row["id"] in silent else None)


async def rows_of(services: Services, user_id: str, bond_id: UUID | None, *, since: datetime | None) -> list[Row]:
    """The rows of a calendar, opened, as that person may see them. Raises NotFound, KeysAway."""
    async with services.database.as_user(user_id) as db:
        if bond_id is not None and await bonds.find(db, bond_id) is None:
            raise NotFound
        rows = await bond_calendar.whole(db, CALENDAR.columns, bond_id, user_id, since=since, most=MOST_EVENTS)
    return await texts.opened(services, CALENDAR, rows)


async def held_back(services: Services, user_id: str, rows: Sequence[Row]) -> set[UUID]:
    """Which rows of a bond, but for that person's own, name what is a limit of theirs: these words do not follow them out of the
    app. Whose limits others' words touch nobody learns by what they get.
    """
    others = [row for row in rows if row["bond_id"] is not None and str(row["created_by"]) != user_id]
    if not others:
        return set()
    named = await asyncio.to_thread(with_keys, others)
    return await limit_filter.held(services, [row | {"reader": UUID(user_id)} for row in named], "reader")


def with_keys(rows: Sequence[Row]) -> list[Row]:
    """Opened rows with what their words name."""
    said = [said_in(tuple(text for text in (row[name] for name in WORDS) if text)) for row in rows]
    return [row | {"limit_keys": sorted(one.keys)} for row, one in zip(rows, said, strict=True)]


# --- what comes in -----------------------------------------------------------------------------------------------------


async def take_in(services: Services, caller: Caller, bond_id: UUID | None, data: bytes) -> Imported:
    """The events of a file, some at a time: what was taken before somebody left or paused stays, and is known again when the file
    comes again. Raises NotFound, WrongState, Invalid, KeysAway.
    """
    if bond_id is None:
        await texts.ready(services, caller)
    else:
        async with services.database.as_user(caller.id) as db:
            if await bonds.find(db, bond_id) is None:
                raise NotFound
    file = await asyncio.to_thread(ical_reading.read, data)
    done = Imported(0, 0, 0, [*file.refused])
    looked_at, too_many = _with_few_rules(file.events)
    for some in _in_steps(looked_at):
        step = await _step(services, caller, bond_id, some)
        done.created += step.created
        done.updated += step.updated
        done.unchanged += step.unchanged
        done.refused += step.refused
    done.refused += too_many
    return done


def _with_few_rules(events: Iterable[Incoming]) -> tuple[list[Incoming], list[Refusal]]:
    """Those that are looked at, and those that bring one rule too many."""
    looked_at: list[Incoming] = []
    too_many: list[Refusal] = []
    rules = 0
    for one in events:
        rules += one.rule is not None and not one.is_cancelled
        if one.rule and not one.is_cancelled and rules > MOST_RULES:
            too_many.append(Refusal(one.uid, "too_many"))
        else:
            looked_at.append(one)
    return looked_at, too_many


def _in_steps(events: Sequence[Incoming]) -> list[list[Incoming]]:
    """Nobody in the bond waits longer than for one of these. What has one UID is taken together. There is one step at least."""
    of_uid: dict[str, list[Incoming]] = {}
    for one in events:
        of_uid.setdefault(one.uid, []).append(one)
    steps: list[list[Incoming]] = [[]]
    for those in of_uid.values():
        if steps[-1] and len(steps[-1]) + len(those) > AT_A_TIME:
            steps.append([])
        steps[-1] += those
    return steps


async def _step(services: Services, caller: Caller, bond_id: UUID | None, events: Sequence[Incoming]) -> Imported:
    at = services.clock.now()
    async with writing(services, caller, at) as db:
        if bond_id is None:
            return await _take(services, db, caller, None, events)
        async with held(services, db, caller, bond_id, at) as hand:
            permissions.require("calendar.create", hand.me)
            return await _take(services, db, caller, bond_id, events)


async def _take(
    services: Services, db: asyncpg.Connection, caller: Caller, bond_id: UUID | None, events: Sequence[Incoming]
) -> Imported:
    uids = {one.uid for one in events}
    before = await bond_calendar.of_uids(db, CALENDAR.columns, bond_id, caller.id, uids) if uids else []
    before = await texts.opened(services, CALENDAR, before)
    taking = _Taking(
        caller.id,
        await bond_calendar.zone_of(db, caller.id),
        {(row["ical_uid"], row["recurrence_id"]): row for row in before},
        *await bond_calendar.counted(db, bond_id, caller.id),
    )
    await asyncio.to_thread(taking.decide, events)
    key = await texts.key_for(services, CALENDAR, caller, bond_id)
    new = [texts.sealed(CALENDAR, key, values) for values in taking.new]
    changed = [(row_id, texts.sealed(CALENDAR, key, values)) for row_id, values in taking.changed]
    await bond_calendar.add_many(db, bond_id, caller.id, new)
    await bond_calendar.change_many(db, changed)
    return Imported(len(taking.new), len(taking.changed), taking.unchanged, taking.refused)


class _Taking:
    """What is to be done with a file's events, beside what is there already."""

    def __init__(
        self, user_id: str, zone: str, before: Mapping[tuple[str, str], Row], events: int, series: int
    ) -> None:
        self.user_id, self.zone, self.before = user_id, zone, before
        self.events, self.series = events, series
        self.new: list[dict[str, Any]] = []
        self.changed: list[tuple[UUID, dict[str, Any]]] = []
        self.unchanged = 0
        self.refused: list[Refusal] = []
        self._theirs = {uid for (uid, _), row in before.items() if str(row["created_by"]) != user_id}
        self._tasks = {uid for (uid, _), row in before.items() if row["task_id"] is not None}

    def decide(self, events: Sequence[Incoming]) -> None:
        """For each event, in this order."""
        series = {one.uid for one in events if one.rule and one.occurs is None}
        called_off: dict[str, list[Incoming]] = {}
        for one in events:
            if one.is_cancelled and one.occurs is not None and one.uid in series:
                called_off.setdefault(one.uid, []).append(one)
        taken: set[tuple[str, str]] = set()
        for one in events:
            if one.is_cancelled and one.occurs is not None and one.uid in series:
                continue
            without = called_off.get(one.uid, []) if one.rule else []
            if reason := self._one(one, without, taken):
                self.refused.append(Refusal(one.uid, reason))

    def _one(self, one: Incoming, without: Sequence[Incoming], taken: set[tuple[str, str]]) -> Why | None:
        """Take it, or say why not."""
        if one.uid in self._tasks or one.uid in self._theirs:
            return "task" if one.uid in self._tasks else "not_yours"
        if one.is_cancelled:
            return "cancelled"
        try:
            name = _name(one, self._zone_for(one))
            row = self.before.get((one.uid, name))
            values = _values(one, without, row["timezone"] if row else self.zone) | {"recurrence_id": name}
        except OverflowError:
            return "too_far"
        except Invalid as invalid:
            return _why(invalid)
        if (one.uid, name) in taken:
            return "twice"
        taken.add((one.uid, name))
        return self._keep(row, values)

    def _zone_for(self, one: Incoming) -> str:
        series = self.before.get((one.uid, ""))
        return str(series["timezone"]) if series else self.zone

    def _keep(self, row: Row | None, values: dict[str, Any]) -> Why | None:
        comes_again = values["rrule"] is not None and (row is None or row["rrule"] is None)
        if (row is None and self.events >= MOST_EVENTS) or (comes_again and self.series >= MOST_SERIES):
            return "too_many"
        self.series += comes_again
        if row is None:
            self.events += 1
            values["event_type"] = values["event_type"] or "important_date"
            self.new.append(values)
            return None
        values["event_type"] = values["event_type"] or row["event_type"]
        if all(row[name] == values[name] for name in bond_calendar.CHANGED if name != "sequence"):
            self.unchanged += 1
            return None
        values["sequence"] = max(row["sequence"] + 1, values["sequence"])
        self.changed.append((row["id"], values))
        return None


def _name(one: Incoming, zone: str) -> str:
    if one.occurs is None:
        return ""
    return f"{one.occurs.local:%Y%m%d}" if one.occurs.is_day else f"{one.occurs.moment(zone):%Y%m%dT%H%M%SZ}"


def _values(one: Incoming, without: Sequence[Incoming], zone: str) -> dict[str, Any]:
    """The columns of an event of a file. Raises Invalid, OverflowError."""
    starts = one.starts.moment(zone)
    ends = one.ends.moment(zone) if one.ends else starts + one.long if one.long is not None else None
    times = event_times.whole(
        {
            "start_date": starts,
            "end_date": ends,
            "timezone": one.starts.zone or zone,
            "all_day": one.starts.is_day,
            "rrule": one.rule,
            "exdates": (),
        }
    )
    dates = event_times.dates_of(times)
    gone = [*one.left_out, *(other.occurs for other in without if other.occurs is not None)]
    names = {_left_out(dates, when, zone) for when in gone} if dates.rule is not None else set()
    if len(names) > MOST_LEFT_OUT:
        raise Invalid(fields={"exdates": "This leaves out too much."})
    return {
        **times,
        "exdates": sorted(names),
        "ical_uid": one.uid,
        "title": one.title,
        "description": one.description,
        "location": one.location,
        "sequence": one.sequence,
        "event_type": one.event_type,
    }


def _left_out(dates: occurrences.Dates, when: ical_reading.When, zone: str) -> str:
    """The name of an occurrence that a file leaves out: some programs write its day where it has a time."""
    if when.is_day and not dates.all_day:
        clock = dates.starts.astimezone(dates.zone).time()
        return occurrences.name_of(dates, occurrences.local(when.local.date(), clock, dates.zone))
    if when.is_day:
        return f"{when.local:%Y%m%d}"
    return occurrences.name_of(dates, when.moment(zone))


def _why(invalid: Invalid) -> Why:
    reasons: dict[str, Why] = {"rrule": "rule", "exdates": "too_long", "timezone": "time_zone", "start_date": "too_far"}
    return next((reasons[name] for name in invalid.fields or () if name in reasons), "unreadable")
