"""Which questions somebody has answered, as far as their profile tells: a score of 0 cannot tell a low answer from none."""

from collections.abc import Mapping
from typing import Literal

from rooms.profiles.profile import DOMAINS, Profile
from rooms.profiles.questions import ACTIVITY_OF_QUESTION, TOPIC_OF_QUESTION
from rooms.profiles.scoring import AROUSAL_QUESTIONS, DOMAIN_TERMS, POWER_QUESTIONS

_KEYED = ACTIVITY_OF_QUESTION | TOPIC_OF_QUESTION
_DOMAIN_QUESTIONS = {
    domain: frozenset(id_ for id_, key in _KEYED.items() if key in terms) for domain, terms in DOMAIN_TERMS.items()
}


def answered(profile: Profile) -> frozenset[str]:
    """The questions answered; of a profile older than that list, those whose answer shows in it."""
    if profile.answered is not None:
        return frozenset(profile.answered)
    values: Mapping[str, float] = {**profile.activities, **profile.truth_topics}
    declined = frozenset(profile.declined_items)
    return frozenset(id_ for id_, key in _KEYED.items() if values.get(key, 0) > 0 or key in declined)


def told_power(profile: Profile) -> bool | None:
    """Was anything said about leading and following? None: the profile is older than its list, and shows nothing of it."""
    if profile.answered is not None:
        return told_side(profile, "top") or told_side(profile, "bottom")
    power = profile.power_dynamic
    return True if power.top_score or power.bottom_score else None


def told_side(profile: Profile, side: Literal["top", "bottom"]) -> bool:
    """Was anything said about leading (top), or about following (bottom)? True where nobody knows."""
    return profile.answered is None or not POWER_QUESTIONS[side].isdisjoint(profile.answered)


def told_arousal(profile: Profile, name: str) -> bool:
    """Was anything said that this arousal score (se, sis_p, sis_c) rests on?"""
    if profile.answered is not None:
        return not AROUSAL_QUESTIONS[name].isdisjoint(profile.answered)
    return bool(getattr(profile.arousal_propensity, name))


def told_domains(profile: Profile) -> list[str]:
    """The domains of which at least one question was answered."""
    found = answered(profile)
    return [domain for domain in DOMAINS if not _DOMAIN_QUESTIONS[domain].isdisjoint(found)]
