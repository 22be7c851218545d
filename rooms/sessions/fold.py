"""What each event does to the state: the only file in which a phase changes. The picture is in `flow.py`."""

from collections.abc import Iterable
from typing import assert_never

import msgspec

from rooms.sessions import events as e
from rooms.sessions.commands import SeatName
from rooms.sessions.events import ShownCard
from rooms.sessions.state import ACTS_APART, MOST_IN_A_ROW, Given, Phase, Proposal, Seat, State, other


def fold(state: State, events: Iterable[e.AnyEvent]) -> State:
    """The state after these events, in their order."""
    for event in events:
        state = evolve(state, event)
    return state


def evolve(state: State, event: e.AnyEvent) -> State:  # noqa: C901, PLR0911, PLR0912 - one line an event, in one place
    """The state after the next event of the log."""
    head = state.head + 1
    change = msgspec.structs.replace
    match event:
        case e.Joined():
            return _joined(state, event, head)
        case e.Readied():
            ready = change(state.seat(event.by), ready=True)
            return change(_with_seat(state, event.by, ready), head=head)
        case e.Started():
            a, b = change(state.a, ready=True), change(state.b, ready=True)
            return change(state, head=head, a=a, b=b, started_at=event.at, words=None)
        case e.TurnBegan():
            return change(
                state, head=head, phase="choosing", turn=event.turn, active=event.active, type=event.type, turn_seq=head,
                kinds=(*state.kinds, event.type) if event.type else state.kinds, charged_on=None, dealt=0,
            )  # fmt: skip
        case e.TypeChosen():
            return change(state, head=head, type=event.type, kinds=(*state.kinds, event.type))
        case e.CardShown():
            return change(
                _with_card(state, event.card, head), head=head, phase="card", remaining=event.remaining, resets_at=None,
                charged_on=event.charged_on or state.charged_on, paid_turn=event.turn,
            )  # fmt: skip
        case e.CardReplaced():
            skips = event.consecutive_skips
            return change(_with_card(state, event.card, head), head=head, phase="card", consecutive_skips=skips)
        case e.CardWithdrawn():
            kept_charge = event.given_back is None
            return change(
                state, head=head, phase="choosing" if state.phase == "card" else state.phase, card=None, card_seq=0,
                remaining=event.remaining, charged_on=state.charged_on if kept_charge else None,
                paid_turn=state.paid_turn if kept_charge else 0, themes=state.themes[:-1],
            )  # fmt: skip
        case e.Nudged():
            return change(state, head=head)
        case e.Completed():
            return _completed(state, event, head)
        case e.FeedbackGiven():
            turn = {**state.feedback.get(event.turn, {}), event.by: Given(event.feedback, event.executed)}
            return change(state, head=head, feedback={**state.feedback, event.turn: turn})
        case e.LevelProposed():
            return change(state, head=head, proposal=Proposal(event.level, event.by, event.until, head))
        case e.LevelDeclined():
            return change(state, head=head, proposal=None)
        case e.LevelChanged():
            return change(state, head=head, level=event.level, proposal=None)
        case e.Paused():
            phase = "stopped" if state.phase == "stopped" else "paused"
            return change(state, head=head, phase=phase, halt_seq=head, resume_wanted=(), proposal=None)
        case e.Stopped():
            return change(
                state, head=head, phase="stopped", halt_seq=head, resume_wanted=(), proposal=None,
                cool_down_until=event.until, aftercare=event.aftercare,
            )  # fmt: skip
        case e.CoolDownSet():
            return change(state, head=head, cool_down_until=event.until)
        case e.ResumeWanted():
            return change(state, head=head, resume_wanted=(*state.resume_wanted, event.by))
        case e.Resumed():
            return _resumed(state, event, head)
        case e.LimitReached():
            return change(state, head=head, phase="limit", remaining=0, resets_at=event.resets_at)
        case e.LimitLifted():
            return change(state, head=head, phase="choosing", resets_at=None)
        case e.Ended():
            return _ended(state, event, head)
        case _:
            assert_never(event)


def _joined(state: State, event: e.Joined, head: int) -> State:
    """Somebody sits down. Where there are words to compare, nobody has compared them yet: who was ready says so again."""
    seat = Seat(taken=True, hosted=state.seat(event.seat).hosted)
    state = _with_seat(state, event.seat, seat)
    if event.words:
        across = other(event.seat)
        state = _with_seat(state, across, msgspec.structs.replace(state.seat(across), ready=False))
    return msgspec.structs.replace(state, head=head, words=event.words or state.words)


def _with_seat(state: State, name: SeatName, seat: Seat) -> State:
    return msgspec.structs.replace(state, **{name.lower(): seat})


def _with_card(state: State, card: ShownCard, head: int) -> State:
    """The card is on screen; a replacement takes the place of the one before in the row of themes."""
    themes = (state.themes[:-1] if state.card else state.themes) + (card.theme,)
    return msgspec.structs.replace(
        state, card=card, card_seq=head, last_card_seq=head, dealt=state.dealt + 1, themes=themes[-1 - MOST_IN_A_ROW :],
        shown=state.shown if card.activity_id is None else (*state.shown, card.activity_id),
        seen_themes=(*state.seen_themes, card.theme)[-MOST_IN_A_ROW:],
        seen_acts=(*state.seen_acts, (card.type, card.act))[-ACTS_APART:],
    )  # fmt: skip


def _completed(state: State, event: e.Completed, head: int) -> State:
    truth = state.type == "truth"
    return msgspec.structs.replace(
        state, head=head, phase="choosing", card=None, card_seq=0, type=None, consecutive_skips=0, charged_on=None,
        completed={**state.completed, event.turn: state.card_seq},
        truth_kept=state.truth_kept + truth, dare_kept=state.dare_kept + (not truth),
    )  # fmt: skip


def _resumed(state: State, event: e.Resumed, head: int) -> State:
    """Where the turn stands is where it goes on. A card that is replaced at once is not on screen in between."""
    phase: Phase = "lobby"
    if state.started:
        phase = "card" if state.card else "choosing"
    if event.replaced:
        state = msgspec.structs.replace(state, card=None, card_seq=0, themes=state.themes[:-1])
    return msgspec.structs.replace(
        state, head=head, phase=phase, resume_wanted=(), halt_seq=0, cool_down_until=None, aftercare=None, proposal=None
    )


def _ended(state: State, event: e.Ended, head: int) -> State:
    """Nothing of the game stays on screen; a hosted seat's name is forgotten with the session's end."""
    return msgspec.structs.replace(
        state, head=head, phase="ended", card=None, card_seq=0, words=None, proposal=None, resume_wanted=(), halt_seq=0,
        cool_down_until=None, aftercare=None, resets_at=None, active=None, type=None, summary=event.summary,
        ended_because=event.reason,
    )  # fmt: skip
