"""What goes over a live room's socket and is the same in every area, both ways; each message says in `t` what it is.

Beside these there are an area's own: what a seat asks of a game is in `rooms/sessions/commands.py`, the message of an event in
`rooms/sessions/frames.py` (what a phone gets of it: `seen.py`), what it gets of the state in `views.py`.
"""

from datetime import datetime
from typing import Any, Literal

import msgspec

from rooms.seats import SeatName

HaltKind = Literal["pause", "stop"]
Mode = Literal["replay", "snapshot", "closed"]
Status = Literal["present", "away", "left"]


class Message(msgspec.Struct, frozen=True, tag_field="t"):
    """Anything of it. The order of its fields is that on the wire."""


# --- what a phone says ------------------------------------------------------------------------------------------------


class Hello(Message, frozen=True, tag="hello"):
    """The first message: the event it had last, of the log of that epoch."""

    epoch: str | None = None
    last_seq: int = 0


class BeatBack(Message, frozen=True, kw_only=True, tag="beat"):
    """The answer to a beat: the last event it had."""

    seq: int


# --- what a phone is told ---------------------------------------------------------------------------------------------


class Welcome(Message, frozen=True, kw_only=True, tag="welcome"):
    """The answer to hello: how the phone gets what it lacks, and after how long without a beat a line is dead."""

    seat: SeatName
    epoch: str
    head: int
    mode: Mode
    now: datetime
    ping_ms: int
    dead_ms: int


class Snapshot(Message, frozen=True, kw_only=True, tag="snapshot"):
    """All that the seat sees at this seq, in place of what the phone has; {} before the first event."""

    seq: int
    state: dict[str, Any]


class Live(Message, frozen=True, tag="live"):
    """Everything up to the head has been sent; from here on it is news."""


class Ack(Message, frozen=True, tag="ack"):
    """The command of this id is kept; whatever came of it has this seq or an earlier one."""

    id: str
    seq: int


class NotDone(Message, frozen=True, kw_only=True, tag="refused"):
    """The command of this id (None where that could not be read) was refused, as the room stood at this head."""

    id: str | None
    code: str
    message: str
    head: int
    retryable: bool


class Halt(Message, frozen=True, tag="halt"):
    """Somebody paused or stopped: hide what is shown at once. The event, or a snapshot, follows."""

    kind: HaltKind


class Here(Message, frozen=True, kw_only=True, tag="presence"):
    """How a seat reads now; `until` is when away becomes left."""

    seat: SeatName
    status: Status
    until: datetime | None


class Beat(Message, frozen=True, kw_only=True, tag="beat"):
    """Is the line alive? With the head, so that a phone knows what it lacks, and the time."""

    head: int
    now: datetime


class Draining(Message, frozen=True, kw_only=True, tag="draining"):
    """This process ends: the line is closed soon, and another process answers."""

    reconnect_within_ms: int


Heard = Hello | BeatBack
Told = Welcome | Snapshot | Live | Ack | NotDone | Halt | Here | Beat | Draining
