"""The room's rules: what a command leads to, and what an event does to the state.

Theory of operation. `decide` reads the state and answers with events, or raises a refusal; `evolve` (in `fold.py`, where every
phase changes) folds one event in. The phases and what moves between them:

    lobby ──both ready──▶ (turn) ──▶ choosing ──choose──▶ card ──complete──▶ (turn) … ──target──▶ ended
                             │            ╲                ▲ ╲skip: card_replaced
                             │             ╲no allowance   │
                             └──type set────▶ limit ──ready/upgrade──▶ card
    any phase but ended ──pause──▶ paused ──stop──▶ stopped        both resume ──▶ where the turn stands
    any phase but ended ──stop───▶ stopped                         any phase ──end──▶ ended

What lies under a pause is not stored: `resumed` reads it off the turn (no game yet: lobby; no type: choosing; a card: card;
otherwise a card is due). Rule 1: after a pause or stop no card is shown until every taken seat has resumed; `_card` is the only
place that shows one and it is never called while halted. Rule 2: lowering and limits take a card away in any phase, raising
takes two. Rule 3: nothing here depends on which seat skipped, paused or stopped.

`decide` works without the draw first; when a card is due and `inputs.draw` is None it raises NeedsDraw, and the shell comes
back with the inputs loaded.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import msgspec

from rooms import errors
from rooms.sessions import commands as c
from rooms.sessions import events as e
from rooms.sessions.commands import AnyCommand, Kind, Level, SeatName
from rooms.sessions.dice import Rolls, spin_active, spin_kind
from rooms.sessions.draw import Draw, Request
from rooms.sessions.events import ShownCard
from rooms.sessions.fold import evolve
from rooms.sessions.state import LEVELS, Given, Proposal, State, other

SKIPS_BEFORE_NUDGE = 3

AFTERCARE = (
    "You stopped, and that was right. Nothing else is needed now.",
    "Drink some water, get warm, stay close or take space: whatever feels good.",
    "Ask each other what you need. Nobody has to explain anything.",
)


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
    """What comes from outside the rules; the last three are None until `decide` asks for them by NeedsDraw."""

    now: datetime
    rolls: Rolls
    cool_down: timedelta = timedelta(minutes=10)
    proposal_life: timedelta = timedelta(minutes=2)
    allowance: Allowance | None = None
    draw: Draw | None = None
    passes: Callable[[ShownCard, Level], bool] | None = None


def decide(state: State, seat: SeatName, command: AnyCommand, inputs: Inputs) -> tuple[e.AnyEvent, ...]:
    """The events this command leads to; none when it is legal and changes nothing. Raises rooms.errors.Refused, NeedsDraw."""
    move = _Move(state, inputs)
    _DECIDE[type(command)](move, seat, command)
    return tuple(move.events)


class _Move:
    """One command being decided: events so far, and the state after them."""

    def __init__(self, state: State, inputs: Inputs) -> None:
        self.state = state
        self.inputs = inputs
        self.events: list[e.AnyEvent] = []

    def emit(self, event: e.AnyEvent) -> None:
        self.events.append(event)
        self.state = evolve(self.state, event)


# --- what each command leads to --------------------------------------------------------------------------------------


def _join(move: _Move, _: SeatName, command: c.Join) -> None:
    _refuse_when_over(move.state)
    if not move.state.seat(command.seat).taken:
        move.emit(e.Joined(seat=command.seat, words=command.words))


def _ready(move: _Move, seat: SeatName, _: c.Ready) -> None:
    state = move.state
    _refuse_when_over(state)
    _refuse_when_halted(state)
    if state.phase == "limit":
        _lift(move)
        if not move.events:
            raise errors.LimitReached
        return
    if state.started or state.seat(seat).ready:
        return
    across = state.seat(other(seat))
    if not (across.ready or (across.taken and across.hosted)):
        move.emit(e.Readied(by=seat))
        return
    move.emit(e.Started(at=move.inputs.now))
    _turn(move)


def _choose(move: _Move, seat: SeatName, command: c.Choose) -> None:
    state = move.state
    _refuse_outside_play(state)
    if state.phase == "limit":
        raise errors.LimitReached
    if command.on != state.turn_seq or state.phase != "choosing":
        raise errors.Stale
    if seat != state.active:
        raise errors.NotYourTurn
    if command.type == "random":
        move.emit(e.TypeChosen(turn=state.turn, type=spin_kind(move.inputs.rolls.kind, state.kinds), by="spin"))
    else:
        move.emit(e.TypeChosen(turn=state.turn, type=command.type, by="player"))
    _card(move)


def _complete(move: _Move, _: SeatName, command: c.Complete) -> None:
    state = move.state
    if command.on in state.completed.values():
        return  # pressed twice, or on both phones at once: it counts once
    _refuse_outside_play(state)
    _refuse_without_card(state, command.on)
    move.emit(e.Completed(turn=state.turn))
    if len(move.state.completed) >= state.settings.target_activities:
        _end(move, "target")
    else:
        _turn(move)


def _skip(move: _Move, _: SeatName, command: c.Skip) -> None:
    state = move.state
    _refuse_outside_play(state)
    _refuse_without_card(state, command.on)
    skips = state.consecutive_skips + 1
    move.emit(e.CardReplaced(turn=state.turn, card=_draw(move), consecutive_skips=skips))
    if skips % SKIPS_BEFORE_NUDGE == 0:
        move.emit(e.Nudged())


def _feedback(move: _Move, seat: SeatName, command: c.Feedback) -> None:
    state = move.state
    if command.feedback is None and command.executed is None:
        raise errors.BadMessage("Say how it was: give feedback, executed, or both.", fields={"feedback": "is missing"})
    if not state.started:
        raise errors.NotStarted
    if command.turn not in state.completed:
        raise errors.NoCard
    before = state.feedback.get(command.turn, {}).get(seat, Given(None, None))
    given = Given(
        before.feedback if command.feedback is None else command.feedback,
        before.executed if command.executed is None else command.executed,
    )
    if given != before:
        move.emit(e.FeedbackGiven(turn=command.turn, by=seat, feedback=given.feedback, executed=given.executed))


def _propose_level(move: _Move, seat: SeatName, command: c.ProposeLevel) -> None:
    state = move.state
    _refuse_when_over(state)
    if command.level == state.level:
        return
    if LEVELS.index(command.level) < LEVELS.index(state.level):
        _change_level(move, command.level)
        return
    _refuse_when_halted(state)
    until = move.inputs.now + move.inputs.proposal_life
    move.emit(e.LevelProposed(level=command.level, by=seat, until=until))


def _accept_level(move: _Move, seat: SeatName, command: c.AcceptLevel) -> None:
    proposal = _open_proposal(move, command.on)
    if proposal.by == seat:
        raise errors.NotYourTurn("Your own proposal waits for the other player's answer.")
    _change_level(move, proposal.level)


def _decline_level(move: _Move, _: SeatName, command: c.DeclineLevel) -> None:
    _open_proposal(move, command.on)
    move.emit(e.LevelDeclined())


def _pause(move: _Move, _: SeatName, __: c.Pause) -> None:
    state = move.state
    _refuse_when_over(state)
    if not state.halted or state.resume_wanted:
        move.emit(e.Paused())


def _stop(move: _Move, _: SeatName, __: c.Stop) -> None:
    state, now = move.state, move.inputs.now
    _refuse_when_over(state)
    cooling = state.phase == "stopped" and state.cool_down_until is not None and now < state.cool_down_until
    if cooling and not state.resume_wanted:
        return
    if state.card:
        _withdraw(move)
    until = now + move.inputs.cool_down
    if state.cool_down_until and state.phase == "stopped":
        until = max(until, state.cool_down_until)
    move.emit(e.Stopped(until=until, aftercare=AFTERCARE))


def _resume(move: _Move, seat: SeatName, command: c.Resume) -> None:
    state = move.state
    _refuse_when_over(state)
    if not state.halted or command.on != state.halt_seq:
        raise errors.Stale
    if state.cool_down_until and move.inputs.now < state.cool_down_until:
        raise errors.CoolingDown
    if seat in state.resume_wanted:
        return
    across = other(seat)
    if state.seat(across).taken and across not in state.resume_wanted:
        move.emit(e.ResumeWanted(by=seat))
        return
    move.emit(e.Resumed())
    if move.state.type and not move.state.card:
        _card(move)


def _lengthen(move: _Move, _: SeatName, command: c.Lengthen) -> None:
    state = move.state
    _refuse_when_over(state)
    if state.phase != "stopped" or state.cool_down_until is None:
        raise errors.Stale("There is no cool-down to lengthen.")
    start = max(state.cool_down_until, move.inputs.now)
    move.emit(e.CoolDownSet(until=start + timedelta(minutes=command.minutes)))


def _leave(_: _Move, __: SeatName, ___: c.Leave) -> None:
    """Presence only: the log does not hear of it."""


def _finish(move: _Move, _: SeatName, __: c.End) -> None:
    state = move.state
    _refuse_when_over(state)
    if state.phase == "stopped":
        _end(move, "stopped")
    else:
        _end(move, "ended" if state.started else "declined")


def _recheck(move: _Move, _: SeatName, __: c.Recheck) -> None:
    """A limit, a profile or the subscription changed: the card on screen goes when it no longer passes."""
    state = move.state
    if state.phase == "ended":
        return
    if state.phase == "limit":
        _lift(move)
    elif state.card:
        if move.inputs.passes is None:
            raise NeedsDraw
        if not move.inputs.passes(state.card, state.level):
            _take_away(move)


def _abandon(move: _Move, _: SeatName, __: c.Abandon) -> None:
    if move.state.phase != "ended":
        _end(move, "abandoned")


_DECIDE: dict[type, Callable[[_Move, SeatName, Any], None]] = {
    c.Join: _join,
    c.Ready: _ready,
    c.Choose: _choose,
    c.Complete: _complete,
    c.Skip: _skip,
    c.Feedback: _feedback,
    c.ProposeLevel: _propose_level,
    c.AcceptLevel: _accept_level,
    c.DeclineLevel: _decline_level,
    c.Pause: _pause,
    c.Stop: _stop,
    c.Resume: _resume,
    c.Lengthen: _lengthen,
    c.Leave: _leave,
    c.End: _finish,
    c.Recheck: _recheck,
    c.Abandon: _abandon,
}


# --- refusals that many commands share --------------------------------------------------------------------------------


def _refuse_when_over(state: State) -> None:
    if state.phase == "ended":
        raise errors.SessionOver


def _refuse_when_halted(state: State) -> None:
    if state.halted:
        raise errors.Paused


def _refuse_outside_play(state: State) -> None:
    _refuse_when_over(state)
    if not state.started:
        raise errors.NotStarted
    _refuse_when_halted(state)


def _refuse_without_card(state: State, on: int) -> None:
    if state.phase == "limit":
        raise errors.LimitReached
    if state.card is None:
        raise errors.Stale if 0 < on <= state.last_card_seq else errors.NoCard
    if on != state.card_seq:
        raise errors.Stale


def _open_proposal(move: _Move, on: int) -> Proposal:
    _refuse_when_over(move.state)
    proposal = move.state.proposal
    if proposal is None or move.inputs.now >= proposal.until:
        raise errors.NoProposal
    if on != proposal.seq:
        raise errors.Stale
    return proposal


# --- parts of a move --------------------------------------------------------------------------------------------------


def _turn(move: _Move) -> None:
    """TURN: it begins, with a card at once when its type is set."""
    state, rolls, settings = move.state, move.inputs.rolls, move.state.settings
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
    move.emit(e.TurnBegan(turn=number, active=active, type=kind))
    if kind:
        _card(move)


def _card(move: _Move) -> None:
    """CARD: a card, charged once a turn, or the day's limit."""
    state, allowance = move.state, move.inputs.allowance
    if allowance is None or move.inputs.draw is None:
        raise NeedsDraw
    paid = allowance.unlimited or state.charged_turn == state.turn
    if not paid and allowance.used >= allowance.limit:
        move.emit(e.LimitReached(resets_at=allowance.resets_at))
        return
    used = allowance.used if paid else allowance.used + 1
    move.emit(
        e.CardShown(
            turn=state.turn,
            card=_draw(move),
            remaining=None if allowance.unlimited else max(0, allowance.limit - used),
            charged_on=None if paid else allowance.day,
        )
    )


def _draw(move: _Move) -> ShownCard:
    state = move.state
    if move.inputs.draw is None or state.active is None or state.type is None:
        raise NeedsDraw
    request = Request(
        active=state.active,
        type=state.type,
        level=state.level,
        step=state.turn,
        target=state.settings.target_activities,
        shown=state.shown,
        themes=state.themes,
    )
    return move.inputs.draw(request, move.inputs.rolls.card)


def _lift(move: _Move) -> None:
    """In phase limit: a card when the account has one again."""
    allowance = move.inputs.allowance
    if allowance is None:
        raise NeedsDraw
    if allowance.unlimited or allowance.used < allowance.limit:
        move.emit(e.LimitLifted())
        _card(move)


def _withdraw(move: _Move) -> None:
    """The card goes and no other comes now: the turn is given back to the account, within the same UTC day."""
    state = move.state
    left = None if state.remaining is None else state.remaining + (1 if state.charged_on else 0)
    move.emit(e.CardWithdrawn(turn=state.turn, given_back=state.charged_on, remaining=left))


def _take_away(move: _Move) -> None:
    """The card may not stay. In play another one comes, which costs nothing; while halted it waits for `resumed`."""
    if move.state.halted:
        _withdraw(move)
        return
    move.emit(e.CardWithdrawn(turn=move.state.turn, remaining=move.state.remaining))
    _card(move)


def _change_level(move: _Move, level: Level) -> None:
    move.emit(e.LevelChanged(level=level))
    card = move.state.card
    if card and LEVELS.index(card.rating) > LEVELS.index(level):
        _take_away(move)


def _end(move: _Move, reason: e.Reason) -> None:
    state = move.state
    minutes = int((move.inputs.now - state.started_at).total_seconds() // 60) if state.started_at else 0
    summary = e.Summary(state.kept, state.truth_kept, state.dare_kept, max(0, minutes))
    move.emit(e.Ended(reason=reason, summary=summary))
