"""What the timetable does for bonds: each bond in a transaction of its own, in the order in which commands hold things."""

from datetime import timedelta

from game_server.notifications import actions as notifications
from game_server.services import Services
from storage import bond_calendar, bond_contracts, bond_replies, bond_tasks, bond_upkeep

READ_FOR = timedelta(days=30)
"""So long a dissolved bond is read and left."""
REQUESTS_FOR = timedelta(days=90)
CHANGES_FOR = timedelta(days=90)
REPLIES_FOR = timedelta(days=30)


async def settle_requests(services: Services) -> None:
    """Requests that nobody answered in time are over. Who only waited for somebody that has left comes in."""
    now = services.clock.now()
    async with services.database.as_service() as db:
        due = await bond_upkeep.with_due_requests(db, now)
    for bond_id in due:
        async with services.database.as_service() as db:
            await bond_upkeep.at(db, now)
            await bond_upkeep.settle_requests(db, bond_id)
    if due:
        notifications.send_soon(services)


async def expire_contracts(services: Services) -> None:
    """Contracts whose time is up are over; whoever reads them sooner is told so, too."""
    now = services.clock.now()
    async with services.database.as_service() as db:
        due = await bond_contracts.with_expired(db, now)
    for bond_id in due:
        async with services.database.as_service() as db:
            await bond_upkeep.at(db, now)
            if await bond_tasks.hold(db, bond_id):
                await bond_contracts.expire(db, bond_id)


async def delete_dissolved(services: Services) -> None:
    """Bonds that have been over for long enough, with everything that was theirs."""
    now = services.clock.now()
    async with services.database.as_service() as db:
        over = await bond_upkeep.dissolved(db, now - READ_FOR)
    for bond_id in over:
        async with services.database.as_service() as db:
            await bond_upkeep.at(db, now)
            await bond_upkeep.delete(db, bond_id, now - READ_FOR)


async def forget_old(services: Services) -> None:
    """What nobody needs any more: lines of the feed, answers kept for retries, requests that had their answer."""
    now = services.clock.now()
    async with services.database.as_service() as db:
        await bond_upkeep.forget_changes(db, now - CHANGES_FOR)
        await bond_replies.forget_before(db, now - REPLIES_FOR)
        await bond_upkeep.forget_requests(db, now - REQUESTS_FOR)
        await bond_calendar.forget_reminders(db, now - CHANGES_FOR)
