"""Users of Supabase who were erased here: barred at once, and deleted there from an outbox.

The row is written in the transaction that erases them. Their id stands in it until Supabase has deleted them; then only its hash
is left, for as long as a token that was issued before may be good.
"""

import asyncio

import asyncpg
import structlog

from game_server.accounts.callers import Caller
from game_server.integrations.supabase import NotDeleted, Supabase
from game_server.integrations.supabase_token import LEEWAY, LONGEST_LIFE
from game_server.services import Services
from storage import supabase
from storage.database import STORE_ERRORS

log = structlog.get_logger()

MOST_AT_ONCE = 100
SOON_S = 2.0
"""Somebody waits for the answer to an erasure; a Supabase that hangs is left to the job."""


async def note(services: Services, connection: asyncpg.Connection, caller: Caller) -> str | None:
    """Whoever is erased in this transaction is barred, and to be deleted at Supabase; their id there, if they have one."""
    behind = supabase.behind_user if caller.kind == "user" else supabase.behind_player
    auth_id = await behind(connection, caller.id)
    if auth_id is not None:
        await supabase.hold(connection, auth_id)
        delete_there = services.supabase is not None and services.supabase.deletes
        await supabase.note_erased(connection, auth_id, delete_there=delete_there, now=services.clock.now())
    return auth_id


async def send_due(services: Services, most: int = MOST_AT_ONCE) -> int:
    """Delete whoever is due at Supabase; returns how many were tried. No transaction is open meanwhile."""
    project = services.supabase
    if project is None or not project.deletes:
        return 0
    done = 0
    for _ in range(most):
        async with services.database.as_service() as connection:
            erasure = await supabase.claim_erasure(connection)
        if erasure is None or not await _deleted(services, project, erasure):
            break
        done += 1
    return done


async def send_soon(services: Services) -> None:
    """Delete whoever was erased just now. Here that has happened already, so a failure is left to the job."""
    try:
        async with asyncio.timeout(SOON_S):
            await send_due(services, most=1)
    except (*STORE_ERRORS, TimeoutError) as error:
        log.warning("supabase_user_left_to_the_job", kind=type(error).__name__)


async def forget_old(services: Services) -> None:
    """Whose tokens have all ended is forgotten."""
    async with services.database.as_service() as connection:
        await supabase.forget_before(connection, services.clock.now() - LONGEST_LIFE - 3 * LEEWAY)


async def _deleted(services: Services, project: Supabase, erasure: supabase.Erasure) -> bool:
    """Delete one and write down how that went; False where the next one would go no better."""
    try:
        await project.delete_user(str(erasure.auth_id))
    except NotDeleted as error:
        log.warning("supabase_user_not_deleted", attempts=erasure.attempts, reason=error.reason)
        async with services.database.as_service() as connection:
            await supabase.erasure_failed(connection, erasure, error.reason)
        return not error.away
    async with services.database.as_service() as connection:
        await supabase.erased_there(connection, erasure, now=services.clock.now())
    return True
