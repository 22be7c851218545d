"""A profile as its owner's screen shows it: radar, power, arousal, and interests by section."""

from typing import Any

import msgspec

from rooms.activities.taxonomy import PREFERENCE_CATEGORIES
from rooms.profiles.archetype import Archetype, archetype
from rooms.profiles.profile import DOMAINS, Profile


class Power(msgspec.Struct, frozen=True):
    """Leading and following: scores on 0..100, confidence on 0..1 and in words."""

    orientation: str | None
    top_score: int | None
    bottom_score: int | None
    confidence: float | None
    confidence_band: str | None


class Arousal(msgspec.Struct, frozen=True):
    """One arousal score on 0..1, and in words."""

    score: float | None
    band: str | None


class Display(msgspec.Struct, frozen=True):
    """The parts of the screen. `interests` is section → activity key → 0, .5 or 1."""

    radar: dict[str, int | float]
    power: Power
    arousal: dict[str, Arousal]
    interests: dict[str, dict[str, float]]
    archetype: Archetype


def display(profile: Profile) -> Display:
    """What the owner of this profile sees."""
    power, arousal = profile.power_dynamic, profile.arousal_propensity
    return Display(
        radar={domain: profile.domain_scores.get(domain, 0) for domain in DOMAINS},
        power=Power(power.orientation, power.top_score, power.bottom_score, power.confidence, power.confidence_band),
        arousal={name: _arousal(arousal, name) for name in ("se", "sis_p", "sis_c")},
        interests={
            section: {key: profile.activities.get(key, 0.0) for key in keys}
            for section, keys in PREFERENCE_CATEGORIES.items()
        },
        archetype=archetype(profile),
    )


def _arousal(propensity: Any, name: str) -> Arousal:
    return Arousal(getattr(propensity, name), getattr(propensity.bands, name))
