"""How well connected people fit: computed anew when either changes, and what the two are shown of it.

What is shown rests on both people's answers, so it moves only for both at once: when both have answered anew, or when they
have sat down to play together since. Between those, changing one's own answers and looking again teaches nothing. Limits
never move it by themselves, and a yes taken back is gone from the lists at once (the database sees to that).
"""

from typing import Any

import asyncpg
import msgspec

from game_server.services import Services
from rooms.profiles.arithmetic import OPEN
from rooms.profiles.compatibility import compatibility
from rooms.profiles.profile import BOTTOM, TOP, Profile
from rooms.profiles.questions import TOPIC_OF_QUESTION
from storage import compatibilities
from storage.compatibilities import Surveyed
from storage.submissions import Fit, Partner


async def recompute(connection: asyncpg.Connection, user_id: str, partners: list[str]) -> None:
    """The user's limits have changed: compute their pairs, which are held."""
    people = await compatibilities.surveyed(connection, [user_id, *partners])
    me = people.get(user_id)
    for partner in partners:
        if me and partner in people:
            await _compute(connection, me, people[partner])


async def ensure(services: Services, user_id: str, partner: str) -> bool:
    """Compute a pair that nobody has computed yet: they connected after both had answered. False: one has not answered."""
    async with services.database.as_service() as connection:
        if partner not in await compatibilities.hold_pairs(connection, user_id):
            return False
        people = await compatibilities.surveyed(connection, [user_id, partner], held=True)
        if len(people) < 2:  # noqa: PLR2004 - a pair
            return False
        one, other = people.values()
        if not await compatibilities.is_kept(connection, *_in_order(one, other)):
            await _compute(connection, one, other)
        return True


async def _compute(connection: asyncpg.Connection, one: Surveyed, other: Surveyed) -> None:
    a, b = _in_order(one, other)
    await compatibilities.keep(connection, a, b, result(a.profile, b.profile))


def fits(profile_id: int | None, profile: Profile, partners: list[Partner]) -> list[Fit]:
    """How well a new profile fits each of these; the lower profile id comes first, and one not made yet has the highest."""
    return [
        Fit(
            other.profile_id,
            result(profile, other.profile)
            if profile_id is not None and profile_id < other.profile_id
            else result(other.profile, profile),
        )
        for other in partners
    ]


def result(a: Profile, b: Profile) -> dict[str, Any]:
    """Everything about a pair, as JSON objects; `overlap` is what both are at least open to."""
    found = compatibility(a, b)
    same_pole = a.power_dynamic.orientation == b.power_dynamic.orientation and a.power_dynamic.orientation in (
        TOP,
        BOTTOM,
    )
    raw = found.raw
    return {
        **msgspec.to_builtins(found),
        "raw": {
            "power_complement": raw.power_complement,
            "domain_similarity": raw.domain_similarity,
            "activity_overlap": raw.activity_overlap,
            "truth_overlap": raw.truth_overlap_before_same_pole * (0.5 if same_pole else 1),
        },
        "overlap": {
            "activities": [
                # in the order in which PostgreSQL keeps them, whether this profile comes from there or was just made
                key
                for key in sorted(a.activities, key=lambda key: (len(key), key))
                if _open(a.activities, key) and _open(b.activities, key)
            ],
            "topics": [
                topic
                for topic in TOPIC_OF_QUESTION.values()
                if _open(a.truth_topics, topic) and _open(b.truth_topics, topic)
            ],
        },
    }


def _open(scores: dict[str, Any], key: str) -> bool:
    return bool(scores.get(key, 0.0) >= OPEN)


def _in_order(one: Surveyed, other: Surveyed) -> tuple[Surveyed, Surveyed]:
    return (one, other) if one.profile_id < other.profile_id else (other, one)
