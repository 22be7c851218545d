"""A live phone's messages: commands one after the other in their order, pause and stop before everything else."""

import time
from collections import deque
from typing import Any

import structlog

from game_server.live.area import Play, Said
from game_server.live.attend import Attendant
from game_server.live.feed import Feed, Seated
from game_server.live.halts import HaltLane
from game_server.live.messages import Ack, BeatBack, HaltKind, Hello
from game_server.live.phone import Close
from game_server.live.room import Command
from game_server.live.rooms import Rooms
from game_server.live.wire import (
    UNREADABLE,
    Closed,
    refuse,
    refused_frame,
    said,
)
from game_server.process import gauges, tasks
from rooms import errors
from rooms.errors import Refused
from rooms.seats import SeatName
from storage import crash
from storage.database import STORE_ERRORS

log = structlog.get_logger()

MOST_WAITING = 64


class Conversation:
    """A live phone's messages: one after the other, pause and stop at once."""

    def __init__(
        self, rooms: Rooms[Any, Any], attendant: Attendant, play: Play[Any, Any], room_id: str, seated: Seated
    ) -> None:
        self._rooms = rooms
        self._attendant = attendant
        self._play = play
        self._spoken = rooms.kind.spoken
        self._room_id = room_id
        self._seated = seated
        self._phone = seated.phone
        self._waiting: deque[Said] = deque()
        self._playing = False
        self._halting = False
        self._goodbyes: set[str] = set()
        self._lanes = {command: self._lane(kind) for command, kind in self._spoken.halts.items()}

    def _lane(self, kind: HaltKind) -> HaltLane:
        return HaltLane(
            self._rooms, self._play, self._room_id, self._seated, kind=kind, seat_for=self.seat_for, ack=self.ack
        )

    def heard(self, text: str) -> bool:
        """A frame as it comes in; False for what is to be received in its turn: a halt, what comes while one waits for a place
        in its lane, and what nobody understands.
        """
        if self._halting:
            return False
        try:
            message = self._spoken.decoder.decode(text)
            if type(message) in self._lanes:
                return False
            self._phone.heard_at = time.monotonic()
            self._take(message, text)
        except UNREADABLE:
            return False
        except Closed as closed:
            self._phone.close(closed.why)
        except Exception:
            log.exception("not_heard", session=self._room_id)
            self._phone.close(Close.TRY_LATER)
        return True

    async def take(self, text: str) -> None:
        """The next frame; what is under way when the connection ends is seen through. Raises Closed."""
        try:
            message = self._spoken.decoder.decode(text)
        except UNREADABLE:
            self._refuse(text, errors.BadMessage())
            return
        lane = self._lanes.get(type(message))
        if lane is None:
            self._take(message, text)
            return
        crash.point("received")
        self._halting = True
        try:
            await self._halt(lane, said(message, text))
        finally:
            self._halting = False

    def _take(self, message: Any, text: str) -> None:
        crash.point("received")
        kind = type(message)
        if kind is BeatBack:
            self._beaten(message)
        elif kind is Hello:
            self._refuse(text, errors.BadMessage("You said hello already."))
        elif len(self._waiting) >= MOST_WAITING or not self._phone.inbound.spend():
            self._refuse(text, errors.RateLimited())
        else:
            self._phone.commanded_at = time.monotonic()
            self._waiting.append(said(message, text))
            self._go_on()

    def _refuse(self, text: str, refusal: Refused) -> None:
        refuse(self._phone, text, refusal, self._head())

    async def _halt(self, lane: HaltLane, halt: Said) -> None:
        self._phone.commanded_at = time.monotonic()
        try:
            self.seat_for(halt.command)
        except Refused as refusal:
            self._phone.send(refused_frame(halt.id, refusal, self._head()))
            return
        self._back(halt.command)
        await lane.take(halt)

    def _beaten(self, beat: BeatBack) -> None:
        if self._phone.lacks(beat.seq):
            tasks.start(self._repair(beat.seq), name="repair")

    async def _repair(self, last_seq: int) -> None:
        """The phone lacks something it was sent: send it again, up to what this connection has had."""
        try:
            feed, logged = await self._rooms.reread(self._room_id)
        except (Refused, *STORE_ERRORS) as error:  # the answer to the next beat says again what is lacking
            log.warning("repair_waits", session=self._room_id, kind=type(error).__name__)
            return
        sent = self._phone.seq or 0
        missing = [item for item in logged if item.seq <= sent]
        for frame in self._rooms.kind.rules.frames_after(feed.room, missing, self._seated.seat, last_seq):
            self._phone.send(frame)

    def _go_on(self) -> None:
        """One command after the other: the next one starts when the one before has its reply."""
        while self._waiting and not self._playing and not self._phone.closed:
            asked, began = self._waiting.popleft(), time.monotonic()
            try:
                seat = self.seat_for(asked.command)
            except Refused as refusal:
                self._phone.send(refused_frame(asked.id, refusal, self._head()))
            else:
                self._start(asked, seat, began)

    def _start(self, asked: Said, seat: SeatName, began: float) -> None:
        self._back(asked.command)
        feed = self._rooms.known(self._room_id)
        if feed is None:
            self._phone.close(Close.TRY_LATER)
            return
        self._playing = True

        def played(seq: int) -> None:
            self.ack(asked, seq, began)
            self._free()

        def refused(refusal: Refused) -> None:
            self._phone.send(refused_frame(asked.id, refusal, self._head()))
            if isinstance(refusal, errors.Replaced):
                self._phone.close(Close.REPLACED)
            self._free()

        fence = self._seated.seat, self._seated.fence
        self._play.arrived(feed, seat, asked.command, fence=fence, played=played, refused=refused)

    def _free(self) -> None:
        self._playing = False
        self._go_on()

    def ack(self, asked: Said, seq: int, began: float) -> None:
        """The one reply to a command that was played; `began` is when it was taken up, monotonic."""
        command = asked.command
        gauges.ack_seconds(type(command)).observe(time.monotonic() - began)
        # Nothing we write says who skipped, paused or stopped: of those the log has only that they happened.
        who = (
            {}
            if isinstance(command, self._spoken.unattributed)
            else {"seat": self._seated.seat, "connection": self._phone.number}
        )
        log.debug("acked", session=self._room_id, command=type(command).__name__.lower(), seq=seq, **who)
        crash.point("before_ack")
        self._phone.send_message(Ack(asked.id, seq))
        crash.point("after_ack")
        if isinstance(command, self._spoken.goodbye):
            self._goodbye(command)

    def _goodbye(self, leave: Any) -> None:
        """Once an id: a goodbye that is said again, its ack being lost, does not send a phone away that came back meanwhile."""
        if str(leave.id) in self._goodbyes:
            return
        self._goodbyes.add(str(leave.id))
        self._seated.said_goodbye = True
        self._attendant.gone(self._room_id, self._seated, on_purpose=True)

    def _back(self, command: Any) -> None:
        """Whoever said goodbye and goes on playing is here again."""
        if self._seated.said_goodbye and not isinstance(command, self._spoken.goodbye):
            self._seated.said_goodbye = False
            self._attendant.arrived(self._room_id, self._seated)

    def seat_for(self, command: Command) -> SeatName:
        """The phone's own seat, or a guest's whom it hosts. Raises NotHosted."""
        if command.seat is None or command.seat == self._seated.seat:
            return self._seated.seat
        feed = self._feed()
        if self._seated.seat != "A" or feed is None or not feed.room.seats["B"].hosted:
            raise errors.NotHosted
        return command.seat

    def _feed(self) -> Feed[Any, Any] | None:
        return self._rooms.known(self._room_id)

    def _head(self) -> int:
        feed = self._feed()
        return feed.head if feed else 0
