"""What the providers share: a client that goes to one address and nowhere else, and when a call may be made again.

Made again is only what nobody has begun with: no connection came about, or the server said 429 or 503 and nothing else. What was
sent and not answered may have been begun, and would be paid twice.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from datetime import datetime

import httpx2

from game_server.integrations.upstream import wait_of

WAITING = httpx2.Timeout(20.0, connect=3.0, write=10.0, pool=3.0)
"""From one piece of an answer to the next."""

AT_ONCE = httpx2.Limits(max_connections=64, max_keepalive_connections=16, keepalive_expiry=30.0)

TRIES = 3
LONGEST_WAIT_S = 5.0
"""Somebody looks at an empty line meanwhile."""

FIRST_WAIT_S = 0.2

LARGEST_ANSWER = 4 * 1024 * 1024
"""Bytes of events: of an answer of a few thousand characters each is about two hundred."""

NOT_BEGUN = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)
NOT_NOW = (429, 503)

LOUD = ("openai", "httpx2", "httpcore2")
"""They log what is sent, where OPENAI_LOG or somebody's own settings say so."""


class TooLarge(Exception):
    """More came than an answer can have."""


class Bounded(httpx2.AsyncHTTPTransport):
    """A transport that stops reading where an answer is larger than any is."""

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        answer = await super().handle_async_request(request)
        answer.stream = _Counted(answer.stream)  # type: ignore[arg-type]  # of an async transport it is one
        return answer


class _Counted(httpx2.AsyncByteStream):
    def __init__(self, stream: httpx2.AsyncByteStream) -> None:
        self._stream, self._left = stream, LARGEST_ANSWER

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._stream:
            self._left -= len(piece)
            if self._left < 0:
                raise TooLarge
            yield piece

    async def aclose(self) -> None:
        await self._stream.aclose()


def client() -> httpx2.AsyncClient:
    """No redirects, no proxies or certificates of the environment."""
    for name in LOUD:
        logging.getLogger(name).setLevel(logging.WARNING)
    return httpx2.AsyncClient(
        transport=Bounded(limits=AT_ONCE, trust_env=False),
        timeout=WAITING,
        follow_redirects=False,
        trust_env=False,
    )


class Again:
    """Whether a call that nobody began with is made once more: TRIES times in all, and never later than somebody waits. `rests`
    hears of a server that wants to be left alone for longer.
    """

    def __init__(self, now: Callable[[], datetime], rests: Callable[[float], object]) -> None:
        self._left, self._now, self._rests = TRIES - 1, now, rests

    async def after(self, asked_to_wait: str | None = None) -> bool:
        """Wait as long as was asked, or a moment. False where it is not to be made again."""
        asked = wait_of(asked_to_wait, self._now()) if asked_to_wait else None
        if asked is not None and asked > LONGEST_WAIT_S:
            self._rests(asked)
            return False
        if not self._left:
            return False
        self._left -= 1
        await asyncio.sleep(FIRST_WAIT_S if asked is None else asked)
        return True
