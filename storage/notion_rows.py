"""What of the bonds' tables somebody's Notion is to show: read with their own rights, so that row security says which rows.

Whether a row changed since its page was written is asked of a marker: its version, and what else of it may change for its person.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from storage.notion_pages import Page

Db = asyncpg.Connection


class Source(msgspec.Struct, frozen=True):
    """Which rows of a table, and how they say that they changed; `t` is the row."""

    table: str
    rows: str = "true"
    marker: str = "t.version::text"


_RATED = (
    "t.version || ':' || coalesce((SELECT r.version FROM boundary_ratings r"
    " WHERE r.boundary_id = t.id AND r.user_id = (SELECT app.uid())), 0)"
)
_DRAWN = "t.version || ':' || coalesce((SELECT k.version FROM kinksters k WHERE k.id = t.kinkster_id), 0)"
_MINE = "t.user_id = (SELECT app.uid())"

SOURCES: dict[str, Source] = {
    "tasks": Source("tasks"),
    "rules": Source("rules"),
    "journal": Source("journal_entries", _MINE),
    "calendar": Source("calendar_events"),
    "contracts": Source("contracts"),
    "image_generations": Source("image_generations", _MINE, _DRAWN),
    "kinksters": Source("kinksters", _MINE),
    "kinksters_community": Source("kinksters", f"{_MINE} AND t.is_public"),
    "boundaries": Source("boundaries", "t.archived_at IS NULL", _RATED),
    "rewards": Source("rewards"),
    "points_ledger": Source("points_ledger"),
    "scenes": Source("scenes"),
    "resources": Source("resources", _MINE),
    "check_ins": Source("check_ins", _MINE),
    "messages": Source("messages", "t.bond_id IS NOT NULL"),
}
"""By kind; what is counted of facts has no rows. Of what is people's own only one's own: another's is theirs to let out."""


class Marked(msgspec.Struct, frozen=True):
    """A row that its page does not show as it is, and how it is marked now."""

    id: UUID
    marker: str


class Progress(msgspec.Struct, frozen=True):
    """How many rows there are, and how many their pages show as they are."""

    in_all: int
    done: int


_OPEN = (
    "(p.id IS NULL OR p.due_at <= $2 AND (p.state <> 'archived' OR p.error = 'row_gone')"
    " AND (p.pushed IS DISTINCT FROM {marker} OR p.state = 'pending'))"
)


def _from(kind: str) -> tuple[str, str]:
    source = SOURCES[kind]
    # OFFSET 0: each row's page is looked up by all of the index, and not among all pages of the kind.
    joined = (
        f"FROM {source.table} t LEFT JOIN LATERAL (SELECT * FROM notion_pages p WHERE p.user_id = (SELECT app.uid())"
        f" AND p.kind = $1 AND p.entity_id = t.id OFFSET 0) p ON true WHERE ({source.rows})"
    )
    return source.marker, joined


async def changed(db: Db, kind: str, now: datetime, most: int) -> list[Marked]:
    """Rows of the caller's to be looked at beside their pages, the oldest first."""
    marker, joined = _from(kind)
    await _plan_anew(db)
    rows = await db.fetch(
        f"SELECT t.id, {marker} AS marker {joined} AND {_OPEN.format(marker=marker)} ORDER BY t.created_at, t.id LIMIT $3",
        *(kind, now, most),
    )
    return [Marked(**row) for row in rows]


async def marked(db: Db, kind: str, row_ids: Sequence[UUID]) -> dict[UUID, str]:
    """How those of these rows that the caller sees are marked now."""
    source = SOURCES[kind]
    rows = await db.fetch(
        f"SELECT t.id, {source.marker} AS marker FROM {source.table} t WHERE t.id = ANY ($1) AND ({source.rows})",
        list(row_ids),
    )
    return {row["id"]: row["marker"] for row in rows}


async def gone(db: Db, kind: str, now: datetime, most: int) -> list[UUID]:
    """Pages of rows that the caller does not see any more."""
    source = SOURCES[kind]
    rows = await db.fetch(
        "SELECT p.id FROM notion_pages p WHERE p.user_id = (SELECT app.uid()) AND p.kind = $1 AND p.entity_id IS NOT NULL"
        " AND p.state NOT IN ('archived', 'failed') AND p.due_at <= $2"
        f" AND NOT EXISTS (SELECT FROM {source.table} t WHERE t.id = p.entity_id AND ({source.rows}))"
        " ORDER BY p.id LIMIT $3",
        *(kind, now, most),
    )
    return [row["id"] for row in rows]


async def progress(db: Db, kind: str) -> Progress:
    """How far it is."""
    marker, joined = _from(kind)
    await _plan_anew(db)
    row = await db.fetchrow(
        f"SELECT count(*) AS in_all, count(*) FILTER (WHERE p.pushed = {marker} OR p.state = 'archived') AS done {joined}",
        kind,
    )
    return Progress(**dict(row)) if row else Progress(0, 0)


async def heads(db: Db) -> str:
    """What moves with every shared row that the caller may see, with their bonds and their people."""
    found: str | None = await db.fetchval(
        "SELECT md5(string_agg(b.id || ':' || b.head, ',' ORDER BY b.id)) FROM bonds b"
    )
    return found or ""


async def pages(db: Db, kind: str, row_ids: Sequence[UUID]) -> dict[UUID, Page]:
    """The pages of these rows of the caller's."""
    names = ", ".join(Page.__struct_fields__)
    rows = await db.fetch(
        f"SELECT {names} FROM notion_pages WHERE user_id = (SELECT app.uid()) AND kind = $1 AND entity_id = ANY ($2)",
        *(kind, list(row_ids)),
    )
    return {row["entity_id"]: Page(**row) for row in rows}


async def pictures(db: Db, row_ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """Pictures of the caller's, with whose face they may be: names and prompts as envelopes."""
    rows = await db.fetch(
        "SELECT g.id, g.kinkster_id, g.status::text, g.subject, g.style, g.prompt, g.file_id, g.finished_at, g.created_at,"
        " g.version, g.user_id, k.name AS kinkster_name,"
        " g.file_id IS NOT NULL AND k.avatar_urls[1] = '/api/files/' || g.file_id AS chosen"
        " FROM image_generations g LEFT JOIN kinksters k ON k.id = g.kinkster_id"
        " WHERE g.id = ANY ($1) AND g.user_id = (SELECT app.uid())",
        list(row_ids),
    )
    return [dict(row) for row in rows]


async def characters(db: Db, columns: str, row_ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """Characters of the caller's."""
    rows = await db.fetch(
        f"SELECT {columns} FROM kinksters WHERE id = ANY ($1) AND {_MINE.replace('t.', '')}", list(row_ids)
    )
    return [dict(row) for row in rows]


class Owner(msgspec.Struct, frozen=True):
    """Whoever's Notion it is, as far as their commands need to know."""

    id: UUID
    adult: bool
    display_name: str | None
    profile_completed: bool
    time_zone: str | None


async def owner(db: Db, user_id: UUID) -> Owner | None:
    """The service asks; None for who is erased."""
    row = await db.fetchrow(
        "SELECT id, adult_confirmed_at IS NOT NULL AS adult, display_name, profile_completed, time_zone FROM users"
        " WHERE id = $1",
        user_id,
    )
    return Owner(**row) if row else None


async def people(db: Db) -> dict[str, str]:
    """Everybody whom the caller's bonds show, themselves too, and what they are called."""
    rows = await db.fetch("SELECT p.user_id::text AS id, p.display_name AS name FROM bonds b, app.bond_people(b.id) p")
    return {row["id"]: row["name"] or "" for row in rows}


async def bonds(db: Db) -> dict[UUID, dict[str, Any]]:
    """What the caller's bonds are called, as envelopes."""
    return {row["id"]: row["name"] for row in await db.fetch("SELECT id, name FROM bonds")}


async def _plan_anew(db: Db) -> None:
    """A plan that was made while there was no page reads all of them for each row, once there are thousands."""
    await db.execute("SET LOCAL plan_cache_mode = force_custom_plan")
