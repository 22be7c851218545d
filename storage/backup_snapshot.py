"""The database at one moment, for a backup: what pg_dump, the counts and the list of objects all see."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

import asyncpg
import msgspec

from storage import poolers, urls

OURS = ("public", "app")
AT_ONCE = 1_000


class NotOurs(Exception):
    """There is nothing of a game in this database, or this administrator may not hold it still; the message says so."""


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be known of it. `name` is what pg_dump is told; `as_owner` is who it must be where row-level security binds this
    administrator; `left_out` are schemas that are somebody else's.
    """

    name: str
    taken_at: datetime
    database: str
    database_bytes: int
    server: int
    lineage: str
    key_store: str | None
    schema: dict[int, str]
    rows: dict[str, int]
    left_out: list[str]
    as_owner: bool


class Held:
    """A snapshot that stays as long as this is open."""

    def __init__(self, connection: asyncpg.Connection, snapshot: Snapshot) -> None:
        self._connection = connection
        self.snapshot = snapshot

    async def places(self) -> AsyncIterator[str]:
        """Where bytes lie in the object store that belong to a row, in order."""
        last = ""
        while rows := await self._connection.fetch(
            "SELECT place FROM public.files WHERE place > $1 ORDER BY place LIMIT $2", last, AT_ONCE
        ):
            for row in rows:
                yield row["place"]
            last = rows[-1]["place"]


@asynccontextmanager
async def held(url: str) -> AsyncIterator[Held]:
    """As the administrator of `url`. Raises NotOurs, asyncpg errors, OSError."""
    connection = await asyncpg.connect(url, timeout=10, server_settings={"application_name": "attuned backup"})
    try:
        await poolers.refuse_shared(url, connection)
        await connection.execute(
            "SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; SET search_path = pg_catalog"
        )
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            yield Held(connection, await _taken(connection))
    except asyncpg.InsufficientPrivilegeError as error:
        if "pg_export_snapshot" not in str(error):
            raise
        raise NotOurs(
            "The login in DATABASE_URL may not hold the database still for a backup. Have a superuser run in this database:"
            f' GRANT EXECUTE ON FUNCTION pg_catalog.pg_export_snapshot() TO "{urls.user_of(url)}";'
        ) from error
    finally:
        await connection.close(timeout=10)


async def _taken(connection: asyncpg.Connection) -> Snapshot:
    facts = await connection.fetchrow(
        "SELECT pg_export_snapshot() AS name, clock_timestamp() AS taken_at, current_database() AS database,"
        " pg_database_size(current_database()) AS bytes, current_setting('server_version_num')::int AS server,"
        " to_regclass('public.schema_migrations')::oid AS migrated, to_regclass('public.files')::oid AS files,"
        " NOT (SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user) AS as_owner"
    )
    if facts is None or not facts["migrated"] or not facts["files"]:
        raise NotOurs("There is nothing to back up in this database: no `game-server migrate up` was run here.")
    left_out = await connection.fetch(
        "SELECT nspname FROM pg_namespace n JOIN pg_roles r ON r.oid = nspowner"
        " WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' AND nspname <> ALL ($1)"
        " AND NOT (nspname = 'auth' AND rolname = 'game_owner') ORDER BY 1",
        list(OURS),
    )
    if facts["as_owner"]:
        await connection.execute("SET LOCAL ROLE game_owner")
    schema = await connection.fetch("SELECT version, checksum FROM public.schema_migrations ORDER BY 1")
    return Snapshot(
        name=facts["name"],
        taken_at=facts["taken_at"],
        database=facts["database"],
        database_bytes=facts["bytes"],
        server=facts["server"],
        lineage=await connection.fetchval("SELECT lineage FROM public.database_lineage") or "",
        key_store=await connection.fetchval("SELECT store FROM public.key_store"),
        schema={row["version"]: row["checksum"] for row in schema},
        rows=await counted(connection),
        left_out=[row["nspname"] for row in left_out],
        as_owner=facts["as_owner"],
    )


async def counted(connection: asyncpg.Connection) -> dict[str, int]:
    """How many rows each table of the owner has, by name."""
    tables = await connection.fetch(
        "SELECT c.relname AS name, format('SELECT count(*) FROM %I.%I', n.nspname, c.relname) AS counting FROM pg_class c"
        " JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_roles r ON r.oid = c.relowner"
        " WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND r.rolname = 'game_owner' ORDER BY 1"
    )
    return {table["name"]: await connection.fetchval(table["counting"]) for table in tables}
