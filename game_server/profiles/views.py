"""One's own profile as JSON: what is stored, and the form that a screen shows."""

from datetime import datetime
from typing import Any

import msgspec

from rooms.profiles import profile as scored
from rooms.profiles.archetype import Archetype
from rooms.profiles.display import Arousal, Power, display
from storage.accounts import Anatomy
from storage.profiles import Boundaries, Profile

NEUTRAL = "neutral"
"""The version of a profile before the survey."""


class OwnProfile(msgspec.Struct, frozen=True, kw_only=True):
    """One's own profile. The derived objects are empty, and `power` and `archetype` null, until there is a survey.

    `declined_items` are the activities answered No; like everything here they are shown to nobody else.
    """

    name: str | None
    profile_id: int
    profile_version: str
    survey_version: str
    boundaries: Boundaries
    declined_items: tuple[str, ...]
    anatomy: Anatomy
    power_dynamic: dict[str, Any]
    arousal_propensity: dict[str, Any]
    domain_scores: dict[str, Any]
    activities: dict[str, Any]
    truth_topics: dict[str, Any]
    activity_tags: Any
    radar: dict[str, int | float] = {}
    answered_domains: list[str] = []
    power: Power | None = None
    arousal: dict[str, Arousal] = {}
    interests: dict[str, dict[str, float]] = {}
    archetype: Archetype | None = None
    created_at: datetime
    updated_at: datetime


def own(name: str | None, stored: Profile) -> OwnProfile:
    """The owner's view of a stored profile."""
    fields = {field: getattr(stored, field) for field in stored.__struct_fields__ if field not in {"id", "answered"}}
    shown = {} if stored.profile_version == NEUTRAL else msgspec.structs.asdict(display(_scored(stored)))
    return OwnProfile(name=name, profile_id=stored.id, **fields, **shown)


def _scored(stored: Profile) -> scored.Profile:
    return scored.Profile(
        arousal_propensity=stored.arousal_propensity,  # type: ignore[arg-type]  # takes JSON objects as they are
        power_dynamic=stored.power_dynamic,  # type: ignore[arg-type]  # as above
        domain_scores=stored.domain_scores,
        activities=stored.activities,
        truth_topics=stored.truth_topics,
        answered=None if stored.answered is None else list(stored.answered),
        declined_items=list(stored.declined_items),
    )
