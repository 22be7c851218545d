"""The routes of what a connected partner may see: `/api/partners/{user_id}/profile` and `…/compatibility`.

Both answers come from one function each in the database, which asks about the caller itself; here nothing is added.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from game_server.accounts.callers import Caller, require_adult
from game_server.profiles import matching
from game_server.services import Services
from game_server.text import clean_uuid
from rooms.errors import NotFound, WrongState
from rooms.profiles.compatibility import Breakdown
from storage import compatibilities
from storage.accounts import Demographics
from storage.remembered import NAMELESS

View = Callable[[asyncpg.Connection, str], Awaitable[dict[str, Any] | None]]


class PartnerProfile(msgspec.Struct, frozen=True, kw_only=True):
    """What a partner's sharing setting opens now; the rest is null.

    `all_responses`: activities and topics, 1 for a yes and 0 for anything else, domain scores, power dynamic.
    `overlapping_only`: the keys to which both of you are open. `demographics_only`: neither.
    """

    user_id: str
    name: str
    sharing: str
    demographics: Demographics
    activities: dict[str, float] | list[str] | None
    truth_topics: dict[str, int | float] | list[str] | None
    domain_scores: dict[str, int | float] | None
    power_dynamic: dict[str, Any] | None


class PartnerCompatibility(msgspec.Struct, frozen=True, kw_only=True):
    """How well the two fit, alike for both. Everything is null or empty where the partner shares demographics only.

    It moves for both at once: when both have answered anew, or have sat down to play together.
    """

    user_id: str
    score: int | None = None
    interpretation: str | None = None
    breakdown: Breakdown | None = None
    mutual_activities: list[str] = []
    mutual_truth_topics: list[str] = []


@get("/api/partners/{user_id:str}/profile")
async def read_partner_profile(
    user_id: FromPath[str], user: NamedDependency[Caller], services: NamedDependency[Services]
) -> PartnerProfile:
    """A connected partner's profile."""
    require_adult(user)
    partner = clean_uuid(user_id)
    shown = await _seen(services, user, partner, compatibilities.shown_profile)
    if shown["sharing"] == "overlapping_only" and not shown["computed"]:
        await matching.ensure(services, user.id, partner)
        shown = await _seen(services, user, partner, compatibilities.shown_profile)
    return msgspec.convert({**shown, "name": shown["name"] or NAMELESS}, PartnerProfile)


@get("/api/partners/{user_id:str}/compatibility")
async def read_compatibility(
    user_id: FromPath[str], user: NamedDependency[Caller], services: NamedDependency[Services]
) -> PartnerCompatibility:
    """How well the caller and a connected partner fit."""
    require_adult(user)
    partner = clean_uuid(user_id)
    shown = await _seen(services, user, partner, compatibilities.shown_compatibility)
    if not shown["computed"]:
        if not await matching.ensure(services, user.id, partner):
            raise WrongState("There is nothing to compare yet: it takes both of you to have answered the survey.")
        shown = await _seen(services, user, partner, compatibilities.shown_compatibility)
    return msgspec.convert({"user_id": partner, **(shown["result"] or {})}, PartnerCompatibility)


def routes() -> list[HTTPRouteHandler]:
    """The routes of partners' views."""
    return [read_partner_profile, read_compatibility]


async def _seen(services: Services, user: Caller, partner: str, read: View) -> dict[str, Any]:
    """What the database shows this caller. Raises NotFound unless the two are connected now."""
    async with services.database.as_user(user.id) as connection:
        found = await read(connection, partner)
    if found is None:
        raise NotFound
    return found
