"""The routes of requests to be let into a bond."""

from uuid import UUID

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody

from game_server.accounts.callers import Caller, require_adult
from game_server.bonds import join_requests, shapes
from game_server.bonds.doing import doing
from game_server.bonds.join_requests import RequestView
from game_server.bonds.shapes import Plain
from game_server.http.bodies import AnyRequest
from game_server.http.paging import Limit, Page, read_cursor
from game_server.http.text import clean_uuid
from game_server.services import Services


class NewRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody writes who asks."""

    message: shapes.lines(4000) | None = None  # type: ignore[valid-type]  # made from a number


@post("/api/bonds/{bond_id:str}/requests", status_code=201)
async def ask_to_join(
    bond_id: FromPath[str],
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
    request: AnyRequest,
    data: JSONBody[NewRequest | None] = None,
) -> RequestView:
    """Ask to be let into a bond that is not private. Whoever asks twice has asked once."""
    message = data.message if data else None
    return await join_requests.ask(doing(services, user, bond_id, request, data), message)


@get("/api/bonds/{bond_id:str}/requests")
async def list_join_requests(
    bond_id: FromPath[str],
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
    limit: Limit = 50,
    cursor: FromQuery[str | None] = None,
) -> Page[RequestView]:
    """Requests for a bond, newest first: what its members see, and who asked their own."""
    require_adult(user)
    after = read_cursor(cursor, UUID)
    return await join_requests.listed(services, user, UUID(clean_uuid(bond_id)), after=after, limit=limit)


@post("/api/bonds/{bond_id:str}/requests/{request_id:str}/approve", status_code=200)
async def approve_request(
    bond_id: FromPath[str],
    request_id: FromPath[str],
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
    request: AnyRequest,
    *,
    data: JSONBody[Plain | None] = None,
) -> RequestView:
    """Say yes. When every member has, whoever asked is in."""
    what = doing(services, user, bond_id, request, data)
    return await join_requests.approve(what, UUID(clean_uuid(request_id)))


@post("/api/bonds/{bond_id:str}/requests/{request_id:str}/reject", status_code=200)
async def reject_request(
    bond_id: FromPath[str],
    request_id: FromPath[str],
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
    request: AnyRequest,
    *,
    data: JSONBody[Plain | None] = None,
) -> RequestView:
    """Say no. One no is enough, and nobody is told whose it was."""
    what = doing(services, user, bond_id, request, data)
    return await join_requests.reject(what, UUID(clean_uuid(request_id)))


@post("/api/bonds/{bond_id:str}/requests/{request_id:str}/withdraw", status_code=200)
async def withdraw_request(
    bond_id: FromPath[str],
    request_id: FromPath[str],
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
    request: AnyRequest,
    *,
    data: JSONBody[Plain | None] = None,
) -> RequestView:
    """Take one's own request back."""
    what = doing(services, user, bond_id, request, data)
    return await join_requests.withdraw(what, UUID(clean_uuid(request_id)))


def routes() -> list[HTTPRouteHandler]:
    """The handlers of requests."""
    return [ask_to_join, list_join_requests, approve_request, reject_request, withdraw_request]
