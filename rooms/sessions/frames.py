"""The message of one event, as each phone gets it: rendered once where both get the same."""

from datetime import datetime
from typing import Any

import msgspec

from rooms.seats import SeatName
from rooms.sessions import events as e
from rooms.sessions.seen import EventSeen
from rooms.sessions.state import State
from rooms.sessions.views import Names, changed, differs, seen_by

_encode = msgspec.json.Encoder().encode


class EventFrame(msgspec.Struct, frozen=True, tag_field="t", tag="event"):
    """One event of the log, and the fields of the state that it changed for this seat."""

    seq: int
    at: datetime
    e: EventSeen
    set: dict[str, Any]


def frames(event: e.AnyEvent, at: datetime, before: State, after: State, names: Names) -> tuple[bytes, bytes]:
    """The event for seat A and for seat B; one and the same object when nothing tells them apart."""
    for_a = frame(event, at, before, after, names, seat="A")
    return for_a, frame(event, at, before, after, names, seat="B") if differs(event, before) else for_a


def frame(event: e.AnyEvent, at: datetime, before: State, after: State, names: Names, *, seat: SeatName) -> bytes:
    """The event for one seat; its seq is the head after it."""
    told = changed(event, before, after, seat, names)
    card = told.get("card")
    if card:  # it is also what the event is about, where that is a card: rendered once for both places
        told["card"] = card = msgspec.Raw(_encode(card))
    return _encode(EventFrame(after.head, at, seen_by(event, seat, names, card), told))
