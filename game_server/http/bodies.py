"""Request bodies: what is not JSON is refused by its type, broken JSON as bad JSON, a field of the wrong type instead of being
guessed, and one that ends before it is whole without a word in the log.
"""

from collections.abc import AsyncGenerator
from typing import Any

import msgspec
from litestar import Request
from litestar.enums import ScopeType
from litestar.exceptions import InternalServerException
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from game_server.errors import invalid_field
from rooms.errors import BadRequest, NotJson, UnsupportedMedia

_WENT_AWAY = "client disconnected prematurely"


TAKES = "takes"
"""On a handler: the media type of the body that it takes instead of JSON."""


class OnlyJson(ASGIMiddleware):
    """The API takes JSON and nothing else, but where a handler says so."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Around a route. Raises UnsupportedMedia."""
        if str(scope["path"]).startswith("/api"):
            headers = dict(scope["headers"])
            empty = headers.get(b"content-length", b"0").strip(b"0") == b"" and b"transfer-encoding" not in headers
            kind = headers.get(b"content-type", b"").split(b";")[0].strip().lower()
            handler = scope.get("route_handler")
            takes = str(handler.opt.get(TAKES, "application/json")) if handler else None
            if not empty and kind != str(takes).encode():
                if handler and TAKES in handler.opt:
                    raise UnsupportedMedia("This is not the type of content that is taken here.")
                raise UnsupportedMedia
        await next_app(scope, receive, send)


AnyRequest = Request[Any, Any, Any]
"""What a handler is given."""


class JsonRequest(Request[Any, Any, Any]):
    """Litestar's request, less lenient: it lets two kinds of broken JSON through, and takes "true" for true."""

    async def stream(self) -> AsyncGenerator[bytes, None]:
        """The body in pieces. Raises BadRequest where the client went away in the middle of it."""
        try:
            async for piece in super().stream():
                yield piece
        except InternalServerException as error:
            if error.detail != _WENT_AWAY:
                raise
            raise BadRequest("The request ended before it was whole.") from error

    async def json(self) -> Any:
        """The body as JSON, of the handler's type. Raises NotJson (also no UTF-8, nested without end), Invalid."""
        try:
            body = await super().json()
        except (UnicodeDecodeError, RecursionError) as error:
            raise NotJson from error
        wanted = self.route_handler.parsed_data_field
        if wanted is not None:
            try:
                msgspec.convert(body, wanted.annotation, strict=True)
            except msgspec.ValidationError as error:
                raise invalid_field(error) from error
        return body
