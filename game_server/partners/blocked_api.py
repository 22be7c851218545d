"""The routes of `/api/partners/blocked`."""

from uuid import UUID

from litestar import delete, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery

from game_server.accounts.callers import Caller
from game_server.http.paging import Limit, Page, read_cursor
from game_server.http.text import clean_uuid
from game_server.partners import blocking
from game_server.services import Services
from storage.blocked import Blocked


@post("/api/partners/blocked/{user_id:str}", status_code=201)
async def block(user_id: FromPath[str], user: NamedDependency[Caller], services: NamedDependency[Services]) -> Blocked:
    """Keep somebody from reaching the caller, and end what there is between the two. They are not told."""
    return await blocking.block(services, user, clean_uuid(user_id))


@delete("/api/partners/blocked/{user_id:str}", status_code=204)
async def unblock(user_id: FromPath[str], user: NamedDependency[Caller], services: NamedDependency[Services]) -> None:
    """They may ask again; nobody is connected by this."""
    await blocking.unblock(services, user, clean_uuid(user_id))


@get("/api/partners/blocked")
async def list_blocked(
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
    limit: Limit = 50,
    cursor: FromQuery[str | None] = None,
) -> Page[Blocked]:
    """Whom the caller has blocked, newest first."""
    return await blocking.listed(services, user, after=read_cursor(cursor, UUID), limit=limit)


def routes() -> list[HTTPRouteHandler]:
    """The handlers."""
    return [block, unblock, list_blocked]
