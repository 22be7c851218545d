"""The routes by which a bond is paused, resumed and ended."""

import msgspec
from litestar import post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, JSONBody

from game_server.accounts.callers import Caller
from game_server.bonds import halts
from game_server.bonds.doing import doing
from game_server.bonds.halts import Votes
from game_server.bonds.shapes import Plain
from game_server.bonds.views import BondView
from game_server.http.bodies import AnyRequest
from game_server.services import Services


class Vote(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Is it to be over? False takes the caller's vote back."""

    vote: bool = True


@post("/api/bonds/{bond_id:str}/pause", status_code=200)
async def pause_bond(
    bond_id: FromPath[str],
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
    request: AnyRequest,
    data: JSONBody[Plain | None] = None,
) -> BondView:
    """Pause the bond: nothing new is asked of anybody. Who paused is not shown."""
    return await halts.pause(doing(services, user, bond_id, request, data), stands=True)


@post("/api/bonds/{bond_id:str}/resume", status_code=200)
async def resume_bond(
    bond_id: FromPath[str],
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
    request: AnyRequest,
    data: JSONBody[Plain | None] = None,
) -> BondView:
    """Take one's own pause back. While another's stands, the bond stays paused."""
    return await halts.pause(doing(services, user, bond_id, request, data), stands=False)


@post("/api/bonds/{bond_id:str}/dissolve", status_code=200)
async def dissolve_bond(
    bond_id: FromPath[str],
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
    request: AnyRequest,
    data: JSONBody[Vote | None] = None,
) -> Votes:
    """Vote that the bond ends, or take that back. What is over can be read and left for 30 days."""
    wanted = data.vote if data else True
    return await halts.vote(doing(services, user, bond_id, request, data), dissolve=wanted)


def routes() -> list[HTTPRouteHandler]:
    """The handlers of halting and ending."""
    return [pause_bond, resume_bond, dissolve_bond]
