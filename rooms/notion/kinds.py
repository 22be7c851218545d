"""The fifteen kinds by name, and `COMMUNITY` beside them: where public characters are shown."""

from collections.abc import Mapping

from rooms.notion.of_bonds import (
    ANALYTICS_KIND,
    BOUNDARY_KIND,
    CONTRACT_KIND,
    POINTS_KIND,
    REWARD_KIND,
    RULE_KIND,
    SCENE_KIND,
    TASK_KIND,
)
from rooms.notion.of_characters import CHARACTER_KIND, COMMUNITY, PICTURE_KIND
from rooms.notion.of_words import CALENDAR_KIND, CHECK_IN_KIND, JOURNAL_KIND, MESSAGE_KIND, RESOURCES_KIND
from rooms.notion.property import Kind

KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        TASK_KIND, RULE_KIND, JOURNAL_KIND, CALENDAR_KIND, CONTRACT_KIND, PICTURE_KIND, CHARACTER_KIND, BOUNDARY_KIND,
        REWARD_KIND, POINTS_KIND, SCENE_KIND, RESOURCES_KIND, CHECK_IN_KIND, MESSAGE_KIND, ANALYTICS_KIND,
    )
}  # fmt: skip
"""In the order in which they are told."""

EVERY: Mapping[str, Kind] = {**KINDS, COMMUNITY.name: COMMUNITY}
