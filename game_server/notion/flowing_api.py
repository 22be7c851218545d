"""The routes of what flows: how it stands, the databases, each kind on and off, and runs through one."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import delete, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from game_server.accounts.callers import Caller, require_adult
from game_server.bonds import waiting
from game_server.bonds.waiting import Known, Wait
from game_server.http.bodies import AnyRequest
from game_server.http.limits import spend
from game_server.http.text import END, clean_uuid
from game_server.notion import flowing, placing, status
from game_server.notion.status import StatusView
from game_server.services import Services
from rooms.errors import Invalid
from rooms.notion import pages
from storage.notion_runs import Run, State

PageId = Annotated[str, Meta(min_length=32, max_length=2048, pattern=f"^[\\x21-\\x7e]+{END}")]


class Parent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The page below which databases are made that are not there yet, by its id or its address: it has to be shared with the
    integration.
    """

    parent_page_id: PageId


class Flow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`texts`: may words go along, which are sealed here and would stand readable there? Without them only what has no words."""

    texts: bool = True


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


def routes() -> list[HTTPRouteHandler]:
    """The handlers."""
    return [
        tell_notion_status,
        place_notion_databases,
        verify_notion_template,
        sync_notion,
        stop_notion,
        find_notion_run,
    ]
