"""From the events of one command to everything its commit writes: log rows, the session's row, turn log, histories, counts."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from rooms.seats import SeatName
from rooms.sessions import events as e
from rooms.sessions.commands import UNATTRIBUTED, AnyCommand, said
from rooms.sessions.events import AnyEvent
from rooms.sessions.flow import Allowance, Inputs
from rooms.sessions.state import State
from rooms.sessions.weights import Weight
from storage.commits import Append, Card, Charge, Feedback, LogRow, SessionRow
from storage.sessions import Facts, Logged, Room

_STATUS = {"stopped": "stopped", "abandoned": "abandoned"}


class Cause(msgspec.Struct, frozen=True, kw_only=True):
    """What a command was decided on, kept with its first event, so that a replay can feed it to the rules again."""

    command: dict[str, Any]
    seat: SeatName | None
    now: datetime
    rolls: tuple[float, float, float]
    cool_down_s: float
    proposal_s: float
    allowance: Allowance | None


class Answer(msgspec.Struct, frozen=True):
    """What a retry of the command must find: its id, and the keyed hash of seat and body (hex), or one of those under other
    secrets."""

    command_id: str
    body_hash: str
    or_hash: tuple[str, ...] = ()


def append_of(
    room: Room,
    after: State,
    events: tuple[AnyEvent, ...],
    *,
    seat: SeatName,
    command: AnyCommand,
    inputs: Inputs,
    facts: Facts | None = None,
    why: Mapping[int, Weight] | None = None,
    answer: Answer | None = None,
    fence: tuple[SeatName, int] | None = None,
) -> Append:
    """The commit of one decided command; `fence` is the asking connection's seat and number, `why` the reasons by card."""
    before = room.state
    found: dict[type, Any] = {type(event): event for event in events}  # no command leads to two of a kind
    shown: e.CardShown | e.CardReplaced | None = found.get(e.CardShown) or found.get(e.CardReplaced)
    charged = isinstance(shown, e.CardShown) and shown.charged_on is not None
    withdrawn: e.CardWithdrawn | None = found.get(e.CardWithdrawn)
    given_back = withdrawn.given_back if withdrawn else None
    feedback: e.FeedbackGiven | None = found.get(e.FeedbackGiven)
    lost = before.card is not None and after.card is None and before.turn not in after.completed
    return Append(
        session_id=before.session_id,
        expected=before.head,
        head=after.head,
        seat=fence[0] if fence else None,
        fence=fence[1] if fence else None,
        limits_rev=facts.limits_rev if facts else None,
        card=shown.card.bank_id if shown else None,
        command_id=answer.command_id if answer else None,
        body_hash=answer.body_hash if answer else None,
        reply_seq=after.head,
        events=_rows(before, events, _cause(seat, command, inputs), inputs.now),
        session=_session(before, after, found, inputs.now),
        account=room.account if charged or given_back else None,
        charge=Charge(inputs.allowance.day, inputs.allowance.used, inputs.allowance.limit)
        if charged and inputs.allowance
        else None,
        given_back=given_back,
        shown=_card(shown, before, why or {}, inputs.now) if shown else None,
        drop_turn=before.turn if lost else None,
        skipped_turn=before.turn if isinstance(shown, e.CardReplaced) else None,
        feedback=Feedback(feedback.turn, feedback.by, feedback.feedback, feedback.executed) if feedback else None,
    )


def logged(before: State, events: tuple[AnyEvent, ...], at: datetime) -> list[Logged]:
    """The events as the log will hold them."""
    return [Logged(seq, at, event) for seq, event in enumerate(events, start=before.head + 1)]


def _cause(seat: SeatName, command: AnyCommand, inputs: Inputs) -> Cause:
    body = said(command)
    secret = type(command) in UNATTRIBUTED
    if secret:
        body.pop("seat", None)
    return Cause(
        command=body,
        seat=None if secret else seat,
        now=inputs.now,
        rolls=(inputs.rolls.active, inputs.rolls.kind, inputs.rolls.card),
        cool_down_s=inputs.cool_down.total_seconds(),
        proposal_s=inputs.proposal_life.total_seconds(),
        allowance=inputs.allowance,
    )


def _rows(before: State, events: tuple[AnyEvent, ...], cause: Cause, at: datetime) -> tuple[LogRow, ...]:
    return tuple(
        LogRow(
            seq=item.seq,
            at=at,
            type=type(item.event).__struct_config__.tag,  # type: ignore[arg-type]
            seat=_said_by(item.event),
            event=msgspec.Raw(msgspec.json.encode(item.event)),
            cause=msgspec.Raw(msgspec.json.encode(cause)) if item.seq == before.head + 1 else None,
        )
        for item in logged(before, events, at)
    )


def _said_by(event: AnyEvent) -> SeatName | None:
    field = _SEAT_IN.get(type(event))
    return getattr(event, field) if field else None


_SEAT_IN: dict[type, str] = {
    e.Joined: "seat", e.Readied: "by", e.FeedbackGiven: "by", e.LevelProposed: "by", e.ResumeWanted: "by",
}  # fmt: skip


def _session(before: State, after: State, found: dict[type, Any], now: datetime) -> SessionRow | None:
    """The session's row after the events found; None where it says the same as before."""
    ended = e.Ended in found
    readied: e.Readied | None = found.get(e.Readied)
    confirmed = e.Started in found or (readied is not None and readied.by == "B")
    if not (ended or confirmed) and _derived(before) == _derived(after):
        return None
    status, level, skip_count, truth, dare, step, at_limit = _derived(after)
    return SessionRow(
        status=status,
        level=level,
        skip_count=skip_count,
        truth=truth,
        dare=dare,
        step=step,
        at_limit=at_limit,
        confirmed_at=now if confirmed else None,
        completed_at=now if ended else None,
    )


def _derived(state: State) -> tuple[str, str, int, int, int, int, bool]:
    """Status, level, skips in a row, truths, dares (with the one on screen), step, at the day's limit."""
    up = state.card.type if state.card else None
    return (
        _status(state),
        state.level,
        state.consecutive_skips,
        state.truth_kept + (up == "truth"),
        state.dare_kept + (up == "dare"),
        state.turn,
        state.phase == "limit",
    )


def _status(state: State) -> str:
    if state.phase != "ended":
        return "active" if state.started else "waiting"
    return _STATUS.get(state.ended_because or "", "completed")


def _card(shown: e.CardShown | e.CardReplaced, before: State, why: Mapping[int, Weight], at: datetime) -> Card:
    """The turn log's row with why it came, and what each player's history says of it; whose, the seats say."""
    card = shown.card
    return Card(
        turn=shown.turn,
        activity_id=card.bank_id,
        type=card.type,
        rating=card.rating,
        intensity=card.intensity,
        script={"steps": card.steps},
        tags=sorted({*card.boundaries, *card.preference_keys}),
        roles={"active_player": card.active, "partner_player": card.partner},
        source=card.source,
        checks={
            "relaxed": card.relaxed,
            "level": before.level,
            "phase": card.phase,
            "theme": card.theme,
            "weight": why.get(card.activity_id) if card.activity_id is not None else None,
        },
        at=at,
        themes=[card.theme] if card.theme else [],
    )
