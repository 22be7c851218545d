"""A whole game in German: no sentence stays English, and the longer words fit the smallest phone."""

import re

import pytest
from playwright.async_api import expect

from game_server.languages.catalogues import catalogue
from tests.web.couple import invite, same_card
from tests.web.handset import PATIENCE_MS, Handset

pytestmark = [pytest.mark.browser, pytest.mark.long]

SMALLEST = {"width": 320, "height": 568}

SHOWN = """() => {
    const seen = [...document.body.querySelectorAll("*")].filter((each) => each.checkVisibility());
    const own = (each) => [...each.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data.trim());
    const heard = (each) => ["aria-label", "title", "placeholder", "alt"].map((name) => each.getAttribute(name));
    return seen.flatMap((each) => [...own(each), ...heard(each)]).filter(Boolean);
}"""

WIDE = """() => [...document.querySelectorAll("p, h1, h2, h3, button, a, summary, li, label, legend, small, dt, dd")]
    .filter((each) => each.checkVisibility() && !each.matches(".unseen, .unseen *"))
    .filter((each) => getComputedStyle(each).display !== "inline")
    .filter((each) => each.scrollWidth > each.clientWidth + 1 || each.getBoundingClientRect().right > innerWidth + 0.5)
    .map((each) => each.textContent)
    .concat(document.scrollingElement.scrollWidth > innerWidth ? ["the page is wider than the screen"] : [])
"""


FEET = """() => {
    const floor = document.querySelector(".dock button").getBoundingClientRect().top;
    const box = (each) => each.getBoundingClientRect();
    const all = [...document.querySelectorAll(".acts button")];
    const level = (each) => box(each).bottom <= floor && box(each).top === box(all[0]).top;
    return all.filter(level).map((each) => each.dataset.testid);
}"""
"""What stands in one row above the floor of the room, wherever the card is scrolled to."""


def english() -> re.Pattern[str]:
    """Any sentence that the catalogue says otherwise in German."""
    sentences = catalogue("page", "de").sentences
    known = [one for one, other in sentences.items() if other != one]
    return re.compile("|".join(re.sub(r"\\{\w+\\}", ".+", re.escape(one)) for one in known))


ENGLISH = english()


async def in_german(phone: Handset) -> None:
    """What is shown now is German, and fits."""
    shown = await phone.page.evaluate(SHOWN)
    assert [one for one in shown if ENGLISH.fullmatch(one)] == []
    assert await phone.page.evaluate(WIDE) == []


@pytest.fixture
async def german(mara, jonas):
    for phone in (mara, jonas):
        await phone.context.add_init_script(
            "Object.defineProperty(Navigator.prototype, 'languages', { get: () => ['de-AT', 'en'] })"
        )
        await phone.context.set_extra_http_headers({"Accept-Language": "de-AT,de;q=0.9"})
        await phone.page.set_viewport_size(SMALLEST)
    return mara, jonas


@pytest.mark.long
async def test_an_evening_is_german_from_the_first_page_to_the_last(german):
    mara, jonas = german
    await mara.open("/")
    await expect(mara.page.locator("html")).to_have_attribute("lang", "de", timeout=PATIENCE_MS)
    await mara.sees("greeting")
    await in_german(mara)
    for each in german:
        await each.come_in()
        await each.sees("start")
    await in_german(mara)
    await invite(mara, jonas)
    for each in german:
        await in_german(each)
    await jonas.tap("ready")
    await mara.sees("partner-ready")
    await in_german(mara)
    await mara.tap("ready")
    await mara.is_at("choosing")
    await jonas.is_at("choosing")
    for each in german:
        await in_german(each)
    await (mara if await mara.at("your-turn").count() else jonas).choose("truth")
    await same_card(mara, jonas)
    await in_german(mara)
    assert await mara.page.evaluate(FEET) == ["done", "another"]
    for sheet, close in (("room-limits", "limits-sheet-close"), ("more", "more-sheet-close")):
        await mara.tap(sheet)
        await mara.sees(close)
        await in_german(mara)
        await mara.tap(close)
    await jonas.tap("pause")
    await mara.is_at("paused")
    await in_german(mara)
    await mara.tap("stop")
    await jonas.is_at("stopped")
    await in_german(jonas)
    await expect(jonas.at("aftercare")).to_contain_text("Fragt einander, was ihr braucht.")
    await jonas.tap("more")
    await jonas.tap("end")
    await in_german(jonas)
    await jonas.tap("end-yes")
    await mara.is_at("ended")
    await in_german(mara)


@pytest.mark.long
async def test_a_language_is_chosen_on_the_first_page_and_counts_at_once(mara):
    await mara.open("/")
    await mara.tap("language-es")
    await expect(mara.at("language-es")).to_be_checked()
    await expect(mara.page.locator("html")).to_have_attribute("lang", "es")
    await expect(mara.page.get_by_text("Empezar sin cuenta")).to_be_visible()


@pytest.mark.long
async def test_who_chooses_a_language_gets_their_mails_in_it(mara, sql):
    await mara.open("/")
    await mara.tap("language-de")
    await expect(mara.page.locator("html")).to_have_attribute("lang", "de")
    await mara.register("mara-german@example.org")
    await mara.sees("hello")
    assert await sql.fetchval("SELECT language FROM users WHERE email = 'mara-german@example.org'") == "de"
    await mara.open("/you")
    await mara.tap("language-es")
    await expect(mara.page.locator("html")).to_have_attribute("lang", "es")
    assert await sql.fetchval("SELECT language FROM users WHERE email = 'mara-german@example.org'") == "es"


@pytest.mark.long
@pytest.mark.parametrize("path", ["/survey", "/you", "/limits", "/plan", "/partners", "/nowhere"])
async def test_a_page_is_german_and_fits(german, path):
    mara, _ = german
    await mara.come_in()
    await mara.sees("start")
    await mara.open(path)
    await mara.page.wait_for_load_state("networkidle")
    await in_german(mara)


@pytest.mark.long
async def test_a_catalogue_that_does_not_come_leaves_the_page_english(german):
    mara, _ = german
    await mara.page.route("**/static/words/**", lambda route: route.abort())
    await mara.open("/")
    assert await mara.page.evaluate("document.documentElement.lang") == "en"
    assert await mara.page.locator("h1").first.is_visible()
