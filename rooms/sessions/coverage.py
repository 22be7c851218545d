"""How many cards of a bank are left for couples with these bodies and limits: where it runs dry, and what it is made of.

What may be shown is asked of the draw's own gate, so that the two cannot disagree.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import chain, combinations, product

import msgspec

from rooms.activities import taxonomy
from rooms.activities.card import Card
from rooms.sessions.commands import Kind, Level
from rooms.sessions.draw import WINDOWS
from rooms.sessions.limits import NO, YES, Facts, Player, facts_of, gate, in_bank

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
    """How many cards are left at a place for couples with these limits: for the bodies that have the fewest and the most."""

    place: Place
    limits: str
    fewest: int
    active: tuple[str, ...]
    partner: tuple[str, ...]
    most: int


class Made(msgspec.Struct, frozen=True):
    """What the cards of one rating are: how many of each type, which may be played apart or are timed, and what its dares do."""

    rating: str
    types: dict[str, int]
    apart: int
    timed: int
    acts: dict[str, int]


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


def coverage(cards: Iterable[Card]) -> list[Left]:
    """What is left of these cards at every place for every couple; those that nobody may draw do not count."""
    kinds = Counter((facts_of(card), card.intensity) for card in cards if in_bank(card))
    return [_left(place, limits, counts) for limits, place, counts in _counted(kinds)]


def composition(cards: Iterable[Card]) -> list[Made]:
    """What the cards that may be drawn are, by rating."""
    drawable = [card for card in cards if in_bank(card)]
    return [_made(rating, [card for card in drawable if card.rating == rating]) for rating in taxonomy.RATINGS]


_Counts = Mapping[tuple[Body, Body], int]


def _counted(kinds: Mapping[tuple[Facts, int], int]) -> Iterator[tuple[str, Place, _Counts]]:
    """For each couple's limits and each place, the cards left by the bodies of the active player and of the partner."""
    for (limits, player), level in product(limits_of_couples().items(), WINDOWS):
        places = [place for place in PLACES if place.level == level]
        counts: dict[Place, dict[tuple[Body, Body], int]] = {place: {} for place in places}
        for bodies in product(BODIES, BODIES):
            active, partner = (msgspec.structs.replace(player, anatomy=body) for body in bodies)
            passes = cache(gate(level, active, partner))
            left = Counter[tuple[Kind, int]]()
            for (facts, intensity), number in kinds.items():
                if passes(facts):
                    left[facts.type, intensity] += number
            for place in places:
                low, high = place.window
                counts[place][bodies] = sum(left[place.type, intensity] for intensity in range(low, high + 1))
        for place in places:
            yield limits, place, counts[place]


def _left(place: Place, limits: str, counts: _Counts) -> Left:
    active, partner = min(counts, key=lambda bodies: (counts[bodies], sorted(bodies[0]), sorted(bodies[1])))
    return Left(
        place, limits, counts[active, partner], tuple(sorted(active)), tuple(sorted(partner)), max(counts.values())
    )


def _made(rating: str, cards: list[Card]) -> Made:
    return Made(
        rating,
        types={kind: sum(card.type == kind for card in cards) for kind in taxonomy.TYPES},
        apart=sum(card.tags.apart for card in cards),
        timed=sum("timed" in card.intensity_modifiers for card in cards),
        acts=dict(Counter(card.tags.act for card in cards if card.type == "dare").most_common()),
    )
