"""What the start page leads with, and the code that it can read, in a real browser.

Needs Chromium: Debian's `chromium` package, or its path in CHROMIUM.
"""

from urllib.parse import urlsplit

import pytest
from playwright.async_api import Page, expect

from tests.web.handset import PATIENCE_MS, SIZE, Handset

pytestmark = [pytest.mark.browser, pytest.mark.long]

CAMERA = """
globalThis.camera = {on: 0, codes: []};
navigator.mediaDevices.getUserMedia = async () => {
    if (camera.refuses) throw new DOMException("no", "NotAllowedError");
    const stream = document.createElement("canvas").captureStream();
    for (const track of stream.getTracks()) {
        const stop = track.stop.bind(track);
        camera.on++;
        track.stop = () => { camera.on--; stop(); };
    }
    return stream;
};
globalThis.BarcodeDetector = class {
    static getSupportedFormats = async () => ["qr_code"];
    detect = async () => camera.codes.map((rawValue) => ({rawValue}));
};
"""
"""A camera of canvas, and a detector that sees what a test tells it."""

WITHOUT = "delete globalThis.BarcodeDetector"
TOO_WIDE = "document.scrollingElement.scrollWidth > innerWidth"
FILLED = """
[...document.querySelectorAll('.primary')]
    .filter((e) => e.checkVisibility() && getComputedStyle(e).boxShadow !== 'none').length
"""
SMALL = """
[...document.querySelectorAll("button, a, summary, .tick, .segments label")]
    .filter((e) => e.checkVisibility() && !e.closest("[inert], p"))
    .map((e) => [e.dataset.testid ?? e.textContent, e.getBoundingClientRect()])
    .filter(([, box]) => box.height < 43.5 || box.width < 43.5 || box.left < 0 || box.right > innerWidth + 0.5)
    .map(([name, box]) => `${name}: ${box.width} x ${box.height}`)
"""
SCREENS = [(390, 844), (320, 568), (844, 390), (1280, 800)]


async def fits(phone: Handset) -> None:
    """Nothing is wider than any screen, with any size of text, and whatever is pressed is large enough."""
    for width, height in SCREENS:
        for root in ("", "32px"):
            await phone.page.set_viewport_size({"width": width, "height": height})
            await phone.page.evaluate("size => { document.documentElement.style.fontSize = size; }", root)
            where = f"{width} x {height} {root}"
            assert not await phone.page.evaluate(TOO_WIDE), where
            assert await phone.page.evaluate(SMALL) == [], where
    await phone.page.set_viewport_size(SIZE)
    await phone.page.evaluate("document.documentElement.style.fontSize = ''")


async def cameras(page: Page) -> int:
    on: int = await page.evaluate("camera.on")
    return on


async def test_nobody_known_it_leads_with_an_invitation_and_one_filled_button(mara):
    await mara.open("/")
    await mara.sees("greeting")
    assert await mara.page.evaluate(FILLED) == 1
    await fits(mara)
    await mara.come_in()
    await mara.sees("survey-card")
    await expect(mara.at("hero")).to_contain_text("Invite your partner")
    await expect(mara.at("tonight")).to_have_text("Warm25 cardsin turns")
    assert await mara.page.evaluate(FILLED) == 1
    await fits(mara)
    await mara.tap("change-evening")
    await expect(mara.at("intimacy_level-R")).to_be_checked()
    await fits(mara)
    assert await mara.page.evaluate("document.activeElement.id") == "evening-sheet-title"
    await mara.at("intimacy_level-G").check()
    await mara.page.keyboard.press("Escape")
    await expect(mara.at("evening-sheet")).to_have_count(0)
    assert await mara.page.evaluate("document.activeElement.dataset.testid") == "change-evening"
    await expect(mara.at("tonight")).to_contain_text("Gentle")
    async with mara.page.expect_request("**/api/sessions") as sent:
        await mara.tap("start")
    assert (await sent.value).post_data_json["settings"]["intimacy_level"] == "G"
    await mara.sees("link")
    assert await mara.page.evaluate(FILLED) == 1


async def test_somebody_connected_it_leads_with_them_with_their_question_and_with_the_game(mara, jonas):
    await mara.register("home-mara@example.org")
    await jonas.register("home-jonas@example.org")
    await mara.tap("partners")
    await mara.tap("connect")
    await jonas.open(urlsplit(await mara.shown("link", "value")).path)
    await expect(jonas.at("call")).to_contain_text("Mara would like to connect with you")
    await jonas.tap("claim")
    await jonas.tap("accept")
    await mara.tap("accept")
    for phone in (mara, jonas):
        await phone.sees("connected")
        await phone.tap("play")
        await expect(phone.at("hero")).to_contain_text("Play with", timeout=PATIENCE_MS)
        await fits(phone)
    await mara.tap("play-now")
    await mara.sees("asked")
    await expect(jonas.at("hero")).to_contain_text("Mara would like to play", timeout=PATIENCE_MS)
    await expect(jonas.at("hero")).to_contain_text("25 cards")
    await expect(jonas.at("open-game")).to_have_text("See the evening")
    await fits(jonas)
    await jonas.tap("decline-game")
    await expect(jonas.at("hero")).to_contain_text("Play with Mara", timeout=PATIENCE_MS)
    await expect(jonas.page.locator(".news-line[href^='/room/']")).to_have_count(0)
    await mara.is_at("ended")
    await mara.open("/")
    await mara.tap("play-now")
    await jonas.tap("open-game")
    await jonas.tap("ready")
    await mara.tap("ready")
    await mara.is_at("choosing")
    await mara.open("/")
    await expect(mara.at("open-game")).to_have_text("Go on, card 1", timeout=PATIENCE_MS)
    await expect(mara.at("hero")).to_contain_text("Your evening with Jonas")
    await mara.tap("somebody-else")
    await expect(mara.at("others-sheet")).to_contain_text("Play with Jonas")
    await fits(mara)


async def test_a_scanned_invitation_is_followed_with_the_camera_off_and_any_other_code_is_not(mara, jonas):
    await jonas.come_in()
    await jonas.tap("start")
    link = await jonas.shown("link", "value")
    await mara.page.add_init_script(CAMERA)
    await mara.come_in()
    await mara.tap("scan")
    await expect(mara.at("scan-says")).to_contain_text("Hold the phone over the code", timeout=PATIENCE_MS)
    assert await cameras(mara.page) == 1
    await mara.page.evaluate("camera.codes = ['https://elsewhere.example/j/' + 't'.repeat(43)]")
    await expect(mara.at("scan-says")).to_contain_text("It was not opened", timeout=PATIENCE_MS)
    await fits(mara)
    await mara.tap("scan-sheet-close")
    assert await cameras(mara.page) == 0
    await mara.tap("scan")
    await expect(mara.at("scan-says")).to_contain_text("not opened", timeout=PATIENCE_MS)
    await mara.page.evaluate("link => { camera.codes = [link]; }", link)
    await mara.sees("join")
    assert urlsplit(mara.page.url).path == urlsplit(link).path
    assert await cameras(mara.page) == 0
    assert mara.misbehaved() == []


async def test_the_camera_is_off_when_one_leaves_and_when_the_page_is_hidden(mara):
    await mara.page.add_init_script(CAMERA)
    await mara.come_in()
    await mara.tap("scan")
    await mara.page.wait_for_function("camera.on === 1")
    await mara.page.evaluate(
        """() => {
            Object.defineProperty(document, "visibilityState", {value: "hidden", configurable: true});
            document.dispatchEvent(new Event("visibilitychange"));
            delete document.visibilityState;
        }"""
    )
    assert await cameras(mara.page) == 0
    await mara.tap("scan-again")
    await mara.page.wait_for_function("camera.on === 1")
    await mara.page.evaluate("history.pushState({}, '', '/you'); dispatchEvent(new PopStateEvent('popstate'))")
    await mara.page.wait_for_function("camera.on === 0")


async def test_who_refuses_the_camera_or_has_none_hears_of_another_way(mara):
    await mara.page.add_init_script(CAMERA)
    await mara.come_in()
    await mara.page.evaluate("camera.refuses = true")
    await mara.tap("scan")
    await expect(mara.at("scan-says")).to_contain_text("The camera stays off. That is fine", timeout=PATIENCE_MS)
    await mara.tap("scan-sheet-close")
    await mara.page.evaluate(WITHOUT)
    await mara.tap("scan")
    await expect(mara.at("scan-says")).to_contain_text("camera app can scan the code", timeout=PATIENCE_MS)
    assert await cameras(mara.page) == 0
