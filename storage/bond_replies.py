"""What a member's command answered, kept in the command's own transaction: the id and version of a row, and nothing of it; and a
word of the program's own that stood beside it, if any.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from storage.database import SLOW_S

Db = asyncpg.Connection


class Reply(msgspec.Struct, frozen=True):
    """A command that was done before: by which route, with which body, and which row it made or changed."""

    route: str
    body_hash: str
    row_id: UUID | None
    prompt: str | None
    seq: int | None


_REPLY = ", ".join(Reply.__struct_fields__)


async def claim(db: Db, user_id: str, marks: Sequence[str], route: str, body_hashes: Sequence[str]) -> Reply | None:
    """Take this key: None where it is ours now. Whoever sends it twice at once waits here for the first.

    `marks` and `body_hashes` are under each of the server's secrets, the first is written.
    """
    if len(marks) > 1:  # under several names one row may be there already
        found = await db.fetchrow(
            f"SELECT {_REPLY} FROM bond_replies WHERE user_id = $1 AND mark = ANY ($2::text[])",
            *(user_id, list(marks)),
        )
        if found is not None:
            return Reply(**found)
    ours = await db.fetchval(
        "INSERT INTO bond_replies (user_id, mark, route, body_hash) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT DO NOTHING RETURNING true",
        *(user_id, marks[0], route, body_hashes[0]),
    )
    if ours:
        return None
    first: Any = await db.fetchrow(
        f"SELECT {_REPLY} FROM bond_replies WHERE user_id = $1 AND mark = $2", user_id, marks[0]
    )
    return Reply(**first)


async def keep(
    db: Db, user_id: str, mark: str, row_id: UUID, version: int | None, *, prompt: str | None, seq: int | None
) -> None:
    """What the command answered."""
    await db.execute(
        "UPDATE bond_replies SET row_id = $3, version = $4, prompt = $5, seq = $6 WHERE user_id = $1 AND mark = $2",
        *(user_id, mark, row_id, version, prompt, seq),
    )


async def forget_before(db: Db, before: datetime) -> int:
    """Delete replies older than that; returns how many."""
    done: str = await db.execute("DELETE FROM bond_replies WHERE created_at < $1", before, timeout=SLOW_S)
    return int(done.rpartition(" ")[2])
