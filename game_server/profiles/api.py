"""The routes of a person's own profile: `/api/me/demographics`, `/api/profile…`, `/api/history`."""

from typing import Annotated

import msgspec
from litestar import get, patch, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromQuery, JSONBody
from msgspec import UNSET, Meta, UnsetType

from game_server.accounts.callers import Caller
from game_server.http.paging import Limit, Page, read_cursor
from game_server.http.text import Name, Word, clean_name
from game_server.profiles import actions, partner_views, survey_api
from game_server.profiles.actions import Completed, read_anatomy
from game_server.profiles.views import OwnProfile, own
from game_server.services import Services
from rooms.errors import Invalid
from storage.accounts import Demographics
from storage.profiles import Boundaries, Shown

Parts = Annotated[list[Word], Meta(max_length=8)]
Keys = Annotated[list[Word], Meta(max_length=64)]


class TellDemographics(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Name and anatomy are needed to play, the rest is one's own business. `adult` can only be true."""

    name: Name
    anatomy_self: Parts
    anatomy_preference: Parts
    gender: Word | None = None
    sexual_orientation: Word | None = None
    relationship_structure: Word | None = None
    adult: bool | None = None


class ChangeBoundaries(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A list left out stays, a list given replaces the old one."""

    hard_limits: Keys | UnsetType = UNSET
    soft_limits: Keys | UnsetType = UNSET
    maybe_items: Keys | UnsetType = UNSET


@post("/api/me/demographics", status_code=200)
async def tell_demographics(
    data: JSONBody[TellDemographics], caller: NamedDependency[Caller], services: NamedDependency[Services]
) -> Completed:
    """Give name and anatomy: play is open from here on."""
    if data.adult is False:
        raise Invalid(fields={"adult": "This is for adults only: true, or leave it out."})
    return await actions.save_demographics(
        services,
        caller,
        name=clean_name(data.name, "name"),
        told=Demographics(data.gender, data.sexual_orientation, data.relationship_structure),
        anatomy=read_anatomy(data.anatomy_self, data.anatomy_preference),
        adult=data.adult is True,
    )


@get("/api/profile")
async def read_profile(caller: NamedDependency[Caller], services: NamedDependency[Services]) -> OwnProfile:
    """The caller's own profile."""
    return own(caller.display_name, await actions.read_profile(services, caller))


@patch("/api/profile/boundaries")
async def change_boundaries(
    data: JSONBody[ChangeBoundaries], caller: NamedDependency[Caller], services: NamedDependency[Services]
) -> Boundaries:
    """Change the caller's limits; live rooms feel it at once."""
    return await actions.save_boundaries(
        services,
        caller,
        hard=None if data.hard_limits is UNSET else data.hard_limits,
        soft=None if data.soft_limits is UNSET else data.soft_limits,
        maybe=None if data.maybe_items is UNSET else data.maybe_items,
    )


@get("/api/history")
async def read_history(
    caller: NamedDependency[Caller],
    services: NamedDependency[Services],
    limit: Limit = 50,
    cursor: FromQuery[str | None] = None,
) -> Page[Shown]:
    """The cards the caller was shown, newest first."""
    return await actions.read_history(services, caller, after=read_cursor(cursor, int), limit=limit)


def routes() -> list[HTTPRouteHandler]:
    """The routes of profiles, the survey's and those of partners' views."""
    return [
        tell_demographics,
        read_profile,
        change_boundaries,
        read_history,
        *survey_api.routes(),
        *partner_views.routes(),
    ]
