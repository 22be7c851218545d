"""How far somebody is with making a character: one row a person, its draft an envelope of their key."""

from typing import Any
from uuid import UUID

import asyncpg
import msgspec

Db = asyncpg.Connection


class CreationSession(msgspec.Struct, frozen=True):
    """The row. `draft` is null where nothing is begun; `kinkster_id` what came of the last one that was finished."""

    id: UUID
    kinkster_id: UUID | None
    step: int
    draft: dict[str, Any] | None
    version: int


_READ = ", ".join(CreationSession.__struct_fields__)


async def find(db: Db) -> CreationSession | None:
    """The caller's."""
    row = await db.fetchrow(
        f"SELECT {_READ} FROM kinkster_creation_sessions WHERE user_id = (SELECT app.uid())"
    )
    return CreationSession(**row) if row else None


async def keep(
    db: Db, user_id: str, *, step: int, draft: dict[str, Any] | None, kinkster_id: UUID | None
) -> CreationSession:
    """The caller is so far now."""
    row: Any = await db.fetchrow(
        "INSERT INTO kinkster_creation_sessions (user_id, step, draft, kinkster_id) VALUES ($1, $2, $3::jsonb, $4)"
        " ON CONFLICT (user_id) DO UPDATE SET step = excluded.step, draft = excluded.draft,"
        f" kinkster_id = excluded.kinkster_id RETURNING {_READ}",
        *(UUID(user_id), step, draft, kinkster_id),
    )
    return CreationSession(**row)
