"""Switching a kind on and off, which only its owner does, and asking for a run through it."""

from uuid import UUID

from game_server.accounts.callers import Caller
from game_server.notion import connecting
from game_server.services import Services
from rooms.errors import NotFound, WrongState
from rooms.notion.kinds import EVERY
from rooms.notion.of_characters import COMMUNITY
from storage import notion_connections, notion_databases, notion_pages, notion_runs
from storage.notion_runs import Run

WITH_IT = {"kinksters": COMMUNITY.name}
"""What is switched on with a kind: public characters go into their own database, too."""


async def on(services: Services, user: Caller, kind: str, *, texts: bool) -> UUID:
    """From now on this kind flows, and everything of it is looked at: the run that says how far that is. Raises NotFound,
    NotConfigured, WrongState without a connection or a database.
    """
    require_kind(kind)
    await connecting.require(services, user)
    person = UUID(user.id)
    async with services.database.as_service() as db:
        known = await notion_databases.of(db, user.id)
        if kind not in known or known[kind].database_id is None:
            raise WrongState("There is no database for this yet: make or find the databases first.")
        for one in (kind, *([WITH_IT[kind]] if WITH_IT.get(kind) in known else [])):
            await notion_databases.flow(db, person, one, flows=True, texts=texts)
            if known[one].texts != texts or not known[one].flows:
                await notion_pages.push_again(db, person, one)
            await notion_pages.try_again(db, person, one)
        run_id = await notion_runs.ask(db, person, kind)
        await notion_connections.wake(db, person)
    return run_id


async def off(services: Services, user: Caller, kind: str) -> None:
    """Nothing of this kind flows any more, either way; what stands there stays. Raises NotFound."""
    require_kind(kind)
    person = UUID(user.id)
    async with services.database.as_service() as db:
        known = await notion_databases.of(db, user.id)
        for one in (kind, *([WITH_IT[kind]] if kind in WITH_IT else [])):
            if one in known:
                await notion_databases.flow(db, person, one, flows=False, texts=False)
        await notion_runs.end(db, person, kind, services.clock.now(), "switched_off")


async def run_of(services: Services, user: Caller, run_id: UUID) -> Run:
    """One of the caller's runs. Raises NotFound."""
    async with services.database.as_user(user.id) as db:
        found = await notion_runs.find(db, run_id)
    if found is None:
        raise NotFound
    return found


def require_kind(kind: str) -> None:
    """Raises NotFound for what is none of the fifteen."""
    if kind not in EVERY or kind == COMMUNITY.name:
        raise NotFound
