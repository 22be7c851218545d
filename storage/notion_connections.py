"""Whose Notion is connected: their sealed tokens, what the database says of changes, and who is on the way to say yes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

import asyncpg
import msgspec

Db = asyncpg.Connection
How = Literal["token", "oauth"]


class Connection(msgspec.Struct, frozen=True):
    """One person's. `due_at`: until then it is left alone; `error`: the code of why."""

    user_id: UUID
    connected_by: How
    state: Literal["connected", "broken"]
    sealed: str
    workspace_id: str | None
    bot_id: str | None
    error: str | None
    tries: int
    due_at: datetime
    created_at: datetime


_COLUMNS = "user_id, connected_by, state, sealed, workspace_id, bot_id, error, tries, due_at, created_at"


async def find(db: Db, user_id: str | UUID) -> Connection | None:
    """That of a person; the service asks."""
    row = await db.fetchrow(f"SELECT {_COLUMNS} FROM notion_connections WHERE user_id = $1", UUID(str(user_id)))
    return Connection(**row) if row else None


async def keep(  # noqa: PLR0917 - whose it is, and what is known of it
    db: Db, user_id: str, how: How, sealed: str, workspace_id: str | None, bot_id: str | None
) -> None:
    """A new one, or another token for it."""
    await db.execute(
        "INSERT INTO notion_connections (user_id, connected_by, sealed, workspace_id, bot_id) VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT (user_id) DO UPDATE SET connected_by = $2, sealed = $3, workspace_id = $4, bot_id = $5,"
        " state = 'connected', error = NULL, tries = 0, due_at = app.moment()",
        *(UUID(user_id), how, sealed, workspace_id, bot_id),
    )
    await db.execute("INSERT INTO notion_signals (user_id) VALUES ($1) ON CONFLICT DO NOTHING", UUID(user_id))


async def forget(db: Db, user_id: str) -> bool:
    """It is connected no more: with its databases, pages, conflicts and runs. Was it?"""
    person = UUID(user_id)
    await db.execute("DELETE FROM notion_oauth_states WHERE user_id = $1", person)
    await db.execute("DELETE FROM notion_databases WHERE user_id = $1", person)
    await db.execute("DELETE FROM notion_signals WHERE user_id = $1", person)
    return await db.fetchval("DELETE FROM notion_connections WHERE user_id = $1 RETURNING true", person) is not None


async def exchange(db: Db, user_id: UUID, old: str, new: str) -> bool:
    """Other sealed tokens in their place, unless they were written since. Is it so?"""
    return bool(
        await db.fetchval(
            "UPDATE notion_connections SET sealed = $3 WHERE user_id = $1 AND sealed = $2 RETURNING true",
            user_id,
            old,
            new,
        )
    )


async def broken(db: Db, user_id: UUID, sealed: str, error: str) -> None:
    """Notion does not take these tokens any more."""
    await db.execute(
        "UPDATE notion_connections SET state = 'broken', error = $3 WHERE user_id = $1 AND sealed = $2",
        *(user_id, sealed, error),
    )


async def close(db: Db, user_id: str, error: str) -> None:
    """Nothing goes either way until its person connects again; which page is which row is kept for that. Who is on the way to
    Notion does not arrive.
    """
    person = UUID(user_id)
    await db.execute("DELETE FROM notion_oauth_states WHERE user_id = $1", person)
    await db.execute(
        "UPDATE notion_connections SET state = 'broken', error = $2 WHERE user_id = $1 AND state = 'connected'",
        *(person, error),
    )


async def due(db: Db, now: datetime, most: int, but: Sequence[UUID] = ()) -> list[UUID]:
    """Whose connection is to be looked at, those that wait longest first."""
    rows = await db.fetch(
        "SELECT user_id FROM notion_connections WHERE state = 'connected' AND due_at <= $1 AND user_id <> ALL ($3::uuid[])"
        " ORDER BY due_at, user_id LIMIT $2",
        *(now, most, list(but)),
    )
    return [row["user_id"] for row in rows]


async def rest(db: Db, user_id: UUID, until: datetime, error: str | None = None, *, tries: int = 0) -> None:
    """It is left alone until then."""
    await db.execute(
        "UPDATE notion_connections SET due_at = $2, error = $3, tries = $4 WHERE user_id = $1 AND state = 'connected'",
        *(user_id, until, error, tries),
    )


async def wake(db: Db, user_id: UUID) -> None:
    """It is looked at next; where Notion asked to be left alone, then."""
    await db.execute(
        "UPDATE notion_connections SET due_at = app.moment() WHERE user_id = $1 AND error IS NULL AND due_at > app.moment()",
        user_id,
    )


async def signal(db: Db, user_id: UUID) -> int:
    """A number that moves with rows of theirs that stand in no feed."""
    return int(await db.fetchval("SELECT head FROM notion_signals WHERE user_id = $1", user_id) or 0)


# Who goes to Notion to say yes


async def begin(  # noqa: PLR0917 - who, where, and until when
    db: Db, user_id: str, state_hash: str, browser_hash: str, now: datetime, until: datetime
) -> None:
    """Somebody goes there. What others began and is over is forgotten."""
    await db.execute("DELETE FROM notion_oauth_states WHERE expires_at <= $1", now)
    await db.execute(
        "INSERT INTO notion_oauth_states (state_hash, user_id, browser_hash, expires_at) VALUES ($1, $2, $3, $4)",
        *(state_hash, UUID(user_id), browser_hash, until),
    )


async def came_back(
    db: Db, state_hashes: Sequence[str], browser_hashes: Sequence[str], user_id: str | None, now: datetime
) -> str | None:
    """Who it was, once: in the browser in which they began, or signed in as whoever began."""
    found = await db.fetchrow(
        "DELETE FROM notion_oauth_states WHERE state_hash = ANY ($1::text[]) AND expires_at > $4"
        " AND (browser_hash = ANY ($2::text[]) OR user_id = $3::text::uuid) RETURNING user_id",
        *(list(state_hashes), list(browser_hashes), user_id, now),
    )
    return str(found["user_id"]) if found else None
