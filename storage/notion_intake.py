"""What Notion tells by itself: deliveries that were heard, and the tokens with which it introduces itself."""

from datetime import datetime

import asyncpg
import msgspec

Db = asyncpg.Connection
MOST_HANDSHAKES = 5


class Handshake(msgspec.Struct, frozen=True):
    """A token that somebody sent, sealed."""

    sealed: str
    received_at: datetime


async def heard(db: Db, delivery_id: str) -> bool:
    """Is it the first time that this is told?"""
    return bool(
        await db.fetchval(
            "INSERT INTO notion_deliveries (id) VALUES ($1) ON CONFLICT DO NOTHING RETURNING true", delivery_id
        )
    )


async def forget_before(db: Db, moment: datetime) -> None:
    """Deliveries of before."""
    await db.execute("DELETE FROM notion_deliveries WHERE received_at < $1", moment)


async def introduce(db: Db, sealed: str) -> bool:
    """Keep a token that somebody sent; False where there are enough that nobody has looked at."""
    return bool(
        await db.fetchval(
            "INSERT INTO notion_handshakes (id, sealed) SELECT n, $1 FROM generate_series(1, $2) n"
            " WHERE NOT EXISTS (SELECT FROM notion_handshakes h WHERE h.id = n) ORDER BY n LIMIT 1"
            " ON CONFLICT DO NOTHING RETURNING true",
            *(sealed, MOST_HANDSHAKES),
        )
    )


async def handshakes(db: Db) -> list[Handshake]:
    """Those that were sent, newest first."""
    rows = await db.fetch("SELECT sealed, received_at FROM notion_handshakes ORDER BY received_at DESC, id DESC")
    return [Handshake(**row) for row in rows]


async def forget_handshakes(db: Db) -> None:
    """An operator has seen them."""
    await db.execute("DELETE FROM notion_handshakes")
