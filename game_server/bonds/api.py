"""The routes of bonds themselves; those of their tools are made by `tools_api`."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from game_server.accounts.callers import Caller, require_adult
from game_server.bonds import (
    actions,
    agreements_api,
    boundaries_api,
    calendar_api,
    contracts_api,
    following_api,
    halts_api,
    imports_api,
    invites_api,
    looking_back_api,
    members_api,
    requests_api,
    scenes_api,
    shapes,
    states_api,
)
from game_server.bonds.commands import asked
from game_server.bonds.task_proofs_api import remove_proof
from game_server.bonds.tools import LIVES
from game_server.bonds.tools_api import routes_of
from game_server.bonds.views import BondView
from game_server.http.bodies import AnyRequest
from game_server.http.paging import Page
from game_server.http.text import clean_uuid
from game_server.services import Services


class NewBond(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A bond that its founder is the first member of."""

    name: shapes.line(200)  # type: ignore[valid-type]  # made from a number
    description: Annotated[shapes.lines(4000) | None, Meta(description="in a few lines")] = None  # type: ignore[valid-type]
    bond_type: Literal["dyad", "polycule", "household", "dynamic"] = "dyad"
    is_private: bool = True


@post("/api/bonds", status_code=201)
async def found_bond(
    data: JSONBody[NewBond], user: NamedDependency[Caller], services: NamedDependency[Services], request: AnyRequest
) -> BondView:
    """Found a bond. Others come by an invite code, or by asking."""
    require_adult(user)
    wanted = actions.NewBond(data.name, data.description, data.bond_type, data.is_private)
    return await actions.found(services, user, asked(request, data), wanted)


@get("/api/bonds")
async def list_bonds(user: NamedDependency[Caller], services: NamedDependency[Services]) -> Page[BondView]:
    """The caller's bonds, newest first: never more than 20."""
    require_adult(user)
    return Page(await actions.listed(services, user), None)


@get("/api/bonds/{bond_id:str}")
async def get_bond(
    bond_id: FromPath[str], user: NamedDependency[Caller], services: NamedDependency[Services]
) -> BondView:
    """One bond of the caller's, with its members."""
    require_adult(user)
    return await actions.read(services, user, UUID(clean_uuid(bond_id)))


def routes() -> list[HTTPRouteHandler]:
    """The handlers of this area."""
    tools = [handler for life in LIVES.values() for handler in routes_of(life)]
    return [
        *(found_bond, list_bonds, get_bond),
        *agreements_api.routes(),
        *invites_api.routes(),
        *requests_api.routes(),
        *imports_api.routes(),
        *members_api.routes(),
        *halts_api.routes(),
        *following_api.routes(),
        *looking_back_api.routes(),
        *states_api.routes(),
        *tools,
        remove_proof,
        *boundaries_api.routes(),
        *calendar_api.routes(),
        *contracts_api.routes(),
        *scenes_api.routes(),
    ]
