"""The turn log with what only the server reads of it: why a card came."""

from typing import Any

import asyncpg
import msgspec


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """The card of a turn. `checks` is the server's."""

    activity_id: int | None
    type: str
    rating: str
    intensity: int
    source: str
    roles: dict[str, Any] | None
    checks: dict[str, Any] | None


async def read(connection: asyncpg.Connection, session_id: str, turn: int) -> Turn | None:
    """The card that a turn ended with, or stands at."""
    row = await connection.fetchrow(
        "SELECT activity_id, type, rating, intensity, source, roles, checks FROM session_activities"
        " WHERE session_id = $1 AND seq = $2",
        *(session_id, turn),
    )
    return Turn(**row) if row else None
