"""What bonds ask of a person, beside their account: kept on their own row, written by them alone."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

Db = asyncpg.Connection


class Lived(msgspec.Struct, frozen=True):
    """The reference's profile fields; `kink_identity` is an envelope of its owner's key."""

    dynamic_role: str | None
    kink_identity: dict[str, Any] | None
    bond_id: UUID | None
    time_zone: str | None
    bonds_onboarded: bool


async def lived(db: Db, user_id: str) -> Lived | None:
    """The caller's own."""
    row = await db.fetchrow(
        "SELECT dynamic_role::text, kink_identity, bond_id, time_zone, bonds_onboarded FROM users WHERE id = $1",
        user_id,
    )
    return Lived(**row) if row else None


async def change_lived(db: Db, user_id: str, values: Mapping[str, Any]) -> bool:
    """Some of it; who has a role and a bond has been shown around. False, and nothing changes, for a bond that is not theirs."""
    if values.get("bond_id") is not None and not await db.fetchval(
        "SELECT $1::uuid IN (SELECT app.my_bonds())", values["bond_id"]
    ):
        return False
    casts = {"dynamic_role": "::text::dynamic_role_enum"}
    changes = ", ".join(f"{name} = ${place}{casts.get(name, '')}" for place, name in enumerate(values, 2))
    await db.execute(f"UPDATE users SET {changes} WHERE id = $1", user_id, *values.values())
    await db.execute(
        "UPDATE users SET bonds_onboarded = true WHERE id = $1 AND NOT bonds_onboarded AND dynamic_role IS NOT NULL"
        " AND EXISTS (SELECT FROM app.my_bonds())",
        user_id,
    )
    return True
