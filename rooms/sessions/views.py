"""What each seat sees: the only place that hides anything and the only place where names appear.

The log keeps seats and unresolved text; a view puts the names in. Whoever has no name (erased, cleared, not here yet) is
"your partner". Two views share every seq: a private fact is a private field, never a missing event.
"""

import re
from collections.abc import Callable, Mapping
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
    e.Resumed: ("replaced",),
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
    builtins: dict[str, Any] = msgspec.to_builtins(
        {name: seen(state, seat, names) for name, (_, seen) in _FIELDS.items()}
    )
    return builtins


def changed(before: State, after: State, seat: SeatName, names: Names) -> dict[str, Any]:
    """`set`: the top-level fields that an event changed for this seat, so that state.update(set) is the state at its seq.

    A guest's name is cleared with the session, and a process may learn of that before it sees the event: the end always says
    who sat there.
    """
    if before.head == 0:
        return view(after, seat, names)
    ends = after.phase == "ended" != before.phase
    found = {}
    for name, (reads, seen) in _FIELDS.items():
        if any(getattr(before, part) is not getattr(after, part) for part in reads):
            now = seen(after, seat, names)
            if (ends and name == "seats") or now != seen(before, seat, names):
                found[name] = now
    return found


def differs(event: e.AnyEvent, before: State) -> bool:
    """Do the two seats get different words of this event? Of what one says of a card, and of the first event, which says who
    one is.
    """
    return isinstance(event, e.FeedbackGiven) or before.head == 0


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


def _card_on_screen(state: State, names: Names) -> dict[str, Any] | None:
    """The card, unless the game is paused or stopped: then nothing of it is on any phone."""
    return None if state.card is None or state.halted else card_seen(state.card, names)


def _seat_seen(state: State, name: SeatName, names: Names) -> dict[str, Any]:
    seat = state.seat(name)
    shown = (names.get(name) or NOBODY) if seat.taken else None
    if seat.hosted and state.phase == "ended":
        shown = NOBODY  # the session's end clears a guest's name; the event that ends it says so to every phone
    return {"name": shown, "hosted": seat.hosted, "ready": seat.ready}


def _proposal_seen(state: State) -> dict[str, Any] | None:
    if state.proposal is None:
        return None
    return {name: getattr(state.proposal, name) for name in ("level", "by", "until", "seq")}


def _feedback_seen(state: State, seat: SeatName) -> dict[str, Any]:
    return {str(turn): given[seat] for turn, given in state.feedback.items() if seat in given}


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


Seen = Callable[[State, SeatName, Names], Any]


def _plain(part: str) -> tuple[tuple[str, ...], Seen]:
    """A field that shows this part of the state as it is."""
    return (part,), lambda state, _seat, _names: getattr(state, part)


def _unless_none_yet(part: str) -> tuple[tuple[str, ...], Seen]:
    """A seq, null while there is none."""
    return (part,), lambda state, _seat, _names: getattr(state, part) or None


# A field of the view: the parts of the state it is made of, and how. What is not listed as a part is not looked at again.
_FIELDS: dict[str, tuple[tuple[str, ...], Seen]] = {
    "session_id": _plain("session_id"),
    "seat": ((), lambda _state, seat, _names: seat),
    "phase": _plain("phase"),
    "settings": _plain("settings"),
    "level": _plain("level"),
    "proposal": (("proposal",), lambda state, _seat, _names: _proposal_seen(state)),
    "seats": (
        ("a", "b", "phase"),
        lambda state, _seat, names: {name: _seat_seen(state, name, names) for name in ("A", "B")},
    ),
    "words": _plain("words"),
    "step": _plain("turn"),
    "target": (("settings",), lambda state, _seat, _names: state.settings.target_activities),
    "turn": _plain("turn"),
    "turn_seq": _unless_none_yet("turn_seq"),
    "active": _plain("active"),
    "type": _plain("type"),
    "card": (("card", "phase"), lambda state, _seat, names: _card_on_screen(state, names)),
    "card_seq": _unless_none_yet("card_seq"),
    "consecutive_skips": _plain("consecutive_skips"),
    "resume_wanted": _plain("resume_wanted"),
    "halt_seq": _unless_none_yet("halt_seq"),
    "cool_down_until": _plain("cool_down_until"),
    "aftercare": _plain("aftercare"),
    "remaining": _plain("remaining"),
    "resets_at": _plain("resets_at"),
    "my_feedback": (("feedback",), lambda state, seat, _names: _feedback_seen(state, seat)),
    "summary": _plain("summary"),
    "reason": _plain("ended_because"),
}
