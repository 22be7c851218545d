"""Who is here, in a real browser: lost renewals, several tabs, a storage that is full, leaving and being forgotten.

Needs Chromium: Debian's `chromium` package, or its path in CHROMIUM.
"""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Page, Route, expect

from tests.web.couple import pair
from tests.web.handset import PATIENCE_MS, Handset

pytestmark = [pytest.mark.browser, pytest.mark.long]

PROGRESS, REFRESH = "**/api/survey/progress", "**/api/auth/refresh"
KEPT = "() => JSON.stringify([...Object.entries(localStorage), ...Object.entries(sessionStorage)])"
SPOILT = """which => {
    const identity = JSON.parse(localStorage.getItem("attuned.identity"));
    for (const each of which) identity[each] = "spoilt";
    localStorage.setItem("attuned.identity", JSON.stringify(identity));
}"""
FULL = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };"


async def registered(phone: Handset, email: str) -> None:
    await phone.register(email)
    await phone.sees("hello")


async def sign_in(phone: Handset, email: str) -> None:
    await phone.comes_by("login")
    await phone.at("email").fill(email)
    await phone.at("password").fill("a long enough phrase")
    await phone.at("remember").check()
    await phone.tap("sign-in")
    await phone.sees("hello")


async def token_has_run_out(phone: Handset) -> None:
    await phone.page.wait_for_load_state("networkidle")  # what is still under way would put the good one back
    await phone.page.evaluate(SPOILT, ["access"])


async def login_has_ended(phone: Handset) -> None:
    await phone.page.evaluate(SPOILT, ["access", "refresh"])


@asynccontextmanager
async def second_tab(phone: Handset) -> AsyncIterator[Page]:
    tab = await phone.context.new_page()
    phone.watch(tab)
    yield tab
    await tab.close()


async def lose(route: Route) -> None:
    if route.request.method == "PATCH":
        await route.abort("internetdisconnected")
    else:
        await route.continue_()


async def answer_without_a_network(phone: Handset) -> None:
    """One answer is given and does not arrive."""
    await phone.open("/survey")
    await phone.tap("form-short")
    await phone.sees("question")
    await expect(phone.at("save-state")).to_have_attribute("data-state", "saved", timeout=PATIENCE_MS)
    await phone.page.route(PROGRESS, lose)
    await phone.tap("answer-5")
    await expect(phone.at("save-state")).to_have_attribute("data-state", "failing", timeout=PATIENCE_MS)


@pytest.mark.long
async def test_a_renewal_whose_answer_is_lost_signs_nobody_out(mara):
    renewals = 0

    async def answer_is_lost(route: Route) -> None:
        nonlocal renewals
        renewals += 1
        if renewals == 1:
            await route.fetch()
            await route.abort("connectionreset")
        else:
            await route.continue_()

    await registered(mara, "lost@example.org")
    await token_has_run_out(mara)
    await mara.page.route(REFRESH, answer_is_lost)
    await mara.open("/you")
    await mara.sees("no-survey")
    assert renewals == 2
    await mara.open("/")
    await mara.sees("hello")


async def test_two_tabs_renew_once_and_go_on_with_the_same_tokens(mara):
    await registered(mara, "tabs@example.org")
    await token_has_run_out(mara)
    renewals = []
    mara.context.on("request", lambda asked: renewals.append(asked) if asked.url.endswith("/refresh") else None)
    async with second_tab(mara) as tab:
        await tab.goto(mara.origin + "/you")
        await mara.open("/you")
        for page in (tab, mara.page):
            await expect(page.get_by_test_id("no-survey")).to_be_visible(timeout=PATIENCE_MS)
        assert len(renewals) == 1


async def test_signing_out_in_one_tab_closes_what_the_other_shows(mara):
    await registered(mara, "both@example.org")
    async with second_tab(mara) as tab:
        await tab.goto(mara.origin + "/you")
        await expect(tab.get_by_test_id("no-survey")).to_be_visible(timeout=PATIENCE_MS)
        await mara.tap("you")
        await mara.tap("sign-out")
        await mara.sees("greeting")
        await expect(tab.get_by_test_id("greeting")).to_be_visible(timeout=PATIENCE_MS)
        await expect(tab.get_by_test_id("no-survey")).to_have_count(0)


@pytest.mark.long
async def test_an_unsent_answer_outlives_a_login_that_ended_and_is_shown_to_nobody_else(mara, jonas):
    await registered(jonas, "next@example.org")
    await registered(mara, "waits@example.org")
    await answer_without_a_network(mara)
    await login_has_ended(mara)
    await mara.page.unroute(PROGRESS)
    await mara.open("/")
    await mara.sees("signed-out")
    await expect(mara.at("signed-out")).to_contain_text("wait for you in this browser")

    await sign_in(mara, "next@example.org")
    await mara.open("/survey")
    await mara.sees("choose-form")
    await mara.open("/you")
    await mara.tap("sign-out")
    await sign_in(mara, "waits@example.org")
    await mara.open("/survey")
    await mara.sees("question")
    if await mara.shown("question", "data-question") != "A13":
        await mara.tap("survey-back")
    await expect(mara.at("answer-5")).to_be_checked(timeout=PATIENCE_MS)
    await expect(mara.at("save-state")).to_have_text("Everything is saved", timeout=PATIENCE_MS)
    await mara.open("/you")
    await mara.tap("sign-out")
    await mara.sees("greeting")
    assert await mara.page.evaluate(KEPT) == "[]"


@pytest.mark.long
async def test_with_a_full_storage_answers_are_saved_and_nothing_is_said_that_is_not_so(mara):
    await mara.page.add_init_script(FULL)
    await mara.open("/")
    await mara.at("adult").check()
    await mara.tap("play-anonymously")
    await expect(mara.at("notice")).to_contain_text("until this page is closed", timeout=PATIENCE_MS)
    await mara.describe()
    await mara.tap("to-survey")
    await mara.tap("form-short")
    await mara.tap("answer-5")
    await expect(mara.at("question")).to_have_attribute("data-question", "A14", timeout=PATIENCE_MS)
    await expect(mara.at("save-state")).to_have_text("Everything is saved", timeout=PATIENCE_MS)

    await mara.page.route(PROGRESS, lose)
    async with mara.page.expect_event("requestfailed"):
        await mara.tap("answer-3")
    await expect(mara.at("save-state")).to_contain_text("this browser can keep nothing", timeout=PATIENCE_MS)
    async with mara.page.expect_request_finished(lambda asked: asked.method == "PATCH") as saved:
        await mara.page.unroute(PROGRESS)
        await mara.tap("save-now")
    assert (await saved.value).post_data_json["answers"] == {"A14": 3}
    await expect(mara.at("save-state")).to_have_text("Everything is saved", timeout=PATIENCE_MS)
    await mara.tap("leave-survey")
    await mara.tap("start")
    await mara.sees("link")


async def test_whoever_signs_out_without_a_network_is_told_what_that_means(mara):
    await registered(mara, "offline@example.org")
    await mara.tap("you")
    await mara.sees("sign-out")
    await mara.context.set_offline(True)
    await mara.tap("sign-out")
    await mara.sees("greeting")
    await expect(mara.at("notice")).to_contain_text("The server cannot be told yet", timeout=PATIENCE_MS)
    assert await mara.page.evaluate(KEPT) == "[]"
    async with mara.page.expect_response("**/api/auth/logout") as told:
        await mara.context.set_offline(False)
    assert (await told.value).status == 204


@pytest.mark.parametrize("account", [False, True], ids=["anonymous", "account"])
async def test_whoever_wants_to_be_forgotten_is_on_the_server_too(mara, account):
    await (registered(mara, "forget@example.org") if account else mara.come_in())
    await mara.sees("hello")
    token = await mara.page.evaluate(
        "() => { const i = JSON.parse(localStorage['attuned.identity']); return i.token ?? i.access; }"
    )
    await mara.open("/you")
    await mara.tap("erase")
    await mara.tap("erase-me")
    await expect(mara.at("problem-erase-sure")).to_contain_text("cannot be undone")
    await mara.at("erase-sure").check()
    await mara.tap("erase-me")
    await mara.sees("greeting")
    assert await mara.page.evaluate(KEPT) == "[]"
    answer = await mara.context.request.get(mara.origin + "/api/profile", headers={"Authorization": f"Bearer {token}"})
    assert answer.status == 401


@pytest.mark.long
async def test_nobody_waits_for_a_partner_who_is_erased_and_never_comes_back(mara, jonas):
    await pair(mara, jonas)
    await mara.is_at("choosing")
    await expect(mara.at("gone")).to_have_count(0)
    await mara.tap("pause")
    await jonas.is_at("paused")
    await jonas.open("/you")
    await jonas.tap("erase")
    await jonas.at("erase-sure").check()
    await jonas.tap("erase-me")
    await jonas.sees("greeting")
    await expect(mara.at("gone")).to_contain_text("has left for good", timeout=PATIENCE_MS)
    await expect(mara.at("seat-B")).to_have_attribute("data-presence", "left")
    await expect(mara.at("phase-paused")).not_to_contain_text("not said yet")
    await mara.open("/")
    await expect(mara.at("open-game")).to_have_text("Go on, card 1", timeout=PATIENCE_MS)
    await mara.tap("open-game")
    await mara.more("end")
    await mara.tap("end-yes")
    await mara.is_at("ended")


async def test_who_cannot_be_erased_now_is_told_so_and_stays(mara):
    await mara.come_in()
    await mara.sees("hello")
    await mara.open("/you")
    await mara.tap("erase")
    await mara.at("erase-sure").check()
    await mara.context.set_offline(True)
    await mara.tap("erase-me")
    await expect(mara.at("erasing-sheet").get_by_test_id("problem")).to_contain_text(
        "cannot be reached", timeout=PATIENCE_MS
    )
    await mara.context.set_offline(False)
    await mara.page.reload()
    await mara.sees("profile")


async def test_what_is_sealed_and_what_is_readable_is_said_wherever_privacy_is_spoken_of(mara):
    await mara.open("/")
    await mara.sees("privacy")
    await mara.come_in()
    await mara.sees("hello")
    for path in ("/you/data", "/survey"):
        await mara.open(path)
        await mara.at("privacy").locator("> summary").click()
        await expect(mara.at("privacy")).to_contain_text(
            re.compile("Sealed.*answers to the survey.*Not sealed.*your limits", re.DOTALL)
        )
    await mara.open("/you")
    await mara.tap("to-privacy")
    await expect(mara.at("who-reads-what")).to_contain_text("Not sealed")


async def test_that_one_is_an_adult_is_asked_once_and_again_only_where_the_account_has_it_no_more(mara, sql):
    await mara.register("once@example.org")
    await mara.sees("hello")
    await sql.execute("UPDATE users SET adult_confirmed_at = NULL WHERE email = 'once@example.org'")
    await mara.open("/")  # what the home screen reads first is refused now, and the page asks
    await mara.at("adult").check(timeout=PATIENCE_MS)
    await mara.describe()
    await mara.sees("hello")
    assert await sql.fetchval("SELECT adult_confirmed_at FROM users WHERE email = 'once@example.org'")
