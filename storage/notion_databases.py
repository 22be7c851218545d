"""The databases of somebody's workspace: which kind is where, whether it flows, and how far it was read."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec

Db = asyncpg.Connection


class Database(msgspec.Struct, frozen=True):
    """That of one kind. `properties`: the ids of its properties there, which stay where people rename them; `mark`: up to which
    edit everything was looked at; `pulled_to`: where in the answers of a long reading; `whole_at`: when all of it was read last,
    `whole_from` since when that is being done; `looked`: what was said of changes here when all rows were looked at.
    """

    user_id: UUID
    kind: str
    flows: bool
    texts: bool
    database_id: str | None
    data_source_id: str | None
    properties: Mapping[str, str]
    mark: datetime | None
    pulled_to: str | None
    pull_at: datetime | None
    whole_from: datetime | None
    whole_at: datetime | None
    looked: str | None
    last_pull_at: datetime | None
    last_push_at: datetime | None
    error: str | None


_COLUMNS = ", ".join(Database.__struct_fields__)


async def of(db: Db, user_id: UUID | str) -> dict[str, Database]:
    """All of a person's, by kind."""
    rows = await db.fetch(f"SELECT {_COLUMNS} FROM notion_databases WHERE user_id = $1", UUID(str(user_id)))
    return {row["kind"]: Database(**row) for row in rows}


async def place(  # noqa: PLR0917 - whose it is, and where
    db: Db, user_id: UUID, kind: str, database_id: str, data_source_id: str, properties: Mapping[str, str]
) -> None:
    """It is there. Where it was elsewhere, everything is to be looked at again."""
    await db.execute(
        "INSERT INTO notion_databases AS d (user_id, kind, database_id, data_source_id, properties)"
        " VALUES ($1, $2, $3, $4, $5::jsonb)"
        " ON CONFLICT (user_id, kind) DO UPDATE SET database_id = $3, data_source_id = $4, properties = $5::jsonb, error = NULL,"
        " mark = CASE WHEN d.data_source_id = $4 THEN d.mark END, looked = CASE WHEN d.data_source_id = $4 THEN d.looked END,"
        " pulled_to = CASE WHEN d.data_source_id = $4 THEN d.pulled_to END",
        *(user_id, kind, database_id, data_source_id, dict(properties)),
    )


async def flow(db: Db, user_id: UUID, kind: str, *, flows: bool, texts: bool) -> None:
    """Its owner says whether it flows, with words or without. Where that changes everything is looked at again."""
    await db.execute(
        "INSERT INTO notion_databases AS d (user_id, kind, flows, texts) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT (user_id, kind) DO UPDATE SET flows = $3, texts = $4, looked = NULL, pull_at = NULL, error = NULL,"
        " mark = CASE WHEN d.texts = $4 THEN d.mark END, pulled_to = NULL",
        *(user_id, kind, flows, texts),
    )


async def pulled(db: Db, user_id: UUID, kind: str, mark: datetime | None, cursor: str | None) -> None:
    """Everything up to this edit was looked at; `cursor`: and the answers go on there."""
    await db.execute(
        "UPDATE notion_databases SET mark = greatest(mark, $3), pulled_to = $4 WHERE user_id = $1 AND kind = $2",
        *(user_id, kind, mark, cursor),
    )


async def pull_whole(db: Db, user_id: UUID, kind: str, now: datetime) -> None:
    """Everything in it is read from now on, from the beginning."""
    await db.execute(
        "UPDATE notion_databases SET whole_from = $3, pulled_to = NULL WHERE user_id = $1 AND kind = $2",
        user_id,
        kind,
        now,
    )


async def pulled_all(db: Db, user_id: UUID, kind: str, now: datetime, again: datetime) -> None:
    """There is nothing more to read just now."""
    await db.execute(
        "UPDATE notion_databases SET pulled_to = NULL, last_pull_at = $3, pull_at = $4, error = NULL,"
        " whole_at = coalesce(whole_from, whole_at), whole_from = NULL WHERE user_id = $1 AND kind = $2",
        *(user_id, kind, now, again),
    )


async def called(db: Db, user_id: UUID, kind: str, properties: Mapping[str, str]) -> None:
    """What its properties are called by ids now."""
    await db.execute(
        "UPDATE notion_databases SET properties = $3::jsonb WHERE user_id = $1 AND kind = $2",
        user_id,
        kind,
        dict(properties),
    )


async def pushed(db: Db, user_id: UUID, kind: str, now: datetime) -> None:
    """Something of it went out."""
    await db.execute(
        "UPDATE notion_databases SET last_push_at = $3 WHERE user_id = $1 AND kind = $2", user_id, kind, now
    )


async def looked(db: Db, user_id: UUID, kind: str, said: str) -> None:
    """All rows are as their pages are, of what was said when the look began."""
    await db.execute("UPDATE notion_databases SET looked = $3 WHERE user_id = $1 AND kind = $2", user_id, kind, said)


async def failed(db: Db, user_id: UUID, kind: str, error: str, again: datetime) -> None:
    """It cannot be read or written, with a code why."""
    await db.execute(
        "UPDATE notion_databases SET error = $3, pull_at = $4, pulled_to = NULL, whole_from = NULL"
        " WHERE user_id = $1 AND kind = $2",
        *(user_id, kind, error, again),
    )


async def look_again(db: Db, place: str, by: str | None) -> list[UUID]:
    """Somebody says that there is something new in this database: whose it is, but not whose bot that was."""
    return await _look_again(db, "(d.data_source_id = $1 OR d.database_id = $1)", place, by)


async def look_again_in(db: Db, workspace_id: str, by: str | None) -> list[UUID]:
    """The same of anything in a workspace."""
    return await _look_again(db, "c.workspace_id = $1", workspace_id, by)


async def _look_again(db: Db, where: str, place: str, by: str | None) -> list[UUID]:
    rows = await db.fetch(
        "UPDATE notion_databases d SET pull_at = NULL FROM notion_connections c WHERE c.user_id = d.user_id AND d.flows"
        f" AND d.error IS NULL AND c.bot_id IS DISTINCT FROM $2 AND {where} RETURNING d.user_id",
        *(place, by),
    )
    return [row["user_id"] for row in rows]
