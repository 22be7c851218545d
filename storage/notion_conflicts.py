"""What stands in a page and is not taken over: sealed with its person's key, until they say what is to be."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from storage.bond_places import Place

Db = asyncpg.Connection


class Conflict(msgspec.Struct, frozen=True):
    """One, of one page. `page` is its row in notion_pages, `theirs` an envelope of {field: value}."""

    id: UUID
    user_id: UUID
    page: UUID
    kind: str
    fields: tuple[str, ...]
    theirs: dict[str, Any]
    reason: str
    created_at: datetime
    updated_at: datetime
    version: int


LARGEST = 2_000_000
"""Bytes of an envelope; the table takes a little more, as it writes it."""

_COLUMNS = ", ".join(Conflict.__struct_fields__)


def _of(row: Any) -> Conflict:
    return Conflict(**{**dict(row), "fields": tuple(row["fields"])})


async def keep(db: Db, page: UUID, fields: Sequence[str], theirs: Any, reason: str) -> None:
    """That of a page from now on; the one before is over."""
    await db.execute(
        "INSERT INTO notion_conflicts AS c (user_id, page, kind, fields, theirs, reason)"
        " SELECT user_id, id, kind, $2, $3::jsonb, $4 FROM notion_pages WHERE id = $1"
        " ON CONFLICT (page) DO UPDATE SET fields = $2, theirs = $3::jsonb, reason = $4",
        *(page, list(fields), theirs, reason),
    )


async def settle(db: Db, page: UUID) -> None:
    """There is none any more."""
    await db.execute("DELETE FROM notion_conflicts WHERE page = $1", page)


async def of_page(db: Db, page: UUID) -> Conflict | None:
    """That of a page: for the server itself."""
    row = await db.fetchrow(f"SELECT {_COLUMNS} FROM notion_conflicts WHERE page = $1", page)
    return _of(row) if row else None


async def find(db: Db, conflict_id: UUID) -> Conflict | None:
    """One of the caller's own."""
    row = await db.fetchrow(
        f"SELECT {_COLUMNS} FROM notion_conflicts WHERE id = $1 AND user_id = (SELECT app.uid())", conflict_id
    )
    return _of(row) if row else None


async def listed(db: Db, *, kind: str | None, after: Place | None, limit: int) -> list[Conflict]:
    """The caller's own, newest first."""
    rows = await db.fetch(
        f"SELECT {_COLUMNS} FROM notion_conflicts WHERE user_id = (SELECT app.uid()) AND ($1::text IS NULL OR kind = $1)"
        " AND ($2::timestamptz IS NULL OR (created_at, id) < ($2, $3::uuid)) ORDER BY created_at DESC, id DESC LIMIT $4",
        *(kind, after.at if after else None, after.id if after else None, limit),
    )
    return [_of(row) for row in rows]
