"""What every key store keeps and can do, and why it cannot: the file of one machine, or a database of its own for several."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Protocol

import msgspec

NOTED_FOR_S = 40 * 86400
"""How long a store knows who was erased: longer than a backup of the main database lives, from which they could come back."""


def mark(person: str) -> str:
    """What is noted of somebody erased: their id is random, so this says who it was to nobody who does not have the id."""
    return sha256(person.encode()).hexdigest()


class Wrapped(msgspec.Struct, frozen=True):
    """A person's key, wrapped with the installation's."""

    person: str
    key_id: str
    nonce: bytes
    wrapped: bytes


class Identity(msgspec.Struct, frozen=True):
    """A store's own id, and nothing wrapped with the installation's key and bound to it: who opens that has the right one."""

    id: str
    nonce: bytes
    wrapped: bytes


class Noted(msgspec.Struct, frozen=True):
    """What a store knows beside keys, each with its moment (seconds since 1970): who was erased, by their marks, and which
    backups of the main database were taken while it was the store.
    """

    erased: list[tuple[str, int]] = []
    backups: list[tuple[str, int]] = []


class KeysUnavailable(Exception):
    """What is sealed cannot be read, or sealed, here and now. It is not lost for that."""


class KeyGone(KeysUnavailable):
    """The person's key is not here, is not the one this was sealed with, or is wrapped with another secret than ours."""


class KeysAway(KeysUnavailable):
    """The key store does not answer."""


class KeyStore(Protocol):
    """Where wrapped keys are. Whatever is wrong raises KeysAway; what was written is durable when the call returns."""

    place: str
    """Where that is, for people, without a password."""

    async def identity(self) -> Identity | None:
        """What the store says of itself."""

    async def identify(self, identity: Identity) -> None:
        """Name the store, where it has no name yet."""

    async def find(self, person: str) -> Wrapped | None:
        """This person's key."""

    async def add(self, key: Wrapped) -> None:
        """Keep a key, where the person has none."""

    async def forget(self, people: Sequence[str]) -> None:
        """Delete these people's keys, and note for NOTED_FOR_S that they were erased, also those who had none."""

    async def erased(self, marks: Sequence[str]) -> list[str]:
        """Which of these marks are of people who were erased."""

    async def with_key(self, people: Sequence[str]) -> list[str]:
        """Which of these people have a key."""

    async def note_backup(self, backup_id: str) -> None:
        """A backup of the main database begins: whoever is erased from now on is still in it."""

    async def knows_backup(self, backup_id: str) -> bool:
        """Was this store, as it is, there when that backup was taken? An older copy of it was not."""

    async def held(self, key_ids: Sequence[str] | None = None) -> list[str]:
        """Which of these keys are here; all, where none are named."""

    async def after(self, person: str, count: int) -> list[Wrapped]:
        """So many keys of the people that come after this one."""

    async def swap(self, keys: Sequence[tuple[Wrapped, Wrapped]]) -> None:
        """Put each second key in the place of the first, where that is still there."""

    async def swap_identity(self, old: Identity, new: Identity) -> None:
        """The same for what the store says of itself."""

    async def answers(self) -> bool:
        """Can keys be read and made?"""

    async def close(self) -> None:
        """Give it back."""
