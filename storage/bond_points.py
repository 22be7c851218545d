"""Points of a bond's members. The ledger is written by the database alone: here it is asked to, and says what came of it."""

from typing import Any
from uuid import UUID

import asyncpg
import msgspec

Db = asyncpg.Connection
Envelope = dict[str, Any]


class Systems(msgspec.Struct, frozen=True):
    """What a bond's members have switched on."""

    points: bool
    rewards: bool


async def systems(db: Db, bond_id: UUID) -> Systems:
    """Of a bond of the caller's."""
    row = await db.fetchrow(
        "SELECT enable_points_system, enable_rewards_system FROM bond_settings WHERE bond_id = $1", bond_id
    )
    return (
        Systems(row["enable_points_system"], row["enable_rewards_system"])
        if row
        else Systems(points=False, rewards=False)
    )


async def balances(db: Db, bond_id: UUID) -> dict[UUID, int]:
    """Everybody's points in a bond of the caller's; who never had any is not there."""
    rows = await db.fetch("SELECT user_id, balance FROM point_balances WHERE bond_id = $1", bond_id)
    return {row["user_id"]: row["balance"] for row in rows}


async def balance(db: Db, bond_id: UUID, user_id: str) -> int:
    """One person's."""
    return (await balances(db, bond_id)).get(UUID(user_id), 0)


async def give(db: Db, bond_id: UUID, user_id: str, points: int, reason: Envelope) -> UUID:
    """The caller gives them points, or takes some; the entry."""
    entry: UUID = await db.fetchval("SELECT app.give_points($1, $2, $3, $4)", bond_id, UUID(user_id), points, reason)
    return entry


async def reverse(db: Db, entry_id: UUID, reason: Envelope) -> UUID:
    """The caller takes an entry back; the entry that does so."""
    entry: UUID = await db.fetchval("SELECT app.reverse_points($1, $2)", entry_id, reason)
    return entry


async def reversal_of(db: Db, entry_id: UUID) -> UUID | None:
    """The entry that takes this one back."""
    found: UUID | None = await db.fetchval("SELECT id FROM points_ledger WHERE reverses = $1", entry_id)
    return found
