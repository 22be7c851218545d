"""The tools of a bond on the page: what is asked, handed in and thanked for, given and enjoyed, agreed to, written and shown."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import FilePayload, expect

from tests.support.game import generous
from tests.support.pictures import picture
from tests.web.handset import PATIENCE_MS, Handset

pytestmark = [pytest.mark.browser, pytest.mark.long]

ASK = """async ([method, path, body]) => {
    const { access } = JSON.parse(localStorage.getItem('attuned.identity'));
    const headers = { Authorization: `Bearer ${access}`, "Content-Type": "application/json" };
    const answer = await fetch(path, { method, headers, ...(body === null ? {} : { body: JSON.stringify(body) }) });
    return answer.status === 204 ? null : answer.json();
}"""

DRAWN = """() => document.querySelector('[data-testid="picture"] img').naturalWidth"""


@pytest.fixture(scope="module")
def settings(settings):
    return generous(settings)


@pytest.fixture(scope="module")
async def pair(browser, server) -> AsyncIterator[tuple[Handset, Handset, str]]:
    """Mara, who leads, and Jonas, who is led, and the path of their bond on the page."""
    async with (
        await Handset.unpack(browser, server.url, "Mara") as mara,
        await Handset.unpack(browser, server.url, "Jonas") as jonas,
    ):
        for phone in (mara, jonas):
            await phone.register(f"tools-{phone.name.lower()}@example.com")
            await phone.sees("hello")
        yield mara, jonas, await begun(mara, jonas)
        for phone in (mara, jonas):
            assert phone.misbehaved() == []


async def begun(mara: Handset, jonas: Handset) -> str:
    """A bond of theirs in which nothing was done yet: its path on the page."""
    bond = (await ask(mara, "POST", "/api/bonds", {"name": "Ours"}))["id"]
    made = await ask(mara, "POST", f"/api/bonds/{bond}/invite", {})
    await ask(jonas, "POST", "/api/bonds/join", {"invite_code": made["invite_code"]})
    [request] = (await ask(mara, "GET", f"/api/bonds/{bond}/requests"))["items"]
    await ask(mara, "POST", f"/api/bonds/{bond}/requests/{request['id']}/approve", {})
    await ask(mara, "PATCH", f"/api/bonds/{bond}/me", {"role_in_bond": "dominant"})
    await ask(jonas, "PATCH", f"/api/bonds/{bond}/me", {"role_in_bond": "submissive"})
    return f"/bonds/{bond}"


async def ask(phone: Handset, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
    """Asked as this person, beside the page."""
    return await phone.page.evaluate(ASK, [method, path, body])


async def at(phone: Handset, path: str) -> str:
    """The address of the row that this phone has come to."""
    await phone.page.wait_for_url(lambda url: path in url and not url.endswith("/new"), timeout=PATIENCE_MS)
    return phone.page.url.removeprefix(phone.origin)


async def says(phone: Handset, testid: str, words: str) -> None:
    await expect(phone.at(testid)).to_contain_text(words, timeout=PATIENCE_MS)


async def test_a_task_is_given_shown_asked_for_once_more_and_thanked_for(pair):
    mara, jonas, bond = pair
    await mara.open(f"{bond}/tasks")
    await says(mara, "nothing-yet", "A small thing is a good beginning")
    await mara.tap("make")
    await mara.tap("send")
    await says(mara, "problem-title", "Please fill this in.")
    await mara.at("title").fill("Cook something")
    await mara.at("more-fields").locator("summary").click()
    await mara.at("point_value").fill("30")
    await mara.at("proof_required").check()
    await mara.page.reload()  # nothing that was typed is lost
    await expect(mara.at("title")).to_have_value("Cook something", timeout=PATIENCE_MS)
    await mara.at("more-fields").locator("summary").click()
    await expect(mara.at("point_value")).to_have_value("30")
    await mara.tap("send")
    task = await at(mara, f"{bond}/tasks/")
    await says(mara, "state", "open")
    assert await mara.at("do-start").count() == 0  # it is not hers to do

    await jonas.open(f"{bond}/tasks")
    await jonas.at("rows-mine").get_by_test_id("row").click()
    await jonas.tap("do-start")
    await says(jonas, "just", "You have begun.")
    await says(mara, "state", "under way")  # told by the bond's own line
    await jonas.tap("do-submit")
    await jonas.tap("send")
    await says(jonas, "problem-text", "a few words are always enough")
    await jonas.at("notes").fill("It took a while")
    await jonas.at("text").fill("Three courses, one of them burnt")
    await jonas.tap("send")
    await says(jonas, "state", "handed in")

    await says(mara, "shown", "Three courses, one of them burnt")
    await mara.tap("do-revise")
    await mara.at("reason").fill("And now the dishes, please")
    await mara.tap("send")
    await says(jonas, "revise-reason", "And now the dishes, please")
    await jonas.tap("do-submit")
    await jonas.at("shown_as-photo").check()
    photo: FilePayload = {"name": "dishes.jpg", "mimeType": "image/jpeg", "buffer": picture()}
    await jonas.at("file").set_input_files(photo)
    await jonas.tap("send")
    await says(mara, "state", "handed in")
    await expect(mara.at("picture").locator("img")).to_be_visible(timeout=PATIENCE_MS)
    assert await mara.page.evaluate(DRAWN) > 0  # it is there to be seen, not only its place
    await mara.tap("do-approve")
    await says(mara, "state", "done, with thanks")
    await says(jonas, "state", "done, with thanks")
    assert await jonas.at("doings").count() == 0
    await jonas.open(f"{bond}/points")
    await says(jonas, "balance-mine", "30 points")
    assert task.startswith(f"{bond}/tasks/")


async def test_a_reward_is_given_wished_for_and_enjoyed(pair):
    mara, jonas, bond = pair
    await mara.open(f"{bond}/points/new")
    await mara.at("points").fill("40")
    await mara.at("reason").fill("For listening")
    await mara.tap("send")
    await says(mara, "state", "+40")
    await mara.open(f"{bond}/rewards/new")
    await mara.at("title").fill("An evening that you choose")
    await mara.at("point_cost").fill("500")
    await mara.tap("send")
    await at(mara, f"{bond}/rewards/")

    await jonas.open(f"{bond}/rewards")
    await jonas.at("rows-there").get_by_test_id("row").click()
    await jonas.tap("do-redeem")
    await says(jonas, "notice", "There are not enough points for that.")
    await mara.tap("do-edit")
    await mara.at("point_cost").fill("40")
    await mara.tap("send")
    await says(mara, "told", "40 points")
    await says(jonas, "told", "40 points")
    await jonas.tap("do-redeem")
    await says(jonas, "state", "wished for")
    await says(mara, "state", "wished for")
    await mara.tap("do-fulfil")
    await says(jonas, "state", "enjoyed")


async def test_a_rule_holds_from_a_yes_on_and_a_no_takes_it_back(pair):
    mara, jonas, bond = pair
    await mara.open(f"{bond}/rules/new")
    await mara.at("title").fill("A message before we sleep")
    await mara.tap("send")
    await at(mara, f"{bond}/rules/")
    await says(mara, "in-force", "for nobody")
    assert await mara.at("do-acknowledge").count() == 0
    await jonas.open(f"{bond}/rules")
    await jonas.at("rows-asked").get_by_test_id("row").click()
    await jonas.tap("do-acknowledge")
    await says(jonas, "in-force", "In force for you")
    await says(mara, "in-force", "In force for Jonas")
    await jonas.tap("undo")
    await says(jonas, "in-force", "for nobody")
    await says(mara, "told", "Jonas")


async def test_whoever_changes_what_was_changed_meanwhile_sees_it_and_loses_no_word(pair):
    mara, jonas, bond = pair
    made = await ask(mara, "POST", f"/api{bond}/resources", {"title": "The poems", "shared_with_partner": True})
    await mara.open(f"{bond}/resources/{made['id']}")
    await mara.tap("do-edit")
    await mara.at("title").fill("The love poems")
    await ask(mara, "PATCH", f"/api{bond}/resources/{made['id']}", {"description": "On the shelf in the hall"})
    await mara.tap("send")
    await mara.sees("changed")
    await says(mara, "body", "On the shelf in the hall")
    await expect(mara.at("title")).to_have_value("The love poems")
    await mara.tap("send")
    await says(mara, "just", "Changed.")
    now = await ask(mara, "GET", f"/api{bond}/resources/{made['id']}")
    assert (now["title"], now["description"]) == ("The love poems", "On the shelf in the hall")
    await jonas.open(f"{bond}/resources")
    await says(jonas, "row", "The love poems")
    await jonas.tap("row")
    await jonas.sees("is-shared")
    assert await jonas.at("doings").count() == 0
    await mara.tap("do-unshare")
    await jonas.sees("row-gone")
    await mara.tap("undo")
    await mara.sees("is-shared")


async def test_what_touches_a_limit_is_said_at_its_words_and_never_whose_it_is(pair):
    mara, jonas, bond = pair
    line = await ask(jonas, "POST", f"/api{bond}/boundaries", {"activity_name": "Spanking", "my_rating": "hard_no"})
    assert line["my_rating"] == "hard_no"
    await mara.open(f"{bond}/tasks/new")
    await mara.at("title").fill("I will spank you tonight")
    await mara.tap("send")
    await says(mara, "problem-title", "This touches a limit. Please think of something else.")
    assert "Jonas" not in await mara.at("problem-title").inner_text()
    await expect(mara.at("title")).to_have_value("I will spank you tonight")
    await ask(jonas, "POST", "/api/me/submission-state", {"state": "paused"})
    await mara.at("title").fill("Water the plants")
    await mara.tap("send")
    await says(mara, "problem-assigned_to", "They are taking a pause.")
    await ask(jonas, "POST", "/api/me/submission-state", {"state": "active"})
    await mara.tap("send-not")
    await mara.sees("make")


async def test_a_page_of_the_journal_is_its_writers_until_they_share_it_and_again_when_they_take_it_back(pair):
    mara, jonas, bond = pair
    for phone in (mara, jonas):
        await phone.open(f"{bond}/journal")
    await mara.tap("make")
    await mara.at("content").fill("He read to me until I slept.")
    await mara.at("more-fields").locator("summary").click()
    await mara.at("tags").fill("calm, voice")
    await mara.tap("send")
    page = await at(mara, f"{bond}/journal/")
    await mara.sees("is-private")
    await jonas.sees("nothing-yet")
    await mara.tap("do-share")
    await mara.tap("sure-share-yes")
    await mara.sees("is-shared")
    await says(jonas, "row", "from Mara")
    await jonas.tap("row")
    await says(jonas, "body", "He read to me until I slept.")
    await mara.tap("do-unshare")
    await mara.sees("is-private")
    await jonas.sees("row-gone")
    await mara.open(f"{bond}/journal")
    await mara.at("narrow").locator("summary").click()
    await mara.at("only-tag-word").fill("voice")
    await mara.tap("only-tag-look")
    await says(mara, "row", "only you")
    await mara.at("q").fill("sea")
    await mara.tap("look")
    await mara.sees("nothing-found")
    await mara.tap("widen")
    await mara.sees("row")
    await mara.open(page)
    await mara.tap("do-remove")
    await mara.tap("sure-remove-yes")
    await mara.sees("nothing-yet")


async def test_a_task_comes_from_a_template_and_may_be_called_off_without_a_reason(pair):
    mara, jonas, bond = pair
    await ask(mara, "POST", f"/api{bond}/task-templates", {"title": "Water the plants", "point_value": 5})
    await mara.open(f"{bond}/tasks/new")
    await mara.at("templates").locator("summary").click()
    await mara.tap("template")
    await expect(mara.at("title")).to_have_value("Water the plants", timeout=PATIENCE_MS)
    await mara.at("due_date").fill("2040-01-31T20:00")
    await mara.tap("send")
    task = await at(mara, f"{bond}/tasks/")
    await jonas.open(task)
    await jonas.tap("do-ask-extension")
    await jonas.at("until").fill("2040-02-02T20:00")
    await jonas.at("reason").fill("My sister comes")
    await jonas.tap("send")
    await says(mara, "extension", "My sister comes")
    await mara.open(bond)
    await mara.at("waiting-tasks").filter(has_text="More time is asked for").click()
    await says(mara, "extension", "My sister comes")
    await asyncio.gather(mara.tap("do-grant"), says(jonas, "state", "open"))
    await says(jonas, "told", "February 2, 2040")
    await jonas.tap("do-cancel")
    await says(jonas, "sure-cancel", "neither as missed nor as late")
    await jonas.tap("sure-cancel-yes")
    await says(jonas, "state", "called off")
    await says(mara, "state", "called off")


async def test_what_was_is_looked_back_on_and_taken_along(pair, browser, tmp_path):
    mara, jonas, _ = pair
    bond = await begun(mara, jonas)  # what others did is found by a job, at an hour of its own
    await ask(jonas, "POST", f"/api{bond}/check-ins", {"status": "green"})
    made = await ask(mara, "POST", f"/api{bond}/tasks", {"title": "Water the plants", "assigned_to": await who(jonas)})
    await ask(jonas, "POST", f"/api{bond}/tasks/{made['id']}/submit", {})
    await mara.open(f"{bond}/looking-back")
    await says(mara, "nothing-reached", "nothing has to be")
    await ask(mara, "POST", f"/api{bond}/tasks/{made['id']}/approve", {})
    await jonas.open(bond)
    await jonas.tap("to-looking-back")
    await says(jonas, "reached", "The first task approved")
    await says(mara, "reached", "The first task approved")  # told by the bond's own line
    await jonas.tap("span-28")
    await says(jonas, "back-alone", "1 day")
    await expect(jonas.page.locator('[data-key="together-28"]')).to_be_visible(timeout=PATIENCE_MS)
    await jonas.context.set_offline(True)
    await jonas.tap("span-365")
    await says(jonas, "notice", "cannot be reached")
    await expect(jonas.at("span-28")).to_be_checked()
    await jonas.context.set_offline(False)
    await expect(jonas.at("bars-tasks").locator("svg rect")).not_to_have_count(0)
    await jonas.at("bars-tasks").locator("summary").click()
    await expect(jonas.at("bars-tasks").locator("tbody tr")).to_have_count(1)
    async with jonas.page.expect_download() as table:
        await jonas.tap("take-table")
    assert "Jonas" in (await (await table.value).path()).read_text("utf-8-sig")
    async with jonas.page.expect_download() as report:
        await jonas.tap("take-report")
    file = tmp_path / "report.html"
    await (await report.value).save_as(file)
    async with await browser.new_context(offline=True) as context:
        page = await context.new_page()
        await page.goto(file.as_uri())
        await expect(page.locator("h1")).to_have_text("Looking back")
        assert await page.locator("figure svg rect").count() > 0
        assert "Fraunces" in await page.evaluate("getComputedStyle(document.querySelector('h1')).fontFamily")


async def who(phone: Handset) -> str:
    return str((await ask(phone, "GET", "/api/me"))["id"])
