"""Pictures that people uploaded: a row each, and which places in the object store are to be empty.

The bytes lie in the store under `place`, sealed with the uploader's key. Before they are put there a note says that they are to
be deleted in a while; the row takes the note away, and the row's end leaves one again. Whatever dies in between, nothing stays.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

Db = asyncpg.Connection

CLAIMED_FOR = timedelta(minutes=2)
"""Longer than a few deletions take."""

LONGEST_PAUSE = timedelta(hours=1)


class File(msgspec.Struct, frozen=True, kw_only=True):
    """Where a picture lies, and what it is. `bytes` as they are once opened."""

    id: UUID
    user_id: UUID
    place: str
    key_id: str
    content_type: str
    bytes: int


class Lying(msgspec.Struct, frozen=True):
    """Where the bytes of a row are."""

    id: UUID
    place: str


class Attachable(msgspec.Struct, frozen=True):
    """A file of the caller's own that hangs on nothing yet."""

    id: UUID
    content_type: str
    bytes: int


# --- rows --------------------------------------------------------------------------------------------------------------


async def add(db: Db, values: dict[str, Any]) -> UUID:
    """The caller's new picture, whose bytes are in the store: its note goes with this."""
    made: UUID = await db.fetchval(
        "INSERT INTO files (user_id, place, key_id, content_type, bytes, width, height) VALUES ($1, $2, $3, $4, $5, $6, $7)"
        " RETURNING id",
        *(values[name] for name in ("user_id", "place", "key_id", "content_type", "bytes", "width", "height")),
    )
    return made


async def to_see(db: Db, file_id: UUID) -> File | None:
    """A picture, where the caller may see what it hangs on. Runs with their rights."""
    row = await db.fetchrow("SELECT * FROM app.file_to_see($1)", file_id)
    return File(**row) if row else None


async def attachable(db: Db, file_ids: Sequence[UUID]) -> list[Attachable]:
    """Those of the caller's own that hang on nothing yet, held, in the order asked for. The row that one is written into attaches
    it.
    """
    rows = await db.fetch(
        "SELECT id, content_type, bytes FROM files WHERE id = ANY ($1) AND user_id = app.uid() AND attached_at IS NULL"
        " AND withdrawn_at IS NULL ORDER BY id FOR UPDATE",
        list(file_ids),
    )
    found = {row["id"]: Attachable(**row) for row in rows}
    return [found[file_id] for file_id in file_ids if file_id in found]


async def withdraw(db: Db, file_id: UUID) -> bool:
    """The caller takes back a picture of theirs; what it hung on stays, without it. Was there one?"""
    return await db.fetchval("DELETE FROM files WHERE id = $1 AND user_id = app.uid() RETURNING true", file_id) or False


async def drop_unattached(db: Db, before: datetime, most: int) -> int:
    """Pictures that nobody attached to anything until then; how many. Raises nothing where one is attached meanwhile."""
    dropped: int = await db.fetchval(
        "WITH old AS (SELECT id FROM files WHERE attached_at IS NULL AND created_at < $1 ORDER BY created_at LIMIT $2),"
        " gone AS (DELETE FROM files f USING old WHERE f.id = old.id AND f.attached_at IS NULL RETURNING 1)"
        " SELECT count(*) FROM gone",
        *(before, most),
    )
    return dropped


async def lying(db: Db, after: str, most: int) -> list[Lying]:
    """Where bytes lie that belong to a row, in the order of the places, after that one."""
    rows = await db.fetch("SELECT id, place FROM files WHERE place > $1 ORDER BY place LIMIT $2", after, most)
    return [Lying(row["id"], row["place"]) for row in rows]


async def known(db: Db, places: Sequence[str], *, also_noted: bool) -> set[str]:
    """Which of these places a row has, or, with `also_noted`, are to be empty, now or later."""
    rows = await db.fetch(
        "SELECT place FROM files WHERE place = ANY ($1)"
        " UNION SELECT place FROM files_to_delete WHERE $2 AND place = ANY ($1)",
        *(list(places), also_noted),
    )
    return {row["place"] for row in rows}


async def is_named(db: Db, place: str) -> bool:
    """Does a row say that bytes lie there?"""
    found: bool = await db.fetchval("SELECT EXISTS (SELECT FROM files WHERE place = $1)", place)
    return found


# --- what is to be deleted in the store --------------------------------------------------------------------------------


async def note(db: Db, place: str, due: datetime, now: datetime) -> None:
    """Bytes are to be put there: deleted again when it is due, unless their row comes before."""
    await db.execute("INSERT INTO files_to_delete (place, due_at, created_at) VALUES ($1, $2, $3)", place, due, now)


async def keep_named(db: Db) -> None:
    """What a row names is not to be deleted: rows came back whose deletion had been noted."""
    await db.execute("DELETE FROM files_to_delete d USING files f WHERE f.place = d.place")


async def claim(db: Db, now: datetime, most: int) -> list[str]:
    """Places that are due, for CLAIMED_FOR nobody else's; each failure makes the next pause longer."""
    rows = await db.fetch(
        "UPDATE files_to_delete SET attempts = attempts + 1,"
        " due_at = $1 + least($3::interval * power(2, least(attempts, 10)), $4::interval)"
        " WHERE place IN (SELECT place FROM files_to_delete WHERE due_at <= $1 ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED)"
        " RETURNING place",
        *(now, most, CLAIMED_FOR, LONGEST_PAUSE),
    )
    return [row["place"] for row in rows]


async def deleted(db: Db, places: Sequence[str]) -> None:
    """There is nothing any more at these places."""
    await db.execute("DELETE FROM files_to_delete WHERE place = ANY ($1)", list(places))
