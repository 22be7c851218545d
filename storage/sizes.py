"""How large a database is and how it is used: its tables, what in them is dead, its connections and the oldest transaction."""

import asyncpg
import msgspec

EXACT_BELOW = 8 * 1024 * 1024
"""Bytes of a table that are counted through; of larger ones PostgreSQL's estimate is told."""

WITHIN_S = 20


class Size(msgspec.Struct, frozen=True, kw_only=True):
    """A table: its rows (`estimated`: about so many), bytes of the rows themselves, of its indexes and of what is kept aside
    (TOAST); `dead`: rows that are gone and still take room.
    """

    name: str
    rows: int
    estimated: bool
    bytes: int
    index_bytes: int
    toast_bytes: int
    dead: int


class Use(msgspec.Struct, frozen=True, kw_only=True):
    """The database and its server: bytes in all; connections of everybody, and how many there may be; for how long the oldest
    transaction here has been open; rows that are gone and still take room, in all; whether it is a replica.
    """

    bytes: int
    connections: int
    most_connections: int
    oldest_transaction_s: float
    dead: int
    replica: bool


class Backup(msgspec.Struct, frozen=True, kw_only=True):
    """The last one that was done, and the last try, whatever became of it; in seconds of the database's clock."""

    done_s_ago: float | None
    tried_s_ago: float | None
    outcome: str | None
    bytes: int | None
    objects: int | None
    place: str | None


class Sync(msgspec.Struct, frozen=True, kw_only=True):
    """Notion: how many people have it connected, and of how many that broke; pages that wait, failed, or are in conflict; when
    something was brought last, either way, in seconds.
    """

    connected: int
    broken: int
    waiting: int
    failed: int
    conflicts: int
    last_s_ago: float | None


async def tables(connection: asyncpg.Connection) -> list[Size]:
    """Every table of ours, the largest first. Counted with the rights of their owner, where this login has them."""
    rows = await connection.fetch(_TABLES)
    small = [row["name"] for row in rows if row["bytes"] < EXACT_BELOW]
    counted = await _counted(connection, small)
    return [
        Size(
            name=row["name"],
            rows=counted.get(row["name"], row["estimate"]),
            estimated=row["name"] not in counted,
            bytes=row["bytes"],
            index_bytes=row["index_bytes"],
            toast_bytes=row["toast_bytes"],
            dead=row["dead"],
        )
        for row in rows
    ]


async def use(connection: asyncpg.Connection) -> Use:
    """As it is now."""
    row = await connection.fetchrow(_USE)
    return msgspec.convert(dict(row or {}), Use)


async def backup(connection: asyncpg.Connection) -> Backup | None:
    """None where backups are not known to this database."""
    if not await _is_there(connection, "backups"):
        return None
    row = await connection.fetchrow(_BACKUP)
    return Backup(**dict(row or {}))


async def sync(connection: asyncpg.Connection) -> Sync | None:
    """None where Notion is not known to this database."""
    for table in ("notion_connections", "notion_pages", "notion_databases"):
        if not await _is_there(connection, table):
            return None
    row = await connection.fetchrow(_SYNC)
    return Sync(**dict(row or {}))


async def _is_there(connection: asyncpg.Connection, table: str) -> bool:
    return await connection.fetchval("SELECT to_regclass($1) IS NOT NULL", f"public.{table}") or False


async def _counted(connection: asyncpg.Connection, names: list[str]) -> dict[str, int]:
    """None at all where this login may not read as their owner: row security would count what it may see."""
    if not names or not await connection.fetchval("SELECT pg_has_role(current_user, 'game_owner', 'MEMBER')"):
        return {}
    queries = (f"SELECT '{name}' AS name, count(*) AS rows FROM public.\"{name}\"" for name in names)
    try:
        async with connection.transaction(readonly=True):
            await connection.execute(f"SET LOCAL ROLE game_owner; SET LOCAL statement_timeout = '{WITHIN_S}s'")
            return {row["name"]: row["rows"] for row in await connection.fetch(" UNION ALL ".join(queries))}
    except (asyncpg.QueryCanceledError, asyncpg.InsufficientPrivilegeError):
        return {}


_TABLES = """
SELECT c.relname AS name, greatest(c.reltuples::bigint, coalesce(s.n_live_tup, 0), 0) AS estimate,
    pg_table_size(c.oid) - coalesce(pg_total_relation_size(c.reltoastrelid), 0) AS bytes, pg_indexes_size(c.oid) AS index_bytes,
    coalesce(pg_total_relation_size(c.reltoastrelid), 0) AS toast_bytes, coalesce(s.n_dead_tup, 0) AS dead
FROM pg_class c LEFT JOIN pg_stat_user_tables s ON s.relid = c.oid
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
ORDER BY pg_total_relation_size(c.oid) DESC, 1
"""

_USE = """
SELECT pg_database_size(current_database()) AS bytes,
    (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend') AS connections,
    current_setting('max_connections')::integer AS most_connections,
    coalesce((SELECT extract(epoch FROM max(clock_timestamp() - a.xact_start)) FROM pg_stat_activity a
        WHERE a.datname = current_database() AND a.backend_type = 'client backend' AND a.pid <> pg_backend_pid()), 0)::float8
        AS oldest_transaction_s,
    coalesce((SELECT sum(n_dead_tup) FROM pg_stat_user_tables), 0)::bigint AS dead,
    pg_is_in_recovery() AS replica
"""

_BACKUP = """
SELECT extract(epoch FROM clock_timestamp() - done.finished_at)::float8 AS done_s_ago,
    extract(epoch FROM clock_timestamp() - tried.started_at)::float8 AS tried_s_ago,
    tried.outcome, done.bytes, done.objects, done.place_name AS place
FROM (VALUES (1)) one (row)
LEFT JOIN (SELECT * FROM backups WHERE outcome = 'done' ORDER BY finished_at DESC LIMIT 1) done ON true
LEFT JOIN (SELECT * FROM backups ORDER BY started_at DESC LIMIT 1) tried ON true
"""

_SYNC = """
SELECT (SELECT count(*) FROM notion_connections) AS connected,
    (SELECT count(*) FROM notion_connections WHERE state = 'broken') AS broken,
    (SELECT count(*) FROM notion_pages WHERE state = 'pending') AS waiting,
    (SELECT count(*) FROM notion_pages WHERE state = 'failed') AS failed,
    (SELECT count(*) FROM notion_pages WHERE state = 'conflict') AS conflicts,
    (SELECT extract(epoch FROM clock_timestamp() - max(greatest(last_pull_at, last_push_at))) FROM notion_databases)::float8
        AS last_s_ago
"""
