"""The routes by which a member follows a bond: what they may do there, what happened, and what changed since."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, QueryParameter
from msgspec import UNSET, UnsetType

from game_server.accounts.callers import Caller, require_adult
from game_server.bonds.doing import mine, seen
from game_server.bonds.places import row_place
from game_server.http.paging import Limit, Page, Place, read_cursor, write_cursor
from game_server.http.text import clean_uuid
from game_server.services import Services
from rooms.bonds.first_steps import Begun, FirstStep, first_steps
from rooms.bonds.permissions import Overview, overview
from storage import bond_feed, bond_first_steps
from storage.bond_feed import Change, Happened

Since = Annotated[int, QueryParameter(ge=0, le=2**63 - 1, description="the newest number that the caller has")]


class Onboarding(msgspec.Struct, frozen=True):
    """What one may do first in a bond. `onboarded`: is the caller through with it, for all their bonds? Nothing waits for
    either.
    """

    onboarded: bool
    steps: list[FirstStep]


class Changes(msgspec.Struct, frozen=True):
    """What changed, in order; `head` is the newest number. `reset`: what the caller has is older than what is kept, and is to be
    read anew.
    """

    items: list[Change]
    head: int
    reset: bool | UnsetType = UNSET


@get("/api/bonds/{bond_id:str}/permissions")
async def read_permissions(
    bond_id: FromPath[str], user: NamedDependency[Caller], services: NamedDependency[Services]
) -> Overview:
    """What the caller may do in this bond, and for whom."""
    require_adult(user)
    bond, people = await seen(services, user, UUID(clean_uuid(bond_id)))
    members = [person.as_member(bond.founder_id) for person in people]
    by_id = {member.user_id: member for member in members}
    return overview(by_id[user.id], by_id)


@get("/api/bonds/{bond_id:str}/onboarding")
async def read_onboarding(
    bond_id: FromPath[str], user: NamedDependency[Caller], services: NamedDependency[Services]
) -> Onboarding:
    """What the caller may do first in this bond, and what of it they did."""
    require_adult(user)
    bond, people = await seen(services, user, UUID(clean_uuid(bond_id)))
    [me] = [person for person in people if str(person.user_id) == user.id]
    async with services.database.as_user(user.id) as db:
        own = await bond_first_steps.own(db, bond.id, user.id)
    begun = Begun(
        has_role=me.dynamic_role is not None,
        others=len(people) - 1,
        has_safewords=me.safewords is not None,
        has_aftercare=me.aftercare_needs is not None,
        has_rated=own.has_rated,
        has_checked_in=own.has_checked_in,
    )
    return Onboarding(own.onboarded, first_steps(begun))


@get("/api/bonds/{bond_id:str}/activity")
async def list_activity(
    bond_id: FromPath[str],
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
    limit: Limit = 50,
    cursor: FromQuery[str | None] = None,
) -> Page[Happened]:
    """What happened to the bond itself since the caller came, newest first."""
    require_adult(user)
    bond, after = UUID(clean_uuid(bond_id)), read_cursor(cursor, UUID)
    place = row_place(after)
    async with services.database.as_user(user.id) as db:
        await mine(db, bond)
        found = await bond_feed.activity(db, bond, after=place, limit=limit + 1)
    last = found[limit - 1] if len(found) > limit else None
    return Page(found[:limit], write_cursor(Place(last.created_at, str(last.id))) if last else None)


@get("/api/bonds/{bond_id:str}/changes")
async def list_changes(
    bond_id: FromPath[str],
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
    after: Since = 0,
    limit: Limit = 100,
) -> Changes:
    """The feed: which rows came, changed and went after that number."""
    require_adult(user)
    which = UUID(clean_uuid(bond_id))
    async with services.database.as_user(user.id) as db:
        bond = await mine(db, which)
        begins = await bond_feed.begins(db, which)
        if not begins - 1 <= after <= bond.head:
            return Changes([], bond.head, reset=True)
        return Changes(await bond_feed.changes(db, which, after=after, until=bond.head, limit=limit), bond.head)


def routes() -> list[HTTPRouteHandler]:
    """The handlers of following."""
    return [read_permissions, read_onboarding, list_activity, list_changes]
