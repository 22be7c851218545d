"""Compositions and poses that pictures are drawn of: what they name, and who stands in which."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import asyncpg

Db = asyncpg.Connection

NAMED: Mapping[str, str] = {
    "kinkster_id": "SELECT EXISTS (SELECT FROM kinksters WHERE id = $1 AND user_id = (SELECT app.uid()))",
    "composition_id": "SELECT EXISTS (SELECT FROM scene_compositions WHERE id = $1 AND user_id = (SELECT app.uid()))",
    "scene_id": "SELECT EXISTS (SELECT FROM scenes WHERE id = $1)",
}
"""By column, whether a row may name it: what is the caller's own, or of a bond of theirs."""


async def is_mine(db: Db, column: str, row_id: UUID) -> bool:
    """May a row of the caller's name this?"""
    found: bool = await db.fetchval(NAMED[column], row_id)
    return found


async def poses(db: Db, composition_id: UUID, most: int) -> list[dict[str, Any]]:
    """Who stands in a composition of the caller's, and how: those that were added first."""
    rows = await db.fetch(
        "SELECT kinkster_id, pose FROM character_poses WHERE composition_id = $1 AND user_id = (SELECT app.uid())"
        " AND kinkster_id IS NOT NULL ORDER BY created_at, id LIMIT $2",
        *(composition_id, most),
    )
    return [dict(row) for row in rows]
