"""What every key store keeps and can do, and why it cannot: the file of one machine, or a database of its own for several."""

from collections.abc import Sequence
from typing import Protocol

import msgspec


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
        """Delete these people's keys."""

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
