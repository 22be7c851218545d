"""A profile as its owner's screen shows it: radar, power, arousal, and interests by section."""

import msgspec

from rooms.activities.taxonomy import PREFERENCE_CATEGORIES
from rooms.profiles.answered import told_arousal, told_domains, told_power, told_side
from rooms.profiles.archetype import Archetype, archetype, is_faint
from rooms.profiles.profile import DOMAINS, Profile
from rooms.profiles.scoring import AROUSAL_QUESTIONS


class Power(msgspec.Struct, frozen=True):
    """Leading and following: scores on 0..100, confidence on 0..1 and in words.

    `answered`: something was said about it. `faint`: nothing of it was rather agreed with, whichever side is ahead.
    """

    orientation: str | None
    top_score: int | None
    bottom_score: int | None
    confidence: float | None
    confidence_band: str | None
    answered: bool
    faint: bool


class Arousal(msgspec.Struct, frozen=True):
    """One arousal score on 0..1, and in words; null where none of its questions was answered."""

    score: float | None
    band: str | None


class Display(msgspec.Struct, frozen=True):
    """The parts of the screen. `interests` is section → activity key → 0, .5 or 1.

    Of the radar's domains those are `answered_domains` of which a question was answered; the others' 0 says nothing.
    """

    radar: dict[str, int | float]
    answered_domains: list[str]
    power: Power
    arousal: dict[str, Arousal]
    interests: dict[str, dict[str, float]]
    archetype: Archetype


def display(profile: Profile) -> Display:
    """What the owner of this profile sees."""
    power = profile.power_dynamic
    return Display(
        radar={domain: profile.domain_scores.get(domain, 0) for domain in DOMAINS},
        answered_domains=told_domains(profile),
        power=Power(
            power.orientation,
            power.top_score if told_side(profile, "top") else None,
            power.bottom_score if told_side(profile, "bottom") else None,
            power.confidence,
            power.confidence_band,
            answered=told_power(profile) is not False,
            faint=is_faint(power),
        ),
        arousal={name: _arousal(profile, name) for name in AROUSAL_QUESTIONS},
        interests={
            section: {key: profile.activities.get(key, 0.0) for key in keys}
            for section, keys in PREFERENCE_CATEGORIES.items()
        },
        archetype=archetype(profile),
    )


def _arousal(profile: Profile, name: str) -> Arousal:
    if not told_arousal(profile, name):
        return Arousal(None, None)
    propensity = profile.arousal_propensity
    return Arousal(getattr(propensity, name), getattr(propensity.bands, name))
