"""Brings a database to the schema in `migrations/`: plain SQL files, one transaction each, recorded with their checksum.

Only one runner works on a database at a time. It polls for its lock instead of waiting in PostgreSQL, because a waiting
runner would hold a snapshot that an index being built concurrently waits for.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Literal

import asyncpg
import msgspec
from asyncpg.pool import PoolConnectionProxy

from storage import poolers, restore_target, run_time_logins, squashed
from storage.migration_errors import (
    DatabaseFromTheFuture,
    ForeignRecords,
    MigrationChanged,
    MigrationFailed,
    MigrationsBusy,
    MigrationsSquashed,
    RestoreUnderWay,
    RolesRefused,
    SchemaBehind,
)
from storage.migration_files import AS_MEANT, LOCK, MIGRATIONS, Migration, load, record

logger = logging.getLogger(__name__)

TRIES = 5
"""How often a file is begun again that lost against what went on in the database at that moment."""
CONTACT_WITHIN_S = 10.0
"""So long a server may be silent at the first contact of whoever only asks; asyncpg itself waits for a minute."""
_LOST = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError, asyncpg.LockNotAvailableError)


class MigrationStatus(msgspec.Struct, frozen=True):
    """Where one file stands in one database."""

    version: int
    name: str
    state: Literal["applied", "pending", "changed"]
    applied_at: datetime | None


class Status(msgspec.Struct, frozen=True):
    """Every known file, and the versions the database has that this program does not know."""

    migrations: tuple[MigrationStatus, ...]
    unknown: tuple[int, ...]

    @property
    def at_head(self) -> bool:
        """Everything is applied, unchanged, and nothing more."""
        return not self.unknown and all(one.state == "applied" for one in self.migrations)


Standing = Literal["ok", "behind", "newer", "edited", "restoring"]
"""How a database's schema stands to this program."""

MEANING: Mapping[Standing, str] = {
    "behind": "The schema of this database is older than this program. Run `game-server migrate up`.",
    "newer": (
        "The schema of this database is newer than this program, and older programs may not run on it."
        " Start the program that it was made for."
    ),
    "edited": (
        "The schema of this database was not made by the migrations of this program: a file was edited after it had been"
        " applied. `game-server migrate status` names it."
    ),
    "restoring": str(RestoreUnderWay()),
}
"""For whoever runs the server."""


class _Applied(msgspec.Struct, frozen=True):
    checksum: str
    applied_at: datetime
    oldest_code: int | None = None


async def up(
    url: str,
    *,
    progress: Callable[[Migration], None] | None = None,
    lock_deadline: float = 60.0,
    folder: Path = MIGRATIONS,
    restoring: bool = False,
) -> list[Migration]:
    """Apply what is pending, as the administrator of `url`; returns what was applied, `progress` hears of each.

    `lock_deadline`: seconds to wait for another runner. `restoring`: this is part of a restore. Raises MigrationError.
    """
    known = load(folder)
    done = []
    async with _only_runner(url, lock_deadline) as connection:
        if not restoring and await connection.fetchval(restore_target.UNDER_WAY):
            raise RestoreUnderWay
        applied = await _applied(connection)
        if squashed.stage(_checksums(applied)) == "all":
            await squashed.adopt(connection, [(one.version, one.name, one.checksum) for one in _squashed(known)])
            logger.info("The records of migrations from before they were squashed were replaced")
            applied = await _applied(connection)
        _refuse_unknown_or_changed(known, applied)
        before = await run_time_logins.existing(connection)
        for migration in known:
            if migration.version not in applied:
                await _run(connection, migration, migration.sql, forward=True)
                if migration.version == 1:
                    await run_time_logins.note(connection, await run_time_logins.existing(connection) - before)
                done.append(migration)
                if progress:
                    progress(migration)
        if not restoring:  # the mark of a restore is somebody else's schema
            await _close(connection)
    return done


async def make_roles(url: str) -> None:
    """The roles and schemas that every file of ours expects, for a database whose tables come out of a backup. Raises
    RolesRefused.
    """
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(f"{AS_MEANT} SET client_min_messages = warning")
        before = await run_time_logins.existing(connection)
        try:
            async with connection.transaction():
                for part in filter(None, map(_roles_of, load())):
                    await connection.execute(part)
        except asyncpg.InsufficientPrivilegeError as refused:
            raise await _roles_refused(connection) from refused
        await run_time_logins.note(connection, await run_time_logins.existing(connection) - before)
    finally:
        await connection.close()


async def down(url: str, *, steps: int = 1, lock_deadline: float = 60.0, folder: Path = MIGRATIONS) -> list[Migration]:
    """Take back the last `steps` migrations, newest first; returns them. Raises MigrationError."""
    known = load(folder)
    async with _only_runner(url, lock_deadline) as connection:
        applied = await _applied(connection)
        _refuse_unknown_or_changed(known, applied)
        last = [migration for migration in reversed(known) if migration.version in applied][:steps]
        for migration in last:
            await _run(connection, migration, migration.rollback, forward=False)
    return last


async def status(url: str, *, folder: Path = MIGRATIONS) -> Status:
    """Where a database stands, without waiting for a runner at work."""
    known = load(folder)
    connection = await asyncpg.connect(url, timeout=CONTACT_WITHIN_S)
    try:
        return _status(known, await _applied(connection))
    finally:
        await connection.close()


async def standing(connection: asyncpg.Connection | PoolConnectionProxy) -> Standing:
    """How the schema stands to this program; two small reads, as the service. A newer one that says that this program may run on
    it is as good as its own.
    """
    if await connection.fetchval(restore_target.UNDER_WAY):
        return "restoring"
    seen, expected = await _seen(connection), _expected()
    if expected.keys() - seen.keys() or squashed.stage(_checksums(seen)) != "none":
        return "behind"
    if any(seen[version].checksum != checksum for version, checksum in expected.items()):
        return "edited"
    newest = max(expected)
    allowed = [record.oldest_code for version, record in seen.items() if version not in expected]
    return "ok" if all(oldest is not None and oldest <= newest for oldest in allowed) else "newer"


async def unknown(connection: asyncpg.Connection | PoolConnectionProxy) -> list[int]:
    """Versions of migrations that are in and that this program does not have; as the service, of a schema that is not behind."""
    return sorted((await _seen(connection)).keys() - _expected().keys())


async def refuse_behind(connection: asyncpg.Connection | PoolConnectionProxy) -> None:
    """Before anything is asked of tables that may not be there yet; as the service. Raises SchemaBehind, ForeignRecords,
    RestoreUnderWay.
    """
    found = await standing(connection)
    if found == "restoring":
        raise RestoreUnderWay
    if found == "behind":
        await _refuse_foreign(connection)
        raise SchemaBehind


async def _seen(connection: asyncpg.Connection | PoolConnectionProxy) -> dict[int, _Applied]:
    readable = "SELECT has_table_privilege(to_regclass('public.schema_migrations'), 'SELECT')"
    if not await connection.fetchval(readable) or await _is_foreign(connection):
        return {}
    return await _records(connection)


async def _records(connection: asyncpg.Connection | PoolConnectionProxy) -> dict[int, _Applied]:
    """What is recorded; by way of JSON, because the column is younger than the table."""
    rows = await connection.fetch(
        "SELECT version, checksum, applied_at, (to_jsonb(m) ->> 'oldest_code')::int AS oldest_code"
        " FROM public.schema_migrations m"
    )
    return {row["version"]: _Applied(row["checksum"], row["applied_at"], row["oldest_code"]) for row in rows}


async def _is_foreign(connection: asyncpg.Connection | PoolConnectionProxy) -> bool:
    ours = await connection.fetchval(
        "SELECT count(*) FROM pg_attribute WHERE attrelid = to_regclass('public.schema_migrations') AND NOT attisdropped"
        " AND (attname, atttypid) IN (('version', 'int4'::regtype), ('name', 'text'::regtype), ('checksum', 'text'::regtype),"
        " ('applied_at', 'timestamptz'::regtype))"
    )
    return bool(ours != 4)  # noqa: PLR2004 - as many as it names


async def _refuse_foreign(connection: asyncpg.Connection | PoolConnectionProxy) -> None:
    there = "SELECT to_regclass('public.schema_migrations') IS NOT NULL"
    if await connection.fetchval(there) and await _is_foreign(connection):
        raise ForeignRecords


async def ensure_logins(admin_url: str, keys: Mapping[str, bytes], wishes: run_time_logins.Wishes) -> None:
    """Make the two run-time logins, as `run_time_logins.ensure`; the database is open to them and closed to others.

    Raises RolesRefused where this administrator may not, UnsafeDatabase.
    """
    try:
        unusual = await run_time_logins.ensure(admin_url, keys, wishes)
    except run_time_logins.LoginsRefused as refused:
        raise RolesRefused(str(refused), refused.sql) from refused
    if unusual:
        connection = await asyncpg.connect(admin_url)
        try:
            await _close(connection)
        finally:
            await connection.close()


@asynccontextmanager
async def _only_runner(url: str, deadline: float) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(url)
    try:
        await poolers.refuse_shared(url, connection)
        await connection.execute(f"{AS_MEANT} SET client_min_messages = warning")
        loop = asyncio.get_running_loop()
        give_up = loop.time() + deadline
        while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", LOCK):
            if loop.time() >= give_up:
                raise MigrationsBusy(
                    f"Another runner has been migrating this database for more than {deadline:g} seconds."
                    " Wait for it to end, then try again."
                )
            await asyncio.sleep(0.1)
        yield connection
    finally:
        await connection.close()  # and with it the lock


async def _close(connection: asyncpg.Connection) -> None:
    """Close the database to everybody who has no business in it, again each time: a copy or a restored one is open."""
    if not await connection.fetchval("SELECT to_regprocedure('app.close_database()')::oid"):
        return
    told = await connection.fetch("SELECT open FROM app.close_database() AS open")
    if await connection.fetchval(restore_target.UNDER_WAY):
        return  # what is open now is closed, or told, when the restore ends
    for row in told:
        logger.warning("In this database %s", row["open"])


async def _applied(connection: asyncpg.Connection) -> dict[int, _Applied]:
    if not await connection.fetchval("SELECT to_regclass('public.schema_migrations')::oid"):
        return {}
    await _refuse_foreign(connection)
    async with connection.transaction():
        await connection.execute("SET LOCAL ROLE game_owner")
        return await _records(connection)


def _checksums(applied: dict[int, _Applied]) -> dict[int, str]:
    return {version: record.checksum for version, record in applied.items()}


def _squashed(known: list[Migration]) -> list[Migration]:
    return [migration for migration in known if migration.version <= squashed.LAST]


def _status(known: list[Migration], applied: dict[int, _Applied]) -> Status:
    if squashed.stage(_checksums(applied)) == "all":
        applied = {1: applied[1]}  # `up` records the others
    found = []
    for migration in known:
        was = applied.get(migration.version)
        state: Literal["applied", "pending", "changed"] = "applied"
        if was is None:
            state = "pending"
        elif was.checksum != migration.checksum:
            state = "changed"
        found.append(MigrationStatus(migration.version, migration.name, state, was.applied_at if was else None))
    unknown = sorted(applied.keys() - {migration.version for migration in known})
    return Status(tuple(found), tuple(unknown))


def _refuse_unknown_or_changed(known: list[Migration], applied: dict[int, _Applied]) -> None:
    match squashed.stage(_checksums(applied)):
        case "some":
            raise MigrationsSquashed
        case "all":
            raise SchemaBehind
    found = _status(known, applied)
    if found.unknown:
        versions = ", ".join(f"{version:04}" for version in found.unknown)
        raise DatabaseFromTheFuture(
            f"This database has migrations that this program does not know ({versions})."
            " Run the newer program that applied them, or restore a backup made before."
        )
    changed = [f"{one.version:04}_{one.name}" for one in found.migrations if one.state == "changed"]
    if changed:
        raise MigrationChanged(
            f"{', '.join(changed)} was edited after it had been applied here. Bring the file back as it was and put"
            " the change into a new migration."
        )


async def _run(connection: asyncpg.Connection, migration: Migration, sql: str, *, forward: bool) -> None:
    """One file, begun again where it lost against people who play meanwhile."""
    for tries_left in reversed(range(TRIES)):
        try:
            await _run_once(connection, migration, sql, forward=forward)
        except MigrationFailed as failed:
            if not tries_left or not isinstance(failed.__cause__, _LOST):
                raise
        else:
            return


async def _run_once(connection: asyncpg.Connection, migration: Migration, sql: str, *, forward: bool) -> None:
    """One file and its line in schema_migrations, both or neither."""
    forget = f"DELETE FROM public.schema_migrations WHERE version = {migration.version}"
    try:
        async with connection.transaction():
            if forward:
                await connection.execute(sql)
            # The first migration makes the table and its rollback drops it: hence after it, and before it.
            await connection.execute("SET LOCAL ROLE game_owner")
            await connection.execute(record(migration) if forward else forget)
            await connection.execute("RESET ROLE")
            if not forward:
                await connection.execute(sql)
    except asyncpg.InsufficientPrivilegeError as refused:
        if forward and _roles_of(migration):
            raise await _roles_refused(connection) from refused
        raise _failed(migration, sql, refused) from refused
    except asyncpg.PostgresError as error:
        raise _failed(migration, sql, error) from error


def _failed(migration: Migration, sql: str, error: asyncpg.PostgresError) -> MigrationFailed:
    position = getattr(error, "position", None)
    line = f", line {sql.count(chr(10), 0, int(position)) + 1}" if position else ""
    return MigrationFailed(f"{migration}{line}: PostgreSQL refused it, and nothing of it stayed. It says: {error}")


def _roles_of(migration: Migration) -> str:
    """What of a file is about roles and stands above what the owner does; empty in most."""
    part = migration.sql.partition("\nSET ROLE game_owner;")[0]
    return part if "CREATE ROLE" in part else ""


async def _roles_refused(connection: asyncpg.Connection) -> RolesRefused:
    """With what all files say of roles, so that an administrator is asked once."""
    member, database = await connection.fetchval("SELECT ARRAY[quote_ident(current_user), current_database()]")
    missing = sorted({*run_time_logins.usual()} - await run_time_logins.existing(connection))
    part = "\n".join(filter(None, map(_roles_of, load())))
    return RolesRefused(
        "This login may not create the roles and schemas the server needs. Have an administrator run the SQL below"
        " once in this database, then migrate again.",
        f"{part}\nGRANT game_owner TO {member};\n{run_time_logins.notes(database, missing)}",
    )


@cache
def _expected() -> dict[int, str]:
    return {migration.version: migration.checksum for migration in load()}
