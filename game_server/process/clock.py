"""What time it is: the only place that asks.

Every process tells the database's time, so that what one of them writes (a cool-down's end, a link's, a token's) means the same
to the others and to SQL's `now()`. Between two readings of it time runs on by the machine's monotonic clock; the machine's wall
clock is never looked at after the start, so it may be wrong, or be set while games go on.
"""

import time
from datetime import UTC, datetime

from storage import upkeep
from storage.database import Database

TOLERANCE_S = 0.1


class Clock:
    """The time in UTC; the machine's until the database has been asked."""

    _zero = time.time() - time.monotonic()

    def now(self) -> datetime:
        """The time, aware, to the microsecond."""
        return datetime.fromtimestamp(self._zero + time.monotonic(), UTC)

    def set_by(self, told: datetime, asked: float, heard: float) -> None:
        """Somebody asked at one monotonic moment was told the time, and heard of it at another. Small differences stay."""
        zero = told.timestamp() - (asked + heard) / 2
        if abs(zero - self._zero) > TOLERANCE_S + (heard - asked) / 2:
            self._zero = zero


async def ask_database(clock: Clock, database: Database) -> None:
    """Set the clock by the database's. Raises asyncpg errors, OSError, TimeoutError; the clock then runs on."""
    async with database.reading() as connection:
        asked = time.monotonic()
        told = await upkeep.now(connection)
        clock.set_by(told, asked, time.monotonic())


def wall_offset() -> float:
    """How far the machine's wall clock is from its monotonic one, in seconds: it changes when somebody sets the clock."""
    return time.time() - time.monotonic()
