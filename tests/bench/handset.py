"""A phone that counts instead of showing: what it was sent once, twice or not at all, and when.

It answers beats, keeps its place in the log over reconnects, and leaves everything else in a frame undecoded.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress

import msgspec

from tests.bench.wire import Wire, open_wire, post

PROTOCOL = "attuned.v1"
LIVE_WITHIN_S = 30


class Seat(msgspec.Struct, frozen=True):
    """Somebody's place in a room. Without a token no ticket is asked for (the echo room knows none)."""

    session_id: str
    token: str | None = None


class Event(msgspec.Struct, frozen=True):
    """As much of an event as the next command depends on."""

    t: str
    turn: int = 0


class State(msgspec.Struct, frozen=True):
    """As much of a snapshot."""

    turn: int = 0
    card_seq: int | None = None


class Frame(msgspec.Struct, frozen=True):
    """As much of a frame."""

    t: str
    seq: int = 0
    head: int = 0
    id: str | None = None
    code: str = ""
    epoch: str | None = None
    mode: str = ""
    e: Event | None = None
    state: State | None = None
    reconnect_within_ms: int = 0


Hears = Callable[[Frame, float], None]
_decode = msgspec.json.Decoder(Frame).decode


class Handset:
    """One seat's phone. `hears` gets every event, snapshot, ack and refusal with the moment it came."""

    def __init__(self, seat: Seat, hears: Hears) -> None:
        self.seat = seat
        self.hears = hears
        self.seq = 0
        self.heard_at = 0.0
        self.epoch: str | None = None
        self.mode = ""
        self.live = False
        self.closed: int | None = None
        self.closed_at = 0.0
        self.drain_ms = 0
        self.delivered = 0
        self.twice = 0
        self.missed = 0
        self.by_snapshot = 0
        self.connects = 0
        self.wire: Wire | None = None
        self.gone = asyncio.Event()
        self._changed = asyncio.Event()

    async def connect(self, url: str, *, receive_buffer: int | None = None) -> float:
        """Ticket, socket, hello, and everything missed; the seconds until `live`. Raises OSError, HttpRefused, TimeoutError."""
        began = time.perf_counter()
        path = f"/ws/sessions/{self.seat.session_id}"
        self.live, self.closed, self.drain_ms = False, None, 0
        self.gone.clear()
        self._changed.clear()
        async with asyncio.timeout(LIVE_WITHIN_S):
            offered: tuple[str, ...] = (PROTOCOL,)
            if self.seat.token:
                made = await post(url, "/api/ws-tickets", {"session_id": self.seat.session_id}, self.seat.token)
                offered = (PROTOCOL, f"ticket.{made['ticket']}")
            self.wire = await open_wire(
                url, path, subprotocols=offered, on_message=self._message, on_closed=self._gone,
                receive_buffer=receive_buffer,
            )  # fmt: skip
            self.say({"t": "hello", "epoch": self.epoch, "last_seq": self.seq})
            await self._changed.wait()
        if not self.live:
            raise ConnectionError(f"closed with {self.closed} before it was live")
        self.connects += 1
        return time.perf_counter() - began

    def say(self, message: object) -> None:
        """Send a frame."""
        assert self.wire
        self.wire.send(msgspec.json.encode(message))

    def cut(self) -> None:
        """The network is gone: no close frame."""
        self.live = False
        if self.wire and self.wire.transport:
            self.wire.transport.abort()

    def stop_reading(self) -> None:
        """Take nothing any more; the connection stays."""
        assert self.wire
        self.wire.transport.pause_reading()

    def start_reading(self) -> None:
        """Take what there still is."""
        assert self.wire
        if not self.wire.transport.is_closing():
            self.wire.transport.resume_reading()

    async def closes_within(self, seconds: float) -> bool:
        """Does the server end the connection in that time?"""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.gone.wait(), seconds)
        return self.gone.is_set()

    def _gone(self, code: int) -> None:
        self.live, self.closed, self.closed_at = False, code, time.perf_counter()
        self.gone.set()
        self._changed.set()

    def _message(self, data: bytes) -> None:
        at = time.perf_counter()
        frame = _decode(data)
        match frame.t:
            case "event":
                self._event(frame, at)
            case "ack" | "refused":
                self.hears(frame, at)
            case "beat":
                self.say({"t": "beat", "seq": self.seq})
            case "welcome":
                if self.epoch not in (None, frame.epoch):
                    self.seq = 0
                self.epoch, self.mode = frame.epoch, frame.mode
            case "snapshot":
                self.by_snapshot += max(0, frame.seq - self.seq)
                self.seq = frame.seq
                self.hears(frame, at)
            case "live":
                self.live = True
                self._changed.set()
            case "draining":
                self.drain_ms = frame.reconnect_within_ms

    def _event(self, frame: Frame, at: float) -> None:
        if frame.seq <= self.seq:
            self.twice += 1
            return
        self.missed += frame.seq - self.seq - 1
        self.delivered += 1
        self.seq, self.heard_at = frame.seq, at
        self.hears(frame, at)
