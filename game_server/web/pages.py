"""The addresses that answer with the page, and the files the page is made of.

Everything is read once, when the application is put together, and answered from memory with an ETag. The page decides
by itself what to show at an address: opening `/j/{token}` uses nothing up.
"""

import hashlib
import html
import mimetypes
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from game_server import errors
from game_server.http.bodies import AnyRequest
from game_server.services import Services
from rooms.errors import NotFound
from storage import migrate

STATIC = Path(__file__).parent / "static"
NOWHERE = Path(__file__).parent / "nowhere.html"
UNREADY = Path(__file__).parent / "unready.html"
PAGES = [
    "/",
    "/you",
    "/plan",
    "/survey",
    "/limits",
    "/partners",
    "/partners/{user_id:str}",
    "/partners/{user_id:str}/cards",
    "/room/{session_id:str}",
]
LINKS = ["/j", "/j/{token:str}"]
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; connect-src 'self' ws: wss:; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
NOT_PAGES = ("/api", "/static", "/ws", "/health", "/metrics", "/schema", "/.well-known")
"""Programs ask here."""

SECURE_HEADERS = {"Cross-Origin-Opener-Policy": "same-origin"}
"""Only on https: elsewhere browsers ignore them and complain."""

KINDS = {".js": "text/javascript", ".css": "text/css", ".html": "text/html", ".svg": "image/svg+xml"}


class Asset(msgspec.Struct, frozen=True):
    """One file as it goes out."""

    body: bytes
    media_type: str
    etag: str


def load(folder: Path = STATIC) -> dict[str, Asset]:
    """Every file below the folder by its relative path."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): _asset(path) for path in files}


def routes() -> list[HTTPRouteHandler]:
    """The page's handlers."""
    assets = load()

    @get(PAGES, include_in_schema=False)
    async def page(request: AnyRequest) -> Response[bytes]:
        return await _unready(request) or _answer(request, assets["index.html"], "no-cache")

    @get(LINKS, include_in_schema=False)
    async def link(request: AnyRequest) -> Response[bytes]:
        return await _unready(request) or _answer(request, assets["index.html"], "no-store")

    @get("/static/{path:path}", include_in_schema=False, sync_to_thread=False)
    def asset(request: AnyRequest, path: FromPath[str]) -> Response[bytes]:
        found = assets.get(path.lstrip("/"))
        if found is None:
            raise NotFound
        return _answer(request, found, "no-cache")

    return [page, link, asset]


def unknown(request: AnyRequest, error: NotFoundException) -> Response[Any]:
    """What nothing answers to: a kind page for a person with a browser, the API's words for everybody else."""
    path, accepts = request.scope["path"], request.headers.get("Accept", "")
    if "text/html" not in accepts or path.startswith(NOT_PAGES):
        return errors.framework_refused(request, error)
    return Response(
        _nowhere(), status_code=404, media_type="text/html", headers={**HEADERS, "Cache-Control": "no-store"}
    )


async def _unready(request: AnyRequest) -> Response[bytes] | None:
    """What the page would ask for, a schema that does not fit this program cannot answer: say so in its place."""
    services: Services | None = request.app.state.get("services")
    standing = await services.schema.lately() if services else "ok"
    if standing == "ok":
        return None
    body = UNREADY.read_text("utf-8").replace("{meaning}", html.escape(migrate.MEANING[standing]))
    headers = {**HEADERS, "Cache-Control": "no-store", "Retry-After": errors.UPDATING_S}
    return Response(body.encode(), status_code=503, media_type="text/html", headers=headers)


@cache
def _nowhere() -> bytes:
    return NOWHERE.read_bytes()


def _asset(path: Path) -> Asset:
    body = path.read_bytes()
    kind = KINDS.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Asset(body, kind, f'"{hashlib.sha256(body).hexdigest()[:32]}"')


def _answer(request: AnyRequest, found: Asset, cache: str) -> Response[bytes]:
    secure = SECURE_HEADERS if request.url.scheme == "https" else {}
    headers = {**HEADERS, **secure, "Cache-Control": cache, "ETag": found.etag}
    known = request.headers.get("If-None-Match", "")
    if cache != "no-store" and found.etag in known:
        return Response(b"", status_code=304, headers=headers, media_type=found.media_type)
    return Response(found.body, headers=headers, media_type=found.media_type)
