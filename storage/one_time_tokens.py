"""The one-time tokens that mails carry.

Every function takes a connection inside a transaction and scopes every statement by the id it is given.
"""

from datetime import datetime

import asyncpg


async def add_one_time_token(
    connection: asyncpg.Connection, *, token_hash: str, user_id: str, purpose: str, expires_at: datetime
) -> None:
    """A token that a mail will carry; an older one of the same purpose is void from now on."""
    await connection.execute("DELETE FROM one_time_tokens WHERE user_id = $1 AND purpose = $2", user_id, purpose)
    await connection.execute(
        "INSERT INTO one_time_tokens (token_hash, user_id, purpose, expires_at) VALUES ($1, $2, $3, $4)",
        *(token_hash, user_id, purpose, expires_at),
    )


async def add_token_for(
    connection: asyncpg.Connection, email: str, *, token_hash: str, purpose: str, expires_at: datetime
) -> bool | None:
    """The same for whoever has this address; None, after the same work, when nobody has, and False where Supabase signs them in:
    they get no token.
    """
    made: bool | None = await connection.fetchval(
        "WITH who AS (SELECT id, NOT from_supabase AS here FROM users WHERE email = $1),"
        " void AS (DELETE FROM one_time_tokens t USING who WHERE t.user_id = who.id AND t.purpose = $3),"
        " made AS (INSERT INTO one_time_tokens (token_hash, user_id, purpose, expires_at)"
        " SELECT $2, id, $3, $4 FROM who WHERE here) SELECT here FROM who",
        *(email, token_hash, purpose, expires_at),
    )
    return made


async def is_good_one_time_token(
    connection: asyncpg.Connection, token_hash: str, purpose: str, *, now: datetime
) -> bool:
    """Would this token be taken? Looked at before a slow hash is made for it."""
    found = await connection.fetchval(
        "SELECT true FROM one_time_tokens"
        " WHERE token_hash = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > $3",
        *(token_hash, purpose, now),
    )
    return bool(found)


async def void_one_time_tokens(connection: asyncpg.Connection, user_id: str) -> None:
    """No link that was mailed before opens anything any more."""
    await connection.execute("DELETE FROM one_time_tokens WHERE user_id = $1 AND used_at IS NULL", user_id)


async def password_behind(
    connection: asyncpg.Connection, token_hash: str, purpose: str, *, now: datetime
) -> str | None:
    """The hash of the password of whoever this token would be taken for; None when it would not be taken."""
    found: str | None = await connection.fetchval(
        "SELECT c.password_hash FROM one_time_tokens t JOIN credentials c USING (user_id)"
        " WHERE t.token_hash = $1 AND t.purpose = $2 AND t.used_at IS NULL AND t.expires_at > $3",
        *(token_hash, purpose, now),
    )
    return found


async def use_one_time_token(
    connection: asyncpg.Connection, token_hash: str, purpose: str, *, now: datetime
) -> str | None:
    """Use a token up: whose it was, or None when it is wrong, used or expired."""
    found: str | None = await connection.fetchval(
        "UPDATE one_time_tokens SET used_at = $3"
        " WHERE token_hash = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > $3 RETURNING user_id::text",
        *(token_hash, purpose, now),
    )
    return found
