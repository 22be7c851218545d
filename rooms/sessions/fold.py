"""What each event does to the state: the only file in which a phase changes. The picture is in `flow.py`."""

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from rooms.seats import SeatName
from rooms.sessions import events as e
from rooms.sessions.events import ShownCard
from rooms.sessions.state import ACTS_APART, MOST_IN_A_ROW, Given, Phase, Proposal, Seat, State, Timer, other

_with = msgspec.structs.replace


def fold(state: State, events: Iterable[e.AnyEvent]) -> State:
    """The state after these events, in their order."""
    for event in events:
        state = evolve(state, event)
    return state


def evolve(state: State, event: e.AnyEvent) -> State:
    """The state after the next event of the log."""
    return _EVOLVE[type(event)](state, event, state.head + 1)


# --- what each event does; `head` is its seq --------------------------------------------------------------------------


def _joined(state: State, event: e.Joined, head: int) -> State:
    """Somebody sits down. Where there are words to compare, nobody has compared them yet: who was ready says so again."""
    seat = Seat(taken=True, hosted=state.seat(event.seat).hosted)
    state = _with_seat(state, event.seat, seat)
    if event.words:
        across = other(event.seat)
        state = _with_seat(state, across, _with(state.seat(across), ready=False))
    return _with(state, head=head, words=event.words or state.words)


def _readied(state: State, event: e.Readied, head: int) -> State:
    return _with(_with_seat(state, event.by, _with(state.seat(event.by), ready=True)), head=head)


def _started(state: State, event: e.Started, head: int) -> State:
    a, b = _with(state.a, ready=True), _with(state.b, ready=True)
    return _with(state, head=head, a=a, b=b, started_at=event.at, words=None)


def _turn_began(state: State, event: e.TurnBegan, head: int) -> State:
    return _with(
        state, head=head, phase="choosing", turn=event.turn, active=event.active, type=event.type, turn_seq=head,
        kinds=(*state.kinds, event.type) if event.type else state.kinds, charged_on=None, dealt=0,
    )  # fmt: skip


def _type_chosen(state: State, event: e.TypeChosen, head: int) -> State:
    return _with(state, head=head, type=event.type, kinds=(*state.kinds, event.type))


def _card_shown(state: State, event: e.CardShown, head: int) -> State:
    return _with(
        _with_card(state, event.card, head), head=head, phase="card", remaining=event.remaining, resets_at=None,
        charged_on=event.charged_on or state.charged_on, paid_turn=event.turn,
    )  # fmt: skip


def _card_replaced(state: State, event: e.CardReplaced, head: int) -> State:
    skips = event.consecutive_skips
    return _with(_with_card(state, event.card, head), head=head, phase="card", consecutive_skips=skips)


def _card_withdrawn(state: State, event: e.CardWithdrawn, head: int) -> State:
    kept_charge = event.given_back is None
    return _with(
        state, head=head, phase="choosing" if state.phase == "card" else state.phase, card=None, card_seq=0, timer=None,
        remaining=event.remaining, charged_on=state.charged_on if kept_charge else None,
        paid_turn=state.paid_turn if kept_charge else 0, themes=state.themes[:-1],
    )  # fmt: skip


def _nudged(state: State, _: e.Nudged, head: int) -> State:
    return _with(state, head=head)


def _completed(state: State, event: e.Completed, head: int) -> State:
    truth = state.type == "truth"
    return _with(
        state, head=head, phase="choosing", card=None, card_seq=0, timer=None, type=None, consecutive_skips=0, charged_on=None,
        completed={**state.completed, event.turn: state.card_seq},
        truth_kept=state.truth_kept + truth, dare_kept=state.dare_kept + (not truth),
    )  # fmt: skip


def _feedback_given(state: State, event: e.FeedbackGiven, head: int) -> State:
    turn = {**state.feedback.get(event.turn, {}), event.by: Given(event.feedback, event.executed)}
    return _with(state, head=head, feedback={**state.feedback, event.turn: turn})


def _level_proposed(state: State, event: e.LevelProposed, head: int) -> State:
    return _with(state, head=head, proposal=Proposal(event.level, event.by, event.until, head))


def _level_declined(state: State, _: e.LevelDeclined, head: int) -> State:
    return _with(state, head=head, proposal=None)


def _level_changed(state: State, event: e.LevelChanged, head: int) -> State:
    return _with(state, head=head, level=event.level, proposal=None)


def _paused(state: State, _: e.Paused, head: int) -> State:
    phase: Phase = "stopped" if state.phase == "stopped" else "paused"
    return _with(state, head=head, phase=phase, halt_seq=head, resume_wanted=(), proposal=None, timer=None)


def _stopped(state: State, event: e.Stopped, head: int) -> State:
    return _with(
        state, head=head, phase="stopped", halt_seq=head, resume_wanted=(), proposal=None, cool_down_until=event.until,
        aftercare=event.aftercare, timer=None,
    )  # fmt: skip


def _cool_down_set(state: State, event: e.CoolDownSet, head: int) -> State:
    return _with(state, head=head, cool_down_until=event.until)


def _resume_wanted(state: State, event: e.ResumeWanted, head: int) -> State:
    return _with(state, head=head, resume_wanted=(*state.resume_wanted, event.by))


def _resumed(state: State, event: e.Resumed, head: int) -> State:
    """Where the turn stands is where it goes on. A card that is replaced at once is not on screen in between."""
    phase: Phase = "lobby"
    if state.started:
        phase = "card" if state.card else "choosing"
    if event.replaced:
        state = _with(state, card=None, card_seq=0, themes=state.themes[:-1])
    return _with(
        state, head=head, phase=phase, resume_wanted=(), halt_seq=0, cool_down_until=None, aftercare=None, proposal=None
    )


def _limit_reached(state: State, event: e.LimitReached, head: int) -> State:
    return _with(state, head=head, phase="limit", remaining=0, resets_at=event.resets_at)


def _limit_lifted(state: State, _: e.LimitLifted, head: int) -> State:
    return _with(state, head=head, phase="choosing", resets_at=None)


def _timer_started(state: State, event: e.TimerStarted, head: int) -> State:
    return _with(state, head=head, timer=Timer(event.turn, event.until))


def _timer_stopped(state: State, _: e.TimerStopped, head: int) -> State:
    return _with(state, head=head, timer=None)


def _ended(state: State, event: e.Ended, head: int) -> State:
    """Nothing of the game stays on screen; a hosted seat's name is forgotten with the session's end."""
    return _with(
        state, head=head, phase="ended", card=None, card_seq=0, timer=None, words=None, proposal=None, resume_wanted=(),
        halt_seq=0, cool_down_until=None, aftercare=None, resets_at=None, active=None, type=None, summary=event.summary,
        ended_because=event.reason,
    )  # fmt: skip


# By type and not by `match`: a class pattern that does not fit costs as much as the change that the right one makes.
_EVOLVE: dict[type, Callable[[State, Any, int], State]] = {
    e.Joined: _joined,
    e.Readied: _readied,
    e.Started: _started,
    e.TurnBegan: _turn_began,
    e.TypeChosen: _type_chosen,
    e.CardShown: _card_shown,
    e.CardReplaced: _card_replaced,
    e.CardWithdrawn: _card_withdrawn,
    e.Nudged: _nudged,
    e.Completed: _completed,
    e.FeedbackGiven: _feedback_given,
    e.LevelProposed: _level_proposed,
    e.LevelDeclined: _level_declined,
    e.LevelChanged: _level_changed,
    e.Paused: _paused,
    e.Stopped: _stopped,
    e.CoolDownSet: _cool_down_set,
    e.ResumeWanted: _resume_wanted,
    e.Resumed: _resumed,
    e.LimitReached: _limit_reached,
    e.LimitLifted: _limit_lifted,
    e.TimerStarted: _timer_started,
    e.TimerStopped: _timer_stopped,
    e.Ended: _ended,
}


# --- parts that several share -----------------------------------------------------------------------------------------


def _with_seat(state: State, name: SeatName, seat: Seat) -> State:
    return _with(state, a=seat) if name == "A" else _with(state, b=seat)


def _with_card(state: State, card: ShownCard, head: int) -> State:
    """The card is on screen, its clock not started; a replacement takes the place of the one before in the row of themes."""
    themes = (state.themes[:-1] if state.card else state.themes) + (card.theme,)
    return _with(
        state, card=card, card_seq=head, last_card_seq=head, timer=None, dealt=state.dealt + 1,
        themes=themes[-1 - MOST_IN_A_ROW :],
        shown=state.shown if card.activity_id is None else (*state.shown, card.activity_id),
        seen_themes=(*state.seen_themes, card.theme)[-MOST_IN_A_ROW:],
        seen_acts=(*state.seen_acts, (card.type, card.act))[-ACTS_APART:],
    )  # fmt: skip
