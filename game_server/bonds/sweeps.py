"""What the timetable does for bonds: each bond in a transaction of its own, in the order in which commands hold things."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg

from game_server.bonds.one_by_one import OneByOne
from game_server.notifications import actions as notifications
from game_server.services import Services
from storage import bond_calendar, bond_contracts, bond_replies, bond_upkeep

READ_FOR = timedelta(days=30)
"""So long a dissolved bond is read and left."""
REQUESTS_FOR = timedelta(days=90)
CHANGES_FOR = timedelta(days=90)
REPLIES_FOR = timedelta(days=30)


async def settle_requests(services: Services) -> None:
    """Requests that nobody answered in time are over. Who only waited for somebody that has left comes in."""
    now = services.clock.now()
    if await _each(services, now, bond_upkeep.with_due_requests, bond_upkeep.settle_requests):
        notifications.send_soon(services)


async def expire_contracts(services: Services) -> None:
    """Contracts whose time is up are over; whoever reads them sooner is told so, too."""

    async def expire(db: asyncpg.Connection, bond_id: UUID) -> None:
        if await bond_upkeep.hold(db, bond_id):
            await bond_contracts.expire(db, bond_id)

    await _each(services, services.clock.now(), bond_contracts.with_expired, expire)


async def delete_dissolved(services: Services) -> None:
    """Bonds that have been over for long enough, with everything that was theirs."""
    now = services.clock.now()
    before = now - READ_FOR
    await _each(
        services,
        now,
        lambda db, _: bond_upkeep.dissolved(db, before),
        lambda db, bond: bond_upkeep.delete(db, bond, before),
    )


async def _each(
    services: Services,
    now: datetime,
    due: Callable[[asyncpg.Connection, datetime], Awaitable[Sequence[UUID]]],
    act: Callable[[asyncpg.Connection, UUID], Awaitable[None]],
) -> Sequence[UUID]:
    """Do it in each bond that is due at this moment, in a transaction of its own; which these were."""
    async with services.database.as_service() as db:
        found = await due(db, now)
    turns = OneByOne()

    async def do(bond_id: UUID) -> None:
        async with services.database.as_service() as db:
            await bond_upkeep.at(db, now)
            await act(db, bond_id)

    for bond_id in found:
        await turns.do(do(bond_id))
    turns.over()
    return found


async def forget_old(services: Services) -> None:
    """What nobody needs any more: lines of the feed, answers kept for retries, requests that had their answer."""
    now = services.clock.now()
    async with services.database.as_service() as db:
        await bond_upkeep.forget_changes(db, now - CHANGES_FOR)
        await bond_replies.forget_before(db, now - REPLIES_FOR)
        await bond_upkeep.forget_requests(db, now - REQUESTS_FOR)
        await bond_calendar.forget_reminders(db, now - CHANGES_FOR)
