"""Runs through one kind that somebody asked for, and how far they are."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import asyncpg
import msgspec

Db = asyncpg.Connection
State = Literal["waiting", "running", "done", "failed"]


class Run(msgspec.Struct, frozen=True):
    """One. `rows_done` of `rows_in_all` rows are as their pages are; `pushed` and `pulled` were changed."""

    id: UUID
    user_id: UUID
    kind: str
    state: State
    rows_in_all: int | None
    rows_done: int
    pages_seen: int
    pushed: int
    pulled: int
    error: str | None
    finished_at: datetime | None
    created_at: datetime
    updated_at: datetime
    version: int


_COLUMNS = ", ".join(Run.__struct_fields__)


async def ask(db: Db, user_id: UUID, kind: str) -> UUID:
    """The run that is open of this kind, a new one where none is."""
    made = await db.fetchval(
        "INSERT INTO notion_runs (user_id, kind) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING id", user_id, kind
    )
    found: UUID = made or await db.fetchval(
        "SELECT id FROM notion_runs WHERE user_id = $1 AND kind = $2 AND state IN ('waiting', 'running')", user_id, kind
    )
    return found


async def find(db: Db, run_id: UUID) -> Run | None:
    """One of the caller's own."""
    row = await db.fetchrow(
        f"SELECT {_COLUMNS} FROM notion_runs WHERE id = $1 AND user_id = (SELECT app.uid())", run_id
    )
    return Run(**row) if row else None


async def newest(db: Db, user_id: UUID) -> dict[str, Run]:
    """The newest of each kind."""
    rows = await db.fetch(
        f"SELECT DISTINCT ON (kind) {_COLUMNS} FROM notion_runs WHERE user_id = $1 ORDER BY kind, created_at DESC",
        user_id,
    )
    return {row["kind"]: Run(**row) for row in rows}


async def open_of(db: Db, user_id: UUID, kind: str) -> Run | None:
    """The one that is open."""
    row = await db.fetchrow(
        f"SELECT {_COLUMNS} FROM notion_runs WHERE user_id = $1 AND kind = $2 AND state IN ('waiting', 'running')",
        *(user_id, kind),
    )
    return Run(**row) if row else None


async def progress(db: Db, user_id: UUID, kind: str, in_all: int, done: int) -> None:
    """How far the open one is, where that is another than before."""
    await db.execute(
        "UPDATE notion_runs SET state = 'running', rows_in_all = $3, rows_done = $4 WHERE user_id = $1 AND kind = $2"
        " AND (state = 'waiting' OR state = 'running' AND (rows_in_all, rows_done) IS DISTINCT FROM ($3, $4))",
        *(user_id, kind, in_all, done),
    )


async def count(db: Db, user_id: UUID, kind: str, *, seen: int = 0, pushed: int = 0, pulled: int = 0) -> None:
    """So many more of the open one."""
    await db.execute(
        "UPDATE notion_runs SET pages_seen = pages_seen + $3, pushed = pushed + $4, pulled = pulled + $5"
        " WHERE user_id = $1 AND kind = $2 AND state IN ('waiting', 'running')",
        *(user_id, kind, seen, pushed, pulled),
    )


async def end(db: Db, user_id: UUID, kind: str | None, now: datetime, error: str | None = None) -> None:
    """The open one has ended, of all kinds where none is named."""
    await db.execute(
        "UPDATE notion_runs SET state = CASE WHEN $4::text IS NULL THEN 'done' ELSE 'failed' END, error = $4, finished_at = $3"
        " WHERE user_id = $1 AND ($2::text IS NULL OR kind = $2) AND state IN ('waiting', 'running')",
        *(user_id, kind, now, error),
    )


async def forget_before(db: Db, moment: datetime) -> None:
    """Those that ended before."""
    await db.execute("DELETE FROM notion_runs WHERE finished_at < $1", moment)
