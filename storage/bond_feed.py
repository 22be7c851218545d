"""What happened in a bond: its log, for people to read, and the feed of its rows, for apps to follow."""

from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec

from storage.bond_places import Place

Db = asyncpg.Connection


class Happened(msgspec.Struct, frozen=True):
    """A line of the log. `user_id` is whom it is about; nobody where a name would tell what is nobody's business."""

    id: UUID
    action: str
    user_id: UUID | None
    created_at: datetime


class Change(msgspec.Struct, frozen=True):
    """A row came, changed or went."""

    seq: int
    at: datetime
    table: str
    id: UUID
    op: str
    by: UUID | None


async def activity(db: Db, bond_id: UUID, *, after: Place | None, limit: int) -> list[Happened]:
    """What happened since the caller came, newest first."""
    rows = await db.fetch(
        "SELECT id, action, user_id, created_at FROM bond_activity_log WHERE bond_id = $1"
        " AND ($2::timestamptz IS NULL OR (created_at, id) < ($2, $3::uuid)) ORDER BY created_at DESC, id DESC LIMIT $4",
        *(bond_id, after.at if after else None, after.id if after else None, limit),
    )
    return [Happened(**row) for row in rows]


async def changes(db: Db, bond_id: UUID, *, after: int, until: int, limit: int) -> list[Change]:
    """What changed after that number, up to another, and since the caller came, in order."""
    rows = await db.fetch(
        'SELECT seq, at, "table", id, op, by FROM bond_changes WHERE bond_id = $1 AND seq > $2 AND seq <= $3'
        " ORDER BY seq LIMIT $4",
        *(bond_id, after, until, limit),
    )
    return [Change(**row) for row in rows]


async def news(db: Db, bond_id: UUID, *, after: int, limit: int) -> tuple[int, list[Change]] | None:
    """The number of the newest line of a bond of the caller's, and `changes` up to it, of one moment; None where it is none."""
    rows = await db.fetch(_NEWS, bond_id, after, limit)
    if not rows:
        return None
    lines = [row for row in rows if row["seq"] is not None]
    return rows[0]["head"], [Change(**{name: row[name] for name in Change.__struct_fields__}) for row in lines]


_NEWS = (
    'SELECT b.head, c.seq, c.at, c."table", c.id, c.op, c.by FROM bonds b LEFT JOIN LATERAL ('
    'SELECT seq, at, "table", id, op, by FROM bond_changes WHERE bond_id = $1 AND seq > $2 AND seq <= b.head'
    " ORDER BY seq LIMIT $3) c ON true WHERE b.id = $1 ORDER BY c.seq"
)


async def head(db: Db, bond_id: UUID) -> int:
    """The number of the newest line."""
    found: int = await db.fetchval("SELECT head FROM bonds WHERE id = $1", bond_id)
    return found


async def begins(db: Db, bond_id: UUID) -> int:
    """The first number that is still kept."""
    found: int | None = await db.fetchval("SELECT app.feed_begins($1)", bond_id)
    return found or 0
