"""Which cards a pair may see. Fails closed: what it does not understand is not shown.

The rules are activities.md §2: body parts, both people's hard limits always and soft ones at G and R, no "No" for the role,
no "Maybe" at G and R, and for whoever has no survey only cards without boundaries that need no talk before. No fallback of
the draw relaxes any of this.
"""

from collections.abc import Callable, Mapping

import msgspec

from rooms.activities import taxonomy
from rooms.activities.card import Card, is_drawable
from rooms.sessions.commands import Level, SeatName
from rooms.sessions.events import ShownCard
from rooms.sessions.state import LEVELS, above

NO, MAYBE = 0.0, 0.5

_BOUNDARIES = frozenset(taxonomy.BOUNDARY_KEYS)

NEVER_ASKED = frozenset({"posing_watching", "dancing_watching", "revealing_clothing_watching"})
"""Keys that the survey has no question for: their 0.0 is nobody's No."""


class Player(msgspec.Struct, frozen=True, kw_only=True):
    """What the draw knows of one player, as committed before it.

    `answers` are those to the survey (0 no, .5 maybe, 1 yes; what was left open is not in it), None without a survey.
    `recent` holds the activity ids that may not come back yet, `last_seen` when each known one was seen last (an ordinal;
    higher is later).
    """

    anatomy: frozenset[str] = frozenset()
    hard: frozenset[str] = frozenset()
    soft: frozenset[str] = frozenset()
    answers: Mapping[str, float] | None = None
    recent: frozenset[int] = frozenset()
    last_seen: Mapping[int, int] = {}


Pair = Mapping[SeatName, Player]


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What the limits look at in a card, be it in the bank or on a screen."""

    rating: Level
    boundaries: frozenset[str]
    preference_keys: tuple[str, ...]
    needs_active: frozenset[str]
    needs_partner: frozenset[str]
    negotiated: bool
    understood: bool


_known: dict[str, tuple[Card, Facts]] = {}
"""Facts by uid of the very card they were read off: a draw looks at thousands of cards that rarely change."""


def facts_of(card: Card) -> Facts:
    """The bank card's facts."""
    known = _known.get(card.uid)
    if known is not None and known[0] is card:
        return known[1]
    facts = _read_facts(card)
    _known[card.uid] = card, facts
    return facts


def _read_facts(card: Card) -> Facts:
    return Facts(
        rating=card.rating,  # type: ignore[arg-type]  # validated by is_drawable
        boundaries=card.boundaries,
        preference_keys=card.preference_keys,
        needs_active=frozenset(card.required_bodyparts.active),
        needs_partner=frozenset(card.required_bodyparts.partner),
        negotiated=card.requires_consent_negotiation,
        understood=_understood(card.boundaries, card.preference_keys),
    )


def facts_of_shown(card: ShownCard) -> Facts:
    """The facts of a card on screen."""
    return Facts(
        rating=card.rating,
        boundaries=frozenset(card.boundaries),
        preference_keys=card.preference_keys,
        needs_active=frozenset(card.needs_active),
        needs_partner=frozenset(card.needs_partner),
        negotiated=card.negotiated,
        understood=_understood(frozenset(card.boundaries), card.preference_keys),
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
    generic = active.answers is None or partner.answers is None
    ratings = frozenset(rating for rating in LEVELS if not above(rating, level))
    floor = NO if level == "X" else MAYBE
    refused = frozenset(key for key in taxonomy.PREFERENCE_KEYS if not _wanted(key, floor, active, partner))

    def passes(facts: Facts) -> bool:
        return (
            facts.understood
            and facts.rating in ratings
            and (not facts.needs_active or facts.needs_active <= active.anatomy)
            and (not facts.needs_partner or facts.needs_partner <= partner.anatomy)
            and banned.isdisjoint(facts.boundaries)
            and not (generic and (facts.boundaries or facts.negotiated))
            and refused.isdisjoint(facts.preference_keys)
        )

    return passes


def in_bank(card: Card) -> bool:
    """May this card be drawn for anybody? Tagged, approved, active, for couples."""
    return is_drawable(card) and card.audience_scope in ("couples", "all")


def _understood(boundaries: frozenset[str], preference_keys: tuple[str, ...]) -> bool:
    return boundaries <= _BOUNDARIES and all(taxonomy.is_preference(key) for key in preference_keys)


def _wanted(key: str, floor: float, active: Player, partner: Player) -> bool:
    by_active, by_partner = _asked_of(key)
    return _answered_above(floor, by_active, active) and _answered_above(floor, by_partner, partner)


def _answered_above(floor: float, key: str, player: Player) -> bool:
    """What was left open is no No; but under a boundary nobody gets what they were not asked, as without a survey."""
    if player.answers is None or key in NEVER_ASKED:
        return True
    answer = player.answers.get(key)
    return not taxonomy.boundaries_of(key) if answer is None else answer > floor


def _asked_of(key: str) -> tuple[str, str]:
    """What a card with this key asks of the active player and of the partner.

    `_give` and `_self` are for the active player, `_receive` and watching for the partner; whoever is across does the other
    half of it, and their No is a No as well. Keys without a direction ask the same of both.
    """
    return _HALVES.get(key, (key, key))


def _halves() -> dict[str, tuple[str, str]]:
    keys = taxonomy.PREFERENCE_KEYS
    given = [(key, f"{key.removesuffix('_give')}_receive") for key in keys if key.endswith("_give")]
    shown = [(key, _WATCHED.get(key, f"{key.removesuffix('_self')}_watching")) for key in keys if key.endswith("_self")]
    return {half: pair for pair in (*given, *shown) for half in pair}


_WATCHED = {"stripping_self": "watching_strip", "solo_pleasure_self": "watching_solo_pleasure"}
_HALVES = _halves()
