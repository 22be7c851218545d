"""The account's own page: read it, change it, see where one is logged in."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from game_server.accounts.callers import Caller
from game_server.http import limits
from game_server.http.paging import Page, Place, write_cursor
from game_server.languages.catalogues import Language
from game_server.notifications import zones
from game_server.profiles.person_key import hold_key
from game_server.services import Services
from rooms.errors import Busy, Invalid, NotFound
from rooms.notifications import preferences
from storage import accounts, logins, persons
from storage.accounts import Account
from storage.key_rows import KeyGone

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


class Me(Account, frozen=True, kw_only=True):
    """The caller's account with what bonds ask of a person: `bond_id` is the bond shown first, `kink_identity` members of one's
    bonds read, `time_zone` counts the day.
    """

    dynamic_role: str | None
    kink_identity: str | None
    bond_id: UUID | None
    time_zone: str | None
    bonds_onboarded: bool


async def read(services: Services, user: Caller) -> Me:
    """The caller's account, read with the caller's rights. Raises KeysAway."""
    async with services.database.as_user(user.id) as connection:
        found = await accounts.account(connection, user.id)
        lived = await persons.lived(connection, user.id)
    if found is None or lived is None:
        raise NotFound
    identity = None
    if lived.kink_identity is not None:
        with suppress(KeyGone):
            identity = await services.person_keys.unseal(user.actor, lived.kink_identity)
    return Me(**msgspec.structs.asdict(found), **(msgspec.structs.asdict(lived) | {"kink_identity": identity}))


async def change_lived(services: Services, user: Caller, given: Mapping[str, Any]) -> None:
    """What bonds ask of a person, as far as it is given. Raises Invalid, KeyGone, KeysAway."""
    if given.get("time_zone") is not None and zones.named(given["time_zone"]) is None:
        raise Invalid(fields={"time_zone": "A name like Europe/Berlin."})
    values = dict(given)
    if values.get("kink_identity") is not None:
        await hold_key(services, user)
        [values["kink_identity"]] = await services.person_keys.seal(user.actor, values["kink_identity"])
    async with services.database.as_member(user.id, services.clock.now()) as connection:
        if not await persons.change_lived(connection, user.id, values):
            raise Invalid(fields={"bond_id": "This is no bond of yours."})


async def change(
    services: Services,
    user: Caller,
    *,
    display_name: str | None,
    told: dict[str, Any],
    sharing: str | None,
    language: Language | None,
    notifications: dict[str, Any],
    lived: Mapping[str, Any],
) -> Me:
    """Change the caller's account, with the caller's rights; None or {} leaves a field. Raises Invalid, Busy; RateLimited for who
    shares more again and again: each change stands in the ledger for good. To share less is never refused.
    """
    wrong = preferences.problems(notifications, lambda name: zones.named(name) is not None)
    if wrong:
        raise Invalid(fields={f"notification_preferences.{name}": why for name, why in wrong.items()})
    if lived:
        await change_lived(services, user, lived)
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
