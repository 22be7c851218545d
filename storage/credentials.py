"""Passwords of accounts, and attempts on them, counted before one is checked.

Every function takes a connection inside a transaction and scopes every statement by the id it is given.
"""

from datetime import datetime

import asyncpg
import msgspec

from storage.database import SLOW_S


class Attempt(msgspec.Struct, frozen=True):
    """A password that may be checked now, and is counted as a failure already; or one that may not, since `locked_since`.

    Where nobody has the address there is no hash.
    """

    user_id: str | None
    password_hash: str | None
    locked_since: datetime | None = None


async def begin_attempt(
    connection: asyncpg.Connection, email: str, *, addresses: list[str], most: int, since: datetime, now: datetime
) -> Attempt:
    """Count an attempt on an address before the password is checked, so that no number of parallel guesses passes the
    lock-out. `addresses` are what it is counted by, sorted. The statements are the same whether or not anybody has that address.
    """
    counted = await connection.fetch(
        "INSERT INTO login_attempts AS a (address, failed_since) SELECT one, $4 FROM unnest($1::text[]) AS one"
        " ON CONFLICT (address) DO UPDATE SET"
        " failed_count = CASE WHEN a.failed_since > $3 THEN a.failed_count + 1 ELSE 1 END,"
        " failed_since = CASE WHEN a.failed_since > $3 THEN a.failed_since ELSE $4 END"
        " WHERE NOT (a.failed_count >= $2 AND a.failed_since > $3) RETURNING true",
        *(addresses, most, since, now),
    )
    if len(counted) < len(addresses):
        began = await connection.fetchval(
            "SELECT max(failed_since) FROM login_attempts WHERE address = ANY ($1::text[])", addresses
        )
        return Attempt(None, None, locked_since=began or now)
    row = await connection.fetchrow(
        "SELECT u.id::text, c.password_hash FROM users u JOIN credentials c ON c.user_id = u.id WHERE u.email = $1",
        email,
    )
    return Attempt(row["id"], row["password_hash"]) if row else Attempt(None, None)


async def forgive_failures(connection: asyncpg.Connection, addresses: list[str]) -> None:
    """The right password was given, or a new one set."""
    await connection.execute("DELETE FROM login_attempts WHERE address = ANY ($1::text[])", addresses)


async def forget_attempts_before(connection: asyncpg.Connection, before: datetime) -> None:
    """Delete counts that began before that."""
    await connection.execute("DELETE FROM login_attempts WHERE failed_since < $1", before, timeout=SLOW_S)


async def set_password(connection: asyncpg.Connection, user_id: str, password_hash: str, *, now: datetime) -> None:
    """A new password."""
    await connection.execute(
        "INSERT INTO credentials AS c (user_id, password_hash, changed_at) VALUES ($1, $2, $3)"
        " ON CONFLICT (user_id) DO UPDATE SET password_hash = $2, changed_at = $3",
        *(user_id, password_hash, now),
    )


async def password_of(connection: asyncpg.Connection, user_id: str) -> tuple[str, str | None] | None:
    """An account's address and the hash of its password: None where it signs in elsewhere. None: no such account."""
    row = await connection.fetchrow(
        "SELECT u.email, c.password_hash FROM users u LEFT JOIN credentials c ON c.user_id = u.id WHERE u.id = $1",
        user_id,
    )
    return (row["email"], row["password_hash"]) if row else None


async def still_opens(connection: asyncpg.Connection, user_id: str, password_hash: str) -> bool:
    """Is that the hash of an account's password? It stays so until this transaction ends: whoever changes it waits."""
    found = await connection.fetchval(
        "SELECT true FROM credentials WHERE user_id = $1 AND password_hash = $2 FOR SHARE", user_id, password_hash
    )
    return bool(found)


async def exchange_password(
    connection: asyncpg.Connection, user_id: str, old_hash: str, new_hash: str, *, now: datetime
) -> bool:
    """A new password in the place of that one. False: it is another one by now."""
    done: str = await connection.execute(
        "UPDATE credentials SET password_hash = $3, changed_at = $4 WHERE user_id = $1 AND password_hash = $2",
        *(user_id, old_hash, new_hash, now),
    )
    return done == "UPDATE 1"
