"""What every request passes: an id, the headers of every answer, the body's type, and one line in the log without secrets."""

import time
import uuid
from typing import Any

import structlog
from litestar.datastructures import MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from game_server.settings import Settings
from rooms.errors import UnsupportedMedia

log = structlog.get_logger()

HSTS = "max-age=31536000; includeSubDomains"


class Edge(ASGIMiddleware):
    """Outermost for HTTP."""

    scopes = (ScopeType.HTTP,)

    def __init__(self, settings: Settings) -> None:
        self._tls = settings.base_url.startswith("https://")

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Around the application."""
        began = time.monotonic()
        request_id = uuid.uuid4().hex  # noqa: TID251 - names a request in the logs, nothing is drawn from it
        scope["state"]["request_id"] = request_id
        status = 500

        async def sent(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                self._dress(MutableScopeHeaders.from_message(message), str(scope["path"]), request_id)
            await send(message)

        _refuse_other_bodies(scope)
        await next_app(scope, receive, sent)
        route: Any = scope.get("path_template") or "-"
        log.debug(
            "request", method=scope.get("method"), route=route, status=status, ms=_ms(began), request_id=request_id
        )

    def _dress(self, headers: MutableScopeHeaders, path: str, request_id: str) -> None:
        headers.setdefault("X-Request-Id", request_id)
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "no-referrer")
        if path.startswith("/api"):
            headers.setdefault("Cache-Control", "no-store")
        if self._tls:
            headers.setdefault("Strict-Transport-Security", HSTS)


def _refuse_other_bodies(scope: Scope) -> None:
    headers = {key: value for key, value in scope["headers"] if key in (b"content-type", b"content-length")}
    if not str(scope["path"]).startswith("/api") or headers.get(b"content-length", b"0") == b"0":
        return
    kind = headers.get(b"content-type", b"").split(b";")[0].strip().lower()
    if kind != b"application/json":
        raise UnsupportedMedia


def _ms(began: float) -> float:
    return round((time.monotonic() - began) * 1000, 1)
