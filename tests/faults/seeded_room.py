"""The room of a seeded history: two phones on two processes, and how they get an answer out of whatever still lives."""

import asyncio
from contextlib import suppress
from typing import Any

import httpx
import msgspec
from websockets.exceptions import WebSocketException

from tests.faults.nursery import ForkedServer
from tests.faults.proxy import Proxy
from tests.faults.script import Frame, Seat
from tests.faults.staged import Stage
from tests.faults.stores import BreakableStores
from tests.faults.wire import Witness
from tests.support.phone import Refused

SEATS: tuple[Seat, Seat] = ("A", "B")
LOST = (OSError, TimeoutError, httpx.HTTPError, WebSocketException, EOFError)
AGAIN = {"unavailable", "busy", "rate_limited"}
WITHIN_S = 90


class House(msgspec.Struct, frozen=True):
    """Two processes on one stage, and everything that can break."""

    servers: tuple[ForkedServer, ForkedServer]
    stores: BreakableStores
    postgres: Proxy
    redis: Proxy
    stage: Stage


class Room:
    """One couple's room: where their phones are, and how they get an answer out of whatever still lives."""

    def __init__(self, house: House, phones: dict[Seat, Witness]) -> None:
        self.house, self.phones = house, phones
        self.place: dict[Seat, int] = {"A": 0, "B": 1}
        self.session_id = phones["A"].session_id
        self.after_end = 0

    async def answer(self, seat: Seat, command: Frame) -> list[Any]:
        """Ask until it is answered: the acknowledged seq, or the code of a refusal that stands."""
        phone = self.phones[seat]
        fields = {name: value for name, value in command.items() if name not in ("t", "id")}
        async with asyncio.timeout(WITHIN_S):
            while True:
                await self.come_back(seat)
                try:
                    ack = await phone.command(command["t"], id=command["id"], within=20, **fields)
                except Refused as refused:
                    if refused.code not in AGAIN:
                        return ["refused", refused.code]
                except LOST:
                    continue
                else:
                    return ["ack", ack["seq"]]
                await asyncio.sleep(0.05)

    async def come_back(self, seat: Seat) -> None:
        """Connect, if this phone is not, as often as it takes."""
        phone = self.phones[seat]
        async with asyncio.timeout(WITHIN_S):
            while phone.closed is not None:
                server = self.house.servers[self.place[seat]]
                phone.ws_url, phone.person.http.base_url = server.ws_url, httpx.URL(server.url)
                try:
                    await phone.connect()
                except LOST:
                    await asyncio.sleep(0.05)
                except AssertionError as error:
                    if not str(error).startswith(("POST /api/ws-tickets", "closed with")):
                        raise
                    await asyncio.sleep(0.05)

    async def drop(self, seat: Seat) -> None:
        phone = self.phones[seat]
        if phone.closed is None:
            await phone.drop()

    async def leave_process(self, dead: int) -> None:
        """The phones that were on it have noticed, and will look for the other one."""
        for seat in SEATS:
            if self.place[seat] == dead:
                await self.phones[seat].until_closed()
                self.place[seat] = 1 - dead

    async def rest(self, head: int) -> None:
        """Both phones are there and stand at the head."""
        for seat in SEATS:
            async with asyncio.timeout(WITHIN_S):
                while self.phones[seat].seq < head or self.phones[seat].closed is not None:
                    await self.come_back(seat)
                    with suppress(AssertionError):
                        await self.phones[seat].until_seq(head)
