"""What state somebody declares, for all their bonds at once: only they do, and why is nobody's business."""

from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec

from game_server.accounts.callers import Caller
from game_server.bonds import texts
from game_server.bonds.commands import Asked, run
from game_server.bonds.life import Written
from game_server.bonds.live.bells import ring, touch
from game_server.bonds.places import row_place
from game_server.http.paging import Place, write_cursor
from game_server.services import Services
from rooms.errors import Unauthorized
from storage import bond_watch, submission_states
from storage.submission_states import State


class DeclaredState(msgspec.Struct, frozen=True):
    """A line of one's own log."""

    id: UUID
    state: State
    reason: str | None
    created_at: datetime


class StateView(msgspec.Struct, frozen=True):
    """The state that holds, since when (null: always), and what was declared before, newest first."""

    state: State
    since: datetime | None
    log: list[DeclaredState]
    next_cursor: str | None


LISTED = 50


async def declare(services: Services, user: Caller, asked: Asked, state: State, reason: str | None) -> StateView:
    """From now on. Paused, nothing new is asked of the caller anywhere: every command that would waits for this one."""
    key = None if reason is None else await texts.key_if_any(services, user)

    async def act(db: asyncpg.Connection, _: datetime) -> Written:
        if not await submission_states.hold(db, user.id):
            raise Unauthorized
        return await submission_states.declare(db, user.id, state, key.seal(reason) if key else None), None

    async def view(_: UUID) -> StateView:
        return await read(services, user, after=None, limit=LISTED)

    declared = await run(services, user, asked, act, view, at_once=state == "paused")
    await _tell(services, user, declared)
    return declared


async def _tell(services: Services, user: Caller, declared: StateView) -> None:
    """All their bonds show it; the log is theirs alone."""
    async with services.database.as_user(user.id) as db:
        mine = await bond_watch.mine(db)
    for bond_id in mine:
        ring(services, bond_id)
    if declared.log:
        touch(services, user.id, "submission_state_logs", declared.log[0].id, "insert")


async def read(services: Services, user: Caller, *, after: Place | None, limit: int) -> StateView:
    """The caller's own."""
    place = row_place(after)
    async with services.database.as_user(user.id) as db:
        state, since = await submission_states.since(db, user.id)
        found = await submission_states.listed(db, user.id, after=place, limit=limit + 1)
    reasons = await texts.open_each(services, f"user:{user.id}", [one.reason for one in found[:limit]])
    log = [
        DeclaredState(one.id, one.state, reason, one.created_at)
        for one, reason in zip(found[:limit], reasons, strict=True)
    ]
    more = write_cursor(Place(log[-1].created_at, str(log[-1].id))) if len(found) > limit else None
    return StateView(state, since, log, more)
