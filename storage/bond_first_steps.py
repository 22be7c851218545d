"""What somebody has begun in a bond, of their own rows alone."""

from uuid import UUID

import asyncpg
import msgspec

Db = asyncpg.Connection


class Own(msgspec.Struct, frozen=True):
    """Has the caller rated anything here, said how they are, and are they through with the beginning, for all their bonds?"""

    has_rated: bool
    has_checked_in: bool
    onboarded: bool


async def own(db: Db, bond_id: UUID, user_id: str) -> Own:
    """Of the caller, in a bond of theirs."""
    [row] = await db.fetch(
        "SELECT EXISTS (SELECT FROM boundary_ratings r WHERE r.user_id = $2 AND r.bond_id = $1) AS has_rated,"
        " EXISTS (SELECT FROM check_ins c WHERE c.user_id = $2 AND c.bond_id = $1) AS has_checked_in,"
        " u.bonds_onboarded AS onboarded FROM users u WHERE u.id = $2",
        *(bond_id, UUID(user_id)),
    )
    return Own(**row)
