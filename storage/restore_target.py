"""The database that a backup comes into: is it empty, who is there, and the mark that says that a restore is under way.

The mark is a schema of its own, made before anything comes in and dropped when all is done: as long as it is there nothing serves
this database, whatever was killed in between, and the same restore goes on where it was.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Literal

import asyncpg
import msgspec

MARK = "attuned_restoring"
Stage = Literal["begun", "filled", "loaded"]
"""`filled` once the dump is in, `loaded` once that was counted."""

UNDER_WAY = f"SELECT to_regnamespace('{MARK}') IS NOT NULL"


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """What is there. `things` counts tables and functions in the schemas that a backup fills; `logged_in` other sessions of the
    run-time logins; `backup_id` and `stage` are of a restore that did not end.
    """

    server: int
    now: datetime
    things: int
    foreign_auth: bool
    logged_in: int
    backup_id: str | None = None
    stage: Stage | None = None


@asynccontextmanager
async def administering(url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection of the administrator's of `url`, for one step."""
    connection = await asyncpg.connect(url, timeout=10)
    try:
        yield connection
    finally:
        await connection.close(timeout=10)


async def looked(url: str) -> Target:
    """As the administrator of `url`."""
    async with administering(url) as connection:
        row = await connection.fetchrow(
            "SELECT current_setting('server_version_num')::int / 10000 AS server, clock_timestamp() AS now,"
            " (SELECT count(*) FROM (SELECT oid, relnamespace AS n, 'pg_class'::regclass AS c FROM pg_class"
            " UNION ALL SELECT oid, pronamespace, 'pg_proc'::regclass FROM pg_proc) x JOIN pg_namespace s ON s.oid = x.n"
            " WHERE s.nspname IN ('public', 'app') AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = x.c"
            " AND d.objid = x.oid AND d.deptype = 'e')) AS things,"
            " EXISTS (SELECT FROM pg_namespace n JOIN pg_roles r ON r.oid = n.nspowner WHERE n.nspname = 'auth'"
            " AND r.rolname <> 'game_owner') AS foreign_auth,"
            " (SELECT count(*) FROM pg_stat_activity a JOIN pg_auth_members m ON m.member = a.usesysid"
            " JOIN pg_roles r ON r.oid = m.roleid WHERE a.datname = current_database()"
            " AND a.usename <> current_user AND r.rolname IN ('game_service', 'authenticated')) AS logged_in"
        )
        begun = None
        if await connection.fetchval(UNDER_WAY):
            begun = await connection.fetchrow(f"SELECT backup_id, stage FROM {MARK}.restore")
        return Target(**dict(row or {}), **dict(begun or {}))


async def begin(url: str, backup_id: str) -> None:
    """From now on nothing serves this database."""
    async with administering(url) as connection, connection.transaction():
        await connection.execute(
            f"CREATE SCHEMA IF NOT EXISTS {MARK};"
            f" CREATE TABLE IF NOT EXISTS {MARK}.restore (one boolean PRIMARY KEY DEFAULT true CHECK (one),"
            " backup_id text NOT NULL, began_at timestamptz NOT NULL DEFAULT clock_timestamp(), stage text NOT NULL)"
        )
        await connection.execute(
            f"INSERT INTO {MARK}.restore (backup_id, stage) VALUES ($1, 'begun')"
            " ON CONFLICT (one) DO UPDATE SET backup_id = $1, began_at = clock_timestamp(), stage = 'begun'",
            backup_id,
        )


FILLED = f"RESET ROLE;\nUPDATE {MARK}.restore SET stage = 'filled';"
"""Of the transaction that brings the dump in."""


async def loaded(url: str) -> None:
    """What came in was counted."""
    async with administering(url) as connection:
        await connection.execute(f"UPDATE {MARK}.restore SET stage = 'loaded'")


async def end(url: str, again: str) -> None:
    """It may be served again, as another database than was met before: `again` is its new name, and phones start over."""
    async with administering(url) as connection, connection.transaction():
        await connection.execute("SET LOCAL ROLE game_owner")
        await connection.execute("UPDATE public.database_lineage SET restored = $1", again)
        await connection.execute(
            "UPDATE public.sessions SET epoch = gen_random_uuid()::text WHERE status IN ('waiting', 'active')"
        )
        await _rest_notion(connection)
        await connection.execute("RESET ROLE")
        await connection.execute(f"DROP SCHEMA IF EXISTS {MARK} CASCADE")
        await _close(connection)


async def _rest_notion(connection: asyncpg.Connection) -> None:
    """Who let go of their Notion since the backup, or switched a kind off, did so: nothing flows until they connect again."""
    if await connection.fetchval("SELECT to_regclass('public.notion_connections')::oid"):
        await connection.execute(
            "UPDATE public.notion_connections SET state = 'broken', error = 'restored' WHERE state = 'connected'"
        )


async def _close(connection: asyncpg.Connection) -> None:
    """As `migrate up` does: it could not before, while the mark was there, which is not of game_owner. What stays open is told by
    the `migrate up` that comes after.
    """
    if await connection.fetchval("SELECT to_regprocedure('app.close_database()')::oid"):
        await connection.execute("SELECT app.close_database()")
