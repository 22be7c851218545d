"""The route by which somebody takes everything about themselves away: `GET /api/me/export`."""

from collections.abc import AsyncIterator
from typing import Literal, cast

import structlog
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromQuery
from litestar.response import Stream

from game_server.accounts.callers import Caller
from game_server.export import as_json, as_page
from game_server.export.document import Exported, document
from game_server.export.reader import Reader
from game_server.http import limits
from game_server.http.bodies import AnyRequest
from game_server.http.docs import ALSO
from game_server.http.refusals import REFUSES
from game_server.languages.choice import of_header
from game_server.services import Services
from rooms.errors import KeysUnavailable

log = structlog.get_logger()

JSON, HTML = "application/json", "text/html"
Form = Literal["json", "html"]


@get("/api/me/export", opt={ALSO: (f"{HTML}; charset=utf-8",), REFUSES: (KeysUnavailable,)})
async def export_me(
    caller: NamedDependency[Caller],
    services: NamedDependency[Services],
    request: AnyRequest,
    format: FromQuery[Form | None] = None,  # noqa: A002 - the name of the parameter in the address
) -> Response[Exported]:
    """Everything that is kept about the caller, as JSON; with `format=html`, or for who accepts that, as a page to read
    in the language that is asked for."""
    await limits.spend(services, request, caller, "exports")
    made = await document(Reader(services, caller, request.headers.get("authorization")))
    form = format or ("html" if request.accept.best_match([JSON, HTML]) == HTML else "json")
    language = of_header(request.headers.get("Accept-Language"))
    pieces = as_page.written(made, language) if form == "html" else as_json.written(made)
    headers = {
        "Content-Disposition": f'attachment; filename="attuned-{made.made_at:%Y-%m-%d}.{form}"',
        "Cache-Control": "no-store",
        "Vary": "Accept, Accept-Language",
    }
    media_type = HTML if form == "html" else JSON
    return cast("Response[Exported]", Stream(_told(pieces), media_type=media_type, headers=headers))


async def _told(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The pieces; where one cannot be had the answer breaks off, so that nobody takes it for whole."""
    try:
        async for piece in pieces:
            yield piece
    except Exception as error:
        log.warning("export_broken_off", kind=type(error).__name__)
        raise


def routes() -> list[HTTPRouteHandler]:
    """The handlers."""
    return [export_me]
