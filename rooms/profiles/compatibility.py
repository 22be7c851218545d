"""Two profiles → how well they fit (version 0.7): the same result whichever of the two comes first.

What partners may see of it never names whose limit blocks something: `blocked_limits` and `growth_opportunities` stay
inside the server.
"""

from collections.abc import Mapping

import msgspec

from rooms.activities.taxonomy import boundaries_of
from rooms.profiles.arithmetic import CURIOUS, HIGH, LOW, OPEN, WANTED, mean, normal, or_halfway
from rooms.profiles.overlap import activity_overlap
from rooms.profiles.profile import BOTTOM, DOMAINS, SAME_POLE, SWITCH, TOP, VERSATILE, Profile, poles
from rooms.profiles.questions import TOPIC_OF_QUESTION

_FAR_APART = 0.4  # two cautions about consequences
_HALFWAY = 50  # of a domain score on 0..100
_TOPICS = tuple(TOPIC_OF_QUESTION.values())
_VERSATILES = frozenset({VERSATILE, "Versatile"})
_INTERPRETATIONS = ((85, "Exceptional"), (70, "High"), (55, "Moderate"), (40, "Lower"))


class Breakdown(msgspec.Struct, frozen=True):
    """The parts of the score, each as a percentage; the truth part after the halving for the same pole."""

    power_complement: int
    domain_similarity: int
    activity_overlap: int
    truth_overlap: int
    se_modifier: int
    sisc_modifier: int


class ArousalAlignment(msgspec.Struct, frozen=True):
    """The two players' excitation and consequence scores (0..1) and what they add, in percent."""

    se_a: float
    se_b: float
    sisc_a: float
    sisc_b: float
    se_modifier: int
    sisc_modifier: int


class RawParts(msgspec.Struct, frozen=True):
    """The four main parts on 0..1, not rounded."""

    power_complement: float
    domain_similarity: float
    activity_overlap: float
    truth_overlap_before_same_pole: float


class Compatibility(msgspec.Struct, frozen=True):
    """How well two profiles fit: a score of 0..100, its parts, and what the two share or lack."""

    score: int
    interpretation: str
    breakdown: Breakdown
    arousal_alignment: ArousalAlignment
    mutual_activities: list[str]
    growth_opportunities: list[str]
    mutual_truth_topics: list[str]
    blocked_limits: list[str]
    conflicts: int
    raw: RawParts


def compatibility(a: Profile, b: Profile) -> Compatibility:
    """The compatibility of two (rounded, stored) profiles."""
    stand = poles(a, b)
    raw = RawParts(
        power_complement=_power_complement(stand),
        domain_similarity=_domain_similarity(a, b),
        activity_overlap=activity_overlap(a, b),
        truth_overlap_before_same_pole=_truth_overlap(a.truth_topics, b.truth_topics),
    )
    truth = halved_at_same_pole(raw.truth_overlap_before_same_pole, a, b)
    se, sisc = _arousal_modifiers(a, b)
    conflicts = _conflicts(a, b) + _conflicts(b, a)
    main = 0.15 * raw.power_complement + 0.25 * raw.domain_similarity + 0.40 * raw.activity_overlap
    overall = main + 0.15 * truth + se + sisc - 0.20 * conflicts
    score = round(100 * min(1.0, max(0.0, overall)))
    return Compatibility(
        score=score,
        interpretation=interpret(score),
        breakdown=_breakdown(raw, truth, se, sisc),
        arousal_alignment=_alignment(a, b, se, sisc),
        mutual_activities=_mutual_activities(a.activities, b.activities),
        growth_opportunities=_growth_opportunities(a.activities, b.activities),
        mutual_truth_topics=[
            topic
            for topic in _TOPICS
            if a.truth_topics.get(topic, 0.0) >= OPEN and b.truth_topics.get(topic, 0.0) >= OPEN
        ],
        blocked_limits=sorted({*a.hard_limits, *b.hard_limits}),
        conflicts=conflicts,
        raw=raw,
    )


def _breakdown(raw: RawParts, truth: float, se: float, sisc: float) -> Breakdown:
    return Breakdown(
        power_complement=round(100 * raw.power_complement),
        domain_similarity=round(100 * raw.domain_similarity),
        activity_overlap=round(100 * raw.activity_overlap),
        truth_overlap=round(100 * truth),
        se_modifier=round(100 * se),
        sisc_modifier=round(100 * sisc),
    )


def halved_at_same_pole(part: float, a: Profile, b: Profile) -> float:
    """The part as it counts for these two: half of it where both would lead, or both follow."""
    return part * 0.5 if poles(a, b) in SAME_POLE else part


def interpret(score: int) -> str:
    """The words for a score of 0..100."""
    word = next((word for floor, word in _INTERPRETATIONS if score >= floor), "Challenging")
    return f"{word} compatibility"


def _power_complement(stand: set[str]) -> float:
    if stand == {TOP, BOTTOM}:
        return 1.0
    if stand == {SWITCH}:
        return 0.85
    if stand <= _VERSATILES or SWITCH in stand:
        return 0.75
    return 0.60 if stand & _VERSATILES else 0.50


def _domain_similarity(a: Profile, b: Profile) -> float:
    scores = [(domain, a.domain_scores.get(domain, 0), b.domain_scores.get(domain, 0)) for domain in DOMAINS]
    if poles(a, b) == {TOP, BOTTOM}:
        return mean(
            _shared_reach(x, y) if domain in ("exploration", "verbal") else _likeness(x, y) for domain, x, y in scores
        )
    alike = mean(_likeness(x, y) for _, x, y in scores)
    return halved_at_same_pole(alike, a, b)


def _likeness(x: float, y: float) -> float:
    return 1 - abs(normal(x) - normal(y))


def _shared_reach(x: float, y: float) -> float:
    """Who leads and who follows need not be alike here: it is enough that both are halfway open."""
    lower = min(score * 100 if score <= 1 else score for score in (x, y))
    return 1.0 if lower >= _HALFWAY else lower / _HALFWAY


def _truth_overlap(a: Mapping[str, float], b: Mapping[str, float]) -> float:
    return mean([_topic_overlap(a.get(topic, 0.0), b.get(topic, 0.0)) for topic in _TOPICS])


def _topic_overlap(x: float, y: float) -> float:
    if x >= OPEN and y >= OPEN:
        return min(x, y)
    return 0.5 if x < OPEN and y < OPEN else 0.3


def _arousal_modifiers(a: Profile, b: Profile) -> tuple[float, float]:
    """What shared excitation adds and what unlike caution about consequences takes away."""
    se_a, se_b = or_halfway(a.arousal_propensity.se), or_halfway(b.arousal_propensity.se)
    higher, lower = max(se_a, se_b), min(se_a, se_b)
    se = 0.0
    if lower >= HIGH:
        se = 0.03
    elif higher >= HIGH:
        se = 0.015 if lower >= LOW else 0.005
    sisc_a, sisc_b = or_halfway(a.arousal_propensity.sis_c), or_halfway(b.arousal_propensity.sis_c)
    sisc = 0.0
    if abs(sisc_a - sisc_b) > _FAR_APART:
        sisc = -0.02
    elif min(sisc_a, sisc_b) >= LOW and max(sisc_a, sisc_b) <= HIGH:
        sisc = 0.02
    return se, sisc


def _alignment(a: Profile, b: Profile, se: float, sisc: float) -> ArousalAlignment:
    return ArousalAlignment(
        se_a=or_halfway(a.arousal_propensity.se),
        se_b=or_halfway(b.arousal_propensity.se),
        sisc_a=or_halfway(a.arousal_propensity.sis_c),
        sisc_b=or_halfway(b.arousal_propensity.sis_c),
        se_modifier=round(100 * se),
        sisc_modifier=round(100 * sisc),
    )


def _conflicts(limited: Profile, wishing: Profile) -> int:
    """How many of one player's hard limits the other's wishes would touch."""
    if not limited.hard_limits:
        return 0
    touched = frozenset().union(*(boundaries_of(key) for key, value in wishing.activities.items() if value >= WANTED))
    return len(touched.intersection(limited.hard_limits))


def _mutual_activities(a: Mapping[str, float], b: Mapping[str, float]) -> list[str]:
    return sorted(key for key, value in a.items() if value >= WANTED and b.get(key, 0.0) >= WANTED)


def _growth_opportunities(a: Mapping[str, float], b: Mapping[str, float]) -> list[str]:
    return sorted([*_growing(a, b), *_growing(b, a)])


def _growing(wishing: Mapping[str, float], other: Mapping[str, float]) -> list[str]:
    """What the one wants and the other is curious about."""
    return [key for key, value in wishing.items() if value >= WANTED and CURIOUS <= other.get(key, 0.0) < WANTED]
