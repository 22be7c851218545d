"""Where a room stands: one frozen value, the fold of its log."""

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from rooms.activities.language import played
from rooms.seats import SeatName
from rooms.sessions.commands import Kind, Level
from rooms.sessions.events import Reason, ShownCard, Summary

Phase = Literal["lobby", "choosing", "card", "paused", "stopped", "limit", "ended"]

LEVELS: tuple[Level, ...] = ("G", "R", "X")

MOST_IN_A_ROW = 2
"""Cards with one primary theme, one after the other."""

ACTS_APART = 3
"""An act comes back when so many other cards have been seen, as long as there is another."""


_RULES = (
    "What the game understands: `apart` (true: only cards for two who are not in one room), `favourites` (true: first what both"
    " have liked) and `language` (such as de or de-AT: the cards come in it, and those that the two wrote in whatever they are"
    " in; without it in English, as do cards by AI always). Everything else is words from whoever opens the game to the other."
)


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the opener chose at creation; kept in `sessions.rules`."""

    intimacy_level: Level = "R"
    activity_type: Literal["random", "truth", "dare"] = "random"
    type_choice: Literal["player", "spin"] = "player"
    turn_order: Literal["alternate", "spin"] = "alternate"
    target_activities: Annotated[int, Meta(ge=5, le=50)] = 25
    bank_ratio: Annotated[float, Meta(ge=0, le=1)] = 0.5
    rules: Annotated[dict[str, Any], Meta(description=_RULES)] = {}

    @property
    def apart(self) -> bool:
        """Are the two where they only see or hear each other?"""
        return self.rules.get("apart") is True

    @property
    def favourites(self) -> bool:
        """Does the game begin with cards that both have liked?"""
        return self.rules.get("favourites") is True

    @property
    def language(self) -> str:
        """The language that the game is played in, such as de or de-AT."""
        return played(self.rules)


class Seat(msgspec.Struct, frozen=True):
    """One side of the room."""

    taken: bool = False
    hosted: bool = False
    ready: bool = False


class Proposal(msgspec.Struct, frozen=True):
    """A way up that waits for the other seat."""

    level: Level
    by: SeatName
    until: datetime
    seq: int


class Timer(msgspec.Struct, frozen=True):
    """The clock of this turn's card, as it was started last; from `until` on it rests."""

    turn: int
    until: datetime


class Given(msgspec.Struct, frozen=True):
    """One seat's word about one card."""

    feedback: Literal["like", "dislike", "neutral"] | None
    executed: bool | None


class State(msgspec.Struct, frozen=True, kw_only=True):
    """Everything both views are made of. `head` is the seq of the last event folded in.

    `paid_turn` is the turn whose next cards cost nothing: its first one was shown, charged or not, and not given back.
    `dealt` is how many cards the present turn has had.
    `charged_on` is the UTC day the present turn was charged to, as long as it may be given back. `themes` are those of the kept
    turns and the card on screen, `seen_themes` those of everything shown, `seen_acts` the acts of the last cards shown.
    """

    session_id: str
    settings: Settings
    a: Seat
    b: Seat
    head: int = 0
    phase: Phase = "lobby"
    level: Level
    words: tuple[str, ...] | None = None
    started_at: datetime | None = None

    # the turn
    turn: int = 0
    active: SeatName | None = None
    type: Kind | None = None
    turn_seq: int = 0
    card: ShownCard | None = None
    card_seq: int = 0
    last_card_seq: int = 0
    timer: Timer | None = None
    dealt: int = 0
    charged_on: str | None = None
    paid_turn: int = 0

    # what was
    completed: dict[int, int] = {}
    kinds: tuple[Kind, ...] = ()
    shown: tuple[int, ...] = ()
    themes: tuple[str, ...] = ()
    seen_themes: tuple[str, ...] = ()
    seen_acts: tuple[tuple[Kind, str], ...] = ()
    truth_kept: int = 0
    dare_kept: int = 0
    consecutive_skips: int = 0
    feedback: dict[int, dict[SeatName, Given]] = {}

    # consent
    proposal: Proposal | None = None
    resume_wanted: tuple[SeatName, ...] = ()
    halt_seq: int = 0
    cool_down_until: datetime | None = None
    aftercare: tuple[str, ...] | None = None

    # allowance and end
    remaining: int | None = None
    resets_at: datetime | None = None
    summary: Summary | None = None
    ended_because: Reason | None = None

    def seat(self, name: SeatName) -> Seat:
        """That side of the room."""
        return self.a if name == "A" else self.b

    @property
    def started(self) -> bool:
        """Has the game begun?"""
        return self.started_at is not None

    @property
    def halted(self) -> bool:
        """Is the game paused or stopped?"""
        return self.phase in ("paused", "stopped")

    @property
    def tired_themes(self) -> frozenset[str]:
        """Themes that had their two in a row: among the turns kept before this card, or among the cards seen."""
        kept = self.themes[:-1] if self.card else self.themes
        rows = (kept[-MOST_IN_A_ROW:], self.seen_themes)
        return frozenset(row[0] for row in rows if len(row) == MOST_IN_A_ROW and len(set(row)) == 1 and row[0])

    @property
    def tired_acts(self) -> frozenset[str]:
        """What the last few cards were about doing (a kiss, a massage, …), as far as they were of the turn's type: that a
        question asks for words takes nothing from a dare that does.
        """
        return frozenset(act for kind, act in self.seen_acts if act and kind == self.type)

    @property
    def kept(self) -> int:
        """Cards completed."""
        return self.truth_kept + self.dare_kept


def opening(session_id: str, settings: Settings, *, hosted: bool) -> State:
    """The room before its first event."""
    return State(
        session_id=session_id, settings=settings, level=settings.intimacy_level, a=Seat(), b=Seat(hosted=hosted)
    )


def above(level: Level, limit: Level) -> bool:
    """Does that level go further than the limit?"""
    return LEVELS.index(level) > LEVELS.index(limit)


def other(seat: SeatName) -> SeatName:
    """The seat across."""
    return "B" if seat == "A" else "A"
