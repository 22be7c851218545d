"""The socket protocol that live rooms share: one phone's connection, its queue, its credits, and the close codes.

A `Phone` never waits for its peer: frames go into a bounded queue that is written out once a turn of the loop, and whoever
does not take them is closed 4008 and may resume. Nothing here knows what a room is.
"""

import asyncio
import socket
import struct
import time
from collections import deque
from collections.abc import Callable
from enum import Enum
from itertools import islice
from typing import Any, Literal

import msgspec
import structlog
from litestar import WebSocket

from game_server.live.messages import Message
from game_server.process import gauges, tasks
from game_server.process.server import HEAR, SEND_TEXTS, SEND_TEXTS_NOW, TRANSPORT, own_socket

log = structlog.get_logger()

Action = Literal["reconnect", "stop", "new_ticket"]

MOST_FRAMES = 256
MOST_BYTES = 256 * 1024
MOST_AT_ONCE = 32
MOST_BEATS = 64
"""Beats whose answers are awaited."""
OLDEST_S = 10.0
RESET_ON_CLOSE = struct.pack("ii", 1, 0)
"""SO_LINGER, for no time."""
CLOSE_WITHIN_S = 1.0
REFUSALS_BEFORE_CLOSE = 20
REFUSALS_WITHIN_S = 10.0


class Close(Enum):
    """The law of close codes: number, name, what the client does. The documentation and the client's table come from here."""

    DEAD = (4001, "dead", "reconnect")
    SLOW = (4008, "slow", "reconnect")
    RESTARTING = (1012, "restarting", "reconnect")
    TRY_LATER = (1013, "try_later", "reconnect")
    BAD_TICKET = (4401, "bad_ticket", "new_ticket")
    NO_HELLO = (4408, "no_hello", "new_ticket")
    NOT_YOURS = (4403, "not_yours", "stop")
    REPLACED = (4409, "replaced", "stop")
    OVER = (4410, "session_over", "stop")
    TOO_OLD = (4426, "upgrade_required", "stop")
    BINARY = (1003, "binary", "stop")
    FLOODING = (1008, "flooding", "stop")
    TOO_LARGE = (1009, "too_large", "stop")

    @property
    def code(self) -> int:
        """The number on the wire."""
        return self.value[0]

    @property
    def reason(self) -> str:
        """The name on the wire."""
        return self.value[1]

    @property
    def action(self) -> Action:
        """What the client does next."""
        return self.value[2]


PEERS_CODES = frozenset({1000, 1001, 1002, 1003, 1005, 1006, 1007, 1008, 1009, 1010, 1011})
"""Codes that end a connection from the other side, or by a broken line (1006); a peer may make up any other."""

for _code in sorted({one.code for one in Close} | PEERS_CODES):
    gauges.CLOSES.labels(str(_code))  # told as 0 before the first one comes


class Credits:
    """A token bucket, and a count of refusals that says when a client is flooding."""

    def __init__(self, burst: int, per_second: float) -> None:
        self._burst, self._rate = float(burst), float(per_second)
        self._left, self._at = float(burst), time.monotonic()
        self._refusals: deque[float] = deque(maxlen=REFUSALS_BEFORE_CLOSE)

    def spend(self) -> bool:
        """Take one; False when there is none."""
        now = time.monotonic()
        self._left = min(self._burst, self._left + (now - self._at) * self._rate)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True

    def refused(self) -> bool:
        """Count a refusal; True when that was one too many in too short a time."""
        now = time.monotonic()
        self._refusals.append(now)
        return len(self._refusals) == REFUSALS_BEFORE_CLOSE and now - self._refusals[0] <= REFUSALS_WITHIN_S


class Phone:
    """One open connection. `seq` is the last event put into its queue, None until it is live; `inbound` is what it may say.
    `why` is the code that this side closed it with.
    """

    def __init__(self, socket: WebSocket[Any, Any, Any], number: str, inbound: Credits) -> None:
        self.socket = socket
        self._extensions: dict[str, Any] = socket.scope.get("extensions") or {}
        self.number = number
        self.inbound = inbound
        self.seq: int | None = None
        self.heard_at = time.monotonic()
        self.beat_at = time.monotonic()
        self.commanded_at = time.monotonic()
        self.closed = False
        self.why: Close | None = None
        self.frames_read = 0
        self._beats: deque[tuple[int, float]] = deque(maxlen=MOST_BEATS)
        self._frames: deque[tuple[bytes, float]] = deque()
        self._bytes = 0
        self._loop = asyncio.get_running_loop()
        self._due = False
        self._putting = False
        self._awake = asyncio.Event()
        self._writer = tasks.start(self._write(), name=f"phone {number}")
        self._closing: asyncio.Task[None] | None = None

    def send(self, frame: bytes) -> None:
        """Queue a frame; a phone that does not keep up is closed 4008."""
        if self.closed:
            return
        self._frames.append((frame, time.monotonic()))
        self._bytes += len(frame)
        if not self._due:
            self._due = True
            self._loop.call_soon(self._flush)
        if len(self._frames) > MOST_FRAMES or self._bytes > MOST_BYTES:
            self.close(Close.SLOW)

    def send_message(self, message: Message) -> None:
        """Queue a message."""
        self.send(msgspec.json.encode(message))

    def beat(self, message: Message) -> None:
        """Ask whether it has everything that was sent to it so far."""
        self.beat_at = time.monotonic()
        self._beats.append((self.seq or 0, self.beat_at))
        self.send_message(message)

    def lacks(self, seq: int) -> int:
        """How many events it lacks by its answer to a beat; none by an answer that nobody asked for, and once a beat. Answers
        come in the beats' order, and late where a line is slow: of what was sent after the beat that it answers it knows nothing.
        """
        while len(self._beats) > 1 and time.monotonic() - self._beats[0][1] > OLDEST_S:
            self._beats.popleft()
        answered = False
        while self._beats and self._beats[0][0] <= seq:
            self._beats.popleft()
            answered = True
        if answered or not self._beats or seq < 0:
            return 0
        self._beats.clear()
        return (self.seq or 0) - seq

    def hear(self, listener: Callable[[str], bool]) -> None:
        """Give what this phone says to the listener at once, where the server can; what it answers False to is to be received."""
        if hear := self._extensions.get(HEAR):
            hear(listener)

    @property
    def waiting(self) -> int:
        """Frames in the queue."""
        return len(self._frames)

    def is_slow(self) -> bool:
        """Has the oldest frame waited too long?"""
        return bool(self._frames) and time.monotonic() - self._frames[0][1] > OLDEST_S

    def failing(self, dead_ms: int) -> Close | None:
        """Why this line is to be given up: nothing was heard for so long, or what it is sent waits too long."""
        if time.monotonic() - self.heard_at > dead_ms / 1000:
            return Close.DEAD
        return Close.SLOW if self.is_slow() else None

    def close(self, why: Close) -> None:
        """Close soon: with the code when the peer takes it within a second, else by cutting the connection."""
        if self.closed:
            return
        self.closed = True
        self.why = why
        self._closing = tasks.start(self._close(why), name=f"close {self.number}")

    def gone(self, code: int | None) -> None:
        """The other side closed, or the line is broken."""
        if not self.closed:
            gauges.CLOSES.labels(str(code) if code in PEERS_CODES else "other").inc()
        self.closed = True

    async def finished(self) -> None:
        """The reader is done: let a close frame out, then end the writer."""
        self.closed = True
        if self._closing:
            await asyncio.wait([self._closing])
        await tasks.stop(self._writer)

    def _flush(self) -> None:
        """What came since the loop's last turn, in one write, as long as the peer keeps up; else the writer waits for it."""
        self._due = False
        if self.closed or self._putting:
            return
        send_now = self._extensions[SEND_TEXTS_NOW]
        try:
            while self._frames:
                frames = self._next()
                if not send_now(frames):
                    self._awake.set()
                    return
                self._drop(frames)
        except Exception as error:  # noqa: BLE001 - however the peer went, the reader hears of it too
            log.debug("send_failed", connection=self.number, kind=type(error).__name__)

    async def _write(self) -> None:
        """For a peer that does not keep up."""
        while True:
            await self._awake.wait()
            self._awake.clear()
            self._putting = True
            while self._frames and not self.closed:
                frames = self._next()
                try:
                    await self._put(frames)
                except Exception as error:  # noqa: BLE001 - however the peer went, the reader hears of it too
                    log.debug("send_failed", connection=self.number, kind=type(error).__name__)
                    return
                self._drop(frames)
            self._putting = False

    def _next(self) -> list[bytes]:
        return [frame for frame, _ in islice(self._frames, MOST_AT_ONCE)]

    def _drop(self, frames: list[bytes]) -> None:
        for frame in frames[: len(self._frames)]:
            self._frames.popleft()
            self._bytes -= len(frame)

    async def _put(self, frames: list[bytes]) -> None:
        """In one write. Raises ClientDisconnected, or what the transport says."""
        await self._extensions[SEND_TEXTS](frames)

    async def _close(self, why: Close) -> None:
        last = [frame for frame, _ in self._frames] if why not in (Close.SLOW, Close.DEAD) else []
        self._frames.clear()
        self._bytes = 0
        await tasks.stop(self._writer)
        try:
            async with asyncio.timeout(CLOSE_WITHIN_S):
                if last:
                    await self._put(last)
                await self.socket.send({"type": "websocket.close", "code": why.code, "reason": why.reason})
        except Exception as error:  # noqa: BLE001 - it could not be written: cut
            log.debug("close_failed", connection=self.number, kind=type(error).__name__)
            self.cut()
        gauges.CLOSES.labels(str(why.code)).inc()
        log.info("phone_closed", connection=self.number, code=why.code)

    def cut(self) -> None:
        """Cut the connection at the transport, with a reset: the kernel forgets what was never read, and a phone that wakes up
        does not take old frames for news.
        """
        transport = self._extensions.get(TRANSPORT)
        if transport is None:
            return
        found = own_socket(transport)
        if found is not None:
            with found:
                found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
        transport.abort()
