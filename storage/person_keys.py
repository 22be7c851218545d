"""Every person's data key, in one small file outside the database and its backups.

What people answered is encrypted with a key of their own (AES-256-GCM), and that key is kept here, wrapped with the
installation's. The file exists in its newest copy only: deleting a person's key makes every copy of what they answered,
also in backups, unreadable for good. Several processes may use the file at once.
"""

import asyncio
import base64
import os
import secrets
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

T = TypeVar("T")

_KEY_BYTES, _NONCE_BYTES = 32, 12

_SCHEMA = """
    CREATE TABLE IF NOT EXISTS person_keys (
        person TEXT PRIMARY KEY, key_id TEXT NOT NULL UNIQUE, nonce BLOB NOT NULL, wrapped BLOB NOT NULL
    ) STRICT, WITHOUT ROWID
"""


class KeyGone(Exception):
    """This cannot be read any more: the person's key was deleted, or is not the one it was sealed with."""


class PersonKeys:
    """The key file. A person is named as in seats and logs: `user:<uuid>` or `anon:<id>`."""

    def __init__(self, path: Path, wrapping_key: bytes) -> None:
        """Open the file, or make it (0600). Raises OSError or sqlite3.Error."""
        self._wrapping = AESGCM(wrapping_key)
        self._lock = threading.Lock()
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        self._file = sqlite3.connect(path, timeout=5, isolation_level=None, check_same_thread=False)
        for pragma in ("journal_mode = WAL", "secure_delete = ON", "synchronous = FULL", "busy_timeout = 5000"):
            self._file.execute(f"PRAGMA {pragma}")
        self._file.execute(_SCHEMA)

    async def seal(self, person: str, value: Any) -> dict[str, str]:
        """JSON into an envelope {key_id, nonce, ciphertext}, with the person's key, made at the first time."""
        return await self._in_thread(lambda: self._seal(person, value))

    async def unseal(self, person: str, envelope: dict[str, Any]) -> Any:
        """What was sealed. Raises KeyGone."""
        return await self._in_thread(lambda: self._unseal(person, envelope))

    async def forget(self, *people: str) -> None:
        """Delete these people's keys, from the write-ahead log too."""
        await self._in_thread(lambda: self._forget(people))

    async def people(self) -> list[str]:
        """Everybody who has a key."""
        return await self._in_thread(
            lambda: [row[0] for row in self._file.execute("SELECT person FROM person_keys ORDER BY person")]
        )

    def close(self) -> None:
        """Give the file back."""
        with self._lock:
            self._file.close()

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.to_thread(self._alone, work)

    def _alone(self, work: Callable[[], T]) -> T:
        with self._lock:
            return work()

    def _seal(self, person: str, value: Any) -> dict[str, str]:
        key_id, key = self._key_of(person) or self._make(person)
        nonce = secrets.token_bytes(_NONCE_BYTES)
        ciphertext = AESGCM(key).encrypt(nonce, msgspec.json.encode(value), f"{person} {key_id}".encode())
        return {"key_id": key_id, "nonce": _text(nonce), "ciphertext": _text(ciphertext)}

    def _unseal(self, person: str, envelope: dict[str, Any]) -> Any:
        found = self._key_of(person)
        if found is None or found[0] != envelope.get("key_id"):
            raise KeyGone
        key_id, key = found
        try:
            nonce, ciphertext = (base64.b64decode(envelope[part], validate=True) for part in ("nonce", "ciphertext"))
            plain = AESGCM(key).decrypt(nonce, ciphertext, f"{person} {key_id}".encode())
        except (InvalidTag, KeyError, TypeError, ValueError) as error:
            raise KeyGone from error
        return msgspec.json.decode(plain)

    def _key_of(self, person: str) -> tuple[str, bytes] | None:
        row = self._file.execute(
            "SELECT key_id, nonce, wrapped FROM person_keys WHERE person = ?", (person,)
        ).fetchone()
        if row is None:
            return None
        key_id, nonce, wrapped = row
        try:
            return key_id, self._wrapping.decrypt(nonce, wrapped, f"{person} {key_id}".encode())
        except InvalidTag as error:  # the installation's secret is another one now
            raise KeyGone from error

    def _make(self, person: str) -> tuple[str, bytes]:
        key_id, key = secrets.token_hex(16), secrets.token_bytes(_KEY_BYTES)
        nonce = secrets.token_bytes(_NONCE_BYTES)
        wrapped = self._wrapping.encrypt(nonce, key, f"{person} {key_id}".encode())
        with self._writing():
            self._file.execute(
                "INSERT INTO person_keys VALUES (?, ?, ?, ?) ON CONFLICT (person) DO NOTHING",
                (person, key_id, nonce, wrapped),
            )
        made = self._key_of(person)  # another process may have been first
        if made is None:
            raise KeyGone
        return made

    def _forget(self, people: tuple[str, ...]) -> None:
        with self._writing():
            self._file.executemany("DELETE FROM person_keys WHERE person = ?", [(person,) for person in people])
        self._file.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        self._file.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._file.execute("ROLLBACK")
            raise
        self._file.execute("COMMIT")


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
