"""What each seat sees: the only place that hides anything and the only place where names appear.

The log keeps seats and unresolved text; a view puts the names in. Whoever has no name (erased, cleared, not here yet) is
"your partner". Two views share every seq: a private fact is a private field, never a missing event.

A field of the view is made of a source, compared as it is in the state, and of how that is shown with names; `_TOUCHED` says
which fields an event can change, so that no other is looked at.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from operator import attrgetter
from typing import Any, NamedTuple

import msgspec

from rooms.activities.language import ENGLISH, primary_of
from rooms.seats import SeatName
from rooms.sessions import events as e
from rooms.sessions import seen
from rooms.sessions.seen import CardSeen, EventSeen, Script
from rooms.sessions.state import Seat, State, other

Names = Mapping[SeatName, str | None]

NOBODY = "your partner"
_NOBODY_IN = {"de": "Gegenüber"}
"""As a name is said there, which no case bends."""

_PARTNER = re.compile(r"(\{active\}|\{partner\}|\byour partner\b)", re.IGNORECASE)


def seen_by(event: e.AnyEvent, seat: SeatName, names: Names, card: msgspec.Raw | None = None) -> EventSeen:
    """The event as this seat's phone gets it; `card` is its card where that has been rendered already."""
    tell = _TOLD.get(type(event))
    return tell(event, seat, names, card) if tell else event


def view(state: State, seat: SeatName, names: Names) -> dict[str, Any]:
    """The room as this seat sees it, in builtins. The state before the first event is {}."""
    if state.head == 0:
        return {}
    fields = {name: field.show(field.source(state), seat, names) for name, field in _FIELDS.items()}
    builtins: dict[str, Any] = msgspec.to_builtins(fields, str_keys=True)
    return builtins


def changed(event: e.AnyEvent, before: State, after: State, seat: SeatName, names: Names) -> dict[str, Any]:
    """`set`: the top-level fields that an event changed for this seat, so that state.update(set) is the state at its seq.

    A guest's name is cleared with the session, and a process may learn of that before it sees the event: the end always says
    who sat there.
    """
    if before.head == 0:
        return view(after, seat, names)
    if isinstance(event, e.FeedbackGiven) and event.by != seat:
        return {}
    ends = isinstance(event, e.Ended)
    found = {}
    for name, (source, show, look_alike) in _TOUCHED[type(event)]:
        was, now = source(before), source(after)
        if was is now or was == now:
            continue
        shown = show(now, seat, names)
        if not look_alike or ends or was is None or now is None or shown != show(was, seat, names):
            found[name] = shown
    return found


def differs(event: e.AnyEvent, before: State) -> bool:
    """Do the two seats get different words of this event? Of what one says of a card, and of the first event, which says who
    one is.
    """
    return isinstance(event, e.FeedbackGiven) or before.head == 0


def card_seen(card: e.ShownCard, names: Names) -> CardSeen:
    """The card on a phone: seats for actors, names in the text."""
    steps = tuple(e.Step(step.actor, resolved(step, card.active, names), step.duration_s) for step in card.steps)
    return CardSeen(
        activity_id=card.bank_id,
        type=card.type,
        rating=card.rating,
        intensity=card.intensity,
        script=Script(steps),
        active=card.active,
        partner=card.partner,
        tags=sorted({*card.boundaries, *card.preference_keys}),
        source=card.source,
        phase=card.phase,
        seq_no=card.seq_no,
    )


def resolved(step: e.Step, active: SeatName, names: Names, language: str = ENGLISH) -> str:
    """The step's text with display names; names are data, put in once and never looked at again. `language` is the game's."""
    pieces = list(_pieces(step.do))
    for at in range(1, len(pieces), 2):
        pieces[at] = _name(pieces[at], step, active, names) or _NOBODY_IN.get(primary_of(language), NOBODY)
    return "".join(pieces)


@lru_cache(maxsize=4096)
def _pieces(text: str) -> tuple[str, ...]:
    """Text and who is meant, by turns: the bank's few texts are looked through once, and hold no names."""
    return tuple(_PARTNER.split(text))


def _name(meant: str, step: e.Step, active: SeatName, names: Names) -> str | None:
    """The name, else the words that stood there; None for a placeholder of nobody."""
    word = meant.lower()
    if word == "{active}":
        seat = active
    elif word == "{partner}":
        seat = other(active)
    else:
        seat = other(step.actor)
    return names.get(seat) or (None if word.startswith("{") else meant)


# --- what a phone gets of events with something hidden or named ---------------------------------------------------------

Tell = Callable[[Any, SeatName, Names, msgspec.Raw | None], EventSeen]


def _feedback(event: e.FeedbackGiven, seat: SeatName, _: Names, __: msgspec.Raw | None) -> EventSeen:
    return event if event.by == seat else seen.FeedbackHidden(turn=event.turn, by=event.by)


_TOLD: dict[type, Tell] = {
    e.Joined: lambda event, _, names, __: seen.JoinedSeen(seat=event.seat, name=names.get(event.seat) or NOBODY),
    e.Started: lambda *_: seen.StartedSeen(),
    e.CardShown: lambda event, _, names, card: seen.CardShownSeen(
        turn=event.turn, card=card or card_seen(event.card, names), remaining=event.remaining
    ),
    e.CardReplaced: lambda event, _, names, card: seen.CardReplacedSeen(
        turn=event.turn, card=card or card_seen(event.card, names), consecutive_skips=event.consecutive_skips
    ),
    e.CardWithdrawn: lambda event, *_: seen.CardWithdrawnSeen(turn=event.turn),
    e.FeedbackGiven: _feedback,
    e.Resumed: lambda *_: seen.ResumedSeen(),
}


# --- the fields of the view -------------------------------------------------------------------------------------------


class _Field(NamedTuple):
    """What of the state a field is made of, how a seat is shown that, and whether two sources may be shown alike."""

    source: Callable[[State], Any]
    show: Callable[[Any, SeatName, Names], Any]
    look_alike: bool = False


def _as_it_is(source: Any, _: SeatName, __: Names) -> Any:
    return source


def _unless_none_yet(seq: int, _: SeatName, __: Names) -> int | None:
    return seq or None


def _card_on_screen(state: State) -> e.ShownCard | None:
    """The card, unless the game is paused or stopped: then nothing of it is on any phone."""
    return None if state.halted else state.card


def _card(card: e.ShownCard | None, _: SeatName, names: Names) -> CardSeen | None:
    return None if card is None else card_seen(card, names)


def _who_sits(state: State) -> tuple[Seat, Seat, bool]:
    """Both seats, and whether the session has ended."""
    return state.a, state.b, state.phase == "ended"


def _seats(source: tuple[Seat, Seat, bool], _: SeatName, names: Names) -> dict[SeatName, Any]:
    a, b, ended = source
    return {"A": _seat(a, names.get("A"), ended=ended), "B": _seat(b, names.get("B"), ended=ended)}


def _seat(seat: Seat, name: str | None, *, ended: bool) -> dict[str, Any]:
    shown = (name or NOBODY) if seat.taken else None
    if seat.hosted and ended:
        shown = NOBODY  # the session's end clears a guest's name; the event that ends it says so to every phone
    return {"name": shown, "hosted": seat.hosted, "ready": seat.ready}


def _own_feedback(source: Mapping[int, Mapping[SeatName, Any]], seat: SeatName, _: Names) -> dict[int, Any]:
    return {turn: given[seat] for turn, given in source.items() if seat in given}


def _plain(part: str) -> _Field:
    """This part of the state as it is."""
    return _Field(attrgetter(part), _as_it_is)


def _seq(part: str) -> _Field:
    """A seq, null while there is none."""
    return _Field(attrgetter(part), _unless_none_yet)


_FIELDS: dict[str, _Field] = {
    "session_id": _plain("session_id"),
    "seat": _Field(lambda _: None, lambda _, seat, __: seat),
    "phase": _plain("phase"),
    "settings": _plain("settings"),
    "level": _plain("level"),
    "proposal": _plain("proposal"),
    "seats": _Field(_who_sits, _seats, look_alike=True),
    "words": _plain("words"),
    "step": _plain("turn"),
    "target": _plain("settings.target_activities"),
    "turn": _plain("turn"),
    "turn_seq": _seq("turn_seq"),
    "active": _plain("active"),
    "type": _plain("type"),
    "card": _Field(_card_on_screen, _card, look_alike=True),
    "card_seq": _seq("card_seq"),
    "timer": _plain("timer"),
    "consecutive_skips": _plain("consecutive_skips"),
    "resume_wanted": _plain("resume_wanted"),
    "halt_seq": _seq("halt_seq"),
    "cool_down_until": _plain("cool_down_until"),
    "aftercare": _plain("aftercare"),
    "remaining": _plain("remaining"),
    "resets_at": _plain("resets_at"),
    "my_feedback": _Field(attrgetter("feedback"), _own_feedback),
    "summary": _plain("summary"),
    "reason": _plain("ended_because"),
}


def _touched(*names: str) -> tuple[tuple[str, _Field], ...]:
    """These fields, in the view's order."""
    return tuple((name, field) for name, field in _FIELDS.items() if name in names)


# What an event can change, by what `fold.py` does with it. A field too many costs a comparison; one too few is a phone that
# shows what is no longer so.
_TOUCHED: dict[type, tuple[tuple[str, _Field], ...]] = {
    e.Joined: _touched("seats", "words"),
    e.Readied: _touched("seats"),
    e.Started: _touched("seats", "words"),
    e.TurnBegan: _touched("phase", "card", "step", "turn", "turn_seq", "active", "type"),
    e.TypeChosen: _touched("type"),
    e.CardShown: _touched("phase", "card", "card_seq", "timer", "remaining", "resets_at"),
    e.CardReplaced: _touched("phase", "card", "card_seq", "timer", "consecutive_skips"),
    e.CardWithdrawn: _touched("phase", "card", "card_seq", "timer", "remaining"),
    e.Nudged: (),
    e.Completed: _touched("phase", "type", "card", "card_seq", "timer", "consecutive_skips"),
    e.FeedbackGiven: _touched("my_feedback"),
    e.LevelProposed: _touched("proposal"),
    e.LevelDeclined: _touched("proposal"),
    e.LevelChanged: _touched("level", "proposal"),
    e.Paused: _touched("phase", "card", "timer", "proposal", "resume_wanted", "halt_seq"),
    e.Stopped: _touched(
        "phase", "card", "timer", "proposal", "resume_wanted", "halt_seq", "cool_down_until", "aftercare"
    ),
    e.CoolDownSet: _touched("cool_down_until"),
    e.ResumeWanted: _touched("resume_wanted"),
    e.Resumed: _touched(
        "phase", "card", "card_seq", "proposal", "resume_wanted", "halt_seq", "cool_down_until", "aftercare"
    ),
    e.LimitReached: _touched("phase", "card", "remaining", "resets_at"),
    e.LimitLifted: _touched("phase", "card", "resets_at"),
    e.TimerStarted: _touched("timer"),
    e.TimerStopped: _touched("timer"),
    e.Ended: _touched(
        "phase", "proposal", "seats", "words", "active", "type", "card", "card_seq", "timer", "resume_wanted", "halt_seq",
        "cool_down_until", "aftercare", "resets_at", "summary", "reason",
    ),
}  # fmt: skip
