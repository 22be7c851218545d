"""What goes over a room's socket: reading, and refusing."""

import asyncio
import time
from typing import Any

import msgspec

from game_server.live.area import Said
from game_server.live.messages import NotDone
from game_server.live.phone import Close, Phone
from game_server.process import gauges
from rooms.errors import Refused


class _Envelope(msgspec.Struct, frozen=True):
    """As much of a message as a reply can repeat."""

    id: Any = None


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
        phone.gone(event.get("code"))
        raise Closed(Close.DEAD)
    phone.heard_at = time.monotonic()
    if event.get("bytes") is not None:
        raise Closed(Close.BINARY)
    return str(event["text"])


def said(command: Any, text: str) -> Said:
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
    told = NotDone(id=command_id, code=refusal.code, message=refusal.message, head=head, retryable=refusal.retryable)
    return msgspec.json.encode(told)
