"""The account's own page: read it, change it, see where one is logged in."""

from datetime import datetime
from typing import Any

import msgspec

from game_server.accounts.callers import Caller
from game_server.http import limits
from game_server.http.paging import Page, Place, write_cursor
from game_server.languages.catalogues import Language
from game_server.notifications import zones
from game_server.services import Services
from rooms.errors import Busy, Invalid, NotFound
from rooms.notifications import preferences
from storage import accounts, logins
from storage.accounts import Account

SHARES = ("demographics_only", "overlapping_only", "all_responses")
"""From the least to the most."""

TRIES = 4
"""Where another phone of the same person changes it at the same moment."""


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
    language: Language | None,
    notifications: dict[str, Any],
) -> Account:
    """Change the caller's account, with the caller's rights; None or {} leaves a field. Raises Invalid, Busy; RateLimited for who
    shares more again and again: each change stands in the ledger for good. To share less is never refused.
    """
    wrong = preferences.problems(notifications, lambda name: zones.named(name) is not None)
    if wrong:
        raise Invalid(fields={f"notification_preferences.{name}": why for name, why in wrong.items()})
    demographics = {"orientation" if key == "sexual_orientation" else key: value for key, value in told.items()}
    for _ in range(TRIES):
        before = (await read(services, user)).profile_sharing_setting
        if sharing is not None and SHARES.index(sharing) > SHARES.index(before):
            await limits.spend(services, None, user, "sharing")
        async with services.database.as_user(user.id) as connection:
            if await accounts.save_settings(
                connection,
                user.id,
                display_name=display_name,
                demographics=demographics,
                sharing=sharing,
                instead_of=before,
                notifications=notifications,
                language=language,
            ):
                break
    else:
        raise Busy
    return await read(services, user)


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
