"""What belongs to tasks beside their rows: proof, what comes again, and who is to be reminded."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

Db = asyncpg.Connection
Envelope = dict[str, Any]


class Proof(msgspec.Struct, frozen=True):
    """What somebody shows of a task; `text` is an envelope of the bond's key. A photo with neither was withdrawn."""

    id: UUID
    task_id: UUID
    user_id: UUID
    proof_type: str
    text: Envelope | None
    file_id: UUID | None
    created_at: datetime


class Series(msgspec.Struct, frozen=True, kw_only=True):
    """What comes again, with what decides whether the next of it may be asked for now."""

    id: UUID
    bond_id: UUID
    assigned_by: UUID | None
    assigned_to: UUID | None
    title: Envelope
    description: Envelope | None
    limit_keys: list[str]
    recurring: str
    time_zone: str
    local_time: time
    day: int
    next_on: date
    may_ask: bool
    waits: bool


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """A task whose person is to be reminded of it now."""

    id: UUID
    bond_id: UUID
    assigned_by: UUID | None
    assigned_to: UUID
    title: Envelope
    description: Envelope | None
    limit_keys: list[str]
    due_date: datetime
    time_zone: str | None
    is_low: bool


# --- proof -------------------------------------------------------------------------------------------------------------


async def proofs(db: Db, task_ids: Sequence[UUID]) -> list[Proof]:
    """What the caller may see of these tasks' proof, oldest first."""
    rows = await db.fetch(
        "SELECT id, task_id, user_id, proof_type::text, text, file_id, created_at FROM task_proof WHERE task_id = ANY ($1)"
        " ORDER BY created_at, id",
        list(task_ids),
    )
    return [Proof(**row) for row in rows]


async def add_proof(
    db: Db,
    *,
    task_id: UUID,
    bond_id: UUID,
    user_id: str,
    proof_type: str,
    text: Envelope | None,
    file_id: UUID | None = None,
) -> None:
    """The caller shows something of a task of theirs; a file of theirs is attached by this."""
    await db.execute(
        "INSERT INTO task_proof (task_id, bond_id, user_id, proof_type, text, file_id) VALUES ($1, $2, $3, $4, $5, $6)",
        *(task_id, bond_id, UUID(user_id), proof_type, text, file_id),
    )


async def remove_proof(db: Db, task_id: UUID, proof_id: UUID) -> bool:
    """Take back what the caller showed; was there such a proof?"""
    found = await db.fetchval("DELETE FROM task_proof WHERE id = $1 AND task_id = $2 RETURNING id", proof_id, task_id)
    return found is not None


# --- what comes again --------------------------------------------------------------------------------------------------

_SAID = "title, description, priority, point_value, proof_required, proof_type, reminder_minutes, all_day, limit_keys"


async def add_series(db: Db, values: Mapping[str, Any]) -> UUID:
    """A new series with the columns of `SERIES`."""
    made: UUID = await db.fetchval(_ADD_SERIES, *(values[name] for name in SERIES))
    return made


SERIES = (
    "title", "description", "priority", "point_value", "proof_required", "proof_type", "reminder_minutes", "all_day",
    "limit_keys", "assigned_by", "assigned_to", "bond_id", "template_id", "recurring", "time_zone", "local_time", "day",
    "next_on",
)  # fmt: skip
_ADD_SERIES = (
    f"INSERT INTO task_series ({_SAID}, assigned_by, assigned_to, bond_id, template_id, recurring, time_zone, local_time, day,"
    " next_on) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18) RETURNING id"
)


async def follow(db: Db, task_id: UUID) -> None:
    """What comes of a task's series from now on is as the task is."""
    await db.execute(
        f"UPDATE task_series s SET ({_SAID}, assigned_to) = (SELECT {_SAID}, assigned_to FROM tasks WHERE id = $1)"
        " WHERE s.ended_at IS NULL AND s.id = (SELECT series_id FROM tasks WHERE id = $1)",
        task_id,
    )


async def end_series(db: Db, series_id: UUID) -> bool:
    """Nothing more comes of it. Did it go on?"""
    found = await db.fetchval(
        "UPDATE task_series SET ended_at = app.moment() WHERE id = $1 AND ended_at IS NULL RETURNING id", series_id
    )
    return found is not None


# --- jobs --------------------------------------------------------------------------------------------------------------


async def series_until(db: Db, day: date, after: UUID | None, most: int) -> list[tuple[UUID, UUID]]:
    """Series whose next occurrence is not after that day, and their bonds, in the order of their ids."""
    rows = await db.fetch(
        "SELECT id, bond_id FROM task_series WHERE ended_at IS NULL AND next_on <= $1 AND ($2::uuid IS NULL OR id > $2)"
        " ORDER BY id LIMIT $3",
        *(day, after, most),
    )
    return [(row["id"], row["bond_id"]) for row in rows]


async def series(db: Db, series_id: UUID) -> Series | None:
    """One that goes on, as it is under the bond's lock."""
    row = await db.fetchrow(
        "SELECT s.id, s.bond_id, s.assigned_by, s.assigned_to, s.title, s.description, s.limit_keys, s.recurring::text,"
        " s.time_zone, s.local_time, s.day, s.next_on,"
        " b.status <> 'dissolved' AND NOT app.is_suspended(s.bond_id, s.assigned_to)"
        " AND (s.assigned_by = s.assigned_to OR app.leads(s.bond_id, s.assigned_by, s.assigned_to)) IS TRUE AS may_ask,"
        " EXISTS (SELECT FROM tasks t WHERE t.series_id = s.id AND t.status IN ('pending', 'in_progress')) AS waits"
        " FROM task_series s JOIN bonds b ON b.id = s.bond_id WHERE s.id = $1 AND s.ended_at IS NULL",
        series_id,
    )
    return Series(**row) if row else None


async def occur(db: Db, series_id: UUID, day: date, due: datetime) -> bool:
    """Make the occurrence of that day. False: it had been made."""
    made = await db.fetchval(
        f"INSERT INTO tasks ({_SAID}, assigned_by, assigned_to, bond_id, template_id, recurring, series_id, occurs_on, due_date)"
        f" SELECT {_SAID}, assigned_by, assigned_to, bond_id, template_id, recurring, id, $2, $3 FROM task_series WHERE id = $1"
        " ON CONFLICT (series_id, occurs_on) DO NOTHING RETURNING id",
        *(series_id, day, due),
    )
    return made is not None


async def go_on(db: Db, series_id: UUID, next_on: date) -> None:
    """The next occurrence is of that day."""
    await db.execute("UPDATE task_series SET next_on = $2 WHERE id = $1 AND next_on <> $2", series_id, next_on)


async def due_reminders(db: Db, now: datetime, after: Due | None, most: int) -> list[Due]:
    """Open tasks whose reminder is due, of people and in bonds that do not pause: a page, after that one."""
    rows = await db.fetch(
        "SELECT t.id, t.bond_id, t.assigned_by, t.assigned_to, t.title, t.description, t.limit_keys, t.due_date, u.time_zone,"
        " u.submission_state = 'low_energy' AS is_low"
        " FROM tasks t JOIN bonds b ON b.id = t.bond_id AND b.status IN ('forming', 'active')"
        " JOIN bond_members m ON m.bond_id = t.bond_id AND m.user_id = t.assigned_to"
        " JOIN users u ON u.id = t.assigned_to AND u.submission_state <> 'paused'"
        " WHERE t.status IN ('pending', 'in_progress') AND t.reminder_minutes IS NOT NULL AND t.due_date > $1"
        " AND t.due_date <= $1 + make_interval(mins => t.reminder_minutes)"
        " AND NOT EXISTS (SELECT FROM task_reminders r WHERE r.task_id = t.id AND r.due_date = t.due_date)"
        " AND NOT app.is_suspended(t.bond_id, t.assigned_to)"
        " AND ($3::timestamptz IS NULL OR (t.due_date, t.id) > ($3, $4::uuid)) ORDER BY t.due_date, t.id LIMIT $2",
        *(now, most, after.due_date if after else None, after.id if after else None),
    )
    return [Due(**row) for row in rows]


async def is_due(db: Db, task_id: UUID, due: datetime) -> bool:
    """Is it still to be reminded of, under the bond's lock?"""
    found: bool = await db.fetchval(
        "SELECT EXISTS (SELECT FROM tasks t JOIN bonds b ON b.id = t.bond_id AND b.status IN ('forming', 'active')"
        " WHERE t.id = $1 AND t.due_date = $2 AND t.status IN ('pending', 'in_progress')"
        " AND NOT app.is_suspended(t.bond_id, t.assigned_to))",
        *(task_id, due),
    )
    return found


async def note_reminder(db: Db, task_id: UUID, due: datetime, user_id: UUID) -> bool:
    """They are reminded of it now. False: they had been."""
    made = await db.fetchval(
        "INSERT INTO task_reminders (task_id, due_date, user_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING task_id",
        *(task_id, due, user_id),
    )
    return made is not None
