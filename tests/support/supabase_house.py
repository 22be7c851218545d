"""The server in this process with a Supabase project beside it; both go by the house's clock."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec

from game_server.integrations.supabase import open_supabase
from tests.support.house import House, open_house
from tests.support.supabase_project import Member, SupabaseProject

TABLES = ("users", "logins", "anonymous_sessions", "profiles", "supabase_erasures", "mail_outbox", "credentials")


@asynccontextmanager
async def open_supabase_house(
    project: SupabaseProject, database_url: str, redis_url: str, data_dir: Path
) -> AsyncIterator[House]:
    async with open_house(database_url, redis_url, data_dir, **project.settings()) as opened:
        project.clock = lambda: opened.clock.now().timestamp()
        beside = open_supabase(opened.services.settings, opened.clock)
        house = msgspec.structs.replace(opened, services=msgspec.structs.replace(opened.services, supabase=beside))
        house.app.state.services = house.services
        yield house
        assert beside is not None
        await beside.close()


@asynccontextmanager
async def another(house: House, **changes: Any) -> AsyncIterator[House]:
    """The house as another process that has just begun: it knows no keys, has seen nobody, and may have other settings."""
    settings = msgspec.structs.replace(house.services.settings, **changes)
    beside = open_supabase(settings, house.clock)
    services = msgspec.structs.replace(house.services, supabase=beside, settings=settings)
    house.app.state.services = services
    try:
        yield msgspec.structs.replace(house, services=services)
    finally:
        house.app.state.services = house.services
        if beside is not None:
            await beside.close()


def comes(house: House, project: SupabaseProject, member: Member, **changes: Any) -> httpx.AsyncClient:
    """Somebody with a token of theirs."""
    return house.client(project.token(member, **changes))


async def rows(house: House) -> dict[str, int]:
    """How many rows the tables have in which a sign-in could leave something."""
    counts = ", ".join(f"(SELECT count(*) FROM {table}) AS {table}" for table in TABLES)
    (found,) = await house.database.fetch(f"SELECT {counts}")
    return dict(found)


def code(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of a refusal."""
    return answer.status_code, answer.json()["error"]["code"]
