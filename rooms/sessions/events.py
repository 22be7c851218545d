"""What can have happened in a room, as the log keeps it: past tense, frozen, without names.

Fields that a phone never sees are named in `views.py`, the only place that hides anything.
"""

from datetime import datetime
from typing import Literal

import msgspec

from rooms.seats import SeatName
from rooms.sessions.commands import Kind, Level

Reason = Literal["target", "ended", "stopped", "abandoned", "declined"]


class Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="t"):
    """Base of all; the position in the log is the event's seq."""


class Step(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one seat is asked to do or say; unresolved text. `duration_s`: for so many seconds, where the words name a time.

    A step without one is kept and sent as it was before there were clocks.
    """

    actor: SeatName
    do: str
    duration_s: int | None = None


class ShownCard(msgspec.Struct, frozen=True, kw_only=True):
    """A card as it was dealt: seats instead of roles, and everything a later change of limits is checked against.

    `made_here`: for this room alone, so its number is none of the bank's (`bank_id`).
    """

    activity_id: int | None
    type: Kind
    rating: Level
    intensity: int
    steps: tuple[Step, ...]
    active: SeatName
    partner: SeatName
    boundaries: tuple[str, ...]
    preference_keys: tuple[str, ...]
    needs_active: tuple[str, ...] = ()
    needs_partner: tuple[str, ...] = ()
    negotiated: bool = False
    topics: tuple[str, ...] = ()
    theme: str = ""
    act: str = ""
    source: str
    phase: str
    seq_no: int
    relaxed: str | None = None
    made_here: bool = False

    @property
    def bank_id(self) -> int | None:
        """Its number in the bank, None of a card that is not from there."""
        return None if self.made_here else self.activity_id

    @property
    def clock_s(self) -> int | None:
        """For how many seconds its clock runs, None of a card that has none."""
        return next((step.duration_s for step in self.steps if step.duration_s is not None), None)


class Summary(msgspec.Struct, frozen=True):
    """What a finished game says of itself."""

    kept: int
    truth: int
    dare: int
    minutes: int


class Joined(Event, frozen=True, kw_only=True, tag="joined"):
    """A seat was taken over HTTP."""

    seat: SeatName
    words: tuple[str, ...] | None = None


class Readied(Event, frozen=True, kw_only=True, tag="ready"):
    """A seat is ready."""

    by: SeatName


class Started(Event, frozen=True, kw_only=True, tag="started"):
    """Both are ready."""

    at: datetime


class TurnBegan(Event, frozen=True, kw_only=True, tag="turn_began"):
    """A seat's turn; type null asks it to choose."""

    turn: int
    active: SeatName
    type: Kind | None


class TypeChosen(Event, frozen=True, kw_only=True, tag="type_chosen"):
    """Truth or dare was chosen, by the player or the dice."""

    turn: int
    type: Kind
    by: Literal["player", "spin"]


class CardShown(Event, frozen=True, kw_only=True, tag="card_shown"):
    """The turn has a card. `charged_on`: the UTC day (YYYY-MM-DD) it was charged to the opener, null when it cost nothing."""

    turn: int
    card: ShownCard
    remaining: int | None
    charged_on: str | None = None


class CardReplaced(Event, frozen=True, kw_only=True, tag="card_replaced"):
    """Another card instead; nobody says who asked."""

    turn: int
    card: ShownCard
    consecutive_skips: int


class CardWithdrawn(Event, frozen=True, kw_only=True, tag="card_withdrawn"):
    """The card is gone from both screens. `given_back`: the day whose count gets the turn back."""

    turn: int
    given_back: str | None = None
    remaining: int | None = None


class Nudged(Event, frozen=True, kw_only=True, tag="nudged"):
    """Three skips in a row: would something else be nicer?"""

    options: tuple[str, ...] = ("lower_level", "review_boundaries", "continue")


class Completed(Event, frozen=True, kw_only=True, tag="completed"):
    """The turn's card is done."""

    turn: int


class FeedbackGiven(Event, frozen=True, kw_only=True, tag="feedback_given"):
    """A seat said how a card was; the content is the giver's alone."""

    turn: int
    by: SeatName
    feedback: Literal["like", "dislike", "neutral"] | None = None
    executed: bool | None = None


class LevelProposed(Event, frozen=True, kw_only=True, tag="level_proposed"):
    """One seat would go up; the other answers until then."""

    level: Level
    by: SeatName
    until: datetime


class LevelDeclined(Event, frozen=True, tag="level_declined"):
    """The proposal is off the table."""


class LevelChanged(Event, frozen=True, kw_only=True, tag="level_changed"):
    """The level is this now."""

    level: Level


class Paused(Event, frozen=True, tag="paused"):
    """The game is frozen."""


class Stopped(Event, frozen=True, kw_only=True, tag="stopped"):
    """All content ended; the cool-down runs."""

    until: datetime
    aftercare: tuple[str, ...]


class CoolDownSet(Event, frozen=True, kw_only=True, tag="cool_down_set"):
    """The cool-down was made longer."""

    until: datetime


class ResumeWanted(Event, frozen=True, kw_only=True, tag="resume_wanted"):
    """One seat is fine to go on."""

    by: SeatName


class Resumed(Event, frozen=True, kw_only=True, tag="resumed"):
    """Both are fine to go on. `replaced`: the card that was up may not be shown again, another follows in the same commit."""

    replaced: bool = False


class LimitReached(Event, frozen=True, kw_only=True, tag="limit_reached"):
    """The day's cards are used up."""

    resets_at: datetime


class LimitLifted(Event, frozen=True, tag="limit_lifted"):
    """There are cards again."""


class TimerStarted(Event, frozen=True, kw_only=True, tag="timer_started"):
    """The card's clock runs. That it has run out is no event: both phones know until when."""

    turn: int
    until: datetime


class TimerStopped(Event, frozen=True, kw_only=True, tag="timer_stopped"):
    """The card's clock was stopped before it had run out."""

    turn: int


class Ended(Event, frozen=True, kw_only=True, tag="ended"):
    """The game is over."""

    reason: Reason
    summary: Summary


AnyEvent = (
    Joined
    | Readied
    | Started
    | TurnBegan
    | TypeChosen
    | CardShown
    | CardReplaced
    | CardWithdrawn
    | Nudged
    | Completed
    | FeedbackGiven
    | LevelProposed
    | LevelDeclined
    | LevelChanged
    | Paused
    | Stopped
    | CoolDownSet
    | ResumeWanted
    | Resumed
    | LimitReached
    | LimitLifted
    | TimerStarted
    | TimerStopped
    | Ended
)
