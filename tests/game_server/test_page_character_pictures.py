"""Pictures of a character on the page: asked for, watched while they are painted, chosen, deleted; and a no that is said kindly.

Who paints is a stand-in that the tests hold.
"""

from collections.abc import Iterator

import pytest
from playwright.async_api import expect

from game_server.settings import Settings
from tests.game_server.test_page_bond_words import ask
from tests.support.game import generous
from tests.support.image_provider import ImageProvider, declined
from tests.support.push_server import HANG
from tests.web.boxes import misplaced
from tests.web.handset import PATIENCE_MS, Handset

pytestmark = [pytest.mark.browser, pytest.mark.long]

STATS = dict.fromkeys(("dominance", "submission", "charisma", "stamina", "creativity", "control"), 10)


@pytest.fixture(scope="module")
def painter() -> Iterator[ImageProvider]:
    with ImageProvider() as server:
        yield server


@pytest.fixture(scope="module")
def settings(settings: Settings, painter: ImageProvider) -> Settings:
    return generous(settings, **painter.settings, openai_model="talker-large", limit_pictures="100000/60")


@pytest.fixture(autouse=True)
def anew(painter: ImageProvider) -> Iterator[None]:
    painter.begin()
    yield
    painter.faults.clear()
    painter.release()


async def pictures_of_a_new_one(phone: Handset, email: str) -> None:
    """With an account and a character, at its pictures."""
    await phone.register(email)
    await phone.sees("hello")
    said = {"name": "Vesper", "role": "dominant", "age_range": "31-40", "stats": STATS, "hair_color": "black"}
    made = await ask(phone, "POST", "/api/kinksters", said)
    await phone.open(f"/characters/{made['id']}/pictures")
    await phone.sees("no-pictures")


async def test_pictures_are_painted_while_one_looks_or_leaves_and_one_is_shown(mara, painter):
    await pictures_of_a_new_one(mara, "painted@example.com")
    painter.faults.append(HANG)
    await mara.tap("paint")
    await expect(mara.at("open-picture")).to_have_attribute("data-status", "running", timeout=PATIENCE_MS)
    await mara.page.reload()
    await expect(mara.at("open-picture")).to_contain_text("being painted", timeout=PATIENCE_MS)
    assert not await misplaced(mara.page)
    painter.release()
    await expect(mara.at("picture-tile")).to_have_count(1, timeout=PATIENCE_MS)
    await expect(mara.at("open-picture")).to_have_count(0, timeout=PATIENCE_MS)
    await mara.at("style-ink").check()
    await mara.tap("paint")
    await expect(mara.at("picture-tile")).to_have_count(2, timeout=PATIENCE_MS)
    await mara.tap("choose-picture")
    await expect(mara.at("choose-picture")).to_have_count(1)
    shown = mara.at("picture-tile").first.locator("img")
    await expect(shown).to_have_js_property("complete", True, timeout=PATIENCE_MS)
    await mara.at("delete-picture").first.click()
    await mara.tap("delete-picture-yes")
    await expect(mara.at("picture-tile")).to_have_count(1, timeout=PATIENCE_MS)
    await mara.tap("back")
    await expect(mara.at("meeting").locator("img")).to_be_visible(timeout=PATIENCE_MS)


async def test_a_picture_that_nobody_wants_to_paint_is_said_kindly(mara, painter):
    await pictures_of_a_new_one(mara, "declined@example.com")
    painter.faults.append(declined())
    await mara.tap("paint")
    await expect(mara.at("open-picture")).to_contain_text("did not want to", timeout=PATIENCE_MS)
    await mara.tap("dismiss")
    await mara.sees("no-pictures")
