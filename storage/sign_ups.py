"""Sign-ups that wait for a confirmed address: no account yet, and nobody is kept from the address meanwhile."""

from datetime import datetime

import asyncpg
import msgspec

from storage.database import SLOW_S


class SignUp(msgspec.Struct, frozen=True):
    """What the account will be made of."""

    email: str
    password_hash: str
    display_name: str | None
    adult_confirmed_at: datetime
    language: str = "en"


async def add(connection: asyncpg.Connection, sign_up: SignUp, *, token_hash: str, expires_at: datetime) -> bool:
    """It waits for this token, beside others of the same address; False, and nothing waits, where the address has an account."""
    made = await connection.fetchval(
        "INSERT INTO sign_ups (token_hash, email, password_hash, display_name, adult_confirmed_at, expires_at, language)"
        " SELECT $1, $2, $3, $4, $5, $6, $7 WHERE NOT EXISTS (SELECT FROM users WHERE email = $2) RETURNING true",
        *(
            token_hash,
            sign_up.email,
            sign_up.password_hash,
            sign_up.display_name,
            sign_up.adult_confirmed_at,
            expires_at,
            sign_up.language,
        ),
    )
    return bool(made)


async def password_behind(connection: asyncpg.Connection, token_hash: str, *, now: datetime) -> str | None:
    """The hash of the password that was chosen at this sign-up; None when the token is wrong, used or expired."""
    found: str | None = await connection.fetchval(
        "SELECT password_hash FROM sign_ups WHERE token_hash = $1 AND expires_at > $2", token_hash, now
    )
    return found


async def take(connection: asyncpg.Connection, token_hash: str, *, now: datetime) -> SignUp | None:
    """The sign-up of this token, once; None when the token is wrong, used or expired."""
    row = await connection.fetchrow(
        "DELETE FROM sign_ups WHERE token_hash = $1 AND expires_at > $2"
        " RETURNING email, password_hash, display_name, adult_confirmed_at, language",
        *(token_hash, now),
    )
    return SignUp(**row) if row else None


async def drop_of(connection: asyncpg.Connection, email: str) -> None:
    """Delete what waits for an address."""
    await connection.execute("DELETE FROM sign_ups WHERE email = $1", email)


async def forget_before(connection: asyncpg.Connection, before: datetime) -> None:
    """Delete what expired before that, and what came too late: the address has an account. (Not when that is made: two that are
    confirmed at the same moment would wait for each other.)
    """
    await connection.execute(
        "DELETE FROM sign_ups s WHERE s.expires_at < $1 OR EXISTS (SELECT FROM users u WHERE u.email = s.email)",
        before,
        timeout=SLOW_S,
    )
