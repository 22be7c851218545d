"""The gallery shows every state of the page, and in none of them something lies under something else or is closed to anybody."""

import pytest
from playwright.async_api import Browser

from tests.web.boxes import TIGHT, misplaced, resize
from tests.web.handset import Handset
from tests.web.looks import violations
from tests.web.node import packages

pytestmark = [pytest.mark.browser, pytest.mark.long]

AREAS = (
    "room", "welcome", "joining", "home", "partners", "you", "survey", "evenings", "bonds", "tools", "bond-words",
    "characters",
)  # fmt: skip
NAMES = """async () => {
    const {STATES} = await import("/gallery/raw/gallery/states.js");
    return STATES.map(({name, area}) => [name, area]);
}"""


@pytest.fixture(scope="module")
def axe(request) -> str:
    """The source of axe."""
    return (packages(request.config.cache) / "axe-core" / "axe.min.js").read_text("utf-8")


@pytest.fixture
async def visitor(browser: Browser, server):
    async with await Handset.unpack(browser, server.url, "Visitor") as phone:
        yield phone
        assert phone.misbehaved() == []


async def states(visitor: Handset) -> list[tuple[str, str]]:
    """Every state's name and area."""
    await visitor.open("/gallery")
    return [(name, area) for name, area in await visitor.page.evaluate(NAMES)]


async def show(visitor: Handset, name: str, language: str = "en") -> None:
    await visitor.open(f"/gallery/frame?state={name}&language={language}")
    await visitor.page.wait_for_selector(f"html[data-shown='{name}']", state="attached")
    await visitor.page.evaluate("document.fonts.ready")


async def test_the_gallery_has_every_area_and_two_themes_of_each_state(visitor):
    known = await states(visitor)
    assert {area for _, area in known} == set(AREAS)
    assert len({name for name, _ in known}) == len(known)
    room = [name for name, area in known if area == "room"]
    titles = [await each.get_attribute("title") for each in await visitor.page.locator("iframe").all()]
    assert titles == [f"{name}, {theme}" for name in room for theme in ("light", "dark")]


@pytest.mark.parametrize("area", AREAS)
async def test_nothing_is_covered_outside_or_closed_to_anybody(visitor, axe, area):
    wrong = []
    for name in [name for name, its in await states(visitor) if its == area]:
        await show(visitor, name)
        wrong += [f"{name}, {each}" for each in await misplaced(visitor.page) + await violations(visitor.page, axe)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("area", AREAS)
async def test_the_longer_words_of_german_fit_too(visitor, area):
    wrong = []
    for name in [name for name, its in await states(visitor) if its == area]:
        await show(visitor, name, "de")
        assert await visitor.page.evaluate("document.documentElement.lang") == "de"
        wrong += [f"{name}, {each}" for each in await misplaced(visitor.page, TIGHT)]
    assert not wrong, "\n".join(wrong)


async def test_a_link_that_has_run_out_is_not_said_to_wait_for_somebody(visitor):
    for name, waits in (("lobby-invitation", 1), ("lobby-link-run-out", 0)):
        await show(visitor, name)
        assert await visitor.page.locator(".waiting-for").count() == waits, name


async def test_who_reads_another_language_learns_before_the_game_what_its_cards_are_in(visitor):
    for language, said in (("en", 0), ("es", 1)):
        await show(visitor, "lobby-words", language)
        assert await visitor.page.get_by_text("cartas en inglés").count() == said, language


IN_SIGHT = """selector => {
    const {top, bottom} = document.querySelector(selector).getBoundingClientRect();
    const floor = document.querySelector(".dock")?.getBoundingClientRect();
    const beside = floor === undefined || floor.right <= document.querySelector(selector).getBoundingClientRect().left;
    return top >= 0 && bottom <= (beside ? innerHeight : floor.top + 1);
}"""
GOES_ON = {
    "card-two-steps": "[data-testid='done']", "card-clock-running": "[data-testid='done']",
    "card-truth": "[data-testid='done']", "lobby-invitation": ".invitation .primary",
    "lobby-words": "[data-testid='ready']", "survey-question": "[data-testid='survey-next']",
}  # fmt: skip


@pytest.mark.parametrize("state", GOES_ON)
async def test_what_goes_on_stands_in_sight_on_every_phone(visitor, state):
    await show(visitor, state)
    for width, height in ((320, 568), (390, 844), (844, 390)):
        await resize(visitor.page, width, height, 100)
        assert await visitor.page.evaluate(IN_SIGHT, GOES_ON[state]), (width, height)


COVERED = """() => {
    const holds = [...document.querySelectorAll(".steps, .acts, .dock")].map((e) => e.getBoundingClientRect());
    const seen = holds.map(({top, bottom}) => Math.max(0, Math.min(bottom, innerHeight) - Math.max(top, 0)));
    return seen.reduce((sum, each) => sum + each, 0) / innerHeight;
}"""


@pytest.mark.parametrize("state", ["survey-question", "card-two-steps"])
async def test_large_text_keeps_two_thirds_of_the_screen(visitor, state):
    await show(visitor, state)
    for width, height in ((320, 568), (390, 844)):
        await resize(visitor.page, width, height, 200)
        await visitor.page.evaluate("scrollTo(0, 0)")
        assert await visitor.page.evaluate(COVERED) < 1 / 3, (width, height)
