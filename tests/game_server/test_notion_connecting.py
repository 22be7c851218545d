"""Somebody's Notion is connected, let go of, connected again; what is kept of it, and for how long."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import msgspec
import pytest
import pytest_asyncio

from game_server.commands import keys
from game_server.integrations.sealed_reference import SealedElsewhere
from game_server.notion import secrets
from game_server.notion.connecting import CALLBACK
from game_server.process.keys import Keys
from rooms.notion.kinds import EVERY
from storage import sealed_notion
from tests.support.bonds_in_house import Home, moved_in
from tests.support.house import House
from tests.support.notion import Notion
from tests.support.notion_house import Mirrored, connected, flowing, notion_house
from tests.support.notion_store import Workspace


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


@pytest_asyncio.fixture(loop_scope="module")
async def home(house: House) -> Home:
    """Ana leads Ben."""
    return await moved_in(house, ("dominant", "submissive"))


@pytest_asyncio.fixture(loop_scope="module")
async def ana(house: House, notion: Notion, home: Home) -> AsyncIterator[Mirrored]:
    """And has a Notion of her own."""
    yield await connected(house, notion, home.people[0])
    assert notion.wrong == []


@pytest_asyncio.fixture(loop_scope="module")
async def ben(house: House, notion: Notion, home: Home) -> Mirrored:
    return await connected(house, notion, home.people[1])


class TestLettingInAndOut:
    async def test_a_token_that_is_taken_back_is_said_and_asked_for_no_more(self, home, ana, notion):
        await flowing(ana, home)
        notion.revoke(ana.workspace)
        await ana.sync()
        status = await ana.status()
        assert (status["connected"], status["broken"]) == (False, True)
        asked = len(notion.asked)
        await ana.sync(2)
        assert len(notion.asked) == asked
        refused = await ana.client.post("/api/notion/sync/tasks", json={})
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, "wrong_state")

    async def test_who_lets_go_of_it_and_connects_again_finds_everything_once(self, house, home, ana, notion):
        task, page = await flowing(ana, home)
        assert (await ana.client.delete("/api/notion/connect")).status_code == 204
        tables = ("connections", "databases", "pages", "runs", "signals")
        for table in tables:
            left = f"SELECT count(*) FROM notion_{table} WHERE user_id = $1::text::uuid"
            assert await house.database.fetchval(left, ana.person.id) == 0, table
        await home.patch(0, f"tasks/{task['id']}", {"title": "Changed here"})
        ana.workspace.human.edit(page, "Task", "Changed there")
        await ana.sync()
        assert ana.workspace.human.read(page)["Task"] == "Changed there"
        again = await connected(house, notion, ana.person, ana.workspace)
        databases = len(ana.workspace.tables)
        await again.switch_on("tasks")
        await again.sync(2)
        assert len(ana.workspace.human.pages("Tasks")) == 1
        assert len(ana.workspace.tables) == databases == len(EVERY)
        [conflict] = await again.conflicts()
        assert [(one["ours"], one["theirs"]) for one in conflict["fields"]] == [("Changed here", "Changed there")]

    async def test_where_its_token_can_be_read_no_more_it_is_connected_again(self, house, home, ana, notion):
        _, page = await flowing(ana, home)
        sealed = "UPDATE notion_connections SET sealed = 'v1.gone.' || sealed WHERE user_id = $1::text::uuid"
        await house.database.execute(sealed, ana.person.id)
        refused = await ana.client.post("/api/notion/sync/tasks", json={})
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, "wrong_state")
        again = await connected(house, notion, ana.person, ana.workspace)
        await again.switch_on("tasks")
        await again.sync(2)
        assert ana.workspace.human.pages("Tasks") == [page]

    async def test_databases_are_found_or_made_once_also_at_once(self, home, notion):
        workspace = notion.workspace()
        person = home.people[0]
        await person.client.post("/api/notion/connect", json={"token": workspace.token})
        body = {"parent_page_id": workspace.page_id}
        answers = await asyncio.gather(*(person.client.post("/api/notion/databases", json=body) for _ in range(3)))
        assert [one.status_code for one in answers] == [200, 200, 200]
        assert len(workspace.tables) == len(EVERY)
        lacking = (await person.client.post("/api/notion/verify-template")).json()
        assert {name: some for name, some in lacking.items() if some} == {}
        workspace.human.rename("Tasks", "Task", "What")
        workspace.human.drop("Tasks", "Priority")
        lacking = (await person.client.post("/api/notion/verify-template")).json()
        assert {name: some for name, some in lacking.items() if some} == {"tasks": ["Priority"]}
        await person.client.post("/api/notion/databases", json=body)
        assert not any((await person.client.post("/api/notion/verify-template")).json().values())
        assert len(workspace.tables) == len(EVERY)

    async def test_tokens_are_sealed_and_a_wrong_one_is_refused(self, house, home, notion, ana):
        kept = await house.database.fetchval("SELECT string_agg(c::text, '') FROM notion_connections c")
        assert ana.workspace.token not in kept
        assert ana.workspace.name not in kept
        assert (await ana.status())["workspace"] == ana.workspace.name
        refused = await home.people[1].client.post("/api/notion/connect", json={"token": "ntn_" + "x" * 40})
        assert (refused.status_code, refused.json()["error"]["code"]) == (422, "notion_refused")
        assert "xxxx" not in refused.text
        notion.next(3, 502, only="users")
        away = await home.people[1].client.post("/api/notion/connect", json={"token": "ntn_" + "x" * 40})
        assert (away.status_code, away.json()["error"]["code"]) == (503, "notion_unavailable")
        notion.faults.clear()

    async def test_signing_in_there_is_good_once_for_a_while_and_for_who_began(self, house, home, notion, ana):
        workspace, redirect = notion.workspace("Signed in"), f"{house.services.settings.base_url}{CALLBACK}"
        browser = home.people[1].client

        async def begun() -> dict[str, str]:
            answer = await browser.get("/api/notion/oauth/start")
            assert answer.status_code == 200, answer.text
            [state] = parse_qs(urlsplit(answer.json()["url"]).query)["state"]
            return {"state": state, "code": notion.let_in(workspace, redirect)}

        async def said(client: Any, **asked: str) -> str:
            answer = await client.get(CALLBACK, params=asked)
            assert answer.status_code == 303
            return str(parse_qs(urlsplit(answer.headers["location"]).query)["said"][0])

        asked = await begun()
        assert await said(house.client(), **asked) == "expired"  # another browser
        assert await said(ana.client, **asked) == "expired"  # somebody else
        asked = await begun()
        house.clock.ahead += timedelta(minutes=11)
        assert await said(browser, **asked) == "expired"
        asked = await begun()
        assert await said(browser, state=asked["state"]) == "refused"  # they said no there
        asked = await begun()
        assert await said(browser, **asked) == "connected"
        assert await said(browser, **asked) == "expired"
        status = (await browser.get("/api/notion/status")).json()
        assert (status["connected"], status["connected_by"], status["workspace"]) == (True, "oauth", "Signed in")
        assert await house.database.fetchval("SELECT count(*) FROM notion_oauth_states") == 0

        ben = await connected_by_oauth(house, home, workspace)
        await ben.switch_on("journal")
        entry = (await browser.post("/api/journal", json={"content": "Mine"})).json()
        await ben.sync()
        [page] = workspace.human.pages("Journal")
        owner, workspace.person_id = workspace.person_id, str(uuid4())
        workspace.human.edit(page, "Text", "Somebody else's words")
        workspace.human.create("Journal", {"Title": "In their name", "Text": "No"})
        await ben.sync(2)
        assert [one["reason"] for one in await ben.conflicts()] == ["edited_by_another"]
        assert [one["error"] for one in await ben.pages(state="failed")] == ["edited_by_another"]
        assert [one["content"] for one in (await browser.get("/api/journal")).json()["items"]] == ["Mine"]
        workspace.person_id = owner
        workspace.human.edit(page, "Text", "My own words")
        await ben.sync()
        assert (await browser.get(f"/api/journal/{entry['id']}")).json()["content"] == "My own words"
        assert await ben.conflicts() == []

    async def test_tokens_that_run_out_are_renewed(self, house, home, notion):
        workspace, redirect = notion.workspace(), f"{house.services.settings.base_url}{CALLBACK}"
        browser = home.people[0].client
        [state] = parse_qs(urlsplit((await browser.get("/api/notion/oauth/start")).json()["url"]).query)["state"]
        await browser.get(CALLBACK, params={"state": state, "code": notion.let_in(workspace, redirect)})
        ana = await connected_by_oauth(house, home, workspace, 0)
        await ana.switch_on("journal")
        await browser.post("/api/journal", json={"content": "Before"})
        notion.workspaces.pop(workspace.token)
        await ana.sync(3)
        assert (await ana.status())["connected"]
        assert len(workspace.human.pages("Journal")) == 1

    async def test_a_secret_is_exchanged_and_notion_can_still_be_asked(self, house, home, ana):
        await flowing(ana, home)
        secret, fresh = house.services.settings.secret_key, "another secret that is as long as it has to be"
        both = msgspec.structs.replace(house.services, keys=Keys(fresh, secret))
        said: list[str] = []
        await keys._reseal_notion(both, said.append)
        assert said[0].endswith("tokens of Notion sealed anew")
        async with both.database.reading() as connection:
            assert set(await sealed_notion.counted(connection)) == {both.keys.kid}
        kept = await house.database.fetchval(
            "SELECT sealed FROM notion_connections WHERE user_id = $1::text::uuid", ana.person.id
        )
        opened = secrets.sealing(Keys(fresh), ana.person.id).open(kept)
        assert (opened.token, opened.workspace) == (ana.workspace.token, ana.workspace.name)
        with pytest.raises(SealedElsewhere):
            secrets.sealing(Keys(fresh), home.people[1].id).open(kept)
        await keys._reseal_notion(msgspec.structs.replace(both, keys=Keys(secret, fresh)), said.append)
        await ana.sync()
        assert (await ana.status())["connected"]


class TestWhatIsKept:
    async def test_an_export_has_it_and_an_erasure_leaves_nothing(self, house, home, ana):
        task, page = await flowing(ana, home)
        await home.patch(0, f"tasks/{task['id']}", {"title": "Here"})
        ana.workspace.human.edit(page, "Task", "zqthere")
        await ana.sync()
        taken = (await ana.client.get("/api/me/export")).json()
        assert [one["theirs"] for one in taken["notion_conflicts"]] == [{"title": "zqthere"}]
        assert [one["page_id"] for one in taken["notion_pages"]] == [page]
        assert ana.workspace.token not in json.dumps(taken)
        assert (await ana.client.delete("/api/me")).status_code == 204
        for table in ("connections", "databases", "pages", "conflicts", "runs", "signals", "oauth_states"):
            left = f"SELECT count(*) FROM notion_{table} WHERE user_id = $1::text::uuid"
            assert await house.database.fetchval(left, ana.person.id) == 0, table
        assert "zqthere" in json.dumps(ana.read("Tasks"))  # what stands there is theirs


async def connected_by_oauth(house: House, home: Home, workspace: Workspace, who: int = 1) -> Mirrored:
    """Somebody who signed in there, with all databases."""
    mirrored = Mirrored(house, home.people[who], workspace)
    body = {"parent_page_id": workspace.page_id}
    answer = await mirrored.client.post("/api/notion/databases", json=body)
    assert answer.status_code == 200, answer.text
    return mirrored
