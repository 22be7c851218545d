"""Weeks of the caller's bonds, counted: runs with their rights."""

from datetime import date
from uuid import UUID

import asyncpg
import msgspec


class Week(msgspec.Struct, frozen=True):
    """Of one bond, from a Monday on: the caller's own tasks, points and days."""

    bond_id: UUID
    begins: date
    tasks_due: int
    tasks_done: int
    tasks_on_time: int
    points: int
    green: int
    yellow: int
    red: int


async def of(db: asyncpg.Connection, zone: str, since: date) -> list[Week]:
    """Those in which anything was, the oldest first. A task is of the week in which it is due, and where it is not due ever, in
    which it was done; called off and held ones do not count.
    """
    return [Week(**row) for row in await db.fetch(_WEEKS, zone, since)]


_WEEKS = """
WITH facts AS (
    SELECT t.bond_id, date_trunc('week', coalesce(t.due_date, t.completed_at) AT TIME ZONE $1)::date AS begins,
        1 AS due, (t.status IN ('completed', 'approved'))::int AS done,
        (t.status IN ('completed', 'approved') AND (t.due_date IS NULL OR t.completed_at <= t.due_date))::int AS on_time,
        0 AS points, 0 AS green, 0 AS yellow, 0 AS red
    FROM tasks t
    WHERE t.assigned_to = (SELECT app.uid()) AND t.status <> 'cancelled' AND coalesce(t.due_date, t.completed_at) IS NOT NULL
        AND (t.status IN ('completed', 'approved') OR t.due_date <= app.moment())
    UNION ALL
    SELECT p.bond_id, date_trunc('week', p.created_at AT TIME ZONE $1)::date, 0, 0, 0, p.points, 0, 0, 0
    FROM points_ledger p WHERE p.user_id = (SELECT app.uid()) AND p.points > 0 AND p.kind NOT IN ('refund')
    UNION ALL
    SELECT c.bond_id, date_trunc('week', c.local_date)::date, 0, 0, 0, 0, (c.status = 'green')::int, (c.status = 'yellow')::int,
        (c.status = 'red')::int
    FROM check_ins c WHERE c.user_id = (SELECT app.uid()) AND c.bond_id IS NOT NULL
)
SELECT bond_id, begins, sum(due)::int AS tasks_due, sum(done)::int AS tasks_done, sum(on_time)::int AS tasks_on_time,
    sum(points)::int AS points, sum(green)::int AS green, sum(yellow)::int AS yellow, sum(red)::int AS red
FROM facts WHERE begins >= $2 GROUP BY bond_id, begins ORDER BY begins, bond_id
"""
