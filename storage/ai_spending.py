"""What AIs cost on a day (UTC), of a person and of all together, whatever was asked of them: answers and pictures alike.

What something may cost at most is reserved in the transaction that begins it, and settled by what it did cost.
"""

from datetime import date, datetime
from typing import Literal

import asyncpg

Db = asyncpg.Connection


async def reserve(db: Db, amount: int, *, of_person: int, of_all: int) -> Literal["person", "all"] | None:
    """Take so many millionths from the caller's budget of today and from that of all; or whose is used up."""
    full: Literal["person", "all"] | None = await db.fetchval(
        "SELECT app.reserve_ai($1, $2, $3)", amount, of_person, of_all
    )
    return full


async def settle(db: Db, reserved_on: datetime, reserved: int, cost: int) -> None:
    """It cost this, and not what was reserved then."""
    await db.execute("SELECT app.settle_ai($1, $2, $3)", reserved_on, reserved, cost)


async def forget_before(db: Db, day: date) -> None:
    """What days cost that nobody counts any more."""
    await db.execute("SELECT app.forget_ai_spending($1)", day)
