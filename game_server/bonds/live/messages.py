"""What goes over a bond's socket beside what every live room says (`game_server/live/messages.py`). A member is named by their
`user_id`; `seat` says the same, for phones that know the game's messages.
"""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from game_server.bonds import shapes
from game_server.bonds.live.bells import Op
from game_server.live.messages import Beat, BeatBack, Draining, Hello, Live, Message, Mode, NotDone, Snapshot, Status
from rooms.bonds.messages import MOST_ATTACHMENTS

LONGEST_HEARD = 1500
"""Characters of a message on the socket, whose frames are small; over HTTP it may be longer."""

# --- what a phone says ------------------------------------------------------------------------------------------------


class Say(Message, frozen=True, kw_only=True, tag="message", forbid_unknown_fields=True):
    """A message to all of the bond."""

    id: UUID
    content: shapes.lines(LONGEST_HEARD)  # type: ignore[valid-type]  # made from a number
    attachments: Annotated[tuple[UUID, ...], Meta(max_length=MOST_ATTACHMENTS)] = ()


class Read(Message, frozen=True, kw_only=True, tag="read"):
    """Everything up to this message was read."""

    id: UUID
    message_id: UUID


class Typing(Message, frozen=True, kw_only=True, tag="typing"):
    """The caller is writing. Kept nowhere; acknowledged where it has an id."""

    id: UUID | None = None


Heard = Hello | BeatBack | Say | Read | Typing

# --- what a phone is told ---------------------------------------------------------------------------------------------


class Welcome(Message, frozen=True, kw_only=True, tag="welcome"):
    """The answer to hello: how the phone gets what it lacks."""

    seat: str
    user_id: str
    epoch: str
    head: int
    mode: Mode
    now: datetime
    ping_ms: int
    dead_ms: int


class Changed(msgspec.Struct, frozen=True, kw_only=True, tag_field="t", tag="changed"):
    """A row came, changed or went. `row` is as it is now and this member sees it in a list: null where they do not. Long texts
    are cut, and `cut` says so.
    """

    table: str
    id: UUID
    op: Op
    row: Any
    by: UUID | None
    cut: bool | UnsetType = UNSET


class Event(Message, frozen=True, kw_only=True, tag="event"):
    """A line of the feed; `set` is what it changed of the snapshot's state."""

    seq: int
    at: datetime
    e: Changed
    set: dict[str, Any]


class Own(Message, frozen=True, kw_only=True, tag="own"):
    """A row that is this person's alone came, changed or went: told to their own phones, and to no feed."""

    table: str
    id: UUID
    op: Op


class Ack(Message, frozen=True, kw_only=True, tag="ack", omit_defaults=True):
    """The command of this id is kept; `row_id` is what it made or read up to."""

    id: str
    seq: int
    row_id: UUID | None = None


class Here(Message, frozen=True, kw_only=True, tag="presence"):
    """How a member reads now; `until` is when away becomes left."""

    seat: str
    user_id: str
    status: Status
    until: datetime | None


class Writing(Message, frozen=True, kw_only=True, tag="typing"):
    """Another member is writing."""

    user_id: str


Told = Welcome | Snapshot | Live | Event | Own | Ack | NotDone | Here | Writing | Beat | Draining
