"""Notes that players write to themselves, one a session and person: they come and go sealed, nothing here reads them.

Read with the writer's rights; written as the service, which may read everything of a note but its words.
"""

from datetime import datetime
from typing import Any

import asyncpg
import msgspec

from storage.profiles import OWNER, Kind

Envelope = dict[str, Any]


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """A note as it is kept: {nonce, ciphertext}, and which key opens it."""

    key_id: str
    words: Envelope
    created_at: datetime
    updated_at: datetime

    @property
    def envelope(self) -> Envelope:
        """As the person's keys open it."""
        return {**self.words, "key_id": self.key_id}


async def seat_of(connection: asyncpg.Connection, kind: Kind, owner: str, session_id: str) -> str | None:
    """Where this person has sat down in a session. Runs with their rights."""
    found: str | None = await connection.fetchval(
        f"SELECT seat FROM session_seats WHERE {OWNER[kind]} AND session_id = $2 AND joined_at IS NOT NULL",
        *(owner, session_id),
    )
    return found


async def find(connection: asyncpg.Connection, kind: Kind, owner: str, session_id: str) -> Note | None:
    """The person's own note on a session. Runs with their rights."""
    row = await connection.fetchrow(
        f"SELECT key_id, words, created_at, updated_at FROM session_notes WHERE {OWNER[kind]} AND session_id = $2",
        *(owner, session_id),
    )
    return Note(**row) if row else None


async def keep(
    connection: asyncpg.Connection, kind: Kind, owner: str, session_id: str, *, sealed: Envelope, now: datetime
) -> datetime | None:
    """Keep these sealed words in place of those of before; since when they stand. None where the person has no seat."""
    words = {name: value for name, value in sealed.items() if name != "key_id"}
    # The words are not taken from the row that is in the way: that would be to read them.
    since: datetime | None = await connection.fetchval(
        "INSERT INTO session_notes AS n (session_id, seat, user_id, anonymous_session_id, key_id, words, created_at, updated_at)"
        f" SELECT session_id, seat, user_id, anonymous_session_id, $3, $4, $5, $5 FROM session_seats WHERE {OWNER[kind]}"
        " AND session_id = $2 AND joined_at IS NOT NULL FOR KEY SHARE"
        " ON CONFLICT (session_id, seat) DO UPDATE SET key_id = $3, words = $4, updated_at = $5 RETURNING updated_at",
        *(owner, session_id, sealed["key_id"], words, now),
    )
    return since


async def delete(connection: asyncpg.Connection, kind: Kind, owner: str, session_id: str) -> None:
    """Away with it, if there is one."""
    await connection.execute(f"DELETE FROM session_notes WHERE {OWNER[kind]} AND session_id = $2", owner, session_id)


async def some_of_each_key(connection: asyncpg.Connection, kind: Kind, owner: str) -> list[Envelope]:
    """One sealed note for each key that some are sealed with. Runs with the person's rights."""
    rows = await connection.fetch(
        f"SELECT DISTINCT ON (key_id) key_id, words, created_at, updated_at FROM session_notes WHERE {OWNER[kind]}",
        owner,
    )
    return [Note(**row).envelope for row in rows]
