"""Characters, and what is read of the person who talks with one. Who sees and writes which the database knows: statements ask for
nothing that policies know. Texts come and go as envelopes of their owner's key, those of system characters as they are.
"""

from collections.abc import Mapping
from typing import Any, Literal
from uuid import UUID

import asyncpg
import msgspec

from rooms.characters.character import TEXTS
from rooms.sessions.limits import Player
from storage.bond_places import Place
from storage.players import player_of

Db = asyncpg.Connection
Row = dict[str, Any]
Envelope = dict[str, Any]

_CASTS = {
    "role": "dynamic_role_enum",
    "experience_level": "experience_level_enum",
    "age_range": "age_range_enum",
    "provider": "kinkster_provider_enum",
}
"""Columns that are one of some words, and the type of these."""

COLUMNS = (
    "id", "user_id", *TEXTS, *_CASTS, "stats", "avatar_urls", "openai_model", "flowise_chatflow_id", "preset_id",
    "is_primary", "is_public", "version", "created_at", "updated_at",
)  # fmt: skip

READ = ", ".join(f"{name}::text" if name in _CASTS else name for name in COLUMNS)


class Member(msgspec.Struct, frozen=True):
    """What somebody says of themselves in one of their bonds, as envelopes of its key."""

    bond_id: UUID
    safewords: Envelope | None
    aftercare_needs: Envelope | None


class Known(msgspec.Struct, frozen=True):
    """What is known of a person. `rated` are keys of what they rated maybe or no in a bond, `words` envelopes of their key."""

    state: Literal["active", "low_energy", "paused"]
    language: str
    role: Literal["dominant", "submissive", "switch"] | None
    player: Player
    rated: tuple[str, ...]
    words: tuple[Envelope, ...]
    members: tuple[Member, ...]


async def find(db: Db, kinkster_id: UUID) -> Row | None:
    """A character that the caller may see."""
    found = await db.fetchrow(f"SELECT {READ} FROM kinksters WHERE id = $1", kinkster_id)
    return dict(found) if found else None


async def listed(db: Db, *, mine: bool | None, after: Place | None, limit: int) -> list[Row]:
    """The caller's own (`mine`), system characters (not `mine`), or both: newest first."""
    rows = await db.fetch(
        _LISTED, mine is not False, mine is not True, after.at if after else None, after.id if after else None, limit
    )
    return [dict(row) for row in rows]


def _some(whose: str, asked: str) -> str:
    """Each of the two in its own order, which an index has."""
    return (
        f"(SELECT {READ} FROM kinksters WHERE {asked} AND {whose}"
        " AND ($3::timestamptz IS NULL OR (created_at, id) < ($3, $4::uuid)) ORDER BY created_at DESC, id DESC LIMIT $5)"
    )


_LISTED = (
    f"{_some('user_id = (SELECT app.uid())', '$1::boolean')} UNION ALL {_some('user_id IS NULL', '$2::boolean')}"
    " ORDER BY created_at DESC, id DESC LIMIT $5"
)


async def hold(db: Db, user_id: str) -> bool:
    """The caller, until the transaction ends: one of their commands that count or move something at a time. False for who is
    erased.
    """
    return await db.fetchval("SELECT id FROM users WHERE id = $1 FOR NO KEY UPDATE", UUID(user_id)) is not None


async def count(db: Db) -> int:
    """How many the caller has."""
    found: int = await db.fetchval("SELECT count(*) FROM kinksters WHERE user_id = (SELECT app.uid())")
    return found


async def add(db: Db, user_id: str, values: Mapping[str, Any]) -> tuple[UUID, int]:
    """A new one of the caller's: its id and version."""
    names = tuple(values)
    places = ", ".join(f"${place}{_cast(name)}" for place, name in enumerate(names, 2))
    row = await db.fetchrow(
        f"INSERT INTO kinksters (user_id, {', '.join(names)}) VALUES ($1, {places}) RETURNING id, version",
        UUID(user_id),
        *values.values(),
    )
    return _written(row)


async def change(db: Db, kinkster_id: UUID, values: Mapping[str, Any]) -> tuple[UUID, int] | None:
    """These columns of one of the caller's: its id and version then; None where it is not theirs."""
    changes = ", ".join(f"{name} = ${place}{_cast(name)}" for place, name in enumerate(values, 2))
    row = await db.fetchrow(
        f"UPDATE kinksters SET {changes} WHERE id = $1 RETURNING id, version", kinkster_id, *values.values()
    )
    return _written(row) if row else None


async def remove(db: Db, kinkster_id: UUID) -> bool:
    """Was there such a one of the caller's to be deleted?"""
    return await db.fetchval("DELETE FROM kinksters WHERE id = $1 RETURNING id", kinkster_id) is not None


async def make_primary(db: Db, kinkster_id: UUID) -> tuple[tuple[UUID, int], UUID | None]:
    """One of the caller's, who is held, is the primary from now on: its id and version, and which was it before, if another."""
    before = await db.fetchval(
        "UPDATE kinksters SET is_primary = false WHERE user_id = (SELECT app.uid()) AND is_primary AND id <> $1 RETURNING id",
        kinkster_id,
    )
    row = await db.fetchrow(
        "UPDATE kinksters SET is_primary = true WHERE id = $1 AND NOT is_primary RETURNING id, version", kinkster_id
    ) or await db.fetchrow("SELECT id, version FROM kinksters WHERE id = $1", kinkster_id)
    return _written(row), before


def _written(row: Any) -> tuple[UUID, int]:
    return row["id"], row["version"]


def _cast(name: str) -> str:
    return f"::text::{_CASTS[name]}" if name in _CASTS else "::jsonb" if name in TEXTS else ""


async def known_of(db: Db, user_id: str) -> Known | None:
    """What the caller's own rows say of them; None for who is erased."""
    row = await db.fetchrow(_KNOWN, UUID(user_id))
    if row is None:
        return None
    members = await db.fetch(
        "SELECT bond_id, safewords, aftercare_needs FROM bond_members WHERE user_id = $1"
        " AND (safewords IS NOT NULL OR aftercare_needs IS NOT NULL) ORDER BY joined_at, bond_id",
        UUID(user_id),
    )
    return Known(
        state=row["state"],
        language=row["language"],
        role=row["role"],
        player=player_of(row),
        rated=tuple(row["rated"]),
        words=tuple(row["words"]),
        members=tuple(Member(**one) for one in members),
    )


_KNOWN = """
SELECT u.submission_state::text AS state, u.language::text AS language, u.dynamic_role::text AS role,
    p.profile_version::text AS profile_version, p.boundaries, p.activities, p.truth_topics, p.anatomy,
    ARRAY(SELECT DISTINCT unnest(l.keys) FROM personal_limits l WHERE l.user_id = u.id) AS personal_limits,
    ARRAY(
        SELECT l.words FROM personal_limits l WHERE l.user_id = u.id AND l.keys = '{}' AND l.words <> '{}'
        ORDER BY l.created_at, l.id
    ) AS words,
    ARRAY(
        SELECT DISTINCT unnest(b.keys) FROM boundary_ratings r JOIN boundaries b ON b.id = r.boundary_id
        WHERE r.user_id = u.id AND r.rating IN ('maybe', 'no')
    ) AS rated
FROM users u LEFT JOIN profiles p ON p.user_id = u.id
WHERE u.id = $1
"""
