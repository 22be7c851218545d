"""What a phone saw and said, kept frame by frame for the judge; and the phone of the directed tests, which keeps it."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import msgspec
from websockets.asyncio.client import ClientConnection

from tests.support.game import Game, canonical
from tests.support.person import Person
from tests.support.phone import Phone

Frame = dict[str, Any]


class Noted(msgspec.Struct, frozen=True):
    """One thing on a phone's wire: `way` is open, in, out or closed, or told for what went another way (a limit that was set
    over HTTP); `raw` the bytes of what came in, `moment` when it was noted, monotonic.
    """

    connection: int
    way: str
    frame: Frame
    raw: str = ""
    moment: float = msgspec.field(default_factory=time.monotonic)


class Witness(Phone):
    """A phone that keeps its wire."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.wire: list[Noted] = []
        self.connections = 0

    async def open_socket(self) -> ClientConnection:
        self.connections += 1
        self.wire.append(Noted(self.connections, "open", {}))
        return await super().open_socket()

    async def say(self, message: Frame) -> None:
        self.wire.append(Noted(self.connections, "out", message))
        await super().say(message)

    def _apply(self, frame: Frame) -> None:
        self.wire.append(Noted(self.connections, "in", frame, canonical(frame)))
        super()._apply(frame)

    async def _read(self, socket: ClientConnection) -> None:
        try:
            await super()._read(socket)
        finally:
            self.wire.append(Noted(self.connections, "closed", {}))

    async def move_to(self, server: Any) -> None:
        """Come back to this process, as a router might send it."""
        self.ws_url = server.ws_url
        self.person.http.base_url = server.url
        await self.connect()


@asynccontextmanager
async def meeting(*servers: Any, ready: bool = True, **settings: Any) -> AsyncIterator[Game]:
    """Two witnesses in a room, the first on the first server, the second on the last."""
    ada, bo = await asyncio.gather(
        Person.anonymous(servers[0].url, "Ada"), Person.anonymous(servers[-1].url, "Bo")
    )  # fmt: skip
    async with ada, bo:
        room = await ada.open_room(**{"activity_type": "truth", "target_activities": 10, **settings})
        await bo.join(room["join"]["token"])
        game = Game(await Witness.in_room(ada, room["session_id"]), await Witness.in_room(bo, room["session_id"]))
        try:
            if ready:
                await game.ready()
            yield game
        finally:
            await asyncio.gather(*(phone.close() for phone in game.phones), return_exceptions=True)


async def verdict(sql: asyncpg.Connection, game: Game) -> None:
    """Both phones at the head, and every promise kept so far."""
    from tests.faults.judge import judge, read_log  # noqa: PLC0415 - the judge reads what is kept here

    await game.settle()
    log = await read_log(sql, game.session_id)
    snapshots = [await phone.person.get(f"/api/sessions/{game.session_id}") for phone in game.phones]
    judge(game.session_id, log, list(game.phones), snapshots)
