"""Looking at rooms again after a change of limits: the card on screen goes when it may not stay."""

import asyncio

import structlog

from game_server.services import Feed, Services
from game_server.sessions.actions import TRIES, serve
from rooms import errors
from rooms.errors import Refused
from rooms.sessions.commands import Abandon, Recheck
from storage import blocked, crash
from storage import sessions as store
from storage.database import STORE_ERRORS
from storage.sessions import Logged

log = structlog.get_logger()


async def recheck_rooms(services: Services, profile_id: int) -> None:
    """Limits changed and are committed: every open room of this profile takes away what no longer passes.

    The fast way only: that the rooms are unchecked stands in the database, and whoever looks next finds it. So nothing that
    fails here fails the change.
    """
    crash.point("during_recheck")
    try:
        rooms = await open_rooms(services, profile_id)
    except STORE_ERRORS as error:
        log.warning("rooms_left_unchecked", kind=type(error).__name__)
        return
    await recheck_each(services, rooms)


async def open_rooms(services: Services, profile_id: int | None) -> list[str]:
    """The open rooms of this profile."""
    async with services.database.reading() as connection:
        return await store.open_rooms_of(connection, profile_id) if profile_id is not None else []


async def recheck_each(services: Services, session_ids: list[str]) -> None:
    """Look at all of these rooms again."""
    await asyncio.gather(*(recheck(services, session_id) for session_id in session_ids))


async def recheck(services: Services, session_id: str) -> None:
    """Look at a room again. What fails is found by the next look, and never fails the change that is committed."""
    try:
        await _look_again(services, session_id)
    except (Refused, *STORE_ERRORS) as error:
        log.warning("room_left_unchecked", session=session_id, kind=type(error).__name__)
    except Exception:
        log.exception("room_not_checked", session=session_id)


async def checked(services: Services, session_id: str) -> tuple[Feed, list[Logged]]:
    """The room at the log's head and the whole log, its card looked at since the last change of limits.

    Raises NotFound, Busy when that was not to be had.
    """
    for _ in range(TRIES):
        feed, log_ = await services.rooms.reread(session_id)
        if not feed.unchecked or feed.room.state.phase == "ended":
            return feed, log_
        await _look_again(services, session_id)
    raise errors.Busy


async def _look_again(services: Services, session_id: str) -> None:
    """The card goes when it may not stay; the room of two of whom one blocked the other ends like one nobody plays on."""
    async with services.database.reading() as connection:
        apart = await blocked.sit_together(connection, session_id)
    await serve(services, session_id, Abandon() if apart else Recheck())
