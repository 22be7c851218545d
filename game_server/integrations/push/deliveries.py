"""What this process has to send with: the vendors, and for each of them one round at a time."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress

from game_server.integrations.push.vendor import Vendor
from game_server.integrations.push.web_push import WebPush
from game_server.process import tasks
from storage.devices import Platform

ENDS_WITHIN_S = 3.0

Work = Callable[[], Awaitable[None]]


class Deliveries:
    """`vendors` by platform: none where nothing is set up, and then the list in the app is all there is."""

    def __init__(self, vendors: Mapping[Platform, Vendor]) -> None:
        self.vendors = vendors
        self._rounds: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()

    @property
    def web_key(self) -> str | None:
        """What a page subscribes with; None where browsers are not reached."""
        vendor = self.vendors.get("web")
        return vendor.public_key if isinstance(vendor, WebPush) else None

    def begin(self, name: str, work: Work) -> None:
        """Do the work beside what goes on here; once more afterwards where it is under way already, since that may have looked
        before what is to be sent was there.
        """
        under_way = self._rounds.get(name)
        if under_way and not under_way.done():
            self._again.add(name)
            return
        self._rounds[name] = tasks.start(self._run(name, work), name=f"push {name}")

    async def rest(self) -> None:
        """Return when nothing is under way."""
        while going := [round_ for round_ in self._rounds.values() if not round_.done()]:
            await asyncio.gather(*going, return_exceptions=True)

    async def close(self) -> None:
        """Let what is under way come to its end, for a while (rows of what is cut off come again when their lease is over), and
        give the vendors' connections back.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(ENDS_WITHIN_S):
                await self.rest()
        await tasks.stop(*(round_ for round_ in self._rounds.values() if not round_.done()))
        for vendor in self.vendors.values():
            await vendor.close()

    async def _run(self, name: str, work: Work) -> None:
        while True:
            self._again.discard(name)
            await work()
            if name not in self._again:
                return
