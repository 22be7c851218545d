"""Which cards two people may see, said a second time and slowly: one card, one reason after the other, without marks or sets.

What `limits.py` and `index.py` say of a card has to be what is said here.
"""

from rooms.activities import taxonomy
from rooms.activities.card import Card
from rooms.sessions.commands import Level
from rooms.sessions.limits import NEVER_ASKED, Player
from rooms.sessions.state import LEVELS


def may_see(card: Card, level: Level, active: Player, partner: Player) -> bool:
    """May these two see it at this level?"""
    return not any(reasons_against(card, level, active, partner))


def reasons_against(card: Card, level: Level, active: Player, partner: Player) -> list[str]:
    """Everything that keeps the card away, in words."""
    boundaries = set(card.hard_boundaries) | set(card.hard_limit_keys)
    for key in card.preference_keys:
        boundaries |= taxonomy.boundaries_of(key)
    reasons = _not_understood(card, boundaries)
    if LEVELS.index(card.rating) > LEVELS.index(level):  # type: ignore[arg-type]
        reasons.append("rated above the level")
    if not set(card.required_bodyparts.active) <= active.anatomy:
        reasons.append("a body part of the active player")
    if not set(card.required_bodyparts.partner) <= partner.anatomy:
        reasons.append("a body part of the partner")
    for one in (active, partner):
        reasons += _limits_of(one, card, boundaries, level)
    for key in card.preference_keys:
        by_active, by_partner = asked_of(key, card.type)
        reasons += [f"the active player's {by_active}"] * (not _wanted(by_active, level, active))
        reasons += [f"the partner's {by_partner}"] * (not _wanted(by_partner, level, partner))
    return reasons


def _not_understood(card: Card, boundaries: set[str]) -> list[str]:
    known = (
        boundaries <= set(taxonomy.BOUNDARY_KEYS),
        set(card.tags.topics) <= set(taxonomy.TOPICS),
        set(card.preference_keys) <= set(taxonomy.PREFERENCE_KEYS),
    )
    return [] if all(known) else ["a tag that nobody knows"]


def _limits_of(one: Player, card: Card, boundaries: set[str], level: Level) -> list[str]:
    reasons = [f"a hard limit: {boundary}" for boundary in boundaries & one.hard]
    reasons += [f"a topic: {topic}" for topic in set(card.tags.topics) & one.declined_topics]
    if level != "X":
        reasons += [f"a soft limit: {boundary}" for boundary in boundaries & one.soft]
    if not one.hard | one.soft <= set(taxonomy.BOUNDARY_KEYS):
        reasons.append("a limit that nobody knows")
    if not one.asked and (boundaries or card.requires_consent_negotiation):
        reasons.append("nobody asked them about limits")
    return reasons


def asked_of(key: str, type_: str) -> tuple[str, str]:
    """What the key asks of the active player and of the partner: a dare's active player gives, a truth's keys are their own."""
    giving, receiving = taxonomy.HALVES.get(key, (key, key))
    if type_ == "truth" and key == receiving:
        return receiving, giving
    return giving, receiving


def _wanted(key: str, level: Level, player: Player) -> bool:
    if key in NEVER_ASKED:
        return True
    answer = (player.answers or {}).get(key)
    if answer is None:
        return not taxonomy.boundaries_of(key)
    return answer > (0.0 if level == "X" else 0.5)
