"""What only check-ins have: which day's there are, and what a pause by one of them holds."""

from datetime import date
from uuid import UUID

import asyncpg

Db = asyncpg.Connection


async def hold_to_pause(db: Db, bond_id: UUID) -> None:
    """The people of a bond, the caller as who changes, and all the caller's bonds, until the transaction ends."""
    await db.execute("SELECT app.hold_to_pause($1)", bond_id)


async def of_day(db: Db, bond_id: UUID, user_id: str, day: date) -> UUID | None:
    """The caller's of that day."""
    found: UUID | None = await db.fetchval(
        "SELECT id FROM check_ins WHERE user_id = $1 AND bond_id = $2 AND local_date = $3", user_id, bond_id, day
    )
    return found


async def was_yellow(db: Db, bond_id: UUID, user_id: str, day: date) -> bool:
    """Was that the caller's day?"""
    found: bool = await db.fetchval(
        "SELECT EXISTS (SELECT FROM check_ins"
        " WHERE user_id = $1 AND bond_id = $2 AND local_date = $3 AND status = 'yellow')",
        *(user_id, bond_id, day),
    )
    return found
