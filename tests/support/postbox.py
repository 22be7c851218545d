"""A vendor that keeps what it is given, and answers as it is told: for what comes before any vendor's own protocol."""

from collections import deque

from game_server.integrations.push.vendor import Delivered, Device, Message, Outcome
from storage.devices import Platform


class Postbox:
    """`answers` are given in turn, then everything is delivered; an exception among them is raised."""

    def __init__(self, platform: Platform) -> None:
        self.platforms = frozenset({platform})
        self.sent: list[tuple[Device, Message]] = []
        self.answers: deque[Outcome | Exception] = deque()

    async def send(self, device: Device, message: Message) -> Outcome:
        self.sent.append((device, message))
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
