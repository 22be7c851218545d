"""What a bond's rows amount to, counted by days: as one member may read them, and nothing more.

Which day something belongs to is for whoever asks to say: `midnights` are the moments at which their days begin, and the last
one at which the last day ends. So the database needs to know no time zone.
"""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import asyncpg
import msgspec

Db = asyncpg.Connection


class Counted(msgspec.Struct, frozen=True):
    """So many on a day, by its place among the days; whose, where it is somebody's."""

    what: str
    user_id: UUID | None
    place: int
    n: int


class Said(msgspec.Struct, frozen=True):
    """So many check-ins of a colour on a day, which its person said it is."""

    status: str
    user_id: UUID
    day: date


_DAY = "width_bucket({at}, $2::timestamptz[]) - 1"
_WITHIN = "{at} >= ($2::timestamptz[])[1] AND {at} < ($2::timestamptz[])[cardinality($2::timestamptz[])]"

ON_TIME = "(completed_at <= due_date OR app.fell_into_pause(id))"
"""Of a task that is done and has a date. Whoever was sent back to it is told neither: it was there before."""
DATED = f"due_date IS NOT NULL AND (revise_reason IS NULL OR {ON_TIME})"

_DONE = (
    f"SELECT assigned_to AS user_id, {_DAY.format(at='completed_at')} AS place, count(*) AS done,"
    f" count(*) FILTER (WHERE {DATED}) AS dated, count(*) FILTER (WHERE due_date IS NOT NULL AND {ON_TIME}) AS in_time"
    " FROM tasks WHERE bond_id = $1 AND status IN ('completed', 'approved')"
    f" AND {_WITHIN.format(at='completed_at')} GROUP BY 1, 2"
)
_POINTS = (
    f"SELECT user_id, {_DAY.format(at='created_at')} AS place,"
    " coalesce(sum(points) FILTER (WHERE kind NOT IN ('redeem', 'refund')), 0) AS given,"
    " coalesce(-sum(points) FILTER (WHERE kind IN ('redeem', 'refund')), 0) AS spent"
    f" FROM points_ledger WHERE bond_id = $1 AND {_WITHIN.format(at='created_at')} GROUP BY 1, 2"
)
_ENTRIES = (
    f"SELECT user_id, {_DAY.format(at='created_at')} AS place, count(*) FILTER (WHERE user_id = (SELECT app.uid())) AS own_entry,"
    " count(*) FILTER (WHERE user_id <> (SELECT app.uid()) AND is_shared) AS shared_entry"
    f" FROM journal_entries WHERE bond_id = $1 AND {_WITHIN.format(at='created_at')} GROUP BY 1, 2"
)
_MESSAGES = (
    f"SELECT from_user_id AS user_id, {_DAY.format(at='created_at')} AS place, count(*) AS message"
    f" FROM messages WHERE bond_id = $1 AND unsent_at IS NULL AND {_WITHIN.format(at='created_at')} GROUP BY 1, 2"
)
COUNTED = (_DONE, _POINTS, _ENTRIES, _MESSAGES)


async def counted(db: Db, bond_id: UUID, midnights: Sequence[datetime]) -> list[Counted]:
    """Tasks that were done, points, journal entries and messages of a bond of the caller's."""
    found: list[Counted] = []
    for statement in COUNTED:
        for row in await db.fetch(statement, bond_id, list(midnights)):
            names = [name for name in row.keys() if name not in ("user_id", "place")]  # noqa: SIM118 - a record's
            found += [Counted(name, row["user_id"], row["place"], row[name]) for name in names if row[name]]
    return found


async def said(db: Db, bond_id: UUID, first: date, last: date) -> list[Said]:
    """Check-ins of these days that the caller may read, each on its person's own day."""
    rows = await db.fetch(
        "SELECT status::text, user_id, local_date AS day FROM check_ins"
        " WHERE bond_id = $1 AND local_date BETWEEN $2 AND $3",
        *(bond_id, first, last),
    )
    return [Said(**row) for row in rows]


async def past_their_date(db: Db, bond_id: UUID, begins: datetime, ends: datetime, most: int) -> list[UUID]:
    """Tasks that are still asked for and whose date lies between these moments, the newest first."""
    rows = await db.fetch(
        "SELECT id FROM tasks WHERE bond_id = $1 AND status IN ('pending', 'in_progress') AND due_date >= $2 AND due_date < $3"
        " AND NOT app.fell_into_pause(id) ORDER BY due_date DESC, id LIMIT $4",
        *(bond_id, begins, ends, most),
    )
    return [row["id"] for row in rows]


async def active_rules(db: Db, bond_id: UUID, most: int) -> list[UUID]:
    """Rules that are switched on, the newest first."""
    rows = await db.fetch(
        "SELECT id FROM rules WHERE bond_id = $1 AND active ORDER BY created_at DESC, id DESC LIMIT $2", bond_id, most
    )
    return [row["id"] for row in rows]


async def own_check_in_days(db: Db, bond_id: UUID, user_id: str) -> list[date]:
    """All days on which the caller said how they are, in this bond."""
    rows = await db.fetch(
        "SELECT local_date FROM check_ins WHERE user_id = $1 AND bond_id = $2 ORDER BY local_date",
        UUID(user_id),
        bond_id,
    )
    return [row["local_date"] for row in rows]


async def own_on_time(db: Db, bond_id: UUID, user_id: str) -> list[bool]:
    """Of the caller's tasks that are done and had a date, in the order in which they were done: was it by then?"""
    rows = await db.fetch(
        f"SELECT {ON_TIME} AS kept FROM tasks WHERE assigned_to = $1 AND bond_id = $2"
        f" AND status IN ('completed', 'approved') AND {DATED} ORDER BY completed_at, id",
        *(UUID(user_id), bond_id),
    )
    return [row["kept"] for row in rows]


async def own_pauses(db: Db, user_id: str) -> list[tuple[datetime, bool]]:
    """When the caller paused, and was there again, oldest first."""
    rows = await db.fetch(
        "SELECT created_at, state = 'paused' AS paused FROM submission_state_logs WHERE user_id = $1 ORDER BY created_at, id",
        UUID(user_id),
    )
    return [(row["created_at"], row["paused"]) for row in rows]


async def pauses_of_bond(db: Db, bond_id: UUID) -> list[tuple[datetime, bool]]:
    """When the bond was paused and went on, since the caller came, oldest first."""
    rows = await db.fetch(
        "SELECT created_at, action = 'paused' AS paused FROM bond_activity_log"
        " WHERE bond_id = $1 AND action IN ('paused', 'resumed') ORDER BY created_at, id",
        bond_id,
    )
    return [(row["created_at"], row["paused"]) for row in rows]
