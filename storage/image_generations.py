"""Pictures that people asked an AI for: each row is what was asked, its own outbox, and what became of it.

Who asks does it with their own rights, and so is the picture put there; that it is taken, given back or given up is the server's.
Texts come and go as envelopes. What was taken is asked for once: when its lease runs out, nobody knows whether it was drawn.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import asyncpg
import msgspec

from storage.bond_places import Place

Db = asyncpg.Connection
Envelope = dict[str, Any]
Status = Literal["pending", "running", "done", "refused", "failed"]
Ending = Literal["refused", "failed"]
Subject = Literal["avatar", "composition", "pose"]


class Generation(msgspec.Struct, frozen=True, kw_only=True):
    """One, as its owner may see it. `cost_micros` is what it cost, or may have."""

    id: UUID
    status: Status
    subject: Subject
    kinkster_id: UUID | None
    style: str | None
    model: str | None
    file_id: UUID | None
    failed_reason: str | None
    cost_micros: int
    finished_at: datetime | None
    created_at: datetime
    updated_at: datetime
    version: int


class Reserved(msgspec.Struct, frozen=True):
    """What was taken from the day's budgets, and when."""

    at: datetime
    micros: int


class Claimed(msgspec.Struct, frozen=True, kw_only=True):
    """One that is to be asked for now, by whoever holds this."""

    id: UUID
    user_id: UUID
    kinkster_id: UUID | None
    subject: Subject
    prompt: Envelope | None
    attempts: int
    reserved_micros: int
    created_at: datetime


class Owned(msgspec.Struct, frozen=True):
    """A row and whose it is."""

    id: UUID
    user_id: UUID


_SHOWN = ", ".join(
    f"{name}::text" if name == "status" else name
    for name in (field.name for field in msgspec.structs.fields(Generation))
)


# --- its owner's -------------------------------------------------------------------------------------------------------


async def add(db: Db, values: dict[str, Any]) -> tuple[UUID, int]:
    """The caller asks for a picture: its id and version."""
    row: Any = await db.fetchrow(
        "INSERT INTO image_generations (user_id, kinkster_id, subject, style, prompt, model, reserved_micros, due_at)"
        " VALUES (app.uid(), $1, $2, $3, $4, $5, $6, app.moment()) RETURNING id, version",
        *(values[name] for name in ("kinkster_id", "subject", "style", "prompt", "model", "reserved_micros")),
    )
    return row["id"], row["version"]


async def find(db: Db, generation_id: UUID) -> Generation | None:
    """One that the caller asked for."""
    row = await db.fetchrow(
        f"SELECT {_SHOWN} FROM image_generations WHERE id = $1 AND user_id = (SELECT app.uid())", generation_id
    )
    return Generation(**row) if row else None


async def listed(db: Db, kinkster_id: UUID | None, *, after: Place | None, limit: int) -> list[Generation]:
    """Those that the caller asked for, newest first; of one character, where that is given."""
    rows = await db.fetch(
        f"SELECT {_SHOWN} FROM image_generations WHERE user_id = (SELECT app.uid())"
        " AND ($1::uuid IS NULL OR kinkster_id = $1)"
        " AND ($2::timestamptz IS NULL OR (created_at, id) < ($2, $3::uuid))"
        " ORDER BY created_at DESC, id DESC LIMIT $4",
        *(kinkster_id, after.at if after else None, after.id if after else None, limit),
    )
    return [Generation(**row) for row in rows]


async def remove(db: Db, generation_id: UUID) -> Reserved | None:
    """The caller takes one back, with its picture: what is reserved for it still, where it was never asked for. None where there
    is none.
    """
    row = await db.fetchrow(
        "DELETE FROM image_generations WHERE id = $1 AND user_id = (SELECT app.uid())"
        " RETURNING created_at, CASE status WHEN 'pending' THEN reserved_micros ELSE 0 END AS micros",
        generation_id,
    )
    return Reserved(row["created_at"], row["micros"]) if row else None


async def open_ones(db: Db) -> int:
    """How many of the caller's are not over."""
    rows = await db.fetch(
        "SELECT id FROM image_generations WHERE user_id = (SELECT app.uid()) AND status IN ('pending', 'running')"
    )
    return len(rows)


async def done(db: Db, claimed: Claimed, file_id: UUID, cost_micros: int) -> bool:
    """There is a picture, its owner's, and it hangs here. False where the row is gone, or no longer its claimer's."""
    return await _settle(
        db,
        claimed,
        "status = 'done', file_id = $3, cost_micros = $4, finished_at = app.moment(), leased_until = NULL",
        *(file_id, cost_micros),
    )


async def give_back(db: Db, claimed: Claimed, due: datetime) -> bool:
    """It surely was not taken: to be asked for again, not before this."""
    return await _settle(db, claimed, "status = 'pending', leased_until = NULL, due_at = $3", due)


async def give_up(db: Db, claimed: Claimed, status: Ending, reason: str, *, cost_micros: int) -> bool:
    """There is no picture and will be none. False where the row is gone, or no longer its claimer's."""
    return await _settle(
        db,
        claimed,
        "status = $3::text::generation_status_enum, failed_reason = $4, cost_micros = $5, finished_at = app.moment(),"
        " leased_until = NULL",
        *(status, reason, cost_micros),
    )


async def too_late(db: Db, generation_id: UUID) -> Reserved | None:
    """Nobody could ask for it in all that time, and nobody will; what was reserved. None where somebody has."""
    row = await db.fetchrow(
        "UPDATE image_generations SET status = 'failed', failed_reason = 'too_late', finished_at = app.moment()"
        " WHERE id = $1 AND status = 'pending' RETURNING created_at, reserved_micros",
        generation_id,
    )
    return Reserved(row["created_at"], row["reserved_micros"]) if row else None


async def _settle(db: Db, claimed: Claimed, changes: str, *values: object) -> bool:
    found = await db.fetchval(
        f"UPDATE image_generations SET {changes} WHERE id = $1 AND status = 'running' AND attempts = $2 RETURNING id",
        *(claimed.id, claimed.attempts, *values),
    )
    return found is not None


# --- the server's ------------------------------------------------------------------------------------------------------


async def claim(db: Db, at: datetime, until: datetime, at_once: int) -> Claimed | None:
    """The one that waits longest, from now on its claimer's; None where nothing is due, or enough runs. One of a person."""
    row = await db.fetchrow(
        "SELECT id, user_id, kinkster_id, subject, prompt, attempts, reserved_micros, created_at"
        " FROM app.claim_generation($1, $2, $3)",
        *(at, until, at_once),
    )
    return Claimed(**row) if row else None


async def lapsed(db: Db, at: datetime, most: int) -> list[Owned]:
    """Those whose lease is over have failed, for good: they may have been drawn, and cost what was reserved."""
    rows = await db.fetch(
        "UPDATE image_generations SET status = 'failed', failed_reason = 'interrupted', cost_micros = reserved_micros,"
        " finished_at = $1, leased_until = NULL WHERE id IN ("
        " SELECT id FROM image_generations WHERE status = 'running' AND leased_until <= $1 ORDER BY id LIMIT $2"
        " FOR UPDATE SKIP LOCKED) RETURNING id, user_id",
        *(at, most),
    )
    return [Owned(**row) for row in rows]


async def stale(db: Db, before: datetime, most: int) -> list[Owned]:
    """Those that wait since before then."""
    rows = await db.fetch(
        "SELECT id, user_id FROM image_generations WHERE status = 'pending' AND created_at < $1 ORDER BY created_at LIMIT $2",
        *(before, most),
    )
    return [Owned(**row) for row in rows]


# --- what is drawn -----------------------------------------------------------------------------------------------------


async def characters(db: Db, ids: Sequence[UUID], columns: Sequence[str]) -> dict[UUID, dict[str, Any]]:
    """These columns of characters that are the caller's own, by id."""
    rows = await db.fetch(
        f"SELECT id, age_range::text, cardinality(avatar_urls) AS avatars, {', '.join(columns)} FROM kinksters"
        " WHERE id = ANY ($1) AND user_id = (SELECT app.uid())",
        list(ids),
    )
    return {row["id"]: dict(row) for row in rows}


async def add_avatar(db: Db, kinkster_id: UUID, address: str, most: int) -> bool:
    """One face more of a character of the caller's, unless it has so many."""
    found = await db.fetchval(
        "UPDATE kinksters SET avatar_urls = avatar_urls || $2::text WHERE id = $1 AND user_id = (SELECT app.uid())"
        " AND cardinality(avatar_urls) < $3 RETURNING id",
        *(kinkster_id, address, most),
    )
    return found is not None


async def choose_avatar(db: Db, kinkster_id: UUID, address: str) -> bool:
    """One of a character's faces comes first. Was it one?"""
    found = await db.fetchval(
        "UPDATE kinksters SET avatar_urls = ARRAY[$2::text] || array_remove(avatar_urls, $2::text)"
        " WHERE id = $1 AND user_id = (SELECT app.uid()) AND $2::text = ANY (avatar_urls) RETURNING id",
        *(kinkster_id, address),
    )
    return found is not None


async def names_known(db: Db) -> list[str]:
    """The names of the caller and of whom they are in bonds with."""
    rows = await db.fetch(
        "SELECT u.display_name AS name FROM users u WHERE u.id = (SELECT app.uid())"
        " UNION SELECT p.display_name FROM app.my_bonds() AS mine (bond_id), app.bond_people(mine.bond_id) p"
    )
    return [row["name"] for row in rows if row["name"]]
