"""What is pushed in tests of push services, and what becomes of it while one of them is told to fail."""

import asyncio
from collections.abc import Awaitable
from typing import Any

from game_server.integrations.push.vendor import Device, Message, Outcome, Vendor
from storage.devices import Platform
from tests.support.push_server import PushServer

LINK = "/sessions/5f0c"
MESSAGE = Message(
    kind="your_turn", title="Attuned", body="Something is waiting for you.", link=LINK, collapse_key="t-5f0c", ttl_s=600
)


def device(platform: Platform, token: str) -> Device:
    return Device(1, platform, token)


async def while_hanging(server: PushServer, slow: Vendor, token: str, then: Awaitable[Outcome]) -> tuple[Any, Any]:
    """The first send gets no answer until the second has one; what became of the two."""
    server.faults.append("hang")
    platform = next(iter(slow.platforms))
    first = asyncio.ensure_future(slow.send(device(platform, token), MESSAGE))
    assert await asyncio.to_thread(server.waiting.acquire, timeout=10)
    second = await then
    assert not first.done()
    server.release()
    return await first, second
