"""The key store of one machine: a small SQLite file, closed to others. Several processes of that machine may use it at once.

Not on shared storage: SQLite's write-ahead log needs memory that only processes of one machine share.
"""

import asyncio
import os
import sqlite3
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from storage.key_rows import NOTED_FOR_S, Identity, KeysAway, Noted, Wrapped, mark
from storage.modes import close_file

_SCHEMA = """
    CREATE TABLE IF NOT EXISTS person_keys (
        person TEXT PRIMARY KEY, key_id TEXT NOT NULL UNIQUE, nonce BLOB NOT NULL, wrapped BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS store (
        only INTEGER PRIMARY KEY CHECK (only = 1), id TEXT NOT NULL, nonce BLOB NOT NULL, wrapped BLOB NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS erased (mark TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS backups (id TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
"""
_NOTES = ("erased", "backups")

_COLUMNS = "person, key_id, nonce, wrapped"


class KeyFile:
    """Keys in a file; every method raises KeysAway where it cannot be used. Reading never waits for writing here, so it is done
    where it is asked; writing waits for the disk, in a thread.
    """

    def __init__(self, path: Path) -> None:
        """Open the file, or make it (0600). Raises OSError or sqlite3.Error."""
        self.path = path
        self.place = str(path)
        self._lock = threading.Lock()
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():  # once it is open in this process, closing it anywhere else would take its locks away
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        close_file(path)
        self._writer = _open(path)
        self.moved = self._writer.execute("SELECT 1 FROM sqlite_schema WHERE name = 'moved'").fetchone() is not None
        if not self.moved:
            self._writer.executescript(_SCHEMA)
        self._reader = _open(path)
        self.inode = path.stat().st_ino

    async def identity(self) -> Identity | None:
        """What the file says of itself; of one whose keys were moved away, nothing is true any more."""
        if self.moved:
            raise KeysAway
        found = self._read("SELECT id, nonce, wrapped FROM store")
        return Identity(*found[0]) if found else None

    async def identify(self, identity: Identity) -> None:
        """Name the file, where it has no name yet."""
        await self._write("INSERT INTO store VALUES (1, ?, ?, ?) ON CONFLICT DO NOTHING", [_values(identity)])

    async def find(self, person: str) -> Wrapped | None:
        """This person's key."""
        found = self._read(f"SELECT {_COLUMNS} FROM person_keys WHERE person = ?", person)
        return Wrapped(*found[0]) if found else None

    async def add(self, key: Wrapped) -> None:
        """Keep a key, where the person has none; on disk when this returns."""
        if not await self.answers():  # what is written into a file that was moved away is lost with this process
            raise KeysAway
        await self._write(
            f"INSERT INTO person_keys ({_COLUMNS}) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", [_values(key)]
        )

    async def forget(self, people: Sequence[str]) -> None:
        """Delete these people's keys, from the write-ahead log too, and note that they were erased."""
        try:
            await asyncio.to_thread(self._forget_now, people)
        except (OSError, sqlite3.Error) as error:
            raise KeysAway from error

    async def erased(self, marks: Sequence[str]) -> list[str]:
        """Which of these marks are of people who were erased."""
        return [one for one in marks if self._read("SELECT 1 FROM erased WHERE mark = ?", one)]

    async def with_key(self, people: Sequence[str]) -> list[str]:
        """Which of these people have a key."""
        return [one for one in people if self._read("SELECT 1 FROM person_keys WHERE person = ?", one)]

    async def note_backup(self, backup_id: str) -> None:
        """A backup of the main database begins."""
        await self._write("INSERT INTO backups VALUES (?, ?) ON CONFLICT DO NOTHING", [(backup_id, int(time.time()))])

    async def knows_backup(self, backup_id: str) -> bool:
        """Was this file, as it is, there when that backup was taken?"""
        return bool(self._read("SELECT 1 FROM backups WHERE id = ?", backup_id))

    async def held(self, key_ids: Sequence[str] | None = None) -> list[str]:
        """Which of these keys are here; all, where none are named."""
        ids = [row[0] for row in self._read("SELECT key_id FROM person_keys")] if key_ids is None else key_ids
        return [one for one in ids if key_ids is None or self._read("SELECT 1 FROM person_keys WHERE key_id = ?", one)]

    async def after(self, person: str, count: int) -> list[Wrapped]:
        """So many keys of the people that come after this one."""
        rows = self._read(
            f"SELECT {_COLUMNS} FROM person_keys WHERE person > ? ORDER BY person LIMIT {count:d}", person
        )
        return [Wrapped(*row) for row in rows]

    async def swap(self, keys: Sequence[tuple[Wrapped, Wrapped]]) -> None:
        """Put each second key in the place of the first, where that is still there."""
        await self._write(
            "UPDATE person_keys SET nonce = ?, wrapped = ? WHERE person = ? AND nonce = ?",
            [(new.nonce, new.wrapped, old.person, old.nonce) for old, new in keys],
            truncate=True,
        )

    async def swap_identity(self, old: Identity, new: Identity) -> None:
        """The same for what the file says of itself."""
        await self._write(
            "UPDATE store SET nonce = ?, wrapped = ? WHERE nonce = ?",
            [(new.nonce, new.wrapped, old.nonce)],
            truncate=True,
        )

    async def hand_over(self, take: Callable[[Identity, list[Wrapped], Noted], Awaitable[None]]) -> int:
        """Give everything to another store and close this one for good; how many keys that were.

        Nobody writes here meanwhile. What has been taken is deleted here, and who still uses the file hears that it is away.
        """
        identity = await self.identity()
        if identity is None:
            raise KeysAway
        with self._lock, self._writing():
            rows = [Wrapped(*row) for row in self._writer.execute(f"SELECT {_COLUMNS} FROM person_keys").fetchall()]
            erased, backups = (self._writer.execute(f"SELECT * FROM {table}").fetchall() for table in _NOTES)
            await take(identity, rows, Noted(erased, backups))
            self._writer.execute("DROP TABLE person_keys")
            self._writer.execute("CREATE TABLE moved (only INTEGER PRIMARY KEY CHECK (only = 1)) STRICT")
        self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        self.moved = True
        return len(rows)

    async def answers(self) -> bool:
        """Can keys be read and made: the file is where it was, and is one?"""
        try:
            self._read("SELECT 1 FROM person_keys LIMIT 1")
            return self.path.stat().st_ino == self.inode
        except (KeysAway, OSError):
            return False

    async def close(self) -> None:
        """Give the file back."""
        self._reader.close()
        with self._lock:
            self._writer.close()

    def _read(self, query: str, *values: str) -> list[Any]:
        try:
            return self._reader.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise KeysAway from error

    async def _write(self, statement: str, rows: Sequence[tuple[Any, ...]], *, truncate: bool = False) -> None:
        try:
            await asyncio.to_thread(self._write_now, statement, rows, truncate)
        except (OSError, sqlite3.Error) as error:
            raise KeysAway from error

    def _forget_now(self, people: Sequence[str]) -> None:
        now = int(time.time())
        with self._lock:
            with self._writing():
                self._writer.executemany("DELETE FROM person_keys WHERE person = ?", [(person,) for person in people])
                self._writer.executemany(
                    "INSERT INTO erased VALUES (?, ?) ON CONFLICT (mark) DO UPDATE SET at = excluded.at",
                    [(mark(person), now) for person in people],
                )
                for table in _NOTES:
                    self._writer.execute(f"DELETE FROM {table} WHERE at < ?", (now - NOTED_FOR_S,))
            self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    def _write_now(self, statement: str, rows: Sequence[tuple[Any, ...]], truncate: bool) -> None:
        with self._lock:
            with self._writing():
                self._writer.executemany(statement, rows)
            if truncate:
                self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        self._writer.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._writer.execute("ROLLBACK")
            raise
        self._writer.execute("COMMIT")


def _values(row: Wrapped | Identity) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in row.__struct_fields__)


def _open(path: Path) -> sqlite3.Connection:
    file = sqlite3.connect(path, timeout=5, isolation_level=None, check_same_thread=False)
    for pragma in ("journal_mode = WAL", "secure_delete = ON", "synchronous = FULL"):
        file.execute(f"PRAGMA {pragma}")
    return file
