"""Which cards a pair may see. Fails closed: what it does not understand is not shown.

The rules: body parts, both people's hard limits always and soft ones at G and R, no "No" for the role,
no "Maybe" at G and R, no topic that either declined, and for whoever was not asked about limits only cards without boundaries
that need no talk before. No fallback of the draw relaxes any of this.

Who is in which role: in a dare the active player gives (shows, commands, hears begging) and the partner receives, so a dare that
names one half counts as both. A truth's keys are the active player's own, and the partner is asked for the other half.
"""

from collections.abc import Callable, Mapping

import msgspec

from rooms.activities import taxonomy
from rooms.activities.card import Card, is_drawable
from rooms.seats import SeatName
from rooms.sessions.commands import Kind, Level
from rooms.sessions.events import ShownCard
from rooms.sessions.state import LEVELS, above

NO, MAYBE, YES = 0.0, 0.5, 1.0

_BOUNDARIES = frozenset(taxonomy.BOUNDARY_KEYS)
_TOPICS = frozenset(taxonomy.TOPICS)

NEVER_ASKED = frozenset({"posing_watching", "dancing_watching", "revealing_clothing_watching"})
"""Keys that the survey has no question for: their 0.0 is nobody's No."""


class Player(msgspec.Struct, frozen=True, kw_only=True):
    """What the draw knows of one player, as committed before it.

    `asked`: somebody asked them about limits, so that the empty `hard` of one who was not means nothing. `answers` are those to
    the survey (0 no, .5 maybe, 1 yes; what was left open is not in it), None without any; `declined_topics` the truth topics
    answered No. `recent` holds the activity ids that may not come back yet, `last_seen` when each known one was seen last (an
    ordinal; higher is later).
    """

    anatomy: frozenset[str] = frozenset()
    hard: frozenset[str] = frozenset()
    soft: frozenset[str] = frozenset()
    asked: bool = False
    answers: Mapping[str, float] | None = None
    declined_topics: frozenset[str] = frozenset()
    recent: frozenset[int] = frozenset()
    last_seen: Mapping[int, int] = {}


Pair = Mapping[SeatName, Player]


def limits_of(player: Player) -> tuple[object, ...]:
    """All of the player that `gate` looks at."""
    return player.anatomy, player.hard, player.soft, player.asked, player.answers, player.declined_topics


class Facts(msgspec.Struct, frozen=True, kw_only=True, cache_hash=True):
    """What the limits look at in a card, be it in the bank or on a screen."""

    type: Kind
    rating: Level
    boundaries: frozenset[str]
    preference_keys: tuple[str, ...]
    topics: frozenset[str]
    needs_active: frozenset[str]
    needs_partner: frozenset[str]
    negotiated: bool
    understood: bool


_known: dict[str, tuple[Card, Facts]] = {}
"""Facts by uid of the very card they were read off: a draw looks at thousands of cards that rarely change."""


_alike: dict[Facts, Facts] = {}
"""The one that stands for all that are equal: a large bank has few kinds of cards, and a draw asks once about each kind."""


def facts_of(card: Card) -> Facts:
    """The bank card's facts."""
    known = _known.get(card.uid)
    if known is not None and known[0] is card:
        return known[1]
    facts = _read_facts(card)
    facts = _alike.setdefault(facts, facts)
    _known[card.uid] = card, facts
    return facts


def _read_facts(card: Card) -> Facts:
    return Facts(
        type=card.type,  # type: ignore[arg-type]  # validated by is_drawable
        rating=card.rating,  # type: ignore[arg-type]  # as above
        boundaries=card.boundaries,
        preference_keys=card.preference_keys,
        topics=frozenset(card.tags.topics),
        needs_active=frozenset(card.required_bodyparts.active),
        needs_partner=frozenset(card.required_bodyparts.partner),
        negotiated=card.requires_consent_negotiation,
        understood=_understood(card.boundaries, card.preference_keys, card.tags.topics),
    )


def facts_of_shown(card: ShownCard) -> Facts:
    """The facts of a card on screen."""
    return Facts(
        type=card.type,
        rating=card.rating,
        boundaries=frozenset(card.boundaries),
        preference_keys=card.preference_keys,
        topics=frozenset(card.topics),
        needs_active=frozenset(card.needs_active),
        needs_partner=frozenset(card.needs_partner),
        negotiated=card.negotiated,
        understood=_understood(frozenset(card.boundaries), card.preference_keys, card.topics),
    )


def may_be_shown(facts: Facts, level: Level, active: Player, partner: Player) -> bool:
    """May these two see this card at this level?"""
    return gate(level, active, partner)(facts)


def gate(level: Level, active: Player, partner: Player) -> Callable[[Facts], bool]:
    """`may_be_shown` for many cards: what depends on the pair alone is worked out once."""
    hard, soft = active.hard | partner.hard, active.soft | partner.soft
    if not hard | soft <= _BOUNDARIES:
        return lambda _: False
    banned = hard if level == "X" else hard | soft
    generic = not (active.asked and partner.asked)
    ratings = frozenset(rating for rating in LEVELS if not above(rating, level))
    floor = NO if level == "X" else MAYBE
    refused = {kind: _refused(asked, floor, active, partner) for kind, asked in _ASKED.items()}
    declined = active.declined_topics | partner.declined_topics

    def passes(facts: Facts) -> bool:
        return (
            facts.understood
            and facts.rating in ratings
            and (not facts.needs_active or facts.needs_active <= active.anatomy)
            and (not facts.needs_partner or facts.needs_partner <= partner.anatomy)
            and banned.isdisjoint(facts.boundaries)
            and not (generic and (facts.boundaries or facts.negotiated))
            and refused[facts.type].isdisjoint(facts.preference_keys)
            and declined.isdisjoint(facts.topics)
        )

    return passes


def in_bank(card: Card) -> bool:
    """May this card be drawn for anybody? Tagged, approved, active, for couples."""
    return is_drawable(card) and card.audience_scope in ("couples", "all")


def is_plain(facts: Facts) -> bool:
    """Nothing in the card depends on what anybody said of themselves: whether it comes tells nothing about either."""
    private = facts.boundaries or facts.preference_keys or facts.topics or facts.needs_active or facts.needs_partner
    return facts.understood and not private and not facts.negotiated


def _understood(boundaries: frozenset[str], preference_keys: tuple[str, ...], topics: tuple[str, ...]) -> bool:
    known_keys = all(taxonomy.is_preference(key) for key in preference_keys)
    return boundaries <= _BOUNDARIES and known_keys and _TOPICS.issuperset(topics)


Asked = Mapping[str, tuple[str, str]]
"""A preference key → what a card with it asks of the active player, and of the partner."""

_ASKED: Mapping[Kind, Asked] = {
    "dare": {key: taxonomy.HALVES.get(key, (key, key)) for key in taxonomy.PREFERENCE_KEYS},
    "truth": {key: (key, taxonomy.counterpart(key)) for key in taxonomy.PREFERENCE_KEYS},
}


def _refused(asked: Asked, floor: float, active: Player, partner: Player) -> frozenset[str]:
    """The preference keys that one of the two does not want in their role."""
    return frozenset(
        key
        for key, (by_active, by_partner) in asked.items()
        if not (_answered_above(floor, by_active, active) and _answered_above(floor, by_partner, partner))
    )


def _answered_above(floor: float, key: str, player: Player) -> bool:
    """What was left open is no No; but under a boundary nobody gets what they were not asked."""
    if key in NEVER_ASKED:
        return True
    answer = (player.answers or {}).get(key)
    return not taxonomy.boundaries_of(key) if answer is None else answer > floor
