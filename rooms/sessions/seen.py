"""What a phone gets of an event and of a card: those of the log, without what only the server needs and with names.

An event that is not here is told as the log keeps it.
"""

import msgspec

from rooms.seats import SeatName
from rooms.sessions.commands import Kind, Level
from rooms.sessions.events import AnyEvent, Event, Step


class Script(msgspec.Struct, frozen=True):
    """What the two are asked to do or say, with names in the text."""

    steps: tuple[Step, ...]


class CardSeen(msgspec.Struct, frozen=True, kw_only=True):
    """A card on a phone; `tags` are its boundaries and preference keys, sorted."""

    activity_id: int | None
    type: Kind
    rating: Level
    intensity: int
    script: Script
    active: SeatName
    partner: SeatName
    tags: list[str]
    source: str
    phase: str
    seq_no: int


class JoinedSeen(Event, frozen=True, kw_only=True, tag="joined"):
    """Who sits down, by name; the words to compare are a field of the state."""

    seat: SeatName
    name: str


class StartedSeen(Event, frozen=True, tag="started"):
    """Both are ready; the message says when."""


class CardShownSeen(Event, frozen=True, kw_only=True, tag="card_shown"):
    """The turn has a card. What it was charged to is the account's."""

    turn: int
    card: CardSeen | msgspec.Raw
    remaining: int | None


class CardReplacedSeen(Event, frozen=True, kw_only=True, tag="card_replaced"):
    """Another card instead."""

    turn: int
    card: CardSeen | msgspec.Raw
    consecutive_skips: int


class CardWithdrawnSeen(Event, frozen=True, kw_only=True, tag="card_withdrawn"):
    """The card is gone from both screens."""

    turn: int


class FeedbackHidden(Event, frozen=True, kw_only=True, tag="feedback_given"):
    """The other seat said how a card was; what it said is its own."""

    turn: int
    by: SeatName


class ResumedSeen(Event, frozen=True, tag="resumed"):
    """Both are fine to go on."""


EventSeen = (
    AnyEvent
    | JoinedSeen
    | StartedSeen
    | CardShownSeen
    | CardReplacedSeen
    | CardWithdrawnSeen
    | FeedbackHidden
    | ResumedSeen
)
