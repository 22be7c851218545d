"""What a seat may ask of the room, as it comes over the socket, and what the server itself asks of it."""

import uuid
from functools import cache
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from rooms.seats import SeatName

Level = Literal["G", "R", "X"]
Kind = Literal["truth", "dare"]
KINDS: tuple[Kind, ...] = ("truth", "dare")
Seq = Annotated[int, Meta(ge=1, le=2**31 - 1)]


class Command(msgspec.Struct, frozen=True, kw_only=True, tag_field="t"):
    """`id` is client-made; `seat` lets a host speak for a seat without a phone."""

    id: uuid.UUID
    seat: SeatName | None = None


class Ready(Command, frozen=True, tag="ready"):
    """This seat is here and accepts the settings shown; in phase `limit`: try again."""


class Choose(Command, frozen=True, kw_only=True, tag="choose"):
    """Truth, dare, or let the dice say."""

    on: Seq
    type: Literal["truth", "dare", "random"]


class Complete(Command, frozen=True, kw_only=True, tag="complete"):
    """The card on screen is done."""

    on: Seq


class Skip(Command, frozen=True, kw_only=True, tag="skip"):
    """Another card of the same type, please."""

    on: Seq


class Feedback(Command, frozen=True, kw_only=True, tag="feedback"):
    """How a resolved card was; private to the giver."""

    turn: Annotated[int, Meta(ge=1, le=10_000)]
    feedback: Literal["like", "dislike", "neutral"] | None = None
    executed: bool | None = None


class ProposeLevel(Command, frozen=True, kw_only=True, tag="propose_level"):
    """Up needs the other seat; down takes effect at once."""

    level: Level


class AcceptLevel(Command, frozen=True, kw_only=True, tag="accept_level"):
    """Yes to the level proposed."""

    on: Seq


class DeclineLevel(Command, frozen=True, kw_only=True, tag="decline_level"):
    """No to the level proposed; also withdraws one's own."""

    on: Seq


class Pause(Command, frozen=True, tag="pause"):
    """Freeze the game on both phones."""


class Stop(Command, frozen=True, tag="stop"):
    """Red: end all content on both phones now."""


class Resume(Command, frozen=True, kw_only=True, tag="resume"):
    """This seat is fine to go on."""

    on: Seq


class Lengthen(Command, frozen=True, kw_only=True, tag="lengthen"):
    """A longer cool-down."""

    minutes: Annotated[int, Meta(ge=1, le=1440)]


class Timer(Command, frozen=True, kw_only=True, tag="timer"):
    """Start or stop the clock of the card on screen."""

    on: Seq
    action: Literal["start", "stop"]


class Leave(Command, frozen=True, tag="leave"):
    """This seat says goodbye; presence only."""


class End(Command, frozen=True, tag="end"):
    """Finish the session; in the lobby: decline it."""


class Join(msgspec.Struct, frozen=True, kw_only=True, tag_field="t", tag="join"):
    """Asked over HTTP: somebody takes the seat; `words` are what both compare, where there are some."""

    seat: SeatName
    words: tuple[str, ...] | None = None


class Recheck(msgspec.Struct, frozen=True, tag_field="t", tag="recheck"):
    """Asked by the server: limits, a profile or a subscription changed; does the room still stand as it may?"""


class Abandon(msgspec.Struct, frozen=True, tag_field="t", tag="abandon"):
    """Asked by a job: nobody has been here for a long time."""


FromSeat = (
    Ready
    | Choose
    | Complete
    | Skip
    | Feedback
    | ProposeLevel
    | AcceptLevel
    | DeclineLevel
    | Pause
    | Stop
    | Resume
    | Lengthen
    | Timer
    | Leave
    | End
)
FromServer = Join | Recheck | Abandon
AnyCommand = FromSeat | FromServer

UNATTRIBUTED = (Skip, Pause, Stop)
"""What is kept of these never says which seat asked."""


def said(command: AnyCommand) -> dict[str, Any]:
    """What is asked, in builtins: all of the command but its id."""
    tag, names = _said_by(type(command))
    return {"t": tag, **{name: getattr(command, name) for name in names}}


@cache
def _said_by(kind: type[AnyCommand]) -> tuple[str, tuple[str, ...]]:
    """Its tag, and the fields that say what is asked; of builtins all of them."""
    return str(kind.__struct_config__.tag), tuple(name for name in kind.__struct_fields__ if name != "id")
