"""The calendar: dates that a bond has, or somebody for themselves; what comes again is spread over the time that is asked for."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

import asyncpg
import msgspec

from game_server.accounts.callers import Caller
from game_server.bonds import event_times, limit_filter, obligations, texts
from game_server.bonds.commands import Hand
from game_server.bonds.doing import mine
from game_server.bonds.event_times import dates_of
from game_server.bonds.life import Life, Span, Written
from game_server.http.paging import Page, Place, write_cursor
from game_server.services import Services
from rooms.bonds import occurrences, permissions
from rooms.bonds.occurrences import MOST_IN_SPAN, Occurrence, TooMany
from rooms.bonds.tools.tasks import TASKS
from rooms.errors import Invalid, WrongState
from storage import bond_calendar
from storage.bond_calendar import Timed
from storage.bond_rows import Row

LONGEST_SPAN = timedelta(days=400)
MOST_EVENTS, MOST_SERIES = 10_000, 300
"""Of one calendar: what comes again is looked at whenever somebody looks at a day."""

WORDS = ("title", "description", "location")
"""What of a date may name a limit."""


class Calendar(Life):
    """The life of dates."""

    extras: ClassVar[tuple[tuple[str, Any], ...]] = (("held", bool),)

    async def create(self, hand: Hand, given: dict[str, Any]) -> Written:
        """A new date of the bond. Raises NotPermitted, WrongState, Invalid."""
        permissions.require(f"{self.tool.name}.create", hand.me)
        kept = await self.own_values(hand.db, hand.caller, hand.bond.id, None, given)
        await self._prompt(hand, given)
        return await self.add(hand, {}, kept)

    async def change(self, hand: Hand, row: Row, given: dict[str, Any]) -> Written:
        """Change one's own. Raises NotPermitted, Changed, WrongState for a deadline, Invalid."""
        self.allow(hand, row, "edit", given.pop("version", None))
        _require_no_deadline(row)
        given = await self.new_in(hand, row, given)
        if not given:
            return row["id"], row["version"]
        kept = await self.own_values(hand.db, hand.caller, row["bond_id"], row, given)
        await self._prompt(hand, given)
        return await self.write(hand, row, kept)

    async def remove(self, hand: Hand, row: Row, version: int | None) -> None:
        """Delete one's own; a series with all that was changed of it. Raises NotPermitted, Changed, WrongState for a deadline."""
        self.allow(hand, row, "remove", version)
        _require_no_deadline(row)
        await self.own_removed(hand.db, row)
        await super().remove(hand, row, version)

    async def own_values(
        self, db: asyncpg.Connection, caller: Caller, bond_id: UUID | None, row: Row | None, given: Mapping[str, Any]
    ) -> dict[str, Any]:
        """What the row is to hold, in a bond or of one's own. Raises Invalid, WrongState."""
        zone = await bond_calendar.zone_of(db, caller.id)
        at: datetime = await db.fetchval("SELECT app.moment()")
        # How long a rule goes on takes as long as somebody makes it take: meanwhile others play.
        timed = await asyncio.to_thread(event_times.kept, row, given, zone=zone, at=at)
        if row is None:
            await self._require_room(db, caller, bond_id, comes_again=timed["rrule"] is not None)
            await self._require_series(db, caller, bond_id, given, timed)
            made = {**self.defaults(given), **timed}
            return {name: value for name, value in made.items() if (name, value) != ("ical_uid", None)}
        if row["rrule"] is None and timed.get("rrule") is not None:
            if row["recurrence_id"]:
                raise Invalid(fields={"rrule": "One occurrence does not come again by itself."})
            await self._require_room(db, caller, bond_id, comes_again=True)
        if timed and row["rrule"] is not None:
            await self._take_along(db, row, timed)
        return {**self.defaults(given), **timed, "sequence": row["sequence"] + 1}

    async def own_removed(self, db: asyncpg.Connection, row: Row) -> None:
        """With a series goes what was changed of it."""
        if row["rrule"] is not None:
            await bond_calendar.remove_all(db, [one for one, _ in await bond_calendar.exceptions_of(db, row)])

    async def around(self, db: asyncpg.Connection, rows: Sequence[Row]) -> Any:
        """The tasks whose deadlines they are."""
        by_task = [row["task_id"] for row in rows if row["task_id"] is not None]
        return await bond_calendar.tasks_of(db, by_task) if by_task else []

    async def seen(self, services: Services, caller: Caller, rows: Sequence[Row], around: Any) -> list[Row]:  # noqa: ARG002 - as others
        """With whether a limit holds the task back whose deadline it is."""
        held = await _held(services, rows, around)
        return [row | {"held": row["id"] in held} for row in rows]

    async def spanned(
        self, services: Services, caller: Caller, span: Span, *, after: Place | None, limit: int
    ) -> Page[Row]:
        """What lies in it, what comes again as often as it does. Raises NotFound, Invalid."""
        times = _times(span.times)
        async with services.database.as_user(caller.id) as db:
            if span.bond_id is not None:
                await mine(db, span.bond_id)
            kind = span.asked.get("event_type")
            timed = await bond_calendar.in_span(
                db, span.bond_id, caller.id, times, longest=event_times.LONGEST, event_type=kind
            )
            series = [one.ical_uid for one in timed if one.rrule is not None]
            own = await bond_calendar.exceptions(db, span.bond_id, caller.id, series) if series else {}
        try:
            found = await asyncio.to_thread(_spread, timed, own, times)
        except TooMany as error:
            raise Invalid(fields={"to": "There is too much in this time: ask for less of it."}) from error
        return await self._page_of(services, caller, found, after, limit)

    # --- parts ---------------------------------------------------------------------------------------------------------

    async def _page_of(
        self, services: Services, caller: Caller, found: list[tuple[Occurrence, UUID]], after: Place | None, limit: int
    ) -> Page[Row]:
        if after is not None:
            place = (after.at, UUID(after.id))
            found = [(one, row_id) for one, row_id in found if (one.starts, row_id) > place]
        shown = found[:limit]
        async with services.database.as_user(caller.id) as db:
            rows = list((await bond_calendar.rows(db, self.tool.columns, {row_id for _, row_id in shown})).values())
            around = await self.around(db, rows)
        opened = await texts.opened(services, self.tool, rows)
        seen = {row["id"]: row for row in await self.seen(services, caller, opened, around)}
        items = [_occurring(seen[row_id], one) for one, row_id in shown if row_id in seen]
        last = shown[-1] if len(found) > limit else None
        return Page(items, write_cursor(Place(last[0].starts, str(last[1]))) if last else None)

    async def _prompt(self, hand: Hand, given: Mapping[str, Any]) -> None:
        """What is planned is not refused: it is said that it should be talked about first."""
        words = [given[name] for name in WORDS if given.get(name)]
        prompt = await limit_filter.mention(hand, list(hand.people.values()), words)
        if prompt is not None:
            hand.prompts.append(prompt)

    @staticmethod
    async def _require_room(db: asyncpg.Connection, caller: Caller, bond_id: UUID | None, *, comes_again: bool) -> None:
        events, series = await bond_calendar.counted(db, bond_id, caller.id)
        if events >= MOST_EVENTS or (comes_again and series >= MOST_SERIES):
            raise WrongState("This calendar is full: delete something first.")

    async def _require_series(
        self,
        db: asyncpg.Connection,
        caller: Caller,
        bond_id: UUID | None,
        given: Mapping[str, Any],
        timed: Mapping[str, Any],
    ) -> None:
        """An occurrence of its own is one of a series of the caller's here. Raises Invalid."""
        name, uid = given.get("recurrence_id"), given.get("ical_uid")
        if not name and uid is None:
            return
        if not name or uid is None or timed["rrule"] is not None:
            raise Invalid(
                fields={"recurrence_id": "One occurrence, with the ical_uid of its series and no rule of its own."}
            )
        series = await bond_calendar.series_of(db, self.tool.columns, bond_id, caller.id, uid)
        if series is None or not occurrences.is_of(dates_of(series), name):
            raise Invalid(fields={"recurrence_id": "This is no occurrence of a series of yours."})
        if (await bond_calendar.exceptions(db, bond_id, caller.id, [uid])).get(uid, frozenset()) & {name}:
            raise Invalid(fields={"recurrence_id": "This occurrence has been changed already: change what it is now."})

    @staticmethod
    async def _take_along(db: asyncpg.Connection, row: Row, timed: Mapping[str, Any]) -> None:
        """What was changed of a series is of the same days when it has another time."""
        before, after = dates_of(row), dates_of(timed)
        for event_id, name in await bond_calendar.exceptions_of(db, row):
            if (moved := occurrences.moved(name, before, after)) != name:
                await bond_calendar.rename(db, event_id, moved)


async def held_deadlines(services: Services, caller_id: str, rows: Sequence[Row]) -> set[UUID]:
    """Which of these rows are deadlines of tasks that a limit holds back."""
    by_task = [row["task_id"] for row in rows if row["task_id"] is not None]
    if not by_task:
        return set()
    async with services.database.as_user(caller_id) as db:
        tasks = await bond_calendar.tasks_of(db, by_task)
    return await _held(services, rows, tasks)


async def _held(services: Services, rows: Sequence[Row], tasks: Sequence[Row]) -> set[UUID]:
    if not tasks:
        return set()
    by_task = {row["task_id"]: row["id"] for row in rows}
    # One bond's: a list is of one calendar.
    opened = await texts.opened_columns(services, TASKS, tasks, ("title", "description"))
    return {by_task[task_id] for task_id in await obligations.held(services, opened, "assigned_to")}


def _require_no_deadline(row: Row) -> None:
    if row["task_id"] is not None:
        raise WrongState("This is a task's deadline: it moves with its task.")


def _times(asked: Mapping[str, datetime]) -> tuple[datetime, datetime]:
    if set(asked) != {"from", "to"}:
        missing = "to" if "from" in asked else "from"
        raise Invalid(fields={missing: "A time begins and ends: ask with from and to."})
    begins, ends = asked["from"], asked["to"]
    if not event_times.FIRST <= begins < event_times.LAST:
        raise Invalid(fields={"from": "This is too far away."})
    if not begins < ends <= begins + LONGEST_SPAN:
        raise Invalid(fields={"to": f"After from, and {LONGEST_SPAN.days} days later at most."})
    return begins, ends


def _spread(
    timed: Sequence[Timed], own: Mapping[str, frozenset[str]], span: tuple[datetime, datetime]
) -> list[tuple[Occurrence, UUID]]:
    """Every occurrence in the span, in order. Raises TooMany."""
    found: list[tuple[Occurrence, UUID]] = []
    for event in timed:
        changed = own.get(event.ical_uid, frozenset()) if event.rrule else frozenset()
        dates = dates_of(msgspec.structs.asdict(event), left_out=changed)
        found += [(one, event.id) for one in occurrences.between(dates, *span, MOST_IN_SPAN - len(found))]
    return sorted(found, key=lambda one: (one[0].starts, one[1]))


def _occurring(row: Row, one: Occurrence) -> Row:
    """A row as one of its occurrences."""
    if not one.name:
        return row
    return row | {"start_date": one.starts, "end_date": one.ends, "recurrence_id": one.name}
