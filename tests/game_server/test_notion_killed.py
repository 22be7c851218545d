"""Notion through a real process that is killed between any two steps: both sides end alike, nothing twice and nothing lost."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import msgspec
import pytest

from storage.crash import POINTS
from tests.support.bonds import Bond, founded
from tests.support.notion import Notion
from tests.support.notion_store import Workspace
from tests.support.person import Person
from tests.support.server_process import ServerProcess

STEPS = [point for point in POINTS if point in (
    "before_page_made", "after_page_made", "after_taken", "after_pushed", "after_met", "after_list_read", "after_row_made",
    "after_row_noted", "after_trashed",
)]  # fmt: skip


class Dying(msgspec.Struct):
    """A server that is told where to die, and Ana, who leads Ben and has a Notion."""

    server: ServerProcess
    notion: Notion
    workspace: Workspace
    ana: Person
    bond: Bond
    sql: Any

    def start(self, crash_at: str | None) -> None:
        """Another process, which dies there."""
        self.server.settings = msgspec.structs.replace(self.server.settings, crash_at=crash_at)
        self.server.restart()

    async def ask(self) -> str:
        """A run through the journal and the tasks; the latter's path."""
        await self.ana.post("/api/notion/sync/journal", {}, expect=202)
        run = await self.ana.post("/api/notion/sync/tasks", {}, expect=202)
        return f"/api/notion/runs/{run['run_id']}"

    async def settled(self) -> None:
        """Both sides have met, and nothing is left to be done."""
        path = await self.ask()
        while (await self.ana.get(path, wait=25))["state"] in ("waiting", "running"):
            pass
        async with asyncio.timeout(60):
            while True:
                kinds = (await self.ana.get("/api/notion/status"))["kinds"]
                some = [kinds["tasks"], kinds["journal"]]
                if not any(one["pending"] or one["running"] for one in some):
                    break
                await asyncio.sleep(0.2)

    def pages(self, table: str, name: str) -> list[tuple[str, str]]:
        """What the pages of a database are called, each with the row that it is."""
        found = (self.workspace.human.read(page) for page in self.workspace.human.pages(table))
        return sorted((str(one[name]), str(one["Attuned ID"])) for one in found)

    async def rows(self, path: str, name: str) -> list[tuple[str, str]]:
        """The same of the rows here."""
        found = await self.ana.get(f"{path}?limit=100")
        assert found["next_cursor"] is None
        return sorted((str(one[name]), str(one["id"])) for one in found["items"])


@pytest.fixture(scope="module")
def notion() -> Iterator[Notion]:
    with Notion() as opened:
        yield opened


@pytest.fixture(scope="module")
async def dying(settings, sql, notion, tmp_path_factory) -> AsyncIterator[Dying]:
    server = ServerProcess(
        msgspec.structs.replace(
            settings,
            notion_base_url=notion.url,
            notion_requests_per_s=1000.0,
            notion_poll_s=1,
            limit_notion="100000/60",
            access_token_s=86_400,
        ),
        tmp_path_factory.mktemp("dying") / "log",
        "--prepare",  # it runs the timetable, too
    )
    async with (
        await Person.registered(server.url, "Ana") as ana,
        await Person.registered(server.url, "Ben") as ben,
    ):
        workspace = notion.workspace()
        await ana.post("/api/notion/connect", {"token": workspace.token})
        await ana.post("/api/notion/databases", {"parent_page_id": workspace.page_id})
        yield Dying(server, notion, workspace, ana, await founded(sql, ana, ben), sql)
    server.stop()
    assert notion.wrong == []


@pytest.mark.long
@pytest.mark.parametrize(("point", "lag"), [(point, 3 * (place % 2)) for place, point in enumerate(STEPS)])
async def test_who_dies_there_leaves_nothing_twice_and_nothing_undone(dying, point, lag):
    human, tasks, journal = dying.workspace.human, f"{dying.bond.path}/tasks", "/api/journal"
    dying.notion.lag = lag
    first = await dying.bond.task(dying.ana, title=f"first {point} {lag}")
    gone = await dying.bond.task(dying.ana, title=f"gone {point} {lag}")
    await dying.settled()
    pages = {human.read(page)["Attuned ID"]: page for page in human.pages("Tasks")}

    human.edit(pages[first["id"]], "Description", f"from there {point} {lag}")
    await dying.ana.patch(f"{tasks}/{first['id']}", {"title": f"from here {point} {lag}"})
    human.create("Journal", {"Title": f"written there {point} {lag}", "Text": "Quiet"})
    await dying.bond.task(dying.ana, title=f"new {point} {lag}")
    await dying.ana.delete(f"{tasks}/{gone['id']}")
    dying.start(f"{point}:1")
    await dying.ask()
    await asyncio.to_thread(dying.server.process.wait, 120)
    dying.server.stop()  # it is gone, but for what it said
    dying.start(None)
    await dying.settled()
    dying.notion.lag = 0
    await dying.settled()
    await dying.settled()

    assert dying.pages("Tasks", "Task") == await dying.rows(tasks, "title")
    assert dying.pages("Journal", "Title") == await dying.rows(journal, "title")
    titles = [title for title, _ in dying.pages("Tasks", "Task")]
    assert titles.count(f"from here {point} {lag}") == titles.count(f"new {point} {lag}") == 1
    assert f"gone {point} {lag}" not in titles
    assert [title for title, _ in dying.pages("Journal", "Title")].count(f"written there {point} {lag}") == 1
    now = await dying.ana.get(f"{tasks}/{first['id']}")
    assert now["description"] == f"from there {point} {lag}"
    kinds = (await dying.ana.get("/api/notion/status"))["kinds"]
    assert [kinds[kind][how] for kind in ("tasks", "journal") for how in ("conflicts", "failed", "pending")] == [0] * 6
