"""The long poll: an answer when something has changed, or unchanged when the time is up.

What a client already has is named by the ETag of its last answer (`If-None-Match`), so that nothing that happened
between two polls is missed; without one the wait starts from what is there now. Whoever changes a connection rings
both sides through the hub. A bell may get lost, and some changes ring none (a request runs out, one comes by mail), so
the database is asked once a second too.

A poll ends when its phone goes away, and one person may have a few at once: each costs a question a second.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from hashlib import sha256
from typing import Any, Generic, TypeVar

import msgspec
from litestar import Request

from game_server.accounts.callers import Caller, authenticate
from game_server.process import tasks
from game_server.services import Services
from rooms.errors import RateLimited

T = TypeVar("T", bound=msgspec.Struct)

LONGEST_S = 25
EVERY_S = 1.0
MOST_POLLS = 6

_polls: Counter[str] = Counter()


class Seen(msgspec.Struct, Generic[T], frozen=True):
    """An answer and its ETag."""

    answer: T
    etag: str


async def changed(
    services: Services, user: Caller, request: Request[Any, Any, Any], read: Callable[[], Awaitable[T]], wait_s: int
) -> Seen[T]:
    """What `read` gives as soon as it differs from what the client knows, after `wait_s` seconds at the latest.

    Raises Unauthorized as soon as the caller's login has ended, RateLimited where that person waits here often enough.
    """
    if not wait_s:
        return _seen(await read())
    rung = asyncio.Event()
    with _counted(user.id), _listening(services, user.id, rung):
        gone = tasks.start(_gone(request, rung), name="long poll")
        until = services.clock.now() + timedelta(seconds=wait_s)
        try:
            seen = _seen(await read())
            known = request.headers.get("If-None-Match", seen.etag)
            while seen.etag == known and not services.hub.draining and not gone.done():
                left = (until - services.clock.now()).total_seconds()
                if left <= 0:
                    break
                await _wait(rung, min(EVERY_S, left))
                await authenticate(services, request.headers.get("Authorization"))
                seen = _seen(await read())
        finally:
            await tasks.stop(gone)
    return seen


def ring(services: Services, *user_ids: str | None) -> None:
    """Tell these people's waiting phones, on every process, to look again."""
    for user_id in user_ids:
        if user_id:
            services.hub.publish(_channel(user_id), b"")


@contextmanager
def _listening(services: Services, user_id: str, rung: asyncio.Event) -> Iterator[None]:
    def heard(_: bytes) -> None:
        rung.set()

    services.hub.listen(_channel(user_id), heard)
    try:
        yield
    finally:
        services.hub.unlisten(_channel(user_id), heard)


@contextmanager
def _counted(user_id: str) -> Iterator[None]:
    """Raises RateLimited over the most of one person in this process."""
    if _polls[user_id] >= MOST_POLLS:
        raise RateLimited("You wait for this in too many places at once.", retry_after=LONGEST_S)
    _polls[user_id] += 1
    try:
        yield
    finally:
        _polls[user_id] -= 1
        if not _polls[user_id]:
            del _polls[user_id]


async def _gone(request: Request[Any, Any, Any], rung: asyncio.Event) -> None:
    """Returns when the phone has gone away."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
    rung.set()


async def _wait(rung: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(rung.wait(), seconds)
    rung.clear()


def _channel(user_id: str) -> str:
    return f"partners:{user_id}"


def _seen(answer: T) -> Seen[T]:
    return Seen(answer, f'"{sha256(msgspec.json.encode(answer)).hexdigest()[:32]}"')
