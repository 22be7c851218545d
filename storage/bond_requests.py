"""Who asks to be let into a bond. The functions of the database test who asks, who answers and what is still so."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import asyncpg
import msgspec

from storage.bond_places import Place

Db = asyncpg.Connection
Asked = Literal["none", "member", "wait", "many", "full", "busy", "asked", "in"]
Answered = Literal["none", "over", "full", "many", "busy", "same", "said", "done", "in"]


class Asking(msgspec.Struct, frozen=True):
    """What became of asking: by which request, for which bond."""

    outcome: Asked
    request_id: UUID | None
    in_bond: UUID | None


class JoinRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A request as the caller may see it; `message` is an envelope of who asks. How many have said yes, and how many there are,
    is known to members.
    """

    id: UUID
    bond_id: UUID
    user_id: UUID
    display_name: str | None
    status: str
    message: dict[str, Any] | None
    expires_at: datetime
    created_at: datetime
    updated_at: datetime
    version: int
    approvals: int | None
    members: int | None
    approved_by_me: bool


async def ask(
    db: Db,
    new_id: UUID,
    *,
    codes: Sequence[str] | None = None,
    bond_id: UUID | None = None,
    message: dict[str, Any] | None = None,
) -> Asking:
    """Ask by a code, given as its hashes, or for a bond by its id."""
    [row] = await db.fetch(
        "SELECT outcome, request_id, in_bond FROM app.ask_to_join($1, $2, $3, $4)",
        *(new_id, None if codes is None else list(codes), bond_id, message),
    )
    return Asking(**row)


async def asker(db: Db, bond_id: UUID, request_id: UUID) -> UUID | None:
    """Who made a request that the caller may see."""
    found: UUID | None = await db.fetchval(
        "SELECT user_id FROM bond_join_requests WHERE id = $1 AND bond_id = $2", request_id, bond_id
    )
    return found


async def bond_of(db: Db, request_id: UUID) -> UUID | None:
    """Which bond a request that the caller may see is for."""
    found: UUID | None = await db.fetchval("SELECT bond_id FROM bond_join_requests WHERE id = $1", request_id)
    return found


async def approve(db: Db, bond_id: UUID, request_id: UUID) -> Answered:
    """The caller's yes. The bond and who asks are held."""
    done: Answered = await db.fetchval("SELECT app.approve_request($1, $2)", bond_id, request_id)
    return done


async def reject(db: Db, bond_id: UUID, request_id: UUID) -> Answered:
    """The caller's no. The bond and who asks are held."""
    done: Answered = await db.fetchval("SELECT app.reject_request($1, $2)", bond_id, request_id)
    return done


async def withdraw(db: Db, bond_id: UUID, request_id: UUID) -> Answered:
    """Who asked takes it back."""
    done: Answered = await db.fetchval("SELECT app.withdraw_request($1, $2)", bond_id, request_id)
    return done


async def find(db: Db, bond_id: UUID, request_id: UUID) -> JoinRequest | None:
    """One request."""
    row = await db.fetchrow("SELECT * FROM app.join_requests($1) WHERE id = $2", bond_id, request_id)
    return JoinRequest(**row) if row else None


async def listed(db: Db, bond_id: UUID, *, after: Place | None, limit: int) -> list[JoinRequest]:
    """Requests for a bond, newest first."""
    rows = await db.fetch(
        "SELECT * FROM app.join_requests($1) WHERE $2::timestamptz IS NULL OR (created_at, id) < ($2, $3::uuid)"
        " ORDER BY created_at DESC, id DESC LIMIT $4",
        *(bond_id, after.at if after else None, after.id if after else None, limit),
    )
    return [JoinRequest(**row) for row in rows]
