"""How far two players' activity wishes meet, on 0..1: the mean over the survey's six categories.

Three ways to count, by who leads: a Top with a Bottom mostly by what the Top does and the Bottom receives; two of the
same pole by what both would do, at a discount; everyone else by plain agreement.
"""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from typing import Literal

import msgspec

from rooms.activities.taxonomy import ASKED_OF_WATCHERS, HALVES, PREFERENCE_CATEGORIES, counterpart
from rooms.profiles.arithmetic import OPEN, mean
from rooms.profiles.profile import BOTTOM, SAME_POLE, TOP, Profile, poles

Keys = AbstractSet[str]


class Act(msgspec.Struct, frozen=True):
    """One thing two people can do: a doer's side and the other's, or one key for both where it has no direction."""

    anchor: str  # the key that brings the act into the count
    doer: str
    other: str
    kind: Literal["give", "show", "shared"]


def _act(key: str) -> Act | None:
    """The act that a key stands for; None for a side that is counted with its counterpart."""
    if key not in HALVES:
        return Act(key, key, key, "shared")
    doer, other = HALVES[key]
    anchor = other if other in ASKED_OF_WATCHERS else doer
    return Act(key, doer, other, "give" if doer.endswith("_give") else "show") if key == anchor else None


_ACTS = {category: [act for act in map(_act, keys) if act] for category, keys in PREFERENCE_CATEGORIES.items()}


class _Tally:
    """What could match and what does."""

    __slots__ = ("match", "potential")

    def __init__(self) -> None:
        self.potential = 0.0
        self.match = 0.0

    def add(self, match: float) -> None:
        self.potential += 1
        self.match += match


def activity_overlap(a: Profile, b: Profile) -> float:
    """The share of common ground, categories in the survey's order; keys outside the survey do not count.

    Within a category only keys that at least one of the two holds are counted (a scored survey holds them all).
    """
    stand = poles(a, b)
    first, second = (b, a) if b.power_dynamic.orientation == TOP else (a, b)
    measure: Callable[[str, Keys, Keys, Keys], float] = _agreement
    if stand == {TOP, BOTTOM}:
        measure = _leading_and_following
    elif stand in SAME_POLE:
        measure = _same_pole
    held = a.activities.keys() | b.activities.keys()
    one, other = _wishes(first), _wishes(second)
    return mean([measure(category, held, one, other) for category in PREFERENCE_CATEGORIES])


def _wishes(player: Profile) -> Keys:
    return {key for key, value in player.activities.items() if value >= OPEN}


def _leading_and_following(category: str, held: Keys, top: Keys, bottom: Keys) -> float:
    """The top's doing weighs .8, the reverse .2, what has no direction 1."""
    primary, secondary, neutral = _Tally(), _Tally(), _Tally()
    for act in _ACTS[category]:
        if act.anchor not in held:
            continue
        if act.kind == "give":
            primary.add((act.doer in top) == (act.other in bottom))
            secondary.add(_reverse_credit(act.doer in bottom, act.other in top))
        elif act.kind == "show":
            _count_showing(act, (primary, secondary), top, bottom)
        else:
            neutral.add((act.anchor in top) == (act.anchor in bottom))
    potential = 0.8 * primary.potential + 0.2 * secondary.potential + neutral.potential
    if not potential:
        return 0.5
    return (0.8 * primary.match + 0.2 * secondary.match + neutral.match) / potential


def _count_showing(act: Act, tallies: tuple[_Tally, _Tally], top: Keys, bottom: Keys) -> None:
    """The bottom shows and the top watches; the reverse is secondary. Where nobody wants to, there is no potential."""
    primary, secondary = tallies
    if act.doer in bottom or act.other in top:
        primary.add(act.doer in bottom and act.other in top)
    if act.doer in top or act.other in bottom:
        secondary.add(_reverse_credit(act.doer in top, act.other in bottom))


def _reverse_credit(acts: bool, welcomed: bool) -> float:
    if acts == welcomed:
        return 1.0
    return 0.5 if acts else 0.0


def _same_pole(category: str, _held: Keys, a: Keys, b: Keys) -> float:
    """Two who would both lead, or both follow: full credit is rare. Nothing either wants: 0."""
    tally = _Tally()
    for key in PREFERENCE_CATEGORIES[category]:
        if key.endswith(("_receive", "_watching")) or not (key in a or key in b):
            continue
        both = key in a and key in b
        if key.endswith("_give"):
            receive = counterpart(key)
            tally.add((0.0, 0.3, 0.5)[(receive in a) + (receive in b)] if both else 0.0)
        else:
            tally.add(both)
    return tally.match / tally.potential if tally.potential else 0.0


def _agreement(category: str, held: Keys, a: Keys, b: Keys) -> float:
    agreed = [(key in a) == (key in b) for key in PREFERENCE_CATEGORIES[category] if key in held]
    return agreed.count(True) / len(agreed) if agreed else 0.5
