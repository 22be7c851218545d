"""The page as an app on a phone: kept for when there is no connection, renewed, locked, and left in a hurry."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Error, expect

from game_server.languages.catalogues import catalogue
from rooms.profiles.survey import QUESTIONS
from tests.web.couple import invite, next_card, pair
from tests.web.handset import PATIENCE_MS, Handset

pytestmark = [pytest.mark.browser, pytest.mark.long]

PIN = "271828"
KEPT = """async () => {
  const found = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const {url} of await cache.keys()) found.push([new URL(url).pathname, await (await cache.match(url)).text()]);
  }
  return found;
}"""
STORED = "() => JSON.stringify([{...localStorage}, {...sessionStorage}])"
HIDE = """(hidden) => {
  Object.defineProperty(document, "visibilityState", {value: hidden ? "hidden" : "visible", configurable: true});
  document.dispatchEvent(new Event("visibilitychange"));
}"""
LEAVES = """() => {
  const press = () => dispatchEvent(new KeyboardEvent("keydown", {key: "Escape"}));
  press();
  press();
  return [document.body.innerText, document.title, document.querySelectorAll("body *").length];
}"""


@pytest.fixture
async def mara(browser, server) -> AsyncIterator[Handset]:
    async with await Handset.unpack(browser, server.url, "Mara", workers=True) as phone:
        yield phone
        phone.tell()
        assert phone.misbehaved() == []


@pytest.fixture
async def jonas(browser, server) -> AsyncIterator[Handset]:
    async with await Handset.unpack(browser, server.url, "Jonas", workers=True) as phone:
        yield phone
        phone.tell()
        assert phone.misbehaved() == []


async def becomes(phone: Handset, expression: str) -> None:
    """Look until this, which may be a promise, is so, on whatever page is there."""
    async with asyncio.timeout(PATIENCE_MS / 1000):
        while True:
            try:
                if await phone.page.evaluate(f"async () => Boolean(await {expression})"):
                    return
            except Error:  # the page is being loaded again
                await phone.page.wait_for_load_state()


async def is_kept(phone: Handset) -> None:
    """The page's worker runs and answers for this page."""
    await becomes(phone, "navigator.serviceWorker.controller !== null")


async def lock(phone: Handset) -> None:
    """Set a PIN on the page that is for it, asked at once."""
    await phone.open("/phone")
    await phone.at("pin").fill(PIN)
    await phone.at("pin-again").fill(PIN)
    await phone.at("after-0").check()
    await phone.tap("lock-on")
    await phone.sees("lock-state")


async def enter(phone: Handset, pin: str) -> None:
    for digit in pin:
        await phone.tap(f"key-{digit}")


# --- without a connection


async def test_the_survey_goes_on_without_a_connection_and_is_sent_when_it_is_back(mara):
    await mara.come_in()
    await mara.sees("start")
    await is_kept(mara)
    await mara.context.set_offline(offline=True)
    await mara.open("/")
    await mara.sees("offline")
    await mara.tap("questions-offline")
    await mara.tap("form-short")
    await expect(mara.at("question")).to_have_attribute("data-question", "A13", timeout=PATIENCE_MS)
    await mara.tap("answer-7")
    await expect(mara.at("save-state")).to_have_attribute("data-state", "failing", timeout=PATIENCE_MS)
    await mara.page.reload()
    await expect(mara.at("question")).to_have_attribute("data-question", "A14", timeout=PATIENCE_MS)

    await mara.context.set_offline(offline=False)
    await expect(mara.at("save-state")).to_have_attribute("data-state", "saved", timeout=60_000)
    await mara.page.reload()
    await expect(mara.at("question")).to_have_attribute("data-question", "A14", timeout=PATIENCE_MS)
    stored = json.loads(await mara.page.evaluate(STORED))[0]
    assert not any("unsent" in each for each in stored), "the server has it"


@pytest.mark.parametrize("language", ["de", "es", "en"])
async def test_without_a_connection_it_asks_in_the_language_of_the_page(mara, language):
    await mara.open("/")
    await mara.page.evaluate("(language) => localStorage.setItem('attuned.language', language)", language)
    await mara.come_in()
    await mara.sees("start")
    await is_kept(mara)
    await mara.context.set_offline(offline=True)
    await mara.open("/survey")
    await mara.tap("form-short")
    asked = catalogue("survey", language).say(QUESTIONS["A13"].text)
    await expect(mara.at("question-text")).to_have_text(asked, timeout=PATIENCE_MS)
    assert await mara.page.evaluate("document.documentElement.lang") == language
    await mara.context.set_offline(offline=False)


async def test_no_cache_holds_anything_but_the_page_after_a_game(mara, jonas):
    await pair(mara, jonas)
    await is_kept(mara)
    await next_card(mara, jonas)
    words = await mara.at("card-steps").inner_text()
    await mara.tap("done")
    await mara.is_at("choosing")
    await mara.open("/limits")
    await mara.sees("limits")
    await mara.open("/you")
    kept = await mara.page.evaluate(KEPT)
    assert {"/", "/lists", "/survey-questions.json", "/manifest.webmanifest"} < {path for path, _ in kept}
    for path, content in kept:
        assert not path.startswith(("/api", "/ws", "/room", "/j/")), path
        assert "Jonas" not in content, path
        assert words not in content, path


# --- a newer version


WAITING = "navigator.serviceWorker.ready.then((it) => it.waiting)"
COMES = """async () => {
  await navigator.serviceWorker.register("/worker.js?another", {scope: "/"});
}"""
"""Another worker for the same pages: browsers take it for a newer one."""


async def test_a_newer_version_waits_for_the_end_of_the_game(mara, jonas):
    await pair(mara, jonas)
    await is_kept(mara)
    await next_card(mara, jonas)
    await mara.page.evaluate(COMES)
    await becomes(mara, WAITING)
    await mara.page.reload()
    await mara.sees("card")
    await becomes(mara, WAITING)
    assert await mara.at("newer").count() == 0
    assert await mara.page.evaluate("sessionStorage.mark = performance.timeOrigin") > 0

    await mara.more("home-for-a-moment")
    await becomes(
        mara, f"{WAITING}.then((it) => it === null && performance.timeOrigin !== Number(sessionStorage.mark))"
    )
    await mara.sees("hello")
    await mara.page.evaluate(COMES)
    await mara.tap("take-newer")
    await becomes(mara, f"{WAITING}.then((it) => it === null)")
    await mara.sees("hello")


# --- the lock


async def test_a_pin_unlocks_what_is_stored_and_ten_wrong_ones_drop_it(mara):
    await mara.come_in()
    await mara.sees("start")
    await mara.open("/phone")
    await mara.sees("lock-warning")
    await mara.at("pin").fill("123456")
    await mara.at("pin-again").fill("123456")
    await mara.tap("lock-on")
    await expect(mara.at("problem-pin")).to_contain_text("first that anybody", timeout=PATIENCE_MS)
    await lock(mara)
    assert "Mara" not in await mara.page.evaluate(STORED)
    assert "token" not in await mara.page.evaluate(STORED)

    await mara.open("/")
    await mara.sees("lock")
    assert await mara.at("hello").count() == 0
    await enter(mara, "314159")
    await expect(mara.at("lock-said")).to_contain_text("9 more tries", timeout=PATIENCE_MS)
    await enter(mara, PIN)
    await expect(mara.at("hello")).to_contain_text("Mara", timeout=PATIENCE_MS)
    await mara.page.evaluate(HIDE, True)
    await mara.sees("lock")
    await mara.page.evaluate(HIDE, False)

    await mara.page.evaluate(
        "() => localStorage.setItem('attuned.lock', JSON.stringify({...JSON.parse(localStorage['attuned.lock']), tries: 9}))"
    )
    await enter(mara, "314159")
    await mara.sees("greeting")
    assert json.loads(await mara.page.evaluate(STORED))[0] == {}


async def test_stop_is_not_locked_away_and_nothing_of_the_card_is_on_the_locked_page(mara, jonas):
    await mara.come_in()
    await mara.sees("start")
    await lock(mara)
    await mara.page.locator(".back").click()  # a page that is loaded again is locked
    await mara.page.locator('nav a[href="/"]').click()
    await mara.sees("start")
    await jonas.come_in()
    await jonas.sees("start")
    await invite(mara, jonas)
    await jonas.tap("ready")
    await mara.sees("partner-ready")
    await mara.tap("ready")
    await next_card(mara, jonas)
    words = await mara.at("card-steps").inner_text()
    await mara.page.evaluate(HIDE, True)
    await mara.page.evaluate(HIDE, False)
    await mara.sees("lock")
    html = await mara.page.content()
    assert words not in html
    assert "Jonas" not in html
    await mara.tap("locked-stop")
    await jonas.is_at("stopped")
    await expect(mara.at("curtained")).to_have_attribute("data-halted", "stop", timeout=PATIENCE_MS)
    await enter(mara, PIN)
    await mara.is_at("stopped")

    await mara.page.evaluate(HIDE, True)
    await mara.page.evaluate(HIDE, False)
    await mara.sees("curtained")
    await mara.page.go_back()
    await expect(mara.at("curtained")).to_have_count(0)
    await mara.sees("lock")
    assert "Jonas" not in await mara.page.content(), "the way back is no way around the lock"


async def test_a_tab_that_was_a_copy_of_this_one_is_locked_with_it(mara):
    await mara.open("/")
    await mara.tap("way-register")
    await mara.at("email").fill("copied@example.org")
    await mara.at("password").fill("a long enough phrase")
    await mara.at("adult").check()
    await mara.tap("register")
    await mara.describe()
    await mara.sees("hello")
    async with mara.context.expect_page() as opened:
        await mara.page.evaluate(
            "() => void open('/partners')"
        )  # as a tab that is duplicated: with what this one keeps
    copy = await opened.value
    mara.watch(copy)
    await expect(copy.locator("h1")).to_have_text("Partners", timeout=PATIENCE_MS)
    await lock(mara)
    await expect(copy.get_by_test_id("lock")).to_be_visible(timeout=PATIENCE_MS)
    assert "refresh" not in await copy.evaluate(STORED)
    await copy.evaluate("() => localStorage.removeItem('attuned.lock')")
    await copy.reload()
    await expect(copy.get_by_test_id("greeting")).to_be_visible(timeout=PATIENCE_MS)


async def test_a_tab_of_another_account_is_locked_with_the_phone(mara):
    await mara.come_in()
    await mara.sees("start")
    tab = await mara.context.new_page()
    mara.watch(tab)
    await tab.goto(f"{mara.origin}/")
    await tab.evaluate(
        """() => {
            const another = {...JSON.parse(localStorage["attuned.identity"]), name: "Somebody"};
            sessionStorage["attuned.identity"] = JSON.stringify(another);
        }"""
    )
    await tab.reload()
    await expect(tab.get_by_test_id("hello")).to_contain_text("Somebody", timeout=PATIENCE_MS)
    await lock(mara)
    await expect(tab.get_by_test_id("lock")).to_be_visible(timeout=PATIENCE_MS)
    assert "Somebody" not in await tab.inner_text("body")
    for digit in PIN:
        await tab.get_by_test_id(f"key-{digit}").click()
    await expect(tab.get_by_test_id("hello")).to_contain_text("Somebody", timeout=PATIENCE_MS)
    await tab.wait_for_function("() => !JSON.stringify(sessionStorage).includes('Somebody')")


async def test_an_invitation_is_sealed_while_the_page_is_locked_and_shown_again(mara):
    await mara.come_in()
    await mara.sees("start")
    await lock(mara)
    await mara.page.locator(".back").click()
    await mara.page.locator('nav a[href="/"]').click()
    await mara.tap("start")
    link = await mara.shown("link", "value")
    await mara.page.reload()
    await mara.sees("lock")
    token = link.rsplit("/", 1)[-1].lstrip("#")
    assert token not in await mara.page.evaluate(STORED)
    await enter(mara, PIN)
    assert await mara.shown("link", "value") == link


async def test_a_face_or_a_finger_opens_it_too(browser, server):
    origin = server.url.replace("127.0.0.1", "localhost")
    async with await Handset.unpack(browser, origin, "Mara", workers=True) as mara:
        devtools = await mara.context.new_cdp_session(mara.page)
        await devtools.send("WebAuthn.enable")
        able = {"hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True, "hasPrf": True}
        await devtools.send(
            "WebAuthn.addVirtualAuthenticator",
            {"options": {"protocol": "ctap2", "ctap2Version": "ctap2_1", "transport": "internal", **able}},
        )
        await mara.come_in()
        await mara.sees("start")
        await lock(mara)
        await mara.page.get_by_text("Use face or finger").click()
        await mara.at("passkey-pin").fill(PIN)
        await mara.tap("passkey-on")
        await expect(mara.at("lock-state")).to_contain_text("face or finger", timeout=PATIENCE_MS)
        await mara.open("/")
        await mara.tap("use-passkey")
        await expect(mara.at("hello")).to_contain_text("Mara", timeout=PATIENCE_MS)
        assert mara.misbehaved() == []


# --- leaving in a hurry


async def test_escape_twice_leaves_at_once_from_a_card_under_a_sheet(mara, jonas):
    await pair(mara, jonas)
    await is_kept(mara)
    await next_card(mara, jonas)
    await mara.tap("room-limits")
    await mara.sees("limits-sheet")
    assert await mara.page.evaluate(LEAVES) == ["", "Lists", 0], "in the same frame"
    await mara.page.wait_for_url("**/lists")
    assert await mara.page.title() == "Lists"
    assert "Attuned" not in await mara.page.content()
    await expect(jonas.at("partner-news")).not_to_be_empty(timeout=PATIENCE_MS)
    await mara.page.go_back()
    await mara.page.wait_for_url("**/lists")
    await expect(mara.page.locator("h1")).to_have_text("Saturday")
    await mara.open("/")
    await mara.sees("hello")


async def test_the_corner_tapped_twice_leaves_from_every_tab_and_takes_a_login_that_was_not_to_be_kept(mara):
    await mara.open("/")
    await mara.tap("way-register")
    await mara.at("email").fill("hurry@example.org")
    await mara.at("password").fill("a long enough phrase")
    await mara.at("adult").check()
    await mara.tap("register")
    await mara.describe()
    await mara.sees("hello")
    other = await mara.context.new_page()
    await other.goto(f"{mara.origin}/limits")
    await expect(
        other.get_by_test_id("way-register")
    ).to_be_visible()  # a login that goes with its tab is not in this one
    await mara.page.bring_to_front()
    await mara.page.touchscreen.tap(380, 10)
    await mara.page.touchscreen.tap(380, 12)
    await mara.page.wait_for_url("**/lists")
    await other.wait_for_url("**/lists")
    assert json.loads(await mara.page.evaluate(STORED)) == [{}, {"attuned.gone": "1"}]


# --- name and icon


async def test_with_the_discreet_look_nothing_says_our_name(mara):
    await mara.come_in()
    await mara.sees("start")
    await mara.open("/phone")
    await is_kept(mara)
    await mara.at("look-lists").check()
    await expect(mara.page).to_have_title("Lists")
    devtools = await mara.context.new_cdp_session(mara.page)
    manifest = await devtools.send("Page.getAppManifest")
    assert manifest["errors"] == []
    assert json.loads(manifest["data"])["name"] == "Lists"
    missing = (await devtools.send("Page.getInstallabilityErrors"))["installabilityErrors"]
    assert {each["errorId"] for each in missing} <= {"in-incognito"}, "a test's browser is one"
    await lock(mara)
    await mara.page.reload()
    await mara.sees("lock")
    assert "Attuned" not in await mara.page.inner_text("body")
    first = await mara.page.evaluate("async () => (await fetch('/')).text()")
    assert "<title>Lists" in first, "from the first moment on"
    assert await mara.page.title() == "Lists"
    icon = await mara.page.locator('link[rel="icon"]').get_attribute("href")
    assert str(icon).startswith("/static/icon-discreet.")
