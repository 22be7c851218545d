"""The addresses that answer with the page, and the files the page is made of.

Everything is read and built once (`assets`) and answered from memory with an ETag. The page decides by itself what to show
at an address: opening `/j/{token}` uses nothing up.
"""

import asyncio
import html
from typing import Any

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from game_server import errors
from game_server.http.bodies import AnyRequest
from game_server.languages.catalogues import Language
from game_server.languages.choice import of_header
from game_server.services import Services
from game_server.web import assets
from game_server.web.assets import INDEX, Asset, Form
from game_server.web.notices import NOWHERE, UNREADY, notice
from rooms.errors import NotFound
from storage import migrate

PAGES = [
    "/",
    "/you",
    "/you/{part:str}",
    "/plan",
    "/phone",
    "/survey",
    "/limits",
    "/partners",
    "/partners/{user_id:str}",
    "/partners/{user_id:str}/cards",
    "/room/{session_id:str}",
    "/bonds",
    "/bonds/new",
    "/bonds/join",
    "/bonds/{bond_id:str}",
    "/bonds/{bond_id:str}/{part:str}",
    "/bonds/{bond_id:str}/{part:str}/{row_id:str}",
    "/characters",
    "/characters/{kinkster_id:str}",
    "/characters/{kinkster_id:str}/{part:str}",
    "/characters/{kinkster_id:str}/{part:str}/{row_id:str}",
    "/evenings",
    "/evenings/{session_id:str}",
]
LINKS = ["/j", "/j/{token:str}"]
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; connect-src 'self' ws: wss:; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    ),
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
NOT_PAGES = ("/api", "/files", "/static", "/ws", "/health", "/metrics", "/schema", "/.well-known")
"""Programs ask here."""

SECURE_HEADERS = {"Cross-Origin-Opener-Policy": "same-origin"}
"""Only on https: elsewhere browsers ignore them and complain."""

FOR_EVER = "public, max-age=31536000, immutable"


def routes(form: Form = "built") -> list[HTTPRouteHandler]:
    """The page's handlers."""

    async def index() -> Asset:
        if form == "modules":
            return assets.plain()[INDEX]
        return (await asyncio.to_thread(assets.built)).page

    @get(PAGES, include_in_schema=False)
    async def page(request: AnyRequest) -> Response[bytes]:
        return await _unready(request) or answer(request, await index(), "no-cache")

    @get(LINKS, include_in_schema=False)
    async def link(request: AnyRequest) -> Response[bytes]:
        return await _unready(request) or answer(request, await index(), "no-store")

    @get("/static/{path:path}", include_in_schema=False)
    async def asset(request: AnyRequest, path: FromPath[str]) -> Response[bytes]:
        name = path.lstrip("/")
        lying = assets.plain().get(name)
        if lying is not None:
            return answer(request, lying, "no-cache")
        found = (await asyncio.to_thread(assets.built)).find(name)
        if found is None:
            raise NotFound
        return answer(request, found[0], FOR_EVER if found[1] else "no-store")

    return [page, link, asset]


def unknown(request: AnyRequest, error: NotFoundException) -> Response[Any]:
    """What nothing answers to: a kind page for a person with a browser, the API's words for everybody else."""
    path, accepts = request.scope["path"], request.headers.get("Accept", "")
    if "text/html" not in accepts or path.startswith(NOT_PAGES):
        return errors.framework_refused(request, error)
    page = notice(NOWHERE, _language(request)).encode()
    return Response(page, status_code=404, media_type="text/html", headers={**HEADERS, "Cache-Control": "no-store"})


async def _unready(request: AnyRequest) -> Response[bytes] | None:
    """What the page would ask for, a schema that does not fit this program cannot answer: say so in its place."""
    services: Services | None = request.app.state.get("services")
    standing = await services.schema.lately() if services else "ok"
    if standing == "ok":
        return None
    body = notice(UNREADY, _language(request)).replace("{meaning}", html.escape(migrate.MEANING[standing]))
    headers = {**HEADERS, "Cache-Control": "no-store", "Retry-After": errors.UPDATING_S}
    return Response(body.encode(), status_code=503, media_type="text/html", headers=headers)


def _language(request: AnyRequest) -> Language:
    return of_header(request.headers.get("Accept-Language"))


def answer(request: AnyRequest, found: Asset, cache: str) -> Response[bytes]:
    body, encoding = found.as_accepted(request.headers.get("Accept-Encoding", ""))
    etag = f'"{found.hash}-{encoding}"' if encoding else f'"{found.hash}"'
    secure = SECURE_HEADERS if request.url.scheme == "https" else {}
    headers = {**HEADERS, **secure, "Cache-Control": cache, "ETag": etag}
    if found.packed:
        headers["Vary"] = "Accept-Encoding"
    if cache != "no-store" and etag in request.headers.get("If-None-Match", ""):
        return Response(b"", status_code=304, headers=headers, media_type=found.media_type)
    if encoding:
        headers["Content-Encoding"] = encoding
    return Response(body, headers=headers, media_type=found.media_type)
