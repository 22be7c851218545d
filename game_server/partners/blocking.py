"""Keeping somebody from asking again. Whoever is blocked is told nothing: what they ask is answered as ever, and reaches nobody.

Blocking ends the connection, every request between the two and the rooms they share. The list is one's own; taking somebody
off it connects nobody.
"""

import structlog

from game_server.accounts.callers import Caller
from game_server.paging import Page, Place, write_cursor
from game_server.partners.watch import ring
from game_server.services import Services
from game_server.sessions.actions import serve
from rooms.errors import NotFound, Refused
from rooms.sessions.commands import Abandon
from storage import blocked, remembered
from storage.blocked import Blocked
from storage.database import STORE_ERRORS

log = structlog.get_logger()


async def block(services: Services, user: Caller, other_id: str) -> Blocked:
    """Block somebody the user has met. Raises NotFound for anybody else."""
    async with services.database.as_service() as db:
        name = await blocked.name_of_known(db, user.id, other_id)
        if name is None:
            raise NotFound
        line = await blocked.add(db, user.id, other_id, name)
        await blocked.end_everything(db, user.id, other_id)
        await remembered.remove_both(db, user.id, other_id)
        rooms = await blocked.rooms_of_both(db, user.id, other_id)
    ring(services, user.id, other_id)
    for session_id in rooms:
        await _end(services, session_id)
    return line


async def end_rooms_left_open(services: Services) -> None:
    """Rooms that a block should have ended: the process died after its commit, or they were opened in that moment."""
    async with services.database.reading() as db:
        rooms = await blocked.rooms_left_open(db)
    for session_id in rooms:
        await _end(services, session_id)


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


async def _end(services: Services, session_id: str) -> None:
    """A shared room ends as one does that nobody plays on. The block stands whatever becomes of this, and the timetable looks."""
    try:
        await serve(services, session_id, Abandon())
    except (Refused, *STORE_ERRORS) as error:
        log.warning("room_left_open", session=session_id, kind=type(error).__name__)
