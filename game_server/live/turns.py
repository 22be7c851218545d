"""Whose turn a room is: one command at a time, taken at once or waited for in order."""

import asyncio


class Turn:
    """A lock that can also be taken without waiting. Whoever waits gets it before anybody who comes later."""

    __slots__ = ("_lock",)

    def __init__(self) -> None:
        self._lock = asyncio.Lock()

    def take(self) -> bool:
        """Take it if nobody has it and nobody waits."""
        if self._lock.locked():
            return False
        taking = self._lock.acquire()
        try:
            taking.send(None)
        except StopIteration:
            return True
        taking.close()  # somebody was woken to have it next
        return False

    def give_back(self) -> None:
        """The next one's."""
        self._lock.release()

    def taken(self) -> bool:
        """Has anybody it?"""
        return self._lock.locked()

    async def __aenter__(self) -> None:
        await self._lock.acquire()

    async def __aexit__(self, *_: object) -> None:
        self._lock.release()
