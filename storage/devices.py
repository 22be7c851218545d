"""The phones and browsers that somebody is reached at. A token belongs to one account at a time: who registers it last."""

from datetime import datetime
from typing import Literal

import asyncpg
import msgspec

Platform = Literal["ios", "android", "web"]

MOST = 20
"""Of one person; beyond that the one goes that was registered longest ago."""


class DeviceRow(msgspec.Struct, frozen=True):
    """A device as its owner sees it; `updated_at` is when it was registered last."""

    id: int
    platform: Platform
    created_at: datetime
    updated_at: datetime


async def register(
    connection: asyncpg.Connection, user_id: str, *, login_id: str | None, platform: Platform, token: str
) -> DeviceRow:
    """This login's device. Somebody else's with the same token goes, with everything that was to be sent to it."""
    await connection.execute(
        "DELETE FROM push_notification_tokens WHERE device_token = $1 AND user_id <> $2", token, user_id
    )
    (row,) = await connection.fetch(
        "INSERT INTO push_notification_tokens (user_id, login_id, platform, device_token)"
        " VALUES ($1, $2, $3::text::platform_enum, $4)"
        " ON CONFLICT (device_token) DO UPDATE SET user_id = excluded.user_id, login_id = excluded.login_id,"
        " platform = excluded.platform"
        " RETURNING id, platform::text, created_at, updated_at",
        *(user_id, login_id, platform, token),
    )
    await connection.execute(
        "DELETE FROM push_notification_tokens WHERE user_id = $1 AND id IN ("
        " SELECT id FROM push_notification_tokens WHERE user_id = $1 ORDER BY updated_at DESC, id DESC OFFSET $2)",
        *(user_id, MOST),
    )
    return DeviceRow(**row)


async def listed(connection: asyncpg.Connection, user_id: str) -> list[DeviceRow]:
    """Somebody's devices, newest first; runs with their rights."""
    rows = await connection.fetch(
        "SELECT id, platform::text, created_at, updated_at FROM push_notification_tokens WHERE user_id = $1"
        " ORDER BY updated_at DESC, id DESC",
        user_id,
    )
    return [DeviceRow(**row) for row in rows]


async def remove(connection: asyncpg.Connection, user_id: str, device_id: int) -> bool:
    """Somebody's own device goes. False: it is not theirs."""
    done: str = await connection.execute(
        "DELETE FROM push_notification_tokens WHERE id = $2 AND user_id = $1", user_id, device_id
    )
    return done == "DELETE 1"


async def gone(connection: asyncpg.Connection, device_id: int, since: datetime | None) -> None:
    """The vendor says that nobody has this token any more; since then, if it says that: who registered it later keeps it."""
    await connection.execute(
        "DELETE FROM push_notification_tokens WHERE id = $1 AND ($2::timestamptz IS NULL OR updated_at <= $2)",
        *(device_id, since),
    )
