"""How many cards of a bank are left for couples with these bodies and limits: where it runs dry, and what it is made of.

What may be shown is asked of the draw's own rules (`limits.may_be_shown`), so that the two cannot disagree.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import chain, combinations, product

import msgspec

from rooms.activities import taxonomy
from rooms.activities.card import BodyParts, Card
from rooms.activities.language import ENGLISH, codes_of
from rooms.sessions.commands import Kind, Level
from rooms.sessions.draw import WINDOWS
from rooms.sessions.limits import NO, YES, Facts, Player, facts_of, in_bank, may_be_shown

FEWEST_LEFT = 10
"""Fewer cards than these at one place of a game, and a couple meets the same ones again too soon."""

NO_LIMITS, ALL_LIMITS, NO_TO_ALL = "no limits", "all eight", "no to everything"

Body = frozenset[str]

BODIES: tuple[Body, ...] = tuple(
    frozenset(parts)
    for parts in chain.from_iterable(
        combinations(taxonomy.BODY_PARTS, size) for size in range(len(taxonomy.BODY_PARTS) + 1)
    )
)


class Place(msgspec.Struct, frozen=True, order=True):
    """Where in a game a card is asked for: level, intensity window (both ends belong to it), type."""

    level: Level
    window: tuple[int, int]
    type: Kind


PLACES: tuple[Place, ...] = tuple(
    Place(level, window, kind)
    for level, windows in WINDOWS.items()
    for window in sorted(set(windows.values()))
    for kind in ("truth", "dare")
)


class Left(msgspec.Struct, frozen=True):
    """How many cards are left at a place for couples with these limits who play in this language: for the bodies that have the
    fewest (`active` is one of the pairings with so few), for those that have the most, and how many of the 64 pairings have too
    few."""

    place: Place
    limits: str
    fewest: int
    active: tuple[str, ...]
    partner: tuple[str, ...]
    most: int
    dry: int
    language: str = ENGLISH


class Made(msgspec.Struct, frozen=True):
    """What the cards of one rating and language are: how many of each type, which may be played apart or are timed, and what the
    dares among them do."""

    rating: str
    types: dict[str, int]
    apart: int
    timed: int
    acts: dict[str, int]
    language: str = ENGLISH


def limits_of_couples() -> dict[str, Player]:
    """Both players of the couples that are counted for, but for their bodies, by what their limits are called.

    Whoever has limits wants everything else; the last two have said nothing more, and No to all there is.
    """
    wants_all = Player(asked=True, answers=dict.fromkeys(taxonomy.PREFERENCE_KEYS, YES))
    all_eight = frozenset(taxonomy.BOUNDARY_KEYS)
    couples = {NO_LIMITS: wants_all}
    couples |= {key: msgspec.structs.replace(wants_all, hard=frozenset({key})) for key in taxonomy.BOUNDARY_KEYS}
    couples[ALL_LIMITS] = Player(hard=all_eight)
    couples[NO_TO_ALL] = Player(
        hard=all_eight,
        asked=True,
        answers=dict.fromkeys(taxonomy.PREFERENCE_KEYS, NO),
        declined_topics=frozenset(taxonomy.TOPICS),
    )
    return couples


def coverage(cards: Iterable[Card], *, least: int = FEWEST_LEFT) -> list[Left]:
    """What is left of these cards at every place for every couple, language by language; those that nobody may draw do not count.
    Fewer than `least` are too few."""
    drawable = [card for card in cards if in_bank(card)]
    found = []
    for language in languages_of(drawable):
        spoken = [card for card in drawable if card.language in codes_of(language)]
        found += [msgspec.structs.replace(left, language=language) for left in _coverage(spoken, least)]
    return found


def languages_of(cards: Iterable[Card]) -> list[str]:
    """English first, which is always one of them, then the others."""
    return [ENGLISH, *sorted({card.language for card in cards} - {ENGLISH})]


def _coverage(cards: Iterable[Card], least: int) -> list[Left]:
    kinds = Counter((facts_of(card), card.intensity) for card in cards)
    found = []
    for limits, player in limits_of_couples().items():
        for level in WINDOWS:
            passed = _passed(kinds, level, player)
            found += [_left(place, limits, passed, least) for place in PLACES if place.level == level]
    return found


def composition(cards: Iterable[Card]) -> list[Made]:
    """What the cards that may be drawn are, by language and rating."""
    drawable = [card for card in cards if in_bank(card)]
    return [
        _made(language, rating, [card for card in drawable if (card.language, card.rating) == (language, rating)])
        for language in languages_of(drawable)
        for rating in taxonomy.RATINGS
    ]


_Needs = tuple[Body, Body]


def _passed(
    kinds: Mapping[tuple[Facts, int], int], level: Level, player: Player
) -> Mapping[tuple[Kind, int], Counter[_Needs]]:
    """The cards that a couple with all body parts may see, by type and intensity: how many need which parts."""
    able = msgspec.structs.replace(player, anatomy=BODIES[-1])
    passed: dict[tuple[Kind, int], Counter[_Needs]] = {}
    for (facts, intensity), number in kinds.items():
        if may_be_shown(facts, level, able, able):
            needs = (facts.needs_active, facts.needs_partner)
            passed.setdefault((facts.type, intensity), Counter())[needs] += number
    return passed


def _left(place: Place, limits: str, passed: Mapping[tuple[Kind, int], Counter[_Needs]], least: int) -> Left:
    low, high = place.window
    cards = sum((passed.get((place.type, intensity), Counter()) for intensity in range(low, high + 1)), Counter())
    counts = {
        bodies: sum(number for needs, number in cards.items() if _have(bodies, needs))
        for bodies in product(BODIES, BODIES)
    }
    active, partner = min(counts, key=counts.__getitem__)
    fewest, most = counts[active, partner], max(counts.values())
    dry = sum(count < least for count in counts.values())
    return Left(place, limits, fewest, _named(active), _named(partner), most, dry)


@cache
def _have(bodies: _Needs, needs: _Needs) -> bool:
    """Do these two have what a card needs that asks for nothing else?"""
    parts = BodyParts(active=_named(needs[0]), partner=_named(needs[1]))
    card = Card(uid="", type="dare", rating="G", intensity=1, steps=(), required_bodyparts=parts)
    active, partner = (Player(anatomy=body) for body in bodies)
    return may_be_shown(facts_of(card), "X", active, partner)


def _named(body: Body) -> tuple[str, ...]:
    return tuple(part for part in taxonomy.BODY_PARTS if part in body)


def _made(language: str, rating: str, cards: list[Card]) -> Made:
    return Made(
        rating,
        types={kind: sum(card.type == kind for card in cards) for kind in taxonomy.TYPES},
        apart=sum(card.tags.apart for card in cards),
        timed=sum("timed" in card.intensity_modifiers for card in cards),
        acts=dict(Counter(card.tags.act for card in cards if card.type == "dare").most_common()),
        language=language,
    )
