"""Characters, and what is read of the person who talks with one. Whose row is whose the database knows: statements ask for nothing
that policies know. Texts come and go as envelopes of their owner's key; those of system characters, which are nobody's, as they are.
"""

from collections.abc import Mapping
from typing import Any, Literal
from uuid import UUID

import asyncpg
import msgspec

from rooms.characters.character import TEXTS
from rooms.sessions.limits import Player
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
    "is_primary", "version", "created_at", "updated_at",
)  # fmt: skip

_READ = ", ".join(f"{name}::text" if name in _CASTS else name for name in COLUMNS)


class Member(msgspec.Struct, frozen=True):
    """What somebody says of themselves in one of their bonds, as envelopes of its key."""

    bond_id: UUID
    safewords: Envelope | None
    aftercare_needs: Envelope | None


class Known(msgspec.Struct, frozen=True):
    """What is known of a person: `rated` are keys of what they rated maybe or no in a bond, `words` envelopes of their own key."""

    state: Literal["active", "low_energy", "paused"]
    language: str
    role: Literal["dominant", "submissive", "switch"] | None
    player: Player
    rated: tuple[str, ...]
    words: tuple[Envelope, ...]
    members: tuple[Member, ...]


async def find(db: Db, kinkster_id: UUID) -> Row | None:
    """A character that the caller may see."""
    found = await db.fetchrow(f"SELECT {_READ} FROM kinksters WHERE id = $1", kinkster_id)
    return dict(found) if found else None


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


def envelopes_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """The texts of a row, as they are kept."""
    return {name: row[name] for name in TEXTS}
