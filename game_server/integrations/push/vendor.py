"""What a push service is to us: one device and one message in, what became of it out. Each adapter is one file beside this one.

A vendor never raises for what a network or a server does: that is a Retry. It keeps nothing between two calls but its connections
and its credentials; how often and how long is tried again is the outbox's matter.
"""

import asyncio
from collections.abc import Awaitable
from datetime import datetime
from typing import Literal, Protocol

import msgspec

from game_server.integrations.upstream import Retry, Unreachable
from storage.devices import Platform

ANSWERED_IN_S = 9.5

Priority = Literal["high", "normal"]


class Device(msgspec.Struct, frozen=True):
    """Where a message goes. `token`: APNs and FCM give a text; a browser's subscription is the JSON of `PushSubscription`:
    {endpoint, keys: {p256dh, auth}}. It is a secret: never in a log, an error or a metric.
    """

    id: int
    platform: Platform
    token: str


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """What is shown. `link` is where a tap leads, a path of this server like /room/… without a host; `collapse_key` (at most 32
    letters, digits, - and _) names the message that a newer one takes the place of; `ttl_s` is how long it is worth delivering.
    """

    kind: str
    title: str
    body: str
    link: str
    collapse_key: str
    ttl_s: int
    priority: Priority = "high"


class Delivered(msgspec.Struct, frozen=True):
    """The vendor has it."""


class Gone(msgspec.Struct, frozen=True):
    """No device has this token any more: it is to be removed. `since` is when the vendor noticed, where it says so (APNs):
    whoever registered the same token after that keeps it.
    """

    since: datetime | None = None


class Refused(msgspec.Struct, frozen=True):
    """Never in this form, and the token is not to blame: our credentials, the topic, the payload. `reason` is a short code."""

    reason: str


Outcome = Delivered | Gone | Retry | Refused


class Vendor(Protocol):
    """One push service."""

    @property
    def platforms(self) -> frozenset[Platform]:
        """The devices that it reaches."""
        ...

    async def send(self, device: Device, message: Message) -> Outcome:
        """Hand a message over; answers within 10 s. Never raises for what the network or the vendor does."""
        ...

    async def close(self) -> None:
        """Give the connections back."""
        ...


async def in_time(sending: Awaitable[Outcome]) -> Outcome:
    """What becomes of it; a Retry where the network, or the time that a vendor may take, is over."""
    try:
        async with asyncio.timeout(ANSWERED_IN_S):
            return await sending
    except TimeoutError:
        return Retry("timeout")
    except Unreachable as error:
        return Retry(error.reason)
