"""Two profiles → what the two may be shown of how they fit: a function of what both said yes to, and of nothing else.

A `Reading` holds facts only and is stored; what is shown is worked out of it here, so the formula stands in one place. A
maybe counts as a no, a limit and a single number count nothing. (The spec's decisions 28 to 30.)
"""

from collections.abc import Iterable
from typing import Literal

import msgspec

from rooms.activities.taxonomy import HALVES, PREFERENCE_KEYS
from rooms.profiles.answered import answered, told_power
from rooms.profiles.arithmetic import WANTED
from rooms.profiles.profile import BOTTOM, DOMAINS, SWITCH, TOP, VERSATILE, Profile
from rooms.profiles.questions import TOPIC_OF_QUESTION
from rooms.profiles.scoring import DOMAIN_TERMS

ENOUGH = 20
"""Fewer questions than this answered by both: no number, and no phrase about one."""

Gives = Literal["a", "b", "both"]

_TOPICS = tuple(TOPIC_OF_QUESTION.values())

# Which key of the one who receives or watches belongs to a key of the one who gives or performs.
_COUNTERPARTS = dict(HALVES.values())

# From how many shared things on there is another point.
_ACTIVITY_STEPS = (2, 5, 9, 14)
_TOPIC_STEPS = (1, 3, 5, 7)
_SHARE_STEPS = (0.2, 0.4, 0.6, 0.8)  # of the yeses that a domain could hold

_PHRASES = (
    (80, "You want so much of the same. Take your time with it."),
    (60, "There is a great deal here for both of you."),
    (40, "You share a good deal already, and some of it may surprise you."),
    (20, "You have a few things in common to begin with, and more to tell each other."),
    (0, "Much is still unspoken between you. Asking is a lovely way to begin."),
)


class Leaning(msgspec.Struct, frozen=True):
    """How somebody likes to lead or follow, in words: no score, because one of 100 is a single answer."""

    orientation: str | None = None
    preference: str | None = None
    confidence_band: str | None = None


class Side(msgspec.Struct, frozen=True):
    """What one of the two said yes to, for a partner with whom all of it is shared; `power` None: not answered."""

    yes: tuple[str, ...]
    topics: tuple[str, ...]
    power: Leaning | None


class Mutual(msgspec.Struct, frozen=True):
    """Something both said yes to. `both`: to this very key; else one to this key and the other to its counterpart."""

    key: str
    gives: Gives


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What is stored of a pair. `overlap`: the keys to which both said yes; `enough`: both have answered twenty questions."""

    a: Side
    b: Side
    overlap: tuple[str, ...]
    mutual: tuple[Mutual, ...]
    mutual_topics: tuple[str, ...]
    enough: bool


class Levels(msgspec.Struct, frozen=True):
    """What stands behind the score, each on 1..5; `power` only where both share all they said."""

    power: int | None
    domains: int
    activities: int
    topics: int


def reading(a: Profile, b: Profile) -> Reading:
    """The reading of two (stored) profiles."""
    one, other = _side(a), _side(b)
    return Reading(
        a=one,
        b=other,
        overlap=tuple(key for key in one.yes if key in other.yes),
        mutual=mutual(frozenset(one.yes), frozenset(other.yes)),
        mutual_topics=tuple(topic for topic in one.topics if topic in other.topics),
        enough=len(answered(a) & answered(b)) >= ENOUGH,
    )


def mutual(a: frozenset[str], b: frozenset[str]) -> tuple[Mutual, ...]:
    """Everything both said yes to, in the survey's order, one entry a key.

    `X_give` (and what one performs) also pairs with the other's `X_receive` (and what one watches). Where exactly one of
    the two ways is a yes of both, the entry says so; otherwise a key that both said yes to is `both`.
    """
    found = []
    for key in PREFERENCE_KEYS:
        counterpart = _COUNTERPARTS.get(key)
        a_gives = counterpart is not None and key in a and counterpart in b
        b_gives = counterpart is not None and key in b and counterpart in a
        if a_gives != b_gives:
            found.append(Mutual(key, "a" if a_gives else "b"))
        elif a_gives or (key in a and key in b):
            found.append(Mutual(key, "both"))
    return tuple(found)


def levels(keys: Iterable[str], topics: int, power: int | None) -> Levels:
    """The parts of the score, of the keys of what is mutual and the number of mutual topics."""
    keys = frozenset(keys)
    return Levels(
        power=power,
        domains=max(1, sum(not keys.isdisjoint(DOMAIN_TERMS[domain]) for domain in DOMAINS)),
        activities=_level(len(keys), _ACTIVITY_STEPS),
        topics=_level(topics, _TOPIC_STEPS),
    )


def score(found: Levels) -> int:
    """0..100 in steps of five. Power does not count."""
    return 5 * round(5 * ((found.activities + found.topics + found.domains) / 3 - 1))


def phrase(points: int) -> str:
    """Kind words for a score; none of them says that two people do not fit."""
    return next(words for floor, words in _PHRASES if points >= floor)


def power_level(one: str | None, other: str | None) -> int:
    """How two orientations go together, on 1..5; for a pair who share theirs with each other."""
    poles = {one or VERSATILE, other or VERSATILE}
    if poles == {TOP, BOTTOM}:
        return 5
    if poles == {SWITCH}:
        return 4
    if SWITCH in poles or poles == {VERSATILE}:
        return 3
    return 2 if VERSATILE in poles else 1


def domain_levels(yes: Iterable[str], topics: Iterable[str]) -> dict[str, int]:
    """Each domain on 1..5, of one person's yeses only."""
    said = frozenset((*yes, *topics))
    shares = {domain: sum(term in said for term in terms) / len(terms) for domain, terms in DOMAIN_TERMS.items()}
    return {domain: _level(shares[domain], _SHARE_STEPS) for domain in DOMAINS}


def _side(profile: Profile) -> Side:
    power = profile.power_dynamic
    return Side(
        yes=tuple(key for key in PREFERENCE_KEYS if profile.activities.get(key, 0) >= WANTED),
        topics=tuple(topic for topic in _TOPICS if profile.truth_topics.get(topic, 0) >= WANTED),
        power=Leaning(power.orientation, power.preference, power.confidence_band) if told_power(profile) else None,
    )


def _level(amount: float, steps: tuple[float, ...]) -> int:
    return 1 + sum(amount >= step for step in steps)
