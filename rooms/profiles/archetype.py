"""A few warm words about a profile, for its owner only: how somebody likes to lead or follow, and what draws them most.

The words are ours and say nothing that the numbers do not; there is no better or worse one.
"""

from collections.abc import Mapping

import msgspec

from rooms.profiles.profile import BOTTOM, DOMAINS, SWITCH, TOP, VERSATILE, Profile


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


def archetype(profile: Profile) -> Archetype:
    """The words for this profile's orientation and its strongest domain (of equal ones, the first in order)."""
    manner, how = _MANNERS.get(profile.power_dynamic.orientation or VERSATILE, _MANNERS[VERSATILE])
    kind, what = _DRAWS.get(strongest_domain(profile.domain_scores) or "", _UNDRAWN)
    return Archetype(f"The {manner} {kind}", f"{how} {what}")


def strongest_domain(scores: Mapping[str, float]) -> str | None:
    """The domain with the highest score; None when nothing scores."""
    best = max(DOMAINS, key=lambda domain: scores.get(domain, 0))
    return best if scores.get(best, 0) > 0 else None
