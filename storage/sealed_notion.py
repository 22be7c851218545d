"""The tokens of people's workspaces, and with which of the server's secrets they are sealed: JSON with its name in `key`."""

from uuid import UUID

import asyncpg
import msgspec

from storage.database import SLOW_S

BATCH = 500


class Sealed(msgspec.Struct, frozen=True):
    """Those of one person."""

    user_id: UUID
    sealed: str


async def counted(connection: asyncpg.Connection) -> dict[str, int]:
    """How many are sealed with which key."""
    rows = await connection.fetch(
        """SELECT substring(sealed FROM '"key":"([^"]*)"') AS key_id, count(*) FROM notion_connections GROUP BY 1""",
        timeout=SLOW_S,
    )
    return {row["key_id"]: row["count"] for row in rows}


async def after(connection: asyncpg.Connection, last: UUID | None) -> list[Sealed]:
    """The next of them, in order."""
    rows = await connection.fetch(
        "SELECT user_id, sealed FROM notion_connections WHERE $1::uuid IS NULL OR user_id > $1 ORDER BY user_id LIMIT $2",
        *(last, BATCH),
        timeout=SLOW_S,
    )
    return [Sealed(**row) for row in rows]
