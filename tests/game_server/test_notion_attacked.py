"""What somebody tries by way of Notion: in another's name there, or with a page that no database keeps."""

import asyncio
import re
import threading
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from game_server.notion import sync
from tests.support.bonds_in_house import Home, moved_in
from tests.support.house import House
from tests.support.notion import Notion
from tests.support.notion_house import connected, notion_house


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


async def test_what_another_wrote_is_not_the_owners_because_we_wrote_there_since(house, home, notion):
    workspace = notion.workspace()
    workspace.owned_by_person = True
    ben = await connected(house, notion, home.people[1], workspace)
    task = await home.post(0, "tasks", {"title": "Read", "assigned_to": home.people[1].id}, expect=201)
    await ben.switch_on("tasks")
    await ben.sync()
    [page] = workspace.human.pages("Tasks")
    workspace.person_id = str(uuid4())  # Ana is a guest in it
    workspace.human.edit(page, "Status", "Completed")
    await ben.sync()
    for words in ("One", "Two", "Three"):
        await home.patch(0, f"tasks/{task['id']}", {"description": words})
        await ben.sync()
        assert workspace.human.read(page)["Description"] == words  # ours was written since, by us
    assert (await home.get(1, f"tasks/{task['id']}"))["status"] == "pending"
    await house.database.execute("UPDATE notion_pages SET state = 'failed' WHERE page_id = $1", page)
    await ben.switch_on("tasks")  # what failed is tried again
    await ben.sync(2)
    assert (await home.get(1, f"tasks/{task['id']}"))["status"] == "pending"
    assert [one["reason"] for one in await ben.conflicts()] == ["edited_by_another"]
    [open_] = await ben.conflicts()
    answer = await ben.client.post(f"/api/notion/conflicts/{open_['id']}/resolve", json={"strategy": "prefer_notion"})
    assert answer.status_code == 200, answer.text
    await ben.sync()
    assert (await home.get(1, f"tasks/{task['id']}"))["status"] == "completed"  # Ben said so
    assert await ben.conflicts() == []


async def test_a_page_that_the_database_does_not_keep_keeps_no_other_row_waiting(house, home, notion):
    ben = await connected(house, notion, home.people[1])
    entry = (await ben.client.post("/api/journal", json={"content": "Short"})).json()
    await ben.switch_on("journal")
    await ben.sync()
    [page] = ben.workspace.human.pages("Journal")
    ben.workspace.human.edit(page, "Text", "x" * 1_999_999)
    ben.workspace.human.create("Journal", {"Title": "After it", "Text": "Is taken in"})
    await ben.sync()
    found = {one["title"]: one["content"] for one in (await ben.client.get("/api/journal")).json()["items"]}
    assert found["After it"] == "Is taken in"
    assert [(one["entity_id"], one["error"]) for one in await ben.pages(state="failed")] == [(entry["id"], "too_long")]
    assert (await ben.status())["error"] is None
    ben.workspace.human.edit(page, "Text", "Short again")
    await ben.sync()
    assert (await ben.client.get(f"/api/journal/{entry['id']}")).json()["content"] == "Short again"
    assert await ben.pages(state="failed") == []


async def test_what_was_closed_while_it_is_worked_on_is_asked_nothing_more(house, home, notion):
    ben = await connected(house, notion, home.people[1])
    await ben.switch_on("tasks", "rules", "rewards")
    for number in range(3):
        await home.post(0, "tasks", {"title": f"Task {number}", "assigned_to": ben.person.id}, expect=201)
    notion.gate = threading.Event()
    notion.arrived.clear()
    working = asyncio.ensure_future(sync.work_on(house.services, UUID(ben.person.id)))
    assert await asyncio.to_thread(notion.arrived.wait, 20)
    asked = len(notion.asked)
    assert (await ben.client.delete("/api/notion/connect")).status_code == 204
    notion.gate.set()
    notion.gate = None
    await working
    assert len(notion.asked) == asked + 1  # which was on its way
    assert (await ben.status())["connected"] is False


async def test_who_makes_their_databases_twice_at_once_waits_in_nobodys_place(home, notion):
    ana, ben = home.people
    bodies = []
    for person in (ana, ben):
        workspace = notion.workspace()
        assert (await person.client.post("/api/notion/connect", json={"token": workspace.token})).status_code == 200
        bodies.append({"parent_page_id": workspace.page_id})
    notion.gate = threading.Event()
    placing = []
    for person, body in ((ana, bodies[0]), (ana, bodies[0]), (ben, bodies[1])):
        if person is ben or not placing:
            notion.arrived.clear()
        placing.append(asyncio.ensure_future(person.client.post("/api/notion/databases", json=body)))
        if person is ben or len(placing) == 1:
            assert await asyncio.to_thread(notion.arrived.wait, 20)
    notion.gate.set()
    notion.gate = None
    assert [(await one).status_code for one in placing] == [200, 200, 200]


async def test_why_notion_is_left_alone_stands_in_the_log_without_words_of_anybodys(house, home, notion):
    ben = await connected(house, notion, home.people[1])
    await ben.switch_on("tasks")
    await home.post(0, "tasks", {"title": "Between us", "assigned_to": ben.person.id}, expect=201)
    notion.next(9, 502)
    with capture_logs() as told:
        await ben.sync()
    notion.faults.clear()
    [line] = [one for one in told if one["event"] == "notion_rests"]
    assert (line["trouble"], line["log_level"], set(line)) == (
        "away", "warning", {"event", "log_level", "trouble", "code", "seconds", "tries"},
    )  # fmt: skip
    assert not any(word in str(told) for word in (ben.workspace.token, "Between us", ben.person.id))


async def test_whoever_was_in_an_account_reads_nothing_by_their_notion_after_its_password_is_set_by_mail(
    house, home, notion
):
    ben = await connected(house, notion, home.people[1])
    await ben.switch_on("tasks")
    begun = await ben.client.get("/api/notion/oauth/start")
    assert begun.status_code == 200, begun.text
    await house.client().post("/api/auth/password-reset", json={"email": ben.person.email})
    said = house.mails(ben.person.email)[-1].get_body(("plain",)).get_content()
    [token] = re.findall(r"#password-reset=([\w-]{43})", said)
    body = {"token": token, "password": "battery staple"}
    assert (await house.client().post("/api/auth/password-reset/confirm", json=body)).status_code == 204
    await home.post(0, "tasks", {"title": "Between us", "assigned_to": ben.person.id}, expect=201)
    asked = len(notion.asked)
    await ben.sync()
    await sync.work_on(house.services, UUID(ben.person.id))
    assert (len(notion.asked), ben.read("Tasks")) == (asked, [])
    row = await house.database.fetchrow(
        "SELECT state, error, (SELECT count(*) FROM notion_oauth_states s WHERE s.user_id = c.user_id) AS on_the_way"
        " FROM notion_connections c WHERE c.user_id = $1::text::uuid",
        ben.person.id,
    )
    assert tuple(row) == ("broken", "password_replaced", 0)
