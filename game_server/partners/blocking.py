"""Keeping somebody from asking again. Whoever is blocked is told nothing: what they ask is answered as ever, and reaches nobody.

Blocking ends the connection, every request between the two and the rooms they share: the transaction marks these as unchecked,
so that they end also where this process does not come to it. The list is one's own; taking somebody off it connects nobody.
"""

from game_server.accounts.callers import Caller
from game_server.http.paging import Page, Place, write_cursor
from game_server.notifications import actions as notifications
from game_server.partners.watch import ring
from game_server.services import Services
from game_server.sessions.rechecks import recheck
from rooms.errors import NotFound
from storage import blocked, remembered
from storage.blocked import Blocked


async def block(services: Services, user: Caller, other_id: str) -> Blocked:
    """Block somebody the user has met. Raises NotFound for anybody else."""
    async with services.database.as_service() as db:
        await blocked.hold_pair(db, user.id, other_id)
        name = await blocked.name_of_known(db, user.id, other_id)
        if name is None:
            raise NotFound
        line = await blocked.add(db, user.id, other_id, name)
        await blocked.end_everything(db, user.id, other_id)
        await remembered.remove_both(db, user.id, other_id)
        await notifications.forget_between(db, user.id, other_id)
        rooms = await blocked.rooms_of_both(db, user.id, other_id)
    ring(services, user.id, other_id)
    for session_id in rooms:
        await recheck(services, session_id)
    return line


async def unblock(services: Services, user: Caller, other_id: str) -> None:
    """They may ask again. Raises NotFound for somebody who is not on the list."""
    async with services.database.as_service() as db:
        if not await blocked.remove(db, user.id, other_id):
            raise NotFound


async def listed(services: Services, user: Caller, *, after: Place | None, limit: int) -> Page[Blocked]:
    """Whom the user has blocked, newest first."""
    async with services.database.as_user(user.id) as db:
        found = await blocked.listed(db, user.id, before=(after.at, after.id) if after else None, limit=limit + 1)
    items = found[:limit]
    more = len(found) > limit
    return Page(items, write_cursor(Place(items[-1].created_at, items[-1].user_id)) if more else None)
