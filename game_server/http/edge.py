"""What everything passes before a route is looked for, so that what finds no route passes it too: an id, the headers of every
answer, HEAD as GET without its body; and for sockets a refusal that a browser can read. `requests.py` notes what was asked.
"""

import re
from typing import cast

from litestar.datastructures import MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.routes import HTTPRoute
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from game_server import errors
from game_server.http import requests
from game_server.live.phone import Close
from game_server.live.protocol import answered
from game_server.process import addresses, gauges
from game_server.process.traces import Tracer
from game_server.settings import Settings
from rooms.errors import BadRequest, NotFound, Refused

HSTS = "max-age=31536000; includeSubDomains"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
"""Of every answer that does not say otherwise."""

_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~-]+)(:(?P<port>[0-9]{1,5}))?")
_HIGHEST_PORT = 65535


class Edge:
    """Around the whole application. `tracer` comes with the services."""

    tracer: Tracer | None = None

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings
        self._tls = settings.base_url.startswith("https://")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        scope["scheme"] = addresses.scheme(scope, self._settings)
        if scope["type"] == ScopeType.HTTP:
            await self._answer(scope, receive, send)
        else:
            await self._connect(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        request_id = requests.id_of(scope)
        asked = str(scope.get("method"))
        scope = {**scope, "method": "GET" if asked == "HEAD" else asked}  # type: ignore[assignment]
        scope["state"]["request_id"] = request_id

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer.status = message["status"]
                headers = MutableScopeHeaders.from_message(message)
                if asked == "OPTIONS" and (methods := _methods(scope)):
                    headers["Allow"] = ", ".join(sorted(methods))
                self._dress(headers, str(scope["path"]), request_id)
            elif message["type"] == "http.response.body" and asked == "HEAD":
                message = {**message, "body": b""}
            await send(message)

        with requests.followed(scope, asked, request_id, self.tracer) as answer:
            if not _is_host(scope):
                await _refuse(BadRequest("The Host header is not one host and port."), request_id, sent)
            elif asked == "DELETE" and str(scope["path"]).rstrip("/") not in ("", scope["path"]):
                # Litestar drops it, and "this one of them" with an empty id would be "all of them"
                await _refuse(NotFound(), request_id, sent)
            else:
                await self._app(scope, receive, sent)

    def _dress(self, headers: MutableScopeHeaders, path: str, request_id: str) -> None:
        headers.setdefault("X-Request-Id", request_id)
        for name, value in HEADERS.items():
            headers.setdefault(name, value)
        if path.startswith("/api"):
            headers.setdefault("Cache-Control", "no-store")
        if self._tls:
            headers.setdefault("Strict-Transport-Security", HSTS)
        methods = headers.get("Allow", "").split(", ")
        if "GET" in methods and "HEAD" not in methods:
            headers["Allow"] = ", ".join(sorted([*methods, "HEAD"]))

    async def _connect(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A refused upgrade looks like a broken line to a browser, so whoever is refused before is let in and told."""
        accepted = False

        async def told(message: Message) -> None:
            nonlocal accepted
            if message["type"] == "websocket.close" and not accepted:
                why = Close.TRY_LATER if "route_handler" in scope else Close.NOT_YOURS
                gauges.CLOSES.labels(str(why.code)).inc()
                subprotocol = answered(cast("list[str]", scope.get("subprotocols", [])))
                await send({"type": "websocket.accept", "subprotocol": subprotocol, "headers": []})
                message = {"type": "websocket.close", "code": why.code, "reason": why.reason}
            accepted = True
            await send(message)

        await self._app(scope, receive, told)


def _methods(scope: Scope) -> set[str]:
    """Those of the route that was found; Litestar's own answer to OPTIONS knows only the first handler of a path with several."""
    path = scope.get("path_template")
    if path is None:  # it was refused before any was found
        return set()
    routes = (one for one in scope["litestar_app"].routes if isinstance(one, HTTPRoute) and one.path_format == path)
    return {str(method) for route in routes for method in route.methods}


async def _refuse(error: Refused, request_id: str, send: Send) -> None:
    status, body = errors.plain(error, request_id)
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})


def _is_host(scope: Scope) -> bool:
    """None (HTTP/1.0), or one that is a name or an address, with or without a port."""
    given = [value for name, value in scope["headers"] if name == b"host"]
    found = _HOST.fullmatch(given[0].decode("latin-1")) if len(given) == 1 else None
    return not given or (found is not None and int(found["port"] or 0) <= _HIGHEST_PORT)
