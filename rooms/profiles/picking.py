"""How well a card fits two players: the number the draw weighs cards by, not whether it may be drawn at all."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from rooms.activities.taxonomy import ASKED_OF_WATCHERS, HALVES, counterpart
from rooms.profiles.arithmetic import CURIOUS, HIGH, LOW, MISSING, WANTED, mean, normal, or_halfway
from rooms.profiles.profile import BOTTOM, SWITCH, TOP, Profile, poles

_ANY_ROLE = frozenset({"neutral", "none", "switch"})
_INTENSITY_WORDS = {"gentle": 1, "moderate": 2, "intense": 3}
_DEFAULT_INTENSITY = 2
_PRESSING = frozenset({"high", "moderate"})


class PickScore(msgspec.Struct, frozen=True):
    """The parts of a pick score and their sum on 0..1, each with 3 decimals."""

    mutual_interest_score: float
    power_alignment_score: float
    domain_fit_score: float
    se_pacing_modifier: float
    sisp_modifier: float
    overall_score: float


def pick_score(
    activity: Any, a: Profile, b: Profile, *, seq: float | None = None, target: float | None = None
) -> PickScore:
    """How well the card fits the two, as turn `seq` of `target` (without both its place does not count).

    `activity` is an object or a mapping with preference_keys, domains, power_role, intensity, performance_pressure and
    perhaps is_performance; what it lacks counts as not said.
    """
    mutual = _mutual_interest(_read(activity, "preference_keys") or (), a.activities, b.activities)
    power = _power_alignment(_read(activity, "power_role"), a, b)
    domain = _domain_fit(_read(activity, "domains") or (), a.domain_scores, b.domain_scores)
    pacing = _pacing(_read(activity, "intensity"), a, b, seq, target)
    performance = _performance(activity, a, b)
    overall = 0.5 * mutual + 0.3 * power + 0.2 * domain + pacing + performance
    return PickScore(
        mutual_interest_score=round(mutual, 3),
        power_alignment_score=round(power, 3),
        domain_fit_score=round(domain, 3),
        se_pacing_modifier=round(pacing, 3),
        sisp_modifier=round(performance, 3),
        overall_score=round(min(1.0, max(0.0, overall)), 3),
    )


def _read(activity: Any, name: str) -> Any:
    return activity.get(name) if isinstance(activity, Mapping) else getattr(activity, name, None)


def _mutual_interest(keys: Sequence[str], a: Mapping[str, float], b: Mapping[str, float]) -> float:
    """The mean over the card's keys; two keys that are the sides of one act count together, once."""
    scores = []
    paired: set[str] = set()
    for key in keys:
        if key in paired:
            continue
        other = _other_side(key, keys)
        if other is None:
            scores.append(_single_key(a.get(key, MISSING), b.get(key, MISSING)))
        else:
            paired |= {key, other}
            scores.append(_two_sides(key, other, a, b))
    return mean(scores) if scores else MISSING


def _other_side(key: str, keys: Sequence[str]) -> str | None:
    """The listed counterpart of a key. The rule fires on the doer's key (on either where the survey asks both): a
    receiver's key listed first has then been scored on its own already, as the measured system does it."""
    other = counterpart(key)
    fires = key != other and (key == HALVES[key][0] or key in ASKED_OF_WATCHERS)
    return other if fires and other in keys else None


def _two_sides(key: str, other: str, a: Mapping[str, float], b: Mapping[str, float]) -> float:
    better = max(
        min(a.get(key, MISSING), b.get(other, MISSING)),
        min(b.get(key, MISSING), a.get(other, MISSING)),
    )
    return next((score for floor, score in ((0.7, 1.0), (0.5, 0.8), (0.3, 0.6)) if better >= floor), 0.3)


def _single_key(x: float, y: float) -> float:
    lower, higher = min(x, y), max(x, y)
    if lower >= WANTED:
        return 1.0
    if higher >= WANTED:
        return 0.6 if lower >= CURIOUS else 0.1
    return 0.4 if lower >= CURIOUS else 0.0


def _power_alignment(role: Any, a: Profile, b: Profile) -> float:
    name = "none" if role is None else str(role).strip().lower()
    if name in _ANY_ROLE:
        return 1.0
    if name not in ("top", "bottom"):
        return 0.5
    asked = TOP if name == "top" else BOTTOM
    stand = poles(a, b)
    if stand == {TOP, BOTTOM}:
        return 1.0
    if asked in stand:
        return 0.95 if SWITCH in stand else 0.8
    return 0.6 if SWITCH in stand else 0.0


def _domain_fit(domains: Sequence[str], a: Mapping[str, float], b: Mapping[str, float]) -> float:
    if not domains:
        return MISSING
    return mean((normal(a.get(domain, MISSING)) + normal(b.get(domain, MISSING))) / 2 for domain in domains)


def _pacing(intensity: Any, a: Profile, b: Profile, seq: float | None, target: float | None) -> float:
    """How near the card's intensity is to what this point of the evening and this couple call for."""
    if seq is None or target is None or target <= 0:
        return 0.0
    expected = next((level for until, level in ((0.2, 1.5), (0.6, 2.5), (0.88, 3.5)) if seq / target <= until), 2.5)
    excitation = (or_halfway(a.arousal_propensity.se) + or_halfway(b.arousal_propensity.se)) / 2
    if excitation >= HIGH:
        expected += 0.5
    elif excitation < LOW:
        expected -= 0.5
    distance = abs(_intensity(intensity) - expected)
    return next((bonus for within, bonus in ((0.5, 0.05), (1, 0.02), (1.5, 0.0)) if distance <= within), -0.05)


def _intensity(value: Any) -> float:
    if isinstance(value, str):
        return _INTENSITY_WORDS.get(value.strip().lower(), _DEFAULT_INTENSITY)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else _DEFAULT_INTENSITY


def _performance(activity: Any, a: Profile, b: Profile) -> float:
    """Cards that put somebody on the spot count less when either worries about performing."""
    pressure = _read(activity, "performance_pressure")
    if not _read(activity, "is_performance") and not (
        isinstance(pressure, str) and pressure.strip().lower() in _PRESSING
    ):
        return 0.0
    worry = max(or_halfway(a.arousal_propensity.sis_p), or_halfway(b.arousal_propensity.sis_p))
    return next((cost for floor, cost in ((0.65, -0.15), (0.50, -0.05)) if worry >= floor), 0.0)
