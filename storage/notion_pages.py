"""Which page of somebody's workspace is which row, and how far both are: read and written by the service."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import asyncpg
import msgspec

from storage.bond_places import Place

Db = asyncpg.Connection
State = Literal["pending", "synced", "conflict", "failed", "archived"]


class Page(msgspec.Struct, frozen=True):
    """One of them. `base`: a keyed hash by field of what was the same on both sides last; `refused`: of Notion's value that was
    refused here; `pushed`: which version of the row its page has.
    """

    id: UUID
    user_id: UUID
    kind: str
    entity_id: UUID | None
    page_id: str | None
    state: State
    base: Mapping[str, str]
    refused: Mapping[str, str]
    pushed: str | None
    edited_at: datetime | None
    seen_at: datetime | None
    look: bool
    tries: int
    due_at: datetime
    error: str | None
    created_at: datetime


class Counts(msgspec.Struct, frozen=True):
    """Of one kind, by state."""

    synced: int = 0
    pending: int = 0
    conflict: int = 0
    failed: int = 0
    archived: int = 0


_COLUMNS = ", ".join(Page.__struct_fields__)


async def of_pages(db: Db, user_id: UUID, page_ids: Sequence[str]) -> dict[str, Page]:
    """What is known of these pages."""
    rows = await db.fetch(
        f"SELECT {_COLUMNS} FROM notion_pages WHERE user_id = $1 AND page_id = ANY ($2::text[])",
        user_id,
        list(page_ids),
    )
    return {row["page_id"]: Page(**row) for row in rows}


async def of_entities(db: Db, user_id: UUID, kind: str, entity_ids: Sequence[UUID]) -> dict[UUID, Page]:
    """The pages of these rows."""
    rows = await db.fetch(
        f"SELECT {_COLUMNS} FROM notion_pages WHERE user_id = $1 AND kind = $2 AND entity_id = ANY ($3)",
        *(user_id, kind, list(entity_ids)),
    )
    return {row["entity_id"]: Page(**row) for row in rows}


async def find(db: Db, page: UUID) -> Page | None:
    """One by its own id."""
    row = await db.fetchrow(f"SELECT {_COLUMNS} FROM notion_pages WHERE id = $1", page)
    return Page(**row) if row else None


async def begin(db: Db, user_id: UUID, kind: str, entity_id: UUID | None, page_id: str | None) -> Page | None:
    """A new one, of a row that is to have a page or of a page that may be a row; None where another has it meanwhile."""
    row = await db.fetchrow(
        "INSERT INTO notion_pages (user_id, kind, entity_id, page_id) SELECT user_id, kind, $3, $4 FROM notion_databases"
        f" WHERE user_id = $1 AND kind = $2 ON CONFLICT DO NOTHING RETURNING {_COLUMNS}",
        *(user_id, kind, entity_id, page_id),
    )
    return Page(**row) if row else None


async def change(db: Db, page: UUID, **values: Any) -> bool:
    """These columns of one. False where it is gone."""
    names = ", ".join(f"{name} = ${place}{_CASTS.get(name, '')}" for place, name in enumerate(values, 2))
    return bool(
        await db.fetchval(f"UPDATE notion_pages SET {names} WHERE id = $1 RETURNING true", page, *values.values())
    )


_CASTS = {"base": "::jsonb", "refused": "::jsonb"}


async def remove(db: Db, page: UUID) -> None:
    """It is known no more."""
    await db.execute("DELETE FROM notion_pages WHERE id = $1", page)


async def to_look_at(db: Db, user_id: UUID, kind: str, now: datetime, most: int) -> list[Page]:
    """Pages that somebody said changed, and those whose trouble may be over."""
    rows = await db.fetch(
        f"SELECT {_COLUMNS} FROM notion_pages WHERE user_id = $1 AND kind = $2 AND due_at <= $3 AND page_id IS NOT NULL"
        " AND (look OR (state = 'pending' AND entity_id IS NULL)) ORDER BY due_at, id LIMIT $4",
        *(user_id, kind, now, most),
    )
    return [Page(**row) for row in rows]


async def has_due(db: Db, user_id: UUID, kind: str, now: datetime) -> bool:
    """Is there one whose time has come, whatever its row says?"""
    return bool(
        await db.fetchval(
            "SELECT EXISTS (SELECT FROM notion_pages WHERE user_id = $1 AND kind = $2 AND due_at <= $3"
            " AND (state = 'pending' OR look))",
            *(user_id, kind, now),
        )
    )


async def seen(db: Db, user_id: UUID, page_ids: Sequence[str], now: datetime) -> None:
    """These pages are there."""
    await db.execute(
        "UPDATE notion_pages SET seen_at = $3 WHERE user_id = $1 AND page_id = ANY ($2::text[])",
        *(user_id, list(page_ids), now),
    )


async def look_for_unseen(db: Db, user_id: UUID, kind: str, since: datetime) -> None:
    """Pages that were not among all that are there: somebody has to look where they are."""
    await db.execute(
        "UPDATE notion_pages SET look = true, due_at = app.moment() WHERE user_id = $1 AND kind = $2 AND page_id IS NOT NULL"
        " AND state <> 'archived' AND coalesce(seen_at, '-infinity') < $3 AND created_at < $3",
        *(user_id, kind, since),
    )


async def forget_agreed(db: Db, user_id: UUID, kind: str, keys: Sequence[str]) -> None:
    """Of these properties nothing was agreed on: they are other ones now."""
    await db.execute(
        "UPDATE notion_pages SET base = base - $3::text[], pushed = NULL WHERE user_id = $1 AND kind = $2",
        *(user_id, kind, list(keys)),
    )


async def look(db: Db, page_id: str, by: str | None, now: datetime) -> list[UUID]:
    """Somebody says that this page changed: whose it is, but not whose bot that was."""
    rows = await db.fetch(
        "UPDATE notion_pages p SET look = true, due_at = least(p.due_at, $3) FROM notion_connections c"
        " WHERE c.user_id = p.user_id AND p.page_id = $1 AND c.bot_id IS DISTINCT FROM $2 RETURNING p.user_id",
        *(page_id, by, now),
    )
    return [row["user_id"] for row in rows]


async def try_again(db: Db, user_id: UUID, kind: str) -> None:
    """What failed, and what was refused, is tried once more; but what another wrote is not the owner's by that."""
    await db.execute(
        "UPDATE notion_pages SET state = 'pending', tries = 0, pushed = NULL, look = page_id IS NOT NULL,"
        " refused = (SELECT coalesce(jsonb_object_agg(key, value), '{}') FROM jsonb_each_text(refused)"
        " WHERE value LIKE 'edited_by_another %'),"
        " due_at = app.moment() WHERE user_id = $1 AND kind = $2 AND state = 'failed'",
        *(user_id, kind),
    )


async def push_again(db: Db, user_id: UUID, kind: str) -> None:
    """Every row of it is to be compared with its page."""
    await db.execute("UPDATE notion_pages SET pushed = NULL WHERE user_id = $1 AND kind = $2", user_id, kind)


async def counted(db: Db, user_id: UUID) -> dict[str, Counts]:
    """How many of each kind are how."""
    rows = await db.fetch(
        "SELECT kind, state, count(*) FROM notion_pages WHERE user_id = $1 GROUP BY kind, state", user_id
    )
    found: dict[str, dict[str, int]] = {}
    for row in rows:
        found.setdefault(row["kind"], {})[row["state"]] = row["count"]
    return {kind: Counts(**counts) for kind, counts in found.items()}


async def listed(db: Db, *, kind: str | None, state: str | None, after: Place | None, limit: int) -> list[Page]:
    """The caller's own, newest first."""
    rows = await db.fetch(
        f"SELECT {_COLUMNS} FROM notion_pages WHERE user_id = (SELECT app.uid()) AND ($1::text IS NULL OR kind = $1)"
        " AND ($2::text IS NULL OR state = $2) AND ($3::timestamptz IS NULL OR (created_at, id) < ($3, $4::uuid))"
        " ORDER BY created_at DESC, id DESC LIMIT $5",
        *(kind, state, after.at if after else None, after.id if after else None, limit),
    )
    return [Page(**row) for row in rows]
