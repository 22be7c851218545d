"""What a process has to know of bonds with phones here, whether or not anybody told it."""

from collections.abc import Collection, Mapping
from hashlib import sha256
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

Db = asyncpg.Connection


class Watched(msgspec.Struct, frozen=True):
    """A bond: the number of its feed's newest line, and its members with whether they show that they are here."""

    head: int
    members: Mapping[str, bool]


async def watch(db: Db, bond_ids: Collection[UUID]) -> dict[UUID, Watched]:
    """These bonds as they stand; one that is gone is missing."""
    rows = await db.fetch(
        "SELECT b.id, b.head, m.user_id, m.presence FROM bonds b LEFT JOIN bond_members m ON m.bond_id = b.id"
        " WHERE b.id = ANY ($1::uuid[])",
        list(bond_ids),
    )
    found: dict[UUID, Watched] = {}
    for row in rows:
        bond = found.setdefault(row["id"], Watched(row["head"], {}))
        if row["user_id"] is not None:
            bond.members[str(row["user_id"])] = row["presence"]  # type: ignore[index]  # ours until it is handed out
    return found


async def lineage(db: Db) -> str:
    """Which database this is: another value after a restore, or after a failover to a replica that lacked something."""
    row: Any = await db.fetchrow("SELECT lineage, since FROM database_lineage")
    return f"{row['lineage']} {row['since'].isoformat()}"


def epoch(database: str, bond_id: UUID) -> str:
    """Of a bond's feed in that database: numbers of another epoch may be of lines that never were here."""
    return sha256(f"{database} {bond_id}".encode()).hexdigest()[:32]


async def mine(db: Db) -> list[UUID]:
    """The caller's bonds."""
    return [row["id"] for row in await db.fetch("SELECT id FROM bonds")]
