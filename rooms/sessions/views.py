"""What each seat sees: the only place that hides anything and the only place where names appear.

The log keeps seats and unresolved text; a view puts the names in. Whoever has no name (erased, cleared, not here yet) is
"your partner". Two views share every seq: a private fact is a private field, never a missing event.
"""

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from rooms.sessions import events as e
from rooms.sessions.commands import SeatName
from rooms.sessions.state import State, other

Names = Mapping[SeatName, str | None]

NOBODY = "your partner"

_HIDDEN = {
    e.Joined: ("words",),
    e.Started: ("at",),
    e.CardShown: ("charged_on",),
    e.CardWithdrawn: ("given_back", "remaining"),
}
"""Fields of the log that no phone gets."""

_PARTNER = re.compile(r"\{active\}|\{partner\}|\byour partner\b", re.IGNORECASE)


def seen_by(event: e.AnyEvent, seat: SeatName, names: Names) -> dict[str, Any]:
    """The event as this seat's phone gets it."""
    seen: dict[str, Any] = msgspec.to_builtins(event)
    for field in _HIDDEN.get(type(event), ()):
        del seen[field]
    if isinstance(event, e.Joined):
        seen["name"] = names.get(event.seat) or NOBODY
    elif isinstance(event, e.CardShown | e.CardReplaced):
        seen["card"] = card_seen(event.card, names)
    elif isinstance(event, e.FeedbackGiven) and event.by != seat:
        del seen["feedback"], seen["executed"]
    return seen


def view(state: State, seat: SeatName, names: Names) -> dict[str, Any]:
    """The room as this seat sees it, in builtins. The state before the first event is {}."""
    if state.head == 0:
        return {}
    proposal = state.proposal
    seen = {
        "session_id": state.session_id,
        "seat": seat,
        "phase": state.phase,
        "settings": state.settings,
        "level": state.level,
        "proposal": proposal
        and {"level": proposal.level, "by": proposal.by, "until": proposal.until, "seq": proposal.seq},
        "seats": {name: _seat_seen(state, name, names) for name in ("A", "B")},
        "words": state.words,
        "step": state.turn,
        "target": state.settings.target_activities,
        "turn": state.turn,
        "turn_seq": state.turn_seq or None,
        "active": state.active,
        "type": state.type,
        "card": state.card and card_seen(state.card, names),
        "card_seq": state.card_seq or None,
        "consecutive_skips": state.consecutive_skips,
        "resume_wanted": state.resume_wanted,
        "halt_seq": state.halt_seq or None,
        "cool_down_until": state.cool_down_until,
        "aftercare": state.aftercare,
        "remaining": state.remaining,
        "resets_at": state.resets_at,
        "my_feedback": {str(turn): given[seat] for turn, given in state.feedback.items() if seat in given},
        "summary": state.summary,
        "reason": state.ended_because,
    }
    builtins: dict[str, Any] = msgspec.to_builtins(seen)
    return builtins


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """`set`: the top-level fields that an event changed, so that state.update(set) is the state at its seq.

    A guest's name is cleared with the session, and a process may learn of that before it sees the event: the end always says
    who sat there.
    """
    ends = after.get("phase") == "ended" != before.get("phase")
    return {
        field: value
        for field, value in after.items()
        if field not in before or before[field] != value or (ends and field == "seats")
    }


def card_seen(card: e.ShownCard, names: Names) -> dict[str, Any]:
    """The card on a phone: seats for actors, names in the text."""
    return {
        "activity_id": card.activity_id,
        "type": card.type,
        "rating": card.rating,
        "intensity": card.intensity,
        "script": {"steps": [{"actor": step.actor, "do": resolved(step, card.active, names)} for step in card.steps]},
        "active": card.active,
        "partner": card.partner,
        "tags": sorted({*card.boundaries, *card.preference_keys}),
        "source": card.source,
        "phase": card.phase,
        "seq_no": card.seq_no,
    }


def _seat_seen(state: State, name: SeatName, names: Names) -> dict[str, Any]:
    seat = state.seat(name)
    shown = (names.get(name) or NOBODY) if seat.taken else None
    if seat.hosted and state.phase == "ended":
        shown = NOBODY  # the session's end clears a guest's name; the event that ends it says so to every phone
    return {"name": shown, "hosted": seat.hosted, "ready": seat.ready}


def resolved(step: e.Step, active: SeatName, names: Names) -> str:
    """The step's text with display names; names are data, put in once and never looked at again."""

    def name(match: re.Match[str]) -> str:
        word = match[0].lower()
        if word == "{active}":
            seat = active
        elif word == "{partner}":
            seat = other(active)
        else:
            seat = other(step.actor)
        return names.get(seat) or (NOBODY if word.startswith("{") else match[0])

    return _PARTNER.sub(name, step.do)
