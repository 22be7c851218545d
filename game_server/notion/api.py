"""The routes of Notion."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import Response, delete, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from msgspec import Meta

from game_server.accounts.callers import Caller, authenticate, require_adult
from game_server.bonds.places import row_place
from game_server.bonds.shapes import Version
from game_server.characters import waiting
from game_server.http.bodies import AnyRequest
from game_server.http.limits import spend
from game_server.http.paging import Limit, Page, Place, read_cursor, write_cursor
from game_server.http.refusals import REFUSES
from game_server.http.text import END, clean_uuid
from game_server.integrations import notion_webhooks
from game_server.notion import conflicts, connecting, flowing, hearing, placing, status
from game_server.notion.conflicts import ConflictView, Settled
from game_server.notion.status import StatusView
from game_server.process import addresses
from game_server.services import Services
from rooms.errors import Changed, Invalid, NotFound, Refused, TooLarge
from rooms.notion import pages
from storage import notion_conflicts, notion_pages
from storage.notion_runs import Run, State

BROWSER = "attuned_notion"
BACK = "/you/notion"
"""Where the page goes on when somebody comes back from Notion."""

LONGEST_WAIT_S = 25

Token = Annotated[str, Meta(min_length=1, max_length=512, pattern=f"^[\\x21-\\x7e]+{END}")]
PageId = Annotated[str, Meta(min_length=32, max_length=2048, pattern=f"^[\\x21-\\x7e]+{END}")]
Wait = Annotated[int, QueryParameter(ge=0, le=LONGEST_WAIT_S, description="seconds to wait for a change")]
Known = Annotated[int | None, QueryParameter(ge=1, le=2**31 - 1, description="wait while it is still this version")]
Sent = Annotated[
    str | None, QueryParameter(name="state", min_length=1, max_length=512, description="what was sent along")
]
Code = Annotated[str | None, QueryParameter(min_length=1, max_length=2048, description="for which there are tokens")]
StateAsked = Annotated[notion_pages.State | None, QueryParameter(name="state", description="only those that are so")]


class Connect(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The token of an integration that its person made in their workspace."""

    token: Token


class Parent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The page below which databases are made that are not there yet, by its id or its address: it has to be shared with the
    integration.
    """

    parent_page_id: PageId


class Flow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`texts`: may words go along, which are sealed here and would stand readable there? Without them only what has no words."""

    texts: bool = True


class Resolve(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which side stands; with `merge` for each field of `fields`, and the others stay open."""

    strategy: Literal["prefer_ours", "prefer_notion", "merge"]
    fields: dict[Annotated[str, Meta(max_length=64)], Literal["ours", "notion"]] = {}
    version: Version | None = None


class Away(msgspec.Struct, frozen=True):
    """Where somebody says yes."""

    url: str


class Asked(msgspec.Struct, frozen=True):
    """A run through one kind: how far it is stands at /api/notion/runs/{id}."""

    run_id: UUID


class RunView(msgspec.Struct, frozen=True, kw_only=True):
    """How far a run is: `done` of `total` rows are as their pages are (null before they were counted), so many pages were read,
    so many rows were written there, and so many changes taken from there. `error`: why it ended, as a code.
    """

    id: UUID
    kind: str
    state: State
    total: int | None
    done: int
    pages_read: int
    pushed: int
    pulled: int
    error: str | None
    finished_at: datetime | None
    created_at: datetime
    updated_at: datetime
    version: int


class PageView(msgspec.Struct, frozen=True, kw_only=True):
    """One row and its page. `error`: a code of why it is not as it should be; `tries` so often it was tried since it was well."""

    id: UUID
    kind: str
    entity_id: UUID | None
    page_id: str | None
    state: notion_pages.State
    error: str | None
    tries: int
    next_try_at: datetime | None
    last_edited_at: datetime | None
    created_at: datetime


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


@get("/api/notion/status")
async def tell_notion_status(user: NamedDependency[Caller], services: NamedDependency[Services]) -> StatusView:
    """How it stands: what is connected, which kinds flow and with what, how many pages are how."""
    require_adult(user)
    return await status.of(services, user)


@post("/api/notion/databases", status_code=200)
async def place_notion_databases(
    data: JSONBody[Parent], user: NamedDependency[Caller], services: NamedDependency[Services], request: AnyRequest
) -> StatusView:
    """Find the databases by their mark, wherever they are; make below this page those that are not there. Again and at once it
    makes each once.
    """
    require_adult(user)
    await spend(services, request, user, "notion")
    parent = pages.id_in(data.parent_page_id)
    if parent is None:
        raise Invalid(fields={"parent_page_id": "The address of a page in Notion, or its id."})
    await placing.place_all(services, user, parent)
    return await status.of(services, user)


@post("/api/notion/verify-template", status_code=200)
async def verify_notion_template(
    user: NamedDependency[Caller], services: NamedDependency[Services], request: AnyRequest
) -> dict[str, list[str]]:
    """The properties that each kind's database lacks, or has of another type; without a database all of them."""
    require_adult(user)
    await spend(services, request, user, "notion")
    return await placing.missing(services, user)


@post("/api/notion/sync/{kind:str}", status_code=202)
async def sync_notion(
    kind: FromPath[str],
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
    request: AnyRequest,
    data: JSONBody[Flow | None] = None,
) -> Asked:
    """Switch one kind on, both ways, and go through all of it now. Where a run is under way that one is answered."""
    require_adult(user)
    flowing.require_kind(kind)
    await spend(services, request, user, "notion")
    return Asked(await flowing.on(services, user, kind, texts=(data or Flow()).texts))


@delete("/api/notion/sync/{kind:str}", status_code=204)
async def stop_notion(kind: FromPath[str], user: NamedDependency[Caller], services: NamedDependency[Services]) -> None:
    """Switch one kind off, both ways."""
    require_adult(user)
    await flowing.off(services, user, kind)


@get("/api/notion/runs/{run_id:str}")
async def find_notion_run(
    run_id: FromPath[str],
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
    wait: Wait = 0,
    version: Known = None,
) -> RunView:
    """How far a run is; with `wait` as soon as that changes, at the latest after so many seconds."""
    require_adult(user)
    which = UUID(clean_uuid(run_id))

    async def read() -> Run:
        return await flowing.run_of(services, user, which)

    return _run(await waiting.changed(services, user.id, read, version, wait, _is_open))


@get("/api/notion/pages")
async def list_notion_pages(  # noqa: PLR0917 - what the route names, and who asks
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
    kind: FromQuery[str | None] = None,
    as_it_is: StateAsked = None,
    limit: Limit = 50,
    cursor: FromQuery[str | None] = None,
) -> Page[PageView]:
    """Rows and their pages, one by one, newest first; those of one kind or state, where that is named."""
    require_adult(user)
    after = read_cursor(cursor, UUID)
    async with services.database.as_user(user.id) as db:
        found = await notion_pages.listed(db, kind=kind, state=as_it_is, after=row_place(after), limit=limit + 1)
    last = found[limit - 1] if len(found) > limit else None
    more = write_cursor(Place(last.created_at, str(last.id))) if last else None
    return Page([_page(one) for one in found[:limit]], more)


@get("/api/notion/conflicts")
async def list_notion_conflicts(
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
    kind: FromQuery[str | None] = None,
    limit: Limit = 50,
    cursor: FromQuery[str | None] = None,
) -> Page[ConflictView]:
    """What stands differently on both sides and is not settled, each field with both."""
    require_adult(user)
    after = read_cursor(cursor, UUID)
    return await conflicts.listed(services, user, kind=kind, after=after, limit=limit)


@post("/api/notion/conflicts/{conflict_id:str}/resolve", status_code=200, opt={REFUSES: conflicts.MAY_REFUSE})
async def resolve_notion_conflict(
    conflict_id: FromPath[str],
    data: JSONBody[Resolve],
    user: NamedDependency[Caller],
    services: NamedDependency[Services],
) -> Settled:
    """Say which side stands. What is Notion's is asked for as by oneself, and may be refused as by oneself."""
    require_adult(user)
    which = UUID(clean_uuid(conflict_id))
    if data.version is not None:
        async with services.database.as_user(user.id) as db:
            found = await notion_conflicts.find(db, which)
        if found is None:
            raise NotFound
        if found.version != data.version:
            raise Changed
    return await conflicts.resolve(services, user, which, data.strategy, data.fields)


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


def _is_open(run: Run) -> bool:
    return run.finished_at is None


def _run(run: Run) -> RunView:
    return RunView(
        id=run.id,
        kind=run.kind,
        state=run.state,
        total=run.rows_in_all,
        done=run.rows_done,
        pages_read=run.pages_seen,
        pushed=run.pushed,
        pulled=run.pulled,
        error=run.error,
        finished_at=run.finished_at,
        created_at=run.created_at,
        updated_at=run.updated_at,
        version=run.version,
    )


def _page(page: notion_pages.Page) -> PageView:
    return PageView(
        id=page.id,
        kind=page.kind,
        entity_id=page.entity_id,
        page_id=page.page_id,
        state=page.state,
        error=page.error,
        tries=page.tries,
        next_try_at=page.due_at if page.state == "pending" else None,
        last_edited_at=page.edited_at,
        created_at=page.created_at,
    )


def routes() -> list[HTTPRouteHandler]:
    """The handlers."""
    ways: list[Any] = [connect_notion, disconnect_notion, start_notion_sign_in, end_notion_sign_in, told_by_notion]
    kinds = [
        tell_notion_status,
        place_notion_databases,
        verify_notion_template,
        sync_notion,
        stop_notion,
        find_notion_run,
    ]
    return [*ways, *kinds, list_notion_pages, list_notion_conflicts, resolve_notion_conflict]
