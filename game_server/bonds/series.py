"""Tasks that come again: the next of each is made a day before it is due, by a job that may run late or twice."""

from datetime import timedelta
from typing import cast
from uuid import UUID

import msgspec

from game_server.bonds import limit_filter, texts
from game_server.bonds.one_by_one import OneByOne
from game_server.notifications import zones
from game_server.services import Services
from rooms.bonds.recurrence import AHEAD, Recurring, Rhythm, next_of
from storage import bond_tasks, bond_upkeep
from storage.bond_tasks import Series

AT_A_TIME = 200
ANY_ZONE = timedelta(days=1)
"""So much a day of somebody's calendar may begin before or after ours."""


async def make_due(services: Services) -> int:
    """Make what is due within a day; how many tasks."""
    until = (services.clock.now() + AHEAD + ANY_ZONE).date()
    made, after, turns = 0, None, OneByOne()
    while True:
        async with services.database.as_service() as db:
            found = await bond_tasks.series_until(db, until, after, AT_A_TIME)
        for series_id, bond_id in found:
            made += await turns.do(_make_next(services, series_id, bond_id))
        if len(found) < AT_A_TIME:
            break
        after = found[-1][0]
    turns.over()
    return made


async def _make_next(services: Services, series_id: UUID, bond_id: UUID) -> bool:
    """In one transaction, with everybody of the bond held: whoever pauses meanwhile is asked before it, or not."""
    now = services.clock.now()
    async with services.database.as_service() as db:
        await bond_upkeep.at(db, now)
        if not await bond_upkeep.hold(db, bond_id):
            return False
        series = await bond_tasks.series(db, series_id)
        if series is None:
            return False
        rhythm = Rhythm(recurring=_recurring(series), local_time=series.local_time, day=series.day)
        zone = zones.of(series.time_zone)
        row = msgspec.structs.asdict(series)
        owner = texts.bond_owner(bond_id)
        row["title"], row["description"] = await texts.open_each(services, owner, [series.title, series.description])
        is_held = series.may_ask and bool(await limit_filter.held_by(services, db, [row], "assigned_to"))
        step = next_of(rhythm, series.next_on, zone, now, may_ask=series.may_ask and not is_held, waits=series.waits)
        made = (
            step.make is not None
            and step.due is not None
            and await bond_tasks.occur(db, series_id, step.make, step.due)
        )
        await bond_tasks.go_on(db, series_id, step.next_on)
    return made


def _recurring(series: Series) -> Recurring:
    return cast("Recurring", series.recurring)
