"""The routes by which somebody connects their Notion and lets go of it, and the one by which Notion says that something changed
there.
"""

from typing import Annotated

import msgspec
from litestar import Response, delete, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody, QueryParameter
from msgspec import Meta

from game_server.accounts.callers import Caller, authenticate, require_adult
from game_server.http.bodies import AnyRequest
from game_server.http.limits import spend
from game_server.http.refusals import REFUSES
from game_server.http.text import END
from game_server.integrations import notion_webhooks
from game_server.notion import connecting, hearing, status
from game_server.notion.status import StatusView
from game_server.process import addresses
from game_server.services import Services
from rooms.errors import Refused, TooLarge

BROWSER = "attuned_notion"
BACK = "/you/notion"
"""Where the page goes on when somebody comes back from Notion."""

Token = Annotated[str, Meta(min_length=1, max_length=512, pattern=f"^[\\x21-\\x7e]+{END}")]
Sent = Annotated[
    str | None, QueryParameter(name="state", min_length=1, max_length=512, description="what was sent along")
]
Code = Annotated[str | None, QueryParameter(min_length=1, max_length=2048, description="for which there are tokens")]


class Connect(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The token of an integration that its person made in their workspace."""

    token: Token


class Away(msgspec.Struct, frozen=True):
    """Where somebody says yes."""

    url: str


class Heard(msgspec.Struct, frozen=True):
    """It was heard."""


@post("/api/notion/connect", status_code=200)
async def connect_notion(
    data: JSONBody[Connect], user: NamedDependency[Caller], services: NamedDependency[Services], request: AnyRequest
) -> StatusView:
    """Connect one's own workspace by a token of one's own. Nothing flows yet: that is asked for by kind."""
    require_adult(user)
    await spend(services, request, user, "notion")
    await connecting.by_token(services, user, data.token)
    return await status.of(services, user)


@delete("/api/notion/connect", status_code=204)
async def disconnect_notion(user: NamedDependency[Caller], services: NamedDependency[Services]) -> None:
    """Let go of it: tokens are forgotten and nothing flows any more. What stands in the workspace stays there, and is theirs."""
    require_adult(user)
    await connecting.let_go(services, user)


@get("/api/notion/oauth/start")
async def start_notion_sign_in(
    user: NamedDependency[Caller], services: NamedDependency[Services], request: AnyRequest
) -> Response[Away]:
    """Where to say yes at Notion; the browser that asks this is the one that comes back."""
    require_adult(user)
    await spend(services, request, user, "notion")
    begun = await connecting.begin(services, user)
    secure = addresses.scheme(request.scope, services.settings) == "https"
    cookie = Cookie(
        key=BROWSER,
        value=begun.browser,
        path=connecting.CALLBACK,
        httponly=True,
        secure=secure,
        samesite="lax",
        max_age=int(connecting.STATE_GOOD_FOR.total_seconds()),
    )
    return Response(Away(begun.url), cookies=[cookie], headers={"Cache-Control": "no-store"})


@get("/api/notion/oauth/callback", status_code=303)
async def end_notion_sign_in(
    services: NamedDependency[Services],
    request: AnyRequest,
    sent: Sent = None,
    code: Code = None,
) -> Response[None]:
    """Where Notion sends people back to; once, within ten minutes, in the browser in which they began or signed in as they were.
    They go on at the page, which is told how it went.
    """
    await spend(services, request, None, "notion")
    said = "connected"
    try:
        signed_in = request.headers.get("authorization")
        user = await authenticate(services, signed_in) if signed_in else None
        browser = request.cookies.get(BROWSER)
        if sent is None:
            said = "refused"
        elif code is None:
            await connecting.who_came(services, sent, browser, user)
            said = "refused"
        else:
            await connecting.come_back(services, sent, browser, user, code)
    except Refused as refused:
        said = refused.code
    headers = {"Location": f"{BACK}?said={said}", "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    gone = Cookie(key=BROWSER, value="", path=connecting.CALLBACK, httponly=True, samesite="lax", max_age=0)
    return Response(None, status_code=303, headers=headers, cookies=[gone])


@post(
    "/api/webhooks/notion",
    status_code=200,
    request_max_body_size=notion_webhooks.LARGEST,
    opt={REFUSES: (TooLarge,)},
)
async def told_by_notion(request: AnyRequest, services: NamedDependency[Services]) -> Heard:
    """That something changed in a workspace, signed by Notion: where to look, and nothing else."""
    body = await request.body()
    await hearing.hear(services, body, request.headers.get(notion_webhooks.HEADER, ""))
    return Heard()


def routes() -> list[HTTPRouteHandler]:
    """The handlers."""
    return [connect_notion, disconnect_notion, start_notion_sign_in, end_notion_sign_in, told_by_notion]
