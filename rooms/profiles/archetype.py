"""A few warm words about a profile, for its owner only: how somebody likes to lead or follow, and what draws them most.

The words are ours and say nothing that the answers do not: what was not answered, what is weak, and what draws somebody as
much as something else is said so. There is no better or worse one.
"""

from collections.abc import Mapping

import msgspec

from rooms.profiles.answered import told_power
from rooms.profiles.profile import BOTTOM, DOMAINS, SWITCH, TOP, VERSATILE, PowerDynamic, Profile


class Archetype(msgspec.Struct, frozen=True):
    """A name to smile at and two sentences."""

    title: str
    text: str


_MANNERS = {
    TOP: ("guiding", "You like to set the pace, and you take being trusted with it as the gift it is."),
    BOTTOM: (
        "trusting",
        "You enjoy placing yourself in good hands and letting somebody you trust decide what comes next.",
    ),
    SWITCH: (
        "changing",
        "You like to lead and you like to be led, and you let the moment choose which of the two it is.",
    ),
    VERSATILE: ("easy-going", "Who leads matters little to you; you would rather find out together, each time anew."),
}

_DRAWS = {
    "sensation": ("sensualist", "What you feel on your skin speaks to you first: touch that is clear and present."),
    "connection": ("companion", "Closeness is where it begins for you: a look, slow hands, a true word."),
    "power": (
        "player of roles",
        "The play of giving and holding control, freely agreed on, has a special charm for you.",
    ),
    "exploration": ("explorer", "You are curious, and a new idea is reason enough for you to smile and try."),
    "verbal": ("storyteller", "Words reach you: what is said, asked for and whispered stays with you."),
}

_UNDRAWN = ("guest", "Nothing stands out yet, and it does not have to: see what you enjoy as you play.")

_UNTOLD = ("unhurried", "Whether you like to lead or to follow is yours to say, whenever you like.")

_LIKINGS = {
    "sensation": "clear touch",
    "connection": "closeness",
    "power": "the play of control",
    "exploration": "new ideas",
    "verbal": "words",
}

_HALFWAY = 50  # of a leading or following score on 0..100: below it the answers were rather a no


def archetype(profile: Profile) -> Archetype:
    """The words for how this profile likes to lead or follow, and for what draws it most."""
    manner, how = _manner(profile)
    kind, what = _draw(strongest_domains(profile.domain_scores))
    return Archetype(f"The {manner} {kind}", f"{how} {what}")


def strongest_domains(scores: Mapping[str, float]) -> tuple[str, ...]:
    """The domains with the highest score, in order; none when nothing scores."""
    best = max(scores.get(domain, 0) for domain in DOMAINS)
    return tuple(domain for domain in DOMAINS if best > 0 and scores.get(domain, 0) == best)


def is_faint(power: PowerDynamic) -> bool:
    """Neither leading nor following was rather agreed with, whichever of the two is ahead."""
    scores = [score for score in (power.top_score, power.bottom_score) if score is not None]
    return bool(scores) and max(scores) < _HALFWAY


def _manner(profile: Profile) -> tuple[str, str]:
    power = profile.power_dynamic
    if told_power(profile) is False:
        return _UNTOLD
    return _MANNERS[VERSATILE if is_faint(power) else power.orientation or VERSATILE]


def _draw(domains: tuple[str, ...]) -> tuple[str, str]:
    if not domains:
        return _UNDRAWN
    if len(domains) == 1:
        return _DRAWS[domains[0]]
    *most, last = (_LIKINGS[domain] for domain in domains)
    return "all-rounder", f"More than one thing draws you, each as much as the others: {', '.join(most)} and {last}."
