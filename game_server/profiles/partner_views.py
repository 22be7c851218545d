"""The routes of what a connected partner may see: `/api/partners/{user_id}/profile` and `…/compatibility`.

What they rest on comes from one function each in the database, which asks about the caller itself; here it only becomes
numbers and words, by `rooms/profiles/reading.py`.
"""

from collections.abc import Awaitable, Callable
from typing import Any, Literal

import asyncpg
import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from game_server.accounts.callers import Caller, require_adult
from game_server.http.text import clean_uuid
from game_server.profiles import matching
from game_server.services import Services
from rooms.activities.taxonomy import PREFERENCE_KEYS
from rooms.errors import NotFound
from rooms.profiles.questions import TOPIC_OF_QUESTION
from rooms.profiles.reading import Leaning, Levels, domain_levels, levels, phrase, power_level, score
from storage import compatibilities
from storage.accounts import Demographics
from storage.remembered import NAMELESS

View = Callable[[asyncpg.Connection, str], Awaitable[dict[str, Any] | None]]


class PartnerProfile(msgspec.Struct, frozen=True, kw_only=True):
    """What a partner's sharing setting opens now, of what was read last; null where it opens nothing of that.

    `all_responses`: the keys and topics they said yes to, each domain on 1..5 of those alone, and how they like to lead or
    follow (null: not answered). `overlapping_only`: keys and topics both of you said yes to. `demographics_only`: neither.
    """

    user_id: str
    name: str
    sharing: str
    demographics: Demographics
    activities: list[str] | None
    truth_topics: list[str] | None
    domain_scores: dict[str, int] | None
    power_dynamic: Leaning | None


class MutualWish(msgspec.Struct, frozen=True):
    """Something both said yes to, and who of the two gives or shows; `both`: either, or it has no direction."""

    key: str
    gives: Literal["me", "partner", "both"]


class PartnerCompatibility(msgspec.Struct, frozen=True, kw_only=True):
    """How well the two fit, of what both said yes to; alike for both but for who is `me`.

    score and interpretation are null until both have answered enough, all numbers where the partner shares demographics only.
    """

    score: int | None = None
    interpretation: str | None = None
    breakdown: Levels | None = None
    mutual: list[MutualWish] = []
    mutual_topics: list[str] = []


@get("/api/partners/{user_id:str}/profile")
async def read_partner_profile(
    user_id: FromPath[str], user: NamedDependency[Caller], services: NamedDependency[Services]
) -> PartnerProfile:
    """A connected partner's profile."""
    require_adult(user)
    return profile_of(await _seen(services, user, clean_uuid(user_id), compatibilities.shown_profile))


@get("/api/partners/{user_id:str}/compatibility")
async def read_compatibility(
    user_id: FromPath[str], user: NamedDependency[Caller], services: NamedDependency[Services]
) -> PartnerCompatibility:
    """How well the caller and a connected partner fit."""
    require_adult(user)
    return compatibility_of(await _seen(services, user, clean_uuid(user_id), compatibilities.shown_compatibility))


def profile_of(shown: dict[str, Any]) -> PartnerProfile:
    """A partner's profile, of what the database shows."""
    shares = shown["sharing"] != "demographics_only"
    yes, topics = shown["yes"] or [], shown["topics"] or []
    return PartnerProfile(
        user_id=shown["user_id"],
        name=shown["name"] or NAMELESS,
        sharing=shown["sharing"],
        demographics=msgspec.convert(shown["demographics"], Demographics),
        activities=[key for key in PREFERENCE_KEYS if key in yes] if shares else None,
        truth_topics=[topic for topic in TOPIC_OF_QUESTION.values() if topic in topics] if shares else None,
        domain_scores=domain_levels(yes, topics) if shown["sharing"] == "all_responses" else None,
        power_dynamic=msgspec.convert(shown["power"], Leaning | None),
    )


def compatibility_of(shown: dict[str, Any]) -> PartnerCompatibility:
    """How well the two fit, of what the database shows."""
    if shown["sharing"] == "demographics_only":
        return PartnerCompatibility()
    # Without a reading it looks like one of two who have nothing in common: who has answered at all is not said.
    mutual = msgspec.convert(shown.get("mutual", []), list[MutualWish])
    topics, poles = shown.get("mutual_topics", []), shown.get("orientations")
    found = levels([each.key for each in mutual], len(topics), power_level(*poles) if poles else None)
    points = score(found) if shown.get("enough") else None
    return PartnerCompatibility(
        score=points,
        interpretation=None if points is None else phrase(points),
        breakdown=found,
        mutual=mutual,
        mutual_topics=topics,
    )


def routes() -> list[HTTPRouteHandler]:
    """The routes of partners' views."""
    return [read_partner_profile, read_compatibility]


async def _seen(services: Services, user: Caller, partner: str, read: View) -> dict[str, Any]:
    """What the database shows this caller, of the reading that is due now. Raises NotFound unless the two are connected."""
    await matching.ensure(services, user.id, partner)
    async with services.database.as_user(user.id) as connection:
        found = await read(connection, partner)
    if found is None:
        raise NotFound
    return found
