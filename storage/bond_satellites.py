"""Rows that stand beside those of a tool and have a line in the feed of their own: who signed, who confirmed, what was shown.
Told is what is readable of them; texts are read with the row that they belong to.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import asyncpg

Db = asyncpg.Connection

READABLE: Mapping[str, tuple[str, ...]] = {
    "ai_message_attachments": ("id", "message_id", "file_id", "created_at"),
    "bond_join_requests": ("id", "bond_id", "user_id", "status::text", "created_at", "expires_at", "version"),
    "bond_settings": (
        "id", "bond_id", "auto_approve_members", "max_members", "invite_expires_after_days", "enable_points_system",
        "enable_rewards_system", "version",
    ),
    "contract_signatures": (
        "id", "bond_id", "contract_id", "user_id", "status::text", "content_sha256", "signed_at", "version",
    ),
    "point_balances": ("id", "bond_id", "user_id", "balance"),
    "rule_acknowledgements": ("id", "bond_id", "rule_id", "user_id", "text_version", "declined", "version"),
    "scene_confirmations": ("id", "bond_id", "scene_id", "user_id", "version", "created_at"),
    "scene_debriefs": ("id", "bond_id", "scene_id", "user_id", "is_shared", "version"),
    "task_proof": ("id", "bond_id", "task_id", "user_id", "proof_type::text", "file_id", "created_at"),
    "task_series": ("id", "bond_id", "assigned_to", "recurring::text", "ended_at", "version"),
    "user_achievements": ("id", "bond_id", "user_id", "achievement_id", "reached_at"),
}  # fmt: skip
"""By table: the columns that are told."""

_FIND = {
    table: f"SELECT {', '.join(columns)} FROM {table} WHERE id = ANY ($1::uuid[])"
    for table, columns in READABLE.items()
}


async def find_some(db: Db, table: str, row_ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """Those of these rows that the caller may see; of another table none."""
    if table not in _FIND:
        return []
    return [dict(row) for row in await db.fetch(_FIND[table], list(row_ids))]
