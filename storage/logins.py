"""Open logins: one row a device, with the hash of its newest refresh token."""

from datetime import datetime

import asyncpg
import msgspec

from storage.database import SLOW_S


class Login(msgspec.Struct, frozen=True):
    """A login as its owner sees it."""

    id: str
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime


async def open_login(
    connection: asyncpg.Connection,
    *,
    login_id: str,
    user_id: str,
    refresh_hash: str,
    now: datetime,
    expires_at: datetime,
) -> None:
    """A new login."""
    await connection.execute(
        "INSERT INTO logins (id, user_id, refresh_hash, created_at, last_used_at, expires_at)"
        " VALUES ($1, $2, $3, $4, $4, $5)",
        *(login_id, user_id, refresh_hash, now, expires_at),
    )


async def rotate(
    connection: asyncpg.Connection, *, login_id: str, old_hash: str, new_hash: str, now: datetime, expires_at: datetime
) -> str | None:
    """Exchange the refresh secret of an open login: its user, or None when the old secret is not the newest."""
    found: str | None = await connection.fetchval(
        "UPDATE logins SET refresh_hash = $3, last_used_at = $4, expires_at = $5"
        " WHERE id = $1 AND refresh_hash = $2 AND ended_at IS NULL AND expires_at > $4 RETURNING user_id::text",
        *(login_id, old_hash, new_hash, now, expires_at),
    )
    return found


async def end(
    connection: asyncpg.Connection, login_id: str, *, now: datetime, user_id: str | None = None
) -> str | None:
    """End one open login (of that user, where one is named): its user, or None when there was none to end."""
    found: str | None = await connection.fetchval(
        "UPDATE logins SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL AND ($3::uuid IS NULL OR user_id = $3)"
        " RETURNING user_id::text",
        *(login_id, now, user_id),
    )
    return found


async def end_all(connection: asyncpg.Connection, user_id: str, *, now: datetime, but: str | None = None) -> list[str]:
    """End every open login of a user, but one where one is named; their ids."""
    rows = await connection.fetch(
        "UPDATE logins SET ended_at = $2 WHERE user_id = $1 AND ended_at IS NULL AND ($3::uuid IS NULL OR id <> $3)"
        " RETURNING id::text",
        *(user_id, now, but),
    )
    return [row["id"] for row in rows]


async def ended(connection: asyncpg.Connection, login_ids: list[str]) -> set[str]:
    """Which of these logins open nothing any more."""
    rows = await connection.fetch(
        "SELECT wanted.id::text FROM unnest($1::uuid[]) AS wanted (id)"
        " LEFT JOIN logins USING (id) WHERE logins.id IS NULL OR logins.ended_at IS NOT NULL",
        login_ids,
    )
    return {row["id"] for row in rows}


async def open_logins(
    connection: asyncpg.Connection, user_id: str, *, now: datetime, before: tuple[datetime, str] | None, limit: int
) -> list[Login]:
    """The open logins of a user, newest first, those before (created_at, id) where that is given."""
    at, login_id = before or (None, None)
    rows = await connection.fetch(
        "SELECT id::text, created_at, last_used_at, expires_at FROM logins"
        " WHERE user_id = $1 AND ended_at IS NULL AND expires_at > $2"
        " AND ($3::timestamptz IS NULL OR (created_at, id) < ($3, $4::text::uuid))"
        " ORDER BY created_at DESC, id DESC LIMIT $5",
        *(user_id, now, at, login_id, limit),
    )
    return [Login(**row) for row in rows]


async def forget_before(connection: asyncpg.Connection, before: datetime) -> int:
    """Delete logins that ended or ran out before that, and the one-time tokens; returns how many logins."""
    await connection.execute("DELETE FROM one_time_tokens WHERE expires_at < $1", before, timeout=SLOW_S)
    done: str = await connection.execute(
        "DELETE FROM logins WHERE least(ended_at, expires_at) < $1", before, timeout=SLOW_S
    )
    return int(done.rpartition(" ")[2])
