"""The long poll: an answer when something has changed, or unchanged when the time is up.

What a client already has is named by the ETag of its last answer (`If-None-Match`), so that nothing that happened
between two polls is missed; without one the wait starts from what is there now. Whoever changes a connection rings
both sides through the hub. A bell may get lost, and some changes ring none (a request runs out, one comes by mail), so
the database is asked once a second too.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from hashlib import sha256
from typing import Any, Generic, TypeVar

import msgspec
from litestar import Request

from game_server.accounts.callers import Caller, authenticate
from game_server.services import Services

T = TypeVar("T", bound=msgspec.Struct)

LONGEST_S = 25
EVERY_S = 1.0


class Seen(msgspec.Struct, Generic[T], frozen=True):
    """An answer and its ETag."""

    answer: T
    etag: str


async def changed(
    services: Services, user: Caller, request: Request[Any, Any, Any], read: Callable[[], Awaitable[T]], wait_s: int
) -> Seen[T]:
    """What `read` gives as soon as it differs from what the client knows, after `wait_s` seconds at the latest.

    Raises Unauthorized as soon as the caller's login has ended.
    """
    until = services.clock.now() + timedelta(seconds=wait_s)
    rung = asyncio.Event()
    with _listening(services, user.id, rung):
        seen = _seen(await read())
        known = request.headers.get("If-None-Match", seen.etag)
        while seen.etag == known and not services.hub.draining:
            left = (until - services.clock.now()).total_seconds()
            if left <= 0:
                break
            await _wait(rung, min(EVERY_S, left))
            await authenticate(services, request.headers.get("Authorization"))
            seen = _seen(await read())
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


async def _wait(rung: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(rung.wait(), seconds)
    rung.clear()


def _channel(user_id: str) -> str:
    return f"partners:{user_id}"


def _seen(answer: T) -> Seen[T]:
    return Seen(answer, f'"{sha256(msgspec.json.encode(answer)).hexdigest()[:32]}"')
