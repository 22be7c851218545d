"""Waiting for what becomes of something that takes its time, a picture or a run: woken by the same bell that tells its owner's
phones, and looking seldom beside it, because a bell may be lost. So many wait at once in a process, and so many of one person;
whoever is one too many is answered as it stands.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Protocol, TypeVar

from litestar.params import QueryParameter

from game_server.bonds.live.bells import own_channel
from game_server.services import Services

MOST, MOST_OF_ONE = 200, 4
LOOK_EVERY_S = 5.0
LONGEST_S = 25

Wait = Annotated[int, QueryParameter(ge=0, le=LONGEST_S, description="seconds to wait for a change")]
Known = Annotated[int | None, QueryParameter(ge=1, le=2**31 - 1, description="wait while it is still this version")]

_waiting: Counter[str] = Counter()


class Waited(Protocol):
    """What somebody may wait for."""

    @property
    def version(self) -> int:
        """Moves with every change."""


T = TypeVar("T", bound=Waited)


async def changed(  # noqa: PLR0917 - what is waited for, and for how long
    services: Services,
    user_id: str,
    read: Callable[[], Awaitable[T]],
    version: int | None,
    seconds: float,
    is_open: Callable[[T], bool],
) -> T:
    """The row when it is another than that version, or than it is now; after so many seconds as it stands. What is over is
    answered at once.
    """
    found = await read()
    known = found.version if version is None else version
    if seconds <= 0 or not is_open(found) or found.version != known:
        return found
    with _place(user_id) as has_place:
        return await _until(services, user_id, read, known, seconds) if has_place else found


async def _until(services: Services, user_id: str, read: Callable[[], Awaitable[T]], known: int, seconds: float) -> T:
    rung, loop, name = asyncio.Event(), asyncio.get_running_loop(), own_channel(user_id)
    until = loop.time() + seconds

    def hear(message: bytes) -> None:  # noqa: ARG001 - whatever it says, looking says more
        rung.set()

    services.hub.listen(name, hear)
    try:
        await services.hub.listening(name)
        while True:
            rung.clear()
            found = await read()
            left = until - loop.time()
            if found.version != known or left <= 0 or services.hub.draining:
                return found
            await _rung(rung, min(left, LOOK_EVERY_S))
    finally:
        services.hub.unlisten(name, hear)


async def _rung(rung: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await rung.wait()
    except TimeoutError:
        return


@contextmanager
def _place(user_id: str) -> Iterator[bool]:
    """Is there room for one more who waits?"""
    if _waiting.total() >= MOST or _waiting[user_id] >= MOST_OF_ONE:
        yield False
        return
    _waiting[user_id] += 1
    try:
        yield True
    finally:
        _waiting[user_id] -= 1
        if not _waiting[user_id]:
            del _waiting[user_id]
