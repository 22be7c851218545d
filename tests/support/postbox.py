"""A vendor that keeps what it is given, and answers as it is told: for what comes before any vendor's own protocol."""

import asyncio
from collections import deque

from game_server.integrations.push.vendor import Delivered, Device, Message, Outcome
from storage.devices import Platform


class Postbox:
    """`answers` are given in turn, then everything is delivered; an exception among them is raised. Tokens that begin with
    `slow` are answered when `held` is set, if there is one; `came` says that something has come.
    """

    def __init__(self, platform: Platform) -> None:
        self.platforms = frozenset({platform})
        self.sent: list[tuple[Device, Message]] = []
        self.answers: deque[Outcome | Exception] = deque()
        self.held: asyncio.Event | None = None
        self.came = asyncio.Event()

    async def send(self, device: Device, message: Message) -> Outcome:
        self.sent.append((device, message))
        self.came.set()
        self.came = asyncio.Event()
        if self.held is not None and device.token.startswith("slow"):
            await self.held.wait()
        answer = self.answers.popleft() if self.answers else Delivered()
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def close(self) -> None:
        """Nothing to give back."""

    def empty(self) -> list[tuple[Device, Message]]:
        """What came since it was emptied last."""
        came, self.sent = self.sent, []
        return came
