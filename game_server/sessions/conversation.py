"""A live phone's messages: commands one after the other in their order, pause and stop before everything else."""

import asyncio
import time

import structlog

from game_server import gauges, tasks
from game_server.live import Close, Credits
from game_server.services import Services
from game_server.sessions import actions
from game_server.sessions.rooms import Seated
from game_server.sessions.wire import (
    MESSAGE,
    UNREADABLE,
    Beat,
    Closed,
    Hello,
    frames_after,
    received,
    refuse,
    refused_frame,
)
from rooms import errors
from rooms.errors import Refused
from rooms.sessions.commands import UNATTRIBUTED, FromSeat, Leave, Pause, SeatName, Stop
from storage import crash

log = structlog.get_logger()

MOST_WAITING = 64
HALT_RETRY_S = (0.1, 0.2, 0.5, 1.0)


class Conversation:
    """A live phone's messages: one after the other, pause and stop at once."""

    def __init__(self, services: Services, session_id: str, seated: Seated) -> None:
        settings = services.settings
        self._services = services
        self._session_id = session_id
        self._seated = seated
        self._phone = seated.phone
        self._credits = Credits(settings.credits_burst, settings.credits_per_s)
        self._waiting: asyncio.Queue[FromSeat | None] = asyncio.Queue()

    async def run(self) -> None:
        """Until the connection ends. Raises Closed."""
        tasks.start(self._work(), name="commands")
        try:
            while True:
                self._take(await received(self._phone))
        finally:
            self._waiting.put_nowait(None)

    def _take(self, text: str) -> None:
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
            case Pause() | Stop():
                self._halt(message)
            case _ if self._waiting.qsize() >= MOST_WAITING or not self._credits.spend():
                self._refuse(text, errors.RateLimited())
            case _:
                self._phone.commanded_at = time.monotonic()
                self._waiting.put_nowait(message)

    def _refuse(self, text: str, refusal: Refused) -> None:
        refuse(self._phone, text, refusal, self._head())
        if self._credits.refused():
            raise Closed(Close.FLOODING)

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

    async def _work(self) -> None:
        """Ends after what was under way when the connection did: a command that may be committed is seen through."""
        while (command := await self._waiting.get()) is not None and not self._phone.closed:
            await self._answer(command)

    async def _answer(self, command: FromSeat) -> None:
        began = time.monotonic()
        try:
            seat = self._speaks_for(command)
            seq = await actions.play(self._services, self._session_id, seat, command, fence=self._fence())
        except Refused as refusal:
            self._phone.send(refused_frame(str(command.id), refusal, self._head()))
            if isinstance(refusal, errors.Replaced):
                self._phone.close(Close.REPLACED)
        except Exception as error:
            log.exception("command_failed", session=self._session_id, command=type(command).__name__, exc_info=error)
            self._phone.send(refused_frame(str(command.id), errors.Unavailable(), self._head()))
        else:
            self._ack(command, seq, began)

    def _halt(self, command: Pause | Stop) -> None:
        """Before anything is committed both phones hide the card; the commit is tried until it is answered."""
        self._phone.commanded_at = time.monotonic()
        feed = self._services.rooms.known(self._session_id)
        try:
            self._speaks_for(command)
        except Refused as refusal:
            self._phone.send(refused_frame(str(command.id), refusal, self._head()))
            return
        number = None
        if feed and feed.room.state.phase != "ended":
            number = self._services.rooms.halt(feed, "stop" if isinstance(command, Stop) else "pause")
        tasks.start(self._halted(command, number), name="halt")

    async def _halted(self, command: Pause | Stop, number: int | None) -> None:
        answered = await self._halt_until_answered(command)
        feed = self._services.rooms.known(self._session_id)
        if feed and number is not None and answered:
            self._services.rooms.lift(feed, number)

    async def _halt_until_answered(self, command: Pause | Stop) -> bool:
        """False when the phone went before anybody knew: it says it again when it is back."""
        tries, began = 0, time.monotonic()
        while True:
            try:
                seat = self._speaks_for(command)
                seq = await actions.play(self._services, self._session_id, seat, command, fence=self._fence())
            except errors.Unavailable:
                if self._phone.closed:
                    return False
                await asyncio.sleep(HALT_RETRY_S[min(tries, len(HALT_RETRY_S) - 1)])
                tries += 1
            except Refused as refusal:
                self._phone.send(refused_frame(str(command.id), refusal, self._head()))
                return True
            else:
                self._ack(command, seq, began)
                return True

    def _ack(self, command: FromSeat, seq: int, began: float) -> None:
        gauges.ACK_SECONDS.labels(type(command).__name__.lower()).observe(time.monotonic() - began)
        # Nothing we write says who skipped, paused or stopped: of those the log has only that they happened.
        who = {} if isinstance(command, UNATTRIBUTED) else {"seat": self._seated.seat, "connection": self._phone.number}
        log.debug("acked", session=self._session_id, command=type(command).__name__.lower(), seq=seq, **who)
        crash.point("before_ack")
        self._phone.send_message({"t": "ack", "id": str(command.id), "seq": seq})
        crash.point("after_ack")
        if isinstance(command, Leave):
            self._seated.said_goodbye = True
            self._services.attendant.gone(self._session_id, self._seated, on_purpose=True)

    def _speaks_for(self, command: FromSeat) -> SeatName:
        """The phone's own seat, or a guest's whom it hosts. Raises NotHosted."""
        if command.seat is None or command.seat == self._seated.seat:
            return self._seated.seat
        feed = self._services.rooms.known(self._session_id)
        if self._seated.seat != "A" or feed is None or not feed.room.seats["B"].hosted:
            raise errors.NotHosted
        return command.seat

    def _fence(self) -> tuple[SeatName, int]:
        return self._seated.seat, self._seated.fence

    def _head(self) -> int:
        feed = self._services.rooms.known(self._session_id)
        return feed.head if feed else 0
