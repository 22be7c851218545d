"""Anonymous players: an id the client keeps, the version of the server's token for it, and when it was last here."""

from datetime import datetime

import asyncpg

from storage.database import SLOW_S
from storage.open_logins import Standing


class AnonymousStanding(Standing, frozen=True):
    """The same of an anonymous player, when they were last here, and whether their newest token is used for the first time."""

    last_accessed_at: datetime
    first_use: bool


async def create(connection: asyncpg.Connection, session_id: str, *, version: int, now: datetime) -> int | None:
    """A new anonymous player, an adult by their word; the token's version, or None when the id is somebody's.

    The version to begin with is one that nobody had: somebody erased may have had this id, and their tokens stay void.
    """
    found: int | None = await connection.fetchval(
        "INSERT INTO anonymous_sessions (session_id, token_version, adult_confirmed_at, last_accessed_at, created_at)"
        " SELECT $1::text, $3, $2, $2, $2 WHERE NOT EXISTS (SELECT FROM users WHERE id = ($1::text)::uuid)"
        " ON CONFLICT (session_id) DO NOTHING RETURNING token_version",
        *(session_id, now, version),
    )
    return found


async def renew(connection: asyncpg.Connection, session_id: str, *, version: int, now: datetime) -> bool:
    """The owner of a good token is here again. False when the token is no longer good."""
    done: str = await connection.execute(
        "UPDATE anonymous_sessions SET last_accessed_at = $3, adult_confirmed_at = coalesce(adult_confirmed_at, $3),"
        " token_used_at = coalesce(token_used_at, $3)"
        " WHERE session_id = $1 AND token_version = $2 AND revoked_at IS NULL",
        *(session_id, version, now),
    )
    return done == "UPDATE 1"


async def replace_unused_token(connection: asyncpg.Connection, session_id: str) -> int | None:
    """Void the token of an anonymous player that nobody has used yet: the version of the next one, or None when it was used."""
    found: int | None = await connection.fetchval(
        "UPDATE anonymous_sessions SET token_version = token_version + 1"
        " WHERE session_id = $1 AND revoked_at IS NULL AND token_used_at IS NULL RETURNING token_version",
        session_id,
    )
    return found


async def player(connection: asyncpg.Connection, session_id: str, *, version: int) -> AnonymousStanding | None:
    """The standing of an anonymous player whose token has the current version."""
    row = await connection.fetchrow(
        "SELECT adult_confirmed_at IS NOT NULL AS adult, profile_completed, display_name, profile_id, last_accessed_at,"
        " token_used_at IS NULL AS first_use"
        " FROM anonymous_sessions WHERE session_id = $1 AND token_version = $2 AND revoked_at IS NULL",
        *(session_id, version),
    )
    return AnonymousStanding(**row) if row else None


async def is_open(connection: asyncpg.Connection, session_id: str) -> bool:
    """Is there such a player, not revoked?"""
    found: bool = await connection.fetchval(
        "SELECT EXISTS (SELECT FROM anonymous_sessions WHERE session_id = $1 AND revoked_at IS NULL)", session_id
    )
    return found


async def touch(connection: asyncpg.Connection, session_id: str, *, version: int, now: datetime) -> bool:
    """Somebody is here with a token of this version: the clean-up counts from now. False when that token is void by now."""
    done: str = await connection.execute(
        "UPDATE anonymous_sessions SET last_accessed_at = $3, token_used_at = coalesce(token_used_at, $3)"
        " WHERE session_id = $1 AND token_version = $2 AND revoked_at IS NULL",
        *(session_id, version, now),
    )
    await connection.execute(
        "UPDATE profiles SET last_accessed_at = $2 WHERE anonymous_session_id = $1", session_id, now
    )
    return done == "UPDATE 1"


async def erase(connection: asyncpg.Connection, session_id: str) -> bool:
    """Delete an anonymous player and what hangs on the id, by triggers. Rooms are locked first, in key order."""
    await connection.execute(
        "SELECT FROM sessions WHERE session_id IN"
        " (SELECT t.session_id FROM session_seats t WHERE t.anonymous_session_id = $1) ORDER BY session_id FOR UPDATE",
        session_id,
    )
    done: str = await connection.execute(
        "DELETE FROM anonymous_sessions WHERE session_id = $1", session_id, timeout=SLOW_S
    )
    return done == "DELETE 1"


_IDLE = (
    "a.last_accessed_at < $1 AND NOT EXISTS (SELECT FROM session_seats t JOIN sessions s ON s.session_id = t.session_id"
    " WHERE t.anonymous_session_id = a.session_id AND s.last_active_at >= $1)"
)
"""Neither asked for anything since then, nor sat in a game that was played since: a phone in a room asks for nothing."""


async def idle(connection: asyncpg.Connection, before: datetime, most: int) -> list[str]:
    """Who was not here since then, so many, longest away first."""
    rows = await connection.fetch(
        f"SELECT a.session_id FROM anonymous_sessions a WHERE {_IDLE} ORDER BY a.last_accessed_at LIMIT $2",
        *(before, most),
        timeout=SLOW_S,
    )
    return [row["session_id"] for row in rows]


async def erase_idle(connection: asyncpg.Connection, session_ids: list[str], before: datetime) -> list[str]:
    """The same for several who were not here since then; who they were. Whoever has come back by now stays."""
    await connection.execute(
        "SELECT FROM sessions WHERE session_id IN"
        " (SELECT t.session_id FROM session_seats t WHERE t.anonymous_session_id = ANY ($1)) ORDER BY session_id FOR UPDATE",
        session_ids,
        timeout=SLOW_S,
    )
    rows = await connection.fetch(
        f"DELETE FROM anonymous_sessions a WHERE a.session_id = ANY ($2) AND {_IDLE} RETURNING a.session_id",
        *(before, session_ids),
        timeout=SLOW_S,
    )
    return [row["session_id"] for row in rows]
