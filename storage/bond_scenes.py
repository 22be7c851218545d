"""What belongs to scenes beside their rows: who said yes, what each says afterwards, and who is reminded of aftercare."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from storage.database import SLOW_S

Db = asyncpg.Connection
Envelope = dict[str, Any]


class Confirmation(msgspec.Struct, frozen=True):
    """Somebody's yes to a scene, at this version of it."""

    scene_id: UUID
    user_id: UUID
    version: int


class Debrief(msgspec.Struct, frozen=True):
    """What somebody says of a scene afterwards; `text` is an envelope of their own key."""

    scene_id: UUID
    user_id: UUID
    text: Envelope
    is_shared: bool
    version: int
    updated_at: datetime


class Agreed(msgspec.Struct, frozen=True, kw_only=True):
    """A scene that its people agreed to, with what limits look for; texts are envelopes of the bond's key."""

    id: UUID
    bond_id: UUID
    created_by: UUID | None
    created_at: datetime
    title: Envelope
    consent_details: Envelope | None
    notes: Envelope | None
    activities: list[dict[str, Any]]
    limit_keys: list[str]


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who was in a scene, and was not yet asked the day after."""

    scene_id: UUID
    bond_id: UUID
    user_id: UUID
    logged_at: datetime
    time_zone: str | None


# --- confirmations -----------------------------------------------------------------------------------------------------


async def confirmations(db: Db, scene_ids: Sequence[UUID]) -> list[Confirmation]:
    """Who said yes to these, as far as the caller may see it."""
    rows = await db.fetch(
        "SELECT scene_id, user_id, version FROM scene_confirmations WHERE scene_id = ANY ($1)"
        " ORDER BY created_at, user_id",
        list(scene_ids),
    )
    return [Confirmation(**row) for row in rows]


async def confirm(db: Db, scene_id: UUID, bond_id: UUID, user_id: str, version: int) -> None:
    """The caller's yes."""
    await db.execute(
        "INSERT INTO scene_confirmations (scene_id, bond_id, user_id, version) VALUES ($1, $2, $3, $4)",
        *(scene_id, bond_id, UUID(user_id), version),
    )


async def unconfirm(db: Db, scene_id: UUID, user_id: str | None = None) -> None:
    """Somebody's yes is taken back; without somebody everybody's."""
    await db.execute(
        "DELETE FROM scene_confirmations WHERE scene_id = $1 AND ($2::uuid IS NULL OR user_id = $2)",
        *(scene_id, None if user_id is None else UUID(user_id)),
    )


# --- debriefs ----------------------------------------------------------------------------------------------------------


async def debriefs(db: Db, scene_ids: Sequence[UUID]) -> list[Debrief]:
    """The caller's own, and what others show, in the order of their authors."""
    rows = await db.fetch(
        "SELECT scene_id, user_id, text, is_shared, version, updated_at FROM scene_debriefs"
        " WHERE scene_id = ANY ($1) ORDER BY scene_id, user_id",
        list(scene_ids),
    )
    return [Debrief(**row) for row in rows]


async def add_debrief(db: Db, scene_id: UUID, bond_id: UUID, user_id: str, text: Envelope, *, shared: bool) -> None:
    """The caller's first words."""
    await db.execute(
        "INSERT INTO scene_debriefs (scene_id, bond_id, user_id, text, is_shared) VALUES ($1, $2, $3, $4, $5)",
        *(scene_id, bond_id, UUID(user_id), text, shared),
    )


async def change_debrief(db: Db, scene_id: UUID, user_id: str, text: Envelope, *, shared: bool) -> None:
    """The caller's words from now on."""
    await db.execute(
        "UPDATE scene_debriefs SET text = $3, is_shared = $4 WHERE scene_id = $1 AND user_id = $2",
        *(scene_id, UUID(user_id), text, shared),
    )


# --- jobs --------------------------------------------------------------------------------------------------------------

_AGREED = ", ".join(Agreed.__struct_fields__)


async def agreed(db: Db, since: datetime | None, after: UUID | None, most: int) -> list[Agreed]:
    """Scenes that people agreed to, a page in the order of their ids; `since`: where somebody may have a limit since then
    that they had not.
    """
    rows = await db.fetch(
        f"SELECT {_AGREED} FROM scenes WHERE status = 'agreed' AND ($1::uuid IS NULL OR id > $1)"
        " AND ($3::timestamptz IS NULL OR bond_id IN (SELECT m.bond_id FROM bond_members m WHERE m.user_id IN ("
        "SELECT p.user_id FROM profiles p WHERE p.updated_at > $3"
        " UNION ALL SELECT l.user_id FROM personal_limits l WHERE l.created_at > $3))) ORDER BY id LIMIT $2",
        *(after, most, since),
        timeout=SLOW_S,
    )
    return [Agreed(**row) for row in rows]


async def one_agreed(db: Db, scene_id: UUID) -> Agreed | None:
    """One of them, as it is under the bond's lock."""
    row = await db.fetchrow(f"SELECT {_AGREED} FROM scenes WHERE status = 'agreed' AND id = $1", scene_id)
    return Agreed(**row) if row else None


async def unsettle(db: Db, scene_id: UUID) -> bool:
    """Nobody has agreed to it any more. Had they?"""
    unsettled: bool = await db.fetchval("SELECT app.unsettle_scene($1)", scene_id)
    return unsettled


async def came(db: Db, bond_ids: Sequence[UUID]) -> dict[UUID, dict[str, datetime]]:
    """Who is in these bonds, and since when."""
    rows = await db.fetch(
        "SELECT bond_id, user_id, joined_at FROM bond_members WHERE bond_id = ANY ($1) ORDER BY joined_at, user_id",
        list(bond_ids),
    )
    found: dict[UUID, dict[str, datetime]] = {bond_id: {} for bond_id in bond_ids}
    for row in rows:
        found[row["bond_id"]][str(row["user_id"])] = row["joined_at"]
    return found


async def to_ask(db: Db, since: datetime, until: datetime) -> list[Asked]:
    """Who was in a scene that was logged in that time, and was not asked yet: not who pauses, and in no bond that does."""
    rows = await db.fetch(
        "SELECT s.id AS scene_id, s.bond_id, m.user_id, s.logged_at, u.time_zone FROM scenes s"
        " JOIN bonds b ON b.id = s.bond_id AND b.status IN ('forming', 'active')"
        " JOIN bond_members m ON m.bond_id = s.bond_id JOIN users u ON u.id = m.user_id AND u.submission_state <> 'paused'"
        " WHERE s.status = 'done' AND s.logged_at > $1 AND s.logged_at <= $2"
        " AND m.user_id IN (SELECT app.scene_people(s.id))"
        " AND NOT EXISTS (SELECT FROM scene_prompts p WHERE p.scene_id = s.id AND p.user_id = m.user_id)"
        " ORDER BY s.logged_at, s.id, m.user_id",
        *(since, until),
    )
    return [Asked(**row) for row in rows]


async def note_asked(db: Db, scene_id: UUID, user_id: UUID) -> bool:
    """They are asked now, if they may be. False: they had been, or they pause or are gone meanwhile."""
    made = await db.fetchval(
        "INSERT INTO scene_prompts (scene_id, user_id) SELECT s.id, $2 FROM scenes s"
        " WHERE s.id = $1 AND NOT app.is_suspended(s.bond_id, $2) ON CONFLICT DO NOTHING RETURNING scene_id",
        *(scene_id, user_id),
    )
    return made is not None
