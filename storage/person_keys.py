"""Every person's data key, kept outside the database and its backups.

What people answered is encrypted with a key of their own (AES-256-GCM), and that key is kept in a key store, wrapped with the
installation's. It exists in its newest copy only: deleting a person's key makes every copy of what they answered, also in
backups, unreadable for good. Several processes may use a store at once.
"""

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Any

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from storage import sealing
from storage.key_rows import Identity, KeyGone, KeysAway, KeyStore, Wrapped, mark

_KEY_BYTES, _NONCE_BYTES = 32, 12
BATCH = 200
"""Keys that are read and wrapped anew at a time."""


class OtherSecret(Exception):
    """The keys in this store are wrapped with another secret than ours."""


class DataKey:
    """One key, taken from the store once: it seals and opens any number of values."""

    def __init__(self, owner: str, key_id: str, key: bytes) -> None:
        self.owner = owner
        self._key_id, self._key, self._bound_to = key_id, key, f"{owner} {key_id}"

    @property
    def id(self) -> str:
        """Which one it is."""
        return self._key_id

    def of_file(self, salt: bytes) -> bytes:
        """The 32-byte key of a file of its owner's, another one for each salt."""
        return HKDF(algorithm=SHA256(), length=32, salt=salt, info=b"attuned file").derive(self._key)

    def seal(self, value: Any) -> dict[str, str]:
        """JSON into an envelope {key_id, nonce, ciphertext}."""
        return {"key_id": self._key_id, **sealing.seal(self._key, value, bound_to=self._bound_to)}

    def unseal(self, envelope: Mapping[str, Any]) -> Any:
        """What was sealed. Raises KeyGone."""
        if envelope.get("key_id") != self._key_id:
            raise KeyGone
        try:
            return sealing.unseal(self._key, envelope, bound_to=self._bound_to)
        except sealing.Unsealable as error:
            raise KeyGone from error


class PersonKeys:
    """The keys of a store. A person is named as in seats and logs: `user:<uuid>` or `anon:<id>`; a bond is `bond:<uuid>`.

    `wrapping_keys` by name: new keys are wrapped with the first, and those wrapped with any are opened.
    """

    def __init__(self, store: KeyStore, wrapping_keys: Mapping[str, bytes]) -> None:
        self.store = store
        self.lives: Callable[[str], Awaitable[bool]] | None = None
        """Is there such a person? Asked when a new key was made: the erasure of its person may have looked for it already."""
        self.held_back = False
        """Another machine uses the same file: nothing is read or made here until that is cleared up."""
        self._wrapping = {name: AESGCM(key) for name, key in wrapping_keys.items()}

    async def identity(self) -> str:
        """The store's own id, the same for every process that uses it. Raises OtherSecret, KeysAway."""
        found = await self.store.identity() or await self._identified()
        if found is None or self._opened(found.nonce, found.wrapped, found.id) is None:
            raise OtherSecret
        return found.id

    async def has(self, person: str) -> bool:
        """Is there a key for this person? Raises KeyGone, KeysAway."""
        return await self._key_of(person) is not None

    async def holds(self, key_ids: list[str]) -> bool:
        """Is one of these keys in the store? Raises KeysAway."""
        return bool(await self.store.held(key_ids))

    async def key_ids(self) -> list[str]:
        """Every key in the store. Raises KeysAway."""
        return await self.store.held()

    async def answers(self) -> bool:
        """Can keys be read and made?"""
        return not self.held_back and await self.store.answers()

    async def seal(self, person: str, *values: Any) -> list[dict[str, str]]:
        """JSON into envelopes {key_id, nonce, ciphertext}, with the person's key, made at the first time. Raises
        KeyGone, KeysAway. Who may have sealed things already asks `has` first."""
        key = await self.key(person, make=True)
        return [key.seal(value) for value in values]

    async def unseal(self, person: str, envelope: dict[str, Any]) -> Any:
        """What was sealed. Raises KeyGone, KeysAway."""
        return (await self.key(person)).unseal(envelope)

    async def key(self, owner: str, *, make: bool = False) -> DataKey:
        """The key of a person or a bond; with `make` a new one where there is none. Raises KeyGone, KeysAway."""
        found = await self._key_of(owner)
        if found is None:
            if not make:
                raise KeyGone
            found = await self._make(owner)
        return DataKey(owner, *found)

    async def forget(self, *people: str) -> None:
        """Delete these people's keys, and note that they were erased. Raises KeysAway."""
        if self.held_back:
            raise KeysAway
        await self.store.forget(people)

    async def erased(self, people: Sequence[str]) -> set[str]:
        """Whom of these the store knows to be erased. Raises KeysAway."""
        marks = {mark(person): person for person in people}
        return {marks[found] for found in await self.store.erased(list(marks))}

    async def without_key(self, people: Sequence[str]) -> set[str]:
        """Who of these has no key. Raises KeysAway."""
        return {*people} - {*await self.store.with_key(people)}

    async def people(self) -> list[str]:
        """Everybody who has a key."""
        return [key.person async for batch in self._batches() for key in batch]

    async def counted(self) -> dict[str | None, int]:
        """How many keys are wrapped with which of ours; None stands for another's. Raises KeysAway."""
        counts: dict[str | None, int] = dict.fromkeys(self._wrapping, 0)
        async for batch in self._batches():
            for key in batch:
                name = self._wrapped_with(key)
                counts[name] = counts.get(name, 0) + 1
        return counts

    async def rewrap(self) -> AsyncIterator[tuple[int, int]]:
        """Wrap every key with the first of ours: how many were looked at and changed so far, a batch each.

        May be ended and begun again, and run beside processes that make and delete keys. Raises OtherSecret, KeysAway.
        """
        await self.identity()
        seen = changed = 0
        async for batch in self._batches():
            pairs = [(old, new) for old in batch if (new := self._rewrapped(old)) is not None]
            if pairs:
                await self.store.swap(pairs)
            seen, changed = seen + len(batch), changed + len(pairs)
            yield seen, changed
        await self._rewrap_identity()

    async def close(self) -> None:
        """Give the store back."""
        await self.store.close()

    async def _batches(self) -> AsyncIterator[list[Wrapped]]:
        last = ""
        while batch := await self.store.after(last, BATCH):
            yield batch
            last = batch[-1].person

    async def _key_of(self, person: str) -> tuple[str, bytes] | None:
        if self.held_back:
            raise KeysAway
        found = await self.store.find(person)
        if found is None:
            return None
        opened = self._opened(found.nonce, found.wrapped, _bound_to(found))
        if opened is None:  # the installation's secret is another one now
            raise KeyGone
        return found.key_id, opened[1]

    async def _make(self, person: str) -> tuple[str, bytes]:
        try:
            await self.identity()  # a key wrapped with another secret than the others would be nobody's
        except OtherSecret as error:
            raise KeyGone from error
        fresh = Wrapped(person, secrets.token_hex(16), b"", b"")
        await self.store.add(self._wrapped(fresh, secrets.token_bytes(_KEY_BYTES)))
        made = await self._key_of(person)  # another process may have been first
        if made is not None and self.lives is not None and not await self.lives(person):
            await self.store.forget([person])
            made = None
        if made is None:
            raise KeyGone
        return made

    async def _identified(self) -> Identity | None:
        """The store named, once, if the keys that it has are ours; of another's keys we say nothing here."""
        first = await self.store.after("", 1)
        if first and self._wrapped_with(first[0]) is None:
            return None
        await self.store.identify(self._proof(secrets.token_hex(16)))
        return await self.store.identity()

    async def _rewrap_identity(self) -> None:
        old = await self.store.identity()
        opened = self._opened(old.nonce, old.wrapped, old.id) if old else None
        if old and opened and opened[0] != self._first[0]:
            await self.store.swap_identity(old, self._proof(old.id))

    def _proof(self, store_id: str) -> Identity:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return Identity(store_id, nonce, self._first[1].encrypt(nonce, b"", store_id.encode()))

    def _rewrapped(self, old: Wrapped) -> Wrapped | None:
        """The same key wrapped with the first of ours; None where it is so already, or is not ours."""
        opened = self._opened(old.nonce, old.wrapped, _bound_to(old))
        return None if opened is None or opened[0] == self._first[0] else self._wrapped(old, opened[1])

    def _wrapped(self, row: Wrapped, key: bytes) -> Wrapped:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        wrapped = self._first[1].encrypt(nonce, key, _bound_to(row).encode())
        return msgspec.structs.replace(row, nonce=nonce, wrapped=wrapped)

    def _wrapped_with(self, key: Wrapped) -> str | None:
        opened = self._opened(key.nonce, key.wrapped, _bound_to(key))
        return opened[0] if opened else None

    def _opened(self, nonce: bytes, wrapped: bytes, bound_to: str) -> tuple[str, bytes] | None:
        """What was wrapped, and with which of our keys; None where it was with none."""
        for name, key in self._wrapping.items():
            try:
                return name, key.decrypt(nonce, wrapped, bound_to.encode())
            except (InvalidTag, ValueError):  # not ours, or no nonce at all
                continue
        return None

    @property
    def _first(self) -> tuple[str, AESGCM]:
        return next(iter(self._wrapping.items()))


def _bound_to(key: Wrapped) -> str:
    return f"{key.person} {key.key_id}"
