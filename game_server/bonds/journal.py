"""The journal: one's own, and shared only as long as its author says so."""

from collections.abc import Mapping
from typing import Any

from game_server.bonds.commands import Hand
from game_server.bonds.life import Life, Written


class Journal(Life):
    """The life of entries."""

    async def create(self, hand: Hand, given: dict[str, Any]) -> Written:
        """A new entry. One of the type `shared` is shared from its beginning; later the type says nothing of it."""
        shared: Mapping[str, Any] = {"is_shared": True} if given["entry_type"] == "shared" else {}
        return await super().create(hand, {**given, **shared})
