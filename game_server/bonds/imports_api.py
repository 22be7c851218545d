"""The routes of `/api/me/imports`: what a file of another program asks its people."""

from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from game_server.accounts.callers import Caller, require_adult
from game_server.bonds import imports
from game_server.bonds.commands import asked
from game_server.bonds.imports import Answered, ImportView
from game_server.http.bodies import AnyRequest
from game_server.http.paging import Page
from game_server.http.text import clean_uuid
from game_server.services import Services


@get("/api/me/imports")
async def list_imports(user: NamedDependency[Caller], services: NamedDependency[Services]) -> Page[ImportView]:
    """Bonds that the caller was in elsewhere and is asked about, newest first; of those that they are in (`member`) only while
    something in their name waits for their yes: `ratings` with yes or maybe, `messages`, entries of `points`.
    """
    require_adult(user)
    return Page(await imports.listed(services, user), None)


@post("/api/me/imports/{import_id:str}/accept", status_code=200)
async def accept_import(
    import_id: FromPath[str], user: NamedDependency[Caller], services: NamedDependency[Services], request: AnyRequest
) -> Answered:
    """Say yes, which asks its members to be let in, and lets in what the file says in the caller's name. It also counts after a
    no.
    """
    require_adult(user)
    return await imports.accept(services, user, asked(request), UUID(clean_uuid(import_id)))


@post("/api/me/imports/{import_id:str}/refuse", status_code=200)
async def refuse_import(
    import_id: FromPath[str], user: NamedDependency[Caller], services: NamedDependency[Services], request: AnyRequest
) -> Answered:
    """Say no. Nobody is told; a request that waits is taken back."""
    require_adult(user)
    return await imports.refuse(services, user, asked(request), UUID(clean_uuid(import_id)))


def routes() -> list[HTTPRouteHandler]:
    """The handlers of imports."""
    return [list_imports, accept_import, refuse_import]
