"""What a bond's members agreed on about how it works."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec

Db = asyncpg.Connection


class BondSettings(msgspec.Struct, frozen=True, kw_only=True):
    """They are answered as they are kept."""

    id: UUID
    bond_id: UUID
    auto_approve_members: bool
    max_members: int
    invite_expires_after_days: int
    enable_points_system: bool
    enable_rewards_system: bool
    version: int
    created_at: datetime
    updated_at: datetime


_COLUMNS = ", ".join(BondSettings.__struct_fields__)


async def find(db: Db, bond_id: UUID) -> BondSettings | None:
    """Those of a bond of the caller's."""
    row = await db.fetchrow(f"SELECT {_COLUMNS} FROM bond_settings WHERE bond_id = $1", bond_id)
    return BondSettings(**row) if row else None


async def change(db: Db, bond_id: UUID, values: Mapping[str, bool | int]) -> int:
    """Some of them; their version then."""
    changes = ", ".join(f"{name} = ${place}" for place, name in enumerate(values, 2))
    version: int = await db.fetchval(
        f"UPDATE bond_settings SET {changes} WHERE bond_id = $1 RETURNING version", bond_id, *values.values()
    )
    return version
