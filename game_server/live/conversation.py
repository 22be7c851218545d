"""A live phone's messages: commands one after the other in their order, pause and stop before everything else."""

import time
from collections import deque

import structlog

from game_server.live.feed import Feed, HaltKind, Seated
from game_server.live.halts import HaltLane
from game_server.live.phone import Close
from game_server.live.wire import (
    MESSAGE,
    UNREADABLE,
    Beat,
    Hello,
    Said,
    frames_after,
    received,
    refuse,
    refused_frame,
    said,
)
from game_server.process import gauges, tasks
from game_server.services import Services
from game_server.sessions import actions
from game_server.sessions.course import Asked, Course
from rooms import errors
from rooms.errors import Refused
from rooms.seats import SeatName
from rooms.sessions.commands import UNATTRIBUTED, FromSeat, Leave, Pause, Stop
from storage import crash

log = structlog.get_logger()

MOST_WAITING = 64


class Conversation:
    """A live phone's messages: one after the other, pause and stop at once."""

    def __init__(self, services: Services, course: Course, session_id: str, seated: Seated) -> None:
        self._services = services
        self._course = course
        self._session_id = session_id
        self._seated = seated
        self._phone = seated.phone
        self._waiting: deque[Said] = deque()
        self._playing = False
        self._goodbyes: set[str] = set()
        self._pauses = self._lane("pause")
        self._stops = self._lane("stop")

    def _lane(self, kind: HaltKind) -> HaltLane:
        return HaltLane(self._services, self._session_id, self._seated, kind=kind, seat_for=self.seat_for, ack=self.ack)

    async def run(self) -> None:
        """Until the connection ends; what was under way then is seen through. Raises Closed."""
        while True:
            await self._take(await received(self._phone))

    async def _take(self, text: str) -> None:
        try:
            message = MESSAGE.decode(text)
        except UNREADABLE:
            self._refuse(text, errors.BadMessage())
            return
        crash.point("received")
        match message:
            case Beat():
                self._beaten(message)
            case Hello():
                self._refuse(text, errors.BadMessage("You said hello already."))
            case Pause():
                await self._halt(self._pauses, said(message, text))
            case Stop():
                await self._halt(self._stops, said(message, text))
            case _ if len(self._waiting) >= MOST_WAITING or not self._phone.inbound.spend():
                self._refuse(text, errors.RateLimited())
            case _:
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

    def _beaten(self, beat: Beat) -> None:
        if 0 <= beat.seq < self._seated.beat_head:
            self._seated.beat_head = 0  # one repair a beat of ours: theirs are not counted, and each would read the log
            tasks.start(self._repair(beat.seq), name="repair")

    async def _repair(self, last_seq: int) -> None:
        """The phone lacks something it was sent: send it again, up to what this connection has had."""
        feed, logged = await self._services.rooms.reread(self._session_id)
        sent = self._phone.seq or 0
        missing = [item for item in logged if item.seq <= sent]
        for frame in frames_after(feed, missing, self._seated.seat, last_seq):
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
                self._play(asked, seat, began)

    def _play(self, asked: Said, seat: SeatName, began: float) -> None:
        self._back(asked.command)
        feed = self._feed()
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

        self._course.arrived(
            Asked(
                feed=feed,
                seat=seat,
                command=asked.command,
                answer=actions.answer_of(self._services, seat, asked.command),
                fence=(self._seated.seat, self._seated.fence),
                inputs=actions.inputs_now(self._services),
                played=played,
                refused=refused,
            )
        )

    def _free(self) -> None:
        self._playing = False
        self._go_on()

    def ack(self, asked: Said, seq: int, began: float) -> None:
        """The one reply to a command that was played; `began` is when it was taken up, monotonic."""
        command = asked.command
        gauges.ACK_SECONDS.labels(type(command).__name__.lower()).observe(time.monotonic() - began)
        # Nothing we write says who skipped, paused or stopped: of those the log has only that they happened.
        who = {} if isinstance(command, UNATTRIBUTED) else {"seat": self._seated.seat, "connection": self._phone.number}
        log.debug("acked", session=self._session_id, command=type(command).__name__.lower(), seq=seq, **who)
        crash.point("before_ack")
        self._phone.send_message({"t": "ack", "id": asked.id, "seq": seq})
        crash.point("after_ack")
        if isinstance(command, Leave):
            self._goodbye(command)

    def _goodbye(self, leave: Leave) -> None:
        """Once an id: a goodbye that is said again, its ack being lost, does not send a phone away that came back meanwhile."""
        if str(leave.id) in self._goodbyes:
            return
        self._goodbyes.add(str(leave.id))
        self._seated.said_goodbye = True
        self._services.attendant.gone(self._session_id, self._seated, on_purpose=True)

    def _back(self, command: FromSeat) -> None:
        """Whoever said goodbye and goes on playing is here again."""
        if self._seated.said_goodbye and not isinstance(command, Leave):
            self._seated.said_goodbye = False
            self._services.attendant.arrived(self._session_id, self._seated)

    def seat_for(self, command: FromSeat) -> SeatName:
        """The phone's own seat, or a guest's whom it hosts. Raises NotHosted."""
        if command.seat is None or command.seat == self._seated.seat:
            return self._seated.seat
        feed = self._feed()
        if self._seated.seat != "A" or feed is None or not feed.room.seats["B"].hosted:
            raise errors.NotHosted
        return command.seat

    def _feed(self) -> Feed | None:
        return self._services.rooms.known(self._session_id)

    def _head(self) -> int:
        feed = self._feed()
        return feed.head if feed else 0
