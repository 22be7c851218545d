"""Users of Supabase: the account or the anonymous player of each, its sessions among the logins, and who was erased.

Every function runs in a transaction; those that make or erase somebody run after `hold`.
"""

from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

import asyncpg
import msgspec

from storage.database import SLOW_S

CLAIMED_FOR = timedelta(minutes=1)
"""Longer than a call to Supabase may take."""

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=15), timedelta(minutes=15)


class Known(msgspec.Struct, frozen=True):
    """What is known of an id of Supabase's. `account`: is there one of that id, made from its claims (None: there is none)?
    `barred`: they were erased since.
    """

    account: bool | None
    barred: bool


class Erasure(msgspec.Struct, frozen=True):
    """Somebody to be deleted at Supabase, claimed; `attempts` counts this one, and tells one claim from the next."""

    person_hash: str
    auth_id: UUID
    attempts: int


async def hold(connection: asyncpg.Connection, auth_id: str) -> None:
    """Until this transaction ends nobody else makes, signs in or erases this one."""
    await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('supabase ' || $1::text, 0))", auth_id)


async def known(connection: asyncpg.Connection, auth_id: str, *, signed_in_at: datetime) -> Known:
    """Whoever is to be deleted there, or was erased after they signed in, is barred."""
    (row,) = await connection.fetch(
        "SELECT (SELECT from_supabase FROM users WHERE id = $1::text::uuid) AS account,"
        " EXISTS (SELECT FROM supabase_erasures WHERE person_hash = $2 AND (auth_id IS NOT NULL OR erased_at >= $3))"
        " AS barred",
        *(auth_id, hash_id(auth_id), signed_in_at),
    )
    return Known(**row)


# --- accounts ------------------------------------------------------------------------------------------------------


async def create_user(
    connection: asyncpg.Connection, auth_id: str, *, email: str, provider: str, confirmed: bool, now: datetime
) -> bool:
    """Make their account. False when the address has one."""
    made = await connection.fetchval(
        "INSERT INTO users (id, email, auth_provider, email_confirmed_at, from_supabase, created_at)"
        " VALUES ($1, $2, $3::text::auth_provider_enum, CASE WHEN $4 THEN $5::timestamptz END, true, $5)"
        " ON CONFLICT (email) DO NOTHING RETURNING true",
        *(auth_id, email, provider, confirmed, now),
    )
    return bool(made)


async def note_token(
    connection: asyncpg.Connection,
    login_id: str,
    *,
    user_id: str,
    token_until: datetime,
    now: datetime,
    expires_at: datetime,
) -> bool | None:
    """A token of one of their sessions came. True when the session is new here, None when it was ended here."""
    fresh: bool | None = await connection.fetchval(
        "INSERT INTO logins AS l (id, user_id, refresh_hash, created_at, last_used_at, expires_at, token_until)"
        " VALUES ($1::text::uuid, $2, 'supabase ' || $1::text, $4, $4, $5, $3) ON CONFLICT (id) DO UPDATE SET"
        " token_until = greatest(l.token_until, excluded.token_until), last_used_at = $4,"
        " expires_at = greatest(l.expires_at, excluded.expires_at)"
        " WHERE l.ended_at IS NULL AND l.user_id = excluded.user_id RETURNING xmax = 0",
        *(login_id, user_id, token_until, now, expires_at),
    )
    return fresh


async def note_login(
    connection: asyncpg.Connection, user_id: str, *, email: str | None, confirmed: bool, now: datetime
) -> None:
    """They signed in anew. Their address follows Supabase's, unless somebody else has it here."""
    await connection.execute(
        "WITH moved AS (SELECT $3::text AS email WHERE $3 IS NOT NULL AND NOT EXISTS (SELECT FROM users WHERE email = $3))"
        " UPDATE users u SET last_login_at = $2, email = coalesce((SELECT email FROM moved), u.email),"
        " email_confirmed_at = CASE WHEN EXISTS (SELECT FROM moved) THEN $4::timestamptz"
        " WHEN u.email = $3 THEN coalesce(u.email_confirmed_at, $4) ELSE u.email_confirmed_at END WHERE u.id = $1",
        *(user_id, now, email, now if confirmed else None),
    )


# --- anonymous players ---------------------------------------------------------------------------------------------


async def player(
    connection: asyncpg.Connection, auth_id: str, *, signed_in_at: datetime | None = None
) -> tuple[str, int] | None:
    """The anonymous player that they are: its id, and the version of its token. None too where an earlier one was erased after
    they signed in at `signed_in_at`, and once they have an account.
    """
    row = await connection.fetchrow(
        "SELECT session_id, token_version FROM anonymous_sessions WHERE supabase_id = $1"
        " AND NOT EXISTS (SELECT FROM users WHERE id = $1)"
        " AND NOT EXISTS (SELECT FROM supabase_erasures WHERE person_hash = $2 AND erased_at >= $3)",
        *(auth_id, hash_id(auth_id), signed_in_at),
    )
    return (row["session_id"], row["token_version"]) if row else None


async def create_player(
    connection: asyncpg.Connection, auth_id: str, session_id: str, *, version: int, now: datetime
) -> None:
    """Make that player. No token of ours is ever given for it."""
    await connection.execute(
        "INSERT INTO anonymous_sessions (session_id, supabase_id, token_version, token_used_at, last_accessed_at, created_at)"
        " VALUES ($1, $2, $3, $4, $4, $4)",
        *(session_id, auth_id, version, now),
    )


# --- erasure -------------------------------------------------------------------------------------------------------


async def behind_user(connection: asyncpg.Connection, user_id: str) -> str | None:
    """The id at Supabase of whoever has this account; None where it is one of our own."""
    found: str | None = await connection.fetchval("SELECT id::text FROM users WHERE id = $1 AND from_supabase", user_id)
    return found


async def behind_player(connection: asyncpg.Connection, session_id: str) -> str | None:
    """The same of an anonymous player."""
    found: str | None = await connection.fetchval(
        "SELECT supabase_id::text FROM anonymous_sessions WHERE session_id = $1", session_id
    )
    return found


async def note_erased(connection: asyncpg.Connection, auth_id: str, *, delete_there: bool, now: datetime) -> None:
    """Their tokens are void from now on, and they are to be deleted there where that can be done."""
    await connection.execute(
        "INSERT INTO supabase_erasures (person_hash, auth_id, erased_at) VALUES ($1, $2, $3)"
        " ON CONFLICT (person_hash) DO UPDATE SET auth_id = excluded.auth_id, erased_at = excluded.erased_at,"
        " attempts = 0, due_at = now(), failed_reason = NULL",
        *(hash_id(auth_id), auth_id if delete_there else None, now),
    )


async def claim_erasure(connection: asyncpg.Connection) -> Erasure | None:
    """Somebody whose deletion is due, for CLAIMED_FOR nobody else's."""
    row = await connection.fetchrow(
        "UPDATE supabase_erasures SET attempts = attempts + 1, due_at = now() + $1::interval"
        " WHERE person_hash = (SELECT person_hash FROM supabase_erasures WHERE auth_id IS NOT NULL AND due_at <= now()"
        " ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING person_hash, auth_id, attempts",
        CLAIMED_FOR,
    )
    return Erasure(**row) if row else None


async def erased_there(connection: asyncpg.Connection, erasure: Erasure, *, now: datetime) -> None:
    """They are deleted there. What was issued until now is void here for as long as it is good."""
    await connection.execute(
        "UPDATE supabase_erasures SET auth_id = NULL, failed_reason = NULL, erased_at = greatest(erased_at, $3)"
        " WHERE person_hash = $1 AND auth_id = $2",
        *(erasure.person_hash, erasure.auth_id, now),
    )


async def erasure_failed(connection: asyncpg.Connection, erasure: Erasure, reason: str) -> None:
    """Try again later, each time after twice as long, and never give up; unless somebody else has claimed it meanwhile."""
    pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(erasure.attempts - 1, 10))
    await connection.execute(
        "UPDATE supabase_erasures SET failed_reason = $3, due_at = now() + $4::interval"
        " WHERE person_hash = $1 AND attempts = $2 AND auth_id IS NOT NULL",
        *(erasure.person_hash, erasure.attempts, reason, pause),
    )


async def forget_before(connection: asyncpg.Connection, before: datetime) -> None:
    """Nobody holds a good token any more who was erased before that."""
    await connection.execute(
        "DELETE FROM supabase_erasures WHERE auth_id IS NULL AND erased_at < $1", before, timeout=SLOW_S
    )


def hash_id(auth_id: str) -> str:
    """What stands for an erased person. Not keyed: it has to outlive a change of the server's secret, and an id is random."""
    return sha256(f"attuned supabase\n{auth_id}".encode()).hexdigest()
