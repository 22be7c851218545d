"""Which cards a pair may see. Fails closed: what it does not understand is not shown.

The rules: body parts, both people's hard limits always and soft ones at G and R, no "No" for the role,
no "Maybe" at G and R, no topic that either declined, and for whoever was not asked about limits only cards without boundaries
that need no talk before. No fallback of the draw relaxes any of this.

Who is in which role: in a dare the active player gives (shows, commands, hears begging) and the partner receives, so a dare that
names one half counts as both. A truth's keys are the active player's own, and the partner is asked for the other half.

How it is decided: everything in a card that somebody could forbid is a mark, and what two people say forbids marks. A card may
come when none of its marks is forbidden. One card is looked at with `may_be_shown`, a whole bank at once with the same marks
(`index.py`).
"""

from collections.abc import Iterable, Mapping
from functools import reduce
from itertools import count
from operator import or_
from typing import cast

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
_PARTS = frozenset(taxonomy.BODY_PARTS)
_UNDER_BOUNDARY = tuple(key for key in taxonomy.PREFERENCE_KEYS if taxonomy.boundaries_of(key))

NEVER_ASKED = frozenset({"posing_watching", "dancing_watching", "revealing_clothing_watching"})
"""Keys that the survey has no question for: their 0.0 is nobody's No."""


class Player(msgspec.Struct, frozen=True, kw_only=True):
    """What the draw knows of one player, as committed before it.

    `asked`: somebody asked them about limits, so that the empty `hard` of one who was not means nothing. `answers` are those to
    the survey (0 no, .5 maybe, 1 yes; what was left open is not in it), None without any; `never` are preference keys that nobody
    does with them in any direction, whatever they answered; `declined_topics` the truth topics answered No. `recent` holds the
    activity ids that may not come back yet, `last_seen` when each known one was seen last (an ordinal; higher is later).
    """

    anatomy: frozenset[str] = frozenset()
    hard: frozenset[str] = frozenset()
    soft: frozenset[str] = frozenset()
    asked: bool = False
    answers: Mapping[str, float] | None = None
    never: frozenset[str] = frozenset()
    declined_topics: frozenset[str] = frozenset()
    recent: frozenset[int] = frozenset()
    last_seen: Mapping[int, int] = {}


Pair = Mapping[SeatName, Player]


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What the limits look at in a card, be it in the bank or on a screen."""

    type: Kind
    rating: Level
    boundaries: frozenset[str]
    preference_keys: tuple[str, ...]
    topics: frozenset[str]
    needs_active: frozenset[str]
    needs_partner: frozenset[str]
    negotiated: bool


def facts_of(card: Card) -> Facts:
    """The bank card's facts."""
    return Facts(
        type=card.type,  # type: ignore[arg-type]  # validated by is_drawable
        rating=card.rating,  # type: ignore[arg-type]  # as above
        boundaries=card.boundaries,
        preference_keys=card.preference_keys,
        topics=frozenset(card.tags.topics),
        needs_active=frozenset(card.required_bodyparts.active),
        needs_partner=frozenset(card.required_bodyparts.partner),
        negotiated=card.requires_consent_negotiation,
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
    )


def may_be_shown(facts: Facts, level: Level, active: Player, partner: Player) -> bool:
    """May these two see this card at this level?"""
    return not marks_of(facts) & forbidden(level, active, partner)


def marks_of(facts: Facts) -> int:
    """Everything in the card that somebody could forbid, as a set of marks: the bits of an integer."""
    asked = _ASKED[facts.type]
    try:
        found = [_ANY, _RATING[facts.rating]]
        found += [_BOUNDARY[boundary] for boundary in facts.boundaries]
        found += [asked[key] for key in facts.preference_keys]
        found += [_TOPIC[topic] for topic in facts.topics]
        found += [_NEEDS_ACTIVE[part] for part in facts.needs_active]
        found += [_NEEDS_PARTNER[part] for part in facts.needs_partner]
    except KeyError:
        return _STRANGE
    if facts.boundaries or facts.negotiated:
        found.append(_FOR_ASKED)
    return reduce(or_, found)


def forbidden(level: Level, active: Player, partner: Player) -> int:
    """The marks that no card may carry which these two see at this level. It is asked once a draw."""
    hard, soft = active.hard | partner.hard, active.soft | partner.soft
    if not hard | soft <= _BOUNDARIES:
        return _ANY | _STRANGE
    below_x = level != "X"
    marks = _STRANGE | _ABOVE[level]
    for boundary in hard | soft if below_x else hard:
        marks |= _BOUNDARY[boundary]
    if not (active.asked and partner.asked):
        marks |= _FOR_ASKED
    for part in _PARTS - active.anatomy:
        marks |= _NEEDS_ACTIVE[part]
    for part in _PARTS - partner.anatomy:
        marks |= _NEEDS_PARTNER[part]
    for topic in (active.declined_topics | partner.declined_topics) & _TOPICS:
        marks |= _TOPIC[topic]
    for key in active.never | partner.never:
        marks |= _OF_ACTIVE[key] | _OF_PARTNER[key]
    floor = MAYBE if below_x else NO
    return marks | _refused(active.answers, floor, _OF_ACTIVE) | _refused(partner.answers, floor, _OF_PARTNER)


def is_narrow(marks: int) -> bool:
    """Do these forbidden marks say that one of the two refuses more than a third of what is under no boundary at all?

    Of what is left for them the cards under a boundary are so large a part that their absence would soon tell what the other
    one forbids: no to everything but one kind, and a look at what comes.
    """
    return any(_FEW * (marks & free).bit_count() > free.bit_count() for free in _FREE)


def in_bank(card: Card) -> bool:
    """May this card be drawn for anybody? Tagged, approved, active, for couples."""
    return is_drawable(card) and card.audience_scope in ("couples", "all")


def is_plain(facts: Facts) -> bool:
    """Nothing in the card depends on what anybody said of themselves: whether it comes tells nothing about either."""
    private = facts.boundaries or facts.preference_keys or facts.topics or facts.needs_active or facts.needs_partner
    return not private and not facts.negotiated


# --- marks ---------------------------------------------------------------------------------------------------------------

_numbers = count()


def _marks(names: Iterable[str]) -> dict[str, int]:
    return {name: 1 << next(_numbers) for name in names}


_UNASKED = "all under a boundary"


def _marks_of_role() -> dict[str, int]:
    marks = _marks(taxonomy.PREFERENCE_KEYS) | dict.fromkeys(NEVER_ASKED, 0)
    return marks | {_UNASKED: sum(marks[key] for key in _UNDER_BOUNDARY)}


_ANY, _STRANGE, _FOR_ASKED = _marks(("any", "strange", "for asked")).values()
"""On every card; on what is not understood, which nobody sees; on what only those see who were both asked about limits."""
_RATING = _marks(LEVELS)
_BOUNDARY = _marks(taxonomy.BOUNDARY_KEYS)
_TOPIC = _marks(taxonomy.TOPICS)
_NEEDS_ACTIVE = _marks(taxonomy.BODY_PARTS)
_NEEDS_PARTNER = _marks(taxonomy.BODY_PARTS)
_OF_ACTIVE = _marks_of_role()
_OF_PARTNER = _marks_of_role()
"""What a card asks of the active player, and of the partner, by the key that they answered."""

_FEW = 3
BOUNDARY_MARKS = tuple(_BOUNDARY.values())
UNDER_BOUNDARY = sum(BOUNDARY_MARKS)
"""The marks of all cards under any boundary."""
_FREE = [
    sum(mark for key, mark in marks.items() if key != _UNASKED and key not in _UNDER_BOUNDARY)
    for marks in (_OF_ACTIVE, _OF_PARTNER)
]
"""By role the marks of everything that can be wanted or not and is under no boundary."""

_ABOVE: Mapping[Level, int] = {
    level: sum(mark for rating, mark in _RATING.items() if above(cast("Level", rating), level)) for level in LEVELS
}

_ASKED: Mapping[Kind, Mapping[str, int]] = {
    "dare": {
        key: _OF_ACTIVE[giving] | _OF_PARTNER[receiving]
        for key in taxonomy.PREFERENCE_KEYS
        for giving, receiving in (taxonomy.HALVES.get(key, (key, key)),)
    },
    "truth": {key: _OF_ACTIVE[key] | _OF_PARTNER[taxonomy.counterpart(key)] for key in taxonomy.PREFERENCE_KEYS},
}
"""A preference key → what a card with it asks of the two."""


def _refused(answers: Mapping[str, float] | None, floor: float, marks: Mapping[str, int]) -> int:
    """The marks of what this player does not want in their role. What was left open is no No; but under a boundary nobody gets
    what they were not asked.
    """
    if not answers:
        return marks[_UNASKED]
    refused = 0
    for key in _UNDER_BOUNDARY:
        if key not in answers:
            refused |= marks[key]
    for key, answer in answers.items():
        if answer <= floor:
            refused |= marks.get(key, 0)
    return refused
