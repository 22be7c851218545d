"""Rating a boundary, and the limits of one's own that came of it: they outlive the bond, and so does the way to take them out."""

from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
from litestar import delete, get, put
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, JSONBody

from game_server.accounts.callers import Caller, require_adult
from game_server.bonds import answers, boundaries, texts
from game_server.bonds.boundaries import Feeds
from game_server.bonds.commands import Asked, asked, held, require_version
from game_server.bonds.life import Written
from game_server.bonds.live.bells import touch
from game_server.bonds.shapes import Version
from game_server.bonds.tools import LIVES
from game_server.http.bodies import AnyRequest
from game_server.http.paging import Page
from game_server.http.text import clean_uuid
from game_server.services import Services
from game_server.sessions.rechecks import recheck_each
from rooms.bonds.ratings import Rating
from rooms.bonds.tools.boundaries import BOUNDARIES
from rooms.errors import NotFound
from storage import bond_limits, bonds
from storage.surveys import lock_owner

LIFE = LIVES["boundaries"]
RATED: Any = answers.kind_of(LIFE)


class Rate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the caller says to it. `shown`: everybody in the bond may see this, whatever they say themselves."""

    rating: Rating
    shown: bool = False
    version: Version | None = None


class OwnLimit(msgspec.Struct, frozen=True):
    """A limit from a bond. `words`: what it is called, null where its key is lost. `keys`: what it keeps away everywhere."""

    id: UUID
    words: str | None
    keys: tuple[str, ...]
    feeds: Feeds
    boundary_id: UUID | None
    bond_id: UUID | None
    created_at: datetime


@put("/api/bonds/{bond_id:str}/boundaries/{row_id:str}/rating")
async def rate_boundary(  # noqa: PLR0917 - what the route names, and who asks
    bond_id: FromPath[str],
    row_id: FromPath[str],
    data: JSONBody[Rate],
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
    request: AnyRequest,
) -> RATED:
    """Say yes, maybe, no or hard_no to an activity: for oneself alone. A hard_no guards at once, also in games that are open."""
    require_adult(user)
    return await rated(services, user, UUID(clean_uuid(bond_id)), UUID(clean_uuid(row_id)), data, asked(request, data))


async def rated(services: Services, user: Caller, bond: UUID, which: UUID, data: Rate, what: Asked) -> Any:  # noqa: PLR0917
    """The row after it, whoever asked on the caller's behalf. Raises NotFound, Changed, WrongState, KeysAway."""
    key = await texts.key_if_any(services, user) if data.rating == "hard_no" else None

    async def act(db: asyncpg.Connection, at: datetime) -> Written:
        await boundaries.hold_own(db, user, which, data.rating)
        async with held(services, db, user, bond, at) as hand:
            row = await answers.find(db, BOUNDARIES, bond, which, archived=True)  # a limit from it can be taken out
            require_version(data.version, row["version"], which)
            return await boundaries.rate(hand, row, data.rating, shown=data.shown, key=key)

    at_once = LIFE.halts({"my_rating": data.rating})
    answer = await answers.answered(LIFE, services, user, what, bond, act, archived=True, at_once=at_once)
    touch(services, user.id, BOUNDARIES.table, which, "update")
    return answer


@get("/api/me/limits")
async def list_own_limits(user: NamedDependency[Caller], services: NamedDependency[Services]) -> Page[OwnLimit]:
    """The caller's limits that came of a hard_no in a bond, newest first; those of their profile stand in the profile."""
    require_adult(user)
    async with services.database.as_user(user.id) as db:
        found = await bond_limits.own_limits(db, user.id)
    words = await texts.open_each(services, user.actor, [one.words or None for one in found])
    return Page(
        [
            OwnLimit(
                one.id, name, one.keys, "draw" if one.keys else "text", one.boundary_id, one.bond_id, one.created_at
            )
            for one, name in zip(found, words, strict=True)
        ],
        None,
    )


@delete("/api/me/limits/{limit_id:str}", status_code=204)
async def take_out_limit(
    limit_id: FromPath[str], user: NamedDependency[Caller], services: NamedDependency[Services]
) -> None:
    """Take a limit out. Where the caller is in its bond still, their hard_no is a no from then on."""
    require_adult(user)
    which, rooms = UUID(clean_uuid(limit_id)), []
    async with services.database.as_member(user.id, services.clock.now()) as db:
        await lock_owner(db, user.id)
        found = await bond_limits.own_limit(db, user.id, which)
        if found is None:
            raise NotFound
        rooms = await bond_limits.hold_rooms(db)
        if found.bond_id is not None and found.boundary_id is not None and await bonds.hold(db, found.bond_id):
            await bond_limits.soften(db, user.id, found.boundary_id)
        await bond_limits.take_out(db, user.id, limit_id=which)
    touch(services, user.id, "personal_limits", which, "delete")
    await recheck_each(services, rooms)


def routes() -> list[HTTPRouteHandler]:
    """The handlers of ratings and of one's own limits."""
    return [rate_boundary, list_own_limits, take_out_limit]
