"""Phones that speak the peers' own protocols, for the same couple and the same loader.

Each command carries its number in the room, which the peers repeat: so every phone can tell a lost event from one that came
twice, and no peer has to share a counter between processes.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import msgspec

from tests.bench.game import EchoGame
from tests.bench.handset import LIVE_WITHIN_S, Frame, Handset, Hears, Seat
from tests.bench.wire import Wire, open_wire, post

_JOINED, _MESSAGE = 10, 13
_decode = msgspec.json.Decoder(Frame).decode
_unpack = msgspec.msgpack.Decoder(Frame).decode
_EVENT = b'42["event",'


class NumberedHandset(Handset):
    """Tells an event that was overtaken by a later one from one that came twice."""

    def __init__(self, seat: Seat, hears: Hears) -> None:
        super().__init__(seat, hears)
        self.overtaken = 0
        self._awaited: set[int] = set()

    def _event(self, frame: Frame, at: float) -> None:
        if frame.seq in self._awaited:
            self._awaited.remove(frame.seq)
            self.overtaken += 1
            self.delivered += 1
            return
        self._awaited.update(range(self.seq + 1, frame.seq))
        super()._event(frame, at)


class PeerHandset(NumberedHandset):
    """A phone of a peer: connects in `_open`, hears in `_message`; it never resumes."""

    async def connect(self, url: str, *, receive_buffer: int | None = None) -> float:
        """Into the room; the seconds until it is in."""
        del receive_buffer
        began = time.perf_counter()
        self.live, self.wire = False, None
        self._changed.clear()
        early: list[bytes] = []  # the server may speak in the very segment of the upgrade, before there is a wire
        async with asyncio.timeout(LIVE_WITHIN_S):
            self.wire = await self._open(url, lambda data: self._message(data) if self.wire else early.append(data))
            for data in early:
                self._message(data)
            await self._changed.wait()
        if not self.live:
            raise ConnectionError(f"closed with {self.closed} before it was live")
        return time.perf_counter() - began

    async def _open(self, url: str, hears: Callable[[bytes], None]) -> Wire:
        raise NotImplementedError

    def _came_in(self) -> None:
        self.live = True
        self._changed.set()


class SocketIoHandset(PeerHandset):
    """Engine.IO 4 over a websocket, commands as `say` with an acknowledgement."""

    def __init__(self, seat: Seat, hears: Hears) -> None:
        super().__init__(seat, hears)
        self._asked = 0

    async def _open(self, url: str, hears: Callable[[bytes], None]) -> Wire:
        return await open_wire(
            url, "/socket.io/?EIO=4&transport=websocket",
            subprotocols=("bench",), on_message=hears, on_closed=self._gone,
        )  # fmt: skip

    def say(self, message: object) -> None:
        """Send a command; the answer comes as an acknowledgement."""
        assert self.wire
        self._asked += 1
        self.wire.send(b'42%d["say",%b]' % (self._asked, msgspec.json.encode(message)))

    def _message(self, data: bytes) -> None:
        at = time.perf_counter()
        if data.startswith(_EVENT):
            self._event(_decode(data[len(_EVENT) : -1]), at)
        elif data.startswith(b"43"):
            self.hears(_decode(data[data.index(b"[") + 1 : -1]), at)
        elif self.wire and data == b"2":
            self.wire.send(b"3")
        elif self.wire and data.startswith(b"0"):
            self.wire.send(b"40" + msgspec.json.encode({"room": self.seat.session_id}))
        elif data.startswith(b'42["live"'):
            self._came_in()


class ColyseusHandset(PeerHandset):
    """Matchmaking over HTTP, then msgpack in binary frames."""

    async def _open(self, url: str, hears: Callable[[bytes], None]) -> Wire:
        found = await post(url, "/matchmake/joinOrCreate/couple", {"room": self.seat.session_id})
        room = found.get("room", found)
        return await open_wire(
            url, f"/{room['processId']}/{room['roomId']}?sessionId={found['sessionId']}",
            subprotocols=("bench",), on_message=hears, on_closed=self._gone,
        )  # fmt: skip

    def say(self, message: object) -> None:
        """Send a command as the message `say`."""
        assert self.wire
        self.wire.send_bytes(b"\x0d\xa3say" + msgspec.msgpack.encode(message))

    def _message(self, data: bytes) -> None:
        at = time.perf_counter()
        if data[0] == _MESSAGE:
            size = data[1] & 31
            frame = _unpack(data[2 + size :])
            if frame.t == "event":
                self._event(frame, at)
            else:
                self.hears(frame, at)
        elif data[0] == _JOINED and self.wire:
            self.wire.send_bytes(bytes([_JOINED]))
            self._came_in()


class PeerGame(EchoGame):
    """The couple in a peer's room."""

    def __init__(self, room: str, phone: type[NumberedHandset]) -> None:
        seat = Seat(room)
        super().__init__((seat, seat))
        self.phones = (phone(seat, self._hears), phone(seat, self._hears))

    def _next(self, by: int) -> dict[str, Any]:
        return {**super()._next(by), "seq": self._step}
