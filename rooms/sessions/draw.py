"""Which card comes: one function for every path (first card, replacement, after a withdrawal).

Among the cards that the limits allow it looks for one in the step's intensity window that neither has seen lately and that is
not a third of the same theme; when nothing is left it relaxes theme, window and no-repeat in this order and says so. The
neutral cards at the end need no tags and may repeat: a draw always yields. Limits, level and body parts never relax.
At each of these steps a card whose act (a kiss, a massage) was not among the last few comes first, where there is one.

Whoever asks for card after card could learn from what never comes what the partner forbids. A `plain` request is answered
with cards that nobody's answers keep away, and evenly, so that it tells nothing. And whoever says no to nearly everything but
one kind could learn it from what comes by itself: for such two each boundary has its small part of the draws (`SELDOM`),
forbidden or not, and the others are made as if all of them were.

Beside the bank there are the room's own cards, which only these two may see (written by them, or for them by AI). They pass the
same gate and the same steps; where cards of both could come, `bank_ratio` of the draws are the bank's. Only what the two wrote
and answers may keep away comes another way, seldom, and as it should or not at all (`OF_ONE_WRITTEN`).

Two rules of a game change what is looked for. `apart`: only cards that can be played with nobody in the same room. `favourites`:
first what both have liked before and no answer keeps away, as long as any of it fits window, theme and this session; it may
come back however lately it was seen, and not twice in a session.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Literal

import msgspec

from rooms.activities.card import Card
from rooms.activities.language import ENGLISH
from rooms.activities.taxonomy import COUPLES_OWN
from rooms.seats import SeatName
from rooms.sessions import limits
from rooms.sessions.commands import Kind, Level
from rooms.sessions.dice import pick
from rooms.sessions.events import ShownCard, Step
from rooms.sessions.index import Bits, Index
from rooms.sessions.limits import Pair
from rooms.sessions.neutral import neutral_cards
from rooms.sessions.state import other
from rooms.sessions.weights import Leaning, some

GamePhase = Literal["warmup", "build", "peak", "afterglow"]

WINDOWS: dict[Level, dict[GamePhase, tuple[int, int]]] = {
    "G": {"warmup": (1, 1), "build": (1, 1), "peak": (1, 1), "afterglow": (1, 1)},
    "R": {"warmup": (1, 2), "build": (2, 3), "peak": (3, 3), "afterglow": (2, 2)},
    "X": {"warmup": (2, 3), "build": (3, 4), "peak": (4, 5), "afterglow": (3, 3)},
}

Relaxed = Literal["favourite", "theme", "window", "no_repeat", "neutral"]
"""What had to be given up for a card, or why it came before others. `explanation.py` has words for operators."""

NEUTRALLY: Relaxed = "neutral"
"""What `relaxed` says of a card from the small built-in set."""

SELDOM = 0.03
"""For two of whom one wants little: the part of the draws that brings a card under one certain boundary, where any may come, and
that is otherwise made as if all boundaries were forbidden. That it has not come in ninety cards (a long evening, with all the
replacements of a day) then happens one time in sixteen without any limit: nothing to be sure of."""

FAVOURITE: Relaxed = "favourite"
"""What `relaxed` says of a card that came because both have liked it: it may have been seen lately."""

OF_ONE_WRITTEN, OF_ALL_WRITTEN = 0.01, 0.1
"""The parts of the draws that ask for one, and for any, of the cards that the two wrote and that answers may keep away.

Its writer knows what is ticked on it: it is chosen before anybody asks whether it may come, and as seldom as a card of the bank,
so that one that never comes tells no more than those do.
"""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of the draw: for whom, how far, and what this session has had already.

    `tired` are the themes that may not come next, `tired_acts` the acts that come after all others, `instead_of` is the card
    that a skip wants gone. `plain`: so many cards were asked for that this one may not depend on what the two said of themselves.
    `apart`: they are not in one room. `bank_ratio` is the bank's share of the draws where the room has cards of its own, 0 to 1.
    `language` is what they play in: the bank's cards come in it, the room's own in whatever they are.
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
    apart: bool = False
    bank_ratio: float = 0.5
    language: str = ENGLISH


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


def draw(
    request: Request,
    roll: float,
    bank: Index,
    players: Pair,
    leaning: Leaning | None = None,
    *,
    own_cards: Iterable[Card] = (),
    favourites: frozenset[int] = frozenset(),
) -> ShownCard:
    """The card for this request: evenly among those that may come, or leaning to what the two want.

    `own_cards` are those that only this room may see, whatever is tagged on them: what AI made, and what the two wrote and no
    answer keeps away, share the draws with the bank by `bank_ratio`. `favourites` are the ids of what both have liked,
    where the game is to begin with those.
    """
    shelves: tuple[Index, ...] = (bank,)
    if own_cards:
        card, roll = _written(request, roll, [card for card in own_cards if _tells(card)], players)
        if card is not None:
            return _deal(card, request, None)
        shelves = (bank, _own(card for card in own_cards if not _tells(card)))
    rules, roll = ruled_out(request, roll, players)
    choices, relaxed = candidates(request, shelves, players, rules, favourites)
    if relaxed == NEUTRALLY:
        neutral = neutral_cards(request.type, apart=request.apart, language=request.language)
        left = [card for card in neutral if not _is_on_screen(card, request)]
        return _deal(left[pick(roll, len(left))], request, relaxed)
    number, roll = _shelf(roll, choices, request.bank_ratio)
    shelf, cards = shelves[number], choices[number]
    count = cards.bit_count()
    if leaning is None or request.plain:
        card = shelf.at(cards, (pick(roll, count),))[0]
    else:
        places, roll = some(roll, count)
        few = shelf.at(cards, places)
        card = leaning.choose(roll, few, request.active, seq=request.step, target=request.target, among=count)
    return _deal(card, request, relaxed)


def _own(cards: Iterable[Card]) -> Index:
    """Cards of the room alone, in whatever language they are."""
    return Index((card for card in cards if limits.in_bank(card)), of_any_language=True)


def _tells(card: Card) -> bool:
    """Did one of the two write it, and may an answer keep it away?"""
    return card.source == COUPLES_OWN and not limits.is_plain(limits.facts_of(card))


def _written(request: Request, roll: float, written: Sequence[Card], players: Pair) -> tuple[Card | None, float]:
    """One of these, where its moment has come and it may; and what the roll has left."""
    low, high = WINDOWS[request.level][game_phase(request.step, request.target)]
    here = [card for card in written if card.type == request.type and low <= card.intensity <= high]
    part = min(OF_ALL_WRITTEN, OF_ONE_WRITTEN * len(here))
    if request.plain or not part:
        return None, roll
    if roll >= part:
        return None, (roll - part) / (1 - part)
    place = roll / part * len(here)
    card = here[int(place)]
    shelf = _own([card])
    forbidden = _forbidden(request, players)
    _, (may_come,) = next(_steps(request, [shelf], [_allowed(request, shelf, forbidden)], players))
    return (card if may_come else None), place % 1


Choices = Sequence[Bits]
"""What may come of each shelf: of the bank, and of the room's own cards where there are any."""


def ruled_out(request: Request, roll: float, players: Pair) -> tuple[tuple[int, int], float]:
    """The marks that the card may not carry, and the one that it has to carry if such a card may come as it should (0: it need
    not); and what the roll has left.
    """
    forbidden = _forbidden(request, players)
    if not limits.is_narrow(forbidden):
        return (forbidden, 0), roll
    number = int(roll / SELDOM)
    if number < len(limits.BOUNDARY_MARKS):
        return (forbidden, limits.BOUNDARY_MARKS[number]), roll / SELDOM - number
    spent = SELDOM * len(limits.BOUNDARY_MARKS)
    return (forbidden | limits.UNDER_BOUNDARY, 0), (roll - spent) / (1 - spent)


def candidates(
    request: Request,
    shelves: Sequence[Index],
    players: Pair,
    rules: tuple[int, int],
    favourites: frozenset[int] = frozenset(),
) -> tuple[Choices, Relaxed | None]:
    """Of each shelf the cards that may come, and what had to be relaxed for them; with `neutral` there are none.

    `rules` are the marks of `ruled_out`.
    """
    forbidden, wanted = rules
    if wanted:
        carry = [
            _allowed(request, shelf, forbidden) & ~_allowed(request, shelf, forbidden | wanted) for shelf in shelves
        ]
        relaxed, choices = next(_steps(request, shelves, carry, players))
        if any(choices):
            return _of_another_act(choices, shelves, request), relaxed
        forbidden |= limits.UNDER_BOUNDARY
    allowed = [_allowed(request, shelf, forbidden) for shelf in shelves]
    for relaxed, choices in _steps(request, shelves, allowed, players, favourites):
        if any(choices):
            return _of_another_act(choices, shelves, request), relaxed
    return (), NEUTRALLY


def _forbidden(request: Request, players: Pair) -> int:
    """The marks that no card may carry for these two in this turn."""
    return limits.forbidden(request.level, players[request.active], players[other(request.active)])


def _allowed(request: Request, shelf: Index, forbidden: int) -> Bits:
    cards = shelf.allowed(forbidden) & shelf.type.get(request.type, 0) & shelf.spoken(request.language)
    if request.plain:
        cards &= shelf.plain
    return cards & shelf.apart if request.apart else cards


def _steps(
    request: Request,
    shelves: Sequence[Index],
    allowed: Choices,
    players: Pair,
    favourites: frozenset[int] = frozenset(),
) -> Iterator[tuple[Relaxed | None, Choices]]:
    """What may come, step by step of what has to be given up for it."""
    low, high = WINDOWS[request.level][game_phase(request.step, request.target)]
    shown = frozenset(request.shown)
    seen = players["A"].recent | players["B"].recent | shown
    both = list(zip(shelves, allowed, strict=True))
    window = [cards & shelf.union(shelf.intensity, range(low, high + 1)) for shelf, cards in both]
    tired = [shelf.union(shelf.theme, request.tired) for shelf in shelves]
    if favourites and not request.plain:
        # Both know the list: a card that answers may keep away would tell by not coming first that a yes was taken back.
        liked = [shelf.numbered(favourites - shown) & shelf.plain for shelf in shelves]
        yield FAVOURITE, [cards & its & ~out for cards, its, out in zip(window, liked, tired, strict=True)]
    fresh = [shelf.without(cards, seen) for shelf, cards in zip(shelves, window, strict=True)]
    yield None, [cards & ~out for cards, out in zip(fresh, tired, strict=True)]
    yield "theme", fresh
    wider = [cards & shelf.union(shelf.intensity, range(low - 1, high + 2)) for shelf, cards in both]
    yield "window", [shelf.without(cards, seen) for shelf, cards in zip(shelves, wider, strict=True)]
    yield "no_repeat", _least_recent(wider, shelves, request, players)


def _of_another_act(choices: Choices, shelves: Sequence[Index], request: Request) -> Choices:
    if not request.tired_acts:
        return choices
    other_acts = [
        cards & ~shelf.union(shelf.act, request.tired_acts) for shelf, cards in zip(shelves, choices, strict=True)
    ]
    return other_acts if any(other_acts) else choices


def _shelf(roll: float, choices: Choices, bank_ratio: float) -> tuple[int, float]:
    """Which shelf the card comes from, and what the roll has left."""
    bank, *own = choices
    if not own or not own[0]:
        return 0, roll
    if not bank:
        return 1, roll
    if roll < bank_ratio:
        return 0, roll / bank_ratio
    return 1, (roll - bank_ratio) / (1 - bank_ratio)


def _is_on_screen(card: Card, request: Request) -> bool:
    """Is this the card that a skip asked to replace?"""
    on_screen = request.instead_of
    if on_screen is None or card.activity_id != on_screen.activity_id:
        return False
    return card.activity_id is not None or card.steps[0].do == on_screen.steps[0].do


def _least_recent(wider: Choices, shelves: Sequence[Index], request: Request, players: Pair) -> Choices:
    """Those seen longest ago; what this session has shown comes last. All of them have been seen: they are not many."""
    in_session = {activity: position for position, activity in enumerate(request.shown, start=1)}

    def age(card: Card) -> tuple[int, int]:
        number = card.activity_id or 0
        return in_session.get(number, 0), max(seat.last_seen.get(number, 0) for seat in players.values())

    seen = [
        [(age(card), card) for card in shelf.among(cards) if not _is_on_screen(card, request)]
        for shelf, cards in zip(shelves, wider, strict=True)
    ]
    oldest = min((when for cards in seen for when, _ in cards), default=None)
    return [
        shelf.numbered(frozenset(card.activity_id or 0 for when, card in cards if when == oldest))
        for shelf, cards in zip(shelves, seen, strict=True)
    ]


def _deal(card: Card, request: Request, relaxed: Relaxed | None) -> ShownCard:
    partner = other(request.active)
    return ShownCard(
        activity_id=card.activity_id,
        type=request.type,
        rating=card.rating,  # type: ignore[arg-type]  # validated when the bank was loaded
        intensity=card.intensity,
        steps=tuple(
            Step(request.active if step.actor == "A" else partner, step.do, step.duration_s) for step in card.steps
        ),
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
