"""Notion and the server, both ways, over a stand-in of Notion's API."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.support.house import House
from tests.support.notion import Notion
from tests.support.notion_house import Mirrored, bond_of, connected, notion_house, somebody


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def notion() -> AsyncIterator[Notion]:
    with Notion() as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house(
    database_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory, notion: Notion
) -> AsyncIterator[House]:
    async with notion_house(database_url, redis_url, tmp_path_factory.mktemp("house"), notion) as opened:
        notion.now = lambda: opened.clock.now()  # noqa: PLW0108 - it may be set
        yield opened


class Two(Mirrored, frozen=True):
    """Ana, who has a Notion and leads Ben in their bond."""


@pytest_asyncio.fixture(loop_scope="module")
async def ana(house: House, notion: Notion) -> Mirrored:
    return await connected(house, notion, await somebody(house))


async def made(person: Any, path: str, body: Any, status: int = 201) -> Any:
    answer = await person.client.post(path, json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


async def test_a_task_goes_there_and_what_is_edited_there_comes_back(house, ana, notion):
    ben = await somebody(house)
    bond = await bond_of(house, ana.person, ben)
    task = await made(ana, f"{bond.path}/tasks", {"title": "Water the plants", "assigned_to": ben.id})
    await ana.sync()
    assert ana.read("Tasks") == []  # nothing flows that nobody asked for
    [run] = await ana.switch_on("tasks")
    await ana.sync()
    [page] = ana.workspace.human.pages("Tasks")
    assert ana.workspace.human.read(page)["Task"] == "Water the plants"
    assert ana.workspace.human.read(page)["Attuned ID"] == task["id"]
    done = (await ana.client.get(f"/api/notion/runs/{run}")).json()
    assert (done["state"], done["total"], done["done"], done["pushed"]) == ("done", 1, 1, 1)

    ana.workspace.human.edit(page, "Task", "Water all the plants")
    ana.workspace.human.edit(page, "Status", "Cancelled")
    await ana.sync()
    now = (await ana.client.get(f"{bond.path}/tasks/{task['id']}")).json()
    assert (now["title"], now["status"]) == ("Water all the plants", "cancelled")
    status = await ana.kind("tasks")
    assert (status["synced"], status["conflicts"], status["failed"], status["error"]) == (1, 0, 0, None)
    before = len(notion.asked)
    await ana.sync()
    assert not any(one.startswith(("PATCH", "POST pages")) for one in notion.asked[before:])
    assert notion.wrong == []
