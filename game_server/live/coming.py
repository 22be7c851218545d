"""The room socket: who may come in, hello, and resume; what is said then is in `conversation.py`."""

import asyncio
import time
from typing import Any, Literal

import structlog
from litestar import WebSocket, websocket
from litestar.di import NamedDependency
from litestar.params import FromPath

from game_server.accounts.callers import Caller, authenticate
from game_server.live.conversation import Conversation
from game_server.live.feed import Feed, Seated
from game_server.live.phone import Close, Credits, Phone
from game_server.live.protocol import PROTOCOL, TICKET, answered
from game_server.live.wire import MESSAGE, UNREADABLE, Closed, Hello, frames_after, received, refuse
from game_server.process import gauges, origins
from game_server.services import Services
from game_server.sessions import actions, tickets
from rooms import errors
from rooms.errors import Refused
from rooms.seats import SeatName
from storage import crash
from storage import sessions as store
from storage.database import STORE_ERRORS
from storage.sessions import Logged

log = structlog.get_logger()


@websocket("/ws/sessions/{session_id:str}")
async def room_socket(
    socket: WebSocket[Any, Any, Any], services: NamedDependency[Services], session_id: FromPath[str]
) -> None:
    """One phone's connection to a room, from the upgrade to its end."""
    offered = socket.scope.get("subprotocols", [])
    await socket.accept(subprotocols=answered(offered))
    inbound = Credits(services.settings.credits_burst, services.settings.credits_per_s)
    phone = Phone(socket, services.dice.uuid(), inbound)
    seated: Seated | None = None
    try:
        caller, seat = await _admitted(socket, services, session_id, offered)
        hello = await _hello(phone, services)
        seated = await _seated(services, session_id, phone, caller, seat)
        await _resumed(services, session_id, seated, hello)
        await Conversation(services, socket.app.state.course, session_id, seated).run()
    except Closed as closed:
        phone.close(closed.why)
    except (Refused, *STORE_ERRORS) as error:
        log.warning("attach_failed", kind=type(error).__name__)
        phone.close(Close.TRY_LATER)
    finally:
        if seated:
            services.rooms.exit(session_id, seated)
            if phone.why is Close.REPLACED:
                services.attendant.replaced(session_id, seated)
            elif phone.seq is not None and not seated.said_goodbye:
                services.attendant.gone(session_id, seated, on_purpose=False)
        await phone.finished()
        if seated:
            log.info("phone_gone", session=session_id, seat=seated.seat, connection=phone.number, seq=phone.seq)


# --- coming in -----------------------------------------------------------------------------------------------------------


async def _admitted(
    socket: WebSocket[Any, Any, Any], services: Services, session_id: str, offered: list[str]
) -> tuple[Caller, SeatName]:
    """The caller and the seat. Raises Closed with the code a browser can tell apart."""
    if services.hub.draining:
        raise Closed(Close.RESTARTING)
    if offered and PROTOCOL not in offered:
        raise Closed(Close.TOO_OLD)
    if not origins.allowed(socket.scope, services.settings):
        raise Closed(Close.NOT_YOURS)
    caller = await _caller(socket, services, session_id, offered)
    seat = await tickets.seat_for(services, session_id, caller)
    if seat is None:
        raise Closed(Close.NOT_YOURS)
    return caller, seat


async def _caller(socket: WebSocket[Any, Any, Any], services: Services, session_id: str, offered: list[str]) -> Caller:
    ticket = next((name.removeprefix(TICKET) for name in offered if name.startswith(TICKET)), None)
    try:
        if ticket is not None:
            return await tickets.redeem(services, ticket, session_id)
        return await authenticate(services, socket.headers.get("authorization"))
    except Refused as refusal:
        raise Closed(Close.BAD_TICKET) from refusal


async def _hello(phone: Phone, services: Services) -> Hello:
    try:
        async with asyncio.timeout(services.settings.hello_s):
            while True:
                text = await received(phone)
                try:
                    message = MESSAGE.decode(text)
                except UNREADABLE:
                    message = None
                if isinstance(message, Hello):
                    return message
                refuse(phone, text, errors.BadMessage("Say hello first."), 0)
    except TimeoutError:
        raise Closed(Close.NO_HELLO) from None


async def _seated(services: Services, session_id: str, phone: Phone, caller: Caller, seat: SeatName) -> Seated:
    """Raise the seat's fence, listen to the room; from here on nothing is missed."""
    async with services.database.as_service() as connection:
        fence = await store.attach(connection, session_id, seat)
    seated = Seated(phone=phone, seat=seat, fence=fence, actor=caller.actor, login=caller.login)
    try:
        await services.rooms.enter(session_id, seated)
        await _first_here(services, session_id, seated)
    except BaseException:
        services.rooms.exit(session_id, seated)
        raise
    return seated


async def _first_here(services: Services, session_id: str, seated: Seated) -> None:
    """Raises Closed where a newer phone of the seat came before this process could hear of it."""
    async with services.database.reading() as connection:
        latest = await store.fences(connection, [session_id])
    if latest.get((session_id, seated.seat)) != seated.fence:
        raise Closed(Close.REPLACED)


async def _resumed(services: Services, session_id: str, seated: Seated, hello: Hello) -> None:
    """welcome, then what is missing (events or a snapshot), then live, then who is here."""
    feed, logged = await actions.checked(services, session_id)
    while feed.head > len(logged):
        feed, logged = await actions.checked(services, session_id)
    if feed.room.seat_of(seated.actor) != seated.seat:  # erased since this process looked last
        raise Closed(Close.NOT_YOURS)
    crash.point("during_resume")
    mode = _welcome(services, feed, logged, seated, hello)
    connection, seq = seated.phone.number, seated.phone.seq
    log.info("phone_live", session=session_id, seat=seated.seat, connection=connection, seq=seq, mode=mode)
    gauges.RESUMES.labels(mode).inc()
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
    feed.show_halts(seated)
    return mode
