"""The gallery shows every state of the page, and in none of them something lies under something else or is closed to anybody."""

import pytest
from playwright.async_api import Browser

from tests.web.boxes import misplaced
from tests.web.handset import Handset
from tests.web.looks import violations
from tests.web.node import packages

pytestmark = [pytest.mark.browser, pytest.mark.long]

AREAS = ("room", "welcome", "joining", "home", "partners", "you", "survey", "evenings")
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


async def show(visitor: Handset, name: str) -> None:
    await visitor.open(f"/gallery/frame?state={name}")
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
