"""The key store of several machines: a small PostgreSQL database of its own, kept out of the backups of the main one.

Its answers are waited for shortly: requests that need a key hold nothing of a room, but whoever waits keeps a connection busy.
After it was away it is asked again every second, and whoever comes meanwhile hears so at once.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import cast

import asyncpg
import msgspec

from storage import urls
from storage.database import SLOW_S, STORE_ERRORS
from storage.key_rows import NOTED_FOR_S, Identity, KeysAway, Noted, Wrapped, mark

WITHIN_S = 1.0
AWAY_S = 1.0
_MOST = 4

_SCHEMA = """
    CREATE TABLE IF NOT EXISTS person_keys (
        person text COLLATE "C" PRIMARY KEY, key_id text NOT NULL UNIQUE, nonce bytea NOT NULL, wrapped bytea NOT NULL
    ) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1);
    CREATE TABLE IF NOT EXISTS store (
        one boolean PRIMARY KEY DEFAULT true CHECK (one), id text NOT NULL, nonce bytea NOT NULL, wrapped bytea NOT NULL
    );
    CREATE TABLE IF NOT EXISTS erased (mark text COLLATE "C" PRIMARY KEY, at bigint NOT NULL);
    CREATE TABLE IF NOT EXISTS backups (id text COLLATE "C" PRIMARY KEY, at bigint NOT NULL);
"""
_LOCK = 4_071_973_002  # any number, the same in every process
_COLUMNS = "person, key_id, nonce, wrapped"


class NoKeyDatabase(Exception):
    """This is no database for keys; the message says why."""


class KeyDatabase:
    """Keys in a database; every method but `open` raises KeysAway where it does not answer."""

    def __init__(self, url: str) -> None:
        self.place = urls.place(url)
        self.expected: str | None = None
        """The id that every connection has to find: another server behind the same name is not asked for keys."""
        self._url = url
        self._pool: asyncpg.Pool | None = None
        self._away_until = 0.0
        self._opening = asyncio.Lock()

    async def identity(self) -> Identity | None:
        """What the store says of itself."""
        async with self._connected() as connection:
            row = await connection.fetchrow("SELECT id, nonce, wrapped FROM store")
        return Identity(*row) if row else None

    async def identify(self, identity: Identity) -> None:
        """Name the store, where it has no name yet."""
        async with self._connected() as connection:
            await connection.execute(
                "INSERT INTO store (id, nonce, wrapped) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
                *msgspec.structs.astuple(identity),
            )

    async def find(self, person: str) -> Wrapped | None:
        """This person's key."""
        async with self._connected() as connection:
            row = await connection.fetchrow(f"SELECT {_COLUMNS} FROM person_keys WHERE person = $1", person)
        return Wrapped(*row) if row else None

    async def add(self, key: Wrapped) -> None:
        """Keep a key, where the person has none."""
        async with self._connected() as connection:
            await connection.execute(
                f"INSERT INTO person_keys ({_COLUMNS}) VALUES ($1, $2, $3, $4) ON CONFLICT (person) DO NOTHING",
                *msgspec.structs.astuple(key),
            )

    async def forget(self, people: Sequence[str]) -> None:
        """Delete these people's keys, and note that they were erased; a vacuum follows by itself."""
        now = int(time.time())
        async with self._connected() as connection, connection.transaction():
            await connection.execute("DELETE FROM person_keys WHERE person = ANY ($1)", people, timeout=SLOW_S)
            await connection.execute(
                "INSERT INTO erased (mark, at) SELECT DISTINCT m, $2::bigint FROM unnest($1::text[]) AS m"
                " ON CONFLICT (mark) DO UPDATE SET at = excluded.at",
                *([mark(person) for person in people], now),
                timeout=SLOW_S,
            )
            await connection.execute("DELETE FROM erased WHERE at < $1", now - NOTED_FOR_S, timeout=SLOW_S)
            await connection.execute("DELETE FROM backups WHERE at < $1", now - NOTED_FOR_S, timeout=SLOW_S)

    async def erased(self, marks: Sequence[str]) -> list[str]:
        """Which of these marks are of people who were erased."""
        async with self._connected() as connection:
            rows = await connection.fetch("SELECT mark FROM erased WHERE mark = ANY ($1)", marks, timeout=SLOW_S)
        return [row["mark"] for row in rows]

    async def with_key(self, people: Sequence[str]) -> list[str]:
        """Which of these people have a key."""
        async with self._connected() as connection:
            rows = await connection.fetch(
                "SELECT person FROM person_keys WHERE person = ANY ($1)", people, timeout=SLOW_S
            )
        return [row["person"] for row in rows]

    async def note_backup(self, backup_id: str) -> None:
        """A backup of the main database begins."""
        async with self._connected() as connection:
            await connection.execute(
                "INSERT INTO backups (id, at) VALUES ($1, $2) ON CONFLICT DO NOTHING", backup_id, int(time.time())
            )

    async def knows_backup(self, backup_id: str) -> bool:
        """Was this store, as it is, there when that backup was taken?"""
        async with self._connected() as connection:
            return bool(await connection.fetchval("SELECT EXISTS (SELECT FROM backups WHERE id = $1)", backup_id))

    async def held(self, key_ids: Sequence[str] | None = None) -> list[str]:
        """Which of these keys are here; all, where none are named."""
        async with self._connected() as connection:
            rows = await connection.fetch(
                "SELECT key_id FROM person_keys WHERE $1::text[] IS NULL OR key_id = ANY ($1)", key_ids, timeout=SLOW_S
            )
        return [row["key_id"] for row in rows]

    async def after(self, person: str, count: int) -> list[Wrapped]:
        """So many keys of the people that come after this one."""
        async with self._connected() as connection:
            rows = await connection.fetch(
                f"SELECT {_COLUMNS} FROM person_keys WHERE person > $1 ORDER BY person LIMIT $2", person, count
            )
        return [Wrapped(*row) for row in rows]

    async def swap(self, keys: Sequence[tuple[Wrapped, Wrapped]]) -> None:
        """Put each second key in the place of the first, where that is still there."""
        async with self._connected() as connection:
            await connection.executemany(
                "UPDATE person_keys SET nonce = $1, wrapped = $2 WHERE person = $3 AND nonce = $4",
                [(new.nonce, new.wrapped, old.person, old.nonce) for old, new in keys],
                timeout=SLOW_S,
            )

    async def swap_identity(self, old: Identity, new: Identity) -> None:
        """The same for what the store says of itself."""
        async with self._connected() as connection:
            await connection.execute(
                "UPDATE store SET nonce = $1, wrapped = $2 WHERE nonce = $3", new.nonce, new.wrapped, old.nonce
            )

    async def take(self, identity: Identity, keys: list[Wrapped], noted: Noted) -> None:
        """Be the store of this name with these keys and notes; again is as good as once.

        Raises NoKeyDatabase, asyncpg errors, OSError.
        """
        await self.open()
        async with self._connected() as connection, connection.transaction():
            before = await connection.fetchval("SELECT id FROM store")
            if before not in (None, identity.id) or (before is None and await connection.fetchval(_ANY)):
                raise NoKeyDatabase(f"The database at {self.place} has the keys of another installation already.")
            await connection.execute(
                "DELETE FROM person_keys; DELETE FROM store; DELETE FROM erased; DELETE FROM backups", timeout=SLOW_S
            )
            await connection.copy_records_to_table(
                "person_keys", records=[msgspec.structs.astuple(key) for key in keys], timeout=SLOW_S
            )
            for table, notes in (("erased", noted.erased), ("backups", noted.backups)):
                await connection.copy_records_to_table(table, records=notes, timeout=SLOW_S)
            await connection.execute(
                "INSERT INTO store (id, nonce, wrapped) VALUES ($1, $2, $3)", *msgspec.structs.astuple(identity)
            )

    async def answers(self) -> bool:
        """Can keys be read and made?"""
        try:
            async with self._connected() as connection:
                return not await connection.fetchval("SELECT pg_is_in_recovery()")
        except KeysAway:
            return False

    async def open(self) -> asyncpg.Pool:
        """Connect for the first time, and make the tables where there are none. Raises NoKeyDatabase, asyncpg errors, OSError."""
        async with self._opening:
            if self._pool is not None:
                return self._pool
            connection = await asyncpg.connect(self._url, timeout=WITHIN_S, command_timeout=SLOW_S)
            try:
                await _prepare(connection, self.place)
            finally:
                await connection.close(timeout=WITHIN_S)
            self._pool = await asyncpg.create_pool(
                self._url, min_size=0, max_size=_MOST, timeout=WITHIN_S, command_timeout=WITHIN_S, init=self._greet,
                server_settings={"application_name": "attuned keys", "search_path": "public, pg_temp"},
            )  # fmt: skip
            return self._pool

    async def close(self) -> None:
        """Give every connection back; what hangs is cut."""
        if self._pool is not None:
            self._pool.terminate()

    async def _greet(self, connection: asyncpg.Connection) -> None:
        if self.expected is not None and await connection.fetchval("SELECT id FROM store") != self.expected:
            raise OSError(f"another key store answers at {self.place}")

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[asyncpg.Connection]:
        if time.monotonic() < self._away_until:
            raise KeysAway
        try:
            async with (await self.open()).acquire(timeout=WITHIN_S) as connection:
                try:
                    yield cast("asyncpg.Connection", connection)
                except TimeoutError:
                    connection.terminate()
                    raise
        except STORE_ERRORS as error:
            self._away_until = time.monotonic() + AWAY_S
            raise KeysAway from error


_ANY = "SELECT EXISTS (SELECT FROM person_keys)"


async def _prepare(connection: asyncpg.Connection, place: str) -> None:
    if await connection.fetchval("SELECT to_regclass('public.schema_migrations')::oid"):
        raise NoKeyDatabase(
            f"The database at {place} holds the tables of a game server, in whose backups the keys would be."
            " Give the keys a database of their own."
        )
    made = "SELECT count(to_regclass('public.' || name)) = 4 FROM unnest('{person_keys, store, erased, backups}'::text[]) AS name"
    if await connection.fetchval(made):
        return
    async with connection.transaction():
        await connection.execute(f"SELECT pg_advisory_xact_lock({_LOCK}); SET LOCAL search_path = public; {_SCHEMA}")
