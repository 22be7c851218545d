"""The routes of invite codes: making one, revoking it, and coming with one."""

from typing import Annotated

import msgspec
from litestar import delete, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from game_server.accounts.callers import Caller, require_adult
from game_server.bonds import invites, join_requests
from game_server.bonds.commands import asked
from game_server.bonds.doing import doing
from game_server.bonds.invites import Invite
from game_server.bonds.join_requests import JoinedBond
from game_server.http import limits
from game_server.http.bodies import AnyRequest
from game_server.services import Services


class NewInvite(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """For how many days; without them for as many as the bond's settings say."""

    expires_in_days: Annotated[int, Meta(ge=1, le=30)] | None = None


class JoinByCode(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A code as it was typed: case, spaces and dashes count for nothing. What has another shape is a wrong one like any other."""

    invite_code: Annotated[str, Meta(max_length=1024, pattern="^[^\\x00]*$")]


@post("/api/bonds/{bond_id:str}/invite", status_code=201)
async def make_invite(
    bond_id: FromPath[str],
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
    request: AnyRequest,
    data: JSONBody[NewInvite | None] = None,
) -> Invite:
    """Make a code, which is shown this once. The one before is void."""
    days = data.expires_in_days if data else None
    return await invites.make(doing(services, user, bond_id, request, data), days)


@delete("/api/bonds/{bond_id:str}/invite")
async def revoke_invite(
    bond_id: FromPath[str],
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
    request: AnyRequest,
) -> None:
    """No code opens the bond any more."""
    await invites.revoke(doing(services, user, bond_id, request))


@post("/api/bonds/join", status_code=200)
async def join_by_code(
    data: JSONBody[JoinByCode],
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
    request: AnyRequest,
) -> JoinedBond:
    """Ask by a code. `active`: one is in; `requested`: everybody there is asked."""
    require_adult(user)
    await limits.spend(services, request, user, "invites")
    return await join_requests.join(services, user, asked(request, data), data.invite_code)


def routes() -> list[HTTPRouteHandler]:
    """The handlers of invite codes."""
    return [make_invite, revoke_invite, join_by_code]
