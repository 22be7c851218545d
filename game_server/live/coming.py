"""A phone comes into a live room: the upgrade, hello, and resume; what is said then is in `conversation.py`."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, Protocol, TypeVar

import msgspec
import structlog
from litestar import WebSocket

from game_server.live.area import Play
from game_server.live.attend import Attendant
from game_server.live.conversation import Conversation
from game_server.live.feed import Feed, Seated
from game_server.live.hub import Hub
from game_server.live.messages import Heard, Hello, Live, Mode, Snapshot, Welcome
from game_server.live.phone import Close, Credits, Phone
from game_server.live.protocol import PROTOCOL, TICKET, answered
from game_server.live.rooms import Rooms
from game_server.live.wire import UNREADABLE, Closed, received, refuse
from game_server.process import gauges, origins
from game_server.process.clock import Clock
from game_server.process.schema import Schema
from game_server.settings import Settings
from rooms import errors
from rooms.errors import Refused
from rooms.seats import SeatName
from storage import crash
from storage.database import STORE_ERRORS

log = structlog.get_logger()

_FIRST: msgspec.json.Decoder[Heard] = msgspec.json.Decoder(Heard)


class Guest(msgspec.Struct, frozen=True):
    """Whoever holds the phone, with their seat; `login` is None for people without an account."""

    actor: str
    login: str | None
    seat: SeatName


Who = TypeVar("Who")

Knock = Callable[[str | None, str | None], Awaitable[Who | None]]
"""Who comes with this ticket or, without one, this Authorization header; None has no place here. Raises Closed."""


class Door(Protocol):
    """What of the services lets a phone in."""

    @property
    def settings(self) -> Settings: ...
    @property
    def hub(self) -> Hub: ...
    @property
    def schema(self) -> Schema: ...


class Parts(Door, Protocol):
    """What of the services a live room needs."""

    @property
    def rooms(self) -> Rooms[Any, Any]: ...
    @property
    def attendant(self) -> Attendant: ...
    @property
    def clock(self) -> Clock: ...


async def come_in(
    socket: WebSocket[Any, Any, Any],
    parts: Parts,
    play: Play[Any, Any],
    room_id: str,
    *,
    number: str,
    knock: Knock[Guest],
) -> None:
    """One phone's connection to a room, from the upgrade to its end; `number` names it."""
    offered = socket.scope.get("subprotocols", [])
    await socket.accept(subprotocols=answered(offered))
    phone = Phone(socket, number, Credits(parts.settings.credits_burst, parts.settings.credits_per_s))
    seated: Seated | None = None
    try:
        guest = await admitted(socket, parts, offered, knock)
        hello = await first_word(phone, parts.settings)
        seated = await _seated(parts, room_id, phone, guest)
        await _resumed(parts, play, room_id, seated, hello)
        conversation = Conversation(parts.rooms, parts.attendant, play, room_id, seated)
        phone.hear(conversation.heard)
        while True:
            await conversation.take(await received(phone))
    except Closed as closed:
        phone.close(closed.why)
    except (Refused, *STORE_ERRORS) as error:
        log.warning("attach_failed", kind=type(error).__name__)
        phone.close(Close.TRY_LATER)
    finally:
        if seated:
            parts.rooms.exit(room_id, seated)
            if phone.why is Close.REPLACED:
                parts.attendant.replaced(room_id, seated)
            elif phone.seq is not None and not seated.said_goodbye:
                parts.attendant.gone(room_id, seated, on_purpose=False)
        await phone.finished()
        if seated:
            log.info("phone_gone", session=room_id, seat=seated.seat, connection=phone.number, seq=phone.seq)


async def admitted(socket: WebSocket[Any, Any, Any], parts: Door, offered: list[str], knock: Knock[Who]) -> Who:
    """Who comes in. Raises Closed with the code a browser can tell apart."""
    refuse_going(parts)
    if offered and PROTOCOL not in offered:
        raise Closed(Close.TOO_OLD)
    if not origins.allowed(socket.scope, parts.settings):
        raise Closed(Close.NOT_YOURS)
    ticket = next((name.removeprefix(TICKET) for name in offered if name.startswith(TICKET)), None)
    guest = await knock(ticket, socket.headers.get("authorization"))
    if guest is None:
        raise Closed(Close.NOT_YOURS)
    return guest


def refuse_going(parts: Door) -> None:
    """Raises Closed where this process goes away, or its schema is another one's: others have room."""
    if parts.hub.draining or not parts.schema.fits:
        raise Closed(Close.RESTARTING)


async def first_word(phone: Phone, settings: Settings) -> Hello:
    """Its hello. Raises Closed where none comes in time."""
    try:
        async with asyncio.timeout(settings.hello_s):
            while True:
                text = await received(phone)
                try:
                    message = _FIRST.decode(text)
                except UNREADABLE:
                    message = None
                if isinstance(message, Hello):
                    return message
                refuse(phone, text, errors.BadMessage("Say hello first."), 0)
    except TimeoutError:
        raise Closed(Close.NO_HELLO) from None


async def _seated(parts: Parts, room_id: str, phone: Phone, guest: Guest) -> Seated:
    """Raise the seat's fence, listen to the room; from here on nothing is missed."""
    fence = await parts.rooms.take_seat(room_id, guest.seat)
    seated = Seated(phone=phone, seat=guest.seat, fence=fence, actor=guest.actor, login=guest.login)
    try:
        await parts.rooms.enter(room_id, seated)
        await _first_here(parts, room_id, seated)
        refuse_going(parts)  # again: who was not seated when all were sent away was not sent away
    except BaseException:
        parts.rooms.exit(room_id, seated)
        raise
    return seated


async def _first_here(parts: Parts, room_id: str, seated: Seated) -> None:
    """Raises Closed where a newer phone of the seat came before this process could hear of it."""
    if not await parts.rooms.holds(room_id, seated.seat, seated.fence):
        raise Closed(Close.REPLACED)


async def _resumed(parts: Parts, play: Play[Any, Any], room_id: str, seated: Seated, hello: Hello) -> None:
    """welcome, then what is missing (events or a snapshot), then live, then who is here."""
    feed, logged = await play.checked(room_id)
    while feed.head > len(logged):
        feed, logged = await play.checked(room_id)
    if feed.room.seat_of(seated.actor) != seated.seat:  # erased since this process looked last
        raise Closed(Close.NOT_YOURS)
    crash.point("during_resume")
    mode = _welcome(parts, feed, logged, seated, hello)
    connection, seq = seated.phone.number, seated.phone.seq
    log.info("phone_live", session=room_id, seat=seated.seat, connection=connection, seq=seq, mode=mode)
    gauges.RESUMES.labels(mode).inc()
    gauges.CONNECTS.inc()
    gauges.RESUME_SECONDS.observe(time.monotonic() - seated.phone.heard_at)
    parts.attendant.arrived(room_id, seated)
    found = await parts.attendant.presences([room_id])
    for seat, reading in found[room_id].items():
        parts.attendant.show(seated, seat, reading)


def _welcome(parts: Parts, feed: Feed[Any, Any], logged: list[Any], seated: Seated, hello: Hello) -> Mode:
    """The mode. Written without an await, so that no event can come between the log's head and `live`."""
    settings, phone, head = parts.settings, seated.phone, feed.head
    gap = head - hello.last_seq
    mode: Mode = "replay"
    if feed.room.state.phase == "ended":
        mode = "closed"
    elif hello.epoch != feed.room.epoch or not 0 <= gap <= settings.replay_gap or hello.last_seq < 0:
        mode = "snapshot"
    phone.send_message(
        Welcome(
            seat=seated.seat,
            epoch=feed.room.epoch,
            head=head,
            mode=mode,
            now=parts.clock.now(),
            ping_ms=settings.ping_ms,
            dead_ms=settings.dead_ms,
        )
    )
    if mode == "replay":
        for frame in parts.rooms.kind.rules.frames_after(feed.room, logged, seated.seat, hello.last_seq):
            phone.send(frame)
    else:
        phone.send_message(Snapshot(seq=head, state=feed.seen(seated.seat)))
    phone.seq = head
    phone.send_message(Live())
    feed.show_halts(seated)
    return mode
