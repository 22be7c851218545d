"""One command being decided: what it was decided on, its events so far, and the parts that moves are made of.

TURN and CARD of the contract are `turn` and `card` here. `card` and `another` are the only places that show a card, and the
commands in `flow.py` never call them while the game is paused or stopped.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import msgspec

from rooms.seats import SeatName
from rooms.sessions import events as e
from rooms.sessions.commands import Kind, Level
from rooms.sessions.dice import Rolls, spin_active, spin_kind
from rooms.sessions.draw import NEUTRALLY, Draw, Request
from rooms.sessions.events import ShownCard
from rooms.sessions.fold import evolve
from rooms.sessions.state import State, above

SKIPS_BEFORE_NUDGE = 3
MOST_EXTRA_A_TURN = 6
MOST_EXTRA_A_DAY = 40
"""Cards after a turn's first, for one pair and UTC day."""


class NeedsDraw(Exception):
    """A card is due or has to be looked at again: come back with `draw`, `passes` and `allowance` loaded."""


class Allowance(msgspec.Struct, frozen=True):
    """The opener's account as the database saw it. `day` is the database's UTC day, YYYY-MM-DD."""

    used: int
    limit: int
    unlimited: bool
    day: str
    resets_at: datetime


class Inputs(msgspec.Struct, frozen=True, kw_only=True):
    """What comes from outside the rules; the last four are given when `decide` asks for them by NeedsDraw.

    `extra_today` is how many cards after a turn's first these two have had on this UTC day, in all their rooms.
    """

    now: datetime
    rolls: Rolls
    cool_down: timedelta = timedelta(minutes=10)
    proposal_life: timedelta = timedelta(minutes=2)
    allowance: Allowance | None = None
    draw: Draw | None = None
    passes: Callable[[ShownCard, Level], bool] | None = None
    extra_today: int = 0


class Decision(msgspec.Struct, frozen=True):
    """What a command leads to: its events, none when it is legal and changes nothing, and the state after them."""

    events: tuple[e.AnyEvent, ...]
    after: State


class Move:
    """One command being decided: events so far, and the state after them."""

    def __init__(self, state: State, inputs: Inputs) -> None:
        self.state = state
        self.inputs = inputs
        self.events: list[e.AnyEvent] = []

    def emit(self, event: e.AnyEvent) -> None:
        """Add an event and fold it in."""
        self.events.append(event)
        self.state = evolve(self.state, event)

    def turn(self) -> None:
        """TURN: it begins, with a card at once when its type is set."""
        state, rolls, settings = self.state, self.inputs.rolls, self.state.settings
        number = state.turn + 1
        if settings.turn_order == "spin":
            active: SeatName = spin_active(rolls.active)
        else:
            active = "A" if number % 2 else "B"
        kind: Kind | None = None
        if settings.activity_type != "random":
            kind = settings.activity_type
        elif settings.type_choice == "spin":
            kind = spin_kind(rolls.kind, state.kinds)
        self.emit(e.TurnBegan(turn=number, active=active, type=kind))
        if kind:
            self.card()

    def card(self) -> None:
        """CARD: a card, charged once a turn, or the day's limit."""
        state, allowance = self.state, self.inputs.allowance
        if allowance is None or self.inputs.draw is None:
            raise NeedsDraw
        free = allowance.unlimited or state.paid_turn == state.turn
        if not free and allowance.used >= allowance.limit:
            self.emit(e.LimitReached(resets_at=allowance.resets_at))
            return
        used = allowance.used if free else allowance.used + 1
        self.emit(
            e.CardShown(
                turn=state.turn,
                card=self.drawn(),
                remaining=None if allowance.unlimited else max(0, allowance.limit - used),
                charged_on=None if free else allowance.day,
            )
        )

    def drawn(self) -> ShownCard:
        """The card that the draw gives for the turn as it stands."""
        state = self.state
        if self.inputs.draw is None or state.active is None or state.type is None:
            raise NeedsDraw
        request = Request(
            active=state.active,
            type=state.type,
            level=state.level,
            step=state.turn,
            target=state.settings.target_activities,
            shown=state.shown,
            tired=state.tired_themes,
            tired_acts=state.tired_acts,
            instead_of=state.card,
            plain=self._probes(),
            apart=state.settings.apart,
            bank_ratio=state.settings.bank_ratio,
            language=state.settings.language,
        )
        return self.inputs.draw(request, self.inputs.rolls.card)

    def _probes(self) -> bool:
        """Have these two asked for so many other cards that more would only teach what one of them forbids?

        From then on cards come that no limit and no answer keeps away (decision 33).
        """
        dealt = self.state.dealt
        return dealt > MOST_EXTRA_A_TURN or (dealt > 0 and self.inputs.extra_today >= MOST_EXTRA_A_DAY)

    def replace(self) -> None:
        """Another card of the turn's type instead of the one on screen. It looks the same for a skip and for a limit."""
        self._put(self.drawn())

    def _put(self, card: ShownCard) -> None:
        skips = self.state.consecutive_skips + 1
        self.emit(e.CardReplaced(turn=self.state.turn, card=card, consecutive_skips=skips))
        if skips % SKIPS_BEFORE_NUDGE == 0:
            self.emit(e.Nudged())

    def resume(self) -> None:
        """The game goes on where it stands, with the card that was up if these two may still see it, else with another."""
        card = self.state.card
        if card is None or self._may_stay(card):
            self.emit(e.Resumed())
            if self.state.type and not self.state.card:
                self.card()
            return
        instead = self.drawn()  # before `resumed` takes the card away that it is to differ from
        self.emit(e.Resumed(replaced=True))
        self._put(instead)

    def lift(self) -> None:
        """In phase limit: a card when the account has one again."""
        allowance = self.inputs.allowance
        if allowance is None:
            raise NeedsDraw
        if allowance.unlimited or allowance.used < allowance.limit:
            self.emit(e.LimitLifted())
            self.card()

    def withdraw(self) -> None:
        """The card goes and no other comes now: the turn is given back to the account, within the same UTC day.

        On a later day nothing is given back, and the turn stays paid for.
        """
        state = self.state
        today = self.inputs.now.astimezone(UTC).date().isoformat()
        given_back = state.charged_on if state.charged_on == today else None
        left = state.remaining
        if left is not None and given_back:
            left += 1
        self.emit(e.CardWithdrawn(turn=state.turn, given_back=given_back, remaining=left))

    def look_again(self) -> None:
        """The card on screen, if any, goes when these two may not see it any more: another one comes, as after a skip.

        While the game is halted nothing is on screen and nothing is said; `resume` looks.
        """
        card = self.state.card
        if card is not None and not self.state.halted and not self._may_stay(card):
            self.replace()

    def _may_stay(self, card: ShownCard) -> bool:
        level = self.state.level
        if above(card.rating, level):
            return False
        if card.relaxed == NEUTRALLY:
            return True  # always allowed, also for limits that nobody understands
        if self.inputs.passes is None:
            raise NeedsDraw
        return self.inputs.passes(card, level)

    def change_level(self, level: Level) -> None:
        """The level is another. Lower down a card may be above it, or limits are stricter: then it is withdrawn."""
        lowered = above(self.state.level, level)
        self.emit(e.LevelChanged(level=level))
        card = self.state.card
        if card is None or not lowered or self._may_stay(card):
            return
        if self.state.halted:
            self.withdraw()
        else:
            self.emit(e.CardWithdrawn(turn=self.state.turn, remaining=self.state.remaining))
            self.card()

    def end(self, reason: e.Reason) -> None:
        """The game is over."""
        state = self.state
        minutes = int((self.inputs.now - state.started_at).total_seconds() // 60) if state.started_at else 0
        summary = e.Summary(state.kept, state.truth_kept, state.dare_kept, max(0, minutes))
        self.emit(e.Ended(reason=reason, summary=summary))
