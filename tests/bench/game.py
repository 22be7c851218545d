"""A couple that plays: two phones, one command under way at a time, chosen so that the room stays playable for the whole run.

A command is over when its sender has the ack and the partner's phone, if it is live, has its last event: nobody presses a
button that they cannot see. A command whose phone was cut is sent again with the same id.
"""

import asyncio
import time
import uuid
from collections import deque
from collections.abc import Callable
from typing import Any

import msgspec

from tests.bench.handset import Frame, Handset, Seat

MIX = ("feedback", "propose_level", "feedback", "decline_level", "complete") * 2 + (
    "feedback", "propose_level", "feedback", "decline_level", "skip",
)  # fmt: skip
"""Every one of them changes the room and is logged; `complete` and `skip` draw a card."""
LAST_TURN = 50
BEGIN_WITHIN_S = 30


class Command(msgspec.Struct, eq=False):
    """One command under way: when it was meant to go, when it went, and what has been heard of it. Perf-counter seconds."""

    by: int
    body: dict[str, Any]
    intended: float
    sent: float
    acked: float | None = None
    seq: int = 0

    @property
    def id(self) -> str:
        """Its id on the wire."""
        return str(self.body["id"])


class Done(msgspec.Struct, frozen=True):
    """A command that is over. `delivered` is None where the partner was not there to hear it."""

    kind: str
    intended: float
    sent: float
    acked: float
    delivered: float | None


class Game:
    """One room with both its phones. `over` is told of every finished command, `refused` of every refusal."""

    def __init__(self, seats: tuple[Seat, Seat]) -> None:
        self.phones = (Handset(seats[0], self._hears), Handset(seats[1], self._hears))
        self.over: Callable[[Game, Done], None] = lambda _game, _done: None
        self.refusals: dict[str, int] = {}
        self.mix: tuple[str, ...] = MIX
        self.sent = 0
        self.finished = 0
        self.top_ack = 0
        self.waiting: deque[float] = deque()
        self.under_way: Command | None = None
        self._step = 0
        self._head = 0
        self._turn = 1
        self._card_seq = 0
        self._proposal_seq: int | None = None
        self._likes = [0, 0]
        self._heard = asyncio.Event()

    async def come_in(self, urls: tuple[str, str]) -> None:
        """Connect both phones, each to its own server."""
        for phone, url in zip(self.phones, urls, strict=True):
            await phone.connect(url)

    async def begin(self, urls: tuple[str, str]) -> None:
        """Both phones come in and get ready; the first card is done, so that it can be rated."""
        await self.come_in(urls)
        for phone in self.phones:
            phone.say({"t": "ready", "id": str(uuid.uuid4())})
        await self._until(lambda: self._card_seq > 0)
        first = self._card_seq
        self.phones[0].say({"t": "complete", "id": str(uuid.uuid4()), "on": first})
        await self._until(lambda: self._card_seq > first)

    async def finish(self) -> None:
        """Return when every command is over and both phones have the whole log."""
        while self.under_way or self.waiting or any(phone.seq < self.head for phone in self.phones):
            self._heard.clear()
            await self._heard.wait()

    async def _until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(BEGIN_WITHIN_S):
            while not (holds() and self.phones[0].seq == self.phones[1].seq):
                self._heard.clear()
                await self._heard.wait()

    @property
    def head(self) -> int:
        """The newest seq that either phone knows of."""
        return max(self.top_ack, *(phone.seq for phone in self.phones))

    def play(self, intended: float) -> None:
        """One more command, meant for that moment; it waits its turn when another one is under way."""
        self.waiting.append(intended)
        self.go_on()

    def go_on(self) -> None:
        """Send the next command when nothing is under way and somebody is there to press the button."""
        if self.under_way or not self.waiting:
            return
        by = self._step % 2 if self.phones[self._step % 2].live else 1 - self._step % 2
        if self.phones[by].live:
            body = {"id": str(uuid.uuid4()), **self._next(by)}
            self.under_way = Command(by, body, self.waiting.popleft(), time.perf_counter())
            self.sent += 1
            self.phones[by].say(body)

    def back(self, phone: Handset) -> None:
        """A phone is live again: what it had not been answered is sent again."""
        command = self.under_way
        if command and self.phones[command.by] is phone and command.acked is None:
            phone.say(command.body)
        elif command:
            self._finish_if_heard()
        self.go_on()

    def _next(self, by: int) -> dict[str, Any]:
        kind = self.mix[self._step % len(self.mix)]
        self._step += 1
        if kind == "propose_level":
            return {"t": kind, "level": "X"}
        if kind == "decline_level" and self._proposal_seq:
            return {"t": kind, "on": self._proposal_seq}
        if kind == "complete" and self._turn < LAST_TURN:
            return {"t": kind, "on": self._card_seq}
        if kind in ("skip", "complete"):
            return {"t": "skip", "on": self._card_seq}
        self._likes[by] += 1
        return {"t": "feedback", "turn": max(1, self._turn - 1), "feedback": ("like", "dislike")[self._likes[by] % 2]}

    def _hears(self, frame: Frame, at: float) -> None:
        command = self.under_way
        if frame.t == "event":
            self._learns(frame)
        elif frame.t == "snapshot" and frame.state:
            self._head, self._turn, self._card_seq = frame.seq, frame.state.turn, frame.state.card_seq or 0
        elif command and frame.id == command.id:
            if frame.t == "refused":
                self.refusals[frame.code] = self.refusals.get(frame.code, 0) + 1
                self.under_way = None
                self.go_on()
                self._heard.set()
                return
            command.acked, command.seq = at, frame.seq
            self.top_ack = max(self.top_ack, frame.seq)
        if command and command.acked is not None:
            self._finish_if_heard()
        self._heard.set()

    def _learns(self, frame: Frame) -> None:
        if frame.seq <= self._head or frame.e is None:
            return
        self._head = frame.seq
        match frame.e.t:
            case "card_shown" | "card_replaced":
                self._card_seq, self._turn = frame.seq, frame.e.turn
            case "level_proposed":
                self._proposal_seq = frame.seq
            case "level_declined" | "level_changed":
                self._proposal_seq = None

    def _finish_if_heard(self) -> None:
        command = self.under_way
        if command is None or command.acked is None:
            return
        partner = self.phones[1 - command.by]
        heard = partner.seq >= command.seq
        if partner.live and not heard:
            return
        self.under_way = None
        self.finished += 1
        delivered = partner.heard_at if heard and partner.heard_at >= command.sent else None
        self.over(self, Done(command.body["t"], command.intended, command.sent, command.acked, delivered))
        self.go_on()


class EchoGame(Game):
    """The same couple in a room that only repeats; its commands are about as long."""

    async def begin(self, urls: tuple[str, str]) -> None:
        """Both phones come in; there is nothing to get ready for."""
        await self.come_in(urls)

    def _next(self, by: int) -> dict[str, Any]:
        self._step += 1
        return {"t": "said", "by": by, "feedback": "like"}
