"""The API's description: OpenAPI 3.1 as JSON, and a page that needs no script and no other server."""

from functools import cache
from html import escape
from typing import Any

import msgspec
from litestar import Litestar, MediaType, Request, Response, get
from litestar.handlers import HTTPRouteHandler

from game_server.errors import CODES

Asked = Request[Any, Any, Any]

_STYLE = "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'"


def routes() -> list[HTTPRouteHandler]:
    """The handlers. The document is made once: it takes a tenth of a second, in which no room moves, and anybody may ask."""

    @cache
    def document(app: Litestar) -> dict[str, Any]:
        return app.openapi_schema.to_schema()

    @cache
    def encoded(app: Litestar) -> bytes:
        return msgspec.json.encode(document(app))

    @cache
    def html(app: Litestar) -> str:
        return _html(document(app))

    @get("/schema/openapi.json", include_in_schema=False, sync_to_thread=False)
    def openapi(request: Asked) -> Response[bytes]:
        """The document."""
        return Response(encoded(request.app), media_type="application/vnd.oai.openapi+json")

    @get("/schema", include_in_schema=False, sync_to_thread=False, media_type=MediaType.HTML)
    def page(request: Asked) -> Response[str]:
        """The same for people."""
        return Response(html(request.app), media_type=MediaType.HTML, headers={"Content-Security-Policy": _STYLE})

    return [openapi, page]


def _html(document: dict[str, Any]) -> str:
    rows = [
        f"<tr><td>{escape(method.upper())}</td><td><code>{escape(path)}</code></td>"
        f"<td>{escape(operation.get('description') or operation.get('summary') or '')}</td></tr>"
        for path, operations in sorted(document.get("paths", {}).items())
        for method, operation in operations.items()
        if isinstance(operation, dict)
    ]
    codes = [
        f"<tr><td><code>{escape(code)}</code></td><td>{status}</td></tr>" for code, status in sorted(CODES.items())
    ]
    title = escape(document["info"]["title"])
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        f"<title>{title}</title><h1>{title}</h1><p><a href=/schema/openapi.json>OpenAPI 3.1 as JSON</a></p>"
        f"<h2>Routes</h2><table><tr><th>Method<th>Path<th>What</tr>{''.join(rows)}</table>"
        f"<h2>Error codes</h2><table><tr><th>Code<th>Status</tr>{''.join(codes)}</table></html>"
    )
