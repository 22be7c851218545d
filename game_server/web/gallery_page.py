"""The gallery: every screen and state of the page with made-up data, so that whoever changes a word sees it. Only in development.

It shows the page's own modules as they lie on disk, read at every request: a change is there at the next look. Nobody and
nothing of the database is behind it: what a server would say stands in gallery/.
"""

from pathlib import Path

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from game_server.http.bodies import AnyRequest
from game_server.process import addresses
from game_server.settings import Settings
from game_server.web.assets import KINDS
from game_server.web.pages import HEADERS
from rooms.errors import NotFound

WEB = Path(__file__).parent
RAW = "/gallery/raw/"
SHOWN = ("static", "gallery")
_HEADERS = {
    **HEADERS,
    "Content-Security-Policy": HEADERS["Content-Security-Policy"].replace(
        "frame-ancestors 'none'", "frame-ancestors 'self'"
    ),
    "Cache-Control": "no-store",
}
"""The gallery shows its screens in frames; no other page may be framed, and this one not by others."""


def routes(settings: Settings) -> list[HTTPRouteHandler]:
    """The gallery's handlers; none where anybody but this machine may reach the server."""
    if not settings.on_this_machine:
        return []

    @get("/gallery", include_in_schema=False, sync_to_thread=True)
    def gallery(request: AnyRequest) -> Response[bytes]:
        _refuse_others(request, settings)
        return _answer(WEB / "gallery" / "index.html")

    @get("/gallery/frame", include_in_schema=False, sync_to_thread=True)
    def frame(request: AnyRequest) -> Response[bytes]:
        _refuse_others(request, settings)
        page = (WEB / "static" / "index.html").read_text("utf-8").replace("/static/", f"{RAW}static/")
        return _html(page.replace(f"{RAW}static/js/main.js", f"{RAW}gallery/frame.js").encode())

    @get(RAW + "{path:path}", include_in_schema=False, sync_to_thread=True)
    def raw(request: AnyRequest, path: FromPath[str]) -> Response[bytes]:
        _refuse_others(request, settings)
        try:
            found = (WEB / path.lstrip("/")).resolve()
            if found.is_file() and any(found.is_relative_to(WEB / folder) for folder in SHOWN):
                return _answer(found)
        except (OSError, ValueError):
            pass  # no name that a file could have
        raise NotFound

    return [gallery, frame, raw]


def _refuse_others(request: AnyRequest, settings: Settings) -> None:
    """A proxy that nobody has told of may stand before it all the same."""
    if not addresses.is_local(request.scope, settings):
        raise NotFound


def _answer(file: Path) -> Response[bytes]:
    kind = KINDS.get(file.suffix, "application/octet-stream")
    return Response(file.read_bytes(), media_type=kind, headers=_HEADERS)


def _html(page: bytes) -> Response[bytes]:
    return Response(page, media_type="text/html", headers=_HEADERS)
