"""A card of the bank as a person may read it."""

import msgspec

from rooms.activities.card import BodyParts, Card, Step, Tags


class Script(msgspec.Struct, frozen=True):
    """What a card asks for, unresolved: "A" is the active player, "B" the partner."""

    steps: tuple[Step, ...]


class Activity(msgspec.Struct, frozen=True, kw_only=True):
    """One card of the bank as a person may read it."""

    activity_id: int | None
    type: str
    language: str
    rating: str
    intensity: int
    script: Script
    tags: Tags
    power_role: str | None
    preference_keys: tuple[str, ...]
    domains: tuple[str, ...]
    hard_boundaries: tuple[str, ...]
    required_bodyparts: BodyParts
    requires_consent_negotiation: bool
    audience_scope: str


def shown(card: Card) -> Activity:
    """The card as a person may read it."""
    return Activity(
        activity_id=card.activity_id,
        type=card.type,
        language=card.language,
        rating=card.rating,
        intensity=card.intensity,
        script=Script(card.steps),
        tags=card.tags,
        power_role=card.power_role,
        preference_keys=card.preference_keys,
        domains=card.domains,
        hard_boundaries=tuple(sorted(card.boundaries)),
        required_bodyparts=card.required_bodyparts,
        requires_consent_negotiation=card.requires_consent_negotiation,
        audience_scope=card.audience_scope,
    )
