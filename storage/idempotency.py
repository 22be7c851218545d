"""The table of Idempotency-Keys: who used which key for what, and what is kept of the answer.

A key is first claimed (status 0: under way), then answered. A claim that was never answered, because its process
died, may be taken over after a while. Callers, keys and people come as keyed hashes and answers sealed: nobody is named here.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import asyncpg
import msgspec

from storage.database import SLOW_S

UNDER_WAY, ANSWERED = 0, 200


class Row(msgspec.Struct, frozen=True):
    """Whose key and which, both keyed hashes."""

    caller: str
    key: str


class KeyUse(msgspec.Struct, frozen=True):
    """What is known about a key that was used before."""

    route: str
    body_hash: str
    answered: bool
    response: Any
    created_at: datetime


async def known(connection: asyncpg.Connection, rows: list[Row]) -> int:
    """Which of the names that one key has is in use, the first where none is. With several names whoever asks about the same key
    waits until this transaction ends: two processes would claim it under one each.
    """
    if len(rows) == 1:
        return 0
    names = [row.key for row in rows]
    await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", min(names))
    found: int | None = await connection.fetchval(
        "SELECT o.at FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS o (caller, key, at)"
        " JOIN idempotency_keys k ON (k.caller, k.key) = (o.caller, o.key) ORDER BY o.at LIMIT 1",
        *([row.caller for row in rows], names),
    )
    return found - 1 if found else 0


async def claim(
    connection: asyncpg.Connection, row: Row, *, route: str, body_hash: str, now: datetime, dead: datetime
) -> KeyUse | None:
    """Take the key for this request: None when it is ours now, else how it was used. Claims older than `dead` are void."""
    ours = await connection.fetchval(
        "INSERT INTO idempotency_keys AS k (caller, key, route, body_hash, status, created_at)"
        " VALUES ($1, $2, $3, $4, 0, $5) ON CONFLICT (caller, key) DO UPDATE SET created_at = excluded.created_at"
        " WHERE k.status = 0 AND k.created_at < $6 AND k.route = excluded.route AND k.body_hash = excluded.body_hash"
        " RETURNING true",
        *(row.caller, row.key, route, body_hash, now, dead),
    )
    if ours:
        return None
    found = await connection.fetchrow(
        "SELECT route, body_hash, status, response, created_at FROM idempotency_keys WHERE caller = $1 AND key = $2",
        *(row.caller, row.key),
    )
    if found is None:  # given up between the two statements
        return KeyUse(route=route, body_hash=body_hash, answered=False, response=None, created_at=now)
    return KeyUse(
        found["route"], found["body_hash"], found["status"] == ANSWERED, found["response"], found["created_at"]
    )


async def answer(connection: asyncpg.Connection, row: Row, *, response: Any, person: str | None) -> None:
    """Keep what the first request answered, and whom it is about."""
    await connection.execute(
        "UPDATE idempotency_keys SET status = 200, response = $3, person = $4 WHERE caller = $1 AND key = $2",
        *(row.caller, row.key, response, person),
    )


async def give_up(connection: asyncpg.Connection, row: Row) -> None:
    """Forget a claim whose request was refused: it may be tried again, decided anew."""
    await connection.execute(
        "DELETE FROM idempotency_keys WHERE caller = $1 AND key = $2 AND status = 0", row.caller, row.key
    )


async def forget_person(connection: asyncpg.Connection, person: Sequence[str]) -> None:
    """Delete what this person asked for, and what was made for them while they were nobody yet."""
    await connection.execute(
        "DELETE FROM idempotency_keys WHERE caller = ANY ($1::text[]) OR person = ANY ($1::text[])", person
    )


async def forget_before(connection: asyncpg.Connection, before: datetime) -> int:
    """Delete keys older than that; returns how many."""
    done: str = await connection.execute("DELETE FROM idempotency_keys WHERE created_at < $1", before, timeout=SLOW_S)
    return int(done.rpartition(" ")[2])
