"""A house whose people have a Notion of their own, and what tests do with it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import msgspec

from game_server.notion import sync
from storage import notion_connections
from tests.support.bonds_in_house import Home
from tests.support.house import House, Person, open_house
from tests.support.notion import CLIENT_ID, CLIENT_SECRET, VERIFICATION_TOKEN, Notion
from tests.support.notion_store import Workspace

WEEKS = {"access_token_s": 10**8, "refresh_token_s": 10**8, "limit_other": "100000/60", "limit_register": "1000/60"}


class Mirrored(msgspec.Struct, frozen=True):
    """Somebody with their workspace."""

    house: House
    person: Person
    workspace: Workspace

    @property
    def client(self) -> httpx.AsyncClient:
        """What they ask with."""
        return self.person.client

    async def switch_on(self, *kinds: str, texts: bool = True) -> list[str]:
        """These kinds flow: their runs."""
        runs = []
        for kind in kinds:
            answer = await self.client.post(f"/api/notion/sync/{kind}", json={"texts": texts})
            assert answer.status_code == 202, answer.text
            runs.append(answer.json()["run_id"])
        return runs

    async def sync(self, times: int = 1) -> None:
        """Both sides meet, minutes later."""
        for _ in range(times):
            self.house.clock.ahead += timedelta(minutes=2)
            async with self.house.services.database.as_service() as db:
                due = await notion_connections.due(db, self.house.clock.now(), 1000)
            if UUID(self.person.id) in due:
                await sync.work_on(self.house.services, UUID(self.person.id))

    async def status(self) -> Any:
        """What they are told."""
        return (await self.client.get("/api/notion/status")).json()

    async def kind(self, kind: str) -> Any:
        """Of one kind."""
        return (await self.status())["kinds"][kind]

    async def conflicts(self) -> list[Any]:
        """What is open."""
        answer = await self.client.get("/api/notion/conflicts")
        assert answer.status_code == 200, answer.text
        found: list[Any] = answer.json()["items"]
        return found

    async def pages(self, **asked: str) -> list[Any]:
        """Rows and their pages."""
        found: list[Any] = (await self.client.get("/api/notion/pages", params=asked)).json()["items"]
        return found

    def read(self, table: str) -> list[Any]:
        """What stands in the pages of a database."""
        return [self.workspace.human.read(page) for page in self.workspace.human.pages(table)]


async def connected(house: House, notion: Notion, person: Person, workspace: Workspace | None = None) -> Mirrored:
    """Somebody whose workspace is connected, with all databases."""
    mirrored = Mirrored(house, person, workspace or notion.workspace())
    answer = await person.client.post("/api/notion/connect", json={"token": mirrored.workspace.token})
    assert answer.status_code == 200, answer.text
    answer = await person.client.post("/api/notion/databases", json={"parent_page_id": mirrored.workspace.page_id})
    assert answer.status_code == 200, answer.text
    return mirrored


@asynccontextmanager
async def notion_house(
    database_url: str, redis_url: str, folder: Path, notion: Notion, **more: Any
) -> AsyncIterator[House]:
    """The server, with Notion where the stand-in is."""
    changes = {"notion_base_url": notion.url, "notion_requests_per_s": 10_000.0, "limit_notion": "10000/60"} | WEEKS
    changes |= {
        "notion_webhook_token": VERIFICATION_TOKEN,
        "notion_client_id": CLIENT_ID,
        "notion_client_secret": CLIENT_SECRET,
    }
    async with open_house(database_url, redis_url, folder, **changes | more) as house:
        yield house


async def a_task(home: Home, **more: Any) -> Any:
    """One that the first of them gives the second."""
    body = {"title": "Water the plants", "assigned_to": home.people[1].id, **more}
    return await home.post(0, "tasks", body, expect=201)


async def flowing(ana: Mirrored, home: Home, **more: Any) -> tuple[Any, str]:
    """A task and its page."""
    task = await a_task(home, **more)
    await ana.switch_on("tasks")
    await ana.sync()
    [page] = ana.workspace.human.pages("Tasks")
    return task, page
