"""Which card comes: one function for every path (first card, replacement, after a withdrawal).

Among the cards that the limits allow it looks for one in the step's intensity window that neither has seen lately and that is
not a third of the same theme; when nothing is left it relaxes theme, window and no-repeat in this order and says so. The
neutral cards at the end need no tags and may repeat: a draw always yields. Limits, level and body parts never relax.
At each of these steps a card whose act (a kiss, a massage) was not among the last few comes first, where there is one.

Whoever asks for card after card could learn from what never comes what the partner forbids. A `plain` request is answered
with cards that nobody's answers keep away, and evenly, so that it tells nothing.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Literal

import msgspec

from rooms.activities.card import Card, Tags
from rooms.activities.card import Step as CardStep
from rooms.seats import SeatName
from rooms.sessions import limits
from rooms.sessions.commands import Kind, Level
from rooms.sessions.dice import pick
from rooms.sessions.events import ShownCard, Step
from rooms.sessions.limits import Pair
from rooms.sessions.state import other
from rooms.sessions.weights import Leaning

GamePhase = Literal["warmup", "build", "peak", "afterglow"]

WINDOWS: dict[Level, dict[GamePhase, tuple[int, int]]] = {
    "G": {"warmup": (1, 1), "build": (1, 1), "peak": (1, 1), "afterglow": (1, 1)},
    "R": {"warmup": (1, 2), "build": (2, 3), "peak": (3, 3), "afterglow": (2, 2)},
    "X": {"warmup": (2, 3), "build": (3, 4), "peak": (4, 5), "afterglow": (3, 3)},
}

NEUTRALLY = "neutral"
"""What `relaxed` says of a card from the small built-in set."""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of the draw: for whom, how far, and what this session has had already.

    `tired` are the themes that may not come next, `tired_acts` the acts that come after all others, `instead_of` is the card
    that a skip wants gone. `plain`: so many cards were asked for that this one may not depend on what the two said of themselves.
    """

    active: SeatName
    type: Kind
    level: Level
    step: int
    target: int
    shown: tuple[int, ...] = ()
    tired: frozenset[str] = frozenset()
    tired_acts: frozenset[str] = frozenset()
    instead_of: ShownCard | None = None
    plain: bool = False


Draw = Callable[[Request, float], ShownCard]
"""Request and roll in, the card as dealt out."""


def game_phase(step: int, target: int) -> GamePhase:
    """Where step n of N stands: warm-up to ⌊.2N⌋, build to ⌊.6N⌋, peak to ⌊.88N⌋, then afterglow (whole-number arithmetic)."""
    if step <= target * 20 // 100:
        return "warmup"
    if step <= target * 60 // 100:
        return "build"
    if step <= target * 88 // 100:
        return "peak"
    return "afterglow"


class Allowed:
    """What the limits of one pair let through, kept from draw to draw. It is worked out anew as soon as the bank is another
    object, or the two say anything else of their limits than they did.
    """

    __slots__ = ("_limits", "_passed")

    def __init__(self) -> None:
        self._limits: tuple[object, ...] = ()
        self._passed: dict[tuple[Level, Kind, SeatName], tuple[Iterable[Card], list[Card]]] = {}

    def cards(self, request: Request, bank: Iterable[Card], players: Pair) -> list[Card]:
        """The cards of the bank that these two may see in this request."""
        now = (limits.limits_of(players["A"]), limits.limits_of(players["B"]))
        if now != self._limits:
            self._limits, self._passed = now, {}
        asked = (request.level, request.type, request.active)
        known = self._passed.get(asked)
        if known is None or known[0] is not bank:
            known = self._passed[asked] = bank, _allowed(request, bank, players)
        return known[1]


def draw(
    request: Request,
    roll: float,
    bank: Iterable[Card],
    players: Pair,
    leaning: Leaning | None = None,
    *,
    allowed: Allowed | None = None,
) -> ShownCard:
    """The card for this request: evenly among those that may come, or leaning to what the two want.

    The bank holds cards for which `limits.in_bank` is true; with an `allowed` it is never changed in place.
    """
    cards = allowed.cards(request, bank, players) if allowed else _allowed(request, bank, players)
    choices, relaxed = candidates(request, cards, players)
    if leaning is None or request.plain or relaxed == NEUTRALLY:
        card = choices[pick(roll, len(choices))]
    else:
        card = leaning.choose(roll, choices, request.active, seq=request.step, target=request.target)
    return _deal(card, request, relaxed)


def _allowed(request: Request, bank: Iterable[Card], players: Pair) -> list[Card]:
    passes = cache(limits.gate(request.level, players[request.active], players[other(request.active)]))
    return [card for card in bank if card.type == request.type and passes(limits.facts_of(card))]


def candidates(request: Request, allowed: list[Card], players: Pair) -> tuple[list[Card], str | None]:
    """Of the cards that the two may see those that may come, at least one, and what had to be relaxed for them."""
    if request.plain:
        allowed = [card for card in allowed if limits.is_plain(limits.facts_of(card))]
    for relaxed, choices in _choices(request, allowed, players):
        if choices:
            return _of_another_act(choices, request), relaxed
    return [card for card in NEUTRAL[request.type] if not _is_on_screen(card, request)], NEUTRALLY


def _choices(request: Request, allowed: list[Card], players: Pair) -> Iterator[tuple[str | None, list[Card]]]:
    low, high = WINDOWS[request.level][game_phase(request.step, request.target)]
    stale = players["A"].recent | players["B"].recent | frozenset(request.shown)
    inside = [card for card in allowed if low <= card.intensity <= high and card.activity_id not in stale]
    yield None, [card for card in inside if card.theme not in request.tired]
    yield "theme", inside
    wider = [card for card in allowed if low - 1 <= card.intensity <= high + 1]
    yield "window", [card for card in wider if card.activity_id not in stale]
    yield "no_repeat", _least_recent([card for card in wider if not _is_on_screen(card, request)], request, players)


def _of_another_act(cards: list[Card], request: Request) -> list[Card]:
    return [card for card in cards if card.tags.act not in request.tired_acts] or cards


def _is_on_screen(card: Card, request: Request) -> bool:
    """Is this the card that a skip asked to replace?"""
    on_screen = request.instead_of
    if on_screen is None or card.activity_id != on_screen.activity_id:
        return False
    return card.activity_id is not None or card.steps[0].do == on_screen.steps[0].do


def _least_recent(cards: list[Card], request: Request, players: Pair) -> list[Card]:
    """Those seen longest ago; what this session has shown comes last."""
    if not cards:
        return []
    in_session = {activity: position for position, activity in enumerate(request.shown, start=1)}

    def age(card: Card) -> tuple[int, int]:
        number = card.activity_id or 0
        return in_session.get(number, 0), max(seat.last_seen.get(number, 0) for seat in players.values())

    oldest = min(age(card) for card in cards)
    return [card for card in cards if age(card) == oldest]


def _deal(card: Card, request: Request, relaxed: str | None) -> ShownCard:
    partner = other(request.active)
    return ShownCard(
        activity_id=card.activity_id,
        type=request.type,
        rating=card.rating,  # type: ignore[arg-type]  # validated when the bank was loaded
        intensity=card.intensity,
        steps=tuple(Step(request.active if step.actor == "A" else partner, step.do) for step in card.steps),
        active=request.active,
        partner=partner,
        boundaries=tuple(sorted(card.boundaries)),
        preference_keys=card.preference_keys,
        needs_active=card.required_bodyparts.active,
        needs_partner=card.required_bodyparts.partner,
        negotiated=card.requires_consent_negotiation,
        topics=card.tags.topics,
        theme=card.theme,
        act=card.tags.act,
        source=card.source,
        phase=game_phase(request.step, request.target),
        seq_no=request.step,
        relaxed=relaxed,
    )


def _neutral(type_: Kind, *texts: str) -> tuple[Card, ...]:
    return tuple(
        Card(uid="", type=type_, rating="G", intensity=1, steps=(CardStep("A", text),), tags=Tags(("connection",)))
        for text in texts
    )


NEUTRAL: dict[Kind, tuple[Card, ...]] = {
    "truth": _neutral(
        "truth",
        "Tell your partner one thing about today that you are glad about.",
        "Tell your partner about a moment this week when you thought of them.",
        "Say one thing that your partner does that makes you feel at home.",
        "Tell your partner what you would like more time for together.",
    ),
    "dare": _neutral(
        "dare",
        "Hold your partner's hand and take three slow breaths together.",
        "Look at your partner for half a minute and smile when you feel like it.",
        "Give your partner a hug that lasts for five slow breaths.",
        "Give your partner a sincere compliment.",
    ),
}
"""Small, always allowed, outside the bank."""
