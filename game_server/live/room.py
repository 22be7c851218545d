"""What live rooms know of a room, whatever is played in it: where it stands, who sits there, and the rules that move it on."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

import msgspec

from rooms.seats import SeatName

Names = Mapping[SeatName, str | None]


class Command(Protocol):
    """What a phone asks of a room; a host may speak for a `seat` without a phone."""

    @property
    def id(self) -> UUID: ...
    @property
    def seat(self) -> SeatName | None: ...


class State(Protocol):
    """Where a room stands. Of its phases "paused" and "ended" mean the same in every area; `halted` is paused or stopped."""

    @property
    def head(self) -> int: ...
    @property
    def phase(self) -> str: ...
    @property
    def halted(self) -> bool: ...
    @property
    def resume_wanted(self) -> tuple[SeatName, ...]: ...


class Seat(Protocol):
    """Who sits there; `actor` is None while the seat is open, `hosted` is somebody without a phone."""

    @property
    def actor(self) -> str | None: ...
    @property
    def display_name(self) -> str | None: ...
    @property
    def hosted(self) -> bool: ...


class Room(Protocol):
    """A room at some head. A struct, so that it can be copied with changes; `seats` are an area's rows, each a `Seat`."""

    @property
    def state(self) -> State: ...
    @property
    def epoch(self) -> str: ...
    @property
    def seats(self) -> dict[SeatName, Any]: ...
    @property
    def names(self) -> Names: ...
    def seat_of(self, actor: str) -> SeatName | None: ...


class Logged(Protocol):
    """One event of a room's log with its place and time."""

    @property
    def seq(self) -> int: ...
    @property
    def at(self) -> datetime: ...
    @property
    def event(self) -> Any: ...


R = TypeVar("R", bound=Room)
"""An area's room."""
L = TypeVar("L", bound=Logged)
"""An event of its log."""


class Rules(msgspec.Struct, Generic[R, L], frozen=True, kw_only=True):
    """How a room goes on, and what each seat sees of it. Pure functions, whose states and events are the area's own.

    `start`: the state before the first event. `evolve`: after one more. `frame` is the message of an event for one seat, `frames`
    those for A and B; `view` is all that a seat sees, in builtins. `cleared`: the room without what nobody may read any more.
    `newcomer` is the event with which somebody sits down.
    """

    start: Callable[[R], Any]
    evolve: Callable[[Any, Any], Any]
    frame: Callable[..., bytes]
    frames: Callable[[Any, datetime, Any, Any, Names], tuple[bytes, bytes]]
    view: Callable[[Any, SeatName, Names], dict[str, Any]]
    cleared: Callable[[R], R]
    newcomer: type

    def frames_after(self, room: R, logged: list[L], seat: SeatName, last_seq: int) -> list[bytes]:
        """The events after last_seq as this seat's phone gets them, from the whole log."""
        state, names = self.start(room), room.names
        frames = []
        for item in logged:
            before, state = state, self.evolve(state, item.event)
            if item.seq > last_seq:
                frames.append(self.frame(item.event, item.at, before, state, names, seat=seat))
        return frames
