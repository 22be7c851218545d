"""The account's own page: read it, change it, erase it, see where one is logged in."""

from datetime import datetime
from typing import Any

import asyncpg
import msgspec

from game_server.accounts.callers import Caller
from game_server.paging import Page, Place, write_cursor
from game_server.profiles.erasure import forget_erased
from game_server.services import Services
from rooms.errors import NotFound
from storage import accounts, logins
from storage.accounts import Account

ERASE_TRIES = 5


class LoginView(msgspec.Struct, frozen=True):
    """An open login; `current` is the one that asks."""

    id: str
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
    current: bool


async def read(services: Services, user: Caller) -> Account:
    """The caller's account, read with the caller's rights."""
    async with services.database.as_user(user.id) as connection:
        found = await accounts.account(connection, user.id)
    if found is None:
        raise NotFound
    return found


async def change(
    services: Services,
    user: Caller,
    *,
    display_name: str | None,
    told: dict[str, Any],
    sharing: str | None,
    notifications: dict[str, Any],
) -> Account:
    """Change the caller's account, with the caller's rights; None or {} leaves a field."""
    demographics = {"orientation" if key == "sexual_orientation" else key: value for key, value in told.items()}
    async with services.database.as_user(user.id) as connection:
        changed = await accounts.save_settings(
            connection,
            user.id,
            display_name=display_name,
            demographics=demographics,
            sharing=sharing,
            notifications=notifications,
        )
        found = await accounts.account(connection, user.id) if changed else None
    if found is None:
        raise NotFound
    return found


async def erase(services: Services, user: Caller) -> None:
    """Erase the caller: the account, its profile, logins and history. A partner keeps the games played together."""
    played = await _erased(services, user)
    await forget_erased(services)
    await services.hub.kick_actor(user.actor)
    await _forget_in_rooms(services, played)


async def _erased(services: Services, user: Caller) -> list[str]:
    """The account is gone; the sessions it played in. What is played or handed in at this moment locks the same rows in another
    order: whom PostgreSQL then chooses to fail tries again.
    """
    tries = 0
    while True:
        tries += 1
        try:
            async with services.database.as_service() as connection:
                played = await accounts.sessions_of(connection, user.id)
                await accounts.erase_user(connection, user.id)
        except (asyncpg.DeadlockDetectedError, asyncpg.LockNotAvailableError):
            if tries == ERASE_TRIES:
                raise
        else:
            return played


async def open_logins(services: Services, user: Caller, *, after: Place | None, limit: int) -> Page[LoginView]:
    """Where the caller is logged in, newest first."""
    async with services.database.as_service() as connection:
        found = await logins.open_logins(
            connection,
            user.id,
            now=services.clock.now(),
            before=(after.at, after.id) if after else None,
            limit=limit + 1,
        )
    items = [
        LoginView(login.id, login.created_at, login.last_used_at, login.expires_at, current=login.id == user.login)
        for login in found[:limit]
    ]
    more = len(found) > limit
    return Page(items, write_cursor(Place(items[-1].created_at, items[-1].id)) if more else None)


async def _forget_in_rooms(services: Services, session_ids: list[str]) -> None:
    for session_id in session_ids:
        await services.rooms.forget_names(session_id)
