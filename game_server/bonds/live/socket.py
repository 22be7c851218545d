"""The socket of a bond: who may come in, hello, and resume."""

import time
from functools import partial
from typing import Any
from uuid import UUID

import msgspec
import structlog
from litestar import WebSocket, websocket
from litestar.di import NamedDependency
from litestar.params import FromPath

from game_server.accounts import tickets
from game_server.accounts.callers import Caller, authenticate
from game_server.bonds.live.attend import Attendant
from game_server.bonds.live.conversation import Conversation
from game_server.bonds.live.follower import Follower
from game_server.bonds.live.lines import Line, Lines
from game_server.bonds.live.messages import Welcome
from game_server.bonds.live.missed import Missed, missed
from game_server.bonds.live.standing import rows_of, standing
from game_server.http.text import clean_uuid
from game_server.live.coming import admitted, first_word, refuse_going
from game_server.live.messages import Hello, Mode, Snapshot
from game_server.live.messages import Live as GoneLive
from game_server.live.phone import Close, Credits, Phone
from game_server.live.protocol import answered
from game_server.live.wire import Closed, received
from game_server.process import gauges
from game_server.services import Services
from rooms.errors import Refused
from storage import bond_feed, bond_watch, bonds, crash
from storage.bonds import Bond, Person
from storage.database import STORE_ERRORS

log = structlog.get_logger()


class Live(msgspec.Struct, frozen=True):
    """What this process has for phones of bonds: `app.state.bonds`."""

    lines: Lines
    attendant: Attendant


@websocket("/ws/bonds/{bond_id:str}")
async def bond_socket(
    socket: WebSocket[Any, Any, Any], services: NamedDependency[Services], bond_id: FromPath[str]
) -> None:
    """One phone's connection to a bond."""
    live: Live = socket.app.state.bonds
    offered = socket.scope.get("subprotocols", [])
    await socket.accept(subprotocols=answered(offered))
    settings = services.settings
    phone = Phone(socket, services.dice.uuid(), Credits(settings.credits_burst, settings.credits_per_s))
    follower: Follower | None = None
    try:
        which = _named(bond_id)
        caller = await admitted(socket, services, offered, partial(_knock, services, which))
        hello = await first_word(phone, settings)
        now = services.clock.now().timestamp()
        follower = Follower(phone=phone, caller=caller, bond_id=which, since=now)
        line = await live.lines.enter(follower)
        refuse_going(services)  # again: who was not here when all were sent away was not sent away
        await _resumed(services, live, line, follower, hello)
        conversation = Conversation(services, live.lines, line, follower)
        while True:
            await conversation.take(await received(phone))
    except Closed as closed:
        phone.close(closed.why)
    except (Refused, *STORE_ERRORS) as error:
        log.warning("attach_failed", kind=type(error).__name__)
        phone.close(Close.TRY_LATER)
    finally:
        if follower is not None:
            live.lines.exit(follower)
            if phone.seq is not None:
                live.attendant.gone(follower)
        await phone.finished()


def _named(bond_id: str) -> UUID:
    """Raises Closed for what is no id."""
    try:
        return UUID(clean_uuid(bond_id))
    except Refused:
        raise Closed(Close.NOT_YOURS) from None


async def _knock(services: Services, bond_id: UUID, ticket: str | None, authorization: str | None) -> Caller | None:
    try:
        if ticket is not None:
            caller = await tickets.redeem(services, ticket, f"bond:{bond_id}")
        else:
            caller = await authenticate(services, authorization)
    except Refused as refusal:
        raise Closed(Close.TRY_LATER if refusal.retryable else Close.BAD_TICKET) from refusal
    if caller.kind != "user" or not caller.adult:
        return None
    async with services.database.as_user(caller.id) as db:
        return caller if await bonds.find(db, bond_id) is not None else None


class _Start(msgspec.Struct, frozen=True):
    """What a phone begins with."""

    bond: Bond
    people: list[Person]
    begins: int
    epoch: str


async def _resumed(services: Services, live: Live, line: Line, follower: Follower, hello: Hello) -> None:
    """welcome, then what is missing (lines of the feed, or a snapshot), then live, then who is here."""
    start = await _read(services, follower)
    crash.point("during_resume")
    mode = _mode(services, start, hello)
    frames: list[bytes] = []
    if mode == "replay":
        frames = await _missing(services, follower, hello.last_seq, start.bond.head)
    else:
        state = await standing(services, start.bond, start.people, follower.user_id)
        frames = [msgspec.json.encode(Snapshot(seq=start.bond.head, state=state))]
    line.members = {str(one.user_id): one.presence for one in start.people}
    _welcome(services, follower, start, mode, frames)
    log.info("phone_live", bond=str(line.bond_id), connection=follower.phone.number, seq=start.bond.head, mode=mode)
    gauges.RESUMES.labels(mode).inc()
    gauges.CONNECTS.inc()
    gauges.RESUME_SECONDS.observe(time.monotonic() - follower.phone.heard_at)
    live.lines.look(line)
    await live.attendant.arrived(line, follower)


async def _read(services: Services, follower: Follower) -> _Start:
    """Raises Closed for who is no member any more."""
    async with services.database.as_user(follower.user_id) as db:
        found = await rows_of(db, follower.bond_id)
        begins = await bond_feed.begins(db, follower.bond_id)
    if found is None:
        raise Closed(Close.NOT_YOURS)
    async with services.database.reading() as db:
        database = await bond_watch.lineage(db)
    return _Start(*found, begins, bond_watch.epoch(database, follower.bond_id))


def _mode(services: Services, start: _Start, hello: Hello) -> Mode:
    if start.bond.status == "dissolved":
        return "closed"
    head, last = start.bond.head, hello.last_seq
    known = hello.epoch == start.epoch and max(start.begins - 1, 0) <= last <= head
    return "replay" if known and head - last <= services.settings.replay_gap else "snapshot"


async def _missing(services: Services, follower: Follower, after: int, head: int) -> list[bytes]:
    """The lines after that one up to the head. Raises Closed, KeysAway, STORE_ERRORS."""
    frames: list[bytes] = []
    while after < head:
        found: Missed | None = await missed(services, follower.caller, follower.bond_id, after=after)
        if found is None:
            raise Closed(Close.NOT_YOURS)
        frames += [frame for seq, frame in found.frames if seq <= head]
        after = found.head
    return frames


def _welcome(services: Services, follower: Follower, start: _Start, mode: Mode, frames: list[bytes]) -> None:
    """Written without an await, so that nothing can come between the head and `live`."""
    phone, settings, head = follower.phone, services.settings, start.bond.head
    phone.send_message(
        Welcome(
            seat=follower.user_id,
            user_id=follower.user_id,
            epoch=start.epoch,
            head=head,
            mode=mode,
            now=services.clock.now(),
            ping_ms=settings.ping_ms,
            dead_ms=settings.dead_ms,
        )
    )
    for frame in frames:
        phone.send(frame)
    phone.seq = head
    phone.send_message(GoneLive())
