"""Somebody's own Notion on the page: connected after it was said what that means, switched on by kind, decided on, and let go of.

Notion is a stand-in, whose pages the test edits as a person would.
"""

import threading
from collections.abc import Iterator
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.async_api import Route, expect

from game_server.settings import Settings
from tests.game_server.test_page_bond_words import ask, bonded
from tests.support.game import generous
from tests.support.notion import CLIENT_ID, CLIENT_SECRET, Notion
from tests.support.notion_store import Workspace
from tests.support.server_process import ServerProcess
from tests.web.boxes import misplaced
from tests.web.handset import PATIENCE_MS, Handset

pytestmark = [pytest.mark.browser, pytest.mark.long]

BY_ITSELF_MS = 3 * PATIENCE_MS
"""The server looks every few seconds, and so does the page."""


@pytest.fixture(scope="module")
def notion() -> Iterator[Notion]:
    with Notion() as opened:
        yield opened


@pytest.fixture(scope="module")
def settings(settings: Settings, notion: Notion) -> Settings:
    return generous(
        settings,
        notion_base_url=notion.url,
        notion_client_id=CLIENT_ID,
        notion_client_secret=CLIENT_SECRET,
        notion_requests_per_s=10_000.0,
        notion_poll_s=1,
        limit_notion="10000/60",
    )


@pytest.fixture(scope="module")
def server(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """One that runs the timetable, too."""
    server = ServerProcess(settings, tmp_path_factory.mktemp("server") / "log", "--prepare")
    yield server
    server.stop()


async def signs_in(phone: Handset, notion: Notion, workspace: Workspace | None) -> None:
    """At Notion, where they say yes to this workspace, or no; and they are back on the page."""

    async def at_notion(route: Route) -> None:
        asked = {name: values[0] for name, values in parse_qs(urlsplit(route.request.url).query).items()}
        back = urlsplit(asked["redirect_uri"]).path
        said = {"error": "access_denied"}
        if workspace is not None:
            said = {"code": notion.let_in(workspace, asked["redirect_uri"])}
        where = f"{phone.origin}{back}?{urlencode({'state': asked['state'], **said})}"
        await route.fulfill(status=200, content_type="text/html", body=f"<script>location = {where!r}</script>")

    await phone.page.route(f"{notion.url}/**", at_notion)
    async with phone.page.expect_request(lambda asked: "/api/notion/oauth/callback" in asked.url):
        await phone.tap("notion-sign-in")
    await phone.page.wait_for_url(f"{phone.origin}/you/notion", timeout=PATIENCE_MS)
    await phone.page.unroute(f"{notion.url}/**")
    assert [urlsplit(each).netloc for each in phone.foreign] == [urlsplit(notion.url).netloc]
    phone.foreign.clear()  # they went there themselves


async def test_it_is_connected_switched_on_decided_on_and_let_go_of(mara, jonas, sql, notion):
    bond = await bonded(mara, jonas, sql, "notion")
    led = (await ask(jonas, "GET", "/api/me"))["id"]
    task = await ask(mara, "POST", f"/api{bond}/tasks", {"title": "Water the plants", "assigned_to": led})
    workspace = notion.workspace()
    await it_is_connected(mara, notion, workspace)
    await tasks_are_switched_on(mara, notion, workspace)
    await what_both_changed_is_decided(mara, notion, workspace, f"/api{bond}/tasks/{task['id']}")
    await it_is_connected_again_and_let_go_of(mara, notion, workspace)
    assert notion.wrong == []


async def it_is_connected(mara: Handset, notion: Notion, workspace: Workspace) -> None:
    await mara.open("/you")
    await mara.tap("to-notion")
    await expect(mara.at("notion-before")).to_contain_text("Connecting lets nothing out")
    await signs_in(mara, notion, None)
    await expect(mara.at("notion-said")).to_contain_text("You did not say yes", timeout=PATIENCE_MS)
    await mara.tap("see-token-way")
    await mara.at("notion_token").fill("ntn_of_nobody_at_all")
    await mara.tap("notion-connect-token")
    await expect(mara.at("problem")).to_contain_text("Notion does not accept this", timeout=PATIENCE_MS)
    await mara.at("notion_token").fill(workspace.token)
    await mara.tap("notion-connect-token")
    await mara.sees("notion-place")
    assert workspace.tables == {}
    await mara.at("page_address").fill("https://www.notion.so/Ours")
    await mara.tap("notion-place-go")
    await expect(mara.at("problem-page_address")).to_contain_text("whole address")
    page = workspace.page_id.replace("-", "")
    await mara.at("page_address").fill(f"https://www.notion.so/Ours-{page}?pvs=4")
    await mara.tap("notion-place-go")
    await expect(mara.at("nothing-flows")).to_be_visible(timeout=BY_ITSELF_MS)
    assert not workspace.sheets
    assert not await misplaced(mara.page)


async def tasks_are_switched_on(mara: Handset, notion: Notion, workspace: Workspace) -> None:
    await mara.tap("tasks-words")
    await mara.tap("notion-words-no")
    assert await mara.shown("kind-tasks", "data-way") == "off"
    await mara.tap("tasks-words")
    await mara.tap("notion-words-yes")
    tasks = mara.at("kind-tasks")
    await expect(tasks).to_have_attribute("data-way", "words", timeout=PATIENCE_MS)
    await expect(tasks.get_by_test_id("kind-counts")).to_contain_text("1 is the same on both", timeout=BY_ITSELF_MS)
    [page] = workspace.human.pages("Tasks")
    assert workspace.human.read(page)["Task"] == "Water the plants"
    await mara.tap("rules-plain")
    await expect(mara.at("kind-rules")).to_have_attribute("data-way", "plain", timeout=PATIENCE_MS)
    await mara.tap("rules-off")
    await expect(mara.at("kind-rules")).to_have_attribute("data-way", "off", timeout=PATIENCE_MS)
    workspace.human.drop("Tasks", "Due")
    await mara.tap("see-databases")
    await mara.tap("notion-verify")
    await expect(mara.at("notion-lacking")).to_contain_text("Tasks: Due", timeout=PATIENCE_MS)


async def what_both_changed_is_decided(mara: Handset, notion: Notion, workspace: Workspace, task: str) -> None:
    [page] = workspace.human.pages("Tasks")
    notion.gate = threading.Event()  # both are written before anybody looks
    workspace.human.edit(page, "Task", "Water all the plants")
    await ask(mara, "PATCH", task, {"title": "Water the roses", "version": (await ask(mara, "GET", task))["version"]})
    notion.gate.set()
    await expect(mara.at("field-title")).to_contain_text("Water the roses", timeout=BY_ITSELF_MS)
    await expect(mara.at("field-title")).to_contain_text("Water all the plants")
    await expect(mara.at("conflict")).to_contain_text("Tasks: Water the roses")
    await mara.tap("settle")
    await expect(mara.at("conflict").get_by_test_id("problem")).to_contain_text("choose a side")
    await mara.at("side-notion").check()
    await mara.tap("settle")
    await expect(mara.at("conflict")).to_have_count(0, timeout=PATIENCE_MS)
    assert (await ask(mara, "GET", task))["title"] == "Water all the plants"


async def it_is_connected_again_and_let_go_of(mara: Handset, notion: Notion, workspace: Workspace) -> None:
    notion.revoke(workspace)
    await expect(mara.at("notion-broken")).to_be_visible(timeout=BY_ITSELF_MS)
    await mara.tap("see-goes-again")
    await expect(mara.at("goes-again")).to_contain_text("Tasks, with words")
    await mara.tap("tasks-off")
    await expect(mara.at("goes-again")).to_have_count(0, timeout=PATIENCE_MS)
    await signs_in(mara, notion, workspace)
    await mara.sees("notion-connected")
    await mara.tap("notion-disconnect")
    await expect(mara.at("notion-leaving")).to_contain_text("only you can delete it")
    await mara.tap("notion-disconnect-yes")
    await mara.sees("notion-before")
    await expect(mara.at("notion-connected")).to_have_count(0)
    [page] = workspace.human.pages("Tasks")
    assert workspace.human.read(page)["Task"] == "Water all the plants"
