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


class Earlier(msgspec.Struct, frozen=True):
    """The hash of a refresh secret that was followed by another one, and when."""

    hash: str
    followed_at: datetime


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """An open login as a refresh finds it; `earlier` is newest first, `used_at` of the newest generation."""

    user_id: str
    refresh_hash: str
    generation: int
    used_at: datetime | None
    earlier: list[Earlier]


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


async def hold(connection: asyncpg.Connection, login_id: str, *, now: datetime) -> Held | None:
    """An open login, locked until the transaction ends."""
    row = await connection.fetchrow(
        "SELECT user_id::text, refresh_hash, generation, used_at, earlier FROM logins"
        " WHERE id = $1 AND ended_at IS NULL AND expires_at > $2 FOR UPDATE",
        *(login_id, now),
    )
    return msgspec.convert(dict(row), Held) if row else None


async def rotate(
    connection: asyncpg.Connection,
    login_id: str,
    *,
    new_hash: str,
    earlier: list[Earlier],
    now: datetime,
    expires_at: datetime,
) -> None:
    """The next generation of a login that is held: its newest secret, and what is remembered of those before."""
    await connection.execute(
        "UPDATE logins SET refresh_hash = $2, earlier = $3, generation = generation + 1, issued_at = $4, used_at = NULL,"
        " last_used_at = $4, expires_at = $5 WHERE id = $1",
        *(login_id, new_hash, msgspec.to_builtins(earlier), now, expires_at),
    )


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
    """Which of these logins open nothing any more, or are sessions of Supabase's whose newest token that came here has ended."""
    rows = await connection.fetch(
        "SELECT wanted.id::text FROM unnest($1::uuid[]) AS wanted (id)"
        " LEFT JOIN logins USING (id)"
        " WHERE logins.id IS NULL OR logins.ended_at IS NOT NULL OR logins.token_until <= now()",
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
    """Delete logins that ended or ran out before that, and the one-time tokens; returns how many logins. A session of Supabase's
    that was ended here may go on there for as long as it likes: that it ended is kept with its account.
    """
    await connection.execute("DELETE FROM one_time_tokens WHERE expires_at < $1", before, timeout=SLOW_S)
    done: str = await connection.execute(
        "DELETE FROM logins WHERE least(ended_at, expires_at) < $1 AND (token_until IS NULL OR ended_at IS NULL)",
        before,
        timeout=SLOW_S,
    )
    return int(done.rpartition(" ")[2])
