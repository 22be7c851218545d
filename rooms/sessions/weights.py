"""How much each card that may be shown is wished for by the two, and the weighted draw among them.

Only where both have answered the survey. The score of a card is its pick score (0..1), plus what the two liked or disliked of
cards that share its keys and domains (at most ±0.2), plus a little for a theme that neither has seen lately (at most 0.05,
growing slowly with the sessions they played). The draw is a softmax of that: a low temperature plays safe, a high one is
close to even. What may be shown at all is decided in `limits.py`, before any of this.
"""

import math
from collections.abc import Mapping, Sequence

import msgspec

from rooms.activities import taxonomy
from rooms.activities.card import Card
from rooms.profiles.picking import PickScore, pick_score
from rooms.profiles.profile import Profile
from rooms.seats import SeatName

MOST_FEEDBACK, MOST_NOVELTY = 0.2, 0.05
SETTLED = 3
"""So many likes or dislikes of one thing count in full; fewer count less."""
SEASONED = 10
"""After so many sessions novelty counts in full."""
MOST_WEIGHED = 32
"""Of more cards than this, evenly spread ones are weighed, so that a draw stays quick with a large bank."""


class Taste(msgspec.Struct, frozen=True, kw_only=True):
    """What one player's survey and earlier games say.

    `liked` is key or domain → likes minus dislikes, `themes` those seen lately, `sessions` how many were played.
    """

    profile: Profile
    liked: Mapping[str, int] = {}
    themes: frozenset[str] = frozenset()
    sessions: int = 0


Tastes = Mapping[SeatName, Taste]


class Weight(msgspec.Struct, frozen=True):
    """Why a card was likely or not: its score's parts, its chance in the draw, and how many cards could have come."""

    pick: PickScore
    feedback: float
    novelty: float
    total: float
    share: float = 1.0
    among: int = 1


class Leaning:
    """How the draws for one command lean, and why (activity id → weight): the reason is told, never asked for again."""

    def __init__(self, tastes: Tastes, temperature: float) -> None:
        self.tastes = tastes
        self.temperature = temperature
        self.why: dict[int, Weight] = {}

    def choose(
        self, roll: float, cards: Sequence[Card], active: SeatName, *, seq: int, target: int, among: int | None = None
    ) -> Card:
        """The card that this roll (0 ≤ roll < 1) falls on. There is at least one card; they stand for `among`."""
        weights = self._weights(cards, active, seq=seq, target=target)
        shares = softmax([weight.total for weight in weights], self.temperature)
        index = fall_on(roll, shares)
        chosen = cards[index]
        if chosen.activity_id is not None:
            share, count = round(shares[index], 4), len(cards) if among is None else among
            self.why[chosen.activity_id] = msgspec.structs.replace(weights[index], share=share, among=count)
        return chosen

    def shares(self, cards: Sequence[Card], active: SeatName, *, seq: int, target: int) -> list[float]:
        """The chance of each of these cards, were it among them."""
        weights = self._weights(cards, active, seq=seq, target=target)
        return softmax([weight.total for weight in weights], self.temperature)

    def _weights(self, cards: Sequence[Card], active: SeatName, *, seq: int, target: int) -> list[Weight]:
        return [weigh(card, active, self.tastes, seq=seq, target=target) for card in cards]


def weigh(card: Card, active: SeatName, tastes: Tastes, *, seq: int, target: int) -> Weight:
    """The score of one card with this player active. The active one is the pick score's `a`."""
    one, across = (tastes["A"], tastes["B"]) if active == "A" else (tastes["B"], tastes["A"])
    pick = pick_score(_counted(card), one.profile, across.profile, seq=seq, target=target)
    feedback = _feedback(card, one, across)
    novelty = _novelty(card, one, across)
    return Weight(pick, round(feedback, 3), round(novelty, 3), round(pick.overall_score + feedback + novelty, 3))


def _counted(card: Card) -> dict[str, object]:
    """The card as the pick score reads it, with its domains under the names that players have scores for."""
    return {
        "preference_keys": card.preference_keys,
        "domains": tuple(dict.fromkeys(taxonomy.SCORED_AS.get(domain, domain) for domain in card.domains)),
        "power_role": card.power_role,
        "intensity": card.intensity,
        "performance_pressure": card.performance_pressure,
    }


def some(roll: float, count: int) -> tuple[Sequence[int], float]:
    """At most MOST_WEIGHED places among so many cards, ascending, every one equally likely to be there; and what the roll has
    left.
    """
    if count <= MOST_WEIGHED:
        return range(count), roll
    place = roll * count
    start = int(place)
    step = count / MOST_WEIGHED
    return sorted((start + int(number * step)) % count for number in range(MOST_WEIGHED)), place - start


def softmax(scores: Sequence[float], temperature: float) -> list[float]:
    """Shares that sum to 1; every share is above nothing, so that no allowed card is ever out of the question."""
    highest = max(scores)
    raised = [math.exp(max(-_FARTHEST, (score - highest) / temperature)) for score in scores]
    total = math.fsum(raised)
    return [value / total for value in raised]


_FARTHEST = 20.0  # e to the minus this is next to nothing, and is not nothing


def fall_on(roll: float, shares: Sequence[float]) -> int:
    """The index whose share of [0, 1) holds the roll; the last one for what rounding leaves."""
    passed = 0.0
    for index, share in enumerate(shares):
        passed += share
        if roll < passed:
            return index
    return len(shares) - 1


def _feedback(card: Card, one: Taste, across: Taste) -> float:
    """The mean, over what the card is about and both players, of how much it was liked: at most 0.2 up or down."""
    about = (*card.preference_keys, *card.domains)
    if not about or not (one.liked or across.liked):
        return 0.0
    said = 0.0
    for liked in (one.liked, across.liked):
        for thing in about:
            times = liked.get(thing)
            if times:
                said += max(-1.0, min(1.0, times / SETTLED))
    return MOST_FEEDBACK * said / (2 * len(about))


def _novelty(card: Card, one: Taste, across: Taste) -> float:
    """For a theme that neither has seen lately; 0..0.05."""
    if not card.theme or card.theme in one.themes or card.theme in across.themes:
        return 0.0
    return MOST_NOVELTY * min(1.0, min(one.sessions, across.sessions) / SEASONED)
