"""How it stands with somebody's Notion: all that a page of it needs."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from game_server.accounts.callers import Caller
from game_server.integrations.sealed_reference import SealedElsewhere
from game_server.notion import secrets
from game_server.services import Services
from rooms.notion.kinds import EVERY
from rooms.notion.of_characters import COMMUNITY
from storage import notion_connections, notion_databases, notion_pages, notion_runs
from storage.notion_databases import Database
from storage.notion_pages import Counts
from storage.notion_runs import Run


class KindView(msgspec.Struct, frozen=True, kw_only=True):
    """One kind. `on`: its owner asked for it; `texts`: and words go along. `synced` … count pages, `error` is a code of what
    keeps the whole kind from flowing, `run_id` the newest run and `running` whether it is under way.
    """

    name: str
    database_id: str | None = None
    on: bool = False
    texts: bool = False
    synced: int = 0
    pending: int = 0
    conflicts: int = 0
    failed: int = 0
    archived: int = 0
    last_pull_at: datetime | None = None
    last_push_at: datetime | None = None
    error: str | None = None
    run_id: UUID | None = None
    running: bool = False


class StatusView(msgspec.Struct, frozen=True, kw_only=True):
    """`offered`: may Notion be connected here at all; `oauth`: also by signing in there. `broken`: Notion does not take the token
    any more, and nothing is asked of it until it is connected again. `waits_until`: until then it asked to be left alone, or the
    server leaves it alone, with `error` as a code why. `community` is the second database of characters, for public ones.
    """

    offered: bool
    oauth: bool
    connected: bool
    broken: bool
    connected_by: Literal["token", "oauth"] | None
    workspace: str | None
    workspace_id: str | None
    connected_at: datetime | None
    waits_until: datetime | None
    error: str | None
    kinds: dict[str, KindView]
    community: KindView


async def of(services: Services, user: Caller) -> StatusView:
    """The caller's."""
    async with services.database.as_service() as db:
        connection = await notion_connections.find(db, user.id)
        databases = await notion_databases.of(db, user.id)
        counts = await notion_pages.counted(db, UUID(user.id))
        runs = await notion_runs.newest(db, UUID(user.id))
    notion = services.notion
    workspace = None
    if connection is not None:
        try:
            workspace = secrets.sealing(services.keys, user.id).open(connection.sealed).workspace
        except SealedElsewhere:
            workspace = None
    resting = connection is not None and connection.error is not None and connection.state == "connected"
    every = {
        name: _kind(kind.called, databases.get(name), counts.get(name), runs.get(name)) for name, kind in EVERY.items()
    }
    community = every.pop(COMMUNITY.name)
    return StatusView(
        offered=notion is not None,
        oauth=notion is not None and notion.has_oauth,
        connected=connection is not None and connection.state == "connected",
        broken=connection is not None and connection.state == "broken",
        connected_by=connection.connected_by if connection else None,
        workspace=workspace,
        workspace_id=connection.workspace_id if connection else None,
        connected_at=connection.created_at if connection else None,
        waits_until=connection.due_at if connection is not None and resting else None,
        error=connection.error if connection else None,
        kinds=every,
        community=community,
    )


def _kind(name: str, database: Database | None, counts: Counts | None, run: Run | None) -> KindView:
    said = counts or Counts()
    return KindView(
        name=name,
        database_id=database.database_id if database else None,
        on=database is not None and database.flows,
        texts=database is not None and database.flows and database.texts,
        synced=said.synced,
        pending=said.pending,
        conflicts=said.conflict,
        failed=said.failed,
        archived=said.archived,
        last_pull_at=database.last_pull_at if database else None,
        last_push_at=database.last_push_at if database else None,
        error=database.error if database else None,
        run_id=run.id if run else None,
        running=run is not None and run.finished_at is None,
    )
