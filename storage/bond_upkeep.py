"""What the timetable does for bonds. A moment comes with each: SQL of bonds has no clock of its own."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg

from storage.database import SLOW_S

Db = asyncpg.Connection

MOST_CHANGES = 10_000
"""Lines of one bond's feed that are kept."""


async def at(db: Db, moment: datetime) -> None:
    """What this transaction does, it does at that moment."""
    await db.execute("SELECT set_config('app.moment', $1, true)", moment.isoformat())


async def hold(db: Db, bond_id: UUID) -> bool:
    """Hold the bond's people and the bond, as commands do. Is it there still?"""
    held: bool = await db.fetchval("SELECT app.hold_bond_for_job($1)", bond_id)
    return held


async def reminded_since(db: Db, user_id: UUID, since: datetime) -> bool:
    """Was this person reminded of a task or a date since then?"""
    found: bool = await db.fetchval(
        "SELECT EXISTS (SELECT FROM task_reminders WHERE user_id = $1 AND sent_at >= $2)"
        " OR EXISTS (SELECT FROM event_reminders WHERE user_id = $1 AND sent_at >= $2)",
        *(user_id, since),
    )
    return found


async def with_due_requests(db: Db, now: datetime) -> Sequence[UUID]:
    """Bonds in which a request has waited too long, or only for who is gone."""
    rows = await db.fetch(
        "SELECT DISTINCT r.bond_id FROM bond_join_requests r WHERE r.status = 'pending' AND (r.expires_at <= $1"
        " OR NOT EXISTS (SELECT FROM bond_members m WHERE m.bond_id = r.bond_id AND NOT EXISTS ("
        "SELECT FROM bond_join_voices v WHERE v.request_id = r.id AND v.user_id = m.user_id))) ORDER BY 1",
        now,
        timeout=SLOW_S,
    )
    return [row["bond_id"] for row in rows]


async def settle_requests(db: Db, bond_id: UUID) -> None:
    """Requests that have waited too long are over; those that everybody who is left has said yes to come in."""
    await db.execute("SELECT app.settle_due_requests($1)", bond_id)


async def forget_requests(db: Db, before: datetime) -> None:
    """Delete requests that were answered before that."""
    await db.execute("DELETE FROM bond_join_requests WHERE answered_at < $1", before, timeout=SLOW_S)


async def dissolved(db: Db, before: datetime) -> Sequence[UUID]:
    """Bonds that were dissolved before that."""
    rows = await db.fetch(
        "SELECT id FROM bonds WHERE status = 'dissolved' AND dissolved_at < $1 ORDER BY id", before, timeout=SLOW_S
    )
    return [row["id"] for row in rows]


async def delete(db: Db, bond_id: UUID, before: datetime) -> None:
    """A bond that was dissolved before that, with all that is its own; its key follows."""
    await db.execute("SELECT app.delete_dissolved($1, $2)", bond_id, before, timeout=SLOW_S)


async def forget_changes(db: Db, before: datetime) -> None:
    """Delete of every feed what is older than that, and what is beyond its newest lines."""
    await db.execute("DELETE FROM bond_changes WHERE at < $1", before, timeout=SLOW_S)
    await db.execute(
        "DELETE FROM bond_changes c USING bonds b WHERE c.bond_id = b.id AND c.seq <= b.head - $1",
        MOST_CHANGES,
        timeout=SLOW_S,
    )
