"""What goes over a room's socket: the typed decoder of everything a phone says, reading, refusing, and events after a seq."""

import asyncio
import time
from typing import Any

import msgspec

from game_server.live.feed import Feed
from game_server.live.phone import Close, Phone
from game_server.process import gauges
from rooms.errors import Refused
from rooms.seats import SeatName
from rooms.sessions.commands import FromSeat
from rooms.sessions.fold import evolve
from rooms.sessions.frames import frame
from rooms.sessions.state import opening
from storage.sessions import Logged


class Hello(msgspec.Struct, frozen=True, tag_field="t", tag="hello"):
    """The client's first message."""

    epoch: str | None = None
    last_seq: int = 0


class Beat(msgspec.Struct, frozen=True, kw_only=True, tag_field="t", tag="beat"):
    """The client's answer to a beat."""

    seq: int


class Said(msgspec.Struct, frozen=True):
    """A command, and its id as the phone wrote it: a reply repeats that, byte for byte."""

    command: FromSeat
    id: str


class _Envelope(msgspec.Struct, frozen=True):
    """As much of a message as a reply can repeat."""

    id: Any = None


MESSAGE: msgspec.json.Decoder[FromSeat | Hello | Beat] = msgspec.json.Decoder(FromSeat | Hello | Beat)
_ENVELOPE = msgspec.json.Decoder(_Envelope)
UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class Closed(Exception):
    """This connection is not to go on; the code says why."""

    def __init__(self, why: Close) -> None:
        self.why = why


YIELD_EVERY = 8
"""Frames that have arrived already are read without waiting: after so many of one phone the others have their turn."""


async def received(phone: Phone) -> str:
    """The next text frame. Raises Closed: binary, too large, or the peer is gone."""
    phone.frames_read += 1
    if phone.frames_read % YIELD_EVERY == 0:
        await asyncio.sleep(0)
    event: Any = await phone.socket.receive()
    if event["type"] != "websocket.receive":
        phone.closed = True
        raise Closed(Close.DEAD)
    phone.heard_at = time.monotonic()
    if event.get("bytes") is not None:
        raise Closed(Close.BINARY)
    return str(event["text"])


def said(command: FromSeat, text: str) -> Said:
    """The command with its id as it stands in the text: a UUID may be written in capitals or without dashes."""
    usual = str(command.id)
    return Said(command, usual if usual in text else _id_in(text) or usual)


def _id_in(text: str) -> str | None:
    try:
        found = _ENVELOPE.decode(text).id
    except UNREADABLE:
        return None
    return found if isinstance(found, str) else None


def refuse(phone: Phone, text: str, refusal: Refused, head: int) -> None:
    """Refuse what is no command, or one too many. Raises Closed where that was one refusal too many."""
    phone.send(refused_frame(_id_in(text), refusal, head))
    if phone.inbound.refused():
        raise Closed(Close.FLOODING)


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


def frames_after(feed: Feed, logged: list[Logged], seat: SeatName, last_seq: int) -> list[bytes]:
    """The events after last_seq as this seat's phone gets them, from the whole log."""
    room = feed.room
    names = room.names
    state = opening(room.state.session_id, room.state.settings, hosted=room.seats["B"].hosted)
    frames = []
    for item in logged:
        before, state = state, evolve(state, item.event)
        if item.seq > last_seq:
            frames.append(frame(item.event, item.at, before, state, names, seat=seat))
    return frames
