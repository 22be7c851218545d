"""The room socket: who may come in, hello and resume, commands in their order, and pause and stop before everything else."""

import asyncio
import time
from typing import Any, Literal

import msgspec
import structlog
from litestar import WebSocket, websocket
from litestar.di import NamedDependency
from litestar.params import FromPath

from game_server import gauges, tasks
from game_server.accounts.callers import Caller, authenticate
from game_server.live import Close, Credits, Phone
from game_server.services import Services
from game_server.sessions import actions, tickets
from game_server.sessions.rooms import Feed, Seated, event_frame
from rooms import errors
from rooms.errors import Refused
from rooms.sessions.commands import FromSeat, Leave, Pause, SeatName, Stop
from rooms.sessions.fold import evolve
from rooms.sessions.state import opening
from rooms.sessions.views import view
from storage import crash
from storage import sessions as store
from storage.sessions import Logged

log = structlog.get_logger()

PROTOCOL = "attuned.v1"
TICKET = "ticket."
MOST_WAITING = 64
HALT_RETRY_S = (0.1, 0.2, 0.5, 1.0)


class Hello(msgspec.Struct, frozen=True, tag_field="t", tag="hello"):
    """The client's first message."""

    epoch: str | None = None
    last_seq: int = 0


class Beat(msgspec.Struct, frozen=True, kw_only=True, tag_field="t", tag="beat"):
    """The client's answer to a beat."""

    seq: int


class _Envelope(msgspec.Struct, frozen=True):
    """As much of a bad message as a refusal can repeat."""

    id: Any = None


_MESSAGE: msgspec.json.Decoder[FromSeat | Hello | Beat] = msgspec.json.Decoder(FromSeat | Hello | Beat)
_ENVELOPE = msgspec.json.Decoder(_Envelope)
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class _Closed(Exception):
    """This connection is not to go on; the code says why."""

    def __init__(self, why: Close) -> None:
        self.why = why


@websocket("/ws/sessions/{session_id:str}")
async def room_socket(
    socket: WebSocket[Any, Any, Any], services: NamedDependency[Services], session_id: FromPath[str]
) -> None:
    """One phone's connection to a room, from the upgrade to its end."""
    offered = socket.scope.get("subprotocols", [])
    await socket.accept(subprotocols=_answered(offered))
    phone = Phone(socket, services.dice.uuid())
    seated: Seated | None = None
    try:
        caller, seat = await _admitted(socket, services, session_id, offered)
        hello = await _hello(phone, services)
        seated = await _seated(services, session_id, phone, caller, seat)
        await _resumed(services, session_id, seated, hello)
        await _Conversation(services, session_id, seated).run()
    except _Closed as closed:
        phone.close(closed.why)
    except (Refused, *actions.STORE_ERRORS) as error:
        log.warning("attach_failed", kind=type(error).__name__)
        phone.close(Close.TRY_LATER)
    finally:
        if seated:
            services.rooms.exit(session_id, seated)
            if seated.phone.seq is not None and not seated.said_goodbye:
                services.attendant.gone(session_id, seated, on_purpose=False)
        await phone.finished()


# --- coming in -----------------------------------------------------------------------------------------------------------


def _answered(offered: list[str]) -> str | None:
    if PROTOCOL in offered:
        return PROTOCOL
    return next((name for name in offered if not name.startswith(TICKET)), None)


async def _admitted(
    socket: WebSocket[Any, Any, Any], services: Services, session_id: str, offered: list[str]
) -> tuple[Caller, SeatName]:
    """The caller and the seat. Raises _Closed with the code a browser can tell apart."""
    if services.hub.draining:
        raise _Closed(Close.RESTARTING)
    if offered and PROTOCOL not in offered:
        raise _Closed(Close.TOO_OLD)
    if not _origin_allowed(socket, services):
        raise _Closed(Close.NOT_YOURS)
    caller = await _caller(socket, services, session_id, offered)
    seat = await tickets.seat_for(services, session_id, caller)
    if seat is None:
        raise _Closed(Close.NOT_YOURS)
    return caller, seat


def _origin_allowed(socket: WebSocket[Any, Any, Any], services: Services) -> bool:
    origin = socket.headers.get("origin")
    if origin is None:
        return True
    host = socket.headers.get("host", "")
    settings = services.settings
    return origin.partition("://")[2] == host or origin == settings.base_url or origin in settings.allowed_origins


async def _caller(socket: WebSocket[Any, Any, Any], services: Services, session_id: str, offered: list[str]) -> Caller:
    ticket = next((name.removeprefix(TICKET) for name in offered if name.startswith(TICKET)), None)
    try:
        if ticket is not None:
            return await tickets.redeem(services, ticket, session_id)
        return await authenticate(services, socket.headers.get("authorization"))
    except Refused as refusal:
        raise _Closed(Close.BAD_TICKET) from refusal


async def _hello(phone: Phone, services: Services) -> Hello:
    try:
        async with asyncio.timeout(services.settings.hello_s):
            while True:
                text = await _received(phone)
                try:
                    message = _MESSAGE.decode(text)
                except _UNREADABLE:
                    message = None
                if isinstance(message, Hello):
                    return message
                _refuse(phone, text, errors.BadMessage("Say hello first."), 0)
    except TimeoutError:
        raise _Closed(Close.NO_HELLO) from None


async def _seated(services: Services, session_id: str, phone: Phone, caller: Caller, seat: SeatName) -> Seated:
    """Raise the seat's fence, listen to the room; from here on nothing is missed."""
    async with services.database.as_service() as connection:
        fence = await store.attach(connection, session_id, seat)
    seated = Seated(phone=phone, seat=seat, fence=fence, actor=caller.actor, login=caller.login)
    await services.rooms.enter(session_id, seated)
    async with services.database.reading() as connection:
        latest = await store.fences(connection, [session_id])
    if latest.get((session_id, seat)) != fence:  # a newer one came before this process could hear of it
        services.rooms.exit(session_id, seated)
        raise _Closed(Close.REPLACED)
    return seated


async def _resumed(services: Services, session_id: str, seated: Seated, hello: Hello) -> None:
    """welcome, then what is missing (events or a snapshot), then live, then who is here."""
    feed, logged = await services.rooms.reread(session_id)
    while feed.head > len(logged):
        feed, logged = await services.rooms.reread(session_id)
    crash.point("during_resume")
    gauges.RESUMES.labels(_welcome(services, feed, logged, seated, hello)).inc()
    gauges.CONNECTS.inc()
    gauges.RESUME_SECONDS.observe(time.monotonic() - seated.phone.heard_at)
    services.attendant.arrived(session_id, seated)
    found = await services.attendant.presences([session_id])
    for seat, reading in found[session_id].items():
        services.attendant.show(seated, seat, reading)


def _welcome(services: Services, feed: Feed, logged: list[Logged], seated: Seated, hello: Hello) -> str:
    """The mode. Written without an await, so that no event can come between the log's head and `live`."""
    settings, phone, head = services.settings, seated.phone, feed.head
    gap = head - hello.last_seq
    mode: Literal["replay", "snapshot", "closed"] = "replay"
    if feed.room.state.phase == "ended":
        mode = "closed"
    elif hello.epoch != feed.room.epoch or not 0 <= gap <= settings.replay_gap or hello.last_seq < 0:
        mode = "snapshot"
    phone.send_message(
        {
            "t": "welcome",
            "seat": seated.seat,
            "epoch": feed.room.epoch,
            "head": head,
            "mode": mode,
            "now": services.clock.now(),
            "ping_ms": settings.ping_ms,
            "dead_ms": settings.dead_ms,
        }
    )
    if mode == "replay":
        for frame in frames_after(feed, logged, seated.seat, hello.last_seq):
            phone.send(frame)
    else:
        phone.send_message({"t": "snapshot", "seq": head, "state": feed.seen(seated.seat)})
    phone.seq = head
    phone.send_message({"t": "live"})
    return mode


def frames_after(feed: Feed, logged: list[Logged], seat: SeatName, last_seq: int) -> list[bytes]:
    """The events after last_seq as this seat's phone gets them, from the whole log."""
    room = feed.room
    state = opening(room.state.session_id, room.state.settings, hosted=room.seats["B"].hosted)
    frames = []
    for item in logged:
        before = state
        state = evolve(state, item.event)
        if item.seq > last_seq:
            was, now = view(before, seat, room.names), view(state, seat, room.names)
            frames.append(event_frame(item, seat, was, now, room))
    return frames


# --- talking -------------------------------------------------------------------------------------------------------------


class _Conversation:
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
        """Until the connection ends. Raises _Closed."""
        tasks.start(self._work(), name="commands")
        try:
            while True:
                self._take(await _received(self._phone))
        finally:
            self._waiting.put_nowait(None)

    def _take(self, text: str) -> None:
        try:
            message = _MESSAGE.decode(text)
        except _UNREADABLE:
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
        _refuse(self._phone, text, refusal, self._head())
        if self._credits.refused():
            raise _Closed(Close.FLOODING)

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
        if feed and feed.room.state.phase != "ended":
            self._services.rooms.halt(self._session_id, "stop" if isinstance(command, Stop) else "pause")
        tasks.start(self._halt_until_answered(command), name="halt")

    async def _halt_until_answered(self, command: Pause | Stop) -> None:
        tries, began = 0, time.monotonic()
        while True:
            try:
                seat = self._speaks_for(command)
                seq = await actions.play(self._services, self._session_id, seat, command, fence=self._fence())
            except errors.Unavailable:
                if self._phone.closed:
                    return  # the phone sends it again when it is back
                await asyncio.sleep(HALT_RETRY_S[min(tries, len(HALT_RETRY_S) - 1)])
                tries += 1
            except Refused as refusal:
                self._phone.send(refused_frame(str(command.id), refusal, self._head()))
                return
            else:
                self._ack(command, seq, began)
                return

    def _ack(self, command: FromSeat, seq: int, began: float) -> None:
        gauges.ACK_SECONDS.labels(type(command).__name__.lower()).observe(time.monotonic() - began)
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


async def _received(phone: Phone) -> str:
    """The next text frame. Raises _Closed: binary, too large, or the peer is gone."""
    event: Any = await phone.socket.receive()
    if event["type"] != "websocket.receive":
        phone.closed = True
        raise _Closed(Close.DEAD)
    phone.heard_at = time.monotonic()
    if event.get("bytes") is not None:
        raise _Closed(Close.BINARY)
    return str(event["text"])


def _refuse(phone: Phone, text: str, refusal: Refused, head: int) -> None:
    try:
        command_id = _ENVELOPE.decode(text).id
    except _UNREADABLE:
        command_id = None
    phone.send(refused_frame(command_id if isinstance(command_id, str) else None, refusal, head))


def refused_frame(command_id: str | None, refusal: Refused, head: int) -> bytes:
    """A refusal on the wire."""
    gauges.REFUSALS.labels(refusal.code).inc()
    return msgspec.json.encode(
        {
            "t": "refused",
            "id": command_id,
            "code": refusal.code,
            "message": refusal.message,
            "head": head,
            "retryable": refusal.retryable,
        }
    )
