"""What state somebody declares for all their bonds, and what they wrote about it: nobody reads that but they."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import asyncpg
import msgspec

from storage.bond_places import Place

Db = asyncpg.Connection
State = Literal["active", "low_energy", "paused"]


class Declared(msgspec.Struct, frozen=True):
    """A line of the log; `reason` is an envelope of its owner's key."""

    id: UUID
    state: State
    reason: dict[str, Any] | None
    created_at: datetime


async def hold(db: Db, user_id: str) -> bool:
    """The caller and then their bonds, until the transaction ends: no command reaches them meanwhile. False for who is erased."""
    await db.fetch("SELECT app.hold_myself()")
    there: bool = await db.fetchval("SELECT EXISTS (SELECT FROM users WHERE id = $1)", user_id)
    return there


async def declare(db: Db, user_id: str, state: State, reason: dict[str, Any] | None) -> UUID:
    """The caller is in this state from now on; the line of the log that says so. The log comes first: what follows from a state
    that ends finds there when it began. To declare again what holds, without a reason, changes nothing.
    """
    holds = await db.fetchval("SELECT submission_state::text FROM users WHERE id = $1", user_id)
    if holds == state and reason is None:
        last: UUID | None = await db.fetchval(
            "SELECT id FROM submission_state_logs WHERE user_id = $1 ORDER BY created_at DESC, id DESC LIMIT 1", user_id
        )
        if last is not None:
            return last
    row: UUID = await db.fetchval(
        "INSERT INTO submission_state_logs (user_id, state, reason)"
        " VALUES ($1, $2::text::submission_state_enum, $3) RETURNING id",
        *(user_id, state, reason),
    )
    await db.execute(
        "UPDATE users SET submission_state = $2::text::submission_state_enum WHERE id = $1 AND submission_state::text <> $2",
        *(user_id, state),
    )
    return row


async def since(db: Db, user_id: str) -> tuple[State, datetime | None]:
    """The caller's state, and since when it holds; None where they never declared another."""
    [row] = await db.fetch(
        "SELECT u.submission_state::text AS state, (SELECT min(l.created_at) FROM submission_state_logs l"
        " WHERE l.user_id = u.id AND l.state = u.submission_state AND l.created_at > coalesce((SELECT max(o.created_at)"
        " FROM submission_state_logs o WHERE o.user_id = u.id AND o.state <> u.submission_state), '-infinity')) AS since"
        " FROM users u WHERE u.id = $1",
        user_id,
    )
    return row["state"], row["since"]


async def listed(db: Db, user_id: str, *, after: Place | None, limit: int) -> list[Declared]:
    """What the caller declared, newest first."""
    rows = await db.fetch(
        "SELECT id, state::text AS state, reason, created_at FROM submission_state_logs WHERE user_id = $1"
        " AND ($2::timestamptz IS NULL OR (created_at, id) < ($2, $3::uuid)) ORDER BY created_at DESC, id DESC LIMIT $4",
        *(user_id, after.at if after else None, after.id if after else None, limit),
    )
    return [Declared(**row) for row in rows]
