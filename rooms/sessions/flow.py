"""The room's rules: what a command leads to.

Theory of operation. `decide` reads the state and answers with events and the state after them, or raises a refusal; `evolve` (in
`fold.py`, where every phase changes) folds one event in; `move.py` has the parts that several commands share. The phases and
what moves between them:

    lobby ──both ready──▶ (turn) ──▶ choosing ──choose──▶ card ──complete──▶ (turn) … ──target──▶ ended
                             │            ╲                ▲ ╲skip: card_replaced
                             │             ╲no allowance   │
                             └──type set────▶ limit ──ready/upgrade──▶ card
    any phase but ended ──pause──▶ paused ──stop──▶ stopped        both resume ──▶ where the turn stands
    any phase but ended ──stop───▶ stopped                         any phase ──end──▶ ended

What lies under a pause is not stored: `resumed` reads it off the turn (no game yet: lobby; no type: choosing; a card: card;
otherwise a card is due). Rule 1: after a pause or stop no card is shown until every taken seat has resumed. Rule 2: lowering
and limits take a card away in any phase, raising takes two. Rule 3: nothing here depends on which seat skipped, paused or
stopped.

`decide` works without the draw first; when a card is due and `inputs.draw` is None it raises NeedsDraw, and the shell comes
back with the inputs loaded.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from rooms import errors
from rooms.seats import SeatName
from rooms.sessions import commands as c
from rooms.sessions import events as e
from rooms.sessions.commands import AnyCommand
from rooms.sessions.dice import spin_kind
from rooms.sessions.move import Allowance, Decision, Inputs, Move, NeedsDraw
from rooms.sessions.state import Given, Proposal, State, above, other

__all__ = ["AFTERCARE", "Allowance", "Decision", "Inputs", "NeedsDraw", "decide"]

LONGEST_COOL_DOWN = timedelta(minutes=60)
"""As far ahead as `lengthen` reaches."""

AFTERCARE = (
    "You stopped, and that was right. Nothing else is needed now.",
    "Drink some water, get warm, stay close or take space: whatever feels good.",
    "Ask each other what you need. Nobody has to explain anything.",
)


def decide(state: State, seat: SeatName, command: AnyCommand, inputs: Inputs) -> Decision:
    """What this command leads to. Raises rooms.errors.Refused, NeedsDraw."""
    move = Move(state, inputs)
    _DECIDE[type(command)](move, seat, command)
    return Decision(tuple(move.events), move.state)


# --- what each command leads to --------------------------------------------------------------------------------------


def _join(move: Move, _: SeatName, command: c.Join) -> None:
    _refuse_when_over(move.state)
    if not move.state.seat(command.seat).taken:
        move.emit(e.Joined(seat=command.seat, words=command.words))


def _ready(move: Move, seat: SeatName, _: c.Ready) -> None:
    state = move.state
    _refuse_when_over(state)
    _refuse_when_halted(state)
    if state.phase == "limit":
        move.lift()
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
    move.turn()


def _choose(move: Move, seat: SeatName, command: c.Choose) -> None:
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
    move.card()


def _complete(move: Move, _: SeatName, command: c.Complete) -> None:
    state = move.state
    if command.on in state.completed.values():
        return  # pressed twice, or on both phones at once: it counts once
    _refuse_outside_play(state)
    _refuse_without_card(state, command.on)
    move.emit(e.Completed(turn=state.turn))
    if len(move.state.completed) >= state.settings.target_activities:
        move.end("target")
    else:
        move.turn()


def _skip(move: Move, _: SeatName, command: c.Skip) -> None:
    state = move.state
    _refuse_outside_play(state)
    _refuse_without_card(state, command.on)
    move.replace()


def _feedback(move: Move, seat: SeatName, command: c.Feedback) -> None:
    """Logged also when it says the same again: whether it changed is the giver's alone."""
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
    move.emit(e.FeedbackGiven(turn=command.turn, by=seat, feedback=given.feedback, executed=given.executed))


def _propose_level(move: Move, seat: SeatName, command: c.ProposeLevel) -> None:
    state = move.state
    _refuse_when_over(state)
    if command.level == state.level:
        return
    if above(state.level, command.level):
        move.change_level(command.level)
        return
    _refuse_when_halted(state)
    until = move.inputs.now + move.inputs.proposal_life
    move.emit(e.LevelProposed(level=command.level, by=seat, until=until))


def _accept_level(move: Move, seat: SeatName, command: c.AcceptLevel) -> None:
    proposal = _open_proposal(move, command.on)
    if proposal.by == seat:
        raise errors.NotYourTurn("Your own proposal waits for the other player's answer.")
    move.change_level(proposal.level)


def _decline_level(move: Move, _: SeatName, command: c.DeclineLevel) -> None:
    _open_proposal(move, command.on)
    move.emit(e.LevelDeclined())


def _pause(move: Move, _: SeatName, __: c.Pause) -> None:
    state = move.state
    _refuse_when_over(state)
    if not state.halted or state.resume_wanted:
        move.emit(e.Paused())


def _stop(move: Move, _: SeatName, __: c.Stop) -> None:
    state, now = move.state, move.inputs.now
    _refuse_when_over(state)
    cooling = state.phase == "stopped" and state.cool_down_until is not None and now < state.cool_down_until
    if cooling and not state.resume_wanted:
        return
    if state.card:
        move.withdraw()
    until = now + move.inputs.cool_down
    if state.cool_down_until and state.phase == "stopped":
        until = max(until, state.cool_down_until)
    move.emit(e.Stopped(until=until, aftercare=AFTERCARE))


def _resume(move: Move, seat: SeatName, command: c.Resume) -> None:
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
    move.resume()


def _lengthen(move: Move, _: SeatName, command: c.Lengthen) -> None:
    state = move.state
    _refuse_when_over(state)
    if state.phase != "stopped" or state.cool_down_until is None:
        raise errors.Stale("There is no cool-down to lengthen.")
    now, before = move.inputs.now, state.cool_down_until
    until = min(max(before, now) + timedelta(minutes=command.minutes), now + LONGEST_COOL_DOWN)
    if until > before:
        move.emit(e.CoolDownSet(until=until))


def _timer(move: Move, _: SeatName, command: c.Timer) -> None:
    """A clock that runs is not started again, one that rests is not stopped: both change nothing.

    One that has run out rests, though the log has heard nothing of it: started again it starts anew.
    """
    state, now = move.state, move.inputs.now
    _refuse_outside_play(state)
    _refuse_without_card(state, command.on)
    clock_s = state.card.clock_s if state.card else None
    if clock_s is None:
        raise errors.NoCard("This card has no clock.")
    runs = state.timer is not None and now < state.timer.until
    if command.action == "start" and not runs:
        move.emit(e.TimerStarted(turn=state.turn, until=now + timedelta(seconds=clock_s)))
    elif command.action == "stop" and runs:
        move.emit(e.TimerStopped(turn=state.turn))


def _leave(move: Move, _: SeatName, __: c.Leave) -> None:
    """Presence only: the log does not hear of it."""
    _refuse_when_over(move.state)


def _finish(move: Move, _: SeatName, __: c.End) -> None:
    state = move.state
    _refuse_when_over(state)
    if state.phase == "stopped":
        move.end("stopped")
    else:
        move.end("ended" if state.started else "declined")


def _recheck(move: Move, _: SeatName, __: c.Recheck) -> None:
    """A limit, a profile or the subscription changed: does the room still stand as it may?

    Always decided on fresh facts, so that its commit can say as of which limits the room was looked at.
    """
    if move.inputs.passes is None:
        raise NeedsDraw
    if move.state.phase == "limit":
        move.lift()
    else:
        move.look_again()


def _abandon(move: Move, _: SeatName, __: c.Abandon) -> None:
    if move.state.phase != "ended":
        move.end("abandoned")


_DECIDE: dict[type, Callable[[Move, SeatName, Any], None]] = {
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
    c.Timer: _timer,
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


def _open_proposal(move: Move, on: int) -> Proposal:
    _refuse_when_over(move.state)
    proposal = move.state.proposal
    if proposal is None or move.inputs.now >= proposal.until:
        raise errors.NoProposal
    if on != proposal.seq:
        raise errors.Stale
    return proposal
