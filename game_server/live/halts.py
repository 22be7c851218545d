"""A phone's pauses, or its stops: both phones hide the card the moment one arrives; then each is tried until it is answered.

They overtake every other command and are never refused for being many. So that many of them harm nobody, one halt is sent for
all that wait for the same event, and they are played one after the other. What was answered before, and is said again after the
game went on, must hide nothing: the first one of a connection, and of a phone whose halts came to nothing, is looked up first.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from typing import Any

import structlog

from game_server.live.area import Play, Said
from game_server.live.feed import Feed, Seated
from game_server.live.messages import HaltKind
from game_server.live.phone import Credits
from game_server.live.rooms import Rooms
from game_server.live.wire import refused_frame
from game_server.process import tasks
from rooms import errors
from rooms.errors import Refused
from rooms.seats import SeatName
from storage import crash
from storage.database import STORE_ERRORS

log = structlog.get_logger()

RETRY_S = (0.1, 0.2, 0.5, 1.0)
MOST_WAITING = 1000
"""Halts of one kind that wait; a phone with more is not read on until some are answered."""

EMPTY_BURST, EMPTY_PER_S = 5, 1 / 12
"""Halts that came to nothing: after so many a phone's next ones are looked up first."""
LOOK_UP_WITHIN_S = 0.05


class HaltLane:
    """One phone's halts of one kind, in the order they came."""

    def __init__(
        self,
        rooms: Rooms[Any, Any],
        play: Play[Any, Any],
        room_id: str,
        seated: Seated,
        *,
        kind: HaltKind,
        seat_for: Callable[[Any], SeatName],
        ack: Callable[[Said, int, float], None],
    ) -> None:
        self._rooms = rooms
        self._play = play
        self._room_id = room_id
        self._seated = seated
        self._seat_for = seat_for
        self._ack = ack
        self._kind = kind
        self._waiting: deque[tuple[Said, int | None]] = deque()
        self._working = False
        self._empty = Credits(EMPTY_BURST, EMPTY_PER_S)
        self._believed = False  # the first one of a connection may be one that its phone says again
        self._room = asyncio.Event()
        self._room.set()

    async def take(self, halt: Said) -> None:
        """Hide the card on both phones, and put the command into the lane; waits while that is full."""
        feed = self._feed()
        retried = feed is not None and feed.was_answered(str(halt.command.id))
        self._waiting.append((halt, self._call() if self._believed and not retried else None))
        if len(self._waiting) >= MOST_WAITING:
            self._room.clear()
        if not self._working:
            self._working = True
            tasks.start(self._work(), name="halts")
        await self._room.wait()

    async def _work(self) -> None:
        """One after the other, also when the connection has ended meanwhile: what was taken is played."""
        try:
            while self._waiting:
                await self._see_through(*self._waiting.popleft())
                if len(self._waiting) < MOST_WAITING:
                    self._room.set()
        finally:
            self._working = False

    async def _see_through(self, halt: Said, number: int | None) -> None:
        feed = self._feed()
        if self._seated.phone.closed and feed and not feed.would_halt(self._kind):
            return  # nobody is there for the answer, and the game is halted
        if number is None and feed and feed.would_halt(self._kind) and not await self._is_answered(feed, halt):
            number = self._call()
        crash.point("arrived")
        answered = await self._until_answered(halt)
        feed = self._feed()
        if feed and number is not None and answered and self._rooms.lift(feed, self._kind, number):
            self._believed = self._empty.spend()

    def _call(self) -> int | None:
        feed = self._feed()
        return self._rooms.halt(feed, self._kind) if feed else None

    def _feed(self) -> Feed[Any, Any] | None:
        return self._rooms.known(self._room_id)

    async def _is_answered(self, feed: Feed[Any, Any], halt: Said) -> bool:
        """Was this very command answered before? Where that cannot be known at once it is believed to be new."""
        if feed.was_answered(str(halt.command.id)):
            return True
        look = tasks.start(self._look_up(halt), name="halt looked up")
        await asyncio.wait({look}, timeout=LOOK_UP_WITHIN_S)
        if not look.done():
            look.cancel()  # and not waited for: while PostgreSQL hangs, giving its connection back takes seconds
            return False
        answered = look.result()
        if answered is not None:
            self._believed = not answered
        return bool(answered)

    async def _look_up(self, halt: Said) -> bool | None:
        """The same of PostgreSQL; None where it does not say."""
        try:
            return await self._rooms.replied(self._room_id, str(halt.command.id)) is not None
        except STORE_ERRORS:
            return None

    async def _until_answered(self, halt: Said) -> bool:
        """False when the phone went before anybody knew: it says it again when it is back."""
        tries, began = 0, time.monotonic()
        fence = self._seated.seat, self._seated.fence
        while True:
            try:
                seat = self._seat_for(halt.command)
                seq = await self._play.play(self._room_id, seat, halt.command, fence=fence)
            except errors.Unavailable:
                if self._seated.phone.closed:
                    return False
                await asyncio.sleep(RETRY_S[min(tries, len(RETRY_S) - 1)])
                tries += 1
            except Refused as refusal:
                self._seated.phone.send(refused_frame(halt.id, refusal, self._head()))
                return True
            except Exception as error:
                log.exception("halt_failed", session=self._room_id, exc_info=error)
                self._seated.phone.send(refused_frame(halt.id, errors.Unavailable(), self._head()))
                return False
            else:
                if feed := self._feed():
                    feed.answered(str(halt.command.id))
                self._ack(halt, seq, began)
                return True

    def _head(self) -> int:
        feed = self._feed()
        return feed.head if feed else 0
