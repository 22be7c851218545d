"""Every person's data key, in one small file outside the database and its backups.

What people answered is encrypted with a key of their own (AES-256-GCM), and that key is kept here, wrapped with the
installation's. The file exists in its newest copy only: deleting a person's key makes every copy of what they answered,
also in backups, unreadable for good. Several processes may use the file at once.
"""

import asyncio
import os
import secrets
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage import sealing
from storage.modes import close_file

_KEY_BYTES, _NONCE_BYTES = 32, 12

_SCHEMA = """
    CREATE TABLE IF NOT EXISTS person_keys (
        person TEXT PRIMARY KEY, key_id TEXT NOT NULL UNIQUE, nonce BLOB NOT NULL, wrapped BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS store (
        only INTEGER PRIMARY KEY CHECK (only = 1), id TEXT NOT NULL, nonce BLOB NOT NULL, wrapped BLOB NOT NULL
    ) STRICT;
"""


class KeysUnavailable(Exception):
    """What is sealed cannot be read, or sealed, here and now. It is not lost for that."""


class KeyGone(KeysUnavailable):
    """The person's key is not here, is not the one this was sealed with, or is wrapped with another secret than ours."""


class KeysAway(KeysUnavailable):
    """The key store does not answer."""


class OtherSecret(Exception):
    """The keys in this file are wrapped with another secret than ours."""


class PersonKeys:
    """The key file. A person is named as in seats and logs: `user:<uuid>` or `anon:<id>`."""

    def __init__(self, path: Path, wrapping_key: bytes) -> None:
        """Open the file, or make it (0600). Raises OSError or sqlite3.Error."""
        self.path = path
        self._wrapping = AESGCM(wrapping_key)
        self._lock = threading.Lock()
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        close_file(path)
        # Reading never waits for writing here, so it is done where it is asked; writing waits for the disk, in a thread.
        self._writer = _open(path)
        self._writer.executescript(_SCHEMA)
        self._reader = _open(path)
        self._inode = path.stat().st_ino
        self._identify()

    def identity(self) -> str:
        """The file's own id, the same for every process that uses it. Raises OtherSecret, KeysAway."""
        row = self._one(self._reader, "SELECT id, nonce, wrapped FROM store")
        if row is None or not self._unwraps(row[1], row[2], row[0]):
            raise OtherSecret
        return str(row[0])

    def has(self, person: str) -> bool:
        """Is there a key for this person? Raises KeyGone, KeysAway."""
        return self._key_of(self._reader, person) is not None

    def holds(self, key_id: str) -> bool:
        """Is this key in the file? Raises KeysAway."""
        return self._one(self._reader, "SELECT 1 FROM person_keys WHERE key_id = ?", key_id) is not None

    def key_ids(self) -> list[str]:
        """Every key in the file."""
        return [row[0] for row in self._reader.execute("SELECT key_id FROM person_keys").fetchall()]

    def answers(self) -> bool:
        """Can keys be read and made: the file is where it was, and is one?"""
        try:
            self._one(self._reader, "SELECT id FROM store")
            return self.path.stat().st_ino == self._inode
        except (KeysAway, OSError):
            return False

    async def seal(self, person: str, *values: Any) -> list[dict[str, str]]:
        """JSON into envelopes {key_id, nonce, ciphertext}, with the person's key, made at the first time. Raises
        KeyGone, KeysAway. Who may have sealed things already asks `has` first."""
        found = self._key_of(self._reader, person)
        if found is None:
            try:
                found = await asyncio.to_thread(self._make, person)
            except (OSError, sqlite3.Error) as error:
                raise KeysAway from error
        key_id, key = found
        return [{"key_id": key_id, **sealing.seal(key, value, bound_to=f"{person} {key_id}")} for value in values]

    async def unseal(self, person: str, envelope: dict[str, Any]) -> Any:
        """What was sealed. Raises KeyGone, KeysAway."""
        found = self._key_of(self._reader, person)
        if found is None or found[0] != envelope.get("key_id"):
            raise KeyGone
        key_id, key = found
        try:
            return sealing.unseal(key, envelope, bound_to=f"{person} {key_id}")
        except sealing.Unsealable as error:
            raise KeyGone from error

    async def forget(self, *people: str) -> None:
        """Delete these people's keys, from the write-ahead log too."""
        await asyncio.to_thread(self._forget, people)

    async def people(self) -> list[str]:
        """Everybody who has a key."""
        return [row[0] for row in self._reader.execute("SELECT person FROM person_keys ORDER BY person").fetchall()]

    def close(self) -> None:
        """Give the file back."""
        self._reader.close()
        with self._lock:
            self._writer.close()

    def _key_of(self, file: sqlite3.Connection, person: str) -> tuple[str, bytes] | None:
        row = self._one(file, "SELECT key_id, nonce, wrapped FROM person_keys WHERE person = ?", person)
        if row is None:
            return None
        key_id, nonce, wrapped = row
        try:
            return key_id, self._wrapping.decrypt(nonce, wrapped, f"{person} {key_id}".encode())
        except InvalidTag as error:  # the installation's secret is another one now
            raise KeyGone from error

    def _make(self, person: str) -> tuple[str, bytes]:
        try:
            self.identity()  # a key wrapped with another secret than the others would be nobody's
        except OtherSecret as error:
            raise KeyGone from error
        if not self.answers():  # what is written into a file that was moved away is lost with this process
            raise KeysAway
        key_id, key = secrets.token_hex(16), secrets.token_bytes(_KEY_BYTES)
        nonce = secrets.token_bytes(_NONCE_BYTES)
        wrapped = self._wrapping.encrypt(nonce, key, f"{person} {key_id}".encode())
        with self._lock:
            with self._writing():
                self._writer.execute(
                    "INSERT INTO person_keys VALUES (?, ?, ?, ?) ON CONFLICT (person) DO NOTHING",
                    (person, key_id, nonce, wrapped),
                )
            made = self._key_of(self._writer, person)  # another process may have been first
        if made is None:
            raise KeyGone
        return made

    def _forget(self, people: tuple[str, ...]) -> None:
        with self._lock:
            with self._writing():
                self._writer.executemany("DELETE FROM person_keys WHERE person = ?", [(person,) for person in people])
            self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    def _identify(self) -> None:
        """Give the file its id, once, if the keys that it has are ours; of another's keys we say nothing here."""
        with self._lock, self._writing():
            if self._one(self._writer, "SELECT id FROM store"):
                return
            first = self._one(self._writer, "SELECT person, key_id, nonce, wrapped FROM person_keys LIMIT 1")
            if first and not self._unwraps(first[2], first[3], f"{first[0]} {first[1]}"):
                return
            store_id, nonce = secrets.token_hex(16), secrets.token_bytes(_NONCE_BYTES)
            proof = self._wrapping.encrypt(nonce, b"", store_id.encode())
            self._writer.execute("INSERT INTO store VALUES (1, ?, ?, ?)", (store_id, nonce, proof))

    def _unwraps(self, nonce: bytes, wrapped: bytes, bound_to: str) -> bool:
        try:
            self._wrapping.decrypt(nonce, wrapped, bound_to.encode())
        except InvalidTag:
            return False
        return True

    def _one(self, file: sqlite3.Connection, query: str, *values: str) -> Any:
        """One row, or None. Raises KeysAway."""
        try:
            return file.execute(query, values).fetchone()
        except sqlite3.Error as error:
            raise KeysAway from error

    @contextmanager
    def _writing(self) -> Iterator[None]:
        self._writer.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._writer.execute("ROLLBACK")
            raise
        self._writer.execute("COMMIT")


def _open(path: Path) -> sqlite3.Connection:
    file = sqlite3.connect(path, timeout=5, isolation_level=None, check_same_thread=False)
    for pragma in ("journal_mode = WAL", "secure_delete = ON", "synchronous = FULL"):
        file.execute(f"PRAGMA {pragma}")
    return file
