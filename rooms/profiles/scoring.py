"""Answers → profile, exactly: lenient about what it reads, and whatever is missing or unreadable counts as 0."""

from collections.abc import Iterable, Mapping
from typing import Any

from rooms.activities.taxonomy import BOUNDARY_KEYS, PREFERENCE_CATEGORIES, PREFERENCE_KEYS, body_parts, boundaries_of
from rooms.profiles.arithmetic import OPEN, mean
from rooms.profiles.profile import (
    BOTTOM,
    SWITCH,
    TOP,
    VERSATILE,
    Anatomy,
    ArousalPropensity,
    Bands,
    PowerDynamic,
    Profile,
)
from rooms.profiles.questions import ACTIVITY_OF_QUESTION, IN_CHAPTERS, TOPIC_OF_QUESTION

_CHOICES = {"Y": 1.0, "YES": 1.0, "M": 0.5, "MAYBE": 0.5}
_REFUSALS = frozenset({"N", "NO"})
_MAYBES = frozenset({"M", "MAYBE"})
_LOWEST, _HIGHEST = 1, 7  # the ends of the Likert scale
_NOTICEABLE = 30  # a leading or following score (0..100) below this says little
_CLOSE = 15  # scores this near each other are a switch's

_EXCITATION = ("A1", "A2", "A3", "A4")
_PERFORMANCE_WORRY = ("A5", "A6", "A7", "A8")
_CONSEQUENCE_WORRY = ("A9", "A10", "A11", "A12")
_LEADING = ("A13", "A15")
_FOLLOWING = ("A14", "A16")
POWER_QUESTIONS = {"top": frozenset(_LEADING), "bottom": frozenset(_FOLLOWING)}
AROUSAL_QUESTIONS = {
    "se": frozenset(_EXCITATION),
    "sis_p": frozenset(_PERFORMANCE_WORRY),
    "sis_c": frozenset(_CONSEQUENCE_WORRY),
}

_AROUSAL_BANDS = ((0.30, "Low"), (0.55, "Moderate-Low"), (0.75, "Moderate-High"))
_CONFIDENCE_BANDS = ((0.30, "Low confidence"), (0.60, "Moderate confidence"), (0.85, "High confidence"))
_PREFERENCES = {TOP: "lead", BOTTOM: "follow", SWITCH: "both", VERSATILE: "open"}


def _both(*stems: str) -> tuple[str, ...]:
    return tuple(f"{stem}_{way}" for stem in stems for way in ("receive", "give"))


DOMAIN_TERMS = {
    "sensation": _both(
        "biting_moderate", "spanking_moderate", "spanking_hard", "slapping", "choking", "spitting", "watersports"
    ),
    "connection": (
        *_both("massage", "oral_body"),
        "moaning",
        "posing_self",
        "revealing_clothing_self",
        "fantasies",
        "insecurities",
        "future_fantasies",
        "feeling_desired",
    ),
    "power": _both("restraints", "blindfold", "orgasm_control", "protocols", "commands", "begging"),
    "exploration": (
        "roleplay",
        "stripping_self",
        "watching_strip",
        "solo_pleasure_self",
        "watching_solo_pleasure",
        "dancing_self",
        *_both("spitting", "watersports"),
    ),
    "verbal": (
        "dirty_talk",
        "moaning",
        "roleplay",
        "commands_receive",
        "commands_receive",  # following spoken wishes weighs twice
        "commands_give",
        "begging_receive",
        "begging_give",
    ),
}

_TAGS = {
    "open_to_gentle": _both("massage", "hair_pull_gentle"),
    "open_to_moderate": _both("biting_moderate", "spanking_moderate", "hands_genitals"),
    "open_to_intense": _both("spanking_hard", "slapping", "choking", "spitting", "watersports"),
    "open_to_oral": PREFERENCE_CATEGORIES["oral"],
    "open_to_anal": PREFERENCE_CATEGORIES["anal"],
    "open_to_restraints": _both("restraints", "blindfold"),
    "open_to_orgasm_control": _both("orgasm_control"),
    "open_to_roleplay": ("roleplay", *_both("protocols")),
    "open_to_display": (
        "stripping_self",
        "watching_strip",
        "solo_pleasure_self",
        "watching_solo_pleasure",
        "posing_self",
        "dancing_self",
    ),
}


def score_survey(answers: Mapping[str, Any]) -> Profile:
    """The profile that these answers give; never refuses an answer (`survey.validate_answers` does that)."""
    activities = dict.fromkeys(PREFERENCE_KEYS, 0.0)
    maybe_items = []
    for question, key in ACTIVITY_OF_QUESTION.items():
        word = _word(answers.get(question))
        activities[key] = _CHOICES.get(word, 0.0)
        if word in _MAYBES:
            maybe_items.append(key)
    topics = {topic: _CHOICES.get(_word(answers.get(question)), 0.0) for question, topic in TOPIC_OF_QUESTION.items()}
    values = activities | topics
    hard_limits = _items(answers.get("C1"))
    return Profile(
        arousal_propensity=_arousal(answers),
        power_dynamic=_power(answers),
        domain_scores={
            domain: round(100 * mean([values[term] for term in terms])) for domain, terms in DOMAIN_TERMS.items()
        },
        activities=activities,
        truth_topics={**topics, "openness_score": round(100 * mean(topics.values()))},
        hard_limits=hard_limits,
        soft_limits=_soft_limits(maybe_items, hard_limits),
        maybe_items=maybe_items,
        anatomy=Anatomy(
            anatomy_self=list(body_parts(_items(answers.get("D1")))),
            anatomy_preference=list(body_parts(_items(answers.get("D2")), or_any=True)),
        ),
        activity_tags=_tags(activities),
        answered=answered_questions(answers),
        declined_items=declined_items(answers),
    )


def answered_questions(answers: Mapping[str, Any]) -> list[str]:
    """Which of the 75 questions have an answer: a score of 0 cannot tell a low answer from none."""
    return [id_ for id_ in IN_CHAPTERS if answers.get(id_) is not None]


def declined_items(answers: Mapping[str, Any]) -> list[str]:
    """The activity keys answered N: a profile's 0.0 cannot tell a no from a question left open."""
    return [key for question, key in ACTIVITY_OF_QUESTION.items() if _word(answers.get(question)) in _REFUSALS]


def declined_topics(answers: Mapping[str, Any]) -> list[str]:
    """The truth topics answered N, in the survey's order."""
    return [topic for question, topic in TOPIC_OF_QUESTION.items() if _word(answers.get(question)) in _REFUSALS]


def _likert(value: Any) -> float:
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return 0.0
    if not isinstance(value, int | float):
        return 0.0
    return (value - 1) / 6 if _LOWEST <= value <= _HIGHEST else 0.0


def _word(value: Any) -> str:
    return value.strip().upper() if isinstance(value, str) else ""


def _items(value: Any) -> list[str]:
    """The entries of a list, or of a comma-separated string: trimmed, in the given order, blanks dropped."""
    if isinstance(value, str):
        value = value.split(",")
    elif isinstance(value, set | frozenset):
        value = sorted(item for item in value if isinstance(item, str))
    elif not isinstance(value, list | tuple):
        return []
    trimmed = (item.strip() for item in value if isinstance(item, str))
    return [item for item in trimmed if item]


def _likert_mean(answers: Mapping[str, Any], questions: Iterable[str]) -> float:
    return mean([_likert(answers.get(question)) for question in questions])


def _band(value: float, bands: Iterable[tuple[float, str]], beyond: str) -> str:
    return next((name for limit, name in bands if value <= limit), beyond)


def _arousal(answers: Mapping[str, Any]) -> ArousalPropensity:
    se = _likert_mean(answers, _EXCITATION)
    sis_p = _likert_mean(answers, _PERFORMANCE_WORRY)
    sis_c = _likert_mean(answers, _CONSEQUENCE_WORRY)
    return ArousalPropensity(
        se=round(se, 2),
        sis_p=round(sis_p, 2),
        sis_c=round(sis_c, 2),
        bands=Bands(
            se=_band(se, _AROUSAL_BANDS, "High"),
            sis_p=_band(sis_p, _AROUSAL_BANDS, "High"),
            sis_c=_band(sis_c, _AROUSAL_BANDS, "High"),
        ),
    )


def _power(answers: Mapping[str, Any]) -> PowerDynamic:
    top = 100 * _likert_mean(answers, _LEADING)
    bottom = 100 * _likert_mean(answers, _FOLLOWING)
    orientation, confidence = _orientation(top, bottom)
    undefined = orientation == VERSATILE
    return PowerDynamic(
        orientation=orientation,
        top_score=round(top),
        bottom_score=round(bottom),
        confidence=round(confidence, 2),
        confidence_band=None if undefined else _band(confidence, _CONFIDENCE_BANDS, "Very high confidence"),
        intensity=round(max(top, bottom) / 100, 2),
        preference=_PREFERENCES[orientation],
    )


def _orientation(top: float, bottom: float) -> tuple[str, float]:
    """Orientation and confidence (0..1, not rounded) from the two scores on 0..100; the first rule that fits."""
    if max(top, bottom) < _NOTICEABLE:
        return VERSATILE, max(top, bottom) / 100
    if abs(top - bottom) <= _CLOSE and min(top, bottom) >= _NOTICEABLE:
        return SWITCH, min(top, bottom) / 100
    if top > bottom:
        return TOP, top / 100 * (1 - 0.3 * bottom / 100)
    return BOTTOM, bottom / 100 * (1 - 0.3 * top / 100)


def _soft_limits(maybe_items: Iterable[str], hard_limits: Iterable[str]) -> list[str]:
    touched = {boundary for key in maybe_items for boundary in boundaries_of(key)}.difference(hard_limits)
    return [boundary for boundary in BOUNDARY_KEYS if boundary in touched]


def _tags(activities: Mapping[str, float]) -> dict[str, bool]:
    wishes = {key for key, value in activities.items() if value >= OPEN}
    return {tag: not wishes.isdisjoint(keys) for tag, keys in _TAGS.items()} | {"open_to_group": True}
