"""The routes of single pages: how each stands, and what is settled of those that differ."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from msgspec import Meta

from game_server.accounts.callers import Caller, require_adult
from game_server.bonds.places import row_place
from game_server.bonds.shapes import Version
from game_server.http.paging import Limit, Page, Place, read_cursor, write_cursor
from game_server.http.refusals import REFUSES
from game_server.http.text import clean_uuid
from game_server.notion import conflicts, titles
from game_server.notion.conflicts import ConflictView, Settled
from game_server.services import Services
from rooms.errors import Changed, NotFound
from storage import notion_conflicts, notion_pages

StateAsked = Annotated[notion_pages.State | None, QueryParameter(name="state", description="only those that are so")]


class Resolve(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which side stands; with `merge` for each field of `fields`, and the others stay open."""

    strategy: Literal["prefer_ours", "prefer_notion", "merge"]
    fields: dict[Annotated[str, Meta(max_length=64)], Literal["ours", "notion"]] = {}
    version: Version | None = None


class PageView(msgspec.Struct, frozen=True, kw_only=True):
    """One row and its page. `title`: what the row is called here, where it is here and can be opened. `error`: a code of why it
    is not as it should be; `tries` so often it was tried since it was well.
    """

    id: UUID
    kind: str
    entity_id: UUID | None
    page_id: str | None
    title: str | None
    state: notion_pages.State
    error: str | None
    tries: int
    next_try_at: datetime | None
    last_edited_at: datetime | None
    created_at: datetime


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
    called = await titles.of(services, user, found[:limit])
    return Page([_page(one, called.get(one.id)) for one in found[:limit]], more)


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


def _page(page: notion_pages.Page, title: str | None) -> PageView:
    return PageView(
        id=page.id,
        kind=page.kind,
        entity_id=page.entity_id,
        page_id=page.page_id,
        title=title,
        state=page.state,
        error=page.error,
        tries=page.tries,
        next_try_at=page.due_at if page.state == "pending" else None,
        last_edited_at=page.edited_at,
        created_at=page.created_at,
    )


def routes() -> list[HTTPRouteHandler]:
    """The handlers."""
    return [list_notion_pages, list_notion_conflicts, resolve_notion_conflict]
