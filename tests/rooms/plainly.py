"""The message of an event the straightforward way: the log's event without what is hidden, the whole view before and after.

Said a second time, without the tables of `views.py` and the shortcuts of `frames.py`: both must come to the same bytes.
"""

import re
from datetime import datetime
from typing import Any

import msgspec

from rooms.seats import SeatName
from rooms.sessions import events as e
from rooms.sessions.state import State, other
from rooms.sessions.views import Names, view

HIDDEN = {
    e.Joined: ("words",),
    e.Started: ("at",),
    e.CardShown: ("charged_on",),
    e.CardWithdrawn: ("given_back", "remaining"),
    e.Resumed: ("replaced",),
}


def frame_of(event: e.AnyEvent, at: datetime, before: State, after: State, names: Names, *, seat: SeatName) -> bytes:
    """The message for one seat."""
    return msgspec.json.encode(
        {
            "t": "event",
            "seq": after.head,
            "at": at,
            "e": event_of(event, names, seat),
            "set": set_of(event, before, after, names, seat),
        }
    )


def event_of(event: e.AnyEvent, names: Names, seat: SeatName) -> dict[str, Any]:
    """The event as this seat's phone gets it."""
    seen: dict[str, Any] = msgspec.to_builtins(event)
    for field in HIDDEN.get(type(event), ()):
        del seen[field]
    if isinstance(event, e.Joined):
        seen["name"] = names.get(event.seat) or "your partner"
    elif isinstance(event, e.CardShown | e.CardReplaced):
        seen["card"] = card_of(event.card, names)
    elif isinstance(event, e.FeedbackGiven) and event.by != seat:
        del seen["feedback"], seen["executed"]
    return seen


def set_of(event: e.AnyEvent, before: State, after: State, names: Names, seat: SeatName) -> dict[str, Any]:
    """Every field of the whole view that was another one before, in the view's order; the end always says who sat there."""
    was, now = view(before, seat, names), view(after, seat, names)
    told = {"seats"} if isinstance(event, e.Ended) else set()
    return {field: value for field, value in now.items() if field in told or field not in was or was[field] != value}


def card_of(card: e.ShownCard, names: Names) -> dict[str, Any]:
    """The card on a phone: of the one dealt, what a phone needs, and names in the text."""
    steps = [
        {"actor": step.actor, "do": text_of(step, card.active, names)}
        | ({} if step.duration_s is None else {"duration_s": step.duration_s})
        for step in card.steps
    ]
    return {
        "activity_id": card.activity_id,
        "type": card.type,
        "rating": card.rating,
        "intensity": card.intensity,
        "script": {"steps": steps},
        "active": card.active,
        "partner": card.partner,
        "tags": sorted({*card.boundaries, *card.preference_keys}),
        "source": card.source,
        "phase": card.phase,
        "seq_no": card.seq_no,
    }


def text_of(step: e.Step, active: SeatName, names: Names) -> str:
    """The step's text, each name put in where it is found."""

    def name(match: re.Match[str]) -> str:
        word = match[0].lower()
        seat = {"{active}": active, "{partner}": other(active)}.get(word, other(step.actor))
        return names.get(seat) or ("your partner" if word.startswith("{") else match[0])

    return re.sub(r"\{active\}|\{partner\}|\byour partner\b", name, step.do, flags=re.IGNORECASE)
