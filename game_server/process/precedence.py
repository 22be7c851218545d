"""Whoever plays goes first: what may wait gives way to commands that are under way in this process.

A bond's change costs as much as a dozen commands, and five phones that follow it as much again. All of that shares one loop, one
PostgreSQL and the machine's cores with the game: it is done between commands, in steps of some milliseconds.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

WITHIN_S = 0.05
"""A step waits no longer than this: where there is always a command under way, bonds are slower and not still."""


PLAYED_S = 1.0
"""So long after its last command a game counts as going on."""


class Precedence:
    """Counts the commands under way, and knows when the last one was."""

    def __init__(self) -> None:
        self._under_way = 0
        self._clear = asyncio.Event()
        self._clear.set()
        self._played_at = -PLAYED_S
        self._turn = asyncio.Lock()

    def entered(self) -> None:
        """A command is under way."""
        self._under_way += 1
        self._clear.clear()

    def left(self) -> None:
        """It was answered, or given up."""
        self._under_way -= 1
        self._played_at = time.monotonic()
        if not self._under_way:
            self._clear.set()

    async def give_way(self) -> None:
        """Return when no command is under way, or after WITHIN_S."""
        if self._clear.is_set():
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(WITHIN_S):
                while not self._clear.is_set():
                    await self._clear.wait()

    @asynccontextmanager
    async def one_by_one(self) -> AsyncIterator[None]:
        """What is done within is done by one at a time while a game goes on: beside it there is a core for one, not for five."""
        if not self._under_way and time.monotonic() - self._played_at > PLAYED_S:
            yield
            return
        async with self._turn:
            yield
