"""How well connected people fit: computed anew when either changes, and the reading that the two are shown of it.

The exact result is the server's. Shown is one stored reading a pair, made of what both said yes to: when there is none, when
the second of the two has answered anew, or when a game both sat in has started; at most once a day. So changing one's own
answers and looking again, or ending the connection and making it again, teaches nothing. The database keeps these rules.
"""

from datetime import datetime
from typing import Any

import asyncpg
import msgspec

from game_server.services import Services
from rooms.profiles.compatibility import compatibility, halved_at_same_pole
from rooms.profiles.profile import Profile
from rooms.profiles.reading import reading
from storage import compatibilities
from storage.compatibilities import Surveyed
from storage.submissions import Fit, Partner

PAIR = 2


async def recompute(connection: asyncpg.Connection, user_id: str, partners: list[str], at: datetime) -> None:
    """The user's limits have changed: compute their pairs, which are held."""
    people = await compatibilities.surveyed(connection, [user_id, *partners])
    me = people.get(user_id)
    for partner in partners:
        if me and partner in people:
            await _compute(connection, me, people[partner], at)


async def ensure(services: Services, user_id: str, partner: str) -> None:
    """Make the reading of a pair that is due; nothing where one of the two has not answered."""
    now = services.clock.now()
    async with services.database.as_service() as connection:
        if not await compatibilities.is_due(connection, user_id, partner, now):
            return
        if partner in await compatibilities.hold_pairs(connection, user_id):
            people = await compatibilities.surveyed(connection, [user_id, partner], held=True)
            if len(people) == PAIR:
                await _compute(connection, people[user_id], people[partner], now)


async def _compute(connection: asyncpg.Connection, one: Surveyed, other: Surveyed, at: datetime) -> None:
    a, b = _in_order(one, other)
    await compatibilities.keep(connection, a, b, result(a.profile, b.profile), at)


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
    """Everything about a pair, as JSON objects: the exact result, and the reading that would be made of it now."""
    found = compatibility(a, b)
    raw = found.raw
    return {
        **msgspec.to_builtins(found),
        "raw": {
            "power_complement": raw.power_complement,
            "domain_similarity": raw.domain_similarity,
            "activity_overlap": raw.activity_overlap,
            "truth_overlap": halved_at_same_pole(raw.truth_overlap_before_same_pole, a, b),
        },
        "reading": msgspec.to_builtins(reading(a, b)),
    }


def _in_order(one: Surveyed, other: Surveyed) -> tuple[Surveyed, Surveyed]:
    return (one, other) if one.profile_id < other.profile_id else (other, one)
